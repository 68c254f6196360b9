"""Telling the end of a draft beforehand."""

from datetime import date, timedelta

from sqlalchemy import func, select

from onboarding.clock import on_day, today
from onboarding.extensions import db
from onboarding.models import Application, Letter
from onboarding.policy.deadlines import DRAFT_NOTICE_DAYS_BEFORE, after, draft_notice_fell_due
from onboarding.policy.vocabulary import LetterKind
from onboarding.services.letters import write_letter


def is_deletion_to_tell(draft: Application) -> bool:
    """Is a notice due that was not yet written? A draft without an e-mail address can be told nothing."""
    return bool(draft.form.email_on_file) and _due(draft) is not None


def tell_of_deletion(draft: Application) -> bool:
    """Write the notice that is due; False when there is none. A notice that comes late, after days off, still leaves
    the days of the last one: the draft is kept as long (policy/guards.py, draft_too_old)."""
    due_on = _due(draft)
    if due_on is None:
        return False
    last_day = max(_kept_until(draft), today() + timedelta(days=min(DRAFT_NOTICE_DAYS_BEFORE)))
    letter = write_letter(draft, LetterKind.DRAFT_EXPIRES, facts={"respond_by": last_day.isoformat()})
    letter.due_on, letter.respond_by = due_on, last_day
    return True


def _kept_until(draft: Application) -> date:
    return after("draft_kept", on_day(draft.changed_at))


def _due(draft: Application) -> date | None:
    """The day on which a notice fell due that nobody wrote. A change moves the end of the draft only forward, beyond
    every notice written before it, so the days of the notices rise."""
    fell_due = draft_notice_fell_due(_kept_until(draft), today())
    written_for = db.session.scalar(
        select(func.max(Letter.due_on)).where(
            Letter.application_id == draft.id, Letter.kind == LetterKind.DRAFT_EXPIRES
        )
    )
    return fell_due if fell_due and (written_for is None or written_for < fell_due) else None
