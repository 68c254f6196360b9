"""Telling the desk by mail of files that stand still."""

from email.message import EmailMessage

from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.jobs.desk_mail import mail_desk
from onboarding.letters.render import fill_text
from onboarding.mail import Transport, compose
from onboarding.models import StallMail
from onboarding.services.stalls import MOVED_SAYS, read_stall_mail, write_stall_mails


def tell_of_stalls(settings: Settings, transport: Transport | None = None) -> dict[str, int]:
    """Write and mail what is to be told of files that newly stand still."""
    with committed():
        written = write_stall_mails()
    return {"written": written, **mail_desk(StallMail, _compose, MOVED_SAYS, settings, transport)}


def _compose(mail: StallMail, settings: Settings) -> EmailMessage | None:
    view = read_stall_mail(mail, settings.public_url)
    if view is None:
        return None
    return compose(
        view,
        sender=settings.mail_from,
        recipient=view.address,
        message_id=mail.message_id,
        body=fill_text("desk/stall.txt", view=view),
    )
