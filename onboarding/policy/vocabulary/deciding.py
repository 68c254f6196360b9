"""What is decided, by whom and what follows. Values are stored as text."""

from enum import StrEnum


class DecisionOutcome(StrEnum):
    """What the medical director or the committee decided."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    PENDED = "pended"
    DENIED = "denied"


class AppealOutcome(StrEnum):
    """What another panel made of the decision appealed against. Overtaken: the end of participation came before it.
    Refused: asked for too late, and not let in. Withdrawn: its file was closed before."""

    UPHELD = "upheld"
    REVERSED = "reversed"
    MODIFIED = "modified"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AdverseKind(StrEnum):
    """A decision against a provider; each has a row in policy/adverse.py."""

    DENIAL = "denial"
    RESTRICTION = "restriction"
    TERMINATION = "termination"


class NoticeState(StrEnum):
    """Where the notice of a decision stands."""

    SENT = "sent"
    SENT_LATE = "sent_late"
    WAITS = "waits"
    AMBER = "amber"
    LATE = "late"


class MeetingState(StrEnum):
    """Where a meeting of the committee stands: its agenda is made, it is or was held, its record is complete; or it was
    called off before it was held."""

    PLANNED = "planned"
    HELD = "held"
    CLOSED = "closed"
    CANCELED = "canceled"


class CallMethod(StrEnum):
    """What a calendar is told of a meeting (iTIP, RFC 5546): enter it or change it, or take it out."""

    REQUEST = "request"
    CANCEL = "cancel"


class QuorumRule(StrEnum):
    """How many members a decision needs; each has a row in policy/committee.py."""

    FIXED = "fixed"
    HALF_OF_MEMBERS = "half_of_members"


class VoteChoice(StrEnum):
    """What one member wants for one file."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    PEND = "pend"
    DENY = "deny"
    ABSTAIN = "abstain"


class PaperKind(StrEnum):
    """What is laid out for a meeting, once each time it is asked for."""

    PACKET = "packet"
    MINUTES = "minutes"


class PaperState(StrEnum):
    """Where one such paper stands."""

    QUEUED = "queued"
    MADE = "made"
    FAILED = "failed"
