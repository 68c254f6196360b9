"""What is checked at its source, for whom, where, and how long it holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onboarding.policy import guards
from onboarding.policy.deadlines import TABLE as CLOCKS
from onboarding.policy.verifications import TABLE, latest, required, required_provisionally, verification_row
from onboarding.policy.vocabulary import (
    ApplicationKind,
    ProviderType,
    VerificationKind,
    VerificationResult,
)
from tests.policy.casefile import BODIES, PHYSICIANS, TODAY, ask, complete_file, verified

DAY = timedelta(days=1)

EVERYONE = {"federal_sanctions", "state_exclusions", "medicaid_enrolment", "nppes"}
PERSONS = EVERYONE | {"licence", "licence_sanctions", "malpractice_history", "death_file"}
CANNOT_OPT_OUT = {"lmsw", "lac", "bcba", "ot", "pt", "slp"}
FIRST_TIME = {"education", "work_history"}
BODIES_TOO = EVERYONE | {"good_standing", "accreditation"}
PRESCRIBERS = {"md", "do", "cnp", "cns", "cnm", "crna", "pa"}


def needed(code: ProviderType, kind: ApplicationKind, prescribes: bool, certified: bool) -> set[str]:
    """The facts, written out apart from the table."""
    if code in BODIES:
        return set(BODIES_TOO)
    facts = set(PERSONS)
    if kind == "initial":
        facts |= FIRST_TIME
    if prescribes and code in PRESCRIBERS:
        facts.add("dea_registration")
    if certified or code in PHYSICIANS:  # of physicians the CCVS profile says it
        facts.add("board_certification")
    if code == "crna":
        facts.add("anesthesia_practice")
    if code in ("lmsw", "lac"):
        facts.add("supervision")
    if code not in CANNOT_OPT_OUT:
        facts.add("medicare_opt_out")
    return facts


@pytest.mark.parametrize("code", ProviderType)
@pytest.mark.parametrize("kind", ApplicationKind)
@pytest.mark.parametrize("prescribes", [False, True])
@pytest.mark.parametrize("certified", [False, True])
def test_these_facts_are_checked_and_no_others(code, kind, prescribes: bool, certified: bool) -> None:
    file = complete_file(code, kind=kind, prescribes=prescribes, board_certified=certified)
    assert {row.kind for row in required(file)} == needed(code, kind, prescribes, certified)


def test_a_provider_who_stays_does_not_prove_school_and_work_again() -> None:
    stays = complete_file(ProviderType.PSYCHOLOGIST, kind=ApplicationKind.RECREDENTIALING)
    assert not {row.kind for row in required(stays)} & {
        VerificationKind.EDUCATION,
        VerificationKind.WORK_HISTORY,
    }


def test_provisional_credentialing_asks_for_license_and_malpractice_history_first() -> None:
    kinds = [row.kind for row in required_provisionally(complete_file(ProviderType.CNP, prescribes=True))]
    assert kinds == [VerificationKind.LICENCE, VerificationKind.MALPRACTICE_HISTORY]


def test_every_fact_has_one_row_with_sources_and_a_rule() -> None:
    assert sorted(row.kind for row in TABLE) == sorted(VerificationKind)
    for row in TABLE:
        assert row.label
        assert row.rule
        assert row.sources
        assert len(set(row.sources)) == len(row.sources)
        assert verification_row(row.kind.value) is row


def test_every_age_limit_is_a_clock_of_the_manual() -> None:
    assert {row.age_clock for row in TABLE} - {None} <= {row.name for row in CLOCKS}


def test_these_facts_have_no_age_of_their_own() -> None:
    assert {str(row.kind) for row in TABLE if row.age_clock is None} == {
        "dea_registration",
        "cds_registration",
        "education",
        "accreditation",
    }


def test_physicians_can_be_checked_by_the_ccvs_profile() -> None:
    by_profile = {row.kind for row in TABLE if "Arkansas CCVS profile" in row.sources}
    assert {
        VerificationKind.LICENCE,
        VerificationKind.EDUCATION,
        VerificationKind.MALPRACTICE_HISTORY,
    } <= by_profile
    assert VerificationKind.MEDICAID_ENROLMENT not in by_profile


def test_a_fact_the_manual_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="horoscope"):
        verification_row("horoscope")


def test_the_latest_record_counts_whatever_it_says() -> None:
    first = verified(VerificationKind.LICENCE, 20)
    other = verified(VerificationKind.EDUCATION, 10)
    last = verified(VerificationKind.LICENCE, 20, VerificationResult.ADVERSE)
    file = complete_file(verifications=(first, other, last))
    assert latest(file, verification_row("licence")) is last
    assert latest(file, verification_row("education")) is other
    assert latest(file, verification_row("work_history")) is None


def test_an_element_is_asked_of_decisions_within_its_period_in_force_and_of_no_others() -> None:
    begins = date(2026, 7, 1)
    old, new = (
        replace(TABLE[0], in_force_to=begins - DAY),
        replace(TABLE[0], label="New", in_force_from=begins),
    )
    file = complete_file()
    for days, plan in ((-1, (old,)), (0, (new,)), (1, (new,))):
        assert required(file, begins + days * DAY, (old, new)) == plan
    assert required(file, table=(old, new)) == (old,)  # without a day of decision, today's


def test_the_plan_is_that_of_the_day_of_decision_and_not_of_the_day_it_is_recorded() -> None:
    due = TODAY - 31 * DAY  # on the day before today a renewal, from today on as if for the first time
    file = complete_file(kind=ApplicationKind.RECREDENTIALING, recredentialing_due_on=due)
    asked = [{row.kind.value for row in required(file, TODAY - days * DAY)} >= FIRST_TIME for days in (1, 0)]
    assert asked == [False, True]
    known = tuple(fact for fact in file.verifications if fact.kind.value not in FIRST_TIME)
    said = [
        guards.verifications_complete(replace(file, verifications=known), ask(decided_on=TODAY - days * DAY))
        for days in (1, 0)
    ]
    assert (said[0], len(said[1])) == ([], 2)
