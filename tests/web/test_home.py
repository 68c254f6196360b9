"""The first page: what joining takes, and where each kind of provider goes."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from onboarding.extensions import db
from onboarding.models import Application, PartnerReferral
from onboarding.policy.stages import JOURNEY
from onboarding.web.answers import HEADERS
from tests.support.pages import send


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_first_page_says_what_joining_takes(client: FlaskClient) -> None:
    page = client.get("/").text
    assert all(title in page for title in JOURNEY)
    assert (
        "Malpractice insurance face sheet" in page and "about 30 minutes" in page and 'href="/status"' in page
    )


def test_every_page_carries_the_security_headers_and_no_inline_code(client: FlaskClient) -> None:
    for path in ("/", "/status", "/apply?kind=medical", "/nowhere"):
        answer = client.get(path)
        assert all(answer.headers[name] == value for name, value in HEADERS.items())
        assert answer.headers["Cache-Control"] == "no-store"
        assert " style=" not in answer.text and "<style" not in answer.text and " onclick" not in answer.text


@pytest.mark.parametrize("kind", ["medical", "behavioral_health", "hcbs"])
def test_these_kinds_go_on_to_the_form(client: FlaskClient, kind: str) -> None:
    answer = send(client, "/", "/start", kind=kind)
    assert (answer.status_code, answer.location) == (303, f"/apply?kind={kind}")
    assert _count(PartnerReferral) == 0


@pytest.mark.parametrize(
    ("kind", "name", "phone"),
    [("vision", "Superior Vision", "1-844-353-2900"), ("laboratory", "Avalon", "1-813-751-3940")],
)
def test_these_kinds_end_at_the_partner_and_are_counted(
    client: FlaskClient, kind: str, name: str, phone: str
) -> None:
    answer = send(client, "/", "/start", kind=kind)
    assert (answer.status_code, answer.location) == (303, f"/partners/{kind}")
    page = client.get(answer.location).text
    assert name in page and f'href="tel:+{phone}"' in page and "mailto:" not in page
    assert (_count(PartnerReferral), _count(Application)) == (1, 0)
    assert db.session.scalar(select(PartnerReferral.kind)) == kind


def test_looking_at_the_partner_page_counts_nothing(client: FlaskClient) -> None:
    assert client.get("/partners/vision").status_code == 200
    assert _count(PartnerReferral) == 0


def test_without_an_address_the_partner_page_leads_to_where_one_can_write(client: FlaskClient) -> None:
    page = client.get("/partners/laboratory").text
    assert "Write to Avalon Healthcare Solutions" in page and "1-813-751-3940" in page


def test_the_partner_page_links_the_address_that_is_set(app: Flask) -> None:
    app.extensions["settings"].laboratory_partner_email = "join@laboratory.example"
    page = app.test_client().get("/partners/laboratory").text
    assert 'href="mailto:join@laboratory.example"' in page


@pytest.mark.parametrize("kind", ["medical", "nothing", "vision%00"])
def test_there_is_no_partner_page_for_other_kinds(client: FlaskClient, kind: str) -> None:
    assert client.get(f"/partners/{kind}").status_code == 404


@pytest.mark.parametrize("kind", ["", "dentist", "MEDICAL"])
def test_no_kind_or_an_unknown_one_is_asked_again(client: FlaskClient, kind: str) -> None:
    answer = send(client, "/", "/start", kind=kind)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text and 'href="#kind-0"' in answer.text
    assert answer.text.count("Choose the kind of provider.") == 2
    assert _count(PartnerReferral) == 0


def test_a_form_without_its_token_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/start", data={"kind": "vision"}).status_code == 400
    assert client.get("/start").status_code == 405
    assert _count(PartnerReferral) == 0
