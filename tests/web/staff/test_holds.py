"""Held letters at the desk: the list with why, releasing and dropping many or one, holding one on its file."""

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.letters import render_letters
from onboarding.models import Application, Letter, OutboxMessage
from onboarding.policy.vocabulary import LetterKind, MessageState, Role, Status
from onboarding.services.holds import admit_letters
from tests.support.cases import make_case
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


@pytest.fixture
def held(app: Flask, settings: Settings) -> list[int]:
    """Three confirmations, of which two are held; their applications."""
    cases = [make_case(Status.RECEIVED).id for _ in range(3)]
    render_letters(settings)
    with committed():
        admit_letters(1)
    return cases


def states() -> list[MessageState]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


def test_the_list_says_why_and_a_coordinator_releases_and_drops_with_a_reason(
    held: list[int], desk: Desk
) -> None:
    client = desk(Role.COORDINATOR)
    assert "Held letters: release or drop them" in client.get("/staff/today").text
    assert "Held letters</a>: <strong>2</strong>" in client.get("/staff/counts").text
    page = client.get("/staff/held-letters").text
    assert "2 × We received your application" in page
    assert "More than 1 letter of this kind" in page
    form = {"kind": "confirmation", "cause": "rate", "outcome": "release", "most": "1"}
    short = send(client, "/staff/held-letters", **form, reason="ok")
    assert short.status_code == 422 and "Give the reason, in a few words." in short.text
    none = send(client, "/staff/held-letters", **{**form, "most": "x"}, reason="The office is ready")
    assert none.status_code == 422 and "the oldest go first" in none.text
    assert send(client, "/staff/held-letters", **form, reason="The office is ready").status_code == 303
    assert states() == [MessageState.QUEUED, MessageState.QUEUED, MessageState.HELD]
    dropped = {**form, "outcome": "drop", "reason": "They were told by phone"}
    assert send(client, "/staff/held-letters", **dropped).status_code == 303
    assert states()[-1] is MessageState.HELD_BACK
    assert "No letter is held." in client.get("/staff/held-letters").text


def test_one_letter_is_held_and_released_on_its_file(held: list[int], desk: Desk) -> None:
    client, page = desk(Role.COORDINATOR), f"/staff/applications/{held[0]}"
    letter = db.session.scalars(select(Letter.id).where(Letter.application_id == held[0])).one()
    assert "Hold the letter" in client.get(page).text
    assert send(client, f"{page}/letters/{letter}/hold", reason="no").status_code == 422
    assert send(client, f"{page}/letters/{letter}/hold", reason="Wrong mailbox?").status_code == 303
    shown = client.get(page).text
    assert "Wrong mailbox?" in shown and "Release or drop it" in shown
    ended = {"outcome": "release", "reason": "The mailbox is right"}
    assert send(client, f"{page}/letters/{letter}/held", **ended).status_code == 303
    assert send(client, f"{page}/letters/{letter}/held", **ended).status_code == 409
    assert "The mailbox is right" in client.get(page).text
    assert states()[0] is MessageState.QUEUED


def test_others_see_the_list_and_settle_nothing(held: list[int], desk: Desk) -> None:
    client = desk(Role.SPECIALIST)
    page = client.get("/staff/held-letters").text
    assert "2 × We received your application" in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    form = {"kind": "confirmation", "cause": "rate", "outcome": "drop", "most": "9", "reason": "No need"}
    assert send(client, "/staff/held-letters", **form).status_code == 403
    path = f"/staff/applications/{held[1]}"
    assert "Release or drop it" not in client.get(path).text


def test_an_administrator_counts_the_held_letters_and_reads_no_name(held: list[int], desk: Desk) -> None:
    name = db.session.scalars(select(Application.name)).first()
    assert name and name in desk(Role.AUDITOR).get("/staff/held-letters").text
    page = desk(Role.ADMINISTRATOR).get("/staff/held-letters").text
    assert "2 × We received your application" in page
    assert name not in page and "One by one" not in page


def test_the_file_offers_no_drop_of_a_letter_that_has_to_leave(app: Flask, desk: Desk) -> None:
    application, client = make_case(Status.APPROVED), desk(Role.COORDINATOR)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.WELCOME)).one()
    address = f"/staff/applications/{application.id}/letters/{letter.id}/hold"
    assert send(client, address, reason="A word with the director").status_code == 303
    page = client.get(f"/staff/applications/{application.id}").text
    assert "it can be released, not dropped" in page and "Drop: it never leaves" not in page
