"""The held letters: how many, of which kinds and why, and the holds of the letters of one application."""

from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from onboarding.extensions import db
from onboarding.models import Application, Letter, LetterHold

MOST_LETTERS = 100
_OPEN: ColumnElement[bool] = LetterHold.ended_at.is_(None)


def count_held() -> int:
    """How many letters wait for a person's release."""
    return db.session.scalar(select(func.count()).select_from(LetterHold).where(_OPEN)) or 0


def list_held_groups() -> list[Row[Any]]:
    """The held letters by kind and cause, the largest number first: how many, why, and the day the oldest fell due."""
    count = func.count().label("count")
    query = (
        select(
            Letter.kind,
            LetterHold.cause,
            count,
            func.max(LetterHold.because).label("because"),
            func.min(Letter.due_on).label("oldest_on"),
        )
        .join(Letter, Letter.id == LetterHold.letter_id)
        .where(_OPEN)
        .group_by(Letter.kind, LetterHold.cause)
    )
    return list(db.session.execute(query.order_by(count.desc(), Letter.kind)))


def list_held(most: int = MOST_LETTERS) -> list[Row[Any]]:
    """The held letters, the oldest first, each with its file and why it is held."""
    query = (
        select(
            LetterHold.because,
            LetterHold.held_on,
            LetterHold.held_by,
            Letter.kind,
            Letter.due_on,
            Application.id.label("application_id"),
            Application.name,
            Application.public_id,
        )
        .join(Letter, Letter.id == LetterHold.letter_id)
        .join(Application, Application.id == Letter.application_id)
        .where(_OPEN)
    )
    return list(db.session.execute(query.order_by(LetterHold.id).limit(most)))


def list_holds_of(application_id: int) -> dict[int, list[LetterHold]]:
    """By letter of one application, its holds, the latest last."""
    query = select(LetterHold).join(Letter).where(Letter.application_id == application_id)
    found: dict[int, list[LetterHold]] = {}
    for hold in db.session.scalars(query.order_by(LetterHold.id)):
        found.setdefault(hold.letter_id, []).append(hold)
    return found
