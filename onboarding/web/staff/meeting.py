"""One meeting: its agenda, and on its day the roll, recusals, votes and outcomes, item by item."""

from collections.abc import Callable

from flask import Response, current_app, render_template, request, url_for

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.letters.invitation import calendar_file
from onboarding.models import AgendaItem, Application
from onboarding.policy.access import may
from onboarding.policy.committee import CHOICE_LABELS, OUTCOMES, REASON_CODES, majority_row, quorum_row
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, DecisionOutcome, MeetingState, PaperKind, VoteChoice
from onboarding.queries.committee import (
    find_minutes,
    find_paper,
    get_item,
    get_meeting,
    list_in_office,
    list_seats_of,
    seats_needed,
    statement_until,
)
from onboarding.queries.files import get_application
from onboarding.services.calls import invitation_of
from onboarding.services.committee import close_meeting, move_item, record_attendance
from onboarding.services.decisions import decide_in_committee
from onboarding.services.papers import ask_for_paper
from onboarding.services.votes import record_votes, recuse
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.agenda import agenda_lines, current_calls, progress
from onboarding.web.staff.committee import do_once
from onboarding.web.staff.handout import must_not_be_concerned
from onboarding.web.staff.monitored import finding_words
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import chosen, day, number, text, version

DoItem = Callable[[AgendaItem, Application, Actor], str]


@bp.get("/committee/meetings/<int:meeting_id>")
@staff_who(Capability.SEE_COMMITTEE)
def meeting(meeting_id: int) -> str:
    """The page of one meeting."""
    return show_meeting(meeting_id)


@bp.get("/committee/meetings/<int:meeting_id>/invitation.ics")
@staff_who(Capability.SEE_COMMITTEE)
def invitation(meeting_id: int) -> Response:
    """The meeting for a calendar: date, time, place; no name of a provider."""
    found = get_meeting(meeting_id)
    entry = invitation_of(found, current_app.extensions["settings"].public_url)
    response = Response(calendar_file(entry, now()), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="committee-{found.held_on}.ics"'
    return response


@bp.post("/committee/meetings/<int:meeting_id>/attendance")
@staff_who(Capability.MANAGE_COMMITTEE)
def attendance(meeting_id: int) -> Answer:
    """Record who is present; the first time opens the meeting."""

    def do(actor: Actor) -> str:
        typed = [number(one) for one in request.form.getlist("present")]
        if None in typed:
            raise BadInput("Choose who is present from the list.", {"present": "Choose from the list."})
        present = {who for who in typed if who is not None}
        chair = number(request.form.get("chair", ""))
        record_attendance(get_meeting(meeting_id, for_change=True), actor, present, chair_id=chair)
        return f"Present: {len(present)}."

    return _write(meeting_id, "attendance", do)


@bp.post("/committee/meetings/<int:meeting_id>/close")
@staff_who(Capability.MANAGE_COMMITTEE)
def close(meeting_id: int) -> Answer:
    """Close the meeting: every file of its agenda is decided."""

    def do(actor: Actor) -> str:
        close_meeting(get_meeting(meeting_id, for_change=True), actor)
        return "The meeting is closed. Draft its minutes below."

    return _write(meeting_id, "minutes", do)


@bp.post("/committee/meetings/<int:meeting_id>/packet")
@staff_who(Capability.MANAGE_COMMITTEE)
def ask_for_packet(meeting_id: int) -> Answer:
    """Have the packet laid out as the agenda now stands."""

    def do(actor: Actor) -> str:
        ask_for_paper(get_meeting(meeting_id, for_change=True), PaperKind.PACKET, actor)
        return "The packet is being made. It takes a few seconds: reload this page."

    return _write(meeting_id, "packet", do)


@bp.post("/committee/items/<int:item_id>/move")
@staff_who(Capability.MANAGE_COMMITTEE)
def move(item_id: int) -> Answer:
    """Exchange an item with its neighbor."""

    def do(actor: Actor) -> str:
        must_not_be_concerned(get_item(item_id).application_id)
        move_item(get_item(item_id), actor, up=request.form.get("to") == "up")
        return "The order of the agenda is changed."

    return _write(get_item(item_id).meeting_id, f"item:{item_id}", do)


@bp.post("/committee/items/<int:item_id>/recusal")
@staff_who(Capability.VOTE)
def record_recusal(item_id: int) -> Answer:
    """A member declares a conflict of interest and steps out of this file."""

    def do(item: AgendaItem, application: Application, actor: Actor) -> str:
        found = recuse(item, application, actor, number(request.form.get("member", "")), text("reason"))
        return f"Recused: {found.reason}"

    return _write_item(item_id, "recuse", do)


@bp.post("/committee/items/<int:item_id>/votes")
@staff_who(Capability.VOTE)
def votes(item_id: int) -> Answer:
    """Record the votes on one file, each or all at once."""

    def do(item: AgendaItem, application: Application, actor: Actor) -> str:
        record_votes(item, application, actor, _typed_votes(item), shown=_votes_named("was-"))
        return f"Votes on {application.name} recorded."

    return _write_item(item_id, "votes", do)


def _typed_votes(item: AgendaItem) -> dict[int, VoteChoice | None]:
    """The votes of the form; "all" is of the chairs without one."""
    if not request.form.get("all"):
        return _votes_named("vote-")
    everybody = chosen(VoteChoice, "all", "Choose the vote.")
    lines = [line for line in agenda_lines(item.meeting, current_actor()) if line.item.id == item.id]
    empty = [chair for line in lines for chair in line.chairs if not chair.out and chair.choice is None]
    return {chair.staff.id: everybody for chair in empty}


def _votes_named(prefix: str) -> dict[int, VoteChoice | None]:
    found: dict[int, VoteChoice | None] = {}
    for name, typed in request.form.items():
        who = number(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if who is not None:
            found[who] = chosen(VoteChoice, name, "Choose each vote from the list.") if typed else None
    return found


@bp.post("/committee/items/<int:item_id>/decision")
@staff_who(Capability.SIGN_STATEMENT)
def decision(item_id: int) -> Answer:
    """Record the outcome that the votes carry; the workflow table says who may."""

    def do(item: AgendaItem, application: Application, actor: Actor) -> str:
        outcome = chosen(DecisionOutcome, "outcome", "Choose the outcome.")
        decide_in_committee(
            application, actor, outcome, reason=text("reason"), codes=request.form.getlist("codes"),
            follow_up_on=day("follow_up_on"), expected_version=version(),
        )  # fmt: skip
        return f"{application.name}: {outcome.value.replace('_', ' ')}."

    return _write_item(item_id, "decide", do)


def _write(meeting_id: int, form: str, do: Callable[[Actor], str]) -> Answer:
    back = url_for("staff.meeting", meeting_id=meeting_id, _anchor=form.replace(":", "-"))
    return do_once(form, do, lambda trouble: show_meeting(meeting_id, trouble), back)


def _write_item(item_id: int, form: str, do_item: DoItem) -> Answer:
    """The application is locked before the table of its item is read: votes and outcome cannot pass each other."""
    meeting_id, application_id = get_item(item_id).meeting_id, get_item(item_id).application_id

    def do(actor: Actor) -> str:
        application = get_application(application_id, for_change=True)
        return do_item(get_item(item_id), application, actor)

    back = url_for("staff.meeting", meeting_id=meeting_id, _anchor=f"item-{item_id}")
    return do_once(f"{form}:{item_id}", do, lambda trouble: show_meeting(meeting_id, trouble), back)


def show_meeting(meeting_id: int, trouble: Trouble | None = None) -> str:
    """The page, as the signed-in person may see and use it. Who was recused, the votes and the reasons are read at the
    table, and once the meeting is closed in its minutes, each opening of which is kept."""
    found, actor = get_meeting(meeting_id), current_actor()
    lines, office = agenda_lines(found, actor), list_in_office(found.held_on)
    return render_template(
        "staff/meeting.html",
        meeting=found,
        trouble=trouble,
        today=today(),
        actor=actor,
        may={capability.value: may(actor.roles, capability) for capability in Capability},
        lines=lines,
        progress=progress(lines),
        office=office,
        members=[(str(term.staff_id), term.staff.name) for term in office],
        until=statement_until([term.staff_id for term in office], found.held_on),
        present={seat.staff_id for seat in list_seats_of(found.id)},
        quorum=quorum_row(found.quorum_rule).label,
        needed=seats_needed(found),
        majority=majority_row(found.held_on).label,
        choice_labels=CHOICE_LABELS,
        outcomes={row.outcome: row for row in OUTCOMES},
        reason_codes=REASON_CODES,
        packet=find_paper(found.id, PaperKind.PACKET),
        calls=current_calls(found, office),
        minutes_paper=find_paper(found.id, PaperKind.MINUTES),
        minutes=find_minutes(found.id),
        tells=may(actor.roles, Capability.VOTE) and found.state is not MeetingState.CLOSED,
        **finding_words(),
    )
