"""A meeting is planned, moved, canceled; each time the calendars of its members are told."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import update

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Meeting, MeetingCall
from onboarding.policy.changes import SHORTEST_REASON, changed
from onboarding.policy.committee import quorum_row
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action, CallMethod, MeetingState, MessageState, QuorumRule
from onboarding.policy.workflow import TABLE_STATUSES
from onboarding.queries.committee import (
    find_meeting_on,
    is_concerned,
    list_calls,
    list_in_office,
    list_items,
)
from onboarding.services.audit import record_event
from onboarding.services.workflow import take_step

OVERTAKEN_SAYS = "Not sent: a newer one takes its place."
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_UNDELIVERED = frozenset({MessageState.FAILED, MessageState.IN_DOUBT})


def plan_meeting(
    actor: Actor,
    *,
    held_on: date | None,
    starts_at: str,
    place: str,
    quorum_rule: QuorumRule = QuorumRule.FIXED,
) -> Meeting:
    """Plan a meeting, one a day, today or later, and invite its members; on the day of a canceled one it is that meeting
    again. Raises BadInput."""
    there = find_meeting_on(held_on) if held_on else None
    wrong = _wrong(held_on, starts_at, place)
    if there and there.state is not MeetingState.CANCELED:
        wrong["held_on"] = f"A meeting is planned for {say(there.held_on)} already."
    _refuse(wrong)
    meeting = there or Meeting(held_on=held_on, sequence=-1)
    meeting.starts_at, meeting.place, meeting.quorum_rule = starts_at, place.strip()[:200], quorum_rule
    meeting.state, meeting.changed_because = MeetingState.PLANNED, ""
    meeting.changed_at = now() if there else None
    db.session.add(meeting)
    db.session.flush()
    again = " again" if there else ""
    what = f"Meeting of {say(meeting.held_on)} planned{again}, {quorum_row(quorum_rule).label.lower()}"
    record_event(actor=actor, action="plan_meeting", what=what, details={"meeting": meeting.id})
    _call(meeting)
    return meeting


def move_meeting(
    meeting: Meeting, actor: Actor, *, held_on: date | None, starts_at: str, place: str, reason: str
) -> None:
    """Move a meeting that was not held to another date, time or place; its agenda goes with it, and the calendars are told.

    Raises Conflict once it was held or canceled, BadInput for what is missing and where nothing would change.
    """
    _must_be_planned(meeting)
    wrong = _wrong(held_on, starts_at, place) | _wrong_reason(reason)
    there = find_meeting_on(held_on) if held_on else None
    if there and there.id != meeting.id:
        canceled = there.state is MeetingState.CANCELED
        wrong["held_on"] = (
            f"The meeting of {say(there.held_on)} was canceled. Plan it again on the committee page, or choose another date."
            if canceled
            else f"A meeting is planned for {say(there.held_on)} already."
        )
    before = {"held_on": meeting.held_on, "starts_at": meeting.starts_at, "place": meeting.place}
    after = {"held_on": held_on, "starts_at": starts_at, "place": place.strip()[:200]}
    if before == after:
        wrong["held_on"] = "Nothing is changed: give another date, time or place."
    _refuse(wrong)
    assert held_on is not None
    changes = [
        changed("meeting_date", "Date", meeting.held_on.isoformat(), held_on.isoformat()),
        changed("meeting_time", "Time", meeting.starts_at, starts_at),
        changed("meeting_place", "Place", meeting.place, after["place"]),
    ]
    what = f"Meeting of {say(meeting.held_on)}, {meeting.starts_at}, moved to {say(held_on)}, {starts_at}"
    meeting.held_on, meeting.starts_at, meeting.place = held_on, starts_at, place.strip()[:200]
    _note(meeting, actor, "move_meeting", what, reason, [one for one in changes if one["old"] != one["new"]])
    _call(meeting)


def cancel_meeting(meeting: Meeting, actor: Actor, reason: str) -> int:
    """Cancel a meeting that was not held: the files of its agenda wait for an agenda again, each applicant is told as of
    every step, and the calendars are told. Answers how many files those are.

    Raises Conflict once it was held or canceled, or where the person has a tie to a provider on its agenda; BadInput
    without a reason.
    """
    _must_be_planned(meeting)
    _refuse(_wrong_reason(reason))
    waiting = [
        application
        for _, application, decision in list_items(meeting.id)
        if decision is None and application.status in TABLE_STATUSES
    ]
    for application in waiting:
        if is_concerned(actor.id or 0, application.id):
            raise Conflict(
                f"You have a tie to {application.name}, which is on the agenda. Somebody else cancels the meeting, or takes "
                "that file off the agenda first."
            )
    why = f"The meeting of {say(meeting.held_on)} is canceled: {reason.strip()}"
    for application in waiting:
        take_step(application, Action.TAKE_OFF_AGENDA, actor, reason=why)
    meeting.state = MeetingState.CANCELED
    changes = [changed("state", "Meeting", MeetingState.PLANNED.value, MeetingState.CANCELED.value)]
    what = f"Meeting of {say(meeting.held_on)} canceled, files that wait for an agenda again: {len(waiting)}"
    _note(meeting, actor, "cancel_meeting", what, reason, changes)
    _call(meeting)
    return len(waiting)


def call_again(meeting: Meeting, actor: Actor) -> int:
    """Mail the meeting as it stands to those whose mail failed or may not have arrived, and to who came into office since:
    how many. Raises Conflict where everybody has it."""
    calls = {call.staff_id: call for call in list_calls(meeting.id) if call.sequence == meeting.sequence}
    lost = [call for call in calls.values() if call.state in _UNDELIVERED]
    new = _expected(meeting) - calls.keys()
    if not lost and not new:
        raise Conflict("Every member in office has the meeting as it stands.")
    for call in lost:
        call.state, call.attempts, call.not_before, call.proof = MessageState.QUEUED, 0, 0, ""
    _queue(meeting, dict.fromkeys(new, CallMethod.REQUEST))
    what = f"Meeting of {say(meeting.held_on)}: calendar invitations sent again: {len(lost) + len(new)}"
    record_event(actor=actor, action="call_again", what=what, details={"meeting": meeting.id})
    return len(lost) + len(new)


def _call(meeting: Meeting) -> None:
    """The next sequence: who is in office on the day is asked to come, and who was asked before and is not, is let go."""
    told = {call.staff_id: call.method for call in list_calls(meeting.id)}
    meeting.sequence += 1
    db.session.execute(
        update(MeetingCall)
        .where(MeetingCall.meeting_id == meeting.id, MeetingCall.state == MessageState.QUEUED)
        .values(state=MessageState.HELD_BACK, proof=OVERTAKEN_SAYS)
    )
    expected = _expected(meeting)
    asked = {who for who, method in told.items() if method is CallMethod.REQUEST}
    _queue(
        meeting,
        {
            **dict.fromkeys(expected, CallMethod.REQUEST),
            **dict.fromkeys(asked - expected, CallMethod.CANCEL),
        },
    )


def _expected(meeting: Meeting) -> set[int]:
    if meeting.state is MeetingState.CANCELED:
        return set()
    return {term.staff_id for term in list_in_office(meeting.held_on)}


def _queue(meeting: Meeting, methods: Mapping[int, CallMethod]) -> None:
    for who, method in sorted(methods.items()):
        db.session.add(
            MeetingCall(meeting_id=meeting.id, staff_id=who, sequence=meeting.sequence, method=method)
        )


def _wrong(held_on: date | None, starts_at: str, place: str) -> dict[str, str]:
    wrong = {}
    if held_on is None:
        wrong["held_on"] = "Give the date of the meeting."
    elif held_on < today():
        wrong["held_on"] = "The date has passed. Choose today or a later date."
    if not _TIME.fullmatch(starts_at):
        wrong["starts_at"] = "Give the time as hours and minutes, for example 12:30."
    if len(place.strip()) < 2:
        wrong["place"] = "Say where: the room, or how to join from elsewhere."
    return wrong


def _wrong_reason(reason: str) -> dict[str, str]:
    short = len(reason.strip()) < SHORTEST_REASON
    return {"reason": "Give the reason, in a few words at least."} if short else {}


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)


def _must_be_planned(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise Conflict(f"This meeting is {meeting.state.value}: only a planned one is moved or canceled.")


def _note(
    meeting: Meeting, actor: Actor, action: str, what: str, reason: str, changes: list[dict[str, str]]
) -> None:
    meeting.changed_at, meeting.changed_because = now(), reason.strip()[:300]
    details: dict[str, Any] = {"meeting": meeting.id, "changes": changes}
    record_event(actor=actor, action=action, what=what, why=reason.strip(), details=details)
