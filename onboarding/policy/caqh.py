"""TABLE: what each answer of CAQH means for us.

Sources: CAQH ProView Roster and Status Check API, public copies of 2016 and 2018 (reference interfaces section 2.8).
CAQH writes words with other letters and signs from one server to the next; they are compared by letters alone.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from onboarding.policy.vocabulary import ParticipationState, Status


class RosterStatus(StrEnum):
    """Where the provider stands on our roster, as CAQH says it."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    NOT_ON_ROSTER = "not_on_roster"


class ProviderStatus(StrEnum):
    """How far the provider has come in CAQH. The last two are ours: not found there, and a word we do not know."""

    NEW_PROVIDER = "new_provider"
    FIRST_PROVIDER_CONTACT = "first_provider_contact"
    INITIAL_OUTREACH = "initial_outreach"
    ALTERNATE_OUTREACH = "alternate_outreach"
    PROFILE_DATA_SUBMITTED = "profile_data_submitted"
    INITIAL_PROFILE_COMPLETE = "initial_profile_complete"
    RE_ATTESTATION = "re_attestation"
    EXPIRED_ATTESTATION = "expired_attestation"
    OPT_OUT = "opt_out"
    RETURNED_MAIL = "returned_mail"
    UNDELIVERABLE = "undeliverable"
    PROVIDER_RETIRED = "provider_retired"
    PROVIDER_DECEASED = "provider_deceased"
    NOT_FOUND = "not_found"
    UNKNOWN = "unknown"


class RosterState(StrEnum):
    """How far we are with putting a provider on our roster, or taking one off."""

    TO_ADD = "to_add"
    SENT = "sent"
    ON_ROSTER = "on_roster"
    REFUSED = "refused"
    TO_REMOVE = "to_remove"
    REMOVED = "removed"


class Standing(StrEnum):
    """What a provider status means for the file: in order, or who has to act."""

    ATTESTED = "attested"
    NEEDS_APPLICANT = "needs_applicant"
    NEEDS_STAFF = "needs_staff"


@dataclass(frozen=True)
class StatusRow:
    """One provider status: whom it leaves to act, in a few words for the queue and in a sentence."""

    status: ProviderStatus
    standing: Standing
    short: str = ""
    says: str = ""


_P, _S = ProviderStatus, Standing
_UNFINISHED = (
    "CAQH profile not complete",
    "The CAQH profile is not complete: the provider must finish it and attest.",
)
_UNREACHED = (
    "CAQH cannot reach the provider",
    "CAQH cannot reach the provider: the provider must sign in to CAQH, correct the address and attest.",
)

TABLE: tuple[StatusRow, ...] = (
    StatusRow(_P.INITIAL_PROFILE_COMPLETE, _S.ATTESTED),
    StatusRow(_P.RE_ATTESTATION, _S.ATTESTED),
    StatusRow(_P.NEW_PROVIDER, _S.NEEDS_APPLICANT, *_UNFINISHED),
    StatusRow(_P.FIRST_PROVIDER_CONTACT, _S.NEEDS_APPLICANT, *_UNFINISHED),
    StatusRow(_P.INITIAL_OUTREACH, _S.NEEDS_APPLICANT, *_UNFINISHED),
    StatusRow(_P.ALTERNATE_OUTREACH, _S.NEEDS_APPLICANT, *_UNFINISHED),
    StatusRow(
        _P.EXPIRED_ATTESTATION,
        _S.NEEDS_APPLICANT,
        "CAQH attestation lapsed",
        "CAQH says that the attestation has expired: the provider must attest again.",
    ),
    StatusRow(
        _P.OPT_OUT,
        _S.NEEDS_APPLICANT,
        "Opted out of CAQH",
        "The provider opted out of CAQH and must opt in again, or send the application another way.",
    ),
    StatusRow(_P.RETURNED_MAIL, _S.NEEDS_APPLICANT, *_UNREACHED),
    StatusRow(_P.UNDELIVERABLE, _S.NEEDS_APPLICANT, *_UNREACHED),
    StatusRow(
        _P.NOT_FOUND,
        _S.NEEDS_APPLICANT,
        "CAQH does not find the provider",
        "CAQH does not find the provider under this CAQH number: the provider must check the number.",
    ),
    StatusRow(
        _P.PROFILE_DATA_SUBMITTED,
        _S.NEEDS_STAFF,
        "CAQH is reviewing the profile",
        "CAQH is still reviewing what the provider submitted: look again in a few days.",
    ),
    StatusRow(
        _P.PROVIDER_RETIRED,
        _S.NEEDS_STAFF,
        "CAQH: provider retired",
        "CAQH says that the provider has retired: ask the practice.",
    ),
    StatusRow(
        _P.PROVIDER_DECEASED,
        _S.NEEDS_STAFF,
        "CAQH: provider deceased",
        "CAQH says that the provider has died: ask the practice before anything is sent.",
    ),
    StatusRow(
        _P.UNKNOWN,
        _S.NEEDS_STAFF,
        "CAQH status to look into",
        "CAQH gave a provider status that we do not know: look at the provider in CAQH.",
    ),
)

_BY_STATUS = {row.status: row for row in TABLE}
_OURS = (ProviderStatus.NOT_FOUND, ProviderStatus.UNKNOWN)

_IN_NETWORK = (Status.PARTICIPATING, Status.APPEAL_IN_COMMITTEE)
# Where an applicant is added to our roster, and where CAQH is asked about those on it.
ROSTER_STATUSES: tuple[Status, ...] = (Status.GATHERING, Status.VERIFYING, Status.READY)
ASKED_STATUSES: tuple[Status, ...] = (
    *ROSTER_STATUSES, Status.IN_COMMITTEE, Status.APPROVED, *_IN_NETWORK,
)  # fmt: skip
# The clock of policy/deadlines.py after which a provider in this status is asked about again; all others daily.
ASK_CLOCKS: dict[Status, str] = dict.fromkeys(_IN_NETWORK, "caqh_asked_again_in_network")
ASKED_PARTICIPATIONS: tuple[ParticipationState, ...] = (ParticipationState.ACTIVE,)


def status_row(status: ProviderStatus) -> StatusRow:
    """What this provider status means for us."""
    return _BY_STATUS[status]


def read_provider_status(said: str) -> ProviderStatus:
    """The word CAQH means, however it is written; UNKNOWN for one we do not know."""
    return _SAID.get(_letters(said), ProviderStatus.UNKNOWN)


def read_roster_status(said: str) -> RosterStatus | None:
    """The word CAQH means, however it is written; None for one we do not know."""
    return {_letters(word): word for word in RosterStatus}.get(_letters(said))


def _letters(said: str) -> str:
    return re.sub("[^a-z]", "", said.lower())


_SAID = {_letters(word): word for word in ProviderStatus if word not in _OURS}


@dataclass(frozen=True)
class CaqhAnswer:
    """What CAQH said of one provider. `status_on` is the day the provider came to that status."""

    provider_status: ProviderStatus
    roster_status: RosterStatus = RosterStatus.NOT_ON_ROSTER
    authorized: bool = False
    status_on: date | None = None
    caqh_number: str = ""

    @property
    def listed(self) -> bool:
        """May we read the application: on our roster, and the provider has authorized the plan?"""
        return self.roster_status is RosterStatus.ACTIVE and self.authorized

    @property
    def attested_on(self) -> date | None:
        """The day of the last attestation, where the status says that there is one in force."""
        attested = status_row(self.provider_status).standing is Standing.ATTESTED
        return self.status_on if attested else None

    def as_facts(self) -> dict[str, Any]:
        """The answer as it is kept: plain facts."""
        on = self.status_on.isoformat() if self.status_on else None
        return {**asdict(self), "status_on": on}
