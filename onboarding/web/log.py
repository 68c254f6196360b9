"""The log: one line a request, JSON in production, with nothing in it that identifies a person.

A line carries the route's pattern, never the path as asked, and never a query string or a form. Whatever is logged
besides is scrubbed of anything that looks like a tax id, a bank number, a DEA number, an Application ID, an e-mail
address or a date.
"""

import logging
import re
import secrets
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask, Response, g, request

from onboarding.config import Settings
from onboarding.policy.identifiers import ALPHABET

log = structlog.get_logger("onboarding")

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_BETWEEN = r"[ \t\xa0.,\-/_\u2010-\u2015]{0,3}"
_ID = rf"[{ALPHABET}]{{4}}"
_SECRETS = re.compile(
    "|".join(
        (
            r"(?<=DETAIL:)[^\n]+",  # the row, where PostgreSQL quotes it
            r"\?[^\s\"'?][^\s\"']*",  # query strings
            r"[^\s@<>()\"',;:=]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",  # e-mail addresses
            rf"\b(?:{_ID}[-\u2010-\u2015]){{3}}{_ID}\b",  # Application IDs, as printed
            rf"\b(?=[a-z ]*\d)(?:{_ID} ?){{3}}{_ID}\b",  # and as typed
            rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+['\u2019]?\d{{2,4}}\b",  # April 17, 1980
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+['\u2019]?\d{{2,4}}\b",  # 17 April 1980
            r"\b[a-z][a-z9]\d{7}\b",  # DEA numbers
            # four digits and more, spaced, dotted or dashed as may be; a traceback keeps the numbers of its lines
            rf"(?<!\d)(?!(?<=\", line )\d{{1,5}}\b)\d(?:{_BETWEEN}\d){{3,}}",
        )
    ),
    re.IGNORECASE,
)
# What only our own code sets: counts, times, a random name of ours, keyed hashes. Words of events are scrubbed like all else.
_PLAIN = frozenset(
    {"ms", "status", "level", "timestamp", "request", "job", "done", "key", "account_hash", "address_hash"}
)
_REPEATED = frozenset({"event", "method", "route"})  # the same few words in every line
HEAD, TAIL, _MARGIN = 2000, 6000, 500


def scrub(text: str) -> str:
    """The text without anything that may be a number of a person, a bank or a file, and without query strings.

    Of a long text, as a traceback is, the beginning and the end are kept: the end says what happened.
    """
    if len(text) <= HEAD + TAIL:
        return _SECRETS.sub("[removed]", text)
    head = _SECRETS.sub("[removed]", text[: HEAD + _MARGIN])[:HEAD]
    tail = _SECRETS.sub("[removed]", text[-(TAIL + _MARGIN) :])[-TAIL:]
    return f"{head}\n[... {len(text)} characters in all ...]\n{tail}"


_scrub_again = lru_cache(512)(scrub)


def _scrub_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {
        key: value if key in _PLAIN else (_scrub_again if key in _REPEATED else scrub)(str(value))
        for key, value in event.items()
    }


def init_log(app: Flask, settings: Settings) -> None:
    """Route every log line of the process through one scrubbing formatter."""
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _scrub_event,
    ]
    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=[_drop_meta, *shared, renderer]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    app.before_request(_begin)
    app.after_request(_line_of_a_request())


def _drop_meta(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    return event


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    g.began = time.perf_counter()


def _line_of_a_request() -> Callable[[Response], Response]:
    """The logger is bound once: binding it anew takes longer than writing the line."""
    bound = log.bind()

    def end(response: Response) -> Response:
        asked = request._get_current_object()  # type: ignore[attr-defined]
        began = g.get("began")
        bound.info(
            "request",
            request=g.get("request_id", ""),
            method=asked.method,
            route=asked.url_rule.rule if asked.url_rule else "(no such page)",
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1) if began else 0.0,
        )
        return response

    return end
