"""take_step(): the one door through which a status changes."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from onboarding.clock import now, today
from onboarding.errors import Conflict, NotAllowed, NotReady
from onboarding.extensions import db
from onboarding.letters.catalog import letter_row
from onboarding.models import Application
from onboarding.policy.appeals import CLOSED_WITH, OUTCOME_LABELS
from onboarding.policy.committee import TIED
from onboarding.policy.deadlines import after
from onboarding.policy.documents import outstanding
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.people import Actor
from onboarding.policy.requests import ASKING_ACTIONS
from onboarding.policy.stages import STAGES
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import Action, LetterKind, Status, VoteChoice
from onboarding.policy.workflow import (
    ACTION_LABELS,
    ASKING_STATUSES,
    STATUS_LABELS,
    UPLOAD_STATUSES,
    WORK_CLOCKS,
    Step,
    find_step,
    reasons_against,
)
from onboarding.queries.appeals import find_open_appeal
from onboarding.queries.files import get_credentialing_file
from onboarding.queries.mail_stops import wants_mail
from onboarding.services.audit import record_event
from onboarding.services.freshness import restate
from onboarding.services.ledger import open_requests
from onboarding.services.letters import write_letter


def new_application(**values: Any) -> Application:
    """An application in its first status, dated by the system."""
    application = Application(
        status=Status.DRAFT, status_on=today(), created_on=today(), changed_at=now(), **values
    )
    db.session.add(application)
    return application


def take_step(
    application: Application,
    action: Action,
    actor: Actor,
    *,
    expected_version: int | None = None,
    form_problems: Iterable[str] = (),
    reason: str = "",
    meeting_on: date | None = None,
    meeting_closed: bool = False,
    attendance: Iterable[int] = (),
    votes: Iterable[VoteChoice] = (),
    decided_on: date | None = None,
    letter_facts: dict[str, Any] | None = None,
    told_instead: Mapping[LetterKind, LetterKind] = MappingProxyType({}),
) -> Step:
    """Move an application by one row of the workflow table: find it, ask the guards, write history, status, letters,
    and into the ledger what the step asks of the applicant. `told_instead`: letters that take another one's place.

    Raises Conflict when the file changed since `expected_version` was seen or the step does not exist from here,
    NotAllowed when the role does not take it or the actor has a tie to the provider, NotReady with the reasons when a guard says no.
    """
    check_version(application, expected_version)
    step = find_step(application.status, action)
    if step is None:
        raise Conflict(
            f"“{ACTION_LABELS[action]}” is not possible: the application is now "
            f"“{STATUS_LABELS[application.status]}”."
        )
    if not step.who & actor.roles:
        raise NotAllowed(f"Your role does not take the step “{ACTION_LABELS[action]}”.")
    request = Request(
        action, actor.roles, actor.id, reason, meeting_on, frozenset(attendance), decided_on, tuple(votes), meeting_closed
    )  # fmt: skip
    file = get_credentialing_file(application, form_problems)
    if actor.id in file.concerned:
        raise NotAllowed(TIED)
    reasons = reasons_against(step, file, request)
    if reasons:
        raise NotReady(reasons)
    record_event(
        actor=actor,
        application=application,
        action=action.value,
        what=f"{STATUS_LABELS[step.from_status]} → {STATUS_LABELS[step.to_status]}",
        why=reason,
        details={"from": step.from_status.value, "to": step.to_status.value, **_plan(file, decided_on)},
    )
    _set_status(application, step)
    db.session.flush()
    restate(application, file)
    _close_appeal(application)
    if action in ASKING_ACTIONS:
        open_requests(application, outstanding(file), actor, ASKING_ACTIONS[action])
    for kind in (told_instead.get(kind, kind) for kind in step.sends):
        if not letter_row(kind).optional:
            write_letter(application, kind, facts=letter_facts, by=actor)
        elif wants_mail(application.form.email_on_file):
            write_letter(application, kind, facts=_stage_facts(application, file), by=actor)
    return step


def _plan(file: CredentialingFile, decided_on: date | None) -> dict[str, Any]:
    """The elements a decision asked for, kept with it: the audit asks for these, whatever the file becomes."""
    return {"plan": [list(row.element) for row in required(file, decided_on)]} if decided_on else {}


def is_possible(application: Application, action: Action, actor: Actor) -> bool:
    """Would this step be taken now? Asked of the table and the guards; nothing is changed."""
    step = find_step(application.status, action)
    if step is None or not step.who & actor.roles:
        return False
    return not reasons_against(
        step, get_credentialing_file(application), Request(action, actor.roles, actor.id)
    )


def check_version(application: Application, expected_version: int | None) -> None:
    """Raises Conflict when the file has changed since the page with this version was shown."""
    if expected_version is not None and application.version != expected_version:
        raise Conflict(
            "This file changed after you opened the page. Nothing was decided: look at what changed and choose again."
        )


def _stage_facts(application: Application, file: CredentialingFile) -> dict[str, Any]:
    """How the application stands now, fixed for the mail that tells it, whatever becomes of the file before it leaves."""
    stage = STAGES[application.status]
    owed = outstanding(file) if application.status in UPLOAD_STATUSES else ()
    return {
        "stage": stage.title,
        "stage_says": stage.says,
        "waits_for": stage.waits_for,
        "until": application.due_on.isoformat() if application.due_on else None,
        "documents": [item.row.label for item in owed],
        "ended": stage.step == 0,
    }


def _close_appeal(application: Application) -> None:
    """An appeal is over with its file."""
    outcome = CLOSED_WITH.get(application.status)
    appeal = find_open_appeal(application.id) if outcome else None
    if outcome and appeal:
        appeal.outcome, appeal.decided_on, appeal.outcome_reason = outcome, today(), OUTCOME_LABELS[outcome]


def _set_status(application: Application, step: Step) -> None:
    status = step.to_status
    application.status = status
    application.status_on = today()
    work_clock = WORK_CLOCKS.get(status)
    application.due_on = after(work_clock, today()) if work_clock else None
    if status in ASKING_STATUSES:
        application.round += 1
    if application.due_on and application.received_on is None:
        application.received_on = today()
