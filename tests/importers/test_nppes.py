"""The NPPES file is read by the names of its columns, in both layouts, plain or zipped; other files are refused in words."""

import random
from pathlib import Path

import pytest

from onboarding.errors import BadFile
from onboarding.importers.nppes import ROW, open_nppes
from onboarding.importers.source_file import RowError
from tests.support.nppes import BODY, PERSON, as_csv, columns, many, row, write_file
from tests.support.people import npi


def read(path: Path) -> list:
    with open_nppes(path) as reader:
        return [
            dict(zip(ROW, found, strict=True)) if isinstance(found, tuple) else found
            for found in reader.rows()
        ]


@pytest.mark.parametrize("name", ["npidata_pfile_x.csv", "NPPES_Data_Dissemination_V2.zip"])
@pytest.mark.parametrize("layout", [1, 2])
def test_both_layouts_are_read_plain_and_zipped(tmp_path: Path, layout: int, name: str) -> None:
    found = read(write_file(tmp_path / name, [row(npi(1)), row(npi(2), BODY)], columns(layout)))
    assert [one["npi"] for one in found] == [npi(1), npi(2)]
    assert (found[0]["last_name"], found[0]["zip_code"], found[0]["updated_on"]) == (
        "THORNQUIST",
        "722051234",
        "2025-11-03",
    )
    assert found[0]["taxonomies"] == '[["363LF0000X", "A-2044", "AR", true]]'
    assert (found[1]["organization_name"], found[1]["taxonomies"]) == ("OUACHITA HOLLOW CARE, LLC", "[]")


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    shuffled = [*columns(), "A column of next year"]
    random.Random(3).shuffle(shuffled)
    shuffled = [name.upper() if place % 2 else f" {name} " for place, name in enumerate(shuffled)]
    text = as_csv([{}], shuffled)
    plain = {name: " ".join(name.lower().split()) for name in shuffled}
    values = {key.lower(): value for key, value in row(npi(1)).items()}
    text = as_csv([{name: values.get(plain[name], "") for name in shuffled}], shuffled)
    (tmp_path / "a.csv").write_text(text)
    assert read(tmp_path / "a.csv")[0]["city"] == "LITTLE ROCK"


def test_long_names_of_the_second_layout_stay_whole(tmp_path: Path) -> None:
    long = {**BODY, "Provider Organization Name (Legal Business Name)": "VERY LONG NAME " * 6}
    assert len(read(write_file(tmp_path / "a.csv", [row(npi(1), long)]))[0]["organization_name"]) == 90


def test_a_persons_former_name_is_read_and_without_a_first_name_of_its_own_has_the_one_in_force(
    tmp_path: Path,
) -> None:
    former = {**PERSON, "Provider Other Last Name": "DELGADO"}
    both = {**former, "Provider Other First Name": "MARIA"}
    rows = [row(npi(1), former), row(npi(2), both), row(npi(3))]
    found = read(write_file(tmp_path / "a.csv", rows, columns(1)))
    assert [one["other_name"] for one in found] == ["MARIBEL DELGADO", "MARIA DELGADO", ""]
    assert found[0]["taxonomies"] == found[2]["taxonomies"] != "[]"


def test_a_deactivated_npi_has_its_dates_and_little_else(tmp_path: Path) -> None:
    found = read(
        write_file(tmp_path / "a.csv", [row(npi(1), {}, deactivated="05/01/2024", replaced=npi(2))])
    )[0]
    assert (found["entity_type"], found["deactivated_on"], found["replaced_by"]) == ("", "2024-05-01", npi(2))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"updated": "2025-11-03"}, "MM/DD/YYYY"),
        ({"updated": "02/30/2025"}, "MM/DD/YYYY"),
        ({"entity": "3"}, "neither 1 nor 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_an_error_and_no_other_row_is(
    tmp_path: Path, values: dict, says: str
) -> None:
    first, second = read(write_file(tmp_path / "a.csv", [row(npi(1), **values), row(npi(2))]))
    assert isinstance(first, RowError) and first.line == 2 and says in first.problem
    assert second["npi"] == npi(2)


def test_an_npi_that_is_none_and_a_row_too_short_are_errors(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", [row("12345"), row(npi(2))])
    path.write_text(path.read_text() + '"1","2"\n')
    problems = [found.problem for found in read(path) if isinstance(found, RowError)]
    assert problems == ["NPI is not ten digits", "2 columns where 330 belong"]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ([name for name in columns() if name != "NPI Deactivation Date"], "missing: NPI Deactivation Date"),
        (["LASTNAME", "FIRSTNAME"], "does not name the columns"),
        ([*columns(), "NPI"], "stands twice in the header: NPI"),
    ],
)
def test_another_header_is_refused_in_words(tmp_path: Path, header: list[str], says: str) -> None:
    with pytest.raises(BadFile, match="Nothing was changed") as refused:
        read(write_file(tmp_path / "a.csv", [row(npi(1))], header))
    assert says in refused.value.message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04 not a zip at all", b"\xff\xfe\x00N\x00P"])
def test_a_file_that_is_no_nppes_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(BadFile, match=r"download\.cms\.gov"):
        read(tmp_path / "a.csv")


def test_a_zip_without_the_file_is_refused(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.zip", many(1))
    path.write_bytes(path.read_bytes().replace(b"npidata_pfile", b"npidata_zfile"))
    with pytest.raises(BadFile, match="no npidata_pfile CSV"):
        read(path)


def test_a_damaged_zip_and_a_text_that_breaks_off_say_where(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.zip", many(400))
    data = bytearray(path.read_bytes())
    data[3000:3400] = bytes(400)
    path.write_bytes(bytes(data))
    with pytest.raises(BadFile):
        read(path)
    plain = write_file(tmp_path / "a.csv", many(3))
    plain.write_text(plain.read_text()[:-700] + '"TH')
    with pytest.raises(BadFile, match="breaks off after line"):
        read(plain)
