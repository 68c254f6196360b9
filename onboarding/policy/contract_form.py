"""TABLE: the questions of the New Health Partner contract form, and what is still missing or wrong in one.

The pages stand in policy/form_pages.py, what is given entry by entry in policy/groups.py. Sources: seed 002, reference
rules sections 1.2, 3 and 4.
"""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cache

from onboarding.policy import ces_waiver
from onboarding.policy.attestation import LANGUAGES, questions_for
from onboarding.policy.disclosures import misplaced
from onboarding.policy.field_checks import (
    STATE_CHOICES,
    STATES,
    birth_date_problem,
    ccn_problem,
    email_problem,
    grown,
    in_force,
    licensed_grown,
    members_problem,
    name_problem,
    not_ahead,
    phone_problem,
    zip_problem,
)
from onboarding.policy.fields import (
    Answers,
    Entry,
    Field,
    clean,
    field_problem,
    optional,
    parse_day,
    parse_month,
)
from onboarding.policy.form_pages import PAGES, Page, pages_for
from onboarding.policy.groups import group_problems
from onboarding.policy.identifiers import (
    caqh_problem,
    clia_problem,
    dea_problem,
    npi_problem,
    tax_id_problem,
    taxonomy_problem,
)
from onboarding.policy.plan import COUNTIES, LINES, OTHER_COUNTY
from onboarding.policy.provider_types import ProviderTypeRow, bodies, people

__all__ = [
    "FIELDS", "IDENTITY", "PAGES", "STATES", "Answers", "Entry", "Field", "PageState", "answer_codes", "attested_codes", "clean",
    "field_problem", "fields_for", "page_states", "pages_for", "parse_day", "parse_month", "problems",
]  # fmt: skip

# Who the provider is. Evidence was gathered for these answers: with another one it proves nothing.
IDENTITY = frozenset({
    "provider_type", "npi", "tax_id", "first_name", "middle_name", "last_name", "suffix", "birth_date", "organization_name",
    "trade_name", "legal_name", "licence_number", "licence_state",
})  # fmt: skip

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _licensed(row: ProviderTypeRow) -> bool:
    return row.licensed


def _prescribes(answers: Answers) -> bool:
    return answers.get("prescribes") == "yes"


def _tests_on_site(answers: Answers) -> bool:
    return answers.get("tests_on_site") == "yes"


def _admits_otherwise(answers: Answers) -> bool:
    return answers.get("has_privileges") == "no"


def _no_other_day(answers: Answers) -> bool:
    return not any(answers.get(f"hours_{day.lower()}") for day in _DAYS[1:])


_COUNTY_CHOICES = tuple((county, county) for county in (*COUNTIES, OTHER_COUNTY))
_COUNTIES_SERVED = tuple((county, county) for county in COUNTIES)
_LANGUAGE_CHOICES = tuple((language, language) for language in LANGUAGES)
_T = Entry

FIELDS: tuple[Field, ...] = (
    Field("npi", "identity", "NPI", _T.DIGITS, "Ten digits. A practitioner gives the individual NPI (type 1), an "
          "organization the organizational one (type 2).", check=npi_problem, max_length=10),
    Field("first_name", "identity", "First name", asked=people, check=name_problem, max_length=60,
          hint="As it stands on the license.", autocomplete="given-name"),
    Field("middle_name", "identity", "Middle name (optional)", asked=people, required=optional, check=name_problem,
          max_length=60, autocomplete="additional-name"),
    Field("last_name", "identity", "Last name", asked=people, check=name_problem, max_length=60,
          autocomplete="family-name"),
    Field("suffix", "identity", "Suffix (optional)", asked=people, required=optional, check=name_problem,
          hint="Jr., Sr., III", max_length=10),
    Field("birth_date", "identity", "Date of birth", _T.DATE, asked=people, check=birth_date_problem, dated=grown,
          max_length=30, example="04/17/1980",
          hint="We need it to tell you apart from people on the federal exclusion list. Stored encrypted."),
    Field("organization_name", "identity", "Legal name of the organization", asked=bodies, max_length=200,
          hint="Exactly as the IRS has it.", autocomplete="organization"),
    Field("trade_name", "identity", "Trade name, if another (optional)", asked=bodies, required=optional,
          max_length=200),
    Field("signer_name", "signer", "Name of the authorized signer", check=name_problem, max_length=120),
    Field("signer_title", "signer", "Title", hint="For example owner, administrator, chief executive officer.",
          max_length=100),
    Field("signer_email", "signer", "E-mail address of the signer", _T.EMAIL, check=email_problem, max_length=200),
    Field("contact_name", "contact", "Name of the person we should ask", check=name_problem, max_length=120,
          autocomplete="name"),
    Field("contact_email", "contact", "E-mail address", _T.EMAIL, check=email_problem, max_length=200,
          hint="We send the Application ID and every letter here.", autocomplete="email"),
    Field("contact_phone", "contact", "Telephone", _T.PHONE, check=phone_problem, max_length=20, autocomplete="tel",
          missing="Enter the telephone number."),
    Field("specialty", "license", "Specialty or main service", max_length=120),
    Field("taxonomy", "license", "Taxonomy code (optional)", required=optional, check=taxonomy_problem, max_length=10,
          hint="The code of your specialty in NPPES: ten characters, for example 207Q00000X."),
    Field("licence_number", "license", "{license} number", hint="Issued by: {body}.", asked=_licensed, max_length=40),
    Field("licence_state", "license", "State that issued it", _T.CHOICE, choices=STATE_CHOICES, asked=people,
          max_length=2),
    Field("licence_expires_on", "license", "{license} expiration date", _T.DATE, asked=_licensed, dated=in_force,
          max_length=30),
    Field("caqh_number", "caqh", "CAQH number", _T.DIGITS, check=caqh_problem, max_length=9,
          hint="Your CAQH Provider ID, usually eight digits."),
    Field("supervisor_name", "supervisor", "Name of your supervisor", check=name_problem, max_length=120,
          hint="Your license is for practice under supervision: who supervises you?"),
    Field("supervisor_licence", "supervisor", "The supervisor's license number", max_length=40,
          hint="With its kind, for example LCSW 1234-C."),
    Field("prescribes", "prescribing", "Do you prescribe controlled substances?", _T.YES_NO,
          hint="If yes, we will ask for your DEA certificate."),
    Field("dea_number", "prescribing", "DEA number", required=_prescribes, check=dea_problem,
          hint="If you answered yes above. Two letters and seven digits.", max_length=9),
    Field("independent", "independence", "Do you hold a certificate of full independent practice?", _T.YES_NO,
          hint="If no, we will ask for your collaborative practice agreement."),
    Field("has_other_licenses", "other_licenses", "Do you hold another license, in this or another state?", _T.YES_NO,
          "We check each one with the board that issued it."),
    Field("ccn", "certification", "CMS certification number (CCN)", check=ccn_problem, max_length=10,
          asked=lambda row: row.certified_by_cms, hint="Six characters, or ten for a surgery center."),
    Field("accreditation", "certification", "Accredited by (optional)", required=optional, max_length=150,
          hint="For example The Joint Commission, CARF, COA, AAAHC. Leave it empty if you are not accredited."),
    Field("board_certified", "boards", "Are you board certified?", _T.YES_NO),
    Field("first_licensed", "first_license", "Month you were first licensed in your profession, in any state", _T.MONTH,
          "We ask for your work since then, for five years at most.", dated=not_ahead, against=licensed_grown,
          max_length=20),
    Field("worked", "jobs", "Have you held a job or position in that time?", _T.YES_NO),
    Field("has_privileges", "hospitals", "Do you have privileges at a hospital?", _T.YES_NO),
    Field("admits_through", "hospitals", "How are your patients admitted to a hospital?", _T.LONG_TEXT,
          "For example through a hospitalist group or another physician, by name.", required=_admits_otherwise,
          max_length=500),
    Field("legal_name", "payee", "Legal name for payment", max_length=200,
          hint="Exactly as on line 1 of your W-9. This becomes the name on the contract."),
    Field("tax_id", "payee", "Tax ID", _T.DIGITS, "Nine digits, as on your W-9. Stored encrypted.",
          check=tax_id_problem, max_length=11, secret=True),
    Field("address", "practice", "Practice street address", max_length=200, autocomplete="street-address"),
    Field("city", "practice", "City", max_length=100, autocomplete="address-level2"),
    Field("state", "practice", "State", _T.CHOICE, choices=STATE_CHOICES, max_length=2,
          autocomplete="address-level1"),
    Field("zip_code", "practice", "ZIP code", check=zip_problem, max_length=10, autocomplete="postal-code"),
    Field("county", "practice", "County", _T.CHOICE, choices=_COUNTY_CHOICES, max_length=60),
    Field("lines", "members", "Whom you want to serve", _T.CHOICES, choices=tuple(LINES.items()),
          hint="Choose every line that applies."),
    Field("accepting", "members", "Do you accept new patients?", _T.YES_NO),
    Field("spoken", "access", "Languages spoken at the practice", _T.CHOICES, choices=_LANGUAGE_CHOICES,
          hint="By you or your staff, with members."),
    Field("interpreter", "access", "Can members have an interpreter?", _T.YES_NO, "In person, by telephone or by video."),
    Field("wheelchair", "access", "Is the office accessible by wheelchair?", _T.YES_NO),
    Field("telehealth", "access", "Do you offer telehealth?", _T.YES_NO),
    *(
        Field(f"hours_{day.lower()}", "hours", day, _T.HOURS, max_length=30, required=rule,
              missing="Enter the hours of at least one day.",
              hint="For example 8 am to 5 pm." if day == "Monday" else "")
        for day, rule in zip(_DAYS, (_no_other_day, *(optional,) * 6), strict=True)
    ),
    Field("tests_on_site", "laboratory", "Do you do laboratory tests on site?", _T.YES_NO,
          hint="Waived tests such as glucose or strep count. If yes, we will ask for the CLIA certificate."),
    Field("clia_number", "laboratory", "CLIA number", required=_tests_on_site, check=clia_problem, max_length=10,
          hint="If you answered yes above. Ten characters, the third a D."),
    Field("waiver_services", "waiver_services", "Services you offer", _T.CHOICES,
          choices=tuple(ces_waiver.SERVICES.items()), hint="As your DDS certificate lists them."),
    Field("waiver_levels", "waiver_levels", "Service levels", _T.CHOICES, choices=tuple(ces_waiver.LEVELS.items())),
    Field("waiver_members", "waiver_levels", "Most members you can serve at one time", _T.DIGITS, check=members_problem,
          missing="Enter how many members you can serve at one time.",
          max_length=5),
    Field("waiver_counties", "waiver_counties", "Counties you serve", _T.CHOICES, choices=_COUNTIES_SERVED),
    Field("has_owners", "owners", "Does anyone own or control five percent or more?", _T.YES_NO,
          "A person or a corporation, directly or through another. Answer no only if the organization has no owners."),
    Field("has_ties", "ties", "Are any of the owners related to each other?", _T.YES_NO,
          "As spouses, parent and child, or brothers and sisters."),
    Field("has_interests", "interests", "Does an owner hold five percent or more of a subcontractor or another provider?",
          _T.YES_NO),
    Field("has_transactions", "transactions", "In the last 12 months, did you pay one subcontractor more than $25,000?",
          _T.YES_NO, "42 CFR 455.105."),
)  # fmt: skip


@cache
def _questions(row: ProviderTypeRow) -> tuple[Field, ...]:
    made: list[Field] = []
    for question in questions_for(row.subject, row.code):
        code = question.code
        unexpected = "no" if question.expected else "yes"
        made.append(Field(code, question.page, question.text, Entry.YES_NO))
        made.append(
            Field(
                f"{code}_explained",
                question.page,
                f"If {unexpected}: please explain",
                Entry.LONG_TEXT,
                required=lambda answers, code=code, odd=unexpected: answers.get(code) == odd,  # type: ignore[misc]
                max_length=2000,
            )
        )
    return tuple(made)


def attested_codes(row: ProviderTypeRow) -> frozenset[str]:
    """The codes of what is attested, with the explanations: asked anew each time."""
    return frozenset(field.code for field in _questions(row))


@cache
def fields_for(row: ProviderTypeRow, page: str | None = None) -> tuple[Field, ...]:
    """The fields put to this provider type, on one page or on all, in order of the pages."""
    everything = (*FIELDS, *_questions(row))
    return tuple(
        _worded(field, row)
        for found in pages_for(row)
        if page in (None, found.code)
        for field in everything
        if field.page == found.code and field.asked(row)
    )


def answer_codes(row: ProviderTypeRow) -> dict[str, str]:
    """Every key of the answers of this provider type, fields and groups, with its label."""
    labels = {field.code: field.label for field in fields_for(row)}
    return labels | {page.group.code: page.title for page in pages_for(row) if page.group}


def _worded(field: Field, row: ProviderTypeRow) -> Field:
    words = {"license": row.licence_name, "body": row.licensing_body}
    return replace(field, label=field.label.format(**words), hint=field.hint.format(**words))


class PageState(StrEnum):
    """How far a page is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    BLOCKED = "blocked"
    TO_CORRECT = "to_correct"  # asked back, and still answered as before
    STAYS = "stays"  # of a form sent back for other corrections: policy/corrections.py


def page_states(row: ProviderTypeRow, answers: Answers, today: date) -> dict[str, PageState]:
    """How far each page is, in order; a page that no answer calls for is left out."""
    return {
        page.code: _state(row, page, answers, today)
        if _opened(row, page, answers, today)
        else PageState.BLOCKED
        for page in pages_for(row)
        if page.when(answers, today) or not _opened(row, page, answers, today)
    }


def problems(row: ProviderTypeRow, answers: Answers, today: date, page: str | None = None) -> dict[str, str]:
    """Everything missing or wrong, with what to do, by field or entry; on one page or on all.

    A page that waits for another, or that no answer calls for, has no problems of its own.
    """
    return {
        key: problem
        for asked in pages_for(row)
        if page in (None, asked.code)
        if asked.when(answers, today) and _opened(row, asked, answers, today)
        for key, problem in _page_problems(row, asked, answers, today).items()
    }


def _opened(row: ProviderTypeRow, page: Page, answers: Answers, today: date) -> bool:
    return not page.after or not _page_problems(row, PAGES[page.after], answers, today)


def _state(row: ProviderTypeRow, page: Page, answers: Answers, today: date) -> PageState:
    keys = [field.code for field in fields_for(row, page.code)] + ([page.group.code] if page.group else [])
    if not _page_problems(row, page, answers, today):
        seen = page.after or any(key in answers for key in keys)
        return PageState.DONE if seen else PageState.NOT_STARTED
    return PageState.IN_PROGRESS if any(answers.get(key) for key in keys) else PageState.NOT_STARTED


def _page_problems(row: ProviderTypeRow, page: Page, answers: Answers, today: date) -> dict[str, str]:
    wrong = {
        field.code: problem
        for field in fields_for(row, page.code)
        if (problem := field_problem(field, answers, today) or misplaced(field, answers, answers)) is not None
    }
    return {**wrong, **(group_problems(page.group, answers, today) if page.group else {})}
