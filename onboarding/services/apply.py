"""The applicant's side: a draft, its answers, the sending."""

from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import shorten
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import db, vault
from onboarding.models import (
    Application,
    ContractForm,
    Document,
    Letter,
    Organization,
    PartnerReferral,
    Practitioner,
)
from onboarding.policy.attestation import questions_for
from onboarding.policy.changes import changed
from onboarding.policy.contract_form import IDENTITY, answer_codes, parse_day, problems
from onboarding.policy.corrections import (
    LONGEST_COMMENT,
    PROVIDER_TYPE,
    STAYS,
    UNCHANGED,
    askable,
    changed_codes,
    reason_problem,
)
from onboarding.policy.form_pages import PAGES
from onboarding.policy.groups import group_row
from onboarding.policy.identifiers import digits_of, new_application_id, sort_key
from onboarding.policy.people import Actor, applicant
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.signer import signer_problem
from onboarding.policy.vocabulary import (
    Action,
    DocumentState,
    ParticipationState,
    ProviderKind,
    ProviderType,
    Status,
    Subject,
)
from onboarding.policy.workflow import EDITABLE_STATUSES, find_step
from onboarding.queries.corrections import (
    find_npi_refusal,
    find_open_codes,
    is_unchanged,
    list_left,
    list_questions,
)
from onboarding.services.audit import record_event
from onboarding.services.freshness import restate
from onboarding.services.letters import forget_letter
from onboarding.services.workflow import is_possible, new_application, take_step

Row = TypeVar("Row", Practitioner, Organization)

# A renewal is of the same provider under the same tax id: another one is another application.
_FIXED_ON_RENEWAL = {"npi": "NPI", "tax_id": "tax ID"}


def count_referral(kind: ProviderKind) -> None:
    """Count that somebody was sent to a partner; no application is made and nothing personal is kept."""
    db.session.add(PartnerReferral(kind=kind, referred_on=today()))


def start_draft(kind: ProviderKind, code: ProviderType) -> Application:
    """A new draft for a provider of this type, with its Application ID."""
    subject = provider_type(code).subject
    form = ContractForm(kind=kind, subject=subject, answers={}, created_at=now())
    application = new_application(
        public_id=new_application_id(), form=form, provider_kind=kind, subject=subject, provider_type=code
    )
    db.session.flush()
    record_event(actor=applicant(""), application=application, action="start", what="Draft started")
    return application


def start_drafts(
    wanted: Sequence[tuple[ProviderKind, ProviderType, dict[str, Any]]], actor: Actor, what: str
) -> list[Application]:
    """Drafts that begin with answers somebody else has given, as from a roster; each has its own Application ID."""
    started = []
    for kind, code, answers in wanted:
        row = provider_type(code)
        known = answer_codes(row)
        kept = {name: value for name, value in answers.items() if name in known}
        form = ContractForm(kind=kind, subject=row.subject, answers=kept, created_at=now())
        application = new_application(
            public_id=new_application_id(),
            form=form,
            provider_kind=kind,
            subject=row.subject,
            provider_type=code,
        )
        _copy_header(application)
        started.append(application)
    db.session.flush()
    for application in started:
        record_event(actor=actor, application=application, action="start", what=what)
    return started


def save_answers(application: Application, answers: dict[str, Any]) -> None:
    """Keep what was typed on one page. Raises Conflict when the form, or this part of it, is not the applicant's to
    change, BadInput for another NPI or tax id on a renewal."""
    _must_be_editable(application)
    refused = find_fixed(application, answers)
    if refused:
        raise BadInput(" ".join(refused.values()), refused)
    known = answer_codes(provider_type(application.provider_type))
    kept = {code: value for code, value in answers.items() if code in known}
    _must_be_open(application, kept)
    application.form.answers = {**application.form.answers, **kept}
    _copy_draft_header(application)


def find_fixed(application: Application, answers: dict[str, Any]) -> dict[str, str]:
    """What cannot change on a renewal and would, with what to do: who is in the network stays the same provider."""
    joined = application.participation
    if joined is None:
        return {}
    changed = {
        "npi": digits_of(str(answers.get("npi", joined.npi))) != joined.npi,
        "tax_id": "tax_id" in answers
        and vault().digest(digits_of(str(answers["tax_id"]))) != joined.tax_id_digest,
    }
    return {
        code: f"The {label} cannot change on a renewal: call us at {PLAN.provider_services_phone}."
        for code, label in _FIXED_ON_RENEWAL.items()
        if changed[code]
    }


def change_type(application: Application, kind: ProviderKind, code: ProviderType) -> None:
    """Choose another provider type for a draft; answers that still apply are kept."""
    _must_be_editable(application)
    if not may_change_type(application):
        raise Conflict(STAYS)
    subject = provider_type(code).subject
    application.provider_kind = application.form.kind = kind
    application.provider_type = code
    application.subject = application.form.subject = subject
    _copy_draft_header(application)


def may_change_type(application: Application) -> bool:
    """May another provider type be chosen? Not on a form that was sent back for other corrections only."""
    named = {question.field for question in list_questions(application)}
    return not named or PROVIDER_TYPE in named


def save_demographics(application: Application, answers: dict[str, Any] | None) -> None:
    """Keep the optional answers apart from the file; None forgets them."""
    _must_be_editable(application)
    application.form.demographics = answers or None
    _copy_draft_header(application)


def submit_application(
    application: Application, *, signature: str, agreed: bool, left: Mapping[str, str] | None = None
) -> None:
    """Send the form, or send it again after a return: draws the columns from the answers and takes the step. `left` says,
    by its code, why an answer that was asked back is the same still, and under UNCHANGED why the whole form is; staff
    read it.

    Raises NotReady with every problem, Conflict when it was sent already.
    """
    actor = applicant(signature)
    row = provider_type(application.provider_type)
    _must_be_editable(application)
    form = application.form
    found = problems(row, form.answers, today())
    wrong_signer = signer_problem(row, form.answers, signature)
    if wrong_signer:
        found["signature"] = wrong_signer
    found |= _keep_reasons(application, left or {})
    if out_of_service := find_npi_refusal(application):
        found["npi"] = f"NPI, on the page “{PAGES['identity'].title}”: {out_of_service}"
    form.signature = signature.strip()[:120]
    form.signed_on = today() if agreed and form.signature else None
    form.sent_at = now()
    action = Action.SUBMIT if find_step(application.status, Action.SUBMIT) else Action.RESUBMIT
    try:
        if not found:
            _draw_columns(application)
        take_step(application, action, actor, form_problems=found.values())
    except IntegrityError as taken:
        raise NotReady(["An application with this NPI and tax ID is already open. Look it up on the status page."]) \
            from taken  # fmt: skip
    _keep_copy(application, actor, (left or {}).get(UNCHANGED, "").strip())
    application.return_reason = ""


def reopen_application(
    application: Application, actor: Actor, reason: str, *, expected_version: int | None = None
) -> None:
    """Take up again what was withdrawn or discontinued, as it was last signed: changes never sent are forgotten.

    Raises NotReady, NotAllowed or Conflict as take_step does.
    """
    take_step(application, Action.REOPEN, actor, expected_version=expected_version, reason=reason)
    if copies := application.form.sent_copies:
        signed = copies[-1]
        row = provider_type(signed["provider_type"])
        application.provider_type = row.code
        application.subject = application.form.subject = row.subject
        application.form.answers = dict(signed["answers"])


def withdraw_application(
    application: Application, actor: Actor, reason: str, *, expected_version: int | None = None
) -> None:
    """Withdraw, at any time before the welcome letter has left; a participation that the approval made ends today.

    Raises NotReady, NotAllowed or Conflict as take_step does.
    """
    step = take_step(application, Action.WITHDRAW, actor, expected_version=expected_version, reason=reason)
    if step.from_status is Status.APPROVED and application.participation:
        application.participation.state = ParticipationState.TERMINATED
        application.participation.ended_on = today()


def expire_draft(application: Application, actor: Actor) -> list[str]:
    """Let an old draft go and forget what was typed. Answers the keys of its stored mails, to be deleted after the commit.
    Raises NotReady while it is still kept."""
    take_step(application, Action.EXPIRE, actor)
    return _forget_draft(application)


def discard_draft(application: Application) -> list[str]:
    """Delete a draft at its applicant's word, and forget what was typed. Answers as `expire_draft` does. Raises Conflict
    once it was sent, NotReady for a renewal."""
    take_step(application, Action.DISCARD, applicant(""))
    return _forget_draft(application)


def may_delete(application: Application) -> bool:
    """May its applicant delete this form?"""
    return is_possible(application, Action.DISCARD, applicant(""))


def _forget_draft(application: Application) -> list[str]:
    application.npi = application.name = application.name_key = application.given_key = ""
    form = application.form
    form.answers, form.demographics, form.sent_copies = {}, None, None
    form.signature = form.contact_name = form.contact_email = form.contact_phone = ""
    letters = db.session.scalars(select(Letter).where(Letter.application_id == application.id))
    return [key for letter in letters if (key := forget_letter(letter))]


def _must_be_editable(application: Application) -> None:
    if application.status not in EDITABLE_STATUSES:
        raise Conflict("This application has been sent and can no longer be changed here.")


def _must_be_open(application: Application, answers: dict[str, Any]) -> None:
    """Of a form that was sent back, only the questions that were named may change."""
    given = application.form.answers
    changed = changed_codes(provider_type(application.provider_type), given, {**given, **answers})
    if changed - find_open_codes(application):
        raise Conflict(STAYS)


def _keep_reasons(application: Application, reasons: Mapping[str, str]) -> dict[str, str]:
    """Keep why answers asked back stay as they are; answers with what is missing or wrong, by code."""
    labels, found = askable(provider_type(application.provider_type)), {}
    for question in list_left(application):
        reason = reasons.get(question.field, "").strip()
        if problem := reason_problem(question.field, reason):
            found[f"left_{question.field}"] = f"{labels[question.field][1]}: {problem}"
        question.left_because = reason[:LONGEST_COMMENT]
    if is_unchanged(application) and (problem := reason_problem(UNCHANGED, reasons.get(UNCHANGED, ""))):
        found[f"left_{UNCHANGED}"] = f"You changed nothing. {problem}"
    return found


def _keep_copy(application: Application, actor: Actor, why_unchanged: str) -> None:
    """Freeze what was signed; of a form sent again, write into the history what changed, and of what stands open
    in a table anyway the old and the new value; where nothing did, why."""
    form = application.form
    copy: dict[str, Any] = {
        "signature": form.signature, "signed_on": form.signed_on.isoformat() if form.signed_on else "",
        "provider_type": application.provider_type.value, "answers": dict(form.answers),
    }  # fmt: skip
    earlier = form.sent_copies or []
    form.sent_copies = [*earlier, copy]
    if earlier:
        _tell_changes(application, actor, earlier[-1], copy, why_unchanged)


def _tell_changes(
    application: Application, actor: Actor, earlier: dict[str, Any], copy: dict[str, Any], why_unchanged: str
) -> None:
    labels = {"provider_type": "Provider type", **answer_codes(provider_type(application.provider_type))}
    then, this_time = (
        {**sent["answers"], "provider_type": sent["provider_type"]} for sent in (earlier, copy)
    )
    fields = [code for code in labels if (then.get(code) or "") != (this_time.get(code) or "")]
    names = "; ".join(shorten(labels[code], 60, placeholder=" …") for code in fields)
    told = [changed(code, labels[code], then.get(code), this_time.get(code)) for code in fields]
    record_event(
        actor=actor, application=application, action="correct", details={"fields": fields, "changes": told},
        what=f"Corrected: {names}" if fields else "Form sent again unchanged", why="" if fields else why_unchanged,
    )  # fmt: skip
    if IDENTITY.intersection(fields):
        _begin_anew(application, actor)


def _begin_anew(application: Application, actor: Actor) -> None:
    """Another answer to who the provider is: what was gathered for the earlier one counts no more, and documents that
    were accepted are looked at again."""
    application.statement += 1
    accepted = select(Document).where(
        Document.application_id == application.id, Document.state == DocumentState.ACCEPTED
    )
    for document in db.session.scalars(accepted):
        document.state, document.reviewed_by_id, document.reviewed_at = DocumentState.RECEIVED, None, None
    db.session.flush()
    _look_again(application)
    restate(application)
    record_event(
        actor=actor, application=application, action="begin_anew",
        what="Who the provider is has changed: authorization, verifications and screening are made anew, and documents "
        "are looked at again",
    )  # fmt: skip


def _look_again(application: Application) -> None:
    """What was read on the documents that wait was searched for the earlier answers: the clock looks into them anew."""
    waiting = select(Document).where(
        Document.application_id == application.id, Document.state == DocumentState.RECEIVED
    )
    for document in db.session.scalars(waiting):
        document.looked_at = None


def _copy_draft_header(application: Application) -> None:
    """A form that has been sent keeps its name and NPI until it is sent again. A draft is kept from its last change."""
    if application.form.sent_at is None:
        application.changed_at = now()
        _copy_header(application)


def _copy_header(application: Application) -> None:
    """Name and NPI of a draft, so that it can be found again by NPI and Application ID."""
    answers = application.form.answers
    application.npi = str(answers.get("npi") or "")[:10]
    application.name, application.name_key = _names(application.subject, answers)
    application.given_key = sort_key(application.name)


def _names(subject: Subject, answers: dict[str, Any]) -> tuple[str, str]:
    if subject is Subject.ORGANIZATION:
        name = str(answers.get("organization_name") or "")
        return name[:200], sort_key(name)
    parts = [str(answers.get(part) or "") for part in ("first_name", "middle_name", "last_name")]
    name = " ".join(part for part in parts if part)
    if answers.get("suffix"):
        name = f"{name}, {answers['suffix']}"
    return name[:200], sort_key(f"{parts[2]} {parts[0]} {parts[1]}")


def _yes(answers: dict[str, Any], code: str) -> bool:
    return answers.get(code) == "yes"


def _day(answers: dict[str, Any], code: str) -> date | None:
    return parse_day(str(answers.get(code) or ""))


def _draw_columns(application: Application) -> None:
    form, answers = application.form, application.form.answers
    row = provider_type(application.provider_type)
    asked = answer_codes(row)
    answers = {code: value for code, value in answers.items() if code in asked}
    boards = group_row("boards").entries(answers, today())
    _copy_header(application)
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
    application.practitioner = _filled(application.practitioner or Practitioner(), {**values, **licence})


def _filled(row: Row, values: dict[str, Any]) -> Row:
    for column, value in values.items():
        setattr(row, column, value)
    return row
