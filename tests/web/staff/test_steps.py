"""Taking steps: the buttons, the refusals, two people at once."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import AgendaItem, Application, AuditEvent, Decision, Letter, Participation
from onboarding.policy.access import ALONE
from onboarding.policy.vocabulary import (
    STAFF_ROLES,
    Action,
    DecisionOutcome,
    DocumentKind,
    LetterKind,
    ParticipationState,
    Role,
    Status,
    VoteChoice,
)
from onboarding.policy.workflow import steps_for
from onboarding.queries.files import get_application
from onboarding.web.staff.steps import TAKERS
from tests.support.cases import (
    PASSWORD,
    coordinator,
    letters_leave,
    make_case,
    make_staff,
    meeting_on,
    members,
    on_day,
    upload,
    vote,
)
from tests.support.sessions import send, signed_in, token_of
from tests.web.staff.conftest import Desk

ENOUGH = "The record of the board was read on paper."


def take(client: FlaskClient, application: Application, action: Action, **fields: object):
    """Post a step with the version the page shows now."""
    fields = {"version": fields.pop("version", get_application(application.id).version), **fields}
    return send(client, f"/staff/applications/{application.id}/steps/{action.value}", **fields)


def table_of_three() -> list[int]:
    return [member.id for member in members()]


def status_of(application: Application) -> Status:
    db.session.rollback()
    return get_application(application.id).status


def test_a_specialist_accepts_a_form_and_the_page_says_so(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    answer = take(client, application, Action.ACCEPT)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"].split("#")[0]).text
    assert "Done: Accept for credentialing." in page
    assert status_of(application) is Status.GATHERING


def test_returning_a_form_tells_the_applicant_what_to_fix_in_page_and_letter(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    wrong = "The license number has a digit too many.\n\nThe address is a post office box."
    assert take(client, application, Action.RETURN, reason=wrong).status_code == 303
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.RETURNED)).one()
    assert letter.facts["reasons"] == wrong.split("\n\n")
    assert get_application(application.id).return_reason == wrong


def test_what_was_typed_stays_when_a_step_is_refused(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    answer = take(client, application, Action.RETURN, reason="no")
    assert answer.status_code == 409
    assert "Name the questions to correct, or say in a few words at least what to fix." in answer.text
    assert ">no</textarea>" in answer.text
    assert "<title>Error: " in answer.text
    assert status_of(application) is Status.RECEIVED


def test_a_committee_decision_refused_keeps_its_coded_reasons_and_words(desk: Desk) -> None:
    application, client = make_case(Status.IN_COMMITTEE), desk(Role.MEDICAL_DIRECTOR)
    vote(application, VoteChoice.DENY, most=2)
    answer = take(client, application, Action.DENY, reason=ENOUGH, codes=["license", "claims"])
    assert answer.status_code == 409
    assert "at least 3 members" in answer.text and ENOUGH in answer.text
    assert 'value="license" checked' in answer.text and 'value="claims" checked' in answer.text


def test_the_committee_decides_as_its_record_says(desk: Desk) -> None:
    application, client = make_case(Status.IN_COMMITTEE), desk(Role.COMMITTEE_MEMBER)
    vote(application)
    assert take(client, application, Action.APPROVE, reason=ENOUGH).status_code == 303
    decision = db.session.scalars(select(Decision)).one()
    assert decision.outcome is DecisionOutcome.APPROVED
    assert {member.id for member in decision.attendance} == set(table_of_three())
    assert status_of(application) is Status.APPROVED
    page = client.get(f"/staff/applications/{application.id}").text
    assert "Attended: Lena Fisk, Priya Menon, Tom Arden" in page


@pytest.mark.parametrize(
    ("action", "fields", "says"),
    [
        (Action.DENY, {"codes": []}, "at least one coded reason"),
        (Action.DENY, {"codes": ["because"]}, "from the list"),
        (Action.APPROVE_WITH_CONDITIONS, {}, "at least one coded reason"),
        (Action.APPROVE_WITH_CONDITIONS, {"codes": ["claims"]}, "looked at again"),
        (Action.APPROVE_WITH_CONDITIONS, {"codes": ["claims"], "follow_up_on": "2020-01-01"}, "after today"),
    ],
)
def test_an_outcome_carries_what_its_row_asks_for(desk: Desk, action: Action, fields, says: str) -> None:
    application, client = make_case(Status.IN_COMMITTEE), desk(Role.MEDICAL_DIRECTOR)
    answer = take(client, application, action, reason=ENOUGH, **fields)
    assert answer.status_code == 422 and says in answer.text
    assert status_of(application) is Status.IN_COMMITTEE


def test_the_medical_director_signs_a_clean_file(desk: Desk) -> None:
    application, client = make_case(Status.READY), desk(Role.MEDICAL_DIRECTOR)
    refused = take(client, application, Action.APPROVE_CLEAN_FILE, password="not mine")
    assert (
        refused.status_code == 422 and "not your password" in refused.text and "not mine" not in refused.text
    )
    assert take(client, application, Action.APPROVE_CLEAN_FILE, password=PASSWORD).status_code == 303
    assert db.session.scalars(select(Participation)).one().application_id == application.id


def test_a_file_is_placed_on_the_agenda_of_a_planned_meeting(desk: Desk) -> None:
    application, client = make_case(Status.READY), desk(Role.COORDINATOR)
    coordinator()
    assert "No meeting is planned" in client.get(f"/staff/applications/{application.id}").text
    assert take(client, application, Action.PLACE_ON_AGENDA).status_code == 409
    assert take(client, application, Action.PLACE_ON_AGENDA, meeting="99").status_code == 404
    with on_day(today() - timedelta(days=1)), committed():
        past = meeting_on(today())
    with committed():
        planned = meeting_on(today())
    assert take(client, application, Action.PLACE_ON_AGENDA, meeting=past.id).status_code == 409
    placed = take(client, application, Action.PLACE_ON_AGENDA, meeting=planned.id, why="A peer should look.")
    assert placed.status_code == 303
    assert status_of(application) is Status.IN_COMMITTEE
    assert db.session.scalars(select(AgendaItem.why)).one() == ["A peer should look."]


def test_a_participation_is_terminated_with_its_reasons(desk: Desk) -> None:
    application, client = make_case(Status.PARTICIPATING), desk(Role.MEDICAL_DIRECTOR)
    refused = take(client, application, Action.TERMINATE, reason="The license lapsed.")
    assert refused.status_code == 422 and "at least one coded reason" in refused.text
    given = {"reason": "The license lapsed.", "codes": "license"}
    assert take(client, application, Action.TERMINATE, **given).status_code == 303
    assert db.session.scalars(select(Participation)).one().state is ParticipationState.TERMINATED


def test_a_silent_applicant_is_discontinued_with_a_letter_that_repeats_what_was_asked(
    app: Flask, desk: Desk
) -> None:
    client = desk(Role.COORDINATOR)
    begun = today() - timedelta(days=50)
    with on_day(begun):
        application = make_case(Status.GATHERING)
        upload(application, DocumentKind.W9)
    for days in (0, 14, 30):
        with on_day(begun + timedelta(days=days)):
            send(client, f"/staff/applications/{application.id}/ask")
            letters_leave()
    assert take(client, application, Action.DISCONTINUE).status_code == 303
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.DISCONTINUATION)).one()
    assert [item["label"] for item in letter.facts["items"]] == ["Malpractice insurance face sheet"]
    assert letter.facts["asked_on"] == (begun + timedelta(days=30)).isoformat()
    assert letter.facts["asked_until"] == (begun + timedelta(days=45)).isoformat()


def test_nobody_is_discontinued_before_the_letter_has_left(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.COORDINATOR)
    answer = take(client, application, Action.DISCONTINUE)
    assert answer.status_code == 409
    assert "No letter has asked the applicant" in answer.text


def test_a_role_that_does_not_take_the_step_is_refused(desk: Desk) -> None:
    application = make_case(Status.READY)
    for role in (Role.SPECIALIST, Role.COORDINATOR, Role.COMMITTEE_MEMBER, Role.AUDITOR):
        assert take(desk(role), application, Action.APPROVE_CLEAN_FILE).status_code == 403
    assert status_of(application) is Status.READY


def test_a_step_that_does_not_exist_is_not_found(desk: Desk) -> None:
    application = make_case(Status.RECEIVED)
    assert send(desk(Role.SPECIALIST), f"/staff/applications/{application.id}/steps/fly").status_code == 404


def test_steps_of_the_applicant_and_of_the_clock_are_nobodys_at_the_desk(desk: Desk) -> None:
    draft, approved = make_case(Status.DRAFT), make_case(Status.APPROVED)
    for roles in ([role for role in STAFF_ROLES if role not in ALONE], *([role] for role in ALONE)):
        everybody = desk(*roles)
        assert take(everybody, draft, Action.SUBMIT).status_code == 403
        assert take(everybody, draft, Action.EXPIRE).status_code == 403
        assert take(everybody, approved, Action.CONFIRM_WELCOME).status_code == 403


@pytest.mark.parametrize("version", ["", "x", "-1", None])
def test_a_form_that_does_not_say_which_version_it_is_about_does_nothing(
    desk: Desk, version: str | None
) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    fields = {} if version is None else {"version": version}
    path = f"/staff/applications/{application.id}/steps/accept"
    assert send(client, path, **fields).status_code == 422
    assert status_of(application) is Status.RECEIVED


def test_a_page_that_is_out_of_date_decides_nothing(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    old = application.version
    send(client, f"/staff/applications/{application.id}/claim")
    answer = take(client, application, Action.ACCEPT, version=old)
    assert answer.status_code == 409
    assert "This file changed after you opened the page" in answer.text
    assert status_of(application) is Status.RECEIVED
    assert take(client, application, Action.ACCEPT).status_code == 303


def test_two_who_looked_at_one_page_give_one_decision_and_one_refusal(desk: Desk) -> None:
    application, client = make_case(Status.READY), desk(Role.MEDICAL_DIRECTOR)
    seen = application.version
    first = take(client, application, Action.APPROVE_CLEAN_FILE, version=seen, password=PASSWORD)
    second = take(client, application, Action.APPROVE_CLEAN_FILE, version=seen, password=PASSWORD)
    assert (first.status_code, second.status_code) == (303, 409)
    assert "changed after you opened the page" in second.text
    assert _decisions() == 1


def _decisions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Decision)) or 0


def test_two_at_the_same_moment_give_one_decision_and_one_refusal(app: Flask) -> None:
    """In threads, each with its own connection; on both databases."""
    application = make_case(Status.READY)
    seen, path = application.version, f"/staff/applications/{application.id}/steps/approve_clean_file"
    clients = [
        signed_in(app, make_staff(Role.MEDICAL_DIRECTOR, name=name))
        for name in ("Amara Nwosu", "Bode Ferrante")
    ]
    tokens = [token_of(client) for client in clients]
    together, answers = threading.Barrier(len(clients)), []

    def decide(client: FlaskClient, token: str) -> None:
        together.wait()
        answers.append(
            client.post(path, data={"csrf_token": token, "version": seen, "password": PASSWORD}).status_code
        )

    db.session.remove()
    threads = [threading.Thread(target=decide, args=pair) for pair in zip(clients, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    assert _decisions() == 1
    assert db.session.scalar(select(func.count()).select_from(Participation)) == 1
    welcome = select(func.count()).select_from(Letter).where(Letter.kind == LetterKind.WELCOME)
    assert db.session.scalar(welcome) == 1


def test_every_decision_of_the_table_has_its_service() -> None:
    """An action that does more than move the file must not be taken as a plain step."""
    special = {
        Action.RETURN, Action.DISCONTINUE, Action.APPROVE_CLEAN_FILE, Action.PLACE_ON_AGENDA, Action.TERMINATE,
        Action.APPROVE, Action.APPROVE_WITH_CONDITIONS, Action.PEND, Action.DENY, Action.REOPEN, Action.WITHDRAW,
        Action.ACCEPT_APPEAL, Action.APPROVE_PROVISIONALLY,
    }  # fmt: skip
    assert TAKERS.keys() == special


@pytest.mark.parametrize("status", Status)
def test_the_page_offers_exactly_the_steps_of_the_table(desk: Desk, status: Status) -> None:
    path = f"/staff/applications/{make_case(status).id}"
    for role in (
        Role.SPECIALIST,
        Role.COORDINATOR,
        Role.MEDICAL_DIRECTOR,
        Role.COMMITTEE_MEMBER,
        Role.AUDITOR,
    ):
        page = desk(role).get(path).text
        offered = {action.value for action in Action if f'id="step-{action.value}"' in page}
        assert offered == {step.action.value for step in steps_for(status, frozenset({role}))}, role


def test_a_step_with_something_in_its_way_gives_the_reasons_and_no_button(desk: Desk) -> None:
    application = make_case(Status.GATHERING)
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text
    assert "Not possible yet" in page
    assert "Malpractice insurance face sheet: not sent yet." in page
    assert f'action="/staff/applications/{application.id}/steps/complete_file"' not in page
    assert f'action="/staff/applications/{application.id}/steps/return"' in page


def test_who_recorded_evidence_reads_that_somebody_else_must_decide(app: Flask) -> None:
    both = make_staff(Role.SPECIALIST, Role.MEDICAL_DIRECTOR, name="Rosa Delgado")
    application = make_case(Status.READY)
    client = signed_in(app, both)
    assert "somebody else must decide" in client.get(f"/staff/applications/{application.id}").text
    assert take(client, application, Action.APPROVE_CLEAN_FILE, password=PASSWORD).status_code == 409


def test_each_step_is_in_the_history_with_who_what_and_why(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.COORDINATOR)
    take(client, application, Action.WITHDRAW, reason="The applicant moved to Texas.")
    page = client.get(f"/staff/applications/{application.id}").text
    assert "Received → Withdrawn" in page
    assert "The applicant moved to Texas." in page
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.actor, event.action) == ("Desk coordinator", "withdraw")


def test_a_reason_with_markup_in_it_is_shown_as_text(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.COORDINATOR)
    take(client, application, Action.WITHDRAW, reason="<script>alert(1)</script> asked by phone")
    page = client.get(f"/staff/applications/{application.id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_more_text_than_is_kept_is_refused_and_not_cut(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    answer = take(client, application, Action.RETURN, reason="x" * 2001)
    assert answer.status_code == 422
    assert "At most 2,000 characters" in answer.text
    assert "x" * 2001 in answer.text


def test_control_characters_are_left_out_of_what_is_kept(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.COORDINATOR)
    reason = "The applicant\x00 called\x1b[31m\r\nand withdrew."
    assert take(client, application, Action.WITHDRAW, reason=reason).status_code == 303
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.why == "The applicant called[31m\nand withdrew."
