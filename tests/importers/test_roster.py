"""Files as practices send them: what is read, what is guessed and said, what is refused with what to do."""

from datetime import date, datetime

import pytest

from onboarding.errors import BadFile
from onboarding.importers.roster import MOST_ROWS, RosterFile, read_roster
from tests.support.rosters import HEADERS, bomb_bytes, csv_bytes, people, person, table, xlsx_bytes

ROWS = table(people(2))


def columns(found: RosterFile) -> dict[str, str]:
    """Header by column code."""
    return {code: found.headers[place] for place, code in found.columns.items()}


def cell(found: RosterFile, code: str, row: int = 0) -> str:
    place = next(place for place, named in found.columns.items() if named == code)
    return found.rows[row][1][place]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_read_whatever_divides_it_and_with_or_without_a_mark(
    encoding: str, delimiter: str
) -> None:
    found = read_roster(
        csv_bytes(table([person(1, last_name="Muñoz")]), encoding=encoding, delimiter=delimiter), {}
    )
    assert found.headers == tuple(HEADERS) and cell(found, "last_name") == "Muñoz"
    assert found.notes == ()


def test_windows_text_is_guessed_and_said() -> None:
    found = read_roster(csv_bytes(table([person(1, last_name="Muñoz")]), encoding="cp1252"), {})
    assert cell(found, "last_name") == "Muñoz"
    assert "Windows text" in found.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_told_by_its_zeros_and_said(encoding: str) -> None:
    found = read_roster(csv_bytes(table([person(1, last_name="Muñoz")]), encoding=encoding), {})
    assert cell(found, "last_name") == "Muñoz" and "Unicode text" in found.notes[0]


def test_title_rows_above_the_header_and_blank_lines_are_passed_over_and_row_numbers_stay() -> None:
    rows = [
        ["Ouachita Hollow Care, LLC"],
        ["Provider roster", "", "as of 11/01/2026"],
        [],
        ROWS[0],
        [],
        ROWS[1],
        ["", ""],
        ROWS[2],
    ]
    for data in (csv_bytes(rows), xlsx_bytes(rows)):
        found = read_roster(data, {})
        assert found.headers == tuple(HEADERS)
        assert [number for number, _ in found.rows] == [6, 8]


def test_numbers_and_dates_of_a_workbook_come_as_plain_text() -> None:
    row = person(1)
    cells = [float(row["npi"]), "LCSW", "Alma", "Alder", datetime(1980, 4, 17), date(2030, 6, 30), True, None]  # noqa: DTZ001 (a cell has no time zone)
    header = ["NPI", "Provider type", "First name", "Last name", "DOB", "Lic Exp Date", "Accepting", "Fax"]
    found = read_roster(xlsx_bytes([header, cells]), {})
    assert found.rows == [(2, (row["npi"], "LCSW", "Alma", "Alder", "1980-04-17", "2030-06-30", "yes"))]


def test_columns_of_another_payer_are_recognized() -> None:
    header = [
        "NPI 1",
        "Provider Last Name",
        "Prov First Name",
        "MI",
        "Degree",
        "Lic #",
        "Lic St",
        "DOB",
        "CAQH ID",
        "DEA #",
    ]
    found = columns(read_roster(csv_bytes([header, ["1"] * len(header)]), {}))
    assert found == {
        "npi": "NPI 1", "last_name": "Provider Last Name", "first_name": "Prov First Name", "middle_name": "MI",
        "provider_type": "Degree", "licence_number": "Lic #", "birth_date": "DOB", "caqh_number": "CAQH ID",
        "dea_number": "DEA #",
    }  # fmt: skip


def test_what_the_group_told_us_goes_before_what_we_would_guess() -> None:
    header = ["Billing code", "NPI", "Family", "First name"]
    remembered = {"billing code": "npi", "npi": "", "family": "last_name"}
    found = read_roster(csv_bytes([header, ["1"] * 4]), remembered)
    assert columns(found) == {"npi": "Billing code", "last_name": "Family", "first_name": "First name"}


def test_the_sheet_that_looks_most_like_a_roster_is_read() -> None:
    found = read_roster(xlsx_bytes(ROWS, before=[["How to fill in this file"], ["NPI", "ten digits"]]), {})
    assert len(found.rows) == 2 and found.notes == ()


def test_nothing_of_a_column_of_social_security_numbers_comes_out() -> None:
    found = read_roster(csv_bytes([[*ROWS[0], "SSN"], [*ROWS[1], "123456789"]]), {})
    assert found.rows[0][1][-1] == "" and "never need social security numbers" in found.notes[0]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0 something old", "old Excel file"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"%PDF-1.7\0\0\0", "neither an Excel workbook nor"),
        (b"\n\n  \n", "empty"),
        (b"one lonely text\n", "no row of column names"),
        (bomb_bytes(), "unpack to far more"),
        (csv_bytes([[str(number) for number in range(200)]]), "too many columns"),
    ],
    ids=["xls", "damaged", "pdf", "blank", "no header", "bomb", "too wide"],
)
def test_what_is_no_roster_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        read_roster(data, {})


def test_a_file_far_too_long_is_refused_before_its_rows_are_looked_at() -> None:
    with pytest.raises(BadFile, match="more than 10,000 rows"):
        read_roster(b"NPI,Last name\n" + b"1,A\n" * (MOST_ROWS + 100), {})


def test_a_sheet_that_claims_to_reach_far_away_does_no_harm() -> None:
    rows: list[list[str]] = [list(row) for row in ROWS]
    found = read_roster(xlsx_bytes([*rows, *[[]] * 3000, rows[1]]), {})
    assert found.rows[-1][0] == 3004
