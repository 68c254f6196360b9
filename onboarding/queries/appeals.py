"""Reading appeals: the open one of an application, which letter can be appealed against and until when."""

from datetime import date

from sqlalchemy import select

from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import AdverseAction, Appeal, Application, AuditEvent, Decision, Letter
from onboarding.policy.appeals import APPEALABLE, last_day_to_appeal, opens_appeal
from onboarding.policy.file import LetterFact
from onboarding.policy.vocabulary import Action, LetterKind
from onboarding.policy.workflow import TABLE

# Where an appeal can be let in, and so be asked for.
APPEAL_STATUSES = frozenset(step.from_status for step in TABLE if step.action is Action.ACCEPT_APPEAL)


def list_appeals(application_id: int) -> list[Appeal]:
    """Every appeal of one application, newest first."""
    query = select(Appeal).where(Appeal.application_id == application_id)
    return list(db.session.scalars(query.order_by(Appeal.id.desc())))


def find_open_appeal(application_id: int) -> Appeal | None:
    """The appeal that is not decided yet, or None."""
    query = select(Appeal).where(Appeal.application_id == application_id, Appeal.outcome.is_(None))
    return db.session.scalars(query.order_by(Appeal.id.desc()).limit(1)).first()


def get_appeal_of(application_id: int, appeal_id: int) -> Appeal:
    """One appeal of this application. Raises NotFound for another application's."""
    found = db.session.get(Appeal, appeal_id)
    if found is None or found.application_id != application_id:
        raise NotFound("There is no such appeal.")
    return found


def find_appealable_letter(application: Application) -> Letter | None:
    """The letter that told the decision now in force, where it can still be appealed against: once, and only while the
    application stands as that letter left it."""
    latest = find_told(application.id) if application.status in APPEAL_STATUSES else None
    if latest is None or not opens_appeal(latest.kind, latest.respond_by):
        return None
    asked = db.session.scalar(select(Appeal.id).where(Appeal.letter_id == latest.id))
    return None if asked else latest


def find_told(application_id: int) -> Letter | None:
    """The letter that told the decision now in force: one that can be appealed against, or that tells what an appeal made
    of it. None where the last decision did nothing against the provider."""
    told = select(Letter).where(
        Letter.application_id == application_id, Letter.kind.in_((*APPEALABLE, LetterKind.APPEAL_DECIDED))
    )
    latest = db.session.scalars(told.order_by(Letter.id.desc()).limit(1)).first()
    if latest is None or latest.kind is LetterKind.APPEAL_DECIDED:
        return latest
    return latest if opens_appeal(latest.kind, latest.respond_by) else None


def last_day_of(letter: Letter, fact: LetterFact) -> date:
    """Until when the decision that this letter told can be appealed against."""
    return last_day_to_appeal(fact.respond_by, letter.written_on, fact.left_on)


def panel_of(application: Application, letter: Letter) -> list[int]:
    """The accounts that took part in the decision which this letter told."""
    if letter.kind is LetterKind.TERMINATION:
        ended = select(AuditEvent.actor_id).where(
            AuditEvent.application_id == application.id, AuditEvent.action == Action.TERMINATE.value
        )
        who = db.session.scalars(ended.order_by(AuditEvent.id.desc()).limit(1)).first()
        return [who] if who else []
    decided = find_last_decision(application.id)
    if decided is None:
        return []
    return sorted({decided.decided_by_id, *(staff.id for staff in decided.attendance)})


def find_last_decision(application_id: int) -> Decision | None:
    """What was decided last of one application, or None."""
    query = select(Decision).where(Decision.application_id == application_id)
    return db.session.scalars(query.order_by(Decision.number.desc()).limit(1)).first()


def list_adverse_actions(application_id: int) -> list[AdverseAction]:
    """Every decision against the provider of one application, newest first."""
    query = select(AdverseAction).where(AdverseAction.application_id == application_id)
    return list(db.session.scalars(query.order_by(AdverseAction.id.desc())))


def get_adverse_action_of(application_id: int, action_id: int) -> AdverseAction:
    """One adverse action of this application. Raises NotFound for another application's."""
    found = db.session.get(AdverseAction, action_id)
    if found is None or found.application_id != application_id:
        raise NotFound("There is no such action.")
    return found
