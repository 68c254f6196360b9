"""TABLE: the pages of the contract form in their sections: one small group of questions a page, and whom it is put to.

Sources: seed 002 (CCVS for physicians), reference rules sections 1.2 and 3 (a physician need not repeat what the CCVS
profile says), 42 CFR 455.101 to 455.106 (who discloses ownership, and what).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from onboarding.policy.fields import Answers
from onboarding.policy.groups import Group, group_row
from onboarding.policy.provider_types import AgreementRule, ProviderTypeRow, bodies, everybody, people
from onboarding.policy.vocabulary import AuthorizationKind
from onboarding.policy.work_history import gaps_of

SECTIONS: dict[str, str] = {
    "applicant": "Who is applying",
    "license": "License and credentials",
    "training": "Training and work",
    "practice": "Practice and payment",
    "waiver": "CES waiver services",
    "ownership": "Ownership and control",
    "attestation": "Questions to attest",
}


def _prescriber(row: ProviderTypeRow) -> bool:
    return row.can_prescribe


def _owned(row: ProviderTypeRow) -> bool:
    return row.discloses_ownership


@dataclass(frozen=True)
class Page:
    """One page: its section, its title, whom it is put to, the entries it gathers, and what it hangs on.

    A page `from_ccvs` is not put to physicians: their CCVS profile says it. A page `after` another opens when that one
    is done, and then only while `when` holds.
    """

    code: str
    section: str
    title: str
    asked: Callable[[ProviderTypeRow], bool] = everybody
    group: Group | None = None
    lead: str = ""
    from_ccvs: bool = False
    after: str = ""
    when: Callable[[Answers, date], bool] = lambda answers, today: True

    def put_to(self, row: ProviderTypeRow) -> bool:
        """Does this provider type see the page?"""
        return self.asked(row) and not self.said_by_ccvs(row)

    def said_by_ccvs(self, row: ProviderTypeRow) -> bool:
        """Does the CCVS profile say it already?"""
        return self.asked(row) and self.from_ccvs and row.authorization is AuthorizationKind.CCVS


def _said_yes(code: str) -> Callable[[Answers, date], bool]:
    return lambda answers, today: answers.get(code) == "yes"


_TABLE: tuple[Page, ...] = (
    Page("identity", "applicant", "Who is applying"),
    Page("signer", "applicant", "Who signs for the organization", bodies,
         lead="The authorized signer may bind the organization. Only this person can sign the form."),
    Page("contact", "applicant", "Whom we should ask"),
    Page("license", "license", "License and specialty"),
    Page("caqh", "license", "CAQH", lambda row: row.authorization is AuthorizationKind.CAQH),
    Page("supervisor", "license", "Your supervisor", lambda row: bool(row.supervision)),
    Page("prescribing", "license", "Prescribing", _prescriber),
    Page("independence", "license", "Independent practice",
         lambda row: row.agreement is AgreementRule.COLLABORATIVE_UNLESS_INDEPENDENT),
    Page("other_licenses", "license", "Other licenses", people, group_row("other_licenses")),
    Page("certification", "license", "Certification and accreditation", bodies),
    Page("schools", "training", "Education and training", people, group_row("schools"), from_ccvs=True,
         lead="Your degree, and the internship, residency or other training for your license."),
    Page("boards", "training", "Board certification", people, group_row("boards"), from_ccvs=True),
    Page("first_license", "training", "When you were first licensed", people, from_ccvs=True),
    Page("jobs", "training", "Work history", people, group_row("jobs"), from_ccvs=True,
         lead="Every job and position of the last five years, or since you were first licensed, month by month."),
    Page("gaps", "training", "Gaps in your work history", people, group_row("gaps"), from_ccvs=True, after="jobs",
         lead="Each time of more than six months without a job, by what you told us. If a job is missing, add it to "
         "your work history instead.", when=lambda answers, today: bool(gaps_of(answers, today))),
    Page("hospitals", "training", "Hospital admitting", _prescriber, group_row("hospitals"), from_ccvs=True),
    Page("payee", "practice", "Legal name and tax ID"),
    Page("practice", "practice", "Practice address"),
    Page("members", "practice", "Whom you serve"),
    Page("access", "practice", "Languages and access"),
    Page("hours", "practice", "Office hours",
         lead="When members can see you at this address. Leave a day empty when the office is closed."),
    Page("laboratory", "practice", "Laboratory tests"),
    Page("waiver_services", "waiver", "Services", lambda row: row.serves_waiver),
    Page("waiver_levels", "waiver", "Levels and members", lambda row: row.serves_waiver),
    Page("waiver_counties", "waiver", "Counties served", lambda row: row.serves_waiver),
    Page("owners", "ownership", "Owners", _owned, group_row("owners"),
         lead="Federal rules (42 CFR 455.104) ask for everyone with ownership or control of five percent or more."),
    Page("ties", "ownership", "Family ties", _owned, group_row("ties"), after="owners", when=_said_yes("has_owners")),
    Page("interests", "ownership", "Shares in others", _owned, group_row("interests"), after="owners",
         when=_said_yes("has_owners")),
    Page("managers", "ownership", "Managing employees", _owned, group_row("managers"),
         lead="Everyone who runs the organization day to day: administrators, directors, general managers."),
    Page("transactions", "ownership", "Payments to subcontractors", _owned, group_row("transactions")),
    Page("conduct", "attestation", "Health and conduct", people),
    Page("programs", "attestation", "Exclusions and convictions", bodies),
    Page("convictions", "attestation", "Convictions", _owned, group_row("convictions"), after="programs",
         when=_said_yes("owner_convicted"),
         lead="Owners, agents and managing employees convicted of a crime related to a federal program (42 CFR 455.106)."),
    Page("standing", "attestation", "Licenses and discipline"),
    Page("malpractice", "attestation", "Malpractice", people),
    Page("policies", "attestation", "Malpractice insurance", people, group_row("policies"), after="malpractice",
         when=_said_yes("malpractice_cover")),
    Page("claims", "attestation", "Malpractice claims", people, group_row("claims"), from_ccvs=True,
         after="malpractice", when=_said_yes("malpractice_claims")),
)  # fmt: skip

PAGES: dict[str, Page] = {page.code: page for page in _TABLE}


def pages_for(row: ProviderTypeRow) -> tuple[Page, ...]:
    """The pages put to this provider type, in order."""
    return tuple(page for page in _TABLE if page.put_to(row))


def pages_from_ccvs(row: ProviderTypeRow) -> tuple[Page, ...]:
    """The pages this provider type need not fill in, because the CCVS profile says it."""
    return tuple(page for page in _TABLE if page.said_by_ccvs(row))
