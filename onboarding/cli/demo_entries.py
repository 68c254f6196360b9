"""What the applicants of the demonstration give entry by entry, and of their offices: small tables, dates counted from
the day the form is sent. Every person and body is invented."""

from datetime import date
from typing import Any

from onboarding.policy.contract_form import answer_codes, pages_for
from onboarding.policy.deadlines import add_months
from onboarding.policy.provider_types import ProviderTypeRow

Given = dict[str, Any]

_TRAINING = {
    "supervisor_name": "Harriet Ann Colby",
    "supervisor_licence": "LCSW 1187-C",
    "has_other_licenses": "no",
    "worked": "yes",
    "has_privileges": "yes",
}
_OFFICE = {
    "accepting": "yes",
    "spoken": ["English", "Spanish"],
    "interpreter": "yes",
    "wheelchair": "yes",
    "telehealth": "yes",
    **{f"hours_{day}": "8:00 am to 5:00 pm" for day in ("monday", "tuesday", "wednesday", "thursday")},
    "hours_friday": "8:00 am to 1:00 pm",
}
_BODY = {
    "signer_title": "Administrator",
    "accreditation": "CARF",
    "waiver_services": ["supportive_living", "respite", "supported_employment"],
    "waiver_levels": ["limited", "extensive"],
    "waiver_members": "40",
    "has_owners": "yes",
    "has_ties": "no",
    "has_interests": "no",
    "has_transactions": "no",
}


def further_answers(row: ProviderTypeRow, answers: Given, number: int, sent_on: date, board: str) -> Given:
    """The answers with everything else this provider type is asked."""
    everything = {
        **_TRAINING,
        **_OFFICE,
        **_BODY,
        "board_certified": "yes" if board else "no",
        "first_licensed": _month(sent_on, 130 + number),
        "signer_name": answers["contact_name"],
        "signer_email": answers["contact_email"],
        "ccn": f"04{1000 + number}",
        "waiver_counties": [answers["county"]],
        **answers,
    }
    entries = _entries(everything, number, sent_on, board)
    for page in pages_for(row):
        if page.group and page.group.code in entries and page.group.wanted(everything):
            everything[page.group.code] = [{"id": f"{page.code}{place}", **entry}
                                           for place, entry in enumerate(entries[page.code], start=1)]  # fmt: skip
    return {code: everything[code] for code in answer_codes(row) if code in everything}


def _month(sent_on: date, ago: int) -> str:
    return f"{add_months(sent_on, -ago):%Y-%m}"


def _entries(answers: Given, number: int, sent_on: date, board: str) -> dict[str, list[Given]]:
    """Entries of every group, by group; which of them are asked, the form says."""
    town = {"job_city": answers["city"], "job_state": "AR"}
    return {
        "other_licenses": [{"other_state": "TX", "other_number": f"TX-{61200 + number * 11}",
                            "other_expires_on": add_months(sent_on, 20).isoformat()}],
        "schools": [{"school_kind": "degree", "school_name": "Example State University",
                     "school_degree": answers["specialty"], "school_completed": _month(sent_on, 140 + number)}],
        "boards": [{"board_name": board, "board_specialty": answers["specialty"], "board_expires_on": "",
                    "board_certified_on": add_months(sent_on, -90).isoformat()}],
        "jobs": [
            {"job_employer": "Example Regional Clinic", "job_role": "Staff", **town, "job_current": "no",
             "job_began": _month(sent_on, 110), "job_ended": _month(sent_on, 40)},
            {"job_employer": answers["legal_name"], "job_role": answers["specialty"], **town, "job_current": "yes",
             "job_began": _month(sent_on, 38), "job_ended": ""},
        ],
        "hospitals": [{"hospital_name": "Example Regional Hospital", "hospital_city": answers["city"],
                       "hospital_state": "AR", "hospital_privileges": "active"}],
        "policies": [{"policy_carrier": "Example Mutual", "policy_number": f"EM-{70000 + number}",
                      "policy_per_claim": "1000000", "policy_aggregate": "3000000",
                      "policy_from": add_months(sent_on, -4).isoformat(),
                      "policy_to": add_months(sent_on, 8).isoformat()}],
        "claims": [{"claim_month": _month(sent_on, 30), "claim_about": "A late diagnosis.", "claim_state": "AR",
                    "claim_outcome": "settled", "claim_amount": "45000"}],
        "owners": [{"owner_kind": "person", "owner_name": answers["contact_name"], "owner_percent": "100",
                    "owner_address": f"{answers['address']}, {answers['city']}, AR", "owner_birth_date": "1966-02-11",
                    "owner_tax_id": f"9{number:08d}"}],
        "managers": [{"manager_name": answers["contact_name"], "manager_title": "Administrator",
                      "manager_address": f"{answers['address']}, {answers['city']}, AR",
                      "manager_birth_date": "1966-02-11", "manager_ssn": f"9{number:08d}"}],
    }  # fmt: skip
