"""The end of a draft: told beforehand to whoever typed in it, or in one letter to the group whose roster made many; by the
clock, or at its applicant's word."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from onboarding.clock import on_day, today
from onboarding.extensions import db
from onboarding.models import Application, DraftNotice, Letter
from onboarding.policy.deadlines import DRAFT_NOTICE_DAYS_BEFORE, after
from onboarding.policy.people import Actor, applicant
from onboarding.policy.roster import ROSTER_STATUSES
from onboarding.policy.vocabulary import Action, LetterKind
from onboarding.queries.drafts import notices_due
from onboarding.queries.rosters import find_group, list_drafts_of
from onboarding.services.letters import forget_letter, write_letter
from onboarding.services.workflow import is_possible, take_step


def is_deletion_to_tell(draft: Application) -> bool:
    """Is a notice due that was not yet written, and that the group does not get for all its drafts together? A draft
    without an e-mail address can be told nothing."""
    if not draft.form.email_on_file or not _due([draft]):
        return False
    group = find_group(draft.id)
    return group is None or not _told_with_others(group, draft)


def tell_of_deletion(draft: Application) -> bool:
    """Write the notice that is due; False when there is none. A notice that comes late, after days off, still leaves
    the days of the last one: the draft is kept as long (policy/guards, draft_too_old)."""
    due_on = _due([draft]).get(draft.id)
    if due_on is None:
        return False
    last_day = _last_day(draft)
    letter = write_letter(draft, LetterKind.DRAFT_EXPIRES, facts={"respond_by": last_day.isoformat()})
    letter.due_on, letter.respond_by = due_on, last_day
    return True


def is_deletion_to_tell_group(group: Application) -> bool:
    """Is a notice due for any of the drafts that the rosters of this group have made?"""
    return bool(_due(_drafts_of(group)))


def tell_group_of_deletion(group: Application) -> bool:
    """Write one notice for all drafts of the group of which one is due; False when there is none. It names how many
    they are and the earliest of their last days."""
    drafts = {draft.id: draft for draft in _drafts_of(group)}
    due = _due(list(drafts.values()))
    if not due:
        return False
    last_days = {number: _last_day(drafts[number]) for number in due}
    first = min(last_days.values())
    facts = {"respond_by": first.isoformat(), "drafts": len(due)}
    letter = write_letter(group, LetterKind.DRAFTS_EXPIRE, facts=facts)
    letter.due_on, letter.respond_by = min(due.values()), first
    db.session.flush()
    db.session.add_all(
        DraftNotice(application_id=number, letter_id=letter.id, due_on=due[number], respond_by=last_day)
        for number, last_day in last_days.items()
    )
    return True


def _drafts_of(group: Application) -> list[Application]:
    return [draft for draft in list_drafts_of(group) if _told_with_others(group, draft)]


def _told_with_others(group: Application, draft: Application) -> bool:
    """Does the group's contact answer for this draft? Not for one with an address of its own, and not once the group has
    no page of practitioners any more."""
    address = group.form.email_on_file
    return group.status in ROSTER_STATUSES and bool(address) and address == draft.form.email_on_file


def _kept_until(draft: Application) -> date:
    return after("draft_kept", on_day(draft.changed_at))


def _last_day(draft: Application) -> date:
    return max(_kept_until(draft), today() + timedelta(days=min(DRAFT_NOTICE_DAYS_BEFORE)))


def _due(drafts: Sequence[Application]) -> dict[int, date]:
    return notices_due({draft.id: draft.changed_at for draft in drafts})


def expire_draft(application: Application, actor: Actor) -> list[str]:
    """Let an old draft go and forget what was typed. Answers the keys of its stored mails, to be deleted after the commit.
    Raises NotReady while it is still kept."""
    take_step(application, Action.EXPIRE, actor)
    return _forget_draft(application)


def discard_draft(application: Application) -> list[str]:
    """Delete a draft at its applicant's word, and forget what was typed. Answers as `expire_draft` does. Raises Conflict
    once it was sent, NotReady for a renewal."""
    take_step(application, Action.DISCARD, applicant(""))
    return _forget_draft(application)


def may_delete(application: Application) -> bool:
    """May its applicant delete this form?"""
    return is_possible(application, Action.DISCARD, applicant(""))


def _forget_draft(application: Application) -> list[str]:
    application.npi = application.name = application.name_key = application.given_key = ""
    form = application.form
    form.answers, form.demographics, form.sent_copies = {}, None, None
    form.signature = form.contact_name = form.contact_email = form.contact_phone = ""
    letters = db.session.scalars(select(Letter).where(Letter.application_id == application.id))
    return [key for letter in letters if (key := forget_letter(letter))]
