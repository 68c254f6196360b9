"""Discrepancy notices without an answer: those whose time ends soon, and those whose time has ended."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, exists, literal_column, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Letter, RightsRequest, Verification
from onboarding.policy.deadlines import clock
from onboarding.policy.vocabulary import LetterKind, LetterState, VerificationResult
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.nested import word_in

MOST_SHOWN = 50


def list_to_remind() -> Iterator[int]:
    """The applications with a notice whose time ends within the days of the reminder."""
    query = select(Application.id).join(Letter, Letter.application_id == Application.id)
    return iter(db.session.scalars(query.where(*_unanswered(), _ends_soon()).distinct()).all())


def list_ending_notices(application_id: int) -> list[Letter]:
    """The notices of one application whose time ends soon, of which no reminder was written, oldest first."""
    query = select(Letter).join(Application).where(Letter.application_id == application_id)
    ending = db.session.scalars(query.where(*_unanswered(), _ends_soon()).order_by(Letter.id))
    written = select(Letter).where(
        Letter.application_id == application_id, Letter.kind == LetterKind.DISCREPANCY_REMINDER
    )
    reminded = {letter.facts["notice"] for letter in db.session.scalars(written)}
    return [notice for notice in ending if notice.id not in reminded]


def is_unanswered(letter_id: int) -> bool:
    """Does this notice still wait for its answer?"""
    query = select(Letter.id).join(Application, Application.id == Letter.application_id)
    return db.session.scalar(query.where(Letter.id == letter_id, *_unanswered())) is not None


def list_lapsed_notices() -> Sequence[Any]:
    """The notices whose time has ended without an answer, longest ago first: application id, name and Application ID,
    the last day, and what the notice says."""
    query = select(
        Application.id, Application.name, Application.public_id, Letter.respond_by, Letter.facts
    ).join(Letter, Letter.application_id == Application.id)
    lapsed = query.where(*_unanswered(), Letter.respond_by < today())
    return db.session.execute(lapsed.order_by(Letter.respond_by, Letter.id).limit(MOST_SHOWN)).all()


def _ends_soon() -> ColumnElement[bool]:
    soon = today() + timedelta(days=clock("discrepancy_reminder", today()).amount)
    return Letter.respond_by.between(today(), soon)


def _unanswered() -> tuple[ColumnElement[bool], ...]:
    """A notice that was made, waits for its answer, and is of an application that is still worked on."""
    return (
        Application.status.in_(EVIDENCE_STATUSES),
        Letter.kind == LetterKind.DISCREPANCY,
        Letter.state == LetterState.RENDERED,
        *waits_for_answer(),
    )


def waits_for_answer() -> tuple[ColumnElement[bool], ...]:
    """Of a discrepancy notice beside its application: it has no answer, and its record still differs, is the latest of its
    fact and of this statement. Its values stand in the statement itself, so that a prepared one may hold it."""
    later = aliased(Verification)
    checked_again = exists().where(
        later.application_id == Verification.application_id,
        later.kind == Verification.kind,
        later.id > Verification.id,
    )
    differs = exists().where(
        Verification.id == cast(word_in(Letter.facts, "verification"), Integer),
        Verification.result == literal_column(f"'{VerificationResult.DISCREPANCY.value}'"),
        Verification.statement == Application.statement,
        ~checked_again.correlate(Verification),
    )
    return (
        ~exists().where(RightsRequest.letter_id == Letter.id).correlate(Letter),
        differs.correlate(Letter, Application),
    )
