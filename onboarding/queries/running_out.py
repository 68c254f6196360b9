"""Which documents of a provider in the network run out on a day, and whether a newer one has taken their place."""

from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from onboarding.extensions import db
from onboarding.models import Application, Document, Participation
from onboarding.policy.documents import TABLE, DocumentRow, is_asked
from onboarding.policy.vocabulary import DocumentKind, DocumentState
from onboarding.queries.files import get_credentialing_file

EXPIRING_KINDS: tuple[DocumentKind, ...] = tuple(row.kind for row in TABLE if row.expires)


def replaced() -> Any:
    """Was a newer document of the kind accepted for any application of the same participation?"""
    newer, its = aliased(Document), aliased(Application)
    return exists().where(
        its.participation_id == Application.participation_id,
        newer.application_id == its.id,
        newer.kind == Document.kind,
        newer.id > Document.id,
        newer.state == DocumentState.ACCEPTED,
    )


def list_running_out(participation: Participation, on: date) -> list[DocumentRow]:
    """The documents on file that run out on that day, are asked for still and were not replaced."""
    query = (
        select(Document.kind)
        .join(Application, Application.id == Document.application_id)
        .where(
            Application.participation_id == participation.id,
            Document.state == DocumentState.ACCEPTED,
            Document.expires_on == on,
            Document.kind.in_(EXPIRING_KINDS),
            ~replaced(),
        )
        .distinct()
    )
    kinds = set(db.session.scalars(query))
    if not kinds:
        return []
    file = get_credentialing_file(participation.application)
    return [row for row in TABLE if row.kind in kinds and is_asked(row, file)]
