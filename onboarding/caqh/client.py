"""The four questions we have for CAQH: a provider's status, add to our roster, what became of that, take off it.

Requests and answers name the same things differently; what is read is read by every name it is known under.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from onboarding.caqh.wire import NotAnswered, Wire
from onboarding.config import Settings
from onboarding.policy.caqh import (
    CaqhAnswer,
    ProviderStatus,
    RosterStatus,
    Standing,
    read_provider_status,
    read_roster_status,
    status_row,
)
from onboarding.policy.caqh_exceptions import split_exceptions

PRODUCT = "PV"
_STATUS, _ROSTER = "/RosterAPI/api/providerstatus", "/RosterAPI/API/Roster"
_DEROSTER = "/ProviewAPI/API/Deroster"


@dataclass(frozen=True)
class RosterAddition:
    """One provider to be put on our roster, found by the CAQH number. No birth date and no SSN leaves with it."""

    caqh_number: str
    reference: str
    first_name: str
    last_name: str
    npi: str
    practice_state: str
    license_state: str
    license_number: str
    recredentialing: bool = False


@dataclass(frozen=True)
class RosterResult:
    """What became of one provider of a batch; `npi` and `last_name` are those of the number, where CAQH gives them."""

    caqh_number: str
    exceptions: tuple[str, ...] = ()
    npi: str = ""
    last_name: str = ""


class CaqhClient:
    """CAQH for one organization. Every question answers, or raises NotAnswered: then nothing is known."""

    def __init__(self, wire: Wire, organization_id: str):
        self._wire = wire
        self._organization_id = organization_id

    @classmethod
    def from_settings(cls, settings: Settings) -> "CaqhClient | None":
        """The client of this installation; None without a contract."""
        if not settings.caqh_url:
            return None
        wire = Wire(settings.caqh_url, settings.caqh_user, settings.caqh_password.get_secret_value())
        return cls(wire, settings.caqh_organization_id)

    def provider_status(self, *, caqh_number: str = "", npi: str = "") -> CaqhAnswer:
        """Where one provider stands, asked by CAQH number or else by NPI."""
        who = {"Caqh_Provider_Id": caqh_number} if caqh_number else {"NPI_Provider_Id": npi}
        query = {"Product": PRODUCT, "Organization_Id": self._organization_id, **who}
        return _read_status(_one(self._wire.exchange("GET", _STATUS, query)), caqh_number)

    def add_to_roster(self, additions: Iterable[RosterAddition]) -> str:
        """Ask to put providers on our roster. Answers the batch id; what became of each comes later."""
        body = [self._addition(addition) for addition in additions]
        return _batch_id(self._wire.exchange("POST", _ROSTER, {"product": PRODUCT}, body))

    def batch_result(self, batch_id: str) -> tuple[RosterResult, ...] | None:
        """What became of each provider of a batch; None while CAQH still works on it."""
        found = self._wire.exchange("GET", _ROSTER, {"batch_id": batch_id})
        rows = found.get("roster_result") if isinstance(found, dict) else found
        if isinstance(rows, dict):
            rows = [rows]
        if rows is None or rows in ("", []):
            return None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise NotAnswered("CAQH's result of a batch cannot be read.", whole=False)
        return tuple(_read_result(row) for row in rows)

    def deroster(self, caqh_numbers: Iterable[str]) -> str:
        """Ask to take providers off our roster. Answers the batch id."""
        body = [
            {"organization_id": self._organization_id, "caqh_provider_id": number} for number in caqh_numbers
        ]
        return _batch_id(self._wire.exchange("POST", _DEROSTER, {"product": PRODUCT}, body))

    def _addition(self, addition: RosterAddition) -> dict[str, Any]:
        return {
            "provider": {
                "first_name": addition.first_name,
                "last_name": addition.last_name,
                "npi": addition.npi,
                "practice_state": addition.practice_state,
                "license_state": addition.license_state,
                "license_number": addition.license_number,
            },
            "caqh_provider_id": addition.caqh_number,
            "po_provider_id": addition.reference,
            "organization_id": self._organization_id,
            "application_type": "2" if addition.recredentialing else "1",
            "affiliation_flag": "",
            "delegation_flag": "N",
            "region_id": "",
        }


def _one(found: Any) -> dict[str, Any]:
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise NotAnswered("CAQH's answer cannot be read.", whole=False)
    return found


def _text(row: dict[str, Any], *names: str) -> str:
    return next((str(row[name]).strip() for name in names if row.get(name) not in (None, "")), "")


def _flag(row: dict[str, Any], name: str) -> bool | None:
    return {"y": True, "n": False}.get(_text(row, name).lower())


def _batch_id(found: Any) -> str:
    batch_id = _text(_one(found), "batch_id")[:80]
    if not batch_id:
        raise NotAnswered("CAQH took the roster without a batch number.", whole=False)
    return batch_id


def _read_status(row: dict[str, Any], asked: str) -> CaqhAnswer:
    found = _flag(row, "provider_found_flag")
    if found is None:
        raise NotAnswered("CAQH does not say whether it found the provider.", whole=False)
    if not found:
        return CaqhAnswer(ProviderStatus.NOT_FOUND, caqh_number=asked)
    number = _text(row, "caqh_provider_id")
    if asked and number and number.lstrip("0") != asked.lstrip("0"):
        raise NotAnswered("CAQH answered about another provider.", whole=False)
    roster, authorized = read_roster_status(_text(row, "roster_status")), _flag(row, "authorization_flag")
    if roster is None or (roster is RosterStatus.ACTIVE and authorized is None):
        raise NotAnswered(
            "CAQH does not say whether the provider is on our roster and authorized us.", whole=False
        )
    status, on = (
        read_provider_status(_text(row, "provider_status")),
        _date(_text(row, "provider_status_date")),
    )
    if on is None and status_row(status).standing is Standing.ATTESTED:
        raise NotAnswered("CAQH gives no date of attestation that can be read.", whole=False)
    return CaqhAnswer(status, roster, bool(authorized), on, number[:10] or asked)


def _date(text: str) -> date | None:
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 (a date, not a moment)
    except ValueError:
        return None


def _read_result(row: dict[str, Any]) -> RosterResult:
    inner = row.get("provider")
    row = {**row, **inner} if isinstance(inner, dict) else row
    return RosterResult(
        _text(row, "caqh_provider_id"),
        split_exceptions(_text(row, "exception_description")),
        _text(row, "provider_npi", "npi_type_1", "npi"),
        _text(row, "provider_last_name", "last_name"),
    )
