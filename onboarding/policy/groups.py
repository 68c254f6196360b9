"""TABLE: what is given entry by entry: jobs, schools, boards, hospitals, policies, claims, owners, and their kin.

An entry is a dictionary of answers with an id of its own; a group of them stands in the answers of the form as a list.
Sources: NCQA CR 3 (work history, education, malpractice), 42 CFR 455.104 to 455.106 (ownership and control).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onboarding.policy.disclosures import misplaced, undisclosed
from onboarding.policy.field_checks import STATE_CHOICES as _STATE
from onboarding.policy.field_checks import (
    aggregate_covers_a_claim,
    birth_date_problem,
    grown,
    in_force,
    name_problem,
    not_ahead,
    not_over,
    percent_problem,
)
from onboarding.policy.fields import (
    Answers,
    Field,
    field_problem,
    optional,
    parse_day,
    parse_month,
)
from onboarding.policy.fields import Entry as _T
from onboarding.policy.identifiers import tax_id_problem
from onboarding.policy.work_history import EXPLAINED_AT_LEAST, WRITTEN_AT_LEAST, Gap, gap_entries

Given = Mapping[str, Any]
Found = dict[str, str]
MOST = 60  # entries of one group
_WORD = re.compile(r"[^\W\d_]+")


def _yes(code: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(code) == "yes"


def _day(entry: Given, code: str) -> date | None:
    text = str(entry.get(code) or "")
    return parse_day(text) or parse_month(text)


def _in_order(first: str, last: str) -> Callable[[Given, date], Found]:
    """The second date does not come before the first."""

    def check(entry: Given, today: date) -> Found:
        began, ended = _day(entry, first), _day(entry, last)
        if began and ended and ended < began:
            return {last: "The end comes before the beginning. Check both dates."}
        return {}

    return check


def _gap_explained(entry: Given, today: date) -> Found:
    """A gap is explained in words, a long one at length: letters count, and nothing else."""
    began, ended = _day(entry, "began"), _day(entry, "ended")
    text = str(entry.get("explained") or "")
    letters = sum(map(str.isalpha, text))
    gap = Gap(began, ended or today) if began else None
    if gap and gap.in_writing(today) and letters < WRITTEN_AT_LEAST:
        return {
            "explained": "This gap is longer than twelve months: explain it in writing, in at least "
            f"{WRITTEN_AT_LEAST} letters. So far there are {letters}."
        }
    if text and (letters < EXPLAINED_AT_LEAST or len(_WORD.findall(text)) < 2):
        return {"explained": "Say in words what you did in this time, for example: parental leave."}
    return {}


@dataclass(frozen=True)
class Group:
    """One kind of entry: its fields, how an entry is called, when entries are wanted, and what else is checked.

    `against` holds an entry against the rest of the form. `span` names the fields that hold its first and last day or month.

    `found` makes the entries of a group that follow from other answers: they are answered, never added or removed.
    """

    code: str
    one: str
    fields: tuple[Field, ...]
    called: str
    wanted: Callable[[Answers], bool] = lambda answers: True
    check: Callable[[Given, date], Found] = lambda entry, today: {}
    against: Callable[[Given, Answers], Found] = lambda entry, answers: {}
    found: Callable[[Answers, date], list[dict[str, Any]]] | None = None
    span: tuple[str, str] = ("", "")

    def entries(self, answers: Answers, today: date) -> list[dict[str, Any]]:
        """The entries that count, in the order they were given; nothing where they are not wanted."""
        if not self.wanted(answers):
            return []
        return self.found(answers, today) if self.found else list(answers.get(self.code) or ())

    def title(self, entry: Given) -> str:
        """What this entry is called in a list."""
        return str(entry.get(self.called) or f"A {self.one} without a name")


def entry_problems(group: Group, entry: Given, today: date, answers: Answers | None = None) -> Found:
    """What is missing or wrong in one entry, by field; with the answers of the form, also against these."""
    wrong = {
        field.code: problem
        for field in group.fields
        if (problem := field_problem(field, entry, today) or misplaced(field, entry, answers or {}, entry))
        is not None
    }
    return {**group.check(entry, today), **wrong}


def group_problems(group: Group, answers: Answers, today: date) -> Found:
    """What is missing or wrong in the whole group; the key of an entry is the group's code and the entry's id."""
    if not group.wanted(answers):
        return {}
    entries = group.entries(answers, today)
    if not entries and not group.found:
        return {group.code: f"Add at least one {group.one}."}
    return {
        f"{group.code}-{entry['id']}": f"{group.title(entry)}: {next(iter(wrong.values()))}"
        for entry in entries
        if (wrong := entry_problems(group, entry, today, answers) or group.against(entry, answers))
    }


_PAST = "04/17/1980"
_ADDRESS_HINT = "Street, city, state and ZIP code."


def _person_fields(page: str, prefix: str) -> tuple[Field, ...]:
    """Address, birth date and number of a person, as 42 CFR 455.104(b) lists them."""
    return (
        Field(f"{prefix}_address", page, "Address", hint=_ADDRESS_HINT, max_length=300),
        Field(f"{prefix}_birth_date", page, "Date of birth", _T.DATE, "Stored encrypted.", check=birth_date_problem,
              dated=grown, max_length=30, example=_PAST),
        Field(f"{prefix}_ssn", page, "Social security number", _T.DIGITS, "Nine digits. Stored encrypted.",
              check=tax_id_problem, max_length=11, secret=True),
    )  # fmt: skip


GROUPS: tuple[Group, ...] = (
    Group("other_licenses", "license", (
        Field("other_state", "other_licenses", "State", _T.CHOICE, choices=_STATE, max_length=2),
        Field("other_number", "other_licenses", "License number", max_length=40),
        Field("other_expires_on", "other_licenses", "Expiration date", _T.DATE, dated=in_force, max_length=30),
    ), "other_state", _yes("has_other_licenses")),
    Group("schools", "school or program", (
        Field("school_kind", "schools", "What it was", _T.CHOICE, max_length=20, choices=(
            ("degree", "Degree"), ("internship", "Internship"), ("residency", "Residency"),
            ("fellowship", "Fellowship"), ("certificate", "Certificate or other training"))),
        Field("school_name", "schools", "School or program", max_length=150),
        Field("school_degree", "schools", "Degree, field or specialty", max_length=100),
        Field("school_completed", "schools", "Month you completed it", _T.MONTH, dated=not_ahead, max_length=20),
    ), "school_name"),
    Group("boards", "certification", (
        Field("board_name", "boards", "Certifying board", max_length=120),
        Field("board_specialty", "boards", "Specialty", max_length=120),
        Field("board_certified_on", "boards", "Certified on", _T.DATE, dated=not_ahead, max_length=30, example=_PAST,
              missing="Enter the day on which you were certified."),
        Field("board_expires_on", "boards", "Expires on (optional)", _T.DATE, "Leave it empty if it does not expire.",
              required=optional, dated=not_over, max_length=30),
    ), "board_name", _yes("board_certified"), _in_order("board_certified_on", "board_expires_on")),
    Group("jobs", "job", (
        Field("job_employer", "jobs", "Employer or practice", max_length=150),
        Field("job_role", "jobs", "Your role", max_length=100),
        Field("job_city", "jobs", "City", max_length=100),
        Field("job_state", "jobs", "State", _T.CHOICE, choices=_STATE, max_length=2),
        Field("job_began", "jobs", "Month it began", _T.MONTH, dated=not_ahead, max_length=20),
        Field("job_current", "jobs", "Do you still work there?", _T.YES_NO),
        Field("job_ended", "jobs", "Month it ended", _T.MONTH, dated=not_ahead, max_length=20,
              required=lambda entry: entry.get("job_current") == "no"),
    ), "job_employer", _yes("worked"), _in_order("job_began", "job_ended"),
        span=("job_began", "job_ended")),
    Group("gaps", "gap", (
        Field("explained", "gaps", "What did you do in this time?", _T.LONG_TEXT, max_length=2000,
              hint="A sentence or two. A gap of more than twelve months needs more."),
    ), "gap", check=_gap_explained, found=gap_entries),
    Group("hospitals", "hospital", (
        Field("hospital_name", "hospitals", "Hospital", max_length=150),
        Field("hospital_city", "hospitals", "City", max_length=100),
        Field("hospital_state", "hospitals", "State", _T.CHOICE, choices=_STATE, max_length=2),
        Field("hospital_privileges", "hospitals", "Kind of privileges", hint="For example active, courtesy, provisional.",
              max_length=60),
    ), "hospital_name", _yes("has_privileges")),
    Group("policies", "policy", (
        Field("policy_carrier", "policies", "Insurance carrier", max_length=150),
        Field("policy_number", "policies", "Policy number", max_length=40),
        Field("policy_per_claim", "policies", "Limit per claim", _T.AMOUNT, max_length=20),
        Field("policy_aggregate", "policies", "Limit in all (aggregate)", _T.AMOUNT, max_length=20,
              against=aggregate_covers_a_claim),
        Field("policy_from", "policies", "In force from", _T.DATE, dated=not_ahead, max_length=30, example="01/01/2026",
              missing="Enter the first day on which the policy is in force."),
        Field("policy_to", "policies", "In force to", _T.DATE, dated=not_over, max_length=30,
              missing="Enter the last day on which the policy is in force."),
    ), "policy_carrier", _yes("malpractice_cover"), _in_order("policy_from", "policy_to"),
        span=("policy_from", "policy_to")),
    Group("claims", "claim", (
        Field("claim_month", "claims", "Month of the event", _T.MONTH, dated=not_ahead, max_length=20),
        Field("claim_about", "claims", "What was claimed", _T.LONG_TEXT, max_length=1000,
              hint="Without the patient's name."),
        Field("claim_state", "claims", "State", _T.CHOICE, choices=_STATE, max_length=2),
        Field("claim_outcome", "claims", "Outcome", _T.CHOICE, max_length=20, choices=(
            ("settled", "Settled"), ("judgment", "Judgment against me"), ("dismissed", "Dismissed"),
            ("open", "Still open"))),
        Field("claim_amount", "claims", "Amount paid", _T.AMOUNT, max_length=20, hint="In whole dollars; 0 if nothing."),
    ), "claim_about", _yes("malpractice_claims")),
    Group("owners", "owner", (
        Field("owner_kind", "owners", "A person or a corporation?", _T.CHOICE, max_length=20, choices=(
            ("person", "A person"), ("corporation", "A corporation or other body"))),
        Field("owner_name", "owners", "Name", max_length=200),
        Field("owner_address", "owners", "Address", hint=_ADDRESS_HINT, max_length=300),
        Field("owner_birth_date", "owners", "Date of birth", _T.DATE, "For a person. Stored encrypted.",
              required=lambda entry: entry.get("owner_kind") == "person", check=birth_date_problem, dated=grown,
              max_length=30, example=_PAST),
        Field("owner_tax_id", "owners", "Social security number or tax ID", _T.DIGITS, check=tax_id_problem,
              hint="The SSN of a person, the tax ID of a corporation. Stored encrypted.", max_length=11, secret=True),
        Field("owner_percent", "owners", "Share in percent", _T.PERCENT, check=percent_problem, max_length=8),
    ), "owner_name", _yes("has_owners")),
    Group("ties", "family tie", (
        Field("tie_one", "ties", "First person", check=name_problem, max_length=120),
        Field("tie_relation", "ties", "How they are related", _T.CHOICE, max_length=20, choices=(
            ("spouse", "Spouses"), ("parent", "Parent and child"), ("sibling", "Brothers or sisters"))),
        Field("tie_other", "ties", "Second person", check=name_problem, max_length=120),
    ), "tie_one", _yes("has_ties"), against=undisclosed("tie_one", "tie_other")),
    Group("interests", "interest", (
        Field("interest_kind", "interests", "What it is", _T.CHOICE, max_length=20, choices=(
            ("subcontractor", "A subcontractor"), ("entity", "Another provider that discloses its owners"))),
        Field("interest_name", "interests", "Its name", max_length=200),
        Field("interest_owner", "interests", "Who holds the share", max_length=200),
        Field("interest_percent", "interests", "Share in percent", _T.PERCENT, check=percent_problem, max_length=8),
    ), "interest_name", _yes("has_interests"), against=undisclosed("interest_owner")),
    Group("managers", "managing employee", (
        Field("manager_name", "managers", "Name", check=name_problem, max_length=120),
        Field("manager_title", "managers", "Position", hint="For example administrator, director, board officer.",
              max_length=100),
        *_person_fields("managers", "manager"),
    ), "manager_name"),
    Group("convictions", "conviction", (
        Field("convicted_name", "convictions", "Who was convicted", max_length=200),
        Field("convicted_of", "convictions", "Of what", max_length=300, missing="Enter what the conviction was for."),
        Field("convicted_in", "convictions", "Month of the conviction", _T.MONTH, dated=not_ahead, max_length=20),
        Field("convicted_by", "convictions", "Court and state", max_length=150),
    ), "convicted_name", _yes("owner_convicted")),
    Group("transactions", "subcontractor", (
        Field("paid_name", "transactions", "Subcontractor", max_length=200),
        Field("paid_address", "transactions", "Address", hint=_ADDRESS_HINT, max_length=300),
        Field("paid_owner", "transactions", "Who owns it", max_length=200),
        Field("paid_amount", "transactions", "Paid in the last 12 months", _T.AMOUNT, max_length=20,
              missing="Enter how much you paid in the last 12 months."),
    ), "paid_name", _yes("has_transactions")),
)  # fmt: skip

_BY_CODE = {group.code: group for group in GROUPS}


def group_row(code: str) -> Group:
    """The row of one group; raises KeyError for a code the form does not know."""
    return _BY_CODE[code]
