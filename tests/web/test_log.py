"""The log carries nothing of a person, a bank or a file, whatever was typed and whatever went wrong."""

import json
import logging
from functools import wraps
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, select

from onboarding import create_app
from onboarding.extensions import committed, db
from onboarding.models import Application, Participation
from onboarding.policy.vocabulary import PaymentChoice, ProviderType, Status
from onboarding.web.log import HEAD, TAIL, scrub
from tests.conftest import KEYS, Databases, make_settings
from tests.support.cases import make_case
from tests.support.client import Visitor
from tests.support.pages import look_up, send, sign, start, walk
from tests.support.people import npi

TAX_ID, BORN, ACCOUNT, ROUTING, DEA = "714556203", "1980-04-17", "000123456789", "082000073", "AB1234563"
NPI = npi(7341)
STATED = ("Maribel", "Larkspur")
TYPED = (TAX_ID, "71-4556203", BORN, "04/17/1980", "April 17, 1980", ACCOUNT, ROUTING, DEA, NPI, "14203377",
         "dana@thornquist.example", *STATED)  # fmt: skip


@pytest.mark.parametrize("secret", [
    "1980-04-17", "04/17/1980", "4/17/80", "04-17-1980", "19800417", "April 17, 1980", "Apr. 17 1980", "17 April 1980",
    "17-Apr-1980", "datetime.date(1980, 4, 17)", "123 45 6789", "123-45-6789", "12-3456789", "12 345 678 9",
    "12.345.678.9", "123\\u20134556203", "1234567893", "1234-5678-90", "AB1234563", "fb9134563", "7KQ2-M9XD-4TRA-WB8C",
    "7kq2-m9xd-4tra-wb8c", "7KQ2M9XD4TRAWB8C", "7KQ2 M9XD 4TRA WB8C", "000123456789", "someone@practice.example",
    "apr 17, '80", "17 apr '80", '", line 711234567', "?npi=12&id=x", "npi_1234567893", "x1234567893",
])  # fmt: skip
def test_what_may_belong_to_a_person_is_removed_however_it_is_written(secret: str) -> None:
    secret = secret.replace("\\u2013", "\u2013")
    said = scrub(f"before {secret} behind")
    assert said.startswith("before") and said.endswith("behind") and "[removed]" in said
    assert not any(
        part in said
        for part in secret.replace("(", " ").replace(",", " ").split()
        if any(map(str.isdigit, part))
    )


@pytest.mark.parametrize("word", [
    "scheduler started", "job failed", "/staff/applications/<int:application_id>", "GET 200", "is it gone? yes",
    'File "engine.py", line 1967, in _exec_single_context', "no such table: nowhere_at_all",
])  # fmt: skip
def test_our_own_words_and_the_lines_of_a_traceback_stay(word: str) -> None:
    assert scrub(word) == word


def test_of_a_long_text_beginning_and_end_are_kept_and_scrubbed() -> None:
    text = f"began {TAX_ID} " + "x" * 3 * (HEAD + TAIL) + f" {BORN} THE CAUSE"
    said = scrub(text)
    assert said.startswith("began [removed]") and said.endswith("[removed] THE CAUSE")
    assert len(said) < HEAD + TAIL + 100


@pytest.mark.parametrize("where", range(-12, 12))
def test_a_number_on_the_edge_of_what_is_kept_does_not_slip_through(where: int) -> None:
    for edge in (HEAD, 40_000 - TAIL):
        text = "x" * (edge + where) + f" {TAX_ID} "
        said = scrub(text.ljust(40_000, "x"))
        assert not any(TAX_ID[at : at + 4] in said for at in range(6))


def _walk_the_form(app: Flask) -> Application:
    """Every page of the contract form with its values, then the status page by Application ID and NPI."""
    client = app.test_client()
    start(client, "medical", ProviderType.CNP)
    walk(client, ProviderType.CNP, npi=NPI, prescribes="yes", birth_date="04/17/1980", tax_id="71-4556203")
    sign(client)
    application = db.session.scalars(select(Application)).one()
    client = app.test_client()
    look_up(client, application)
    client.get(f"/status?npi={NPI}&application_id={application.public_id}")
    client.get(f"/nowhere/{NPI}?npi={NPI}")
    return application


def _choose_eft(app: Flask) -> None:
    client = app.test_client()
    look_up(client, make_case(Status.PARTICIPATING, ProviderType.CNP))
    number = db.session.scalars(select(Participation.provider_number)).one()
    bank = {"bank_name": "First Bank of Bisbee", "routing_number": ROUTING, "account_number": ACCOUNT}
    done = send(client, "/portal/payment", choice=PaymentChoice.EFT.value, provider_number=number, **bank,
         account_type="checking")  # fmt: skip
    assert done.status_code == 303


def _break(app: Flask, application_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that fails with everything in its message, and a statement the database refuses with everything in it."""

    def fails(*_args: object, **_values: object) -> None:
        raise RuntimeError(f"{' and '.join(TYPED[:11])} of {application_id}")

    def refused(*_args: object, **_values: object) -> None:
        with committed() as session:
            session.execute(insert(Application).values(npi=NPI, name=STATED[0], tax_id_last4=TAX_ID))

    def wrong(*_args: object, **_values: object) -> None:
        with committed() as session:
            values = {
                "born": BORN,
                "tax": TAX_ID,
                "street": "1400 Larkspur Lane",
                "who": "Maribel",
                "id": application_id,
            }
            session.execute(db.text("INSERT INTO nowhere VALUES (:born, :tax, :street, :who, :id)"), values)

    page = app.view_functions["status.look_up"]
    for broken in (fails, refused, wrong):
        wraps(page)(broken)  # with the rule of the page, who may open it
        monkeypatch.setitem(app.view_functions, "status.look_up", broken)
        assert app.test_client().get(f"/status?npi={NPI}").status_code == 500
    logging.getLogger("some.library").warning("GET /status?npi=%s failed for %s", NPI, application_id)


@pytest.mark.parametrize("log_json", [True, False])
def test_nothing_typed_is_in_the_log_not_even_when_everything_fails(
    capsys: pytest.CaptureFixture[str],
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    log_json: bool,
) -> None:
    app = create_app(make_settings(tmp_path, databases.make(), log_json=log_json), KEYS)
    app.test_client_class = Visitor
    with app.app_context():
        application_id = _walk_the_form(app).public_id
        _choose_eft(app)
        _break(app, application_id, monkeypatch)
        db.session.remove()
        db.engine.dispose()
    databases.drop()
    caught = capsys.readouterr().err
    assert "RuntimeError" in caught and "GET /status[removed] failed for [removed]" in caught
    assert "/portal/payment" in caught and "/apply/<page>" in caught
    for secret in (*TYPED, application_id, application_id[:9]):
        assert secret not in caught, secret
    if log_json:
        lines = [json.loads(line) for line in caught.splitlines()]
        assert {line["status"] for line in lines if line["event"] == "request"} >= {200, 303, 404, 500}
        assert sum("exception" in line for line in lines) == 3
