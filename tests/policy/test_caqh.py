"""What CAQH says, and what it means for us."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.policy.caqh import (
    TABLE,
    CaqhAnswer,
    ProviderStatus,
    RosterStatus,
    Standing,
    read_provider_status,
    read_roster_status,
    status_row,
)
from onboarding.policy.caqh_exceptions import (
    EXCEPTIONS,
    Effect,
    exception_effect,
    roster_effect,
    split_exceptions,
)
from onboarding.policy.file import AuthorizationFact, CredentialingFile, Request
from onboarding.policy.guards import authorization_confirmed, authorization_owed
from onboarding.policy.queue import next_thing
from onboarding.policy.vocabulary import Action, AuthorizationKind, Status
from tests.policy import casefile as cf

AS_CAQH_WRITES = (
    "New Provider", "First Provider Contact", "Initial Outreach", "Alternate Outreach", "Profile Data Submitted",
    "Initial Profile Complete", "Re-Attestation", "Expired Attestation", "OptOut", "Returned mail", "Undeliverable",
    "Provider Retired", "Provider Deceased",
)  # fmt: skip
OURS = {ProviderStatus.NOT_FOUND, ProviderStatus.UNKNOWN}


def file_with(
    status: ProviderStatus | None, days: int | None = 20, *, listed: bool = True
) -> CredentialingFile:
    """A file in gathering, complete but for what CAQH answered to the clock."""
    fact = AuthorizationFact(
        AuthorizationKind.CAQH,
        plan_listed=listed,
        attested_on=None if days is None else cf.days_ago(days),
        provider_status=status,
    )
    return replace(cf.complete_file(status=Status.GATHERING), authorization=fact)


def reasons(file: CredentialingFile) -> list[str]:
    return authorization_confirmed(file, Request(Action.COMPLETE_FILE, frozenset()))


def test_every_status_has_one_row_and_all_but_ours_are_words_of_caqh() -> None:
    assert [row.status for row in TABLE] == list(dict.fromkeys(row.status for row in TABLE))
    assert {row.status for row in TABLE} == set(ProviderStatus)
    assert {read_provider_status(said) for said in AS_CAQH_WRITES} == set(ProviderStatus) - OURS


@pytest.mark.parametrize("said", ["RE-ATTESTATION", "reattestation", " Re Attestation ", "Re_Attestation"])
def test_a_status_is_read_however_it_is_written(said: str) -> None:
    assert read_provider_status(said) is ProviderStatus.RE_ATTESTATION


@pytest.mark.parametrize("said", ["", "Unknown", "not found", "Suspended"])
def test_a_word_we_do_not_know_is_for_staff_and_never_attested(said: str) -> None:
    assert read_provider_status(said) is ProviderStatus.UNKNOWN
    assert status_row(ProviderStatus.UNKNOWN).standing is Standing.NEEDS_STAFF


def test_the_roster_status_is_one_of_three_or_nothing() -> None:
    assert read_roster_status("Not On Roster") is RosterStatus.NOT_ON_ROSTER
    assert read_roster_status("ACTIVE") is RosterStatus.ACTIVE
    assert read_roster_status("pending") is None


@pytest.mark.parametrize("status", ProviderStatus)
def test_only_an_attested_status_gives_a_day_of_attestation(status: ProviderStatus) -> None:
    answer = CaqhAnswer(status, RosterStatus.ACTIVE, authorized=True, status_on=date(2026, 2, 1))
    attested = status_row(status).standing is Standing.ATTESTED
    assert (answer.attested_on is not None) is attested


@pytest.mark.parametrize("roster", RosterStatus)
@pytest.mark.parametrize("authorized", [True, False])
def test_the_plan_is_listed_only_on_an_active_roster_with_authorization(
    roster: RosterStatus, authorized: bool
) -> None:
    answer = CaqhAnswer(ProviderStatus.RE_ATTESTATION, roster, authorized)
    assert answer.listed is (authorized and roster is RosterStatus.ACTIVE)


@pytest.mark.parametrize("status", ProviderStatus)
def test_authorization_is_confirmed_for_an_attested_status_alone(status: ProviderStatus) -> None:
    confirmed = not reasons(file_with(status))
    assert confirmed is (status_row(status).standing is Standing.ATTESTED)


def test_an_attestation_caqh_calls_expired_does_not_count_by_our_own_reckoning() -> None:
    assert reasons(file_with(ProviderStatus.EXPIRED_ATTESTATION, days=3)) == [
        "CAQH says that the attestation has expired: the provider must attest again."
    ]


def test_an_attested_status_still_lapses_after_its_days() -> None:
    assert "lapsed after" in reasons(file_with(ProviderStatus.RE_ATTESTATION, days=121))[0]


def test_a_withdrawn_authorization_is_not_confirmed_and_is_owed() -> None:
    file = file_with(ProviderStatus.RE_ATTESTATION, listed=False)
    assert (
        reasons(file)
        == ["CareSource Management Group is not listed as an authorized plan in CAQH."]
        == authorization_owed(file)
    )


@pytest.mark.parametrize("row", [row for row in TABLE if row.standing is not Standing.ATTESTED])
def test_the_queue_says_who_acts_on_each_status(row) -> None:
    file = file_with(row.status, days=None)
    owed = row.standing is Standing.NEEDS_APPLICANT
    assert bool(authorization_owed(file)) is owed
    found = next_thing(file)
    assert (found.says, found.who) == (row.short, "Applicant" if owed else "Staff")


# --- exceptions ----------------------------------------------------------------------------------------------------

KNOWN = st.sampled_from([begins for begins, _ in EXCEPTIONS])
TAIL = st.text(st.sampled_from("abc ;:,.-18"), max_size=30).map(lambda tail: f" {tail}".rstrip(" ;"))
ONE = st.builds(lambda begins, tail: f"{begins}{tail}", KNOWN, TAIL)


def test_a_semicolon_inside_a_warning_does_not_end_it() -> None:
    text = (
        "Warning: the license number was not checked; the state is missing a board; Invalid Provider_Type;"
        "Missing provider_zip"
    )
    assert split_exceptions(text) == (
        "Warning: the license number was not checked; the state is missing a board",
        "Invalid Provider_Type",
        "Missing provider_zip",
    )


@given(st.lists(ONE, min_size=1, max_size=6), st.sampled_from([";", "; ", ";  "]))
def test_exceptions_come_apart_as_they_were_joined(exceptions: list[str], between: str) -> None:
    assert list(split_exceptions(between.join(exceptions))) == [one.strip() for one in exceptions]


@given(st.text(st.sampled_from("aWarning: ;InvalidMissing\n"), max_size=80))
def test_nothing_caqh_wrote_is_lost(text: str) -> None:
    def letters(said: str) -> str:
        return "".join(character for character in said if character.isalpha())

    assert letters("".join(split_exceptions(text))) == letters(text)


def test_an_exception_we_do_not_know_stands_in_the_way_and_a_warning_does_not() -> None:
    assert exception_effect("Something new happened") is Effect.REFUSED
    assert roster_effect(()) is Effect.ON_ROSTER
    assert roster_effect(("Warning: middle name differs",)) is Effect.ON_ROSTER
    assert roster_effect(("Provider already on roster",)) is Effect.ON_ROSTER
    assert roster_effect(("Provider already on roster", "Invalid NPI")) is Effect.REFUSED


@pytest.mark.parametrize("text", ["", " ", ";", " ; ;"])
def test_no_exception_is_no_exception(text: str) -> None:
    assert split_exceptions(text) == ()
