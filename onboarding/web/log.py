"""The log: one line a request, JSON in production, with nothing in it that identifies a person.

A line carries the route's pattern, never the path as asked, and never a query string or a form. Whatever is logged
besides is scrubbed of anything that looks like a tax id, a bank number, a DEA number or a date of birth.
"""

import logging
import re
import secrets
import sys
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

from onboarding.config import Settings

log = structlog.get_logger("onboarding")

_SECRET = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b|\b\d{2}-\d{7}\b|\b\d{4,17}\b|\b[A-Z][A-Z9]\d{7}\b|\b\d{1,2}/\d{1,2}/\d{4}\b"
    r"|\b(?:[2-9A-HJKMNP-TV-Z]{4}-){3}[2-9A-HJKMNP-TV-Z]{4}\b|\?[^\s\"']+"
)
_PLAIN = frozenset({"ms", "status", "level", "timestamp", "request", "event", "job", "done"})


def scrub(text: str) -> str:
    """The text without anything that may be a number of a person, a bank or a file, and without query strings."""
    return _SECRET.sub("[removed]", text[:4000])


def _scrub_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: value if key in _PLAIN else scrub(str(value)) for key, value in event.items()}


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
        rule = request.url_rule.rule if request.url_rule else "(no such page)"
        bound.info(
            "request",
            request=g.get("request_id", ""),
            method=request.method,
            route=rule,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
        return response

    return end
