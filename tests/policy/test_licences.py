"""Every license that is stated or needed is a line of the plan of its own."""

from dataclasses import replace
from datetime import date

import pytest

from onboarding.policy import guards
from onboarding.policy.clean_file import flags
from onboarding.policy.file import CredentialingFile, LicenceFact
from onboarding.policy.licences import further_licences, kept, read_kept
from onboarding.policy.provider_types import provider_type
from onboarding.policy.queue import next_thing
from onboarding.policy.rights import correctable
from onboarding.policy.verifications import labels, required, required_provisionally
from onboarding.policy.vocabulary import ProviderType, Status, VerificationKind, VerificationResult
from tests.policy.casefile import ask, complete_file, days_ago, verified

TEXAS = LicenceFact("TX", "T-5512", date(2030, 1, 31))


def other(state: str, number: str) -> dict[str, str]:
    return {"id": number, "other_state": state, "other_number": number, "other_expires_on": "2030-01-31"}


@pytest.mark.parametrize(
    ("code", "changes", "about"),
    [
        ("lcsw", {}, []),
        (
            "lcsw",
            {"has_other_licenses": "yes"},
            ["TX T-5512", "AR L-9"],
        ),  # the second TX one is the same, AR L-1 its own
        ("lcsw", {"has_other_licenses": "no"}, []),
        ("lcsw", {"licence_state": "OK"}, ["AR, no number given"]),  # the practice is in Arkansas
        ("lcsw", {"licence_state": "OK", "has_other_licenses": "yes"}, ["TX T-5512", "AR L-9", "AR L-1"]),
        ("lcsw", {"licence_state": "TX", "state": "TX"}, []),
        ("bcba", {"licence_state": "OK"}, []),  # certified, not licensed by a state
    ],
)
def test_each_license_is_counted_once_and_the_one_of_the_practice_is_never_forgotten(
    code: str, changes: dict[str, str], about: list[str]
) -> None:
    given = [other("TX", "T-5512"), other("TX", "t 5512"), other("AR", "L-9"), other("AR", "L-1")]
    answers = {
        "state": "AR",
        "licence_state": "AR",
        "licence_number": "L-1",
        "other_licenses": given,
        **changes,
    }
    found = further_licences(provider_type(code), answers)
    assert [licence.about for licence in found] == about
    assert read_kept(kept(found)) == found


def licensed(*more: LicenceFact, **changes: object) -> CredentialingFile:
    return complete_file(further_licences=more, licence="AR L-204417", **changes)


def checked(
    file: CredentialingFile, result: VerificationResult = VerificationResult.VERIFIED
) -> CredentialingFile:
    fact = replace(verified(VerificationKind.LICENCE, result=result), about=TEXAS.about)
    return replace(file, verifications=(*file.verifications, fact))


def test_the_plan_names_each_license_where_there_are_several() -> None:
    assert next(row.label for row in required(licensed())) == "License to practice"
    lines = [row.label for row in required(licensed(TEXAS)) if row.kind == "licence"]
    assert lines == ["License to practice (AR L-204417)", "License to practice (TX T-5512)"]
    assert [row.about for row in required_provisionally(licensed(TEXAS))] == ["", "TX T-5512", ""]
    assert lines == list(correctable(licensed(TEXAS))[:2])
    assert labels(licensed(TEXAS))[VerificationKind.LICENCE, TEXAS.about] == lines[1]
    agency = complete_file(ProviderType.HOSPITAL, further_licences=(TEXAS,))
    assert not any(row.about for row in required(agency))


def test_the_record_of_one_license_does_not_count_for_another() -> None:
    file = licensed(TEXAS, status=Status.VERIFYING)
    assert guards.verifications_complete(file, ask()) == [
        "License to practice (TX T-5512): not checked at its source yet."
    ]
    thing = next_thing(file)
    assert thing and thing.says == f"Verifications: {len(required(file)) - 1} of {len(required(file))}"
    assert guards.verifications_complete(checked(file), ask()) == []
    none = replace(file, further_licences=())
    assert guards.verifications_complete(none, ask()) == []  # what the form no longer states does not ask


def test_a_finding_about_one_license_is_told_of_that_one() -> None:
    file = checked(licensed(TEXAS), VerificationResult.ADVERSE)
    assert flags(file) == ["License to practice (TX T-5512): adverse found."]
    taken_out = replace(file, further_licences=())
    assert flags(taken_out) == [
        "License to practice (TX T-5512): adverse found, and the form no longer states this license."
    ]
    assert flags(checked(licensed(), VerificationResult.DISCREPANCY)) == []


@pytest.mark.parametrize(("left", "good"), [(1, True), (0, True), (-1, False)])
def test_each_license_runs_at_least_through_the_decision_by_its_own_applicants_word(
    left: int, good: bool
) -> None:
    file = checked(licensed(replace(TEXAS, expires_on=days_ago(-left)), licence_expires_on=days_ago(-900)))
    said = guards.license_in_force(file, ask())
    assert (said == []) is good
    assert good or said[0].startswith("The license TX T-5512 expired on March 1, 2026.")
