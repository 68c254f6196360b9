"""TABLE: the questions an applicant answers and signs (NCQA CR 3 C), and the optional question with its statement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onboarding.policy.provider_types import AgreementRule, ProviderTypeRow, provider_type
from onboarding.policy.vocabulary import ProviderType, Subject


@dataclass(frozen=True)
class Question:
    """One yes-or-no question; an answer other than the expected one must be explained and goes to the committee.

    `page` is the page of the form it stands on; `asked` leaves out the provider types it is not put to.
    """

    code: str
    subject: Subject
    text: str
    expected: bool
    page: str = "conduct"
    asked: Callable[[ProviderTypeRow], bool] = lambda row: True


_P, _O = Subject.PRACTITIONER, Subject.ORGANIZATION
# Agencies whose own employees go into members' homes and lives.
_AGENCIES = frozenset({
    ProviderType.BEHAVIORAL_HEALTH_AGENCY, ProviderType.HCBS_PROVIDER, ProviderType.ICF, ProviderType.HOME_HEALTH,
})  # fmt: skip

TABLE: tuple[Question, ...] = (
    Question(
        "essential_functions",
        _P,
        "Is there any reason you cannot perform the essential functions of your position, with or without "
        "accommodation?",
        False,
    ),
    Question("illegal_drugs", _P, "Do you currently use illegal drugs?", False),
    Question(
        "licence_loss",
        _P,
        "Have you ever lost a license to practice, or had one limited or put on probation?",
        False,
        "standing",
    ),
    Question("felony", _P, "Have you ever been convicted of a felony?", False),
    Question(
        "privileges_loss",
        _P,
        "Have you ever lost clinical privileges, had them limited, or been disciplined by a facility or board?",
        False,
        "standing",
    ),
    Question(
        "prescribing_loss",
        _P,
        "Has your DEA registration or your authority to prescribe ever been limited, suspended, taken away or given up?",
        False,
        "standing",
        lambda row: row.can_prescribe,
    ),
    Question(
        "anesthesia_loss",
        _P,
        "Has a facility or board ever limited or ended your right to give anesthesia?",
        False,
        "standing",
        lambda row: row.agreement is AgreementRule.STAFF_REVIEW,
    ),
    Question(
        "malpractice_cover", _P, "Do you have malpractice insurance in force today?", True, "malpractice"
    ),
    Question(
        "malpractice_claims",
        _P,
        "In the past five years, has a malpractice claim against you been settled or lost?",
        False,
        "malpractice",
    ),
    Question(
        "owner_excluded",
        _O,
        "Has the organization, an owner of five percent or more, or a managing employee ever been excluded from "
        "Medicare, Medicaid or another federal program?",
        False,
        "programs",
    ),
    Question(
        "owner_convicted",
        _O,
        "Has an owner, agent or managing employee ever been convicted of a crime related to Medicare, Medicaid or "
        "a social services program?",
        False,
        "programs",
    ),
    Question(
        "certification_loss",
        _O,
        "Has the organization ever lost a license, certification or accreditation, or had one limited?",
        False,
        "standing",
    ),
    Question(
        "employees_checked",
        _O,
        "Is every employee who works with members checked before hire: criminal background, maltreatment registries, "
        "and the federal exclusion list?",
        True,
        "standing",
        lambda row: row.code in _AGENCIES,
    ),
    Question(
        "liability_cover",
        _O,
        "Does the organization have liability insurance in force today?",
        True,
        "standing",
    ),
)

STATEMENT = (
    "I certify that what I have said in this application is correct and complete to the best of my knowledge, and I "
    "authorize the plan to verify it at its source. I will tell the plan when something changes."
)

RIGHTS = (
    "You have the right to review the information we gather about you (except references and peer review), to correct "
    "what is wrong, and to be told the status of your application when you ask."
)

NON_DISCRIMINATION = (
    "These questions are optional. Your answers help members find providers who speak their language and share their "
    "background. We do not use them to decide on your application, the people who decide do not see them, and leaving "
    "them blank changes nothing."
)

RACES = (
    "American Indian or Alaska Native",
    "Asian",
    "Black or African American",
    "Marshallese or other Pacific Islander",
    "White",
    "Another race",
    "Prefer not to say",
)
ETHNICITIES = ("Hispanic or Latino", "Not Hispanic or Latino", "Prefer not to say")
LANGUAGES = ("English", "Spanish", "Marshallese", "Vietnamese", "American Sign Language", "Other")


def questions_for(subject: Subject | str, code: ProviderType | str | None = None) -> tuple[Question, ...]:
    """The questions put to a practitioner or to an organization; with a provider type, those put to that type."""
    row = provider_type(code) if code else None
    return tuple(
        question
        for question in TABLE
        if question.subject == Subject(subject) and (row is None or question.asked(row))
    )


BEFORE = (
    "before"  # in what is kept of an attestation: the answers that were disclosures in an earlier sending
)


def taken_back(subject: Subject | str, earlier: dict[str, Any] | None) -> dict[str, bool]:
    """What was disclosed in the sendings up to this attestation, to be kept with the next one."""
    kept = earlier or {}
    expected = {question.code: question.expected for question in questions_for(subject)}
    said = {code: yes for code, yes in kept.get("answers", {}).items() if yes != expected.get(code, yes)}
    return {**kept.get(BEFORE, {}), **said}


def disclosed_before(subject: Subject | str, attestation: dict[str, Any]) -> tuple[str, ...]:
    """The disclosures of earlier sendings that the last one does not make any more, as findings."""
    now = disclosures(subject, attestation.get("answers", {}))
    return tuple(said for said in disclosures(subject, attestation.get(BEFORE, {})) if said not in now)


def disclosures(subject: Subject | str, answers: dict[str, bool]) -> tuple[str, ...]:
    """What was answered other than expected, each as a finding. A question without an answer is not here: the form
    refuses it."""
    return tuple(
        f"Answered {'yes' if answers[question.code] else 'no'}: {question.text}"
        for question in questions_for(subject)
        if question.code in answers and answers[question.code] != question.expected
    )
