"""The pre-check page and its summary where the form is signed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.jobs.documents import look_into_documents
from onboarding.nppes import NppesAnswer
from onboarding.policy.nppes import NppesFacts
from onboarding.policy.vocabulary import DocumentKind, NppesOutcome, ProviderType, Status, Subject
from onboarding.queries.files import get_application
from onboarding.services.registry import keep_answer
from onboarding.services.returns import return_to_applicant
from tests.support.cases import make_case, specialist, upload
from tests.support.files import jpeg_bytes
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


def test_a_form_sent_back_is_compared_with_the_documents_already_read(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    application = make_case(
        Status.GATHERING, ProviderType.CNP, first_name="Odalys", last_name="Brightwater", prescribes="yes"
    )
    form = application.form
    upload(application, DocumentKind.W9, text=f"{form.legal_name} 9{form.tax_id[1:3]}-45-6789")
    upload(application, DocumentKind.MALPRACTICE_FACE_SHEET, text="Insured: Odalys Brightwatter")
    upload(application, DocumentKind.DEA_CERTIFICATE, data=jpeg_bytes(300, 300), media_type="image/jpeg")
    look_into_documents(settings)
    with committed():
        return_to_applicant(get_application(application.id, for_change=True), specialist(), "See the W-9.")
    come_in(client, application)
    page = client.get("/apply/precheck").text
    assert "“Brightwatter” in the document, “Brightwater” on the form" in page
    assert "In the document: •••-••-6789." in page and form.tax_id not in page and "45-6789" not in page
    assert ">Not compared<" in page and "could not read this document" in page
    assert "Brightwatter" in client.get("/apply/check").text
