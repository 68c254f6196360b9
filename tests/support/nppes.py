"""NPPES for tests: a real server that speaks the API's recorded shapes, and files in both layouts. Fictional people."""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from tests.support.people import npi

Reply = tuple[int, bytes, dict[str, str]]


def person(number: str, **basic: Any) -> dict[str, Any]:
    """One practitioner as the API sends one in 2026."""
    return {
        "number": number,
        "enumeration_type": "NPI-1",
        "created_epoch": "1181779200000",
        "last_updated_epoch": "1551187349000",
        "basic": {
            "first_name": "MARIBEL", "last_name": "THORNQUIST", "middle_name": "--", "credential": "APRN", "sex": "F",
            "sole_proprietor": "NO", "enumeration_date": "2007-06-14", "last_updated": "2025-11-03", "status": "A", **basic,
        },
        "addresses": [
            {"address_purpose": "MAILING", "address_1": "PO BOX 9", "city": "CONWAY", "state": "AR", "postal_code": "72032"},
            {"address_purpose": "LOCATION", "address_1": "1400 LARKSPUR LN", "address_2": "STE 2", "city": "LITTLE ROCK",
             "state": "AR", "postal_code": "722051234", "telephone_number": "501-555-0142"},
        ],
        "practiceLocations": [],
        "taxonomies": [
            {"code": "363L00000X", "desc": "Nurse Practitioner", "license": "TX-77", "primary": False, "state": "TX"},
            {"code": "363LF0000X", "desc": "Nurse Practitioner, Family", "license": "A-2044", "primary": True,
             "state": "AR", "taxonomy_group": ""},
        ],
        "identifiers": [], "other_names": [], "endpoints": [],
    }  # fmt: skip


def body(number: str, name: str = "OUACHITA HOLLOW CARE, LLC", **basic: Any) -> dict[str, Any]:
    """One organization."""
    return {
        **person(number),
        "enumeration_type": "NPI-2",
        "basic": {
            "organization_name": name, "organizational_subpart": "NO", "authorized_official_first_name": "DANA",
            "authorized_official_last_name": "WHITLOW", "last_updated": "2025-11-03", "status": "A", **basic,
        },
        "taxonomies": [{"code": "251B00000X", "desc": "Case Management", "license": "--", "primary": True, "state": "--"}],
    }  # fmt: skip


def said(*results: dict[str, Any]) -> Reply:
    """A reply with these results."""
    return 200, json.dumps({"result_count": len(results), "results": list(results)}).encode(), {}


def errors(description: str) -> Reply:
    """A failure: HTTP 200 all the same."""
    found = {"Errors": [{"description": description, "field": "number", "number": "15"}]}
    return 200, json.dumps(found).encode(), {}


def out_of_service(number: str) -> Reply:
    """What the API says of an NPI taken out of service, word for word."""
    return errors(
        f"CMS deactivated NPI {number}. The provider can no longer use this NPI. Our public registry does not display "
        "provider information about NPIs that are not in service."
    )


class Registry:
    """The running server: what it answers for each NPI, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Reply | Callable[[], Reply]] = {}
        self.asked: list[str] = []
        self.url = ""

    def reply(self, path: str) -> Reply:
        asked = parse_qs(urlsplit(path).query)
        assert asked.get("version") == ["2.1"]
        number = asked["number"][0]
        self.asked.append(number)
        answer = self.answers.get(number, said())
        return answer() if callable(answer) else answer


@contextmanager
def running_registry() -> Iterator[Registry]:
    """The server on a free port of this machine."""
    registry = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content, headers = registry.reply(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    registry.url = f"http://127.0.0.1:{server.server_port}/api/"
    yield registry
    server.shutdown()
    thread.join()
    server.server_close()


# Files

_AT = "Provider Business Practice Location Address"
_MAIL = "Provider Business Mailing Address"
_OTHER = "Provider Other"


def columns(layout: int = 2) -> list[str]:
    """The header of a layout, all 330 columns (329 in the first), in the file's own order."""
    found = [
        "NPI", "Entity Type Code", "Replacement NPI", "Employer Identification Number (EIN)",
        "Provider Organization Name (Legal Business Name)", "Provider Last Name (Legal Name)", "Provider First Name",
        "Provider Middle Name", "Provider Name Prefix Text", "Provider Name Suffix Text", "Provider Credential Text",
        f"{_OTHER} Organization Name", f"{_OTHER} Organization Name Type Code", f"{_OTHER} Last Name",
        f"{_OTHER} First Name", f"{_OTHER} Middle Name", f"{_OTHER} Name Prefix Text", f"{_OTHER} Name Suffix Text",
        f"{_OTHER} Credential Text", f"{_OTHER} Last Name Type Code",
        "Provider First Line Business Mailing Address", "Provider Second Line Business Mailing Address",
        f"{_MAIL} City Name", f"{_MAIL} State Name", f"{_MAIL} Postal Code", f"{_MAIL} Country Code (If outside U.S.)",
        f"{_MAIL} Telephone Number", f"{_MAIL} Fax Number",
        "Provider First Line Business Practice Location Address",
        "Provider Second Line Business Practice Location Address",
        f"{_AT} City Name", f"{_AT} State Name", f"{_AT} Postal Code", f"{_AT} Country Code (If outside U.S.)",
        f"{_AT} Telephone Number", f"{_AT} Fax Number", "Provider Enumeration Date", "Last Update Date",
        "NPI Deactivation Reason Code", "NPI Deactivation Date", "NPI Reactivation Date",
        "Provider Gender Code" if layout == 1 else "Provider Sex Code",
        "Authorized Official Last Name", "Authorized Official First Name", "Authorized Official Middle Name",
        "Authorized Official Title or Position", "Authorized Official Telephone Number",
    ]  # fmt: skip
    for number in range(1, 16):
        found += [f"Healthcare Provider Taxonomy Code_{number}", f"Provider License Number_{number}",
                  f"Provider License Number State Code_{number}",
                  f"Healthcare Provider Primary Taxonomy Switch_{number}"]  # fmt: skip
    for number in range(1, 51):
        found += [f"{_OTHER} Identifier_{number}", f"{_OTHER} Identifier Type Code_{number}",
                  f"{_OTHER} Identifier State_{number}", f"{_OTHER} Identifier Issuer_{number}"]  # fmt: skip
    found += ["Is Sole Proprietor", "Is Organization Subpart", "Parent Organization LBN", "Parent Organization TIN",
              "Authorized Official Name Prefix Text", "Authorized Official Name Suffix Text",
              "Authorized Official Credential Text"]  # fmt: skip
    found += [f"Healthcare Provider Taxonomy Group_{number}" for number in range(1, 16)]
    return found if layout == 1 else [*found, "Certification Date"]


PERSON = {
    "Entity Type Code": "1", "Provider Last Name (Legal Name)": "THORNQUIST", "Provider First Name": "MARIBEL",
    "Provider Credential Text": "APRN", "Provider First Line Business Practice Location Address": "1400 LARKSPUR LN",
    f"{_AT} City Name": "LITTLE ROCK", f"{_AT} State Name": "AR", f"{_AT} Postal Code": "722051234",
    f"{_AT} Telephone Number": "5015550142", "Last Update Date": "11/03/2025", "Is Sole Proprietor": "N",
    "Healthcare Provider Taxonomy Code_1": "363LF0000X", "Provider License Number_1": "A-2044",
    "Provider License Number State Code_1": "AR", "Healthcare Provider Primary Taxonomy Switch_1": "Y",
}  # fmt: skip
BODY = {
    "Entity Type Code": "2", "Provider Organization Name (Legal Business Name)": "OUACHITA HOLLOW CARE, LLC",
    "Last Update Date": "11/03/2025", "Authorized Official Last Name": "WHITLOW", "Authorized Official First Name": "DANA",
}  # fmt: skip


def row(number: str, kind: dict[str, str] | None = None, **values: str) -> dict[str, str]:
    """One row of the file; `values` by short names that are set on top."""
    short = {
        "first": "Provider First Name", "last": "Provider Last Name (Legal Name)", "city": f"{_AT} City Name",
        "deactivated": "NPI Deactivation Date", "reactivated": "NPI Reactivation Date", "replaced": "Replacement NPI",
        "updated": "Last Update Date", "entity": "Entity Type Code",
    }  # fmt: skip
    return {
        "NPI": number,
        **(PERSON if kind is None else kind),
        **{short[name]: v for name, v in values.items()},
    }


def many(count: int, start: int = 1) -> list[dict[str, str]]:
    """So many practitioners who never were."""
    return [row(npi(number), last=f"NOBODY{number}") for number in range(start, start + count)]


def as_csv(rows: list[dict[str, str]], header: list[str] | None = None) -> str:
    """The text of a file: every value in quotes, as CMS writes it."""
    names = header or columns()
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([found.get(name, "") for name in names] for found in rows)
    return out.getvalue()


def write_file(path: Path, rows: list[dict[str, str]], header: list[str] | None = None) -> Path:
    """A file of these rows; a path that ends in .zip gets what the monthly zip holds beside it too."""
    text = as_csv(rows, header)
    if path.suffix != ".zip":
        path.write_text(text)
        return path
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("npidata_pfile_20050523-20260208_fileheader.csv", text.splitlines()[0])
        archive.writestr("npidata_pfile_20050523-20260208.csv", text)
        archive.writestr("othername_pfile_20050523-20260208.csv", '"NPI"\n')
        archive.writestr("NPPES_Data_Dissemination_Readme_v.2.pdf", b"%PDF-1.7")
    return path


def write_report(
    path: Path, rows: list[tuple[Any, Any]], header: tuple[str, ...] = ("NPI", "NPPES Deactivation Date")
) -> Path:
    """A deactivation report with its title above; a path that ends in .zip gets it as CMS packs it."""
    book = Workbook()
    sheet = book.active
    for cells in (["NPPES Deactivated Records as of Feb 09 2026"], header, *rows):
        sheet.append(list(cells))
    out = io.BytesIO()
    book.save(out)
    if path.suffix != ".zip":
        path.write_bytes(out.getvalue())
        return path
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("NPPES Deactivated NPI Report 20260209.xlsx", out.getvalue())
    return path


NUCC = (
    "Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section\n"
    "363LF0000X,Physician Assistants & Advanced Practice Nursing Providers,Nurse Practitioner,Family,,,"
    "Family Nurse Practitioner,Individual\n"
    "251B00000X,Agencies,Case Management,,,,Case Management Agency,Non-Individual\n"
)
