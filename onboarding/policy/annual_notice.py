"""TABLE: what the yearly notice tells every provider in the network. Source: seed 003, the plan's own list; NCQA asks for
most of it each year. What is the plan's own stands in policy/plan.py."""

from dataclasses import dataclass

from onboarding.policy.attestation import RIGHTS
from onboarding.policy.plan import PLAN

_CALL = f"Provider Services, {PLAN.provider_services_phone}"


@dataclass(frozen=True)
class Topic:
    """One thing a provider is told: what it is about, in a few words, and what is said."""

    about: str
    says: str


TABLE: tuple[Topic, ...] = (
    Topic(
        "Quality program",
        "Its goals for care and service, how it works and what it has reached: on our website.",
    ),
    Topic(
        "Case management",
        f"Refer a member who needs more help, or is being discharged: {_CALL}. We work with you on the plan of care.",
    ),
    Topic(
        "Guidelines for care",
        "Clinical and preventive guidelines (COPD, perinatal care, asthma, diabetes, ADHD, depression, CDC immunizations "
        "and others) are on our website. Ask us for a copy on paper.",
    ),
    Topic(
        "Is it necessary?",
        "You may read, or get a copy of, the criteria of utilization management (UM). Our staff answer questions about UM, "
        f"toll-free: {_CALL}.",
    ),
    Topic(
        "Hearing and language",
        "Members reach us through TDD/TTY at 711. An interpreter costs neither you nor the member anything, also for "
        "questions about UM.",
    ),
    Topic(
        "No rewards for denials",
        "UM decisions rest on whether care is right and covered. Nobody is rewarded for denials, or for care not given.",
    ),
    Topic(
        "Drugs",
        "The drug list is on our website, with limits and quotas, step therapy, generic substitution, therapeutic "
        "interchange, and how to ask for an exception.",
    ),
    Topic("Members' rights", "The statement of our members' rights and responsibilities is on our website."),
    Topic("Your own rights", RIGHTS),
)
