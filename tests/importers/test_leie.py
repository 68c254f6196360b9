"""The LEIE reader takes the file OIG publishes, row by row, and nothing that only looks like it."""

import random
from datetime import date
from pathlib import Path

import pytest

from onboarding.errors import BadFile
from onboarding.importers import IMPORTERS, Row
from onboarding.importers.source_file import RowError, read_facts
from onboarding.models import ExclusionRecord
from onboarding.queries.files import LEIE
from tests.support.leie import HEADER, business, line, many, person, write_list

LEIE_IMPORTER = IMPORTERS[LEIE]


def read(path: Path) -> list[Row | RowError]:
    return list(LEIE_IMPORTER.read_rows(path, read_facts(path, "").encoding))


def only(tmp_path: Path, row: str) -> Row | RowError:
    (found,) = read(write_list(tmp_path / "one.csv", [row]))
    return found


def test_a_person_is_read_with_keys_and_dates(tmp_path: Path) -> None:
    row = only(
        tmp_path,
        person("O'HOLLOWAY", "ADA", "19710409", NPI="2000000002", WAIVERDATE="20210102", WVRSTATE="AR"),
    )
    assert isinstance(row, dict)
    assert (row["last_key"], row["first_key"], row["business_key"]) == ("OHOLLOWAY", "ADA", "")
    assert (row["birth_date"], row["excluded_on"], row["waiver_on"]) == (
        date(1971, 4, 9),
        date(2020, 3, 19),
        date(2021, 1, 2),
    )
    assert (row["npi"], row["waiver_state"]) == ("2000000002", "AR")


def test_a_row_fills_every_column_of_the_record(tmp_path: Path) -> None:
    row = only(tmp_path, business("BLUEBIRD CARE, INC"))
    assert isinstance(row, dict)
    assert set(row) == {column.name for column in ExclusionRecord.__table__.columns} - {"id", "list_id"}


def test_zero_numbers_and_zero_dates_mean_none(tmp_path: Path) -> None:
    row = only(tmp_path, business("BLUEBIRD CARE, INC", DOB="00000000"))
    assert isinstance(row, dict)
    assert (row["npi"], row["birth_date"], row["waiver_on"]) == ("", None, None)
    assert (row["business_name"], row["business_key"]) == ("BLUEBIRD CARE, INC", "BLUEBIRDCARE")


def test_the_shipped_form_of_the_file_is_read_whole(tmp_path: Path) -> None:
    rows = read(
        write_list(tmp_path / "list.csv", [business("#1 BLUEBIRD SERVICE, INC"), person("REED", "ADA")])
    )
    assert len(rows) == 2
    assert not any(isinstance(row, RowError) for row in rows)


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("WVRSTATE", "WAIVERSTATE"), "\ufeff" + HEADER])
def test_the_header_may_use_the_name_of_the_layout_sheet_and_begin_with_a_mark(
    tmp_path: Path, header: str
) -> None:
    assert len(read(write_list(tmp_path / "list.csv", [person("REED", "ADA")], header))) == 1


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("<!DOCTYPE html>", "not the LEIE"),
        ("name,npi", "not the LEIE"),
        (HEADER.replace(",DOB", ""), "missing: DOB"),
        (HEADER + ",SSN", "new: SSN"),
        (HEADER.replace("BUSNAME", "BUSINESS"), "missing: BUSNAME; new: BUSINESS"),
        (HEADER + ",NPI", "another order"),
        (HEADER.replace("LASTNAME,FIRSTNAME", "FIRSTNAME,LASTNAME"), "another order"),
    ],
)
def test_a_changed_header_is_refused_with_what_changed(tmp_path: Path, header: str, says: str) -> None:
    with pytest.raises(BadFile, match=says) as refusal:
        read(write_list(tmp_path / "list.csv", [person("REED", "ADA")], header))
    assert "Download UPDATED.csv" in refusal.value.message


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (person("REED", "ADA") + ',"more"', "19 columns where 18 belong"),
        ('"REED","ADA"', "2 columns where 18 belong"),
        (line(), "no name"),
        (person("REED", "ADA", "19710231"), "DOB is not a date"),
        (person("REED", "ADA", "04/09/1971"), "DOB is not a date"),
        (person("REED", "ADA", "1971-4-9"), "DOB is not a date"),
        (person("REED", "ADA", EXCLDATE="2020"), "EXCLDATE is not a date"),
        (person("REED", "ADA", REINDATE="soon"), "REINDATE is not a date"),
        (person("REED", "ADA", NPI="12345"), "NPI is not ten digits"),
        (person("REED", "ADA", NPI="123456789X"), "NPI is not ten digits"),
        (person("R" * 61, "ADA"), "LASTNAME is longer than 60"),
        (person("REED", "ADA", STATE="ARKANSAS"), "STATE is longer than 2"),
        (person("RE\nED", "ADA"), "line break"),
        (person("RE\x07ED", "ADA"), "unreadable character"),
    ],
)
def test_a_row_that_cannot_be_taken_names_its_line_and_its_fault(tmp_path: Path, row: str, says: str) -> None:
    rows = read(write_list(tmp_path / "list.csv", [person("VALE", "BEA"), row, person("WREN", "CAL")]))
    (error,) = [found for found in rows if isinstance(found, RowError)]
    assert error.line == 3
    assert says in error.problem
    assert len(rows) == 3


def test_a_download_cut_off_inside_a_row_is_an_error(tmp_path: Path) -> None:
    whole = write_list(tmp_path / "list.csv", [person("VALE", "BEA"), person("REED", "ADA")]).read_bytes()
    start = whole.rindex(b'"REED"')
    for end in range(start + 1, len(whole) - len('"00000000",""\n')):
        path = tmp_path / "cut.csv"
        path.write_bytes(whole[:end])
        assert any(isinstance(row, RowError) for row in read(path)), whole[start:end]


def test_an_accent_is_read_in_utf_8_and_in_windows_1252(tmp_path: Path) -> None:
    text = f"{HEADER}\n{person('NÚÑEZ', 'ADA')}\n"
    for encoding in ("utf-8", "cp1252"):
        path = tmp_path / encoding
        path.write_bytes(text.encode(encoding))
        (row,) = read(path)
        assert isinstance(row, dict)
        assert (row["last_name"], row["last_key"]) == ("NÚÑEZ", "NUNEZ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (HEADER.encode("utf-16"), "not a CSV text file"),
        (b"PK\x03\x04\x00\x00", "not a CSV text file"),
    ],
)
def test_a_file_that_is_empty_or_no_text_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be read"):
        read_facts(tmp_path / "none.csv", "")


def test_the_supplement_of_reinstated_people_is_refused(tmp_path: Path) -> None:
    rows = [
        person("REED", "ADA", REINDATE="20260101"),
        person("VALE", "BEA", REINDATE="20260101"),
        person("WREN", "CAL"),
    ]
    with pytest.raises(BadFile, match="reinstated"):
        read(write_list(tmp_path / "list.csv", rows))


def test_a_thousand_damaged_files_give_rows_or_errors_and_never_another_exception(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = write_list(tmp_path / "list.csv", [*many(5), business('THE "BEST", CARE')]).read_bytes()
    path = tmp_path / "damaged.csv"
    for _ in range(1000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.randint(0, 3)] = bytes(
                chance.choices(b'",\n\r\0\xff0A9', k=chance.randint(0, 3))
            )
        path.write_bytes(bytes(damaged))
        try:
            rows = read(path)
        except BadFile:
            continue
        assert all(
            isinstance(row, RowError) or row["last_name"] or row["first_name"] or row["business_name"]
            for row in rows
        )


def test_the_register_knows_each_source_by_its_code() -> None:
    assert all(code == importer.source for code, importer in IMPORTERS.items())
    assert LEIE in IMPORTERS
