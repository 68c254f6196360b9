"""What follows from what NPPES says: suggestions as people write them, names compared, NPIs refused."""

from dataclasses import replace
from datetime import date

import pytest

from onboarding.policy.nppes import (
    NppesFacts,
    Taxonomy,
    npi_refusal,
    phone_number,
    same_as_nppes,
    suggestions,
    titled,
    zip_and_four,
)
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import NppesOutcome, ProviderType, Subject
from tests.support.people import npi

PERSON = NppesFacts(
    npi(1), Subject.PRACTITIONER, last_name="O'NEILL-REYES", first_name="MARIBEL", suffix="JR.",
    address="12 N 4TH ST", state="AR", zip_code="72205-1234", phone="5015550142",
    taxonomies=(Taxonomy("363L00000X", "T-1", "TX", True, "Nurse Practitioner"), Taxonomy("363LF0000X", "A-1", "AR")),
    other_names=("MARIBEL REYES",), deactivated_on=date(2020, 1, 2), reactivated_on=date(2020, 2, 2),
)  # fmt: skip
BODY = NppesFacts(npi(2), Subject.ORGANIZATION, organization_name="THE OUACHITA HOLLOW CARE, L.L.C.")
CNP, GROUP = provider_type(ProviderType.CNP), provider_type(ProviderType.GROUP_PRACTICE)


@pytest.mark.parametrize(
    ("capitals", "written"),
    [
        ("O'NEILL-REYES", "O'Neill-Reyes"),
        ("DE LA CRUZ", "De La Cruz"),
        ("ST. JUDE'S CLINIC, LLC", "St. Jude's Clinic, LLC"),
        ("12 N 4TH ST, STE 2B", "12 N 4TH St, Ste 2B"),
        ("JOHN SMITH MD PA", "John Smith MD PA"),
        ("Already Written McCoy", "Already Written McCoy"),
        ("", ""),
    ],
)
def test_capitals_become_what_people_write(capitals: str, written: str) -> None:
    assert titled(capitals) == written


def test_only_fields_that_are_asked_are_suggested_and_only_good_answers() -> None:
    found = suggestions(PERSON, CNP)
    assert found["last_name"] == "O'Neill-Reyes" and found["contact_phone"] == "501-555-0142"
    assert "organization_name" not in found and "middle_name" not in found
    assert "zip_code" not in suggestions(replace(PERSON, zip_code="A1B 2C3", state="ON"), CNP)
    assert "state" not in suggestions(replace(PERSON, state="ON"), CNP)
    assert "licence_number" not in suggestions(replace(BODY, taxonomies=PERSON.taxonomies), GROUP)


def test_the_license_suggested_is_the_plans_states_own() -> None:
    found = suggestions(PERSON, CNP)
    assert (found["licence_number"], found["licence_state"]) == ("A-1", "AR")
    assert (found["taxonomy"], found["specialty"]) == ("363L00000X", "Nurse Practitioner")


def test_nothing_is_suggested_of_the_other_kind_or_out_of_service() -> None:
    assert suggestions(BODY, CNP) == {}
    assert suggestions(replace(PERSON, reactivated_on=None), CNP) == {}
    assert suggestions(replace(PERSON, reactivated_on=PERSON.deactivated_on), CNP) == {}


def test_facts_are_kept_and_read_again_as_they_were() -> None:
    for facts in (PERSON, BODY, NppesFacts(npi(3))):
        assert NppesFacts.from_json(facts.as_json()) == facts
    assert NppesFacts.from_json({**BODY.as_json(), "of_next_year": 1}) == BODY


@pytest.mark.parametrize(
    ("facts", "answers", "same"),
    [
        (PERSON, {"first_name": "Maribel", "last_name": "O’Neill Reyes"}, True),
        (PERSON, {"first_name": "Mary", "last_name": "O'Neill-Reyes"}, False),
        (PERSON, {"first_name": "Maribel", "last_name": ""}, False),
        (BODY, {"organization_name": "Ouachita Hollow Care LLC"}, True),
        (BODY, {"organization_name": "Another, Inc.", "trade_name": "Ouachita Hollow Care"}, True),
        (BODY, {"organization_name": "Ouachita Holow Care"}, False),
    ],
)  # fmt: skip
def test_names_are_compared_without_case_and_punctuation(
    facts: NppesFacts, answers: dict, same: bool
) -> None:
    assert same_as_nppes(facts, answers) is same


@pytest.mark.parametrize(
    ("outcome", "facts", "says"),
    [
        (NppesOutcome.FOUND, PERSON, None),
        (NppesOutcome.FOUND, BODY, "organization (type 2)"),
        (NppesOutcome.DEACTIVATED, None, "deactivated"),
        (NppesOutcome.NOT_FOUND, None, None),
        (NppesOutcome.NOT_CHECKED, BODY, None),
    ],
)
def test_an_npi_is_refused_only_for_what_is_known_today(
    outcome: NppesOutcome, facts: NppesFacts | None, says: str | None
) -> None:
    found = npi_refusal(outcome, facts, Subject.PRACTITIONER)
    assert found is None if says is None else says in (found or "")


def test_zip_and_telephone_are_written_as_usual() -> None:
    assert (zip_and_four("722051234"), zip_and_four("72205"), zip_and_four("A1B2C3")) == (
        "72205-1234",
        "72205",
        "A1B2C3",
    )
    assert (phone_number("5015550142"), phone_number("#(501) 1")) == ("501-555-0142", "#(501) 1")
