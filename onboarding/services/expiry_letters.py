"""Telling a provider in the network before documents on file run out: one statement writes every letter that is due."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, exists, func, select
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application, Document, Participation
from onboarding.policy.deadlines import DOCUMENT_EXPIRING_DAYS_BEFORE
from onboarding.policy.vocabulary import DocumentState, LetterKind, ParticipationState
from onboarding.policy.workflow import NETWORK_STATUSES
from onboarding.queries.running_out import EXPIRING_KINDS, replaced
from onboarding.queries.sweeps import day_as_number
from onboarding.services.planned_letters import (
    bare_letter,
    planned_letters,
    told_already,
    turn_of,
    write_planned,
)


def write_due_letters() -> int:
    """Write the letter that is due today for each provider in the network and day on which documents run out, once each;
    answers how many were new. After days off the latest one that fell due is sent, once."""
    return write_planned(expiry_statement(today(), db.engine.dialect.name))


def expiry_statement(on: date, dialect: str) -> Any:
    """INSERT .. SELECT under the unique key of a letter: its cycle is the day on which the documents run out (20260630),
    its number which of the letters it is (1 is the first), so that all that run out on one day stand in one letter.

    It fell due so many days before, but not before the document had come and the provider was credentialed.
    """
    runs_out, home = Document.expires_on, aliased(Application)
    welcomed = exists().where(home.id == Participation.application_id, home.status.in_(NETWORK_STATUSES))
    number, told_on = turn_of(runs_out, DOCUMENT_EXPIRING_DAYS_BEFORE, on, dialect)
    latest: Any = func.max if dialect == "sqlite" else func.greatest
    cycle = day_as_number(runs_out, dialect)
    columns = bare_letter(
        LetterKind.DOCUMENT_EXPIRING,
        on,
        application_id=Participation.application_id,
        participation_id=Participation.id,
        cycle=cycle,
        number=number,
        due_on=latest(told_on, Document.uploaded_on, Participation.credentialed_on, type_=Date),
        respond_by=runs_out,
    )
    rows = (
        select(*columns.values())
        .select_from(Document)
        .join(Application, Application.id == Document.application_id)
        .join(Participation, Participation.id == Application.participation_id)
        .where(
            Document.state == DocumentState.ACCEPTED,
            runs_out.between(on, on + timedelta(days=DOCUMENT_EXPIRING_DAYS_BEFORE[0])),
            Document.kind.in_(EXPIRING_KINDS),
            Participation.state != ParticipationState.TERMINATED,  # so said, SQLite begins with the documents
            welcomed,
            ~replaced(),
            ~told_already(LetterKind.DOCUMENT_EXPIRING, cycle, number),
        )
    )
    return planned_letters(columns, rows, dialect)
