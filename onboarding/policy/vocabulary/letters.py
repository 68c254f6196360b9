"""What the plan writes, and how it leaves. Values are stored as text."""

from enum import StrEnum


class LetterKind(StrEnum):
    """What the plan writes; each has a row in letters/catalog.py."""

    CONFIRMATION = "confirmation"
    RETURNED = "returned"
    MISSING_DOCUMENTS = "missing_documents"
    MISSING_DOCUMENTS_SECOND = "missing_documents_second"
    MISSING_DOCUMENTS_FINAL = "missing_documents_final"
    WELCOME = "welcome"
    DENIAL = "denial"
    DISCONTINUATION = "discontinuation"
    TERMINATION = "termination"
    RECREDENTIALING_REMINDER = "recredentialing_reminder"
    PAYMENT_NOTICE = "payment_notice"
    ACCESS_CODE = "access_code"
    DRAFT_EXPIRES = "draft_expires"
    DRAFTS_EXPIRE = "drafts_expire"
    RIGHTS_ANSWER = "rights_answer"
    DISCREPANCY = "discrepancy"
    CAQH_REATTEST = "caqh_reattest"
    CAQH_WITHDRAWN = "caqh_withdrawn"
    STATUS_CHANGED = "status_changed"
    APPLICATION_ID = "application_id"
    DISCREPANCY_REMINDER = "discrepancy_reminder"
    APPEAL_RECEIVED = "appeal_received"
    APPEAL_DECIDED = "appeal_decided"
    PROVISIONAL = "provisional"
    PROVISIONAL_ENDED = "provisional_ended"
    DOCUMENT_EXPIRING = "document_expiring"
    PAYMENT_REMINDER = "payment_reminder"
    ANNUAL_NOTICE = "annual_notice"
    CCVS_REQUEST = "ccvs_request"
    PENDED = "pended"


class Carries(StrEnum):
    """Something that a letter must state; which letter what stands in policy/letter_duties.py."""

    APPLICATION_ID = "Application ID"
    PROVIDER_NUMBER = "provider number"
    ITEMS = "items"
    REASONS = "reasons"
    DATE = "date"
    CONSEQUENCE = "consequence"
    CONTACT = "contact"
    RIGHTS = "rights"
    APPEAL = "way to appeal"


class LetterState(StrEnum):
    """A letter is queued, then rendered once; where its hand-over stands is on its outbox messages. Forgotten: its draft
    was deleted, and with it the bytes and what it said. Held: a person keeps it from being made. Held back: its cause is
    gone, or a person dropped it, and nothing of it leaves."""

    QUEUED = "queued"
    RENDERED = "rendered"
    FAILED = "failed"
    FORGOTTEN = "forgotten"
    HELD = "held"
    HELD_BACK = "held_back"


class Channel(StrEnum):
    """The ways a letter leaves."""

    MAIL = "mail"
    PRINT = "print"


class MessageState(StrEnum):
    """Where one hand-over stands. In doubt: a server may have taken it; a person settles that, never a machine.
    Held: it waits for a person's release. Held back: it is not to leave, as its reader turned such mails off, its cause
    is gone, or a person dropped it."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    HELD_BACK = "held_back"
    HELD = "held"


class HoldCause(StrEnum):
    """Why a letter waits for a person's release."""

    PERSON = "person"
    RATE = "rate"
    AGE = "age"


class HoldOutcome(StrEnum):
    """How a hold ended."""

    RELEASED = "released"
    DROPPED = "dropped"
