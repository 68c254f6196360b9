"""Fictional people and their good answers to the contract form, one set for each provider type."""

from typing import Any

from onboarding.policy.contract_form import fields_for
from onboarding.policy.identifiers import npi_problem
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType, Subject

_PERSON = {
    "first_name": "Maribel",
    "middle_name": "",
    "last_name": "Thornquist",
    "suffix": "",
    "birth_date": "1980-04-17",
    "specialty": "Family care",
    "licence_number": "L-204417",
    "licence_state": "AR",
    "licence_expires_on": "2030-06-30",
    "board_certification": "",
    "caqh_number": "14203377",
    "prescribes": "no",
    "dea_number": "",
    "independent": "no",
    "essential_functions": "no",
    "illegal_drugs": "no",
    "licence_loss": "no",
    "felony": "no",
    "privileges_loss": "no",
    "malpractice_cover": "yes",
    "malpractice_claims": "no",
}
_BODY = {
    "organization_name": "Ouachita Hollow Care, LLC",
    "trade_name": "",
    "specialty": "Home- and community-based services",
    "licence_number": "ORG-88213",
    "licence_expires_on": "2030-06-30",
    "owner_excluded": "no",
    "owner_convicted": "no",
    "certification_loss": "no",
    "liability_cover": "yes",
}
_EVERYBODY = {
    "npi": "1000000004",
    "legal_name": "Thornquist Family Care, PLLC",
    "tax_id": "714556203",
    "address": "1400 Larkspur Lane",
    "city": "Little Rock",
    "state": "AR",
    "zip_code": "72205",
    "county": "Pulaski",
    "lines": ["behavioral_health"],
    "tests_on_site": "no",
    "clia_number": "",
    "taxonomy": "",
    "contact_name": "Dana Whitlow",
    "contact_email": "dana@thornquist.example",
    "contact_phone": "501-555-0142",
}


def npi(n: int) -> str:
    """The n-th fictional NPI: passes its check digit, and stands in a range never given out (n below 2,000,000)."""
    body = f"1{n:08d}"
    return next(body + check for check in "0123456789" if npi_problem(body + check) is None)


def contract_answers(code: ProviderType, **changes: Any) -> dict[str, Any]:
    """Complete good answers for this provider type, as they are kept; changes replace or add answers.

    Nobody prescribes, tests on site or practices independently unless the changes say so; `prescribes="yes"` brings
    its DEA number along, `tests_on_site="yes"` its CLIA number.
    """
    row = provider_type(code)
    own = _PERSON if row.subject is Subject.PRACTITIONER else _BODY
    answers: dict[str, Any] = {**_EVERYBODY, **own}
    if changes.get("prescribes") == "yes":
        answers["dea_number"] = "AB1234563"
    if changes.get("tests_on_site") == "yes":
        answers["clia_number"] = "04D1234567"
    answers.update(changes)
    asked = {field.code for field in fields_for(row)}
    explained = {field.code: "" for field in fields_for(row) if field.code.endswith("_explained")}
    return {
        **explained,
        **{field: value for field, value in answers.items() if field in asked or field in changes},
    }
