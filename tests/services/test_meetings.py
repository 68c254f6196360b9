"""A planned meeting is moved or canceled: its files, its members' calendars, the history; a mail leaves at most once."""

from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import select

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed, db
from onboarding.jobs.meetings import mail_calls
from onboarding.mail import MailInDoubt, MailRefused
from onboarding.models import AuditEvent, Letter, Meeting, MeetingCall
from onboarding.policy.vocabulary import LetterKind, MeetingState, MessageState, Status
from onboarding.queries.committee import get_meeting, list_meetings_to_come
from onboarding.queries.files import find_agenda_item, get_application, get_credentialing_file
from onboarding.queries.meetings import find_next_meetings
from onboarding.queries.reports import count_committee_load
from onboarding.services.committee import end_term, list_in_office, record_attendance
from onboarding.services.meetings import call_again, cancel_meeting, move_meeting, plan_meeting
from onboarding.services.votes import declare_tie
from tests.support.cases import convene, coordinator, make_case, meeting_on, on_day, place
from tests.support.mails import Mailbox, text_of

SOON = timedelta(days=7)
WHY = "The quorum cannot be reached."


def planned(day: date | None = None) -> Meeting:
    coordinator()
    convene()
    with committed():
        return meeting_on(day or today() + SOON)


def moved(
    meeting: Meeting, day: date, starts_at: str = "12:00", place: str = "Room 204", why: str = WHY
) -> None:
    lead = coordinator()
    with committed():
        found = get_meeting(meeting.id, for_change=True)
        move_meeting(found, lead, held_on=day, starts_at=starts_at, place=place, reason=why)


def canceled(meeting: Meeting, why: str = WHY) -> None:
    lead = coordinator()
    with committed():
        cancel_meeting(get_meeting(meeting.id, for_change=True), lead, why)


def entry(mail: EmailMessage) -> tuple[str, Event]:
    """The method and the entry for the calendar that a mail carries."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["METHOD"]
    (found,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), found


def mailed(settings: Settings) -> list[tuple[str, str, int, str]]:
    """What the clock mails now: to whom, method, sequence and UID."""
    box = Mailbox()
    mail_calls(settings, box)
    found = []
    for mail in box.mails:
        method, event = entry(mail)
        found.append((str(mail["To"]), method, int(event["SEQUENCE"]), str(event["UID"])))
    return found


def test_members_get_the_same_entry_again_when_a_meeting_moves_and_lose_it_when_it_is_canceled(
    app: Flask, settings: Settings
) -> None:
    meeting = planned()
    first = mailed(settings)
    assert [(method, number) for _, method, number, _ in first] == [("REQUEST", 0)] * 3
    moved(meeting, today() + 2 * SOON)
    again = mailed(settings)
    assert again == [(to, "REQUEST", 1, uid) for to, _, _, uid in first]
    canceled(meeting)
    assert mailed(settings) == [(to, "CANCEL", 2, uid) for to, _, _, uid in first]
    assert mailed(settings) == []


def test_the_mail_says_when_and_where_names_nobody_and_its_entry_is_in_the_zone_of_the_plan(
    app: Flask, settings: Settings
) -> None:
    application = make_case(Status.READY)
    place(application, today() + SOON)
    moved(find_agenda_item(application.id).meeting, today() + SOON, "14:05", "Room 7")
    box = Mailbox()
    mail_calls(settings, box)
    mail, (_, event) = box.mails[0], entry(box.mails[0])
    assert "2:05 PM" in text_of(mail) and "Room 7" in text_of(mail) and "has changed" in text_of(mail)
    assert application.name.split(",")[0] not in mail.as_string() and WHY not in mail.as_string()
    assert (event["DTSTART"].dt.hour, str(event["DTSTART"].dt.tzinfo)) == (14, "America/Chicago")
    assert event["ATTENDEE"] == f"mailto:{mail['To']}" and event["STATUS"] == "CONFIRMED"


def test_who_is_not_in_office_on_the_new_day_is_let_go(app: Flask, settings: Settings) -> None:
    meeting, lead = planned(), coordinator()
    mailed(settings)
    with committed():
        end_term(list_in_office(today())[-1], lead, meeting.held_on)
    moved(meeting, today() + 2 * SOON)
    assert sorted(method for _, method, _, _ in mailed(settings)) == ["CANCEL", "REQUEST", "REQUEST"]


def test_the_history_keeps_the_old_day_the_new_one_and_why(app: Flask) -> None:
    meeting = planned()
    moved(meeting, today() + 2 * SOON, "13:00")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "move_meeting")).one()
    told = {change["what"]: (change["old"], change["new"]) for change in event.details["changes"]}
    assert told == {
        "Date": ((today() + SOON).isoformat(), (today() + 2 * SOON).isoformat()), "Time": ("12:00", "13:00"),
    }  # fmt: skip
    assert (event.why, event.actor) == (WHY, "Curtis Bell")


def test_a_moved_meeting_takes_its_agenda_with_it_and_the_forecast_follows(app: Flask) -> None:
    application = make_case(Status.READY)
    place(application, today() + SOON)
    meeting = find_agenda_item(application.id).meeting
    assert find_next_meetings()[0] == today() + SOON
    moved(meeting, today() + timedelta(days=3))
    assert find_next_meetings()[0] == today() + timedelta(days=3)
    assert get_credentialing_file(get_application(application.id)).meeting_on == today() + timedelta(days=3)


def test_the_files_of_a_canceled_meeting_wait_for_an_agenda_again_and_are_told(app: Flask) -> None:
    application = make_case(Status.READY)
    place(application, today() + SOON)
    meeting = find_agenda_item(application.id).meeting
    canceled(meeting)
    found = get_application(application.id)
    assert (found.status, found.due_on is not None) == (Status.READY, True)
    told = select(Letter).where(
        Letter.application_id == application.id, Letter.kind == LetterKind.STATUS_CHANGED
    )
    assert (
        db.session.scalars(told.order_by(Letter.id.desc()))
        .first()
        .facts["stage_says"]
        .startswith("Your file is")
    )
    steps = select(AuditEvent).where(AuditEvent.action == "take_off_agenda")
    assert WHY in db.session.scalars(steps).one().why
    assert today() + SOON not in find_next_meetings() and meeting not in list_meetings_to_come()
    assert count_committee_load().rows == ()
    with pytest.raises(Exception, match="closed or canceled"):
        place(application, today() + SOON)
    place(application, today() + 2 * SOON)
    assert get_application(application.id).status is Status.IN_COMMITTEE


def test_planned_again_on_its_day_a_canceled_meeting_is_the_same_entry_once_more(
    app: Flask, settings: Settings
) -> None:
    meeting, lead = planned(), coordinator()
    (_, _, _, uid), *_ = mailed(settings)
    canceled(meeting)
    with committed():
        again = plan_meeting(lead, held_on=meeting.held_on, starts_at="09:00", place="Room 1")
    assert (again.id, again.state, again.changed_because) == (meeting.id, MeetingState.PLANNED, "")
    assert {row[1:] for row in mailed(settings)} == {("REQUEST", 2, uid)}  # the cancellation was overtaken


def test_only_a_planned_meeting_is_moved_or_canceled_and_never_without_a_reason(app: Flask) -> None:
    meeting, other, lead = planned(today()), planned(), coordinator()
    with pytest.raises(BadInput) as refused:
        moved(meeting, other.held_on, "noon", "", "no")
    assert refused.value.fields.keys() == {"held_on", "starts_at", "place", "reason"}
    with pytest.raises(BadInput, match="Nothing is changed"):
        moved(meeting, today())
    with pytest.raises(BadInput, match="The date has passed"):
        moved(meeting, today() - timedelta(days=1))
    with pytest.raises(BadInput, match="Give the reason"):
        canceled(meeting, " no ")
    with committed():
        record_attendance(get_meeting(meeting.id), lead, set())
    for change in (lambda: moved(meeting, today() + timedelta(days=9)), lambda: canceled(meeting)):
        with pytest.raises(Conflict, match="only a planned one"):
            change()
    canceled(other)
    with pytest.raises(Conflict, match="canceled: its record stays"), committed(), on_day(other.held_on):
        record_attendance(get_meeting(other.id), lead, set())


def test_who_has_a_tie_to_a_file_of_the_agenda_does_not_cancel_the_meeting(app: Flask) -> None:
    application, lead = make_case(Status.READY), coordinator()
    place(application, today() + SOON)
    with committed():
        declare_tie(get_application(application.id, for_change=True), lead, "My sister's practice")
    with pytest.raises(Conflict, match="You have a tie to"):
        canceled(find_agenda_item(application.id).meeting)


class Answering:
    """A server that fails in one way."""

    def __init__(self, error: Exception):
        self.error, self.asked = error, 0

    def send(self, message: EmailMessage) -> str:
        self.asked += 1
        raise self.error


def states(meeting: Meeting) -> set[MessageState]:
    db.session.rollback()
    return set(db.session.scalars(select(MeetingCall.state).where(MeetingCall.meeting_id == meeting.id)))


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (MailRefused("550 nobody here", permanent=True), MessageState.FAILED),
        (MailRefused("451 later", permanent=False), MessageState.QUEUED),
        (MailInDoubt("the line broke"), MessageState.IN_DOUBT),
    ],
)
def test_what_did_not_arrive_waits_for_the_coordinator_and_is_never_mailed_twice_by_itself(
    app: Flask, settings: Settings, error: Exception, state: MessageState
) -> None:
    meeting, lead = planned(), coordinator()
    server = Answering(error)
    mail_calls(settings, server)
    mail_calls(settings, server)
    assert (states(meeting), server.asked) == ({state}, 3)
    if state is MessageState.QUEUED:
        return
    with committed():
        assert call_again(get_meeting(meeting.id, for_change=True), lead) == 3
    assert len(mailed(settings)) == 3
    with pytest.raises(Conflict, match="Every member in office has"), committed():
        call_again(get_meeting(meeting.id, for_change=True), lead)


def test_the_invitation_to_a_day_that_has_passed_is_held_back(app: Flask, settings: Settings) -> None:
    meeting = planned(today())
    with on_day(today() + timedelta(days=1)):
        assert mailed(settings) == []
    assert states(meeting) == {MessageState.HELD_BACK}
