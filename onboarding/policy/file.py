"""The credentialing file as the policy sees it: plain facts, no database. Guards and tables ask this, nothing else."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from onboarding.policy.caqh import ProviderStatus
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    FindingKind,
    FindingSeverity,
    LetterKind,
    MeetingState,
    ProviderType,
    Role,
    ScreeningOutcome,
    Status,
    Subject,
    VerificationKind,
    VerificationResult,
    VoteChoice,
)


@dataclass(frozen=True)
class DocumentFact:
    """One uploaded file. Held: the virus scanner has not passed it. On file: sent for an earlier application of the
    same participation."""

    kind: DocumentKind
    state: DocumentState
    uploaded_on: date
    expires_on: date | None = None
    reviewed_by: int | None = None
    reason: str = ""
    held: bool = False
    on_file: bool = False
    reviewed_on: date | None = None
    id: int = 0


@dataclass(frozen=True)
class AuthorizationFact:
    """Leave to read the credentials: CAQH (listed, last attested) or CCVS (ordered, received).

    `recorded_by` is empty where CAQH itself answered; then `provider_status` is what it said."""

    kind: AuthorizationKind
    plan_listed: bool = False
    attested_on: date | None = None
    ordered_on: date | None = None
    received_on: date | None = None
    recorded_by: int | None = None
    recorded_on: date | None = None
    provider_status: ProviderStatus | None = None

    @property
    def looked_up(self) -> bool:
        """Has somebody looked in CAQH and found anything at all?"""
        return self.attested_on is not None or self.provider_status is not None


@dataclass(frozen=True)
class VerificationFact:
    """One record of one fact at its source.

    `checked_on` is the day the source was asked, by us or by the organization whose report it is; `good_until` is until
    when the source says it holds; `recorded_on` is filled where the record came later than the check: as a correction, or
    reported to us; `about` is which of several licenses it is about, empty for the one of the license page and for
    everything else.
    """

    kind: VerificationKind
    result: VerificationResult
    checked_on: date
    verified_by: int | None = None
    good_until: date | None = None
    recorded_on: date | None = None
    replaced: bool = False  # by a correction
    about: str = ""


@dataclass(frozen=True)
class LicenceFact:
    """A license beside the one of the license page: until when by the applicant's word; without a number it is needed and
    the form does not state it."""

    state: str
    number: str = ""
    expires_on: date | None = None

    @property
    def about(self) -> str:
        """How it is called, and what a record of its verification is about."""
        return f"{self.state} {self.number}" if self.number else f"{self.state}, no number given"


class Past(StrEnum):
    """What happened to a provider before: a participation ended; the committee had another application on an agenda and
    did not approve it, or approved it with conditions; a screening, of this application too, found a possible match;
    provisional credentialing was given."""

    ENDED = "ended"
    WEIGHED = "weighed"
    MATCHED = "matched"
    PROVISIONAL = "provisional"


@dataclass(frozen=True)
class ScreeningFact:
    """The latest screening against one exclusion list; superseded when that list is no longer the current one."""

    outcome: ScreeningOutcome
    screened_on: date
    list_imported_on: date | None
    unresolved: int = 0
    confirmed: int = 0
    superseded: bool = False


@dataclass(frozen=True)
class LetterFact:
    """A letter: when it left by every channel; where it asks, for which document kinds and by when."""

    kind: LetterKind
    number: int
    round: int
    respond_by: date | None
    left_on: date | None
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AppealFact:
    """An appeal that is not decided yet: asked in time or late, let in or not, and who decided what it is against."""

    asked_on: date
    late: bool
    accepted: bool
    panel: frozenset[int] = frozenset()


@dataclass(frozen=True)
class FindingFact:
    """One finding of the monitoring that counts: still open, or recorded since the last decision."""

    kind: FindingKind
    severity: FindingSeverity
    received_on: date
    open: bool


@dataclass(frozen=True)
class CredentialingFile:
    """Everything the policy may know of one application on one day. What is listed comes oldest first."""

    today: date
    status: Status
    kind: ApplicationKind
    subject: Subject
    provider_type: ProviderType
    prescribes: bool = False
    tests_on_site: bool = False
    independent: bool = False
    board_certified: bool = False
    disclosures: tuple[str, ...] = ()
    disclosed_before: tuple[str, ...] = ()  # in an earlier sending of this form, and not any more
    unlike_form: tuple[str, ...] = ()  # of the accepted documents: which, and what on it is not the form's
    form_problems: tuple[str, ...] = ()
    signed_on: date | None = None
    changed_on: date | None = None
    email_given: bool = False
    round: int = 0
    authorization: AuthorizationFact | None = None
    documents: tuple[DocumentFact, ...] = ()
    verifications: tuple[VerificationFact, ...] = ()
    screening: ScreeningFact | None = None
    exclusion_list_imported_on: date | None = None
    letters: tuple[LetterFact, ...] = ()
    licence: str = ""  # of the license page: state and number
    licence_expires_on: date | None = None
    further_licences: tuple[LicenceFact, ...] = ()
    other_open_application: bool = False
    in_network_already: bool = False
    participation_ended: bool = False
    recredentialing_due_on: date | None = None
    renew_by: date | None = None  # of the participation this application last credentialed, while it lasts
    unsettled_letters: int = 0
    hands: frozenset[int] = frozenset()
    renewed_since: bool = False
    past: frozenset[Past] = frozenset()
    ended_on: date | None = None  # when the participation ended that this application would take up again
    appeal: AppealFact | None = None
    provisional_before: bool = False
    owners_disclosed: bool = False
    findings: tuple[FindingFact, ...] = ()
    placed_on_agenda_on: date | None = None
    meeting_on: date | None = None
    meeting_state: MeetingState | None = None
    seats_needed: int = PLAN.committee_quorum  # at the meeting whose agenda the file is on
    concerned: frozenset[int] = (
        frozenset()
    )  # staff whose own NPI it bears, or who declared a tie to the provider
    recused: frozenset[int] = frozenset()  # who stepped out of it, on the agenda it is or was on

    @property
    def evidence_by(self) -> frozenset[int]:
        """Everyone whose hand is in the evidence: documents, verifications, the authorization, and `hands`: whoever ever
        recorded an authorization or a screening of the file, or settled a match."""
        found = {d.reviewed_by for d in self.documents if d.state is DocumentState.ACCEPTED}
        found |= {v.verified_by for v in self.verifications}
        if self.authorization:
            found.add(self.authorization.recorded_by)
        return self.hands | frozenset(hand for hand in found if hand is not None)

    @property
    def first_panel(self) -> frozenset[int]:
        """Who took part in the decision that is heard again on appeal; nobody where none is."""
        return self.appeal.panel if self.appeal and self.appeal.accepted else frozenset()

    def as_of(self, day: date) -> "CredentialingFile":
        """The file as its documents stood at the end of that day: what came or was accepted later is not there yet."""
        if day >= self.today:
            return self
        documents = tuple(
            replace(d, state=DocumentState.RECEIVED) if d.reviewed_on and d.reviewed_on > day else d
            for d in self.documents
            if d.uploaded_on <= day
        )
        return replace(self, today=day, documents=documents)


@dataclass(frozen=True)
class Request:
    """What somebody asks of the workflow: which step, who, on what grounds. `attendance` and `votes` are of the members
    at the table for this file, as the record of the meeting has them."""

    action: Action
    roles: frozenset[Role]
    actor_id: int | None = None
    reason: str = ""
    meeting_on: date | None = None
    attendance: frozenset[int] = field(default_factory=frozenset)
    decided_on: date | None = None
    votes: tuple[VoteChoice, ...] = ()
    meeting_closed: bool = False
