"""Asking the NPPES service about one NPI: every trap of its replies, and every way of not answering, on a real server."""

import json
import socket
from collections.abc import Iterator
from datetime import date

import pytest

from onboarding.nppes import LONGEST_REPLY, NppesAnswer, ask_nppes
from onboarding.policy.vocabulary import NppesOutcome, Subject
from tests.support.nppes import Registry, Reply, body, errors, out_of_service, person, running_registry, said
from tests.support.people import npi

NPI = npi(41)


@pytest.fixture(scope="module")
def server() -> Iterator[Registry]:
    with running_registry() as registry:
        yield registry


@pytest.fixture
def ask(server: Registry):
    def asked(reply: Reply | None = None) -> NppesAnswer:
        if reply is not None:
            server.answers[NPI] = reply
        return ask_nppes(server.url, NPI, 0.3)

    yield asked
    server.answers.clear()


def test_a_practitioner_is_read_with_name_address_license_and_taxonomies(ask) -> None:
    answer = ask(said(person(NPI)))
    facts = answer.facts
    assert answer.outcome is NppesOutcome.FOUND and facts and facts.subject is Subject.PRACTITIONER
    assert (facts.first_name, facts.middle_name, facts.last_name) == ("MARIBEL", "", "THORNQUIST")
    assert (facts.address, facts.city, facts.zip_code) == (
        "1400 LARKSPUR LN, STE 2",
        "LITTLE ROCK",
        "72205-1234",
    )
    assert facts.taxonomy and facts.taxonomy.code == "363LF0000X"
    assert facts.licence and (facts.licence.licence_number, facts.licence.licence_state) == ("A-2044", "AR")
    assert facts.updated_on == date(2025, 11, 3)


def test_an_organization_is_read_and_two_dashes_are_nothing(ask) -> None:
    facts = ask(said(body(NPI))).facts
    assert facts and facts.subject is Subject.ORGANIZATION and facts.organization_name.startswith("OUACHITA")
    assert facts.official_name == "DANA WHITLOW" and facts.licence is None
    assert facts.taxonomies[0].licence_state == ""


def test_former_and_other_names_are_read(ask) -> None:
    married = {"type": "Former Name", "code": "1", "first_name": "MARIBEL", "last_name": "DELGADO"}
    facts = ask(said({**person(NPI), "other_names": [married]})).facts
    assert facts and facts.other_names == ("MARIBEL DELGADO",)
    traded = {"type": "Doing Business As", "code": "3", "organization_name": "HOLLOW CARE"}
    facts = ask(said({**body(NPI), "other_names": [traded]})).facts
    assert facts and facts.other_names == ("HOLLOW CARE",) and facts.other_name == "HOLLOW CARE"


@pytest.mark.parametrize("older", [{"gender": "F", "sex": None}, {"sex": "F"}])
def test_sex_or_gender_both_shapes_are_read(ask, older: dict[str, str]) -> None:
    assert ask(said(person(NPI, **older))).outcome is NppesOutcome.FOUND


def test_a_number_that_is_no_text_is_the_same_number(ask) -> None:
    assert ask(said({**person(NPI), "number": int(NPI)})).outcome is NppesOutcome.FOUND


@pytest.mark.parametrize("epoch", ["1551187349000", "1551187349", 1551187349, 1551187349000])
def test_an_epoch_is_text_or_number_in_seconds_or_milliseconds(ask, epoch: str | int) -> None:
    found = {**person(NPI, last_updated="--"), "last_updated_epoch": epoch}
    facts = ask(said(found)).facts
    assert facts and facts.updated_on == date(2019, 2, 26)


@pytest.mark.parametrize(
    ("basic", "outcome"),
    [
        ({"deactivation_date": "2024-05-01"}, NppesOutcome.DEACTIVATED),
        ({"deactivation_date": "05/01/2024"}, NppesOutcome.DEACTIVATED),
        ({"deactivation_date": "2024-05-01", "reactivation_date": "2024-06-01"}, NppesOutcome.FOUND),
        ({"deactivation_date": "2024-05-01", "reactivation_date": "2023-06-01"}, NppesOutcome.DEACTIVATED),
        ({"status": "D"}, NppesOutcome.DEACTIVATED),
        ({"deactivation_date": "--"}, NppesOutcome.FOUND),
    ],
)
def test_deactivated_is_told_from_deactivated_and_reactivated(
    ask, basic: dict, outcome: NppesOutcome
) -> None:
    assert ask(said(person(NPI, **basic))).outcome is outcome


def test_the_error_that_means_out_of_service_is_an_answer(ask) -> None:
    assert ask(out_of_service(NPI)).outcome is NppesOutcome.DEACTIVATED


def test_no_result_is_no_such_npi(ask) -> None:
    assert ask().outcome is NppesOutcome.NOT_FOUND


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (errors("Field number contains a wrong value"), "wrong value"),
        ((200, b'{"Errors": "broken"}', {}), "an error"),
        ((200, b"<html><body>Maintenance</body></html>", {}), "not JSON"),
        ((200, b"[" * 200_000, {}), "not JSON"),
        ((200, b"[]", {}), "do not know"),
        ((200, b'{"result_count": 1}', {}), "do not know"),
        ((200, b'{"result_count": 1, "results": [null, "x"]}', {}), "another NPI"),
        (said(person(npi(42))), "another NPI"),
        ((429, b"", {"Retry-After": "60"}), "status 429"),
        ((503, b"<html>", {}), "status 503"),
        ((200, b" " * (LONGEST_REPLY + 1), {}), "more than an answer"),
        ((302, b"", {"Location": "http://127.0.0.1:9/api/"}), "another address"),
        ((302, b"", {"Location": "file:///etc/hostname"}), "status 302"),
        ((200, said(person(NPI))[1][:300], {"Content-Length": "5000"}), "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_not_checked_and_says_why(ask, reply: Reply, says: str) -> None:
    answer = ask(reply)
    assert answer.outcome is NppesOutcome.NOT_CHECKED and answer.facts is None
    assert says in answer.problem


def test_shapes_nobody_has_seen_yet_are_read_as_far_as_they_go(ask) -> None:
    strange = {
        "number": NPI,
        "enumeration_type": None,
        "basic": [],
        "addresses": {"x": 1},
        "taxonomies": [1, {"code": []}],
    }
    answer = ask((200, json.dumps({"results": [strange]}).encode(), {}))
    assert answer.outcome is NppesOutcome.FOUND and answer.facts and answer.facts.name == ""


def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        answer = ask_nppes(f"http://127.0.0.1:{deaf.getsockname()[1]}/api/", NPI, 0.05)
    assert answer.outcome is NppesOutcome.NOT_CHECKED and answer.problem.startswith(
        "NPPES could not be reached. "
    )


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "switched off"),
        ("file:///etc/hostname", "begin with https"),
        ("http://127.0.0.1:9/api/", "reached"),
    ],
)
def test_no_address_a_wrong_one_and_nobody_there_are_not_checked(url: str, says: str) -> None:
    answer = ask_nppes(url, NPI, 0.3)
    assert answer.outcome is NppesOutcome.NOT_CHECKED and says in answer.problem
