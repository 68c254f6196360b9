"""A possible exclusion match side by side: what the applicant says, what the record said on the day of the screening."""

from datetime import date
from typing import Any

from onboarding.models import Application, ExclusionMatch
from onboarding.policy.days import say

Line = tuple[str, str, str]


def compare(application: Application, match: ExclusionMatch) -> list[Line]:
    """Fact, applicant, record; a fact neither side knows is left out."""
    lines = [
        *_names(application, match.record),
        *_places(application, match.record),
        *_exclusion(match.record),
    ]
    return [line for line in lines if line[1] or line[2]]


def _names(application: Application, record: dict[str, Any]) -> list[Line]:
    person, body = application.practitioner, application.organization
    first = f"{person.first_name} {person.middle_name}".strip() if person else ""
    theirs = f"{record.get('first_name', '')} {record.get('middle_name', '')}".strip()
    birth_date = day_of(person.birth_date) if person else None
    return [
        ("Last name", person.last_name if person else "", record.get("last_name", "")),
        ("First and middle", first, theirs),
        (
            "Business",
            body.legal_name if body else application.form.legal_name,
            record.get("business_name", ""),
        ),
        ("NPI", application.npi, _npi(record.get("npi", ""))),
        ("Date of birth", _say(birth_date), _say(day_of(record.get("birth_date")))),
    ]


def _places(application: Application, record: dict[str, Any]) -> list[Line]:
    form = application.form
    return [
        ("City", form.city, record.get("city", "")),
        ("State", form.state, record.get("state", "")),
        (
            "Specialty",
            application.specialty,
            f"{record.get('general', '')} {record.get('specialty', '')}".strip(),
        ),
    ]


def _exclusion(record: dict[str, Any]) -> list[Line]:
    waiver = _say(day_of(record.get("waiver_on")))
    return [
        ("Excluded on", "", _say(day_of(record.get("excluded_on")))),
        ("Under", "", record.get("exclusion_type", "")),
        ("Waiver", "", f"{waiver} {record.get('waiver_state', '')}".strip()),
    ]


def _npi(text: str) -> str:
    return "" if set(text) <= {"0"} else text


def day_of(text: str | None) -> date | None:
    """A date kept as text; None for none."""
    return date.fromisoformat(text) if text else None


def _say(day: date | None) -> str:
    return say(day) if day else ""
