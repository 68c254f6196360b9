"""Fictional people and their good answers to the contract form, one set for each provider type."""

from typing import Any

from onboarding.policy.attestation import questions_for
from onboarding.policy.contract_form import fields_for, pages_for
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
    "caqh_number": "14203377",
    "supervisor_name": "Wendell Achterberg",
    "supervisor_licence": "LCSW 2210-C",
    "prescribes": "no",
    "dea_number": "",
    "independent": "no",
    "has_other_licenses": "no",
    "board_certified": "no",
    "first_licensed": "2005-08",
    "worked": "yes",
    "has_privileges": "no",
    "admits_through": "Through the hospitalists of Ouachita Hollow Hospital.",
}
_BODY = {
    "organization_name": "Ouachita Hollow Care, LLC",
    "trade_name": "",
    "signer_name": "Ines R. Calloway",
    "signer_title": "Administrator",
    "signer_email": "ines@hollow.example",
    "specialty": "Home- and community-based services",
    "licence_number": "ORG-88213",
    "licence_expires_on": "2030-06-30",
    "ccn": "041337",
    "accreditation": "CARF",
    "waiver_services": ["supportive_living", "respite"],
    "waiver_levels": ["limited"],
    "waiver_members": "24",
    "waiver_counties": ["Garland", "Saline"],
    "has_owners": "yes",
    "has_ties": "no",
    "has_interests": "no",
    "has_transactions": "no",
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
    "accepting": "yes",
    "spoken": ["English", "Spanish"],
    "interpreter": "yes",
    "wheelchair": "yes",
    "telehealth": "no",
    "hours_monday": "8:00 am to 5:00 pm",
    "tests_on_site": "no",
    "clia_number": "",
    "taxonomy": "",
    "contact_name": "Dana Whitlow",
    "contact_email": "dana@thornquist.example",
    "contact_phone": "501-555-0142",
}

# One good entry of each group.
ENTRIES: dict[str, dict[str, Any]] = {
    "other_licenses": {"other_state": "TX", "other_number": "T-5512", "other_expires_on": "2030-01-31"},
    "schools": {"school_kind": "degree", "school_name": "Larkspur State University", "school_degree": "MSW",
                "school_completed": "2004-05"},
    "boards": {"board_name": "Board of Larkspur", "board_specialty": "Family care",
               "board_certified_on": "2010-02-01", "board_expires_on": "2031-02-01"},
    "jobs": {"job_employer": "Thornquist Family Care", "job_role": "Clinician", "job_city": "Little Rock",
             "job_state": "AR", "job_began": "2012-01", "job_current": "yes", "job_ended": ""},
    "hospitals": {"hospital_name": "Ouachita Hollow Hospital", "hospital_city": "Benton", "hospital_state": "AR",
                  "hospital_privileges": "active"},
    "policies": {"policy_carrier": "Bramble Mutual", "policy_number": "BM-20441", "policy_per_claim": "1000000",
                 "policy_aggregate": "3000000", "policy_from": "2025-06-01", "policy_to": "2030-06-30"},
    "claims": {"claim_month": "2023-04", "claim_about": "A missed fracture.", "claim_state": "AR",
               "claim_outcome": "settled", "claim_amount": "25000"},
    "owners": {"owner_kind": "person", "owner_name": "Orla Fennimore", "owner_address": "7 Quail Run, Benton, AR 72015",
               "owner_birth_date": "1961-09-30", "owner_tax_id": "431556209", "owner_percent": "60"},
    "ties": {"tie_one": "Orla Fennimore", "tie_relation": "spouse", "tie_other": "Ines Calloway"},
    "interests": {"interest_kind": "subcontractor", "interest_name": "Hollow Transport, LLC",
                  "interest_owner": "Orla Fennimore", "interest_percent": "50"},
    "managers": {"manager_name": "Ines Calloway", "manager_title": "Administrator",
                 "manager_address": "19 Heron Court, Benton, AR 72015", "manager_birth_date": "1975-01-12",
                 "manager_ssn": "431667310"},
    "convictions": {"convicted_name": "Basil Fennimore", "convicted_of": "False claims", "convicted_in": "2009-10",
                    "convicted_by": "Pulaski County, Arkansas"},
    "transactions": {"paid_name": "Hollow Transport, LLC", "paid_address": "2 Mill Road, Benton, AR 72015",
                     "paid_owner": "Orla Fennimore", "paid_amount": "41000"},
}  # fmt: skip


def npi(n: int) -> str:
    """The n-th fictional NPI: passes its check digit, and stands in a range never given out (n below 2,000,000)."""
    body = f"1{n:08d}"
    return next(body + check for check in "0123456789" if npi_problem(body + check) is None)


def contract_answers(code: ProviderType, **changes: Any) -> dict[str, Any]:
    """Complete good answers for this provider type, as they are kept; changes replace or add answers.

    Nobody prescribes, tests on site or practices independently unless the changes say so; `prescribes="yes"` brings
    its DEA number along, `tests_on_site="yes"` its CLIA number, and every group of entries that an answer calls for its
    one good entry.
    """
    row = provider_type(code)
    own = _PERSON if row.subject is Subject.PRACTITIONER else _BODY
    attested = {
        question.code: "yes" if question.expected else "no"
        for question in questions_for(row.subject, row.code)
    }
    answers: dict[str, Any] = {**_EVERYBODY, **own, **attested}
    if changes.get("prescribes") == "yes":
        answers["dea_number"] = "AB1234563"
    if changes.get("tests_on_site") == "yes":
        answers["clia_number"] = "04D1234567"
    answers.update(changes)
    asked = {field.code for field in fields_for(row)}
    explained = {field.code: "" for field in fields_for(row) if field.code.endswith("_explained")}
    groups = [page.group for page in pages_for(row) if page.group and not page.group.found]
    entries = {
        group.code: [{"id": f"{group.code}-1", **ENTRIES[group.code]}]
        for group in groups
        if group.wanted(answers)
    }
    return {
        **explained,
        **entries,
        **{field: value for field, value in answers.items() if field in asked or field in changes},
    }


def signature(answers: dict[str, Any]) -> str:
    """The name of whoever must sign a form with these answers."""
    return str(answers.get("signer_name") or f"{answers['first_name']} {answers['last_name']}")
