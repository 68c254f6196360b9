"""LEIE files for tests: fictional people, real columns."""

from collections.abc import Iterable
from pathlib import Path

COLUMNS = [
    "LASTNAME",
    "FIRSTNAME",
    "MIDNAME",
    "BUSNAME",
    "GENERAL",
    "SPECIALTY",
    "UPIN",
    "NPI",
    "DOB",
    "ADDRESS",
    "CITY",
    "STATE",
    "ZIP",
    "EXCLTYPE",
    "EXCLDATE",
    "REINDATE",
    "WAIVERDATE",
    "WVRSTATE",
]
HEADER = ",".join(COLUMNS)
BLANK = {
    "GENERAL": "IND- LIC HC SERV PRO",
    "SPECIALTY": "NURSE/NURSES AIDE",
    "NPI": "0000000000",
    "ADDRESS": "1 ELM STREET",
    "CITY": "SPRINGDALE",
    "STATE": "AR",
    "ZIP": "72764",
    "EXCLTYPE": "1128b4",
    "EXCLDATE": "20200319",
    "REINDATE": "00000000",
    "WAIVERDATE": "00000000",
}


def line(**values: str) -> str:
    """One row of the file, every field in quotes as OIG writes it."""
    row = {**BLANK, **values}
    return ",".join('"' + row.get(column, "").replace('"', '""') + '"' for column in COLUMNS)


def person(last: str, first: str, born: str = "", **values: str) -> str:
    """One excluded person; `born` is YYYYMMDD."""
    return line(LASTNAME=last, FIRSTNAME=first, DOB=born, **values)


def business(name: str, **values: str) -> str:
    """One excluded business."""
    return line(BUSNAME=name, GENERAL="OTHER BUSINESS", **values)


def write_list(path: Path, lines: Iterable[str], header: str = HEADER) -> Path:
    """A file of these rows."""
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def many(count: int) -> list[str]:
    """So many excluded people who never were, each different."""
    return [
        person(
            f"NOBODY{number:05}",
            f"TEST{number % 97}",
            f"{1930 + number % 70}{number % 12 + 1:02}{number % 28 + 1:02}",
        )
        for number in range(count)
    ]
