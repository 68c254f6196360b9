"""What the desk searches, sorts and writes to, drawn from the answers of the form."""

from datetime import date
from typing import Any, TypeVar

from onboarding.clock import today
from onboarding.extensions import vault
from onboarding.models import Application, Organization, Practitioner
from onboarding.policy.attestation import BEFORE, questions_for, taken_back
from onboarding.policy.contract_form import answer_codes, parse_day
from onboarding.policy.groups import group_row
from onboarding.policy.identifiers import digits_of, sort_key
from onboarding.policy.licences import further_licences, kept
from onboarding.policy.names import full_name
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Subject

Row = TypeVar("Row", Practitioner, Organization)


def copy_header(application: Application) -> None:
    """Name and NPI of a draft, so that it can be found again by NPI and Application ID."""
    answers = application.form.answers
    application.npi = str(answers.get("npi") or "")[:10]
    application.name, application.name_key = _names(application.subject, answers)
    application.given_key = sort_key(application.name)


def _names(subject: Subject, answers: dict[str, Any]) -> tuple[str, str]:
    name = full_name(subject, answers)
    if subject is Subject.ORGANIZATION:
        return name, sort_key(name)
    parts = [str(answers.get(part) or "") for part in ("last_name", "first_name", "middle_name")]
    return name, sort_key(" ".join(parts))


def _yes(answers: dict[str, Any], code: str) -> bool:
    return answers.get(code) == "yes"


def _day(answers: dict[str, Any], code: str) -> date | None:
    return parse_day(str(answers.get(code) or ""))


def draw_columns(application: Application) -> None:
    """State the columns of a form that is sent, as its answers say. Raises KeyError for an answer that is not there."""
    form, answers = application.form, application.form.answers
    row = provider_type(application.provider_type)
    asked = answer_codes(row)
    answers = {code: value for code, value in answers.items() if code in asked}
    boards = group_row("boards").entries(answers, today())
    copy_header(application)
    tax_id = digits_of(str(answers["tax_id"]))
    application.tax_id_digest = vault().digest(tax_id)
    application.specialty = answers["specialty"]
    application.county = answers["county"]
    application.prescribes = _yes(answers, "prescribes")
    application.tests_on_site = _yes(answers, "tests_on_site")
    application.independent = _yes(answers, "independent")
    application.board_certified = bool(boards)
    form.tax_id, form.tax_id_last4 = tax_id, tax_id[-4:]
    for column in ("legal_name", "contact_name", "contact_email", "contact_phone", "address", "city", "state",
                   "zip_code", "county"):  # fmt: skip
        setattr(form, column, answers[column])
    form.lines = list(answers["lines"])
    questions = questions_for(application.subject, application.provider_type)
    form.attestation = {
        "answers": {question.code: _yes(answers, question.code) for question in questions},
        "explanations": {
            question.code: answers.get(f"{question.code}_explained", "") for question in questions
        },
        BEFORE: taken_back(application.subject, form.attestation),
    }
    _draw_subject(application, {**answers, "board_certification": boards[0]["board_name"] if boards else ""})


def _draw_subject(application: Application, answers: dict[str, Any]) -> None:
    licence = {
        "npi": answers["npi"],
        "licence_number": answers.get("licence_number", ""),
        "licence_expires_on": _day(answers, "licence_expires_on"),
    }
    if application.subject is Subject.ORGANIZATION:
        values = {
            "legal_name": answers["organization_name"],
            "trade_name": answers.get("trade_name", ""),
            **licence,
        }
        application.organization = _filled(application.organization or Organization(), values)
        return
    values = {
        code: answers.get(code) or ""
        for code in (
            "first_name",
            "middle_name",
            "last_name",
            "suffix",
            "birth_date",
            "licence_state",
            "caqh_number",
            "board_certification",
        )
    }
    values["dea_number"] = answers.get("dea_number", "") if application.prescribes else ""
    values["further_licences"] = kept(further_licences(provider_type(application.provider_type), answers))
    application.practitioner = _filled(application.practitioner or Practitioner(), {**values, **licence})


def _filled(row: Row, values: dict[str, Any]) -> Row:
    for column, value in values.items():
        setattr(row, column, value)
    return row
