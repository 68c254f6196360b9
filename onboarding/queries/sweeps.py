"""What the clock has to look at: ids only, found by index, in pages."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from onboarding.clock import day_start, today
from onboarding.extensions import db
from onboarding.models import (
    Application,
    Authorization,
    Document,
    ExclusionList,
    Letter,
    OutboxMessage,
    Participation,
    Screening,
)
from onboarding.policy.asking import CLOSING_LETTERS, DOCUMENT_LETTERS, follows_on
from onboarding.policy.deadlines import clock
from onboarding.policy.forecast import FORECAST_STATUSES
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    DocumentState,
    LetterKind,
    LetterState,
    MessageState,
    ParticipationState,
)
from onboarding.policy.workflow import ASKABLE_STATUSES, ENDED_STATUSES, EVIDENCE_STATUSES, statuses_with
from onboarding.queries.files import LEIE

PAGE = 500


def list_to_forecast() -> Iterator[int]:
    """Every open file that a decision lies ahead of."""
    return _in_pages(select(Application.id).where(Application.status.in_(FORECAST_STATUSES)), Application.id)


def older_than(clock_name: str) -> date:
    """The last day of which a clock has run out."""
    return today() - timedelta(days=clock(clock_name, today()).amount)


def days_before(column: Any, days: int, dialect: str) -> ColumnElement[Any]:
    """So many days before a date of the database; after it where they are negative."""
    if dialect == "sqlite":
        return func.date(column, f"{-days:+d} days")
    return column - days


def day_as_number(day: Any, dialect: str) -> ColumnElement[Any]:
    """A date of the database as a number such as 20270304: the cycle of letters that are planned for one day."""
    text = func.strftime("%Y%m%d", day) if dialect == "sqlite" else func.to_char(day, "YYYYMMDD")
    return cast(text, Integer)


def _in_pages(query: Select[Any], key: Any) -> Iterator[int]:
    """The ids of a query in pages by key: between two ids the caller may end its transaction."""
    last = 0
    while True:
        page = list(db.session.scalars(query.where(key > last).order_by(key).limit(PAGE)))
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]


def list_old_drafts() -> Iterator[int]:
    """Drafts kept longer since their last change than the policy keeps them."""
    query = select(Application.id).where(
        Application.status.in_(statuses_with(Action.EXPIRE)),
        Application.kind == ApplicationKind.INITIAL,
        Application.status_on < older_than("draft_kept"),  # by the index; a change comes no earlier
        Application.changed_at < day_start(older_than("draft_kept")),
    )
    return _in_pages(query, Application.id)


def list_to_ask() -> Iterator[int]:
    """Files that gather and were not yet asked in this round; files of which an accepted document has run out, or CAQH
    has lapsed, since they were last asked; files whose next letter may be due; files of which something was rejected
    after the final letter."""
    asked = _asked_by(DOCUMENT_LETTERS)
    later_look = aliased(Authorization)
    lapsed = exists().where(
        Authorization.application_id == Application.id,
        Authorization.kind == AuthorizationKind.CAQH,
        Authorization.attested_on < older_than("attestation_age"),
        ~exists().where(
            later_look.application_id == Authorization.application_id, later_look.id > Authorization.id
        ),
    )
    last_asked_on = select(func.max(Letter.written_on)).where(*_of_round(DOCUMENT_LETTERS)).scalar_subquery()
    run_out, run_out_since = _run_out(), _run_out(Document.expires_on >= last_asked_on)
    attested_then = days_before(
        last_asked_on, clock("attestation_age", today()).amount, db.engine.dialect.name
    )
    lapsed_since = lapsed.where(Authorization.attested_on >= attested_then)
    gathering = statuses_with(Action.COMPLETE_FILE)
    later = [status for status in ASKABLE_STATUSES if status not in gathering]
    waiting = Application.status.in_(gathering) & (
        Application.status_on <= older_than("missing_documents_first")
    )
    owing = (waiting | (Application.status.in_(later) & (run_out | lapsed))) & ~asked
    again = run_out_since | lapsed_since | _next_letter_due() | _rejected_since()
    query = select(Application.id).where(owing | (Application.status.in_(ASKABLE_STATUSES) & again))
    return _in_pages(query, Application.id)


def _of_round(kinds: Sequence[LetterKind]) -> tuple[ColumnElement[bool], ...]:
    """That a letter is one of these, of the application's round."""
    return (
        Letter.application_id == Application.id,
        Letter.kind.in_(kinds),
        Letter.cycle == Application.cycle,
        Letter.round == Application.round,
        Letter.state != LetterState.HELD_BACK,
    )


def _asked_by(kinds: Sequence[LetterKind], *more: Any) -> Any:
    return exists().where(*_of_round(kinds), *more)


def _next_letter_due() -> Any:
    """Was a letter written so long ago that the one after it may be due, and that one not yet?"""
    return or_(
        *(
            _asked_by([kind], Letter.written_on <= today() - timedelta(days=days))
            & ~_asked_by(DOCUMENT_LETTERS[place:])
            for place, (kind, days) in enumerate(_gaps(), start=1)
        )
    )


def _gaps() -> list[tuple[LetterKind, int]]:
    """Each letter that another one follows, and how many days after it."""
    found = ((kind, follows_on(kind, today())) for kind in DOCUMENT_LETTERS)
    return [(kind, (due_on - today()).days) for kind, due_on in found if due_on]


def _rejected_since() -> Any:
    """Was something sent after the final letter, and could not be accepted?"""
    final = select(func.max(Letter.written_on)).where(*_of_round(CLOSING_LETTERS)).scalar_subquery()
    return exists().where(
        Document.application_id == Application.id,
        Document.state == DocumentState.REJECTED,
        Document.uploaded_on >= final,
    )


def _run_out(*since: Any) -> Any:
    """Has an accepted document run out: one sent for this application, or one on file when it began?"""
    gone = (Document.state == DocumentState.ACCEPTED, Document.expires_on < today(), *since)
    earlier = aliased(Application)
    on_file = exists().where(
        Document.application_id == earlier.id,
        earlier.participation_id == Application.participation_id,
        earlier.id < Application.id,
        Document.expires_on >= Application.created_on,
        *gone,
    )
    return exists().where(Document.application_id == Application.id, *gone) | on_file


def list_silent() -> Iterator[int]:
    """Files that were asked in writing for the last time and whose answer date has passed."""
    asked = _asked_by(CLOSING_LETTERS, Letter.respond_by < today())
    query = select(Application.id).where(Application.status.in_(statuses_with(Action.DISCONTINUE)), asked)
    return _in_pages(query, Application.id)


def list_provisional_over() -> Iterator[int]:
    """Applications by which somebody is in the network provisionally, longer than was given or after they ended."""
    query = (
        select(Application.id)
        .join(Participation, Participation.application_id == Application.id)
        .where(
            Participation.provisional_until.is_not(None),
            Participation.state == ParticipationState.ACTIVE,
            or_(Participation.provisional_until < today(), Application.status.in_(ENDED_STATUSES)),
        )
    )
    return _in_pages(query, Application.id)


def list_awaiting_welcome() -> Iterator[int]:
    """Approved files with a welcome letter that has left by every channel."""
    of_letter = OutboxMessage.letter_id == Letter.id
    left = exists().where(
        Letter.application_id == Application.id,
        Letter.kind == LetterKind.WELCOME,
        Letter.state == LetterState.RENDERED,
        ~exists().where(of_letter, OutboxMessage.state != MessageState.SENT),
    )
    query = select(Application.id).where(Application.status.in_(statuses_with(Action.CONFIRM_WELCOME)), left)
    return _in_pages(query, Application.id)


def list_to_screen_again() -> Iterator[int]:
    """Files that take evidence and whose latest screening looked in a list that is no longer the current one, or in
    none, while there is a current list."""
    latest = (
        select(func.max(Screening.id))
        .where(Screening.application_id == Application.id, Screening.statement == Application.statement)
        .correlate(Application)
        .scalar_subquery()
    )
    current = select(ExclusionList.id).where(ExclusionList.source == LEIE, ExclusionList.current)
    query = select(Application.id).join(Screening, Screening.id == latest).where(
        Application.status.in_(EVIDENCE_STATUSES),
        current.exists(),
        or_(Screening.list_id.is_(None), Screening.list_id != current.scalar_subquery()),
    )  # fmt: skip
    return _in_pages(query, Application.id)


def list_to_recredential() -> Iterator[int]:
    """Active participations whose recredentialing should be opened and has not been."""
    opened = exists().where(
        Application.participation_id == Participation.id, Application.cycle == Participation.cycle + 1
    )
    opens_by = today() + timedelta(days=clock("recredentialing_opens", today()).amount)
    query = select(Participation.id).where(
        Participation.state == ParticipationState.ACTIVE,
        Participation.recredentialing_due_on <= opens_by,
        ~opened,
    )
    return _in_pages(query, Participation.id)
