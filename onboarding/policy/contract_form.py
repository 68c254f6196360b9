"""TABLE: the New Health Partner contract form: pages, fields, whom each is asked, and what a good answer is.

Answers are text (or a list of texts), as typed and stored: dates as YYYY-MM-DD, yes and no as "yes" and "no".
Sources: seed 002, reference rules sections 1.2 and 4.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from onboarding.policy.attestation import questions_for
from onboarding.policy.identifiers import (
    caqh_problem,
    clia_problem,
    dea_problem,
    digits_of,
    looks_like_ssn,
    npi_problem,
    tax_id_problem,
    taxonomy_problem,
)
from onboarding.policy.plan import COUNTIES, LINES, OTHER_COUNTY
from onboarding.policy.provider_types import AgreementRule, ProviderTypeRow
from onboarding.policy.vocabulary import AuthorizationKind, Subject

Answers = Mapping[str, Any]
STATES = (  # noqa: SIM905
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()


class Entry(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    DIGITS = "digits"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    LONG_TEXT = "long_text"


@dataclass(frozen=True)
class Field:
    """One question: where it stands, what it says, whom it is asked, when it must be answered, what is wrong with one."""

    code: str
    page: str
    label: str
    entry: Entry = Entry.TEXT
    hint: str = ""
    asked: Callable[[ProviderTypeRow], bool] = lambda row: True
    required: Callable[[Answers], bool] = lambda answers: True
    check: Callable[[str], str | None] = lambda text: None
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 100
    autocomplete: str = ""


# Who the provider is. Evidence was gathered for these answers: with another one it proves nothing.
IDENTITY = frozenset({
    "provider_type", "npi", "tax_id", "first_name", "middle_name", "last_name", "suffix", "birth_date", "organization_name",
    "trade_name", "legal_name", "licence_number", "licence_state",
})  # fmt: skip

PAGES: dict[str, str] = {
    "identity": "Who is applying",
    "license": "License and credentials",
    "practice": "Practice and tax ID",
    "services": "What you do",
    "contact": "Whom we should ask",
    "attestation": "Questions to attest",
}


def _person(row: ProviderTypeRow) -> bool:
    return row.subject is Subject.PRACTITIONER


def _body(row: ProviderTypeRow) -> bool:
    return row.subject is Subject.ORGANIZATION


def _licensed(row: ProviderTypeRow) -> bool:
    return row.licensed


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _optional(answers: Answers) -> bool:
    return False


def _prescribes(answers: Answers) -> bool:
    return answers.get("prescribes") == "yes"


def _tests_on_site(answers: Answers) -> bool:
    return answers.get("tests_on_site") == "yes"


def parse_day(text: str) -> date | None:
    """A date as typed: YYYY-MM-DD or MM/DD/YYYY; None when it is neither, or anything stands behind it."""
    typed = text.strip()
    if len(typed) > len("YYYY-MM-DD"):
        return None
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    return None


def _birth_date_problem(text: str) -> str | None:
    day = parse_day(text)
    if day is None or day.year < 1900:
        return "Give the date of birth as month, day and four-digit year, for example 04/17/1980."
    return None


def _day_problem(text: str) -> str | None:
    return (
        None
        if parse_day(text)
        else "Give the date as month, day and four-digit year, for example 12/31/2027."
    )


def _zip_problem(text: str) -> str | None:
    return (
        None
        if re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", text)
        else "Give the ZIP code as five digits, or nine with a dash."
    )


def _phone_problem(text: str) -> str | None:
    digits = digits_of(text).removeprefix("+").removeprefix("1")
    good = len(digits) == 10 and digits.isascii() and digits.isdigit() and digits[0] not in "01"
    return None if good else "Give a ten-digit telephone number, for example 501-555-0142."


_ATOM = r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"(?![A-Za-z0-9]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?P<domain>{_LABEL}(?:\.{_LABEL})*\.(?P<top>{_LABEL}))"
)
# Top names that no mail ever reaches (RFC 6761 and its kin).
_NOWHERE = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})


def _email_problem(text: str) -> str | None:
    """Only what the mail takes (mail.one_address): a letter to any other address would never leave."""
    found = _ADDRESS.fullmatch(text) if len(text) <= 254 else None
    if (
        found
        and found["top"][-1].isalpha()
        and found["top"].lower() not in _NOWHERE
        and len(found["domain"]) <= 253
    ):
        return None
    return "Give an e-mail address, for example office@practice.example."


def _name_problem(text: str) -> str | None:
    if re.search(r"[<>{}\d\x00-\x1f]", text):
        return "Give the name in letters, without digits or symbols."
    return None


_STATE_CHOICES = tuple((state, state) for state in STATES)
_COUNTY_CHOICES = tuple((county, county) for county in (*COUNTIES, OTHER_COUNTY))
_T = Entry

FIELDS: tuple[Field, ...] = (
    Field("npi", "identity", "NPI", _T.DIGITS, "Ten digits. A practitioner gives the individual NPI (type 1), an "
          "organization the organizational one (type 2).", check=npi_problem, max_length=10),
    Field("first_name", "identity", "First name", asked=_person, check=_name_problem, max_length=60,
          hint="As it stands on the license.", autocomplete="given-name"),
    Field("middle_name", "identity", "Middle name (optional)", asked=_person, required=_optional, check=_name_problem,
          max_length=60, autocomplete="additional-name"),
    Field("last_name", "identity", "Last name", asked=_person, check=_name_problem, max_length=60,
          autocomplete="family-name"),
    Field("suffix", "identity", "Suffix (optional)", asked=_person, required=_optional, check=_name_problem,
          hint="Jr., Sr., III", max_length=10),
    Field("birth_date", "identity", "Date of birth", _T.DATE, asked=_person, check=_birth_date_problem, max_length=30,
          hint="We need it to tell you apart from people on the federal exclusion list. Stored encrypted."),
    Field("organization_name", "identity", "Legal name of the organization", asked=_body, max_length=200,
          hint="Exactly as the IRS has it.", autocomplete="organization"),
    Field("trade_name", "identity", "Trade name, if another (optional)", asked=_body, required=_optional,
          max_length=200),
    Field("specialty", "license", "Specialty or main service", max_length=120),
    Field("taxonomy", "license", "Taxonomy code (optional)", required=_optional, check=taxonomy_problem, max_length=10,
          hint="The code of your specialty in NPPES: ten characters, for example 207Q00000X."),
    Field("licence_number", "license", "License or certification number", asked=_licensed, max_length=40),
    Field("licence_state", "license", "State that issued it", _T.CHOICE, choices=_STATE_CHOICES, asked=_person,
          max_length=2),
    Field("licence_expires_on", "license", "License expiration date", _T.DATE, asked=_licensed, check=_day_problem,
          max_length=30),
    Field("board_certification", "license", "Certifying board (optional)", asked=_person, required=_optional,
          hint="If you are board certified: which board.", max_length=120),
    Field("caqh_number", "license", "CAQH number", _T.DIGITS, check=caqh_problem, max_length=9,
          asked=lambda row: row.authorization is AuthorizationKind.CAQH,
          hint="Your CAQH Provider ID, usually eight digits."),
    Field("legal_name", "practice", "Legal name for payment", max_length=200,
          hint="Exactly as on line 1 of your W-9. This becomes the name on the contract."),
    Field("tax_id", "practice", "Tax ID", _T.DIGITS, "Nine digits, as on your W-9. Stored encrypted.",
          check=tax_id_problem, max_length=11),
    Field("address", "practice", "Practice street address", max_length=200, autocomplete="street-address"),
    Field("city", "practice", "City", max_length=100, autocomplete="address-level2"),
    Field("state", "practice", "State", _T.CHOICE, choices=_STATE_CHOICES, max_length=2,
          autocomplete="address-level1"),
    Field("zip_code", "practice", "ZIP code", check=_zip_problem, max_length=10, autocomplete="postal-code"),
    Field("county", "practice", "County", _T.CHOICE, choices=_COUNTY_CHOICES, max_length=60),
    Field("lines", "practice", "Whom you want to serve", _T.CHOICES, choices=tuple(LINES.items()),
          hint="Choose every line that applies."),
    Field("prescribes", "services", "Do you prescribe controlled substances?", _T.YES_NO,
          asked=lambda row: row.can_prescribe, hint="If yes, we will ask for your DEA certificate."),
    Field("dea_number", "services", "DEA number", asked=lambda row: row.can_prescribe, required=_prescribes,
          check=dea_problem, hint="If you answered yes above. Two letters and seven digits.", max_length=9),
    Field("tests_on_site", "services", "Do you do laboratory tests on site?", _T.YES_NO,
          hint="Waived tests such as glucose or strep count. If yes, we will ask for the CLIA certificate."),
    Field("clia_number", "services", "CLIA number", required=_tests_on_site, check=clia_problem, max_length=10,
          hint="If you answered yes above. Ten characters, the third a D."),
    Field("independent", "services", "Do you hold a certificate of full independent practice?", _T.YES_NO,
          asked=lambda row: row.agreement is AgreementRule.COLLABORATIVE_UNLESS_INDEPENDENT,
          hint="If no, we will ask for your collaborative practice agreement."),
    Field("contact_name", "contact", "Name of the person we should ask", check=_name_problem, max_length=120,
          autocomplete="name"),
    Field("contact_email", "contact", "E-mail address", _T.EMAIL, check=_email_problem, max_length=200,
          hint="We send the Application ID and every letter here.", autocomplete="email"),
    Field("contact_phone", "contact", "Telephone", _T.PHONE, check=_phone_problem, max_length=20, autocomplete="tel"),
)  # fmt: skip


def _question_fields(subject: Subject) -> tuple[Field, ...]:
    made: list[Field] = []
    for question in questions_for(subject):
        code = question.code
        unexpected = "no" if question.expected else "yes"
        made.append(Field(code, "attestation", question.text, Entry.YES_NO))
        made.append(
            Field(
                f"{code}_explained",
                "attestation",
                f"If {unexpected}: please explain",
                Entry.LONG_TEXT,
                required=lambda answers, code=code, odd=unexpected: answers.get(code) == odd,  # type: ignore[misc]
                max_length=2000,
            )
        )
    return tuple(made)


_QUESTIONS = {subject: _question_fields(subject) for subject in Subject}


def fields_for(row: ProviderTypeRow, page: str | None = None) -> tuple[Field, ...]:
    """The fields put to this provider type, on one page or on all, in order."""
    everything = (*FIELDS, *_QUESTIONS[row.subject])
    return tuple(field for field in everything if field.asked(row) and page in (None, field.page))


# Signs nobody sees: control characters, marks that turn the reading direction, halves of characters.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _readable(text: str, *, lines: bool = False) -> str:
    """The text without unseen signs, trimmed; on one line, or on lines that end in one way."""
    text = _UNSEEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return (text if lines else text.replace("\n", " ")).strip()


def clean(field: Field, value: Any) -> Any:
    """An answer as it is kept: trimmed and readable, numbers without spaces and dashes, dates as YYYY-MM-DD."""
    if field.entry is Entry.CHOICES:
        return [_readable(str(item)) for item in value or []]
    text = _readable(str(value or ""), lines=field.entry is Entry.LONG_TEXT)
    if field.entry is Entry.DIGITS:
        return digits_of(text)
    if field.entry is Entry.DATE:
        day = parse_day(text)
        return day.isoformat() if day else text
    if field.code in ("dea_number", "clia_number", "taxonomy"):
        return text.upper()
    return text


def field_problem(field: Field, answers: Answers) -> str | None:
    """What is wrong with the answer to one field, in words that say what to do; None when it is good."""
    value = answers.get(field.code)
    if field.entry is Entry.CHOICES:
        known = {code for code, _ in field.choices}
        if not value and field.required(answers):
            return f"Choose at least one: {field.label.lower()}."
        return None if set(value or ()) <= known else "Choose from the list."
    text = str(value or "")
    if not text:
        return _missing(field) if field.required(answers) else None
    if len(text) > field.max_length:
        return f"{field.label}: at most {field.max_length} characters."
    if field.entry is Entry.YES_NO and text not in ("yes", "no"):
        return "Answer yes or no."
    if field.entry is Entry.CHOICE and text not in {code for code, _ in field.choices}:
        return f"Choose from the list: {field.label.lower()}."
    if field.code != "tax_id" and looks_like_ssn(text):
        return "This looks like a social security number. Please take it out: we never need it here."
    return field.check(text)


def _missing(field: Field) -> str:
    if field.entry is Entry.YES_NO:
        return "Answer yes or no."
    if field.entry is Entry.CHOICE:
        return f"Choose from the list: {field.label.lower()}."
    if field.entry is Entry.LONG_TEXT:
        return "Explain your answer in a few words."
    label = field.label if field.label[1:2].isupper() else field.label[0].lower() + field.label[1:]
    return f"Enter {label}."


def problems(row: ProviderTypeRow, answers: Answers, today: date, page: str | None = None) -> dict[str, str]:
    """Every field whose answer is missing or wrong, with what to do; on one page or on all."""
    found = {
        field.code: problem
        for field in fields_for(row, page)
        if (problem := field_problem(field, answers)) is not None
    }
    for code, good, says in _DAY_RULES:
        day = parse_day(str(answers.get(code) or ""))
        asked = any(field.code == code for field in fields_for(row, page))
        if asked and code not in found and day and not good(day, today):
            found[code] = says
    return found


_DAY_RULES: tuple[tuple[str, Callable[[date, date], bool], str], ...] = (
    ("birth_date", lambda day, today: 18 <= _age(day, today) <= 110, "Check the date of birth."),
    (
        "licence_expires_on",
        lambda day, today: day >= today,
        "This license has expired. Renew it first, then apply.",
    ),
)
