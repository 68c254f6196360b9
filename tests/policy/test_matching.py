"""Every rule of matching: what is a match, what is suspected, what is not, and that the sentence says why."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.policy.matching import (
    TABLE,
    Births,
    Names,
    PersonFacts,
    RecordFacts,
    comparable,
    judge,
    look_up,
)
from onboarding.policy.vocabulary import MatchVerdict

MATCH, SUSPECTED, NO_MATCH = MatchVerdict.MATCH, MatchVerdict.SUSPECTED, MatchVerdict.NO_MATCH
NPI, OTHER_NPI = "2000000002", "2111111110"
BORN = date(1971, 4, 9)
PERSON = PersonFacts("Holloway", "William", "Reed", BORN, NPI)
RECORD = RecordFacts("HOLLOWAY", "WILLIAM", "", "", "", BORN)

NAMES = st.text(st.sampled_from("abcdefgéüñø -'"), min_size=1, max_size=25)
DAYS = st.none() | st.dates(date(1920, 1, 1), date(2005, 12, 31))
PEOPLE = st.builds(
    PersonFacts, NAMES, NAMES, NAMES | st.just(""), DAYS, st.sampled_from(["", NPI, OTHER_NPI])
)
RECORDS = st.builds(
    RecordFacts,
    NAMES,
    NAMES,
    NAMES | st.just(""),
    NAMES | st.just(""),
    st.sampled_from(["", NPI, "0000000000"]),
    DAYS,
)


def short_forms(one: str, other: str) -> bool:
    return one == other or {one, other} == {"WILLIAM", "BILL"}


def test_the_same_npi_is_a_match_whatever_the_names_say() -> None:
    found = judge(RecordFacts("SOMEBODY", "ELSE", npi=NPI, birth_date=date(1950, 1, 1)), PERSON)
    assert found.verdict is MATCH
    assert found.why == "Different name; different date of birth; same NPI."


def test_a_zero_npi_is_no_npi() -> None:
    found = judge(RecordFacts("SOMEBODY", "ELSE", npi="0000000000"), replace(PERSON, npi="0000000000"))
    assert found.verdict is NO_MATCH
    assert "no NPI on the list" in found.why


def test_the_same_name_and_birth_date_is_a_match_and_says_that_the_list_has_no_npi() -> None:
    found = judge(RECORD, PERSON)
    assert found.verdict is MATCH
    assert found.why == "Same last and first name; same date of birth; no NPI on the list."


def test_the_same_name_and_birth_date_stays_a_match_under_another_npi() -> None:
    found = judge(replace(RECORD, npi=OTHER_NPI), PERSON)
    assert found.verdict is MATCH
    assert found.why.endswith("different NPI.")


def test_another_npi_and_another_birth_date_is_no_match() -> None:
    found = judge(replace(RECORD, npi=OTHER_NPI, birth_date=date(1950, 1, 1)), PERSON)
    assert found.verdict is NO_MATCH
    assert found.why == "Same last and first name; different date of birth; different NPI."


@pytest.mark.parametrize("born", [date(1971, 9, 4), date(1971, 4, 8), date(1981, 4, 9)])
def test_the_same_name_with_a_slip_in_the_birth_date_is_suspected(born: date) -> None:
    found = judge(replace(RECORD, birth_date=born), PERSON)
    assert found.verdict is SUSPECTED
    assert "differ only by" in found.why


@pytest.mark.parametrize(("listed", "own"), [(None, BORN), (BORN, None), (None, None)])
def test_the_same_name_without_a_birth_date_on_either_side_is_suspected(
    listed: date | None, own: date | None
) -> None:
    found = judge(replace(RECORD, birth_date=listed), replace(PERSON, birth_date=own))
    assert found.verdict is SUSPECTED
    assert "no date of birth to compare" in found.why


def test_a_short_form_of_the_first_name_is_the_same_name() -> None:
    bill = replace(RECORD, first_name="BILL")
    assert judge(bill, PERSON, short_forms).verdict is MATCH
    assert "BILL and William are forms of one" in judge(bill, PERSON, short_forms).why
    assert judge(bill, PERSON).verdict is NO_MATCH


def test_a_name_cut_by_the_list_is_the_same_name() -> None:
    own = replace(PERSON, last_name="Winterbottom-Featherstonehaugh", first_name="Christophersonia-May")
    listed = replace(RECORD, last_name="WINTERBOTTOM-FEATHER", first_name="CHRISTOPHERSONI")
    assert judge(listed, own).verdict is MATCH


@pytest.mark.parametrize(
    ("listed", "own"), [(("MARY", "ANN"), ("Maryann", "")), (("MARY ANN", ""), ("Mary", "Ann"))]
)
def test_a_middle_name_written_into_the_first_is_the_same_name(
    listed: tuple[str, str], own: tuple[str, str]
) -> None:
    found = judge(
        replace(RECORD, first_name=listed[0], middle_name=listed[1]),
        replace(PERSON, first_name=own[0], middle_name=own[1]),
    )
    assert found.verdict is MATCH


ALIKE = [
    (("HOLLOWAY", "WES"), "first names begin with the same letter"),
    (("HOLLOWAY", "W"), "first names begin with the same letter"),
    (("HOLOWAY", "WILLIAM"), "names spelled nearly the same"),
    (("HOLLOWAY", "GILLIAM"), "names spelled nearly the same"),
    (("HOLOWAY", "WILLAIM"), "names spelled nearly the same"),
    (("WILLIAM", "HOLLOWAY"), "last and first name are swapped"),
    (("HOLLOWAY-VALE", "WILLIAM"), "one part of the last name is the same"),
]


@pytest.mark.parametrize(("names", "says"), ALIKE)
def test_names_that_are_alike_are_suspected_only_with_the_same_birth_date(
    names: tuple[str, str], says: str
) -> None:
    listed = replace(RECORD, last_name=names[0], first_name=names[1])
    assert judge(listed, PERSON).verdict is SUSPECTED
    assert says in judge(listed, PERSON).why.lower()
    for born in (None, date(1950, 1, 1), date(1971, 9, 4)):
        assert judge(replace(listed, birth_date=born), PERSON).verdict is NO_MATCH


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("HOLLOWAY", "ADA"), "Same last name, different first name"),
        (("PENNINGTON", "WILLIAM"), "Different last name, same first name"),
        (("PENNINGTON", "ADA"), "Different name"),
    ],
)
def test_the_same_birth_date_alone_is_no_match(names: tuple[str, str], says: str) -> None:
    found = judge(replace(RECORD, last_name=names[0], first_name=names[1]), PERSON)
    assert found.verdict is NO_MATCH
    assert found.why.startswith(says)


def test_the_same_business_name_is_suspected_and_a_match_with_the_same_npi() -> None:
    body = PersonFacts(npi=NPI, businesses=("Bluebird Care, LLC", "Bluebird"))
    listed = RecordFacts(business_name="BLUEBIRD CARE INC")
    assert judge(listed, body).verdict is SUSPECTED
    assert judge(listed, body).why == "Same business name (Bluebird Care, LLC); no NPI on the list."
    assert judge(replace(listed, npi=OTHER_NPI), body).verdict is SUSPECTED
    assert judge(replace(listed, npi=NPI), body).verdict is MATCH
    assert judge(RecordFacts(business_name="REDWING CARE INC"), body).verdict is NO_MATCH


def test_a_practitioner_is_suspected_by_the_business_they_are_paid_through() -> None:
    listed = RecordFacts(business_name="BLUEBIRD CARE INC")
    assert judge(listed, replace(PERSON, businesses=("Bluebird Care PLLC",))).verdict is SUSPECTED


def test_without_a_name_and_an_npi_there_is_not_enough_to_say() -> None:
    for nobody in (PersonFacts(), PersonFacts("Holloway", ""), PersonFacts("--", "...", npi="0000000000")):
        assert not comparable(nobody)
        assert judge(RECORD, nobody).verdict is MatchVerdict.INSUFFICIENT_DATA


def test_a_record_without_a_full_name_matches_nobody_by_name() -> None:
    found = judge(replace(RECORD, first_name=""), PERSON)
    assert found.verdict is NO_MATCH
    assert found.why.startswith("No full name to compare")


def test_a_waiver_for_our_state_is_noted_and_another_states_is_not() -> None:
    waived = replace(RECORD, waiver_state="AR", waiver_on=date(2020, 3, 4))
    assert judge(waived, PERSON).verdict is MATCH
    assert judge(waived, PERSON).why.endswith("The list notes a waiver for AR since March 4, 2020.")
    assert judge(replace(waived, waiver_on=None), PERSON).why.endswith("The list notes a waiver for AR.")
    assert "waiver" not in judge(replace(waived, waiver_state="TX"), PERSON).why


def test_the_table_answers_for_every_pair_of_agreements() -> None:
    assert set(TABLE) == set(Names)
    assert all(set(row) == set(Births) for row in TABLE.values())


@given(PEOPLE, RECORDS)
def test_case_and_spacing_never_change_a_verdict(person: PersonFacts, record: RecordFacts) -> None:
    shouted = replace(
        person,
        last_name=f" {person.last_name.upper()} ",
        first_name=person.first_name.replace(" ", "  "),
        middle_name=person.middle_name.upper(),
    )
    assert judge(record, shouted).verdict is judge(record, person).verdict


@given(PEOPLE)
def test_everybody_matches_their_own_record(person: PersonFacts) -> None:
    own = RecordFacts(
        person.last_name, person.first_name, person.middle_name, "", person.npi, person.birth_date
    )
    if comparable(person):
        expected = MATCH if person.npi or person.birth_date else SUSPECTED
        assert judge(own, person).verdict is expected


@given(RECORDS, st.sampled_from(["", "  ", "-", "0000000000"]))
def test_nothing_ever_matches_an_empty_applicant(record: RecordFacts, blank: str) -> None:
    nobody = PersonFacts(blank.strip("0"), blank.strip("0"), "", BORN, blank.strip(" -"), (blank.strip("0"),))
    assert judge(record, nobody).verdict is MatchVerdict.INSUFFICIENT_DATA
    keys = look_up(nobody)
    assert not (keys.npi or keys.last_keys or keys.first_keys or keys.business_keys)


@given(PEOPLE)
def test_no_empty_key_is_ever_looked_up(person: PersonFacts) -> None:
    keys = look_up(person)
    assert "" not in keys.last_keys | keys.first_keys | keys.business_keys


@given(PEOPLE, RECORDS)
def test_every_verdict_comes_with_a_sentence(person: PersonFacts, record: RecordFacts) -> None:
    why = judge(record, person).why
    assert why[0].isupper() or why[0].isdigit()
    assert why.endswith(".")
