"""What NPPES says of an NPI, and what follows from it: who cannot use one, what it suggests, where it differs.

NPPES is self-reported, its license numbers too: it fills in a form and warns, it verifies nothing (reference interfaces
2.1). Deactivation is the one thing it decides: CMS takes a deactivated NPI out of service (45 CFR 162.410).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from onboarding.policy.contract_form import STATES, field_problem, fields_for
from onboarding.policy.identifiers import digits_of
from onboarding.policy.names import business_key, name_key, same_name
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import ProviderTypeRow
from onboarding.policy.vocabulary import NppesOutcome, Subject

FIRST_WIDTH, LAST_WIDTH = 20, 35  # of the first layout: names are cut there without a mark

_LEGAL_FORMS = frozenset(
    {"LLC", "PLLC", "LLP", "LP", "PA", "PC", "PLC", "MD", "DO", "II", "III", "IV", "USA"}
)
_DAYS = ("deactivated_on", "reactivated_on", "updated_on")


@dataclass(frozen=True)
class Taxonomy:
    """One line of a provider's taxonomies, its license as the provider gave it."""

    code: str
    licence_number: str = ""
    licence_state: str = ""
    primary: bool = False
    description: str = ""


@dataclass(frozen=True)
class NppesFacts:
    """One NPI as NPPES shows it. `subject` is empty where a deactivated NPI shows nothing but its dates."""

    npi: str
    subject: Subject | None = None
    organization_name: str = ""
    other_name: str = ""
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    credential: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    phone: str = ""
    official_name: str = ""
    sole_proprietor: str = ""
    replaced_by: str = ""
    taxonomies: tuple[Taxonomy, ...] = ()
    other_names: tuple[str, ...] = ()
    deactivated_on: date | None = None
    reactivated_on: date | None = None
    updated_on: date | None = None

    @property
    def deactivated(self) -> bool:
        """Taken out of service, and not given back on a later day."""
        if self.deactivated_on is None:
            return False
        return self.reactivated_on is None or self.reactivated_on <= self.deactivated_on

    @property
    def name(self) -> str:
        """The name as NPPES has it, on one line."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return self.organization_name or " ".join(part for part in parts if part)

    @property
    def taxonomy(self) -> Taxonomy | None:
        """The primary taxonomy, else the first."""
        return next((row for row in self.taxonomies if row.primary), next(iter(self.taxonomies), None))

    @property
    def licence(self) -> Taxonomy | None:
        """The license to suggest: of the plan's own state where there is one, the primary taxonomy's before others."""
        licensed = [row for row in self.taxonomies if row.licence_number]
        return min(licensed, key=lambda row: (row.licence_state != PLAN.state, not row.primary), default=None)

    def as_json(self) -> dict[str, Any]:
        """To be kept; from_json reads it again."""
        days = {name: day.isoformat() if (day := getattr(self, name)) else None for name in _DAYS}
        return {**asdict(self), **days}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "NppesFacts":
        """What as_json made; names of a later version are passed over."""
        known = {field.name: kept[field.name] for field in fields(cls) if field.name in kept}
        known["taxonomies"] = tuple(Taxonomy(**row) for row in known.get("taxonomies", ()))
        known["other_names"] = tuple(known.get("other_names", ()))
        known["subject"] = Subject(known["subject"]) if known.get("subject") else None
        days = {name: date.fromisoformat(known[name]) for name in _DAYS if known.get(name)}
        return cls(**{**known, **dict.fromkeys(_DAYS), **days})


def npi_refusal(outcome: NppesOutcome, facts: NppesFacts | None, subject: Subject) -> str | None:
    """Why this NPI cannot be used by this applicant, and what to do; None where nothing is known against it."""
    if outcome is NppesOutcome.DEACTIVATED:
        other = f" NPPES names {facts.replaced_by} in its place." if facts and facts.replaced_by else ""
        return f"CMS has deactivated this NPI.{other} Use the NPI in force, or ask NPPES (1-800-465-3203) to reactivate it."
    if outcome is not NppesOutcome.FOUND or facts is None or facts.subject in (None, subject):
        return None
    if subject is Subject.PRACTITIONER:
        return (
            "This is the NPI of an organization (type 2). Give the practitioner's own NPI (type 1), "
            "or change the provider type to an organization."
        )
    return (
        "This is the NPI of a person (type 1). Give the organization's NPI (type 2), "
        "or change the provider type to a practitioner."
    )


# TABLE: the fields of the form NPPES can fill in, and from what.
_SUGGESTED: dict[str, Callable[[NppesFacts], str]] = {
    "first_name": lambda facts: titled(facts.first_name),
    "middle_name": lambda facts: titled(facts.middle_name),
    "last_name": lambda facts: titled(facts.last_name),
    "suffix": lambda facts: titled(facts.suffix),
    "organization_name": lambda facts: titled(facts.organization_name),
    "trade_name": lambda facts: titled(facts.other_name) if facts.organization_name else "",
    "taxonomy": lambda facts: facts.taxonomy.code if facts.taxonomy else "",
    "specialty": lambda facts: facts.taxonomy.description if facts.taxonomy else "",
    "licence_number": lambda facts: facts.licence.licence_number if facts.licence else "",
    "licence_state": lambda facts: facts.licence.licence_state if facts.licence else "",
    "address": lambda facts: titled(facts.address),
    "city": lambda facts: titled(facts.city),
    "state": lambda facts: facts.state if facts.state in STATES else "",
    "zip_code": lambda facts: facts.zip_code,
    "contact_phone": lambda facts: phone_number(facts.phone),
}


def suggestions(facts: NppesFacts, row: ProviderTypeRow) -> dict[str, str]:
    """What NPPES has for the fields put to this provider type, as far as it would be a good answer."""
    if facts.deactivated or facts.subject is not row.subject:
        return {}
    asked = {field.code: field for field in fields_for(row)}
    found = {code: read(facts) for code, read in _SUGGESTED.items() if code in asked}
    return {
        code: text
        for code, text in found.items()
        if text and field_problem(asked[code], {code: text}) is None
    }


def titled(text: str) -> str:
    """What NPPES keeps in capitals as people write it: O'NEILL-REYES, LLC becomes O'Neill-Reyes, LLC."""
    if text != text.upper():
        return text
    return " ".join(_word(word) for word in text.split())


def _word(word: str) -> str:
    if word.strip(".,") in _LEGAL_FORMS or any(letter.isdigit() for letter in word):
        return word
    made, upper = [], True
    for letter in word:
        made.append(letter if upper else letter.lower())
        upper = not letter.isalnum()
    return "".join(made).replace("'S", "'s")


def same_as_nppes(facts: NppesFacts, answers: Mapping[str, Any]) -> bool:
    """Does the form give the name NPPES has? Case, accents, punctuation and a cut at the old widths do not count."""
    if facts.organization_name:
        own = {business_key(str(answers.get(code) or "")) for code in ("organization_name", "trade_name")}
        return business_key(facts.organization_name) in own
    first, last = str(answers.get("first_name") or ""), str(answers.get("last_name") or "")
    return same_name(facts.first_name, first, FIRST_WIDTH) and same_name(facts.last_name, last, LAST_WIDTH)


def other_name_given(facts: NppesFacts, answers: Mapping[str, Any]) -> str:
    """The former or other name of NPPES that the form gives in place of the one in force; empty where it gives none."""
    given = {
        code: str(answers.get(code) or "")
        for code in ("organization_name", "trade_name", "first_name", "last_name")
    }
    key: Callable[[str], str] = business_key if facts.organization_name else name_key
    if facts.organization_name:
        own = {key(given["organization_name"]), key(given["trade_name"])}
    else:
        own = {key(f"{given['first_name']} {given['last_name']}")}
    listed = (*facts.other_names, facts.other_name)
    return next((name for name in listed if key(name) and key(name) in own), "")


def same_text(one: str, other: str) -> bool:
    """Do these say the same, whatever their case and punctuation?"""
    return name_key(one) == name_key(other)


def zip_and_four(text: str) -> str:
    """A ZIP code as NPPES has it, nine digits without a dash, as it is written."""
    return f"{text[:5]}-{text[5:]}" if len(text) == 9 and text.isdigit() else text


def phone_number(text: str) -> str:
    """A telephone number as NPPES has it, often ten digits and nothing else, as it is written."""
    digits = digits_of(text)
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 and digits.isdigit() else text
