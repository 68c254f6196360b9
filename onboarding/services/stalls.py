"""Telling the desk of files that stand still: written once for each time a file does, claimed, handed over, settled, as
services/outbox.py does it with letters, which belong to applicants. A mail that may have left is not sent again."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from onboarding.clock import now, on_day, seconds, today
from onboarding.extensions import db
from onboarding.letters.stall import StalledFile, StallView
from onboarding.models import Application, StallMail, StallNotice
from onboarding.policy.deadlines import clock
from onboarding.policy.vocabulary import MessageState
from onboarding.policy.workflow import STATUS_LABELS
from onboarding.queries.queue_filter import STALL_CLOCKS, Why
from onboarding.queries.stalls import list_coordinators, list_still_standing, list_untold
from onboarding.services.outbox import LEASE_SECONDS, RETRY_SECONDS

MOST_NAMED = 50
LOST_SAYS = "The sender stopped while the message was being handed over."
MOVED_SAYS = "Not sent: every file has moved since, or the account is closed."


@dataclass(frozen=True)
class StallClaim:
    """Our hold on one mail: settle it with this fence or not at all."""

    mail_id: int
    fence: int


def write_stall_mails() -> int:
    """Write one mail to each person who is to know of files that newly stand still: who they are with, and whoever
    coordinates. Answers how many.

    Unique on (application, since when, person): two writers at once make one notice and one integrity error.
    """
    lead, told = list_coordinators(), dict[int, list[Application]]()
    for application in list_untold():
        with_whom = [application.assignee_id] if application.assignee_id else []
        for staff_id in dict.fromkeys([*with_whom, *lead]):
            told.setdefault(staff_id, []).append(application)
    for staff_id, files in told.items():
        mail = StallMail(staff_id=staff_id, written_on=today())
        db.session.add(mail)
        for file in files:
            notice = StallNotice(
                mail=mail, application_id=file.id, staff_id=staff_id, untouched_since=file.changed_at
            )
            db.session.add(notice)
    return len(told)


def claim_stall_mail(mail_domain: str) -> StallClaim | None:
    """Take the next mail that is due, for one lease; None when there is none. A lease that ran out leaves it in doubt."""
    moment = seconds()
    db.session.execute(
        update(StallMail)
        .where(StallMail.state == MessageState.SENDING, StallMail.claimed_until < moment)
        .values(state=MessageState.IN_DOUBT, proof=LOST_SAYS)
        .execution_options(synchronize_session=False)
    )
    query = (
        select(StallMail)
        .where(StallMail.state == MessageState.QUEUED, StallMail.not_before <= moment)
        .order_by(StallMail.not_before, StallMail.id)
        .limit(1)
        .with_for_update(of=StallMail, skip_locked=True)
    )
    mail = db.session.scalars(query).first()
    if mail is None:
        return None
    mail.state, mail.claimed_until = MessageState.SENDING, moment + LEASE_SECONDS
    mail.fence, mail.attempts = mail.fence + 1, mail.attempts + 1
    mail.message_id = mail.message_id or f"<stall-{mail.id}.{int(now().timestamp())}@{mail_domain}>"
    return StallClaim(mail.id, mail.fence)


def read_stall_mail(claim: StallClaim, public_url: str) -> tuple[StallView, str] | None:
    """What a claimed mail says now, and its Message-ID; None where nothing of it holds any more."""
    mail = db.session.get_one(StallMail, claim.mail_id, populate_existing=True)
    files = [
        StalledFile(file.public_id, STATUS_LABELS[file.status], on_day(file.changed_at))
        for file in list_still_standing(mail.id)
    ]
    if not files or not mail.staff.active:
        return None
    named, days = tuple(files[:MOST_NAMED]), clock(STALL_CLOCKS[Why.ESCALATED], today()).amount
    more = len(files) - len(named)
    return StallView(mail.staff.name, mail.staff.email, named, more, days, public_url), mail.message_id


def settle_stall_mail(claim: StallClaim, state: MessageState, proof: str) -> None:
    """What became of it, with its proof: sent, in doubt, or held back."""
    sent = {"sent_at": now()} if state is MessageState.SENT else {}
    _settle(claim, state=state, proof=proof[:500], **sent)


def settle_refused_stall_mail(claim: StallClaim, error: str, *, permanent: bool) -> None:
    """Certainly not taken: try again later, or fail for good. The files stand on Today all the same."""
    mail = db.session.get_one(StallMail, claim.mail_id, populate_existing=True)
    if permanent or mail.attempts > len(RETRY_SECONDS):
        _settle(claim, state=MessageState.FAILED, proof=error[:500])
    else:
        again = seconds() + RETRY_SECONDS[mail.attempts - 1]
        _settle(claim, state=MessageState.QUEUED, proof=error[:500], not_before=again)


def _settle(claim: StallClaim, **values: Any) -> None:
    db.session.execute(
        update(StallMail)
        .where(
            StallMail.id == claim.mail_id, StallMail.fence == claim.fence,
            StallMail.state == MessageState.SENDING,
        )
        .values(claimed_until=0, **values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
