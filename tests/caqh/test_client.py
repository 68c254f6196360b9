"""The client of CAQH, against a server that speaks the protocol: it answers, or nothing is known."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.caqh.client import CaqhClient, RosterAddition, _read_result, _read_status
from onboarding.caqh.wire import NotAnswered, Wire
from onboarding.config import Settings
from onboarding.policy.caqh import ProviderStatus, RosterStatus
from tests.support.caqh_server import CASINGS, ORGANIZATION, PASSWORD, USER, Caqh, caqh_server

WANDA = "10000001"


@pytest.fixture(scope="module")
def running() -> Iterator[Caqh]:
    with caqh_server() as caqh:
        yield caqh


@pytest.fixture
def caqh(running: Caqh) -> Caqh:
    """The server as on its first day, with one provider on our roster."""
    fresh = Caqh(url=running.url)
    running.__dict__.update(fresh.__dict__)
    running.add(WANDA, npi="1558598797", last_name="Fabel")
    running.roster.add(WANDA)
    return running


def client(caqh: Caqh, password: str = PASSWORD, seconds: float = 5.0) -> CaqhClient:
    return CaqhClient(Wire(caqh.url, USER, password, seconds), ORGANIZATION)


def addition(number: str = WANDA) -> RosterAddition:
    return RosterAddition(number, "7KQM-2XPT", "Wanda", "Fabel", "1558598797", "AR", "AR", "8812-C")


@pytest.mark.parametrize("casing", CASINGS)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_status_is_read_however_the_server_writes_its_keys(caqh: Caqh, casing: str, wrapped: bool) -> None:
    caqh.casing, caqh.wrapped = casing, wrapped
    answer = client(caqh).provider_status(caqh_number=WANDA)
    assert answer.listed
    assert (answer.provider_status, answer.attested_on) == (ProviderStatus.RE_ATTESTATION, date(2026, 2, 20))
    assert answer.as_facts()["status_on"] == "2026-02-20"


def test_a_provider_without_a_number_is_asked_about_by_npi(caqh: Caqh) -> None:
    assert client(caqh).provider_status(npi="1558598797").caqh_number == WANDA
    assert caqh.requests("providerstatus")[-1]["NPI_Provider_Id"] == "1558598797"


def test_a_provider_who_is_gone_is_not_found_and_not_listed(caqh: Caqh) -> None:
    answer = client(caqh).provider_status(caqh_number="99999999")
    assert (answer.provider_status, answer.listed) == (ProviderStatus.NOT_FOUND, False)


def test_a_provider_off_our_roster_has_no_flag_and_is_not_listed(caqh: Caqh) -> None:
    caqh.roster.clear()
    answer = client(caqh).provider_status(caqh_number=WANDA)
    assert (answer.roster_status, answer.listed) == (RosterStatus.NOT_ON_ROSTER, False)


@pytest.mark.parametrize(
    "fault", ["401", "403", "429", "500", "502", "503", "html", "hangup", "redirect", "slow"]
)
def test_trouble_of_the_service_is_no_answer_and_stops_the_asking(caqh: Caqh, fault: str) -> None:
    caqh.fault = fault
    with pytest.raises(NotAnswered) as refused:
        client(caqh, seconds=0.15 if fault == "slow" else 5.0).provider_status(caqh_number=WANDA)
    assert refused.value.whole
    assert not caqh.requests("/elsewhere")


def test_a_refusal_of_one_request_is_no_answer_and_the_next_may_be_asked(caqh: Caqh) -> None:
    caqh.fault = "400"
    with pytest.raises(NotAnswered) as refused:
        client(caqh).provider_status(caqh_number=WANDA)
    assert not refused.value.whole


def test_a_wrong_password_and_a_closed_port_are_no_answer(caqh: Caqh) -> None:
    with pytest.raises(NotAnswered, match="user and password"):
        client(caqh, password="other").provider_status(caqh_number=WANDA)
    with pytest.raises(NotAnswered, match="could not be reached"):
        CaqhClient(Wire("http://127.0.0.1:9", USER, PASSWORD, 1), ORGANIZATION).provider_status(npi="1")
    with pytest.raises(NotAnswered, match="ONBOARDING_CAQH_URL"):
        CaqhClient(Wire("file:///etc/passwd", USER, PASSWORD), ORGANIZATION).provider_status(npi="1")


FOUND = {
    "provider_found_flag": "Y", "caqh_provider_id": WANDA, "roster_status": "ACTIVE", "authorization_flag": "Y",
    "provider_status": "Re-Attestation", "provider_status_date": "20260220",
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"provider_found_flag": ""},
        {"provider_found_flag": "maybe"},
        {"roster_status": "SUSPENDED"},
        {"authorization_flag": None},
        {"authorization_flag": "X"},
        {"caqh_provider_id": "10000002"},
        {"provider_status_date": ""},
        {"provider_status_date": "20260231"},
        {"provider_status_date": "02/20/2026"},
    ],
)
def test_an_answer_that_leaves_a_doubt_is_no_answer(change: dict[str, str | None]) -> None:
    assert _read_status(FOUND, WANDA).listed
    with pytest.raises(NotAnswered):
        _read_status({**FOUND, **change}, WANDA)


ODD = st.none() | st.text(max_size=12) | st.integers() | st.booleans() | st.sampled_from(["Y", "N", "ACTIVE"])


@given(st.fixed_dictionaries({key: ODD | st.just(value) for key, value in FOUND.items()}))
@settings(max_examples=200)
def test_only_a_plain_yes_is_ever_read_as_authorized(row: dict[str, object]) -> None:
    try:
        answer = _read_status(row, "")
    except NotAnswered:
        return
    if answer.listed:
        assert str(row["authorization_flag"]).strip().upper() == "Y"
        assert str(row["roster_status"]).strip().upper() == "ACTIVE"
        assert str(row["provider_found_flag"]).strip().upper() == "Y"


def test_a_batch_takes_its_time_and_names_each_provider(caqh: Caqh) -> None:
    caqh.add(
        "10000002", npi="1003000126", last_name="Osgood", exceptions="Invalid License; Missing license_state"
    )
    caqh.looks_until_ready = 3
    asks = client(caqh)
    batch_id = asks.add_to_roster([addition(), addition("10000002"), addition("10000003")])
    assert asks.batch_result(batch_id) is None
    assert asks.batch_result(batch_id) is None
    results = asks.batch_result(batch_id) or ()
    assert [(row.caqh_number, row.exceptions) for row in results] == [
        (WANDA, ("Provider already on roster",)),
        ("10000002", ("Invalid License", "Missing license_state")),
        ("10000003", ("Provider not found",)),
    ]
    assert (results[1].npi, results[1].last_name) == ("1003000126", "Osgood")


def test_no_birth_date_and_no_social_security_number_leaves(caqh: Caqh) -> None:
    client(caqh).add_to_roster([addition()])
    (sent,) = caqh.requests("API/Roster")[-1]
    assert not {"birthdate", "ssn", "short_ssn", "tax_id"} & {*sent, *sent["provider"]}
    assert sent["organization_id"] == ORGANIZATION


def test_a_provider_is_taken_off_the_roster(caqh: Caqh) -> None:
    assert client(caqh).deroster([WANDA])
    assert caqh.roster == set()


def test_a_result_is_read_with_the_provider_inside_or_beside() -> None:
    inside = _read_result(
        {"caqh_provider_id": 10000001, "provider": {"npi": "1558598797", "last_name": "Fabel"}}
    )
    assert (inside.caqh_number, inside.npi, inside.last_name) == (WANDA, "1558598797", "Fabel")


def test_without_a_contract_there_is_no_client() -> None:
    assert CaqhClient.from_settings(Settings()) is None
    assert CaqhClient.from_settings(Settings(caqh_url="https://proview.caqh.org")) is not None
