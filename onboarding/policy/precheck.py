"""TABLE: the four causes for which Arkansas rejects most enrollments, and how this form stands before it is sent.

Source: Arkansas DHS, Provider Enrollment (reference rules section 3): names that differ, the wrong W-9, a missing
attachment, the wrong signer. A last row checks the numbers. Nothing here refuses anything: it explains.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.policy.contract_form import fields_for
from onboarding.policy.disclosures import disclosed, is_disclosed, shares
from onboarding.policy.documents import Requirement, document_row
from onboarding.policy.identifiers import (
    dea_letter_warning,
    dea_surname_warning,
    digits_of,
    ein_warning,
    npi_problem,
)
from onboarding.policy.licences import state_without_licence
from onboarding.policy.names import business_key, has_legal_form
from onboarding.policy.nppes import NppesFacts, other_name_given, same_as_nppes
from onboarding.policy.papers import TAX_ID, Claims, Paper, compare_paper
from onboarding.policy.plan import OTHER_COUNTY, PLAN
from onboarding.policy.provider_types import ProviderTypeRow
from onboarding.policy.vocabulary import DocumentKind, NppesOutcome, PrecheckState, Subject

SAME_ENDING = "The last four digits are the same; the digits before them differ."


@dataclass(frozen=True)
class Case:
    """What a pre-check looks at. `taxonomy_listed` is empty where no NUCC list has been imported; `papers` are the
    documents already sent, as they were read."""

    row: ProviderTypeRow
    answers: Mapping[str, Any]
    outcome: NppesOutcome
    facts: NppesFacts | None
    documents: tuple[Requirement, ...]
    taxonomy_listed: bool | None
    papers: tuple[Paper, ...] = ()

    def text(self, code: str) -> str:
        """One answer as text; empty for none."""
        return str(self.answers.get(code) or "")

    @property
    def person(self) -> bool:
        return self.row.subject is Subject.PRACTITIONER

    @property
    def name(self) -> str:
        """Who applies, as typed."""
        if not self.person:
            return self.text("organization_name")
        parts = (self.text(code) for code in ("first_name", "middle_name", "last_name", "suffix"))
        return " ".join(part for part in parts if part)

    @property
    def claims(self) -> Claims:
        """What the documents are compared with."""
        return Claims(self.name, self.text("legal_name"), self.text("tax_id"), self.person)


@dataclass(frozen=True)
class Finding:
    """One sentence about the form at hand, and the field to change where there is one."""

    state: PrecheckState
    says: str
    field: str = ""


@dataclass(frozen=True)
class CheckRow:
    """One cause: its name, what Arkansas checks, and who looks at the form for it."""

    code: str
    title: str
    checks: str
    look: Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True)
class Result:
    """One row applied to one form; its state is the most pressing of its findings."""

    row: CheckRow
    findings: tuple[Finding, ...]

    @property
    def state(self) -> PrecheckState:
        found = {finding.state for finding in self.findings}
        return next(state for state in _PRESSING if state in found)


_OK, _CHECK, _ASKED = PrecheckState.OK, PrecheckState.PLEASE_CHECK, PrecheckState.WILL_BE_ASKED
_PRESSING = (_CHECK, _ASKED, PrecheckState.NOT_COMPARED, _OK)


def _names(case: Case) -> Iterator[Finding]:
    field = "last_name" if case.person else "organization_name"
    if not case.name:
        yield Finding(_CHECK, "You have not given the name yet.", field)
        return
    yield _against_nppes(case, field)
    yield Finding(
        _ASKED, f"Each document you send after this form must show the name as you typed it: {case.name}."
    )
    yield from _of_papers(case, field, w9=False)


def _against_nppes(case: Case, field: str) -> Finding:
    if case.outcome is NppesOutcome.NOT_FOUND:
        return Finding(
            _CHECK, "NPPES does not know this NPI. A new one shows after a day; else check the digits.", "npi"
        )
    if case.outcome is NppesOutcome.DEACTIVATED:
        return Finding(_CHECK, "CMS has deactivated this NPI.", "npi")
    if case.facts is None:
        return Finding(
            _CHECK,
            "We could not check the name against NPPES. Compare it yourself at npiregistry.cms.hhs.gov.",
            field,
        )
    if same_as_nppes(case.facts, case.answers):
        return Finding(_OK, "The name is the one NPPES has for this NPI.", field)
    if other := other_name_given(case.facts, case.answers):
        return Finding(
            _CHECK,
            f"NPPES has “{case.facts.name}” for this NPI and lists “{other}” as a former or other name. Give the name in "
            "force now, the same here and at nppes.cms.hhs.gov.",
            field,
        )
    return Finding(
        _CHECK,
        f"NPPES has “{case.facts.name}” for this NPI, the form has “{case.name}”. Correct the one that is wrong: "
        "the form here, NPPES at nppes.cms.hhs.gov.",
        field,
    )


def _w9(case: Case) -> Iterator[Finding]:
    legal = case.text("legal_name")
    if not legal:
        yield Finding(_CHECK, "You have not given the legal name for payment yet.", "legal_name")
        return
    yield _paid_person(case, legal) if case.person else _paid_body(case, legal)
    business = not case.person or not case.claims.paid_in_person
    warning = ein_warning(case.text("tax_id")) if business else None
    if warning:
        yield Finding(_CHECK, warning, "tax_id")
    yield from _of_papers(case, "legal_name", w9=True)


def _of_papers(case: Case, field: str, *, w9: bool) -> Iterator[Finding]:
    """The documents already sent beside the form: the W-9, or all others."""
    for paper in case.papers:
        if (paper.kind is DocumentKind.W9) is w9:
            for found in compare_paper(paper, case.claims):
                both = f" In the document: {found.seen}. On the form: {found.typed}." if found.differs else ""
                if both and found.what == TAX_ID and ends_alike(paper.tax_id or "", case.claims.tax_id):
                    both = f"{both} {SAME_ENDING}"
                says = f"{document_row(paper.kind).label}, {found.what}: {found.says}{both}"
                yield Finding(found.state, says, "tax_id" if found.what == TAX_ID else field)


def ends_alike(seen: str, typed: str) -> bool:
    """Do two tax IDs differ in nothing but the digits that a mask hides?"""
    digits = digits_of(seen)
    return digits != typed and digits[-4:] == typed[-4:]


def _paid_person(case: Case, legal: str) -> Finding:
    if case.claims.paid_in_person:
        return Finding(
            _OK,
            f"You are paid as an individual: your W-9 must show {legal} on line 1, as your Social Security card has it, and your SSN.",
            "legal_name",
        )
    if has_legal_form(legal):
        return Finding(
            _OK,
            f"You are paid through a business: the W-9 must show {legal} on line 1 and its EIN, as on the letter from the IRS.",
            "legal_name",
        )
    return Finding(
        _CHECK,
        f"The legal name for payment, {legal}, is neither your own name nor plainly a business. An individual gives name and "
        "SSN; a group gives its legal name and EIN, letter for letter as on the letter from the IRS.",
        "legal_name",
    )


def _paid_body(case: Case, legal: str) -> Finding:
    if business_key(legal) == business_key(case.name):
        return Finding(
            _OK,
            "The legal name for payment is the organization's. The W-9 must show it on line 1, with its EIN.",
            "legal_name",
        )
    return Finding(
        _CHECK,
        f"The legal name for payment, {legal}, is not the organization's, {case.name or 'not given yet'}. The W-9 must equal what "
        "the IRS has: legal name on line 1, trade name on line 2, EIN.",
        "legal_name",
    )


def _attachments(case: Case) -> Iterator[Finding]:
    for asked in case.documents:
        if asked.outstanding:
            yield Finding(
                _ASKED, f"{asked.row.label}: it must show {asked.row.shows}. We ask because {asked.why}."
            )
    asked_of = {field.code for field in fields_for(case.row)}
    for code in ("prescribes", "tests_on_site", "independent"):
        if code in asked_of and not case.text(code):
            yield Finding(
                _CHECK, "Answer every question about what you do: the documents depend on it.", code
            )
            break
    if not any(asked.outstanding for asked in case.documents):
        yield Finding(_OK, "Every document this form calls for has been sent.")


def _signer(case: Case) -> Iterator[Finding]:
    if case.person:
        who = case.name or "the practitioner"
        yield Finding(
            _ASKED, f"The practitioner signs, nobody for them. Type the name as on this form: {who}."
        )
        return
    yield Finding(
        _ASKED,
        "Somebody who may bind the organization signs, and is named as such where it discloses its owners and managers. "
        "A billing service or an assistant may fill in the form but may not sign it.",
    )
    if case.row.discloses_ownership:
        yield from _signer_disclosed(case)


def _signer_disclosed(case: Case) -> Iterator[Finding]:
    who = case.text("signer_name")
    if not who:
        yield Finding(_CHECK, "You have not named the authorized signer yet.", "signer_name")
    if not disclosed(case.answers):
        yield Finding(
            _CHECK,
            "You have not named the owners and managing employees yet: the signer stands among them.",
            "managers",
        )
    elif who and is_disclosed(who, case.answers):
        yield Finding(
            _OK, f"{who} stands among the owners and managing employees you disclose.", "signer_name"
        )
    elif who:
        yield Finding(
            _CHECK,
            f"{who} signs, but stands neither among the owners nor among the managing employees you disclose. Name "
            "another signer, or add this one to the managing employees.",
            "signer_name",
        )


def _numbers(case: Case) -> Iterator[Finding]:
    npi = case.text("npi")
    problem = npi_problem(npi) if npi else "You have not given the NPI yet."
    yield Finding(_CHECK if problem else _OK, problem or "The check digit of the NPI is right.", "npi")
    yield from _places(case)
    if shares(case.answers) > 100:
        yield Finding(
            _CHECK,
            f"The owners' shares add up to {shares(case.answers):g} percent. Check them: only shares held through another "
            "owner can bring them above 100.",
            "owners",
        )
    if case.text("prescribes") == "yes" and case.text("dea_number"):
        number = case.text("dea_number")
        warning = dea_letter_warning(number) or dea_surname_warning(number, case.text("last_name"))
        yield (
            Finding(_CHECK, warning, "dea_number")
            if warning
            else Finding(
                _OK, "The DEA number has its check digit and the letter of your last name.", "dea_number"
            )
        )
    if case.text("tests_on_site") == "yes" and case.text("clia_number"):
        yield Finding(_OK, "The CLIA number is well formed.", "clia_number")
    yield from _taxonomy(case)


def _places(case: Case) -> Iterator[Finding]:
    """The license is of the state of the practice, and the county lies in it."""
    state, licensed_in, county = (case.text(code) for code in ("state", "licence_state", "county"))
    if state_without_licence(case.row, case.answers):
        yield Finding(
            _CHECK,
            f"Your practice is in {state}, your license is of {licensed_in}. To practice there you need a license of "
            f"{state}: give it here, or among your other licenses.",
            "licence_state",
        )
    if county and state and (county == OTHER_COUNTY) == (state == PLAN.state):
        yield Finding(
            _CHECK,
            f"The county and the state of the practice do not agree: {county}, {state}. Correct one of the two.",
            "county",
        )


def _taxonomy(case: Case) -> Iterator[Finding]:
    code = case.text("taxonomy")
    if not code:
        yield Finding(_OK, "You gave no taxonomy code: we read it from NPPES.", "taxonomy")
    elif case.taxonomy_listed is None:
        yield Finding(
            _OK, "The taxonomy code is well formed. We could not compare it with the NUCC list.", "taxonomy"
        )
    elif not case.taxonomy_listed:
        yield Finding(_CHECK, f"{code} is not on the NUCC list of taxonomy codes.", "taxonomy")
    elif case.facts and code not in {row.code for row in case.facts.taxonomies}:
        yield Finding(
            _CHECK,
            f"NPPES does not have {code} among this NPI's taxonomies. Bring the two in line.",
            "taxonomy",
        )
    else:
        yield Finding(_OK, "The taxonomy code is on the NUCC list.", "taxonomy")


TABLE: tuple[CheckRow, ...] = (
    CheckRow("names", "One name everywhere",
             "Arkansas compares the name on the application with NPPES and with every document. One letter apart, and the "
             "application comes back.", _names),
    CheckRow("w9", "The right W-9",
             "An individual gives name and SSN. A group gives its legal name and EIN. Both must equal what the IRS has.", _w9),
    CheckRow("attachments", "Nothing missing",
             "An application that lacks one of its attachments is sent back.", _attachments),
    CheckRow("signer", "The right signer",
             "An individual signs in person. For a group signs the authorized signer named on its disclosure.", _signer),
    CheckRow("numbers", "Numbers that hold",
             "NPI, DEA, CLIA and taxonomy are each looked up: one wrong digit, and nothing is found.", _numbers),
)  # fmt: skip


def pre_check(case: Case) -> tuple[Result, ...]:
    """Every row of the table applied to one form, in order."""
    return tuple(Result(row, tuple(row.look(case))) for row in TABLE)
