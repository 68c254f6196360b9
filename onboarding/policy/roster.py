"""TABLE: the columns of a roster, the names payers and practices give them, and what a whole file may hold.

A roster is the list of its practitioners that a group sends. Each payer has its own columns, so a header is
recognized by its words, and what is not recognized is asked once and remembered for that group. Column codes are those of
policy/contract_form.py, beside `provider_type`. Source: reference interfaces, rosters.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onboarding.policy.identifiers import looks_like_ssn
from onboarding.policy.vocabulary import RosterState, Status
from onboarding.policy.workflow import NETWORK_STATUSES, UNIQUE_STATUSES

MAX_ROWS = 2000
SPLIT = f"A roster holds up to {MAX_ROWS:,} practitioners. Split the file: put this row and those below it in a second file."

# A group may send rosters once its own application has been sent, and for as long as it lives.
ROSTER_STATUSES: tuple[Status, ...] = (*UNIQUE_STATUSES, *NETWORK_STATUSES)

# An application in one of these is already here: its practitioner is not applied for a second time.
HERE_STATUSES: tuple[Status, ...] = (Status.DRAFT, *UNIQUE_STATUSES, *NETWORK_STATUSES)

# Where the clock has something to do, and where the group may say what it is to do.
WORKING_STATES = (RosterState.QUEUED, RosterState.CHECKING, RosterState.IMPORTING)
MAPPABLE_STATES = (RosterState.MAPPING_NEEDED, RosterState.CHECKED)
IMPORTABLE_STATES = (RosterState.CHECKED,)
RESUMABLE_STATES = (RosterState.STOPPED, RosterState.FAILED)

# Where a roster waits for its group, and is kept only so long (policy/deadlines.py, roster_kept); and where its refused
# rows are, which wait to be corrected.
IDLE_STATES = (RosterState.MAPPING_NEEDED, RosterState.CHECKED, *RESUMABLE_STATES)
IMPORTED_STATES = (RosterState.DONE,)

STATE_LABELS: dict[RosterState, str] = {
    RosterState.QUEUED: "Waits to be checked",
    RosterState.CHECKING: "Being checked",
    RosterState.MAPPING_NEEDED: "Tell us about its columns",
    RosterState.CHECKED: "Checked",
    RosterState.IMPORTING: "Being imported",
    RosterState.DONE: "Imported",
    RosterState.STOPPED: "Stopped",
    RosterState.FAILED: "Could not be read",
}


@dataclass(frozen=True)
class Column:
    """One column: its code, what our template calls it, a good value, and the other names it goes by.

    `stands_for` are the columns it takes the place of; such a one is read and not in our template.
    """

    code: str
    label: str
    example: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    stands_for: tuple[str, ...] = ()


def _at_practice(*names: str) -> tuple[str, ...]:
    """The names with the words before them by which payers say that the place of practice is meant."""
    places = ("practice", "office", "clinic", "location", "service", "service location", "practice location",
              "primary", "primary practice", "primary location", "site", "physical")  # fmt: skip
    return (*names, *(f"{place} {name}" for place in places for name in names))


# Synonyms are written as `_plain` leaves a header: lower case, short forms spelled out, "provider" and its like gone.
TABLE: tuple[Column, ...] = (
    Column("npi", "NPI", "1000000004", required=True, synonyms=(
        "npi 1", "npi1", "npi type 1", "type 1 npi", "npi number", "national identifier", "personal npi")),
    Column("full_name", "Whole name", "Thornquist, Maribel Ann", stands_for=("first_name", "last_name"), synonyms=(
        "name", "full name", "full legal name", "name last first", "name first last",
        "last name first name", "last name first name mi", "last name first name middle initial", "last first",
        "last first mi", "first name last name", "name last first mi", "name last first middle", "doctor name",
        "physician name", "name and credentials", "name credentials", "name degree")),
    Column("provider_type", "Provider type", "LCSW", required=True, synonyms=(
        "type", "degree", "credentials", "credential", "title", "professional degree", "license type", "discipline",
        "designation", "professional title", "degree title")),
    Column("first_name", "First name", "Maribel", required=True, synonyms=(
        "first", "firstname", "fname", "f name", "given name", "name first", "legal first name")),
    Column("middle_name", "Middle name", "Ann", synonyms=(
        "middle", "middlename", "middle initial", "mi", "m i", "name middle")),
    Column("last_name", "Last name", "Thornquist", required=True, synonyms=(
        "last", "lastname", "lname", "l name", "surname", "family name", "name last", "legal last name")),
    Column("suffix", "Suffix", "Jr.", synonyms=("name suffix", "generation")),
    Column("birth_date", "Date of birth", "04/17/1980", synonyms=("birth date", "birthdate", "birthday")),
    Column("specialty", "Specialty", "Clinical social work", synonyms=(
        "primary specialty", "speciality", "main service", "specialty 1", "specialty description",
        "taxonomy description")),
    Column("taxonomy", "Taxonomy code", "1041C0700X", synonyms=(
        "taxonomy", "primary taxonomy", "primary taxonomy code", "taxonomy 1", "taxonomy code 1", "taxonomy number",
        "nucc taxonomy", "nucc taxonomy code", "nucc code")),
    Column("licence_number", "License number", "L-204417", synonyms=(
        "license", "state license", "state license number", "professional license number", "license 1",
        "primary license number")),
    Column("licence_state", "License state", "AR", synonyms=(
        "state of license", "license issuing state", "state licensed", "license issue state")),
    Column("licence_expires_on", "License expiration date", "12/31/2027", synonyms=(
        "license expiration", "license end date", "state license expiration date", "expiration date",
        "license expires on", "license date expiration")),
    Column("caqh_number", "CAQH number", "14203377", synonyms=("caqh", "caqh id", "caqh id number")),
    Column("dea_number", "DEA number", "AB1234563", synonyms=("dea", "dea registration", "dea registration number")),
    Column("board_certified", "Certifying board", "", synonyms=(
        "board", "board certification", "board name", "board certified by")),
    Column("address", "Practice address", "1400 Larkspur Lane", synonyms=_at_practice(
        "address", "address 1", "address line 1", "street", "street address", "street address 1")),
    Column("address_2", "Practice address line 2", "Suite 4", synonyms=_at_practice(
        "address 2", "address line 2", "street 2", "street address 2", "suite", "suite number", "ste", "unit", "unit number")),
    Column("city", "Practice city", "Little Rock", synonyms=_at_practice("city")),
    Column("state", "Practice state", "AR", synonyms=_at_practice("state")),
    Column("zip_code", "Practice ZIP code", "72205", synonyms=_at_practice("zip", "zip code", "zipcode", "postal code")),
    Column("county", "County", "Pulaski", synonyms=_at_practice("county", "county name")),
    Column("contact_phone", "Telephone", "501-555-0142", synonyms=_at_practice(
        "phone", "phone number", "telephone", "telephone number", "tel")),
    Column("accepting", "Accepting new patients", "yes", synonyms=(
        "accepting", "accepting new", "accepting patients", "accepts new patients", "accepting new members",
        "accepting new patients y n", "new patients", "open to new patients", "panel open", "panel status")),
    Column("spoken", "Languages", "English, Spanish", synonyms=(
        "language", "languages spoken", "language spoken", "spoken languages", "languages at practice")),
    Column("action", "Action", "A", synonyms=(
        "action code", "action type", "action a c t", "a c t", "action add change term", "add change term",
        "action add change terminate", "add change terminate", "add term change", "roster action", "change type", "type change",
        "transaction", "transaction type", "transaction code")),
)  # fmt: skip

TEMPLATE = tuple(column for column in TABLE if not column.stands_for)

WHAT_TO_CORRECT = "What to correct"

_SPELLED_OUT = {
    "lic": "license", "licence": "license", "no": "number", "num": "number", "nbr": "number", "exp": "expiration",
    "expiry": "expiration", "expires": "expiration", "dt": "date", "dob": "birth date", "spec": "specialty",
}  # fmt: skip
_SAYS_NOTHING = {"provider", "prov", "practitioner", "clinician", "individual", "rendering", "the", "of"}


def header_key(header: str) -> str:
    """A header as it is remembered: lower case, its words with one space between."""
    return " ".join(re.findall(r"[a-z0-9]+", header.lower().replace("#", " number ")))[:200]


def _plain(header: str) -> str:
    words = [_SPELLED_OUT.get(word, word) for word in header_key(header).split()]
    return " ".join(word for word in words if word not in _SAYS_NOTHING)


_PLACED = {"city", "zip_code"}  # without one of these a mere "State" may as well be the license's
_BY_NAME = {_plain(name): column.code for column in TABLE for name in (column.label, *column.synonyms)}
_LABELS = {column.code: column.label for column in TABLE}


def label_of(code: str) -> str:
    """What our template calls a column."""
    return _LABELS.get(code, code)


def header_keys(headers: Sequence[str]) -> list[str]:
    """The headers as they are remembered, each its own: one without a name has its place, one named twice its turn."""
    keys: list[str] = []
    for place, header in enumerate(headers, 1):
        key = header_key(header) or f"column {place}"
        keys.append(f"{key} ({place})" if key in keys else key)
    return keys


def match_headers(headers: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]:
    """Which of our columns stands where. What the group has told us goes first; of two that fit, the first one counts.

    `remembered` maps header keys to column codes; an empty code means that the column is not read.
    """
    found: dict[int, str] = {}
    keys = header_keys(headers)
    for place, key in enumerate(keys):
        code = remembered.get(key, "")
        if code in _LABELS and code not in found.values():
            found[place] = code
    for place, header in enumerate(headers):
        code = _BY_NAME.get(_plain(header), "")
        if code and keys[place] not in remembered and code not in found.values():
            found[place] = code
    if not _PLACED.intersection(found.values()):
        found = {
            place: code
            for place, code in found.items()
            if _plain(headers[place]) != "state" or keys[place] in remembered
        }
    return dict(sorted(found.items()))


def missing_columns(columns: Mapping[int, str]) -> tuple[Column, ...]:
    """The columns without which no row can be taken."""
    there = {
        code
        for column in TABLE
        if column.code in columns.values()
        for code in (column.code, *column.stands_for)
    }
    return tuple(column for column in TABLE if column.required and column.code not in there)


def how_required(column: Column) -> str:
    """Whether a roster must have this column, in words, with the one that may stand for it."""
    return " or ".join(["must be there", *stand_ins((column,))]) if column.required else ""


def stand_ins(columns: Sequence[Column]) -> list[str]:
    """What our template calls the columns that may stand for one of these."""
    codes = {column.code for column in columns}
    return [other.label for other in TABLE if codes.intersection(other.stands_for)]


def sample_values(rows: Sequence[Sequence[str]], columns: int) -> list[list[str]]:
    """The first two different values of each column, by which it is recognized; never what looks like a social security number."""
    values = [
        dict.fromkeys(" ".join(row[place].split()) for row in rows if place < len(row))
        for place in range(columns)
    ]
    return [[value[:40] for value in column if value and not looks_like_ssn(value)][:2] for column in values]


def holds_ssn(header: str) -> bool:
    """Is this a column of social security numbers? We never need one, and keep nothing of it."""
    return re.search(r"\bssn\b|social security", header_key(header)) is not None


def holds_tax_id(header: str) -> bool:
    """Is this a column of tax IDs, where a sole proprietor's looks like a social security number?"""
    return re.search(r"\b(tax|tin|ein|fein)\b", header_key(header)) is not None


def guarded(text: str) -> str:
    """The text as it may stand in a CSV file: a spreadsheet program must not take it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def unguarded(text: str) -> str:
    """What was typed, from a cell of a file that `guarded` has been over."""
    text = text.strip()
    return text[1:].strip() if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
