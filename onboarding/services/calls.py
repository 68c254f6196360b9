"""What a mail to a member says of a meeting: as it stands, for a calendar."""

from onboarding.clock import today
from onboarding.letters.invitation import PUBLISH, Invitation
from onboarding.models import Meeting, MeetingCall
from onboarding.policy.vocabulary import CallMethod, MeetingState

LATE_SAYS = "Not sent: the meeting has changed again, or its day has passed."


def read_call(call: MeetingCall, public_url: str, organizer: str) -> Invitation | None:
    """The invitation that a mail carries; None where it says what is not so any more."""
    meeting = call.meeting
    if call.sequence != meeting.sequence or meeting.held_on < today():
        return None
    return invitation_of(
        meeting, public_url, method=call.method.value, gone=call.method is CallMethod.CANCEL,
        name=call.staff.name, attendee=call.staff.email, organizer=organizer,
    )  # fmt: skip


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
