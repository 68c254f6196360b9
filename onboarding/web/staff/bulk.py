"""Doing one thing to many files: first a preview of exactly which and which not, then row by row. TABLE: the things.

Each file is done in a transaction of its own, with the version that the preview showed: one that changed in between is
told and left alone, and the others are done all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from onboarding.errors import BadInput, Conflict, NotAllowed, NotFound, NotReady
from onboarding.extensions import committed
from onboarding.models import Application, Meeting, Staff
from onboarding.policy.access import may
from onboarding.policy.committee import AGENDA_STATES, TIED
from onboarding.policy.days import say
from onboarding.policy.file import Request
from onboarding.policy.forecast import forecast
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action, Capability, Role
from onboarding.policy.workflow import (
    ACTION_LABELS,
    STATUS_LABELS,
    TABLE_STATUSES,
    find_step,
    reasons_against,
)
from onboarding.policy.workflow import TABLE as STEPS
from onboarding.queries.committee import get_meeting, is_concerned, list_meetings_to_come
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.queries.review import find_staff, list_staff_who_work
from onboarding.services.assignments import assign_application, assignee_problem
from onboarding.services.decisions import place_on_agenda
from onboarding.services.returns import return_to_applicant
from onboarding.services.workflow import check_version
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import number, text

MOST = 50
_ASSIGNS_NOT = "Your role does not assign files."
_REASON_TO_COME = "typed beside the preview"


@dataclass(frozen=True)
class Bulk:
    """One thing to do to many files: whether it is offered to somebody, what it is called for what was chosen, what
    stands in its way in one file, and how it is done. `asks_why`: a reason is typed beside the preview. `warns`: what to think of first, though it may be done."""

    offers: Callable[[Actor], Sequence[tuple[str, str]]]
    called: Callable[[str], str]
    in_the_way: Callable[[Application, Actor, str], tuple[str, ...]]
    do: Callable[[Application, Actor, str, int], None]
    asks_why: bool = False
    warns: Callable[[Application, str], str] = lambda application, chosen: ""


@dataclass(frozen=True)
class Line:
    """One file of a preview or of what was done: what stands, or stood, in the way, and what to think of."""

    application: Application
    reasons: tuple[str, ...]
    warning: str = ""


def _worker(chosen: str) -> Staff | None:
    worker = find_staff(number(chosen)) if chosen else None
    if chosen and worker is None:
        raise NotFound("There is no such colleague.")
    return worker


def _offers_workers(actor: Actor) -> list[tuple[str, str]]:
    if not may(actor.roles, Capability.ASSIGN_WORK):
        return []
    workers = [(str(worker.id), f"Assign to {worker.name}") for worker in list_staff_who_work()]
    return [*workers, ("", "Assign to nobody")]


def _assign_in_the_way(application: Application, actor: Actor, chosen: str) -> tuple[str, ...]:
    if not may(actor.roles, Capability.ASSIGN_WORK):
        return (_ASSIGNS_NOT,)
    if application.due_on is None:
        return (f"No work is awaited: the application is “{STATUS_LABELS[application.status]}”.",)
    if application.assignee_id == (number(chosen) if chosen else None):
        return ("It is with nobody already." if not chosen else "It is with this colleague already.",)
    problem = assignee_problem(application, _worker(chosen))
    return (problem,) if problem else ()


def _assign(application: Application, actor: Actor, chosen: str, version: int) -> None:
    if not may(actor.roles, Capability.ASSIGN_WORK):
        raise NotAllowed(_ASSIGNS_NOT)
    check_version(application, version)
    assign_application(application, actor, _worker(chosen))


def _offers_return(actor: Actor) -> list[tuple[str, str]]:
    return [("", ACTION_LABELS[Action.RETURN])] if _takers(Action.RETURN) & actor.roles else []


def _takers(action: Action) -> frozenset[Role]:
    return frozenset(role for step in STEPS if step.action is action for role in step.who)


def _return_in_the_way(application: Application, actor: Actor, chosen: str) -> tuple[str, ...]:
    return step_in_the_way(application, Action.RETURN, actor, reason=_REASON_TO_COME)


def _return(application: Application, actor: Actor, chosen: str, version: int) -> None:
    return_to_applicant(application, actor, text("reason"), expected_version=version)


def step_in_the_way(application: Application, action: Action, actor: Actor, **asked: Any) -> tuple[str, ...]:
    """What stands in the way of a step now, in plain English: asked of the table and the guards, nothing is changed."""
    step = find_step(application.status, action)
    if step is None:
        return (f"Not possible here: the application is “{STATUS_LABELS[application.status]}”.",)
    if not step.who & actor.roles:
        return ("Your role does not take this step here.",)
    file = get_credentialing_file(application)
    if actor.id in file.concerned:
        return (TIED,)
    return reasons_against(step, file, Request(action, actor.roles, actor.id, **asked))


def _meeting(chosen: str, *, for_change: bool = False) -> Meeting:
    return get_meeting(number(chosen) or 0, for_change=for_change)


def _offers_meetings(actor: Actor) -> list[tuple[str, str]]:
    if not _takers(Action.PLACE_ON_AGENDA) & actor.roles:
        return []
    return [
        (str(meeting.id), f"Place on the agenda of {say(meeting.held_on)}")
        for meeting in list_meetings_to_come()
    ]


def _agenda_in_the_way(application: Application, actor: Actor, chosen: str) -> tuple[str, ...]:
    meeting = _meeting(chosen)
    closed = meeting.state not in AGENDA_STATES
    if application.status in TABLE_STATUSES:
        return ("It is on an agenda already. Move it from its own page.",)
    return step_in_the_way(
        application, Action.PLACE_ON_AGENDA, actor, meeting_on=meeting.held_on, meeting_closed=closed
    )


def _stale_at_the_meeting(application: Application, chosen: str) -> str:
    on = _meeting(chosen).held_on
    (outlook,) = forecast(get_credentialing_file(application), [on]).meetings
    stale = ", ".join(part.label for part in outlook.stale)
    return f"Out of date on {say(on)} unless checked again: {stale}." if stale else ""


def _place(application: Application, actor: Actor, chosen: str, version: int) -> None:
    place_on_agenda(application, actor, _meeting(chosen, for_change=True), expected_version=version)


TABLE: dict[str, Bulk] = {
    "assign": Bulk(
        _offers_workers,
        lambda chosen: f"Assign to {worker.name if (worker := _worker(chosen)) else 'nobody'}",
        _assign_in_the_way,
        _assign,
    ),
    "return": Bulk(
        _offers_return,
        lambda chosen: ACTION_LABELS[Action.RETURN],
        _return_in_the_way,
        _return,
        asks_why=True,
    ),
    "agenda": Bulk(
        _offers_meetings,
        lambda chosen: f"Place on the agenda of {say(_meeting(chosen).held_on)}",
        _agenda_in_the_way,
        _place,
        warns=_stale_at_the_meeting,
    ),
}


def offered(actor: Actor) -> list[tuple[str, str]]:
    """What this person may do to many files at once: the value of each choice, and its words."""
    return [
        (f"{name}:{chosen}", words) for name, bulk in TABLE.items() for chosen, words in bulk.offers(actor)
    ]


@bp.get("/bulk")
@staff_who(Capability.DO_IN_BULK)
def preview() -> Answer | str:
    """Exactly which of the chosen files, and which not and why. Nothing is changed."""
    if not _offers(request.args.get("do", "")):
        flash("Check the boxes of the files, then choose what to do.", "info")
        return redirect(url_for("staff.queue"), 303)
    ids = [found for typed in request.args.getlist("row") if (found := number(typed)) is not None]
    return _preview(request.args.get("do", ""), list(dict.fromkeys(ids))[:MOST])


@bp.post("/bulk")
@staff_who(Capability.DO_IN_BULK)
def do_bulk() -> Answer | str:
    """Do it to each file of the preview that has not changed since, and say of each what became of it."""
    if not _offers(request.form.get("do", "")):
        return preview()
    name, chosen, bulk = _read(request.form["do"])
    seen = dict(pair for typed in request.form.getlist("row") if (pair := _read_row(typed)))
    if bulk.asks_why and not text("reason"):
        says = "Say what the applicants have to fix."
        trouble = Trouble("bulk", (says,), {"reason": says}, request.form)
        return _preview(f"{name}:{chosen}", list(seen)[:MOST], trouble), 422
    actor = current_actor()
    lines = [_do_one(bulk, actor, chosen, *row) for row in list(seen.items())[:MOST]]
    return render_template("staff/bulk_done.html", title=bulk.called(chosen), lines=lines)


def _do_one(bulk: Bulk, actor: Actor, chosen: str, application_id: int, version: int) -> Line:
    try:
        with committed():
            bulk.do(get_application(application_id, for_change=True), actor, chosen, version)
        reasons: tuple[str, ...] = ()
    except (BadInput, NotReady, Conflict, NotAllowed) as error:
        reasons = tuple(getattr(error, "reasons", ())) or (error.message,)
    return Line(get_application(application_id), reasons)


def _preview(typed: str, ids: Sequence[int], trouble: Trouble | None = None) -> str:
    name, chosen, bulk = _read(typed)
    actor = current_actor()
    found = [get_application(application_id) for application_id in ids]
    lines = [_look(bulk, application, actor, chosen) for application in found]
    return render_template(
        "staff/bulk.html",
        title=bulk.called(chosen),
        do=f"{name}:{chosen}",
        bulk=bulk,
        possible=[line for line in lines if not line.reasons],
        left_out=[line for line in lines if line.reasons],
        trouble=trouble,
        back=url_for("staff.queue"),
    )


def _look(bulk: Bulk, application: Application, actor: Actor, chosen: str) -> Line:
    tied = is_concerned(actor.id or 0, application.id)
    reasons = (TIED,) if tied else bulk.in_the_way(application, actor, chosen)
    return Line(application, reasons, "" if reasons else bulk.warns(application, chosen))


def _read(typed: str) -> tuple[str, str, Bulk]:
    name, _, chosen = typed.partition(":")
    return name, chosen, TABLE[name]


def _offers(typed: str) -> bool:
    return typed.partition(":")[0] in TABLE


def _read_row(typed: str) -> tuple[int, int] | None:
    application_id, _, version = typed.partition(":")
    found, seen = number(application_id), number(version)
    return (found, seen) if found is not None and seen is not None else None
