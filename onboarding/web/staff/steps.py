"""Taking a step of the workflow: a table from action to the service that takes it."""

from collections.abc import Callable
from functools import partial

from flask import request

from onboarding.errors import BadInput, NotFound
from onboarding.models import Application
from onboarding.policy.access import may
from onboarding.policy.committee import OUTCOMES
from onboarding.policy.corrections import askable
from onboarding.policy.days import say
from onboarding.policy.forecast import forecast
from onboarding.policy.people import Actor
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Action, Capability, DecisionOutcome
from onboarding.policy.workflow import ACTION_LABELS
from onboarding.queries.committee import get_meeting
from onboarding.queries.files import get_credentialing_file
from onboarding.services.appeals import accept_appeal
from onboarding.services.apply import reopen_application, withdraw_application
from onboarding.services.decisions import (
    approve_clean_file,
    decide_in_committee,
    place_on_agenda,
    terminate_participation,
)
from onboarding.services.missing_documents import discontinue_application
from onboarding.services.provisional import approve_provisionally
from onboarding.services.returns import return_to_applicant
from onboarding.services.signing import record_signing
from onboarding.services.workflow import take_step
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.page import Trouble, show_file
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.step_forms import SIGNED
from onboarding.web.staff.step_up import confirm_person
from onboarding.web.staff.typed import day, number, text, version

Take = Callable[[Application, Actor, Action], str | None]


def _plain(application: Application, actor: Actor, action: Action) -> None:
    take_step(application, action, actor, expected_version=version(), reason=text("reason"))


def _return(application: Application, actor: Actor, action: Action) -> None:
    named = {code: text(f"ask-{code}") for code in askable(provider_type(application.provider_type))}
    questions = {code: comment for code, comment in named.items() if comment}
    return_to_applicant(application, actor, text("reason"), questions, expected_version=version())


def _discontinue(application: Application, actor: Actor, action: Action) -> None:
    discontinue_application(application, actor, text("reason"), expected_version=version())


def _approve_clean(application: Application, actor: Actor, action: Action) -> None:
    approve_clean_file(application, actor, expected_version=version())


def _place(application: Application, actor: Actor, action: Action) -> str:
    wanted = number(request.form.get("meeting", ""))
    meeting = get_meeting(wanted, for_change=True) if wanted else None
    place_on_agenda(application, actor, meeting, reason=text("why"), expected_version=version())
    assert meeting is not None, "the guard meeting_dated has seen the meeting"
    (outlook,) = forecast(get_credentialing_file(application), [meeting.held_on]).meetings
    stale = ", ".join(part.label for part in outlook.stale)
    return f" Out of date on {say(meeting.held_on)} unless checked again: {stale}." if stale else ""


def _reopen(application: Application, actor: Actor, action: Action) -> None:
    reopen_application(application, actor, text("reason"), expected_version=version())


def _withdraw(application: Application, actor: Actor, action: Action) -> None:
    withdraw_application(application, actor, text("reason"), expected_version=version())


def _accept_appeal(application: Application, actor: Actor, action: Action) -> None:
    accept_appeal(application, actor, text("reason"), expected_version=version())


def _approve_provisionally(application: Application, actor: Actor, action: Action) -> None:
    approve_provisionally(application, actor, expected_version=version())


def _terminate(application: Application, actor: Actor, action: Action) -> None:
    codes = request.form.getlist("codes")
    terminate_participation(application, actor, text("reason"), codes, expected_version=version())


def _decide(outcome: DecisionOutcome, application: Application, actor: Actor, action: Action) -> None:
    decide_in_committee(
        application,
        actor,
        outcome,
        reason=text("reason"),
        codes=request.form.getlist("codes"),
        follow_up_on=day("follow_up_on"),
        expected_version=version(),
    )


# Steps that do more than move the file; every other step is plain.
TAKERS: dict[Action, Take] = {
    Action.RETURN: _return,
    Action.DISCONTINUE: _discontinue,
    Action.APPROVE_CLEAN_FILE: _approve_clean,
    Action.PLACE_ON_AGENDA: _place,
    Action.TERMINATE: _terminate,
    Action.REOPEN: _reopen,
    Action.WITHDRAW: _withdraw,
    Action.ACCEPT_APPEAL: _accept_appeal,
    Action.APPROVE_PROVISIONALLY: _approve_provisionally,
    **{row.action: partial(_decide, row.outcome) for row in OUTCOMES},
}


@bp.post("/applications/<int:application_id>/steps/<action>")
@staff_who(Capability.SEE_FILE)
def step(application_id: int, action: str) -> Answer:
    """Take one step: the workflow table says who may, and what must hold."""
    try:
        wanted = Action(action)
    except ValueError:
        raise NotFound("There is no such step.") from None
    take, form = TAKERS.get(wanted, _plain), f"step:{wanted.value}"
    try:
        signs = wanted in SIGNED and may(current_actor().roles, Capability.SIGN_CLEAN_FILES)
        how = confirm_person() if signs else ""
    except BadInput as error:
        return show_file(application_id, Trouble(form, (error.message,), error.fields, request.form)), 422

    def do(application: Application, actor: Actor) -> str:
        warning = take(application, actor, wanted)
        if how:
            record_signing(actor, ACTION_LABELS[wanted], how, application)
        return f"Done: {ACTION_LABELS[wanted]}.{warning or ''}"

    return write(application_id, form, do)
