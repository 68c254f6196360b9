"""What is checked at its source, for whom, where, and how long it holds."""

import pytest

from onboarding.policy.deadlines import TABLE as CLOCKS
from onboarding.policy.verifications import TABLE, latest, required, required_provisionally, verification_row
from onboarding.policy.vocabulary import (
    ApplicationKind,
    ProviderType,
    VerificationKind,
    VerificationResult,
)
from tests.policy.casefile import BODIES, PHYSICIANS, complete_file, verified

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
    assert latest(file, VerificationKind.LICENCE) is last
    assert latest(file, VerificationKind.EDUCATION) is other
    assert latest(file, VerificationKind.WORK_HISTORY) is None
