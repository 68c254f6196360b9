"""How an application moves, and who moves it. Values are stored as text."""

from enum import StrEnum


class ApplicationKind(StrEnum):
    """A request to join, or to stay."""

    INITIAL = "initial"
    RECREDENTIALING = "recredentialing"


class Status(StrEnum):
    """Where an application stands. Set by services/workflow.py alone."""

    DRAFT = "draft"
    RECEIVED = "received"
    RETURNED = "returned"
    GATHERING = "gathering"
    VERIFYING = "verifying"
    READY = "ready"
    IN_COMMITTEE = "in_committee"
    APPROVED = "approved"
    PARTICIPATING = "participating"
    APPEAL_IN_COMMITTEE = "appeal_in_committee"
    DENIED = "denied"
    DISCONTINUED = "discontinued"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TERMINATED = "terminated"


class Action(StrEnum):
    """A step somebody takes; each (status, action) is one row of policy/workflow.py."""

    SUBMIT = "submit"
    EXPIRE = "expire"
    DISCARD = "discard"
    ACCEPT = "accept"
    RETURN = "return"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    DISCONTINUE = "discontinue"
    COMPLETE_FILE = "complete_file"
    FINISH_VERIFICATION = "finish_verification"
    BACK_TO_GATHERING = "back_to_gathering"
    BACK_TO_VERIFYING = "back_to_verifying"
    APPROVE_CLEAN_FILE = "approve_clean_file"
    APPROVE_PROVISIONALLY = "approve_provisionally"
    PLACE_ON_AGENDA = "place_on_agenda"
    TAKE_OFF_AGENDA = "take_off_agenda"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    PEND = "pend"
    DENY = "deny"
    CONFIRM_WELCOME = "confirm_welcome"
    TERMINATE = "terminate"
    ACCEPT_APPEAL = "accept_appeal"
    REOPEN = "reopen"


class Role(StrEnum):
    """Who acts. Applicant and clock are roles of the workflow, never of a staff account."""

    APPLICANT = "applicant"
    CLOCK = "clock"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    MEDICAL_DIRECTOR = "medical_director"
    COMMITTEE_MEMBER = "committee_member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = tuple(role for role in Role if role not in (Role.APPLICANT, Role.CLOCK))


class Capability(StrEnum):
    """What a staff role may do beside the steps of the workflow; rows in policy/access.py."""

    SEE_QUEUE = "see_queue"
    SEE_FILE = "see_file"
    SEE_DOCUMENT = "see_document"
    CLAIM_WORK = "claim_work"
    DO_IN_BULK = "do_in_bulk"
    ASSIGN_WORK = "assign_work"
    REVIEW_DOCUMENT = "review_document"
    RECORD_AUTHORIZATION = "record_authorization"
    RECORD_VERIFICATION = "record_verification"
    RUN_SCREENING = "run_screening"
    RESOLVE_MATCH = "resolve_match"
    SETTLE_LETTER = "settle_letter"
    SEE_LETTER = "see_letter"
    SEE_COUNTS = "see_counts"
    SEE_JOBS = "see_jobs"
    ASK_JOB = "ask_job"
    START_RECREDENTIALING = "start_recredentialing"
    EXTEND_RECREDENTIALING = "extend_recredentialing"
    CONFIRM_ONBOARDING = "confirm_onboarding"
    ANSWER_RIGHTS = "answer_rights"
    FOLLOW_INVITATIONS = "follow_invitations"
    SEE_PAST = "see_past"
    DRAW_SAMPLE = "draw_sample"
    SEE_SAMPLE = "see_sample"
    TAKE_PACKET = "take_packet"
    SEE_INTEGRITY = "see_integrity"
    SAVE_VIEW = "save_view"
    SHARE_VIEW = "share_view"
    TAKE_QUEUE = "take_queue"
    SEE_REPORTS = "see_reports"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_COMMITTEE = "see_committee"
    MANAGE_COMMITTEE = "manage_committee"
    VOTE = "vote"
    SIGN_STATEMENT = "sign_statement"
    SEE_PEER_REVIEW = "see_peer_review"
    WRITE_MINUTES = "write_minutes"
    ATTEST_MINUTES = "attest_minutes"
    SIGN_CLEAN_FILES = "sign_clean_files"
    DECLARE_TIE = "declare_tie"
    RECORD_APPEAL = "record_appeal"
    MARK_ADVERSE_ACTION = "mark_adverse_action"
    SEE_FINDINGS = "see_findings"
    RECORD_FINDING = "record_finding"
    CONFIRM_STATE_ENROLMENT = "confirm_state_enrolment"
    CLOSE_FOLLOW_UP = "close_follow_up"
