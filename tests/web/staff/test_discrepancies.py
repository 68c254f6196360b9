"""The discrepancy notice: written once, with the time, the form and the place of an answer; the answer is tied to it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.config import Settings
from onboarding.extensions import db
from onboarding.jobs.sweeps import remind_of_notices
from onboarding.models import Application, AuditEvent, Letter, RightsRequest, Verification
from onboarding.policy.verifications import UNNAMED, verification_row
from onboarding.policy.vocabulary import LetterKind, Role, Status, VerificationKind, VerificationResult
from tests.conftest import TODAY
from tests.support.cases import ask, letters_leave, make_case, on_day, verify
from tests.support.mails import mail_leaves, text_of
from tests.support.pages import come_in
from tests.support.sessions import send
from tests.support.visitor import Visitor
from tests.web.staff.conftest import Desk

LICENCE = verification_row(VerificationKind.LICENCE)
SAID, FOUND = "Valid until 2027", "The license ended on June 30, 2025."


@pytest.fixture
def case(app: Flask) -> Application:
    application = make_case(Status.VERIFYING)
    verify(application, LICENCE, VerificationResult.DISCREPANCY)
    return application


def path(application: Application) -> str:
    last = db.session.scalars(select(Verification).order_by(Verification.id.desc())).first()
    return f"/staff/applications/{application.id}/verifications/{last.id}/notice"


def notices() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == LetterKind.DISCREPANCY)))


def test_a_notice_says_what_differs_and_gives_fourteen_days(desk: Desk, case: Application) -> None:
    client = desk(Role.SPECIALIST)
    assert "Send a discrepancy notice" in client.get(f"/staff/applications/{case.id}").text
    assert send(client, path(case), said=SAID, found=FOUND).status_code == 303
    (letter,) = notices()
    assert letter.facts["items"] == [
        {"label": "License to practice", "state": SAID, "how": f"State licensing board: {FOUND}"}
    ]
    assert str(letter.respond_by) == "2026-03-16"
    page = client.get(f"/staff/applications/{case.id}").text
    assert "Discrepancy notice written March 2, 2026, answer by March 16, 2026" in page
    assert "Send a discrepancy notice" not in page


def test_a_notice_is_written_once(desk: Desk, case: Application) -> None:
    client = desk(Role.SPECIALIST)
    statuses = [send(client, path(case), said=SAID, found=FOUND).status_code for _ in range(2)]
    assert (statuses, len(notices())) == ([303, 409], 1)


def test_a_record_that_no_longer_counts_or_does_not_differ_gets_no_notice(
    desk: Desk, case: Application
) -> None:
    client, earlier = desk(Role.SPECIALIST), path(case)
    verify(case, LICENCE)
    assert send(client, earlier, said=SAID, found=FOUND).status_code == 409
    assert send(client, path(case), said=SAID, found=FOUND).status_code == 409
    assert notices() == []


@pytest.mark.parametrize(
    ("said", "found", "says"),
    [
        ("", FOUND, "Write it as the applicant will read it."),
        (SAID, "x" * 301, "At most 300 characters"),
        (SAID, "The NPDB reports two claims.", "The law does not let us name this source"),
    ],
)
def test_a_notice_that_cannot_be_read_or_may_not_be_sent_is_refused(
    desk: Desk, case: Application, said: str, found: str, says: str
) -> None:
    answer = send(desk(Role.SPECIALIST), path(case), said=said, found=found)
    assert answer.status_code == 422 and says in answer.text
    assert notices() == []


def test_a_source_that_the_law_bars_is_not_named(desk: Desk, case: Application) -> None:
    malpractice = verification_row(VerificationKind.MALPRACTICE_HISTORY)
    verify(case, malpractice, VerificationResult.DISCREPANCY)
    assert (
        send(desk(Role.SPECIALIST), path(case), said="No claims", found="One claim in 2024.").status_code
        == 303
    )
    assert notices()[0].facts["items"][0]["how"] == f"{UNNAMED}: One claim in 2024."


def test_the_applicant_answers_the_notice_and_its_receipt_is_recorded(
    app: Flask, desk: Desk, case: Application
) -> None:
    send(desk(Role.SPECIALIST), path(case), said=SAID, found=FOUND)
    letters_leave()
    visitor = Visitor(app)
    come_in(visitor.client, case)
    visitor.go("/rights")
    assert "We found a difference: answer by March 16, 2026" in visitor.read and FOUND in visitor.read
    (notice,) = notices()
    visitor.go(f"/rights/correct?about=notice-{notice.id}")
    assert f'<option selected value="notice-{notice.id}">' in visitor.text
    visitor.send("/correct$", wrong="The board's page is old.", right="It was renewed, see the new card.")
    assert "Answer our notice" not in visitor.read
    request = db.session.scalars(select(RightsRequest)).one()
    assert request.letter_id == notice.id
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "use_right")).one()
    assert event.what == ("Answer to the discrepancy notice received: License to practice (notice of Mar 2)")
    visitor.go("/rights/correct")
    visitor.send("/correct$", status=422, about=f"notice-{notice.id}", wrong="Once more.", right="Once more.")


def test_who_has_not_answered_is_reminded_once_and_then_the_desk_sees_that_the_time_has_ended(
    desk: Desk, case: Application, settings: Settings
) -> None:
    address = f"/staff/applications/{case.id}"
    send(desk(Role.SPECIALIST), path(case), said=SAID, found=FOUND)
    letters_leave()
    reminded = []
    for day in range(9, 17):
        with on_day(TODAY + timedelta(days=day)):
            reminded.append(remind_of_notices(settings)["reminders"])
            if day == 10:
                (mail,) = mail_leaves().mails
                assert "Please answer by March 16, 2026" in " ".join(
                    text_of(mail).split()
                ) and FOUND in text_of(mail)
    assert reminded == [0, 1, 0, 0, 0, 0, 0, 0]
    with on_day(TODAY + timedelta(days=15)):
        client = desk(Role.SPECIALIST)
        page, counted = client.get(address).text, client.get("/staff/counts").text
    assert "No answer in time" in page and "Reminded March 12, 2026" in page
    assert "License to practice, until March 16, 2026" in counted


@pytest.mark.parametrize("what", ["answered", "checked again"])
def test_who_has_answered_or_is_right_after_all_is_not_reminded(
    desk: Desk, case: Application, settings: Settings, what: str
) -> None:
    send(desk(Role.SPECIALIST), path(case), said=SAID, found=FOUND)
    letters_leave()
    if what == "answered":
        ask(case, f"notice-{notices()[0].id}")
    else:
        verify(case, LICENCE)
    with on_day(TODAY + timedelta(days=12)):
        assert remind_of_notices(settings) == {"reminders": 0}
        assert "in time" not in desk(Role.SPECIALIST).get("/staff/counts").text


def test_the_notice_of_another_application_cannot_be_answered(
    app: Flask, desk: Desk, case: Application
) -> None:
    send(desk(Role.SPECIALIST), path(case), said=SAID, found=FOUND)
    other = make_case(Status.VERIFYING)
    visitor = Visitor(app)
    come_in(visitor.client, other)
    visitor.go("/rights/correct")
    visitor.send(
        "/correct$", status=422, about=f"notice-{notices()[0].id}", wrong="Not mine.", right="Not mine."
    )
