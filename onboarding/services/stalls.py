"""Telling the desk of files that stand still: written once for each time a file does."""

from onboarding.clock import on_day, today
from onboarding.extensions import db
from onboarding.letters.stall import StalledFile, StallView
from onboarding.models import Application, StallMail, StallNotice
from onboarding.policy.deadlines import clock
from onboarding.policy.workflow import STATUS_LABELS
from onboarding.queries.queue_filter import STALL_CLOCKS, Why
from onboarding.queries.stalls import list_coordinators, list_still_standing, list_untold

MOST_NAMED = 50
MOVED_SAYS = "Not sent: every file has moved since, or the account is closed."


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


def read_stall_mail(mail: StallMail, public_url: str) -> StallView | None:
    """What a mail says now; None where nothing of it holds any more."""
    files = [
        StalledFile(file.public_id, STATUS_LABELS[file.status], on_day(file.changed_at))
        for file in list_still_standing(mail.id)
    ]
    if not files or not mail.staff.active:
        return None
    named, days = tuple(files[:MOST_NAMED]), clock(STALL_CLOCKS[Why.ESCALATED], today()).amount
    more = len(files) - len(named)
    return StallView(mail.staff.name, mail.staff.email, named, more, days, public_url)
