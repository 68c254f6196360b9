"""The form filled in from NPPES: asked once, shown marked, never over what was typed; refused NPIs; a registry that is down."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.cli.registry import import_nppes
from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application, NppesLookup
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import NppesOutcome, ProviderType
from onboarding.services import registry as service
from onboarding.web import nppes as door
from tests.support.cases import on_day
from tests.support.nppes import (
    NUCC,
    Registry,
    body,
    out_of_service,
    person,
    row,
    running_registry,
    said,
    write_file,
)
from tests.support.pages import fill, send, sign, start, walk
from tests.support.people import npi

NPI, ORGANIZATION = npi(51), npi(52)
MARK = "From NPPES: please check"


@pytest.fixture(scope="module")
def server() -> Iterator[Registry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def nppes(app: Flask, server: Registry) -> Iterator[Registry]:
    """The registry, which knows one practitioner and one organization, asked by the app of this test."""
    settings = app.extensions["settings"]
    settings.nppes_url, settings.nppes_seconds = server.url, 0.3
    server.answers = {NPI: said(person(NPI, middle_name="JUNE")), ORGANIZATION: said(body(ORGANIZATION))}
    server.asked.clear()
    return server


def answers() -> dict:
    return db.session.scalars(select(Application)).unique().one().form.answers


def give_npi(client: FlaskClient, code: ProviderType = ProviderType.CNP, number: str = NPI, **typed: str):
    start(client, "hcbs" if code is ProviderType.HCBS_PROVIDER else "medical", code)
    return send(client, "/apply/identity", npi=number, **typed)


def import_taxonomies(tmp_path: Path) -> None:
    (tmp_path / "nucc.csv").write_text(NUCC)
    checked = service.check_registry_file("nucc", tmp_path / "nucc.csv")
    rows = service.read_taxonomies(tmp_path / "nucc.csv")
    with committed():
        service.replace_taxonomies(rows)
        service.finish_import(checked, len(rows), CLOCK)


def test_the_page_with_the_npi_is_shown_again_filled_in_and_marked(
    client: FlaskClient, nppes: Registry
) -> None:
    page = give_npi(client, birth_date="04/17/1980")
    assert (page.status_code, page.location) == (303, "/apply/identity")
    shown = client.get("/apply/identity").text
    assert "We filled in what NPPES has for this NPI" in shown
    for value in ("Maribel", "June", "Thornquist"):
        assert f'value="{value}"' in shown
    assert shown.count(MARK) == 3 and 'aria-describedby="first_name-hint first_name-nppes"' in shown
    assert answers() == {"npi": NPI, "birth_date": "1980-04-17", "suffix": ""}


def test_the_marks_go_when_the_page_is_saved_and_what_was_emptied_stays_empty(
    client: FlaskClient, nppes: Registry
) -> None:
    give_npi(client, birth_date="04/17/1980")
    saved = send(client, "/apply/identity", npi=NPI, first_name="Maribel", middle_name="", last_name="Thornquist",
                 birth_date="04/17/1980")  # fmt: skip
    assert saved.location == "/apply/contact"
    page = client.get("/apply/identity").text
    assert MARK not in page and "June" not in page
    assert nppes.asked == [NPI]


def test_later_pages_are_filled_in_too(client: FlaskClient, nppes: Registry) -> None:
    give_npi(client)
    license_page, practice, contact = (
        client.get(f"/apply/{page}").text for page in ("license", "practice", "contact")
    )
    for value in ("A-2044", "363LF0000X", "Nurse Practitioner, Family"):
        assert f'value="{value}"' in license_page
    assert 'selected value="AR"' in license_page
    for value in ("1400 Larkspur Ln, Ste 2", "Little Rock", "72205-1234"):
        assert f'value="{value}"' in practice
    assert practice.count(MARK) == 4
    assert 'value="501-555-0142"' in contact


def test_the_specialty_is_said_in_the_words_of_the_imported_list(
    client: FlaskClient, nppes: Registry, tmp_path: Path
) -> None:
    import_taxonomies(tmp_path)
    give_npi(client)
    assert 'value="Family Nurse Practitioner"' in client.get("/apply/license").text


def test_what_was_typed_is_never_overwritten(client: FlaskClient, nppes: Registry) -> None:
    page = give_npi(client, first_name="Mary", last_name="Th0rnquist", birth_date="04/17/1980")
    assert page.status_code == 422
    for value in ("Mary", "June", "Th0rnquist"):
        assert f'value="{value}"' in page.text
    assert page.text.count(MARK) == 1
    assert answers()["first_name"] == "Mary"


def test_an_organization_is_filled_in_with_its_name(client: FlaskClient, nppes: Registry) -> None:
    page = give_npi(client, ProviderType.HCBS_PROVIDER, ORGANIZATION)
    assert page.location == "/apply/identity"
    assert 'value="Ouachita Hollow Care, LLC"' in client.get("/apply/identity").text


@pytest.mark.parametrize(
    ("code", "number", "says"),
    [
        (ProviderType.CNP, ORGANIZATION, "This is the NPI of an organization (type 2)"),
        (ProviderType.HCBS_PROVIDER, NPI, "This is the NPI of a person (type 1)"),
    ],
)
def test_an_npi_of_the_other_kind_is_refused_in_words(
    client: FlaskClient, nppes: Registry, code: ProviderType, number: str, says: str
) -> None:
    page = give_npi(client, code, number)
    assert page.status_code == 422 and page.text.count(says) == 2
    assert "npi" not in answers() and MARK not in page.text


@pytest.mark.parametrize(
    ("basic", "refused"),
    [
        ({"deactivation_date": "2024-05-01"}, True),
        ({"deactivation_date": "2024-05-01", "reactivation_date": "2024-06-01"}, False),
    ],
)
def test_a_deactivated_npi_is_refused_unless_it_was_reactivated(
    client: FlaskClient, nppes: Registry, basic: dict[str, str], refused: bool
) -> None:
    nppes.answers[NPI] = said(person(NPI, **basic))
    page = give_npi(client, birth_date="04/17/1980")
    assert page.status_code == (422 if refused else 303)
    assert ("CMS has deactivated this NPI." in page.text) is refused
    assert ("npi" in answers()) is not refused


def test_a_registry_that_is_down_never_blocks_and_is_not_asked_at_every_page(
    client: FlaskClient, nppes: Registry
) -> None:
    nppes.answers[NPI] = (503, b"", {})
    assert (
        give_npi(client, first_name="Maribel", last_name="Thornquist", birth_date="04/17/1980").location
        == "/apply/contact"
    )
    again = send(
        client,
        "/apply/identity",
        npi=NPI,
        first_name="Maribel",
        last_name="Thornquist",
        birth_date="04/17/1980",
    )
    assert again.location == "/apply/contact"
    assert nppes.asked == [NPI]
    kept = db.session.scalars(select(NppesLookup)).one()
    assert kept.outcome is NppesOutcome.NOT_CHECKED and "503" in kept.problem


def test_the_service_is_asked_outside_of_any_transaction(
    client: FlaskClient, nppes: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_then = []
    ask = door.ask_nppes

    def watched(*arguments):
        open_then.append(db.session().in_transaction())
        return ask(*arguments)

    monkeypatch.setattr(door, "ask_nppes", watched)
    give_npi(client)
    assert open_then == [False]


def test_somebody_who_asks_about_many_npis_is_no_longer_helped_and_not_blocked(
    app: Flask, client: FlaskClient, nppes: Registry
) -> None:
    app.extensions["settings"].forms_per_window = 2
    start(client, "medical", ProviderType.CNP)
    for number in (61, 62, 63):
        send(client, "/apply/identity", npi=npi(number))
    assert nppes.asked == [npi(61), npi(62)]
    assert answers()["npi"] == npi(63)


def test_a_kept_answer_is_used_until_it_is_too_old_then_asked_for_again(
    client: FlaskClient, nppes: Registry
) -> None:
    give_npi(client)
    with on_day(today() + timedelta(days=30)):
        give_npi(client)
    assert nppes.asked == [NPI]
    with on_day(today() + timedelta(days=31)):
        give_npi(client)
    assert nppes.asked == [NPI, NPI]


def test_the_imported_file_answers_before_the_service_while_it_is_in_date(
    client: FlaskClient, nppes: Registry, tmp_path: Path
) -> None:
    import_nppes(write_file(tmp_path / "a.csv", [row(NPI, first="MARGO")]))
    import_taxonomies(tmp_path)
    assert give_npi(client).location is None
    assert 'value="Margo"' in client.get("/apply/identity").text and nppes.asked == []
    assert 'value="Family Nurse Practitioner"' in client.get("/apply/license").text
    with on_day(today() + timedelta(days=36)):
        give_npi(client)
    assert nppes.asked == [NPI]


def test_an_old_file_fills_in_where_the_service_is_down_and_refuses_nobody(
    client: FlaskClient, nppes: Registry, tmp_path: Path
) -> None:
    with on_day(today() - timedelta(days=40)):
        import_nppes(write_file(tmp_path / "a.csv", [row(NPI), row(npi(53), {}, deactivated="01/02/2020")]))
    for number in (NPI, npi(53)):
        nppes.answers[number] = (429, b"", {})
    assert 'value="Maribel"' in give_npi(client).text
    assert (
        give_npi(client, number=npi(53), first_name="A", last_name="B", birth_date="04/17/1980").status_code
        == 303
    )


def test_a_deactivated_npi_of_the_file_is_refused_with_the_one_in_its_place(
    client: FlaskClient, nppes: Registry, tmp_path: Path
) -> None:
    import_nppes(write_file(tmp_path / "a.csv", [row(NPI, {}, deactivated="01/02/2020", replaced=npi(54))]))
    assert f"NPPES names {npi(54)} in its place." in give_npi(client).text


def test_with_the_look_up_switched_off_nobody_is_asked(
    app: Flask, client: FlaskClient, nppes: Registry
) -> None:
    app.extensions["settings"].nppes_url = ""
    assert (
        give_npi(client, first_name="A", last_name="B", birth_date="04/17/1980").location == "/apply/contact"
    )
    assert nppes.asked == [] and db.session.scalars(select(NppesLookup)).all() == []


def test_a_taxonomy_code_is_checked_against_the_list_or_says_that_there_is_none(
    client: FlaskClient, nppes: Registry, tmp_path: Path
) -> None:
    start(client, "medical", ProviderType.CNP)
    assert "we have no NUCC list" in client.get("/apply/license").text
    assert "ends in X" in send(client, "/apply/license", taxonomy="207Q").text
    send(client, "/apply/license", taxonomy="207q00000x")
    assert answers()["taxonomy"] == "207Q00000X"
    import_taxonomies(tmp_path)
    page = send(client, "/apply/license", taxonomy="207Q00000X")
    assert page.status_code == 422 and "not on the NUCC list" in page.text
    assert "We compare it with the NUCC list" in client.get("/apply/license").text


def test_a_clia_number_is_asked_of_whoever_tests_on_site(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    typed = {"tests_on_site": "yes"}
    assert "Enter the CLIA number." in send(client, "/apply/laboratory", **typed).text
    assert "the third a D" in send(client, "/apply/laboratory", clia_number="0412345678", **typed).text
    assert send(client, "/apply/laboratory", clia_number="04d1234567", **typed).status_code == 303
    assert answers()["clia_number"] == "04D1234567"


def test_a_whole_form_goes_through_with_the_registry_there(client: FlaskClient, nppes: Registry) -> None:
    start(client, "medical", ProviderType.CNP)
    walk(client, ProviderType.CNP, npi=NPI, middle_name="June", suffix="")
    assert nppes.asked == [NPI]


def test_an_npi_nobody_asked_about_is_asked_about_before_the_form_is_sent_and_its_page_says_what_is_wrong(
    client: FlaskClient, nppes: Registry
) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP, npi=NPI)
    nppes.answers[NPI] = out_of_service(NPI)
    refused = sign(client)
    assert refused.status_code == 422 and "CMS has deactivated this NPI" in refused.text
    assert "To correct: CMS has deactivated this NPI" in client.get("/apply/identity").text
