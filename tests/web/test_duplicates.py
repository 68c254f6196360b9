"""A provider we know already: said to whoever typed exactly its NPI and tax ID, and to nobody who tries."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.models import Application
from onboarding.policy.vocabulary import ProviderType, Status
from onboarding.web import duplicates
from tests.support.cases import make_case
from tests.support.mails import mail_leaves, text_of
from tests.support.pages import fill, send, start
from tests.support.people import npi

TAX_ID = "714556203"


@pytest.fixture
def known(app: Flask) -> Application:
    return make_case(Status.RECEIVED, ProviderType.LCSW, npi=npi(777), tax_id=TAX_ID)


@pytest.fixture
def typing(app: Flask) -> FlaskClient:
    """Somebody who has filled in a form with the same NPI and another tax ID."""
    client = app.test_client()
    start(client, "behavioral_health", ProviderType.LCSW)
    fill(client, ProviderType.LCSW, npi=npi(777), tax_id="215550001")
    return client


def _type(client: FlaskClient, tax_id: str) -> str:
    sent = send(client, "/apply/payee", tax_id=tax_id, legal_name="Maribel Thornquist", tax_id_kind="ein",
                tax_class="individual", payee_kind="individual", lines=["behavioral_health"])  # fmt: skip
    return str(sent.location)


def test_a_known_pair_is_told_on_the_page_that_completes_it(known: Application, typing: FlaskClient) -> None:
    assert _type(typing, "215550002") != "/apply/duplicate"
    assert _type(typing, TAX_ID) == "/apply/duplicate"
    page = typing.get("/apply/duplicate").text
    assert "We already have an application" in page
    assert known.public_id not in page and known.form.contact_email not in page


def test_its_id_is_mailed_to_the_address_on_file_once_a_day(known: Application, typing: FlaskClient) -> None:
    mail_leaves()
    _type(typing, TAX_ID)
    for _ in range(2):
        assert send(typing, "/apply/duplicate").location == "/status"
    (mail,) = mail_leaves().mails
    assert mail["To"] == known.form.contact_email and known.public_id in text_of(mail)


def test_a_provider_in_the_network_is_known_too(app: Flask, typing: FlaskClient) -> None:
    make_case(Status.PARTICIPATING, ProviderType.LCSW, npi=npi(777), tax_id=TAX_ID)
    assert _type(typing, TAX_ID) == "/apply/duplicate"


def test_who_tries_tax_ids_is_told_nothing_any_more(known: Application, typing: FlaskClient) -> None:
    for number in range(duplicates.TAX_IDS_OF_ONE_NPI):
        assert _type(typing, f"21555001{number}") != "/apply/duplicate"
    assert _type(typing, TAX_ID) != "/apply/duplicate"
    assert typing.get("/apply/duplicate").location == "/apply/list"
