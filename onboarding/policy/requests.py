"""TABLE: what asks the applicant for a document, and how the request ledger says it."""

from onboarding.policy.days import say
from onboarding.policy.documents import Requirement
from onboarding.policy.vocabulary import Action, AskedBy, RequirementState

# Steps that ask the applicant for what is outstanding, each document once: the request ledger.
ASKING_ACTIONS: dict[Action, AskedBy] = {
    Action.SUBMIT: AskedBy.RULE,
    Action.RESUBMIT: AskedBy.RULE,
    Action.REOPEN: AskedBy.RULE,
    Action.RETURN: AskedBy.RETURN,
}

# How the ledger says what asked.
ASKED_SAYS: dict[AskedBy, str] = {
    AskedBy.RULE: "the plan's rules, when the form was sent",
    AskedBy.LETTER: "a letter from credentialing staff",
    AskedBy.REJECTION: "credentialing staff, who could not accept the last one",
    AskedBy.RETURN: "credentialing staff, who returned the form",
}


def request_reason(item: Requirement) -> str:
    """Why a document is asked for, as the applicant is told."""
    sent = item.document
    if item.state is RequirementState.REJECTED and sent:
        return f"The last one was not accepted: {sent.reason}"
    if item.state is RequirementState.EXPIRED and sent and sent.expires_on:
        return f"The last one expired on {say(sent.expires_on)}"
    return item.why[:1].upper() + item.why[1:]
