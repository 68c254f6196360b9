"""TABLE: what the Access Opportunity Form asks: an idea, or a provider to refer; and the words of an invitation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from onboarding.policy.field_checks import email_problem
from onboarding.policy.identifiers import digits_of, looks_like_ssn, npi_problem
from onboarding.policy.plan import COUNTIES, OTHER_COUNTY, PLAN
from onboarding.policy.vocabulary import InvitationState


@dataclass(frozen=True)
class Question:
    """One field: what is said when it is missing (nothing when it may be), how long it may be, what is wrong with one."""

    code: str
    missing: str
    longest: int
    check: Callable[[str], str | None] = lambda text: None
    names_somebody: bool = False  # no place for nine digits in a row


def _county_problem(text: str) -> str | None:
    return None if text in (*COUNTIES, OTHER_COUNTY) else "Choose the county from the list."


def _phone_problem(text: str) -> str | None:
    digits = digits_of(text)
    good = digits.isascii() and digits.isdigit() and 10 <= len(digits) <= 11
    return None if good else "Give a ten-digit telephone number, for example 501-555-0142."


IDEA: tuple[Question, ...] = (
    Question("text", "Write your idea.", 2000),
    Question("sent_by", "", 120, names_somebody=True),
    Question("contact", "", 200),
)

REFERRAL: tuple[Question, ...] = (
    Question("name", "Enter the provider's name.", 200, names_somebody=True),
    Question("npi", "", 10, npi_problem),
    Question("specialty", "Enter the specialty or service.", 120),
    Question("county", "Choose the county from the list.", 60, _county_problem),
    Question("email", "", 200, email_problem, names_somebody=True),
    Question("phone", "", 40, _phone_problem),
    Question("why", "Say why members need this provider.", 2000),
    Question("referred_by", "Enter your name.", 120, names_somebody=True),
    Question("referrer_contact", "", 200),
)

STATES: dict[InvitationState, tuple[str, str]] = {
    InvitationState.NEW: ("Not invited yet", "warn"),
    InvitationState.INVITED: ("Invited", "info"),
    InvitationState.APPLIED: ("Has applied", "good"),
    InvitationState.CLOSED: ("Closed", "neutral"),
}


def problems(questions: tuple[Question, ...], answers: Mapping[str, str]) -> dict[str, str]:
    """What is missing or wrong, by field; a referral needs one way to reach the provider."""
    found = {
        question.code: says
        for question in questions
        if (says := _problem(question, answers.get(question.code, ""))) is not None
    }
    if questions is REFERRAL and not answers.get("email") and not answers.get("phone"):
        found.setdefault("email", "Give an e-mail address or a telephone number of the provider.")
    return found


def _problem(question: Question, text: str) -> str | None:
    if not text:
        return question.missing or None
    if len(text) > question.longest:
        return f"At most {question.longest:,} characters, please: this has {len(text):,}."
    if looks_like_ssn(text, bare=question.names_somebody):
        return "This looks like a Social Security number. Please take it out: we never need it here."
    return question.check(text)


LONGEST_WHY = 10_000  # the reasons of all who referred one provider


def referred_again(answers: Mapping[str, str], on: date) -> str:
    """What a second referral adds to the first: who refers, how they are reached, why, and where the provider is said to be
    reached: staff judge it, for anybody may refer anybody."""
    by = ", ".join(part for part in (answers["referred_by"], answers["referrer_contact"]) if part)
    reached = ", ".join(part for part in (answers["email"], answers["phone"]) if part)
    return f"Referred again on {on:%m/%d/%Y} by {by}: {answers['why']} Said to be reached at: {reached}"


def invitation_text(name: str, apply_url: str) -> str:
    """The invitation, for staff to send from their own mailbox."""
    return (
        f"Dear {name},\n\n"
        f"somebody who knows your work has suggested that you join the provider network of {PLAN.name}. We would be "
        "glad if you did. Joining takes one form; you can stop and go on later, and see at any time where it stands:\n\n"
        f"{apply_url}\n\n"
        f"Questions? Call Provider Services at {PLAN.provider_services_phone}.\n\n"
        f"{PLAN.department}, {PLAN.name}"
    )
