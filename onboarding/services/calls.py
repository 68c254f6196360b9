"""Mailing the members what their calendars are told of a meeting: claimed, handed over, settled, as services/outbox.py
does it with letters. A mail that may have left is not sent again by a machine."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from onboarding.clock import now, seconds, today
from onboarding.extensions import db
from onboarding.letters.invitation import PUBLISH, Invitation
from onboarding.models import Meeting, MeetingCall
from onboarding.policy.vocabulary import CallMethod, MeetingState, MessageState
from onboarding.services.outbox import LEASE_SECONDS, RETRY_SECONDS

LOST_SAYS = "The sender stopped while the message was being handed over."
LATE_SAYS = "Not sent: the meeting has changed again, or its day has passed."


@dataclass(frozen=True)
class CallClaim:
    """Our hold on one mail: settle it with this fence or not at all."""

    call_id: int
    fence: int


def claim_call(mail_domain: str) -> CallClaim | None:
    """Take the next mail that is due, for one lease; None when there is none. A lease that ran out leaves it in doubt."""
    moment = seconds()
    db.session.execute(
        update(MeetingCall)
        .where(MeetingCall.state == MessageState.SENDING, MeetingCall.claimed_until < moment)
        .values(state=MessageState.IN_DOUBT, proof=LOST_SAYS)
        .execution_options(synchronize_session=False)
    )
    query = (
        select(MeetingCall)
        .where(MeetingCall.state == MessageState.QUEUED, MeetingCall.not_before <= moment)
        .order_by(MeetingCall.not_before, MeetingCall.id)
        .limit(1)
        .with_for_update(of=MeetingCall, skip_locked=True)
    )
    call = db.session.scalars(query).first()
    if call is None:
        return None
    call.state, call.claimed_until = MessageState.SENDING, moment + LEASE_SECONDS
    call.fence, call.attempts = call.fence + 1, call.attempts + 1
    call.message_id = call.message_id or f"<meeting-{call.meeting.uid}.{call.id}@{mail_domain}>"
    return CallClaim(call.id, call.fence)


def read_call(claim: CallClaim, public_url: str, organizer: str) -> tuple[Invitation, str] | None:
    """The invitation of a claimed mail and its Message-ID; None where it says what is not so any more."""
    call = db.session.get_one(MeetingCall, claim.call_id, populate_existing=True)
    meeting = call.meeting
    if call.sequence != meeting.sequence or meeting.held_on < today():
        return None
    found = invitation_of(
        meeting, public_url, method=call.method.value, gone=call.method is CallMethod.CANCEL,
        name=call.staff.name, attendee=call.staff.email, organizer=organizer,
    )  # fmt: skip
    return found, call.message_id


def invitation_of(
    meeting: Meeting, public_url: str, *, method: str = PUBLISH, gone: bool = False, **people: str
) -> Invitation:
    """The meeting as it stands, for a calendar; `gone`: taken out of this one's."""
    home = public_url.rstrip("/")
    return Invitation(
        uid=meeting.uid, sequence=meeting.sequence, method=method,
        canceled=gone or meeting.state is MeetingState.CANCELED, held_on=meeting.held_on, starts_at=meeting.starts_at,
        place=meeting.place, page_url=f"{home}/staff/committee/meetings/{meeting.id}", public_url=home, **people,
    )  # fmt: skip


def settle_call(claim: CallClaim, state: MessageState, proof: str) -> None:
    """What became of it, with its proof: sent, in doubt, or held back."""
    _settle(
        claim, state=state, proof=proof[:500], **({"sent_at": now()} if state is MessageState.SENT else {})
    )


def settle_refused_call(claim: CallClaim, error: str, *, permanent: bool) -> None:
    """Certainly not taken: try again later, or fail for good and wait for the coordinator."""
    call = db.session.get_one(MeetingCall, claim.call_id, populate_existing=True)
    if permanent or call.attempts > len(RETRY_SECONDS):
        _settle(claim, state=MessageState.FAILED, proof=error[:500])
    else:
        again = seconds() + RETRY_SECONDS[call.attempts - 1]
        _settle(claim, state=MessageState.QUEUED, proof=error[:500], not_before=again)


def _settle(claim: CallClaim, **values: Any) -> None:
    db.session.execute(
        update(MeetingCall)
        .where(
            MeetingCall.id == claim.call_id, MeetingCall.fence == claim.fence,
            MeetingCall.state == MessageState.SENDING,
        )
        .values(claimed_until=0, **values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
