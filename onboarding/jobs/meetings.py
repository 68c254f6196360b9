"""Mailing invitations to meetings of the committee."""

from email.message import EmailMessage

from onboarding.clock import now
from onboarding.config import Settings
from onboarding.jobs.desk_mail import mail_desk
from onboarding.letters.invitation import calendar_file
from onboarding.letters.render import fill_text
from onboarding.mail import Transport, compose
from onboarding.models import MeetingCall
from onboarding.services.calls import LATE_SAYS, read_call


def mail_calls(settings: Settings, transport: Transport | None = None) -> dict[str, int]:
    """Mail every invitation that waits."""
    return mail_desk(MeetingCall, _compose, LATE_SAYS, settings, transport)


def _compose(call: MeetingCall, settings: Settings) -> EmailMessage | None:
    invitation = read_call(call, settings.public_url, settings.mail_from)
    if invitation is None:
        return None
    return compose(
        invitation,
        sender=settings.mail_from,
        recipient=invitation.attendee,
        message_id=call.message_id,
        body=fill_text("committee/invitation.txt", invitation=invitation),
        calendar=calendar_file(invitation, now()),
        method=invitation.method,
    )
