"""The committee in the pages: from planning a meeting to attested minutes; clean files; who is kept out."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from pypdf import PdfReader
from sqlalchemy import select, update

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.meetings import mail_calls
from onboarding.jobs.papers import make_papers
from onboarding.models import AuditEvent, Decision, Meeting, MeetingCall, MeetingPaper, Minutes, Staff
from onboarding.policy.vocabulary import DecisionOutcome, MessageState, PaperState, Role, Status, VoteChoice
from onboarding.queries.committee import find_minutes
from onboarding.queries.files import find_agenda_item, get_application
from tests.support.cases import (
    PASSWORD,
    convene,
    decide,
    director,
    make_case,
    make_staff,
    meeting_on,
    members,
    on_day,
    place,
    vote,
)
from tests.support.sessions import send, signed_in
from tests.web.staff.conftest import Desk

ENOUGH = "The record of the board was read on paper."
CANARY = "quince-colored canary"


def events(action: str) -> list[AuditEvent]:
    db.session.rollback()
    return list(
        db.session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id))
    )


def chair(app: Flask) -> FlaskClient:
    """Lena Fisk, who chairs."""
    return signed_in(app, convene()[0])


# Meeting day


def test_a_meeting_is_planned_held_and_minuted_page_by_page(app: Flask, desk: Desk) -> None:
    lead, table = desk(Role.COORDINATOR), members()
    for number, member in enumerate(table):
        seat = {"chair": "yes"} if number == 0 else {}
        sent = send(lead, "/staff/committee/members", staff=member.id, specialty="Psychiatry",
                    term_from=today().isoformat(), **seat)  # fmt: skip
        assert sent.status_code == 303
        signed = send(signed_in(app, member), "/staff/committee/statement", agreed="yes")
        assert signed.status_code == 303
    assert send(lead, "/staff/committee/meetings", held_on=today().isoformat(), starts_at="12:30",
                place="Room 204", quorum_rule="half_of_members").status_code == 303  # fmt: skip
    application = make_case(Status.READY, felony="yes", felony_explained="A conviction in 2004, pardoned.")
    item = place(application)
    page = f"/staff/committee/meetings/{item.meeting_id}"
    assert "felony" in lead.get(page).text
    assert send(lead, f"{page}/attendance", present=[member.id for member in table]).status_code == 303
    items = f"/staff/committee/items/{item.id}"
    assert send(lead, f"{items}/votes", all="approve").status_code == 303
    other = {f"was-{table[2].id}": "approve", f"vote-{table[2].id}": "deny"}
    assert send(signed_in(app, table[2]), f"{items}/votes", **other).status_code == 303
    assert "Carried: Approve" in lead.get(page).text
    version = get_application(application.id).version
    answer = send(
        desk(Role.MEDICAL_DIRECTOR), f"{items}/decision", outcome="approved", reason=ENOUGH, version=version
    )
    assert answer.status_code == 303
    assert get_application(application.id).status is Status.APPROVED
    assert send(lead, f"{page}/close").status_code == 303
    assert "The coordinator drafts them from this record" in signed_in(app, table[1]).get(page).text
    assert send(lead, f"{page}/minutes/draft").status_code == 303
    opened = send(lead, f"{page}/minutes", reason="To edit them").text
    assert "Tom Arden: approve" in opened and "Priya Menon: deny" in opened and "Decision: approve." in opened
    edited = send(lead, f"{page}/minutes/edit", text=f"Minutes, with a {CANARY} in them.", version=1)
    assert edited.status_code == 303
    refused = send(signed_in(app, table[1]), f"{page}/minutes/attest", version=2, password=PASSWORD)
    assert refused.status_code == 409 and "Who chaired the meeting attests" in refused.text
    assert send(chair(app), f"{page}/minutes/attest", version=2, password="guess").status_code == 422
    assert send(chair(app), f"{page}/minutes/attest", version=2, password=PASSWORD).status_code == 303
    late = send(lead, f"{page}/minutes/edit", text="Rewritten after they were attested.", version=3)
    assert late.status_code == 409
    assert find_minutes(item.meeting_id).text == f"Minutes, with a {CANARY} in them."


def test_a_member_votes_only_for_the_own_seat(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    table, item = vote(application), find_agenda_item(application.id)
    path = f"/staff/committee/items/{item.id}/votes"
    answer = send(signed_in(app, table[1]), path, **{f"vote-{table[0].id}": "deny"})
    assert answer.status_code == 422 and "your own vote" in answer.text


def test_the_invitation_names_time_and_place_and_nobody(desk: Desk) -> None:
    application = make_case(Status.IN_COMMITTEE)
    item = find_agenda_item(application.id)
    answer = desk(Role.COMMITTEE_MEMBER).get(f"/staff/committee/meetings/{item.meeting_id}/invitation.ics")
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    starts = event["DTSTART"].dt
    assert (starts.date(), starts.hour, str(starts.tzinfo)) == (today(), 12, "America/Chicago")
    assert event["LOCATION"] == "Room 204"
    assert application.practitioner.last_name not in answer.text


def test_the_coordinator_moves_a_meeting_and_cancels_it_and_nothing_typed_is_lost(desk: Desk) -> None:
    ready, lead = make_case(Status.READY), desk(Role.COORDINATOR)
    item = place(ready, today() + timedelta(days=7))
    path, new = f"/staff/committee/meetings/{item.meeting_id}", today() + timedelta(days=14)
    typed = {"held_on": new.isoformat(), "starts_at": "14:30", "place": "Room 9"}
    refused = send(lead, f"{path}/moved", **typed, reason="no")
    assert (
        refused.status_code == 422
        and 'href="#whole-reason"' in refused.text
        and 'value="Room 9"' in refused.text
    )
    assert send(lead, f"{path}/moved", **typed, reason="The chair is away.").status_code == 303
    page = lead.get(path).text
    assert (
        "2:30 PM" in page
        and "The chair is away." in page
        and "Mail on its way to Lena Fisk" in page
        and "Mail them the invitation" not in page
    )
    assert send(lead, f"{path}/canceled", reason="Nobody can come.").status_code == 422
    assert send(lead, f"{path}/canceled", reason="Nobody can come.", sure="yes").status_code == 303
    page = lead.get(path).text
    assert "Canceled" in page and f"{path}/moved" not in page and 'id="attendance"' not in page
    assert "STATUS:CANCELLED" in lead.get(f"{path}/invitation.ics").text
    assert get_application(ready.id).status is Status.READY
    assert "Nobody can come." in lead.get("/staff/committee").text
    assert f'value="agenda:{item.meeting_id}"' not in lead.get("/staff").text


def test_the_packet_is_one_pdf_with_bookmarks_made_by_the_clock_and_opened_with_a_reason(
    app: Flask, desk: Desk
) -> None:
    first = make_case(Status.READY, felony="yes", felony_explained="A conviction in 2004, pardoned.")
    second = make_case(Status.READY)
    item, _ = place(first), place(second)
    lead, page = desk(Role.COORDINATOR), f"/staff/committee/meetings/{item.meeting_id}"
    for _ in range(2):  # pressed twice, made once
        assert send(lead, f"{page}/packet").status_code == 303
    assert "packet is being made" in lead.get(page).text
    assert make_papers(app.extensions["settings"]) == {"made": 1, "failed": 0}
    assert db.session.scalars(select(MeetingPaper.state)).all() == [PaperState.MADE]
    assert send(lead, f"{page}/papers/packet").status_code == 422
    answer = send(lead, f"{page}/papers/packet", reason="For the table")
    reader = PdfReader(BytesIO(answer.data))
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    inner = [
        entry.title
        for part in reader.outline
        if isinstance(part, list)
        for entry in part
        if not isinstance(entry, list)
    ]
    assert titles == ["Credentialing Committee, March 2, 2026"]
    assert inner == [f"1. {first.name}", f"2. {second.name}"]
    words = " ".join(" ".join(one.extract_text() for one in reader.pages).split())
    assert (
        "pardoned" in words
        and f"Page 2 of {len(reader.pages)}" in words
        and "License to practice agrees" in words
    )
    assert [event.why for event in events("open_peer_review")] == ["For the table"]


# Peer review


def _minuted(app: Flask) -> str:
    """Minutes with a canary, attested; the address of the meeting."""
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.APPROVED)
    item = find_agenda_item(application.id)
    page = f"/staff/committee/meetings/{item.meeting_id}"
    lead = signed_in(app, make_staff(Role.COORDINATOR, name="Curtis Bell"))
    for step, fields in (
        ("close", {}),
        ("minutes/draft", {}),
        ("minutes/edit", {"version": 1, "text": f"A {CANARY} sat."}),
    ):
        assert send(lead, f"{page}/{step}", **fields).status_code == 303
    return page


def test_minutes_open_to_their_own_permission_and_each_opening_is_kept_with_its_reason(
    app: Flask, desk: Desk
) -> None:
    page = _minuted(app)
    for role in (Role.SPECIALIST, Role.ADMINISTRATOR):
        assert send(desk(role), f"{page}/minutes", reason="Curious").status_code == 403
    auditor = signed_in(app, make_staff(Role.AUDITOR))
    assert send(auditor, f"{page}/minutes", reason="").status_code == 422
    before = len(events("open_peer_review"))
    assert CANARY in send(auditor, f"{page}/minutes", reason="NCQA survey of 2026").text
    (event,) = events("open_peer_review")[before:]
    assert (event.why, event.actor_id is not None) == ("NCQA survey of 2026", True)


def test_no_word_of_the_minutes_stands_in_a_page_search_history_or_in_clear_in_the_database(
    app: Flask, desk: Desk
) -> None:
    page = _minuted(app)
    lead = desk(Role.COORDINATOR)
    looked = [
        lead.get(path).text for path in (page, "/staff/committee", "/staff", f"/staff?q={CANARY.split()[1]}")
    ]
    told = "".join(looked[:3]) + "".join(event.what + event.why for event in events("edit_minutes"))
    assert CANARY not in told and "sat." not in looked[3]
    raw = db.session.connection().exec_driver_sql("SELECT text FROM minutes").scalar()
    assert "canary" not in raw
    assert db.session.scalars(select(Minutes.text)).one() == f"A {CANARY} sat."


# Clean files


def test_the_director_sees_the_evidence_and_signs_many_with_one_password(app: Flask, desk: Desk) -> None:
    good, spoiled = make_case(Status.READY), make_case(Status.READY)
    disclosed = make_case(Status.READY, felony="yes", felony_explained="A conviction in 2004, pardoned.")
    client = desk(Role.MEDICAL_DIRECTOR)
    page = client.get("/staff/clean-files").text
    assert page.count('name="file"') == 2 and "License to practice" in page
    assert f'value="{disclosed.id}:' not in page and "goes to the committee" in page
    keys = [f"{one.id}:{one.version}" for one in (good, spoiled)]
    refused = send(client, "/staff/clean-files", file=keys)
    assert refused.status_code == 422 and f'value="{keys[0]}" checked' in refused.text
    with committed():
        get_application(spoiled.id, for_change=True).version += 1  # somebody touched it meanwhile
    signed = send(
        client, "/staff/clean-files", file=[*keys, f"{disclosed.id}:{disclosed.version}"], password=PASSWORD
    )
    assert "Signed 1 of 3" in signed.text and "changed after you opened" in signed.text
    assert db.session.scalars(select(Decision.application_id)).all() == [good.id]
    assert db.session.scalars(select(Decision.decided_on)).one() == today()
    again = send(
        client, "/staff/clean-files", file=keys[:1]
    )  # reloaded: no password within minutes, and nothing twice
    assert "Signed 0 of 1" in again.text
    assert len(events("sign")) == 1 and "password asked again" in events("sign")[0].what


def test_the_password_is_asked_again_after_its_minutes(app: Flask, desk: Desk) -> None:
    client = desk(Role.MEDICAL_DIRECTOR)
    first, second = make_case(Status.READY), make_case(Status.READY)
    assert (
        "Signed 1"
        in send(client, "/staff/clean-files", file=f"{first.id}:{first.version}", password=PASSWORD).text
    )
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"step_up_minutes": -1})
    assert send(client, "/staff/clean-files", file=f"{second.id}:{second.version}").status_code == 422


# Who is kept out


@pytest.mark.parametrize("how", ["own NPI", "declared"])
def test_nobody_opens_or_touches_a_file_with_the_own_npi_or_a_declared_tie(
    app: Flask, desk: Desk, how: str
) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.COORDINATOR)
    path = f"/staff/applications/{application.id}"
    if how == "declared":
        assert send(client, f"{path}/tie", why="My sister").status_code == 303
    else:
        with committed() as work:
            work.scalars(select(Staff).where(Staff.name == "Desk coordinator")).one().npi = application.npi
    assert client.get(path).status_code == 403
    assert send(client, f"{path}/steps/accept").status_code == 403
    assert get_application(application.id).status is Status.RECEIVED


def test_a_clean_file_is_found_behind_however_many_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.web.staff.clean_files.PAGE", 1)
    monkeypatch.setattr("onboarding.web.staff.clean_files.MOST_OTHERS", 1)
    others = [make_case(Status.READY, felony="yes", felony_explained="In 2004.") for _ in range(2)]
    clean = make_case(Status.READY, last_name="Quillfeather")
    page = desk(Role.MEDICAL_DIRECTOR).get("/staff/clean-files").text
    assert f'value="{clean.id}:{clean.version}"' in page
    assert f"/applications/{others[0].id}" in page and f"/applications/{others[1].id}" not in page


def test_who_decides_never_reads_the_languages_of_an_application(desk: Desk) -> None:
    application = make_case(Status.READY, spoken=["Marshallese"])
    path = f"/staff/applications/{application.id}"
    for page in (path, f"{path}/as-of"):
        assert "Marshallese" in desk(Role.COORDINATOR).get(page).text
        for role in (Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER):
            assert "Marshallese" not in desk(role).get(page).text, (role, page)


def test_a_meeting_to_come_takes_no_roll_and_one_a_day_is_planned(desk: Desk) -> None:
    director()
    lead, day = desk(Role.COORDINATOR), today() + timedelta(days=3)
    application = make_case(Status.READY)
    item = place(application, day)
    page = f"/staff/committee/meetings/{item.meeting_id}"
    answer = send(lead, f"{page}/attendance", present=[member.id for member in members()])
    assert answer.status_code == 409 and "Attendance is recorded on that day" in answer.text
    late = send(lead, "/staff/committee/meetings", held_on=today().isoformat(), starts_at="00:00", place="Room 204",
                quorum_rule="fixed")  # fmt: skip
    assert (
        late.status_code == 303
        and "Its time, today, has passed already." in lead.get("/staff/committee").text
    )
    twice = send(lead, "/staff/committee/meetings", held_on=day.isoformat(), starts_at="25:00", place="",
                 quorum_rule="fixed")  # fmt: skip
    assert twice.status_code == 422
    for says in ("planned for March 5, 2026 already", "hours and minutes", "Say where"):
        assert says in twice.text
    with on_day(day):
        vote(application, VoteChoice.PEND)
        assert send(lead, f"{page}/close").status_code == 409  # a file is left
    with committed():
        assert meeting_on(day).id == item.meeting_id


def test_a_mail_that_did_not_arrive_is_named_on_the_page_and_sent_again_from_there(
    app: Flask, desk: Desk, settings: Settings
) -> None:
    place(make_case(Status.READY), today() + timedelta(days=7))
    lead, meeting = desk(Role.COORDINATOR), db.session.scalars(select(Meeting)).one()
    path = f"/staff/committee/meetings/{meeting.id}"
    with committed() as work:
        work.execute(update(MeetingCall).values(state=MessageState.IN_DOUBT))
    assert "Mail may not have reached Lena Fisk, Tom Arden, Priya Menon." in lead.get(path).text
    assert send(lead, f"{path}/invitations").status_code == 303
    mail_calls(settings)
    page = lead.get(path).text
    assert "Mailed to Lena Fisk" in page and "Mail them the invitation" not in page
    assert send(lead, f"{path}/invitations").status_code == 409
