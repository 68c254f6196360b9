"""Reading what we wrote to an applicant: the letters of one application with their hand-overs, in one statement."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import Letter, OutboxMessage
from onboarding.policy.vocabulary import LetterKind, LetterState


def list_handed_over(application_id: int, kinds: Collection[LetterKind]) -> Sequence[Any]:
    """A row for each letter of these kinds and each of its hand-overs, the newest letter first; of one not yet made, a row alone."""
    query = (
        select(
            Letter.id, Letter.kind, Letter.written_on, Letter.respond_by, Letter.state,
            OutboxMessage.state.label("handed_over"), OutboxMessage.sent_on,
        )
        .outerjoin(OutboxMessage, OutboxMessage.letter_id == Letter.id)
        .where(Letter.application_id == application_id, Letter.kind.in_(kinds))
        .order_by(Letter.id.desc(), OutboxMessage.id)
    )  # fmt: skip
    return db.session.execute(query).all()


def get_message_to(application_id: int, letter_id: int, kinds: Collection[LetterKind]) -> Letter:
    """One letter of these kinds to this applicant whose bytes are kept. Raises NotFound, the same whatever the reason."""
    query = select(Letter).where(
        Letter.id == letter_id, Letter.application_id == application_id,
        Letter.kind.in_(kinds), Letter.state == LetterState.RENDERED,
    )  # fmt: skip
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such message.")
    return found
