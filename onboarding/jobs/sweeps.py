"""The sweeps: what has fallen due is put in motion. Each may run anywhere, any number of times, without harm."""

from collections.abc import Callable, Iterator

import structlog

from onboarding.config import Settings
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, Participation
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import Action
from onboarding.queries import drafts, notices, sweeps
from onboarding.queries.files import find_screening, get_application
from onboarding.services.access_codes import forget_old_secrets
from onboarding.services.discrepancies import is_reminder_due
from onboarding.services.discrepancies import write_due_reminders as write_notice_reminders
from onboarding.services.drafts import (
    expire_draft,
    is_deletion_to_tell,
    is_deletion_to_tell_group,
    tell_group_of_deletion,
)
from onboarding.services.drafts import tell_of_deletion as write_notice
from onboarding.services.freshness import restate
from onboarding.services.missing_documents import (
    discontinue_application,
    is_something_to_ask,
    write_missing_document_letter,
)
from onboarding.services.provisional import end_provisional as _end_provisional
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.reminders import write_due_reminders
from onboarding.services.screening import screen_application
from onboarding.services.workflow import is_possible, take_step
from onboarding.storage import Store

log = structlog.get_logger("onboarding.jobs")

Done = dict[str, int]
Asks = Callable[[Application], bool]
Does = Callable[[Application], int]


def write_reminders(settings: Settings) -> Done:
    """Write every recredentialing reminder that is due."""
    with committed():
        return {"reminders": write_due_reminders()}


def open_renewals(settings: Settings) -> Done:
    """Open the recredentialing application of every provider whose due date comes near."""
    opened = 0
    for participation_id in sweeps.list_to_recredential():
        try:
            with committed() as session:
                participation = session.get_one(Participation, participation_id, with_for_update=True)
                open_recredentialing(participation, CLOCK)
            opened += 1
        except Conflict:
            continue
    return {"opened": opened}


def ask_for_documents(settings: Settings) -> Done:
    """Write the missing-document letter where something is owed."""
    return {
        "letters": _each(
            sweeps.list_to_ask(),
            is_something_to_ask,
            lambda file: write_missing_document_letter(file, CLOCK) is not None,
        )
    }


def discontinue_silent(settings: Settings) -> Done:
    """Discontinue where a letter has left, its time has passed and nothing came; the guards have the last word."""
    return {"discontinued": _each(sweeps.list_silent(), _possible(Action.DISCONTINUE), _discontinue)}


def tell_of_deletion(settings: Settings) -> Done:
    """Write to whoever gave an e-mail address that the draft will be deleted; to a group once for all its drafts, and
    first: what it is told of needs no look by itself."""
    groups = _each(iter(drafts.list_groups_to_tell()), is_deletion_to_tell_group, tell_group_of_deletion)
    alone = _each(drafts.list_drafts_to_tell(), is_deletion_to_tell, write_notice)
    return {"notices": alone + groups}


def remind_of_notices(settings: Settings) -> Done:
    """Remind whoever has not answered a discrepancy notice before its time ends."""
    return {"reminders": _each(notices.list_to_remind(), is_reminder_due, write_notice_reminders)}


def forget_secrets(settings: Settings) -> Done:
    """Wipe what was to be mailed and could not be, long after it opened anything."""
    with committed():
        return {"forgotten": forget_old_secrets()}


def expire_drafts(settings: Settings) -> Done:
    """Let drafts go that were never sent."""
    store, keys = Store(settings.storage), list[str]()

    def expire(file: Application) -> bool:
        keys[:] = expire_draft(file, CLOCK)
        return True

    def delete() -> None:
        for key in keys:
            store.delete(key)

    return {"expired": _each(sweeps.list_old_drafts(), _possible(Action.EXPIRE), expire, delete)}


def confirm_welcome(settings: Settings) -> Done:
    """Approved providers whose welcome letter has left are participating."""
    return {"joined": _each(sweeps.list_awaiting_welcome(), _possible(Action.CONFIRM_WELCOME), _confirm)}


def screen_again(settings: Settings) -> Done:
    """Look again for every file that was screened in an earlier exclusion list; a possible match waits for a person."""
    return {"screened": _each(sweeps.list_to_screen_again(), _is_superseded, _screen)}


def end_provisional(settings: Settings) -> Done:
    """End provisional participations whose days are over or whose application has ended."""
    return {
        "ended": _each(
            sweeps.list_provisional_over(), lambda file: True, lambda file: _end_provisional(file, CLOCK)
        )
    }


def restate_forecasts(settings: Settings) -> Done:
    """State anew on which day each open file goes stale: what the calendar changed, and what an older program left."""
    return {"restated": _each(sweeps.list_to_forecast(), lambda file: True, restate)}


def _is_superseded(file: Application) -> bool:
    found = find_screening(file)
    return found is not None and not (found.exclusion_list and found.exclusion_list.current)


def _screen(file: Application) -> bool:
    if not _is_superseded(file):  # another clock was here meanwhile
        return False
    screen_application(file, CLOCK)
    return True


def _possible(action: Action) -> Asks:
    return lambda file: is_possible(file, action, CLOCK)


def _confirm(file: Application) -> bool:
    take_step(file, Action.CONFIRM_WELCOME, CLOCK)
    return True


def _discontinue(file: Application) -> bool:
    discontinue_application(file, CLOCK)
    return True


def _each(ids: Iterator[int], wanted: Asks, do: Does, then: Callable[[], None] = lambda: None) -> int:
    """One short transaction for each file that wants it, which is asked before anything is locked; a file that somebody
    moved meanwhile, or that a guard holds back, is left alone. `then` is called after each commit."""
    done = 0
    for application_id in ids:
        try:
            if not wanted(get_application(application_id)):
                continue
            with committed():
                done += do(get_application(application_id, for_change=True))
            then()
        except (Conflict, NotReady):
            continue
        except BadInput as refused:  # one file's text stops no other file
            log.error("a file is left alone by the clock", application=application_id, error=refused.message)
        finally:
            db.session.rollback()
            db.session.expunge_all()
    return done
