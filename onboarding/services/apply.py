"""The applicant's side: a draft, its answers, the sending."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import db, vault
from onboarding.models import (
    Application,
    ContractForm,
    Document,
    PartnerReferral,
)
from onboarding.policy.changes import changed
from onboarding.policy.contract_form import IDENTITY, answer_codes, problems
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
from onboarding.policy.identifiers import digits_of, new_application_id
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
)
from onboarding.policy.workflow import EDITABLE_STATUSES, WELCOMING_STATUSES, find_step
from onboarding.queries.corrections import (
    find_npi_refusal,
    find_open_codes,
    is_unchanged,
    list_left,
    list_questions,
)
from onboarding.services.audit import record_event
from onboarding.services.form_columns import copy_header, draw_columns
from onboarding.services.freshness import restate
from onboarding.services.workflow import new_application, take_step

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
        copy_header(application)
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
            draw_columns(application)
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
    if step.from_status in WELCOMING_STATUSES and application.participation:
        application.participation.state = ParticipationState.TERMINATED
        application.participation.ended_on = today()
        application.participation.state_pending_since = None


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
        copy_header(application)
