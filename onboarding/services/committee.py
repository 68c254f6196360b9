"""The committee's members and statements, and the record of a meeting on its day, as the coordinator keeps them."""

from datetime import date

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import AgendaItem, CommitteeMember, Meeting, MeetingSeat, MemberStatement, Staff
from onboarding.policy.committee import AGENDA_STATES, STATEMENT
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import MeetingState, Role
from onboarding.queries.committee import (
    count_undecided,
    list_in_office,
    list_items,
    list_seats_of,
    list_terms,
)
from onboarding.services.audit import record_event

SEATED_ROLES = frozenset({Role.COMMITTEE_MEMBER, Role.MEDICAL_DIRECTOR})


def seat_member(
    staff: Staff | None,
    actor: Actor,
    *,
    specialty: str,
    chair: bool,
    term_from: date | None,
    term_to: date | None,
) -> CommitteeMember:
    """Begin a term. One person has one open term, and the committee one chair. Raises BadInput."""
    wrong: dict[str, str] = {}
    if staff is None or not staff.active or not staff.role_set & SEATED_ROLES:
        wrong["staff"] = "Choose an account with the role of a committee member or the medical director."
    if len(specialty.strip()) < 2:
        wrong["specialty"] = "Enter the specialty the member practices in."
    if term_from is None:
        wrong["term_from"] = "Give the first day of the term."
    elif term_to and term_to < term_from:
        wrong["term_to"] = "The last day of the term lies before its first."
    open_terms = list_terms()
    if staff and any(term.staff_id == staff.id for term in open_terms):
        wrong["staff"] = f"{staff.name} has a term already. End it first."
    if chair and any(term.chair for term in open_terms):
        wrong["chair"] = "The committee has a chair. End that term first."
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)
    assert staff is not None and term_from is not None
    term = CommitteeMember(
        staff=staff, specialty=specialty.strip()[:120], chair=chair, term_from=term_from, term_to=term_to
    )
    db.session.add(term)
    seat = "chair" if chair else "member"
    record_event(
        actor=actor,
        action="seat_member",
        what=f"{staff.name}, {term.specialty}: {seat} from {say(term_from)}",
    )
    return term


def end_term(term: CommitteeMember, actor: Actor, last_day: date | None) -> None:
    """End a term with this day, today unless said; one that has ended, or ends earlier, stays as it is. Raises BadInput."""
    day, says = last_day or today(), ""
    if day < term.term_from:
        says = f"The term begins on {say(term.term_from)}; it cannot end before."
    elif term.term_to and term.term_to < today():
        says = f"The term ended on {say(term.term_to)}. A new term is begun under “Add a member”."
    elif term.term_to and term.term_to < day:
        says = f"The term ends on {say(term.term_to)}; it cannot be made longer. Begin a new one after it."
    if says:
        raise BadInput(says, {"term_to": says})
    term.term_to = day
    record_event(
        actor=actor, action="end_term", what=f"Term of {term.staff.name} ends on {say(term.term_to)}"
    )


def sign_statement(actor: Actor) -> MemberStatement:
    """The member signs the non-discrimination statement of this year, dated today."""
    signed = MemberStatement(staff_id=actor.id, signed_on=today(), signed_at=now(), text=STATEMENT)
    db.session.add(signed)
    record_event(actor=actor, action="sign_statement", what="Non-discrimination statement signed")
    return signed


def move_item(item: AgendaItem, actor: Actor, *, up: bool) -> None:
    """Exchange an item of the agenda with the one before or after it. Raises Conflict once the meeting is closed."""
    _must_not_be_closed(item.meeting)
    order = [found for found, _, _ in list_items(item.meeting_id)]
    place = order.index(item)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for number, found in enumerate(order, start=1):
        found.place = number
    what = f"Agenda of {say(item.meeting.held_on)}: item moved {'up' if up else 'down'}"
    record_event(actor=actor, action="move_item", what=what, details={"item": item.id})


def record_attendance(
    meeting: Meeting, actor: Actor, staff_ids: set[int], *, chair_id: int | None = None
) -> None:
    """Record who is present and who of them chairs, the chair of the committee unless said; the first time opens the
    meeting. Not before its day, not once it is closed.

    Raises Conflict then, and BadInput for somebody who is not in office, and where nobody present chairs.
    """
    _must_not_be_closed(meeting)
    if meeting.held_on > today():
        raise Conflict(f"The meeting is on {say(meeting.held_on)}. Attendance is recorded on that day.")
    terms = list_in_office(meeting.held_on)
    office = {term.staff_id: term.staff for term in terms}
    if staff_ids - office.keys():
        raise BadInput("Only members in office attend.", {"present": "Choose from the list."})
    chair_id = chair_id or next((term.staff_id for term in terms if term.chair), None)
    seats = {seat.staff_id: seat for seat in list_seats_of(meeting.id)}
    decisions = [decision for _, _, decision in list_items(meeting.id) if decision]
    decided = {member.id for decision in decisions for member in decision.attendance}
    if decided & (seats.keys() - staff_ids):
        raise Conflict("Somebody who was at the table for a decision stays in the record as present.")
    if staff_ids and chair_id not in staff_ids:
        says = "Choose who chairs, among those present."
        raise BadInput(says, {"chair": says})
    meeting.chair_id = chair_id if staff_ids else None
    for who in seats.keys() - staff_ids:
        db.session.delete(seats[who])
    for who in staff_ids - seats.keys():
        db.session.add(MeetingSeat(meeting_id=meeting.id, staff_id=who))
    meeting.state = MeetingState.HELD
    names = ", ".join(sorted(office[who].name for who in staff_ids)) or "nobody"
    if meeting.chair_id:
        names += f"; chaired by {office[meeting.chair_id].name}"
    record_event(
        actor=actor, action="record_attendance", what=f"Meeting of {say(meeting.held_on)}: present {names}"[:500],
        details={"meeting": meeting.id},
    )  # fmt: skip


def close_meeting(meeting: Meeting, actor: Actor) -> None:
    """The record of the meeting is complete: every file of its agenda is decided or on another agenda."""
    if meeting.state is not MeetingState.HELD:
        raise Conflict("Only a meeting that was held is closed.")
    left = count_undecided(meeting.id)
    if left:
        raise Conflict(
            f"Files not decided yet: {left}. Decide each, or place it on the agenda of a later meeting."
        )
    meeting.state = MeetingState.CLOSED
    record_event(
        actor=actor, action="close_meeting", what=f"Meeting of {say(meeting.held_on)} closed",
        details={"meeting": meeting.id},
    )  # fmt: skip


def _must_not_be_closed(meeting: Meeting) -> None:
    if meeting.state not in AGENDA_STATES:
        raise Conflict(f"This meeting is {meeting.state.value}: its record stays as it is.")
