"""The columns of a roster and its rows: what is recognized, brought to one form, and refused in words."""

from datetime import date

import pytest

from onboarding.policy.contract_form import FIELDS
from onboarding.policy.group_answers import GROUP_ANSWERS, answers_of_group
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.roster import (
    TABLE,
    TEMPLATE,
    guarded,
    header_keys,
    match_headers,
    missing_columns,
    unguarded,
)
from onboarding.policy.roster_cells import read_day, read_number
from onboarding.policy.roster_names import split_name
from onboarding.policy.roster_rows import CheckedRow, check_row, check_rows
from onboarding.policy.type_words import find_type
from onboarding.policy.vocabulary import ProviderType, Subject
from tests.support.rosters import HEADERS, people, person, table

TODAY = date(2026, 3, 2)


def checked(extra: dict[str, str] | None = None, **changes: str) -> CheckedRow:
    """One row under our own headers, with other columns behind."""
    headers, cells = table([person(1, **changes)])
    extra = extra or {}
    headers, cells = [*headers, *extra], [*cells, *extra.values()]
    return check_row(2, headers, cells, match_headers(headers, {}), TODAY)


def test_every_column_is_a_field_of_the_form_or_the_provider_type() -> None:
    codes = {field.code for field in FIELDS}
    assert {column.code for column in TABLE} - codes == {"provider_type", "full_name", "action", "address_2"}
    assert set(GROUP_ANSWERS) <= codes


def test_who_works_at_another_address_has_nothing_of_the_groups_place() -> None:
    group = {
        "legal_name": "Ouachita Hollow Care, LLC",
        "address": "12 Elm Row",
        "zip_code": "72201",
        "wheelchair": "yes",
    }
    there = answers_of_group(group, {"address": "12 ELM ROW.", "zip_code": "72201-1234"})
    assert there == {"legal_name": group["legal_name"], "wheelchair": "yes"}
    assert answers_of_group(group, {"address": "9 Oak St"}) == {"legal_name": group["legal_name"]}


def test_our_own_headers_are_recognized_each_once() -> None:
    assert list(match_headers(HEADERS, {}).values()) == [column.code for column in TEMPLATE]


def test_of_two_headers_that_fit_the_first_counts_and_each_is_remembered_by_itself() -> None:
    assert match_headers(["Specialty", "Primary Specialty", "", "Specialty", ""], {}) == {0: "specialty"}
    assert header_keys(["Specialty", "", "specialty", ""]) == [
        "specialty",
        "column 2",
        "specialty (3)",
        "column 4",
    ]


@pytest.mark.parametrize("row", [row for row in PROVIDER_TYPES if row.subject is Subject.PRACTITIONER])
def test_each_provider_type_is_known_by_its_label_and_its_short_form(row: object) -> None:
    assert find_type(row.label) is row.code and find_type(row.code.value.upper()) is row.code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("M.D.", ProviderType.MD),
        ("MD, PhD", ProviderType.MD),
        ("FNP-C", ProviderType.CNP),
        ("PA-C", ProviderType.PA),
        ("CCC-SLP", ProviderType.SLP),
        ("Licensed Clinical Social Worker", ProviderType.LCSW),
        ("BCBA-D", ProviderType.BCBA),
        ("LCSW / LPC", None),
        ("APRN", None),
        ("Hospital", None),
        ("", None),
    ],
)
def test_a_provider_type_is_known_by_the_words_of_the_field(typed: str, code: ProviderType | None) -> None:
    assert find_type(typed) is code


@pytest.mark.parametrize("typed", ["1234567893", "1234567893.0", "1.234567893E9", "1.234567893E+09"])
def test_a_number_out_of_a_spreadsheet_is_its_digits(typed: str) -> None:
    assert read_number(typed) == ("1234567893", None)


@pytest.mark.parametrize("typed", ["1.23457E+09", "1E9", "1.234567893E99"])
def test_a_number_that_has_lost_digits_is_refused(typed: str) -> None:
    text, problem = read_number(typed)
    assert text == typed and problem and "Format the column as text" in problem


@pytest.mark.parametrize(
    "typed",
    [
        "04/17/1980",
        "4/17/1980",
        "1980-04-17",
        "29328",
        "29328.0",
        "1980-04-17 00:00:00",
        "04/17/1980 12:00:00 AM",
        "04-17-1980",
        "1980/04/17",
        "17-Apr-1980",
        "17 April 1980",
        "Apr 17, 1980",
    ],
)
def test_a_date_comes_in_several_forms(typed: str) -> None:
    assert read_day(typed) == ("1980-04-17", None)


def test_a_year_of_two_digits_is_refused() -> None:
    assert checked(birth_date="4/17/80").problems == {
        "birth_date": "The year has two digits. Give four, for example 04/17/1980."
    }


@pytest.mark.parametrize(
    ("column", "typed", "says"),
    [
        ("npi", "1234567890", "not valid"),
        ("npi", "", "Fill in: NPI."),
        ("last_name", "", "Fill in: Last name."),
        ("provider_type", "Wizard", "We do not know this provider type"),
        ("birth_date", "04/17/2020", "Check the date of birth"),
        ("birth_date", "17.4.1980", "four-digit year"),
        ("birth_date", "17-04-1980", "month, day and four-digit year"),
        ("birth_date", "17-Apr-80", "The year has two digits"),
        ("county", "Kent", "Give a county of Arkansas"),
        ("accepting", "perhaps", "Answer yes or no"),
        ("zip_code", "722", "five digits"),
        ("taxonomy", "social work", "axonomy"),
        ("licence_expires_on", "2026-03-01", "expired"),
        ("licence_state", "Arkansaw", "two letters"),
        ("licence_state", "zz", "from the list"),
        ("caqh_number", "12", "6 to 9 digits"),
        ("specialty", "123-45-6789", "social security number"),
    ],
)
def test_what_is_wrong_is_said_at_its_column(column: str, typed: str, says: str) -> None:
    found = checked(**{column: typed}).problems
    assert list(found) == [column] and says in found[column]
    assert not typed or typed not in found[column], "the value itself is not repeated"


def test_what_a_row_says_of_the_place_of_practice_is_read_as_people_write_it() -> None:
    found = checked(
        licence_state="arkansas", address="9 Oak Street", state="Texas", zip_code="722051234", county="pulaski county",
        contact_phone="5015550142.0", accepting="Y", spoken="Spanish; French and English",
        taxonomy="1041C0700X - Clinical",
    )  # fmt: skip
    assert found.problems == {}
    assert (found.answers["licence_state"], found.answers["state"]) == ("AR", "TX")
    assert (found.answers["zip_code"], found.answers["county"]) == ("72205-1234", "Pulaski")
    assert (found.answers["contact_phone"], found.answers["taxonomy"]) == ("5015550142", "1041C0700X")
    assert (found.answers["accepting"], found.answers["spoken"]) == ("yes", ["English", "Spanish", "Other"])


def test_a_state_alone_is_not_taken_for_the_place_of_practice() -> None:
    assert match_headers(["State"], {}) == {} and match_headers(["State"], {"state": "state"}) == {0: "state"}
    assert match_headers(["City", "State", "Zip"], {}) == {0: "city", 1: "state", 2: "zip_code"}


@pytest.mark.parametrize(
    ("typed", "last", "first", "middle", "behind"),
    [
        ("Doe, Jane A", "Doe", "Jane", "A", ""),
        ("Jane A Doe", "Doe", "Jane", "A", ""),
        ("Jane Doe, LCSW, PhD", "Doe", "Jane", "", "LCSW, PhD"),
        ("DOE, JANE A. MD", "DOE", "JANE", "A.", "MD"),
        ("Doe Jr., John, M.D.", "Doe", "John", "", "Jr. M.D."),
        ("Dr. Maria de la Cruz PA-C", "de la Cruz", "Maria", "", "PA-C"),
        ("KIM DO", "DO", "KIM", "", ""),
        ("Nguyen, Do", "Nguyen", "Do", "", ""),
        ("Kim Lan DO", "Lan", "Kim", "", "DO"),
        ("Doe, MD", "Doe", "", "", "MD"),
    ],
)
def test_a_whole_name_is_divided_at_its_comma_or_else_at_its_last_space(
    typed: str, last: str, first: str, middle: str, behind: str
) -> None:
    found = split_name(typed)
    assert [found.get(f"{part}_name", "") for part in ("last", "first", "middle")] == [last, first, middle]
    assert " ".join(found[code] for code in ("suffix", "provider_type") if code in found) == behind


def test_one_column_of_names_stands_for_two_and_a_degree_in_it_for_a_type_left_out() -> None:
    headers = ["NPI", "Provider Name", "Degree"]
    columns = match_headers(headers, {})
    assert columns[1] == "full_name" and missing_columns(columns) == ()
    row = check_row(2, headers, [person(1)["npi"], "Doe, Jane A, LCSW", ""], columns, TODAY)
    assert (row.problems, row.name, row.provider_type) == ({}, "Doe, Jane", ProviderType.LCSW)
    assert check_row(2, headers, [person(1)["npi"], "Doe", "LPC"], columns, TODAY).problems == {
        "first_name": "Fill in: First name."
    }
    assert checked(last_name="Doe, MD").answers["last_name"] == "Doe"


@pytest.mark.parametrize("typed", ["T", "term", "Terminate", "DELETE", "Remove", "Term 12/31/2025"])
def test_a_row_that_ends_a_participation_is_refused_with_whom_to_call(typed: str) -> None:
    found = checked(action=typed, last_name="").problems
    assert list(found) == ["action"] and "ends nobody's participation" in found["action"]
    assert "Call us at 1-833-230-2100" in found["action"]


def test_a_row_that_adds_or_changes_is_taken_and_an_action_we_do_not_know_is_asked() -> None:
    assert match_headers(["Action (A/C/T)"], {}) == {0: "action"}
    for typed in ("A", "add", "C", "Change", "", "Add to group"):
        assert checked(action=typed).problems == {}
    assert "Answer A to add" in checked(action="perhaps").problems["action"]


def test_a_row_that_ends_a_participation_does_not_stand_in_the_way_of_one_that_adds() -> None:
    headers, *rows = table([{**person(1), "action": "T"}, {**person(1), "action": "A"}])
    found = list(check_rows(headers, list(enumerate(rows, 2)), match_headers(headers, {}), TODAY))
    assert [list(row.problems) for row in found] == [["action"], []]


@pytest.mark.parametrize(
    ("header", "second", "whole"),
    [
        ("Suite", "200", "9 Oak Street, Suite 200"),
        ("Address 2", "Building B", "9 Oak Street, Building B"),
        ("Office Address Line 2", "", "9 Oak Street"),
    ],
)
def test_a_second_address_line_is_joined_to_the_first(header: str, second: str, whole: str) -> None:
    headers = ["NPI", "Address 1", header]
    row = check_row(2, headers, [person(1)["npi"], "9 Oak Street", second], match_headers(headers, {}), TODAY)
    assert row.answers["address"] == whole


def test_everything_wrong_in_a_row_is_said_at_once() -> None:
    found = checked(npi="12", provider_type="Wizard", birth_date="4/17/80").problems
    assert set(found) == {"npi", "provider_type", "birth_date"}


def test_a_dea_number_is_checked_where_the_type_prescribes_and_says_that_it_does() -> None:
    good = checked(provider_type="MD", dea_number="AB1234563")
    assert good.problems == {} and good.answers["prescribes"] == "yes"
    assert "dea_number" in checked(provider_type="MD", dea_number="AB1234567").problems
    assert "dea_number" not in checked(provider_type="LPC", dea_number="AB1234567").answers


def test_a_social_security_number_in_a_column_we_do_not_read_is_refused_but_not_in_one_of_tax_ids() -> None:
    assert "Notes" in " ".join(checked({"Notes": "call 123-45-6789"}).problems.values())
    assert checked({"Tax ID": "123-45-6789"}).problems == {}


def test_a_second_row_with_the_same_npi_names_the_first() -> None:
    headers, *rows = table([person(1), person(2), person(1)])
    found = list(check_rows(headers, list(enumerate(rows, 4)), match_headers(headers, {}), TODAY))
    assert [bool(row.problems) for row in found] == [False, False, True]
    assert "row 4 already" in found[2].problems["npi"]


def test_the_row_beyond_two_thousand_is_refused_with_how_to_split_the_file() -> None:
    headers, *rows = table(people(2001))
    found = list(check_rows(headers, list(enumerate(rows, 2)), match_headers(headers, {}), TODAY))
    assert [row.number for row in found if row.problems] == [2002]
    assert "Split the file" in " ".join(found[-1].problems.values())


@pytest.mark.parametrize("text", ["=1+1", "+1-501", "-5", "@home"])
def test_what_a_spreadsheet_would_take_for_a_formula_is_guarded_and_read_back(text: str) -> None:
    assert guarded(text) == f"'{text}" and unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["\t=1", "\r=1"])
def test_a_formula_behind_a_blank_is_guarded_too(text: str) -> None:
    assert guarded(text).startswith("'")


def test_a_name_with_an_apostrophe_stays() -> None:
    assert (guarded("O'Brien"), unguarded("'t Hooft")) == ("O'Brien", "'t Hooft")
