"""What NPPES says beside what the applicant typed: for the desk, and for the applicant who reviews what we gathered."""

from dataclasses import dataclass

from onboarding.models import Application
from onboarding.policy.contract_form import fields_for
from onboarding.policy.nppes import phone_number, same_text
from onboarding.policy.provider_types import provider_type
from onboarding.queries.registry import NOTHING, Known, find_known
from onboarding.services.registry import SAID

NOT_ASKED = "not asked yet"


@dataclass(frozen=True)
class Line:
    """One fact on both sides, and whether they differ."""

    label: str
    ours: str
    theirs: str

    @property
    def differs(self) -> bool:
        return bool(self.ours and self.theirs) and not same_text(self.ours, self.theirs)


@dataclass(frozen=True)
class Panel:
    """What the panel shows."""

    known: Known
    says: str
    lines: tuple[Line, ...]


def nppes_panel(application: Application) -> Panel:
    """What is known of the application's NPI, beside the answers of the form."""
    known = find_known(application.npi) if application.npi else NOTHING
    lines = tuple(line for line in _lines(application, known) if line.theirs)
    return Panel(known, NOT_ASKED if known == NOTHING else SAID[known.outcome], lines)


def _lines(application: Application, known: Known) -> list[Line]:
    facts, given = known.facts, application.form.answers
    if facts is None:
        return []
    row = provider_type(application.provider_type)
    asked = {field.code: field.label.removesuffix(" (optional)") for field in fields_for(row)}
    theirs = {
        "first_name": facts.first_name,
        "middle_name": facts.middle_name,
        "last_name": facts.last_name,
        "suffix": facts.suffix,
        "organization_name": facts.organization_name,
        "trade_name": facts.other_name,
        "taxonomy": facts.taxonomy.code if facts.taxonomy else "",
        "specialty": facts.taxonomy.description if facts.taxonomy else "",
        "licence_number": facts.licence.licence_number if facts.licence else "",
        "licence_state": facts.licence.licence_state if facts.licence else "",
        "address": facts.address,
        "city": facts.city,
        "state": facts.state,
        "zip_code": facts.zip_code[
            : len(str(given.get("zip_code") or "")) or None
        ],  # five digits beside five
    }
    lines = [
        Line(label, str(given.get(code) or ""), theirs[code])
        for code, label in asked.items()
        if code in theirs
    ]
    return [
        *lines,
        Line("Practice telephone", "", phone_number(facts.phone)),
        Line("Credential", "", facts.credential),
    ]
