"""After the welcome letter: the onboarding list and the payment choice."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Application, Letter, OnboardingItem, PaymentEnrolment
from onboarding.policy.onboarding_list import TABLE
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import LetterKind, OnboardingStep, PaymentChoice, ProviderType, Status
from tests.support.cases import make_case
from tests.support.pages import look_up, send

BANK = {"bank_name": "First Bank of Bisbee", "routing_number": "082000073", "account_number": "000123456789"}


@pytest.fixture
def joined(app: Flask) -> Application:
    return make_case(Status.PARTICIPATING, ProviderType.CNP)


@pytest.fixture
def let_in(app: Flask, joined: Application) -> FlaskClient:
    client = app.test_client()
    look_up(client, joined)
    return client


def _number(application: Application) -> str:
    assert application.participation is not None
    return application.participation.provider_number


def _choices() -> list[PaymentEnrolment]:
    return list(db.session.scalars(select(PaymentEnrolment).order_by(PaymentEnrolment.id)))


def test_the_list_shows_every_item_and_the_dates(let_in: FlaskClient, joined: Application) -> None:
    page = let_in.get("/portal").text
    assert all(row.label in page for row in TABLE)
    assert "March 2, 2029" in page and "0 of 6 done" in page
    assert _number(joined)[-4:] in page and _number(joined) not in page


def test_an_item_is_marked_as_done_once(let_in: FlaskClient) -> None:
    for _ in range(2):
        assert send(let_in, "/portal", "/portal/steps/orientation").location == "/portal"
    assert db.session.scalars(select(OnboardingItem.step)).all() == [OnboardingStep.ORIENTATION]
    assert "1 of 6 done" in let_in.get("/portal").text


def test_what_was_marked_as_done_can_be_taken_back(let_in: FlaskClient) -> None:
    send(let_in, "/portal", "/portal/steps/orientation")
    for _ in range(2):
        assert send(let_in, "/portal", "/portal/steps/orientation/undo").location == "/portal"
    assert "0 of 6 done" in let_in.get("/portal").text
    assert send(let_in, "/portal", "/portal/steps/payment/undo").status_code == 422
    assert send(let_in, "/portal", "/portal/steps/nonsense/undo").status_code == 404


def test_each_item_says_where_to_find_it_on_the_plans_page(let_in: FlaskClient) -> None:
    page = let_in.get("/portal").text
    elsewhere = [row for row in TABLE if row.on_the_page]
    assert page.count(f'href="{PLAN.provider_page}"') == len(elsewhere) == 5


def test_payment_is_not_ticked_off_without_a_choice(let_in: FlaskClient) -> None:
    assert send(let_in, "/portal", "/portal/steps/payment").status_code == 422
    assert send(let_in, "/portal", "/portal/steps/nonsense").status_code == 404


def test_the_three_ways_are_shown_eft_preferred_and_the_fee_told(let_in: FlaskClient) -> None:
    page = let_in.get("/portal/payment").text
    assert "Electronic funds transfer" in page and "Preferred." in page and "Paper check" in page
    assert PLAN.virtual_card_fee_note in page and PLAN.echo_phone in page


def test_eft_keeps_the_account_sealed_and_shows_its_last_four(
    let_in: FlaskClient, joined: Application
) -> None:
    answer = send(
        let_in,
        "/portal/payment",
        choice="eft",
        account_type="checking",
        provider_number=f" {_number(joined)[:4]} {_number(joined)[4:]} ".lower(),
        **BANK,
    )
    assert (answer.status_code, answer.location) == (303, "/portal")
    page = let_in.get("/portal").text
    assert (
        "account ending in 6789" in page
        and BANK["account_number"] not in page
        and BANK["routing_number"] not in page
    )
    (choice,) = _choices()
    assert (choice.choice, choice.account_last4) == (PaymentChoice.EFT, "6789")
    assert db.session.scalars(select(Letter).where(Letter.kind == LetterKind.PAYMENT_NOTICE)).all()
    assert (
        "6789" in let_in.get("/portal/payment").text
        and BANK["account_number"] not in let_in.get("/portal/payment").text
    )


@pytest.mark.parametrize("way", ["virtual_card", "paper_check"])
def test_the_other_ways_need_no_bank(let_in: FlaskClient, joined: Application, way: str) -> None:
    assert send(let_in, "/portal/payment", choice=way, provider_number=_number(joined)).status_code == 303
    assert _choices()[0].choice == way and _choices()[0].account_number is None


@pytest.mark.parametrize("number", ["", "P123"])
def test_all_that_is_wrong_is_told_at_once_and_what_was_typed_stays(let_in: FlaskClient, number: str) -> None:
    typed = {**BANK, "routing_number": "082000074", "bank_name": ""}
    answer = send(let_in, "/portal/payment", choice="eft", provider_number=number, **typed)
    assert answer.status_code == 422 and "<title>Error: " in answer.text
    for code in ("bank_name", "routing_number", "account_type", "provider_number"):
        assert f'id="{code}-error"' in answer.text
    assert 'value="082000074"' in answer.text and f'value="{BANK["account_number"]}"' in answer.text
    assert _choices() == []


@pytest.mark.parametrize("number", ["", "P123", "x" * 5000])
def test_without_the_provider_number_of_the_letter_nothing_is_kept(let_in: FlaskClient, number: str) -> None:
    answer = send(let_in, "/portal/payment", choice="paper_check", provider_number=number)
    assert answer.status_code == 422 and 'id="provider_number-error"' in answer.text
    assert _choices() == []


def test_guessing_the_provider_number_has_to_wait(app: Flask, let_in: FlaskClient) -> None:
    allowed = app.extensions["settings"].sign_ins_per_window
    codes = [
        send(let_in, "/portal/payment", choice="paper_check", provider_number=f"P{n}").status_code
        for n in range(allowed + 1)
    ]
    assert codes == [422] * allowed + [429]


@pytest.mark.parametrize("status", [Status.GATHERING, Status.APPROVED, Status.TERMINATED])
def test_the_portal_is_closed_before_the_letter_and_after_the_end(app: Flask, status: Status) -> None:
    client = app.test_client()
    page = look_up(client, make_case(status, ProviderType.CNP)).text
    assert "/portal" not in page
    for path in ("/portal", "/portal/payment"):
        assert client.get(path).status_code == 404


def test_nobody_opens_the_portal_without_the_pair(client: FlaskClient) -> None:
    for path in ("/portal", "/portal/payment"):
        assert client.get(path).location == "/status"


def test_a_double_click_on_the_choice_is_one_choice_and_one_notice(app: Flask, joined: Application) -> None:
    number, clients = _number(joined), [app.test_client() for _ in range(4)]
    for client in clients:
        look_up(client, joined)
    db.session.remove()
    answers: list[int] = []

    def click(client: FlaskClient) -> None:
        answer = send(client, "/portal/payment", choice="paper_check", provider_number=number)
        answers.append(answer.status_code)

    clicks = [threading.Thread(target=click, args=(client,)) for client in clients]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert answers == [303] * 4
    assert len(_choices()) == 1
    assert len(db.session.scalars(select(Letter).where(Letter.kind == LetterKind.PAYMENT_NOTICE)).all()) == 1
