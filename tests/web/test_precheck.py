"""The pre-check page and its summary where the form is signed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.extensions import committed
from onboarding.nppes import NppesAnswer
from onboarding.policy.nppes import NppesFacts
from onboarding.policy.vocabulary import NppesOutcome, ProviderType, Status, Subject
from onboarding.services.registry import keep_answer
from tests.support.cases import make_case
from tests.support.pages import come_in, fill, sign, start
from tests.support.people import npi

NPI = npi(71)


@pytest.fixture
def filled(app: Flask, client: FlaskClient) -> FlaskClient:
    """A form filled in, its NPI known to NPPES under another first name."""
    facts = NppesFacts(NPI, Subject.PRACTITIONER, last_name="THORNQUIST", first_name="MARYBELLE")
    with committed():
        keep_answer(NPI, NppesAnswer(NppesOutcome.FOUND, facts))
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP, npi=NPI, prescribes="yes", dea_number="MT1234563")
    return client


def test_the_hub_leads_to_a_page_that_explains_the_causes(filled: FlaskClient) -> None:
    assert 'href="/apply/precheck"' in filled.get("/apply/list").text
    page = filled.get("/apply/precheck").text
    for part in ("One name everywhere", "The right W-9", "Nothing missing", "The right signer", "Numbers that hold",
                 "MARYBELLE THORNQUIST", "Please check", "Will be asked", "DEA certificate", ">OK<"):  # fmt: skip
        assert part in page
    assert 'href="/apply/identity?back=check#last_name"' in page
    assert 'Change<span class="visually-hidden">: Last name</span>' in page


def test_what_to_look_at_stands_where_the_form_is_signed_and_stops_nobody(filled: FlaskClient) -> None:
    page = filled.get("/apply/check").text
    assert "please look at this before you sign" in page and "MARYBELLE THORNQUIST" in page
    assert sign(filled).location == "/apply/done"


def test_an_empty_form_can_be_looked_over_too(client: FlaskClient) -> None:
    start(client, "hcbs", ProviderType.HCBS_PROVIDER)
    page = client.get("/apply/precheck")
    assert page.status_code == 200 and "You have not given the name yet." in page.text
    assert "You have not given the NPI yet." in page.text and ": Managing employees</span>" in page.text
    assert "not named the authorized signer" in page.text


def test_a_form_that_was_sent_has_no_pre_check(client: FlaskClient) -> None:
    come_in(client, make_case(Status.GATHERING))
    assert client.get("/apply/precheck").location == "/status/application"
