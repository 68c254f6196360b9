"""TABLE: what the applicant reads of each status: the stage of the journey, in whose hands it is, and what is being done."""

from dataclasses import dataclass

from onboarding.policy.vocabulary import Status

_S = Status


@dataclass(frozen=True)
class Stage:
    """What the applicant is told: which step of the journey, in words, and who acts next. Step 0: the journey ended."""

    step: int
    title: str
    says: str
    waits_for: str


JOURNEY: tuple[str, ...] = (
    "You fill in the contract form",
    "We read your form",
    "We gather your documents",
    "We check your credentials",
    "We decide",
    "You join the network",
)


STAGES: dict[Status, Stage] = {
    _S.DRAFT: Stage(1, "you fill in the contract form", "Your form is saved and has not been sent.", "You"),
    _S.RECEIVED: Stage(
        2,
        "we read your form",
        "We have your form and are reading it for completeness.",
        "Credentialing staff",
    ),
    _S.RETURNED: Stage(1, "you have something to fix", "We sent your form back with what to correct.", "You"),
    _S.GATHERING: Stage(
        3,
        "we gather your documents",
        "We are gathering your documents and your authorization.",
        "You and credentialing staff",
    ),
    _S.VERIFYING: Stage(
        4, "we check your credentials", "We are checking each fact at its source.", "Credentialing staff"
    ),
    _S.READY: Stage(
        5, "we decide", "Your file is complete and waits for a decision.", "Medical director or committee"
    ),
    _S.IN_COMMITTEE: Stage(
        5,
        "we decide",
        "Your file is on the agenda of the credentialing committee.",
        "Credentialing committee",
    ),
    _S.APPROVED: Stage(
        6,
        "your welcome letter is on its way",
        "You are approved. We are sending your welcome letter.",
        "Our mail room",
    ),
    _S.PARTICIPATING: Stage(
        6, "you are in the network", "You are in the network. Finish the onboarding list below.", "You"
    ),
    _S.APPEAL_IN_COMMITTEE: Stage(
        6,
        "you are in the network, and your appeal is on an agenda",
        "You are in the network. Committee members who took no part in the first decision are deciding your appeal.",
        "Credentialing committee",
    ),
    _S.DENIED: Stage(
        0, "not approved", "We wrote to you with the reasons and how to appeal.", "You, if you appeal"
    ),
    _S.DISCONTINUED: Stage(
        0,
        "discontinued",
        "We stopped because what we asked for did not arrive in time. Our letter says how to go on.",
        "You",
    ),
    _S.WITHDRAWN: Stage(0, "withdrawn", "The application was withdrawn.", "Nobody"),
    _S.EXPIRED: Stage(
        0, "expired", "The draft was never sent and has been removed.", "You, if you start again"
    ),
    _S.TERMINATED: Stage(
        0, "no longer in the network", "Participation has ended. Our letter gives the reasons.", "Nobody"
    ),
}
