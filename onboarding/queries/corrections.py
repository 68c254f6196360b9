"""Reading what was asked back of a form, and what of it may be changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, ReturnedQuestion
from onboarding.policy.corrections import (
    PROVIDER_TYPE,
    changed_codes,
    left_as_they_are,
    open_codes,
    pages_of,
    sent_answers,
)
from onboarding.policy.nppes import npi_refusal
from onboarding.policy.provider_types import provider_type
from onboarding.queries.registry import NOTHING, find_known


def list_questions(application: Application) -> Sequence[ReturnedQuestion]:
    """What is asked back of a form in this round, in the order it was named."""
    query = select(ReturnedQuestion).where(
        ReturnedQuestion.application_id == application.id, ReturnedQuestion.round == application.round
    )
    return db.session.scalars(query.order_by(ReturnedQuestion.id)).all()


def list_last_questions(application_id: int) -> Sequence[ReturnedQuestion]:
    """What was asked back the last time, whatever became of it."""
    last = select(func.max(ReturnedQuestion.round)).where(ReturnedQuestion.application_id == application_id)
    query = select(ReturnedQuestion).where(
        ReturnedQuestion.application_id == application_id, ReturnedQuestion.round == last.scalar_subquery()
    )
    return db.session.scalars(query.order_by(ReturnedQuestion.id)).all()


def find_open_codes(application: Application) -> frozenset[str]:
    """The questions and groups of the form that its applicant may change now, were the form theirs to change."""
    named = {question.field for question in list_questions(application)} if application.round else frozenset()
    copies = (application.form.sent_copies or []) if named else []
    return open_codes(
        provider_type(application.provider_type), named, application.form.answers,
        copies[-1]["answers"] if copies else {}, today(),
        {"npi"} if named and find_npi_refusal(application) else (),
    )  # fmt: skip


def find_npi_refusal(application: Application) -> str | None:
    """What is known against the NPI of the form now: it may have come from a roster, or CMS deactivated it after its page
    was saved."""
    npi = str(application.form.answers.get("npi") or "")
    known = find_known(npi) if npi else NOTHING
    return npi_refusal(known.outcome, known.facts, application.subject)


def list_left(application: Application) -> list[ReturnedQuestion]:
    """What is asked back in this round and has the same answer still, in the order it was named."""
    questions, copies = list_questions(application), application.form.sent_copies or []
    if not questions or not copies:
        return []
    left = left_as_they_are(
        provider_type(application.provider_type), {question.field for question in questions},
        sent_answers(copies[-1]), _answers_now(application),
    )  # fmt: skip
    return [question for question in questions if question.field in left]


def is_unchanged(application: Application) -> bool:
    """Was the form sent back without a named question, and is every answer still the one that was signed?"""
    copies = application.form.sent_copies or []
    if not copies or list_questions(application):
        return False
    row = provider_type(application.provider_type)
    return not changed_codes(row, sent_answers(copies[-1]), _answers_now(application))


def _answers_now(application: Application) -> dict[str, Any]:
    return {**application.form.answers, PROVIDER_TYPE: application.provider_type.value}


def find_open_pages(application: Application) -> frozenset[str]:
    """The pages on which something is open."""
    return pages_of(provider_type(application.provider_type), find_open_codes(application))
