"""One question to the NPPES NPI Registry, API version 2.1: what is behind this NPI?

The service answers failures with HTTP 200, changes its shapes without notice and may be down for a day (reference
interfaces 2.1). Whatever is not a plain answer about this NPI is "not checked": nothing here raises for it.
Ask outside of any transaction.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from onboarding.policy.identifiers import digits_of
from onboarding.policy.nppes import NppesFacts, Taxonomy, zip_and_four
from onboarding.policy.vocabulary import NppesOutcome, Subject

LONGEST_REPLY = 1 << 20  # bytes; one provider with fifteen taxonomies is a few thousand
_SUBJECTS = {"NPI-1": Subject.PRACTITIONER, "NPI-2": Subject.ORGANIZATION}
_MILLISECONDS = 10**11  # an epoch beyond this is not in seconds


@dataclass(frozen=True)
class NppesAnswer:
    """What came of asking. `problem` says, for staff, why it could not be checked."""

    outcome: NppesOutcome
    facts: NppesFacts | None = None
    problem: str = ""


class _Unusable(Exception):
    """The reply is no answer about this NPI; the message says why."""


def ask_nppes(url: str, npi: str, seconds: float) -> NppesAnswer:
    """Ask the service at `url` about one NPI; `seconds` is how long a step of it may take. An empty url asks nobody."""
    if not url:
        return NppesAnswer(NppesOutcome.NOT_CHECKED, problem="The look-up in NPPES is switched off.")
    try:
        return read_reply(npi, _fetch(url, npi, seconds))
    except HTTPError as error:
        error.close()
        problem = f"NPPES answered with HTTP status {error.code}."
    except _Unusable as error:
        problem = str(error)
    except (OSError, HTTPException, ValueError):
        problem = "NPPES could not be reached. Nothing was checked; ask again later."
    return NppesAnswer(NppesOutcome.NOT_CHECKED, problem=problem)


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect on the same host and to no other."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise _Unusable("NPPES sent us to another address, where we do not go.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(url: str, npi: str, seconds: float) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise _Unusable("The address of NPPES in the settings does not begin with https.")
    request = Request(  # noqa: S310 (the scheme is checked above)
        f"{url}?{urlencode({'version': '2.1', 'number': npi})}", headers={"Accept": "application/json"}
    )
    until = time.monotonic() + 2 * seconds
    with build_opener(_SameHost).open(request, timeout=seconds) as reply:
        body = b""
        while chunk := reply.read1(65_536):
            body += chunk
            if len(body) > LONGEST_REPLY:
                raise _Unusable("NPPES sent more than an answer can be.")
            if time.monotonic() > until:
                raise _Unusable("NPPES took too long to answer.")
    return body


def read_reply(npi: str, body: bytes) -> NppesAnswer:
    """The answer in a reply about this NPI. Raises _Unusable for anything else."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        raise _Unusable("NPPES answered with something that is not JSON.") from None
    if not isinstance(reply, dict):
        raise _Unusable("NPPES answered in a form we do not know.")
    if "Errors" in reply:
        return _read_errors(npi, reply["Errors"])
    results = reply.get("results")
    if not isinstance(results, list):
        raise _Unusable("NPPES answered in a form we do not know.")
    if not results:
        return NppesAnswer(NppesOutcome.NOT_FOUND)
    found = next((row for row in results if isinstance(row, dict) and str(row.get("number")) == npi), None)
    if found is None:
        raise _Unusable("NPPES answered about another NPI.")
    facts, withdrawn = _read_provider(npi, found)
    gone = facts.deactivated or (withdrawn and facts.reactivated_on is None)
    return NppesAnswer(NppesOutcome.DEACTIVATED if gone else NppesOutcome.FOUND, facts)


def _read_errors(npi: str, errors: Any) -> NppesAnswer:
    said = " ".join(_text(row, "description") for row in _rows(errors))
    if f"deactivated npi {npi}" in said.lower():
        return NppesAnswer(NppesOutcome.DEACTIVATED, NppesFacts(npi))
    raise _Unusable(f"NPPES answered with an error: {said[:200] or 'none named'}.")


def _full_name(other: Mapping[str, Any]) -> str:
    person = (part for end in ("first", "last") if (part := _text(other, f"{end}_name")))
    return _text(other, "organization_name") or " ".join(person)


def _read_provider(npi: str, row: Mapping[str, Any]) -> tuple[NppesFacts, bool]:
    """The facts, and whether the status says that the NPI is out of service."""
    basic = _mapping(row.get("basic"))
    places = _rows(row.get("addresses"))
    at = next((place for place in places if _text(place, "address_purpose").upper() == "LOCATION"), {})
    others = _rows(row.get("other_names"))
    facts = NppesFacts(
        npi=npi,
        subject=_SUBJECTS.get(_text(row, "enumeration_type")),
        organization_name=_text(basic, "organization_name"),
        other_name=next((name for other in others if (name := _text(other, "organization_name"))), ""),
        other_names=tuple(name for other in others if (name := _full_name(other))),
        last_name=_text(basic, "last_name"),
        first_name=_text(basic, "first_name"),
        middle_name=_text(basic, "middle_name"),
        suffix=_text(basic, "name_suffix"),
        credential=_text(basic, "credential"),
        address=", ".join(line for name in ("address_1", "address_2") if (line := _text(at, name))),
        city=_text(at, "city"),
        state=_text(at, "state"),
        zip_code=zip_and_four(_text(at, "postal_code")),
        phone=_text(at, "telephone_number"),
        official_name=" ".join(
            part for end in ("first", "last") if (part := _text(basic, f"authorized_official_{end}_name"))
        ),
        sole_proprietor=_text(basic, "sole_proprietor"),
        replaced_by=digits_of(_text(basic, "replacement_npi")),
        taxonomies=tuple(
            Taxonomy(
                _text(line, "code"), _text(line, "license"), _text(line, "state"), line.get("primary") is True,
                _text(line, "desc"),
            )
            for line in _rows(row.get("taxonomies"))
        ),
        deactivated_on=_day(basic.get("deactivation_date")),
        reactivated_on=_day(basic.get("reactivation_date")),
        updated_on=_day(basic.get("last_updated")) or _day(row.get("last_updated_epoch")),
    )  # fmt: skip
    return facts, _text(basic, "status").upper() == "D"


def _rows(found: Any) -> list[Mapping[str, Any]]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(row: Mapping[str, Any], name: str) -> str:
    """A text of the reply on one line; "--" is how the service says that there is none."""
    found = row.get(name)
    text = " ".join(str(found).split()) if isinstance(found, str | int) else ""
    return "" if text == "--" else text.replace("\0", "")[:200]


def _day(found: Any) -> date | None:
    """A date written in one of the ways the service has had: YYYY-MM-DD, MM/DD/YYYY, an epoch in seconds or milliseconds."""
    text = str(found) if isinstance(found, str | int) else ""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d.*", text):
            return date.fromisoformat(text[:10])
        if re.fullmatch(r"\d\d/\d\d/\d{4}", text):
            return date(int(text[6:]), int(text[:2]), int(text[3:5]))
        if re.fullmatch(r"-?\d{1,14}", text):
            moment = int(text)
            return datetime.fromtimestamp(moment / 1000 if moment > _MILLISECONDS else moment, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None
    return None
