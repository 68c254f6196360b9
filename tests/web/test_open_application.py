"""One application is open in a browser: a form of another one is never taken for it, and nothing typed is lost."""

import time
from typing import Any

import pytest
from flask import Flask

from onboarding.extensions import db
from onboarding.models import Application, OnboardingItem
from onboarding.policy.identifiers import new_application_id
from onboarding.policy.vocabulary import ProviderType, Status
from onboarding.queries.files import get_application, list_documents
from tests.support.cases import make_case, make_draft
from tests.support.files import pdf_bytes
from tests.support.mails import code_of
from tests.support.pages import come_in
from tests.support.people import npi
from tests.support.visitor import Visitor


def _look_up(visitor: Visitor, application: Application) -> None:
    come_in(visitor.client, application)


def _pair(application: Application) -> dict[str, Any]:
    return {"again-npi": application.npi, "again-application_id": application.public_id}


def _with_two_tabs(app: Flask, page: str, first: Application, second: Application) -> Visitor:
    """The first tab shows a page of the first application; then a second tab opens the other one."""
    visitor = Visitor(app)
    _look_up(visitor, first)
    visitor.go(page)
    tab = visitor.text, visitor.address
    _look_up(visitor, second)
    visitor.text, visitor.address = tab
    return visitor


def _idle(visitor: Visitor) -> None:
    with visitor.client.session_transaction() as session:
        session["application"] = {**session["application"], "seen": 1}


@pytest.fixture
def drafts(app: Flask) -> tuple[Application, Application]:
    return make_draft(ProviderType.LCSW), make_draft(ProviderType.LCSW, first_name="Bertha")


def test_a_form_page_of_another_tab_is_not_saved_in_the_application_that_is_open_now(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    first, second = drafts
    visitor = _with_two_tabs(app, "/apply/identity", first, second)
    visitor.send("identity", status=409, first_name="Annabel")
    assert get_application(second.id).form.answers["first_name"] == "Bertha"
    assert get_application(first.id).form.answers["first_name"] == "Maribel"
    assert "Another application is open in this browser" in visitor.read
    assert first.public_id in visitor.read and second.public_id in visitor.read


def test_the_pair_of_the_form_saves_what_was_typed_in_the_application_it_belongs_to(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    first, second = drafts
    visitor = _with_two_tabs(app, "/apply/identity", first, second)
    visitor.send("identity", status=409, first_name="Annabel")
    visitor.send("identity", status=409, **_pair(second))
    visitor.send("identity", **_pair(first))
    assert visitor.address == "/apply/contact"
    assert get_application(first.id).form.answers["first_name"] == "Annabel"
    assert get_application(second.id).form.answers["first_name"] == "Bertha"


@pytest.mark.parametrize(
    ("page", "form"),
    [("/apply/background", "background"), ("/apply/check", "check"), ("/apply/type", "type")],
)
def test_no_other_form_of_the_contract_is_taken_for_another_application(
    app: Flask, drafts: tuple[Application, Application], page: str, form: str
) -> None:
    visitor = _with_two_tabs(app, page, *drafts)
    visitor.send(
        form, status=409, signature="Wanda Fabel", agreed="y", race=["White"], provider_type="psychologist"
    )
    db.session.expire_all()
    for draft in drafts:
        assert get_application(draft.id).status is Status.DRAFT
        assert get_application(draft.id).form.demographics is None


def test_a_document_is_not_received_for_the_application_of_another_tab(app: Flask) -> None:
    first, second = make_case(Status.GATHERING), make_case(Status.GATHERING)
    visitor = _with_two_tabs(app, "/status/application", first, second)
    visitor.send("documents", status=409, holding="w9", files={"file": (pdf_bytes("W-9"), "w9.pdf")})
    assert list_documents(first.id) == list_documents(second.id) == []
    assert "Choose the file again" in visitor.read
    visitor.send("documents", status=422, **_pair(first))
    assert "Choose the file to send." in visitor.read


def test_another_application_is_not_withdrawn(app: Flask) -> None:
    first, second = make_case(Status.GATHERING), make_case(Status.GATHERING)
    visitor = _with_two_tabs(app, "/status/withdraw", first, second)
    visitor.send("withdraw", status=409, reason="The practice is closing.")
    assert get_application(second.id).status is Status.GATHERING


def test_the_list_and_the_payment_of_another_provider_stay_as_they_are(app: Flask) -> None:
    first, second = make_case(Status.PARTICIPATING), make_case(Status.PARTICIPATING)
    visitor = _with_two_tabs(app, "/portal", first, second)
    visitor.send("steps/orientation", status=409)
    assert db.session.query(OnboardingItem).count() == 0
    visitor = _with_two_tabs(app, "/portal/payment", first, second)
    visitor.send("payment", status=409, choice="paper_check")


def test_a_form_that_names_no_application_changes_nothing(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    visitor = Visitor(app)
    _look_up(visitor, drafts[0])
    visitor.go("/apply/identity")
    visitor.send("identity", status=409, for_application="", first_name="Annabel")
    assert get_application(drafts[0].id).form.answers["first_name"] == "Maribel"


def test_what_was_typed_on_an_idle_page_is_saved_after_pair_and_code_are_shown_again(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    visitor = Visitor(app)
    _look_up(visitor, drafts[0])
    visitor.go("/apply/identity")
    _idle(visitor)
    page = visitor.send("identity", status=422, first_name="Wilhelmina")
    assert "Wilhelmina" in page and "Enter your NPI and Application ID to go on" in visitor.read
    visitor.send(
        "identity", status=422, **{"again-npi": npi(999), "again-application_id": new_application_id()}
    )
    assert "We find no application" in visitor.read
    assert get_application(drafts[0].id).form.answers["first_name"] == "Maribel"
    visitor.send("identity", status=422, **_pair(drafts[0]))
    assert "Enter the code from your e-mail" in visitor.read
    visitor.send("identity", status=422, **{"again-code": "12"})
    assert get_application(drafts[0].id).form.answers["first_name"] == "Maribel"
    visitor.send("identity", **{"again-code": code_of(drafts[0])})
    assert get_application(drafts[0].id).form.answers["first_name"] == "Wilhelmina"


def test_a_wrong_pair_for_a_form_is_counted_as_a_look_up(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    visitor = Visitor(app)
    _look_up(visitor, drafts[0])
    visitor.go("/apply/identity")
    _idle(visitor)
    visitor.send("identity", status=422)
    allowed = app.extensions["settings"].lookups_per_window
    for number in range(allowed):
        visitor.send("identity", status=422, **{"again-npi": npi(number), "again-application_id": "x"})
    visitor.send("identity", status=429, **{"again-npi": npi(1), "again-application_id": "x"})


def test_a_stranger_who_posts_is_sent_to_the_look_up(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.go("/status")
    token = visitor.forms()[0].values["csrf_token"][0]
    answer = visitor.client.post("/apply/identity", data={"csrf_token": token, "first_name": "Nobody"})
    assert (answer.status_code, answer.location) == (302, "/status")


def test_what_was_typed_is_kept_when_the_browser_has_lost_its_session(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    visitor = Visitor(app)
    _look_up(visitor, drafts[0])
    visitor.go("/apply/identity")
    visitor.client.delete_cookie("session")
    page = visitor.send("identity", status=400, first_name="Wilhelmina")
    assert "Wilhelmina" in page and "Enter your NPI and Application ID to go on" in visitor.read
    visitor.send("identity", status=422, **_pair(drafts[0]))
    visitor.send("identity", **{"again-code": code_of(drafts[0])})
    assert visitor.address == "/apply/contact"
    assert get_application(drafts[0].id).form.answers["first_name"] == "Wilhelmina"


def test_a_browser_that_keeps_no_cookies_is_told_so_and_nothing_typed_is_lost(
    app: Flask, drafts: tuple[Application, Application]
) -> None:
    visitor = Visitor(app)
    _look_up(visitor, drafts[0])
    visitor.go("/apply/identity")
    visitor.client.delete_cookie("session")
    visitor.send("identity", status=400, first_name="Wilhelmina")
    visitor.client.delete_cookie("session")
    page = visitor.send("identity", status=400, **_pair(drafts[0]))
    assert "Allow cookies" in visitor.read and "Wilhelmina" in page


def test_a_page_left_open_for_a_day_asks_for_the_pair_and_takes_the_form(
    app: Flask, drafts: tuple[Application, Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(app)
    _look_up(visitor, drafts[0])
    visitor.go("/apply/identity")
    _idle(visitor)
    late = time.time() + 24 * 3600
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: late)
    visitor.send("identity", status=422, first_name="Wilhelmina")
    visitor.send("identity", status=422, **_pair(drafts[0]))
    visitor.send("identity", **{"again-code": code_of(drafts[0])})
    assert get_application(drafts[0].id).form.answers["first_name"] == "Wilhelmina"
