"""Which drafts come near their end with nobody told: found a page of drafts at a time, and no form is opened for one of
which all is said."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select, union_all

from onboarding.clock import day_start, on_day, today
from onboarding.extensions import db
from onboarding.models import Application, ContractForm, DraftNotice, Letter, Roster, RosterRow
from onboarding.policy.deadlines import DRAFT_NOTICE_DAYS_BEFORE, after, draft_notice_fell_due
from onboarding.policy.vocabulary import Action, ApplicationKind, LetterKind, RosterRowState
from onboarding.policy.workflow import statuses_with
from onboarding.queries.sweeps import PAGE, older_than


def list_drafts_to_tell() -> Iterator[int]:
    """Drafts of which a notice is due and that have an e-mail address to send it to."""
    for numbers in _pages_due():
        forms = select(Application.id, ContractForm).join(ContractForm).where(Application.id.in_(numbers))
        yield from [
            row.id for row in db.session.execute(forms.order_by(Application.id)) if row[1].email_on_file
        ]


def list_groups_to_tell() -> list[int]:
    """Groups of whose practitioners a draft is one of which a notice is due."""
    groups: set[int] = set()
    for numbers in _pages_due():
        of_groups = select(Roster.application_id).join(RosterRow, RosterRow.roster_id == Roster.id)
        groups.update(
            db.session.scalars(
                of_groups.where(
                    RosterRow.application_id.in_(numbers), RosterRow.state == RosterRowState.IMPORTED
                ).distinct()
            )
        )
    return sorted(groups)


def notices_due(changed: Mapping[int, datetime]) -> dict[int, date]:
    """By draft, the day on which a notice fell due that nobody wrote; `changed` are the moments of the last changes. A
    change moves the end of the draft only forward, beyond every notice written before it, so the days of the notices
    rise."""
    fell_due = {
        number: day
        for number, moment in changed.items()
        if (day := draft_notice_fell_due(after("draft_kept", on_day(moment)), today()))
    }
    written = _written_for(list(fell_due)) if fell_due else {}
    return {
        number: day
        for number, day in fell_due.items()
        if (before := written.get(number)) is None or before < day
    }


def near_their_end(last: int) -> Select[int, datetime]:
    """A page of the drafts near enough to their deletion that a notice may be due, behind one of them."""
    near = older_than("draft_kept") + timedelta(days=max(DRAFT_NOTICE_DAYS_BEFORE))
    query = select(Application.id, Application.changed_at).where(
        Application.status.in_(statuses_with(Action.EXPIRE)),
        Application.kind == ApplicationKind.INITIAL,
        Application.status_on <= near,  # by the index; a change comes no earlier
        Application.changed_at < day_start(near + timedelta(days=1)),
        Application.id > last,
    )
    return query.order_by(Application.id).limit(PAGE)


def _pages_due() -> Iterator[list[int]]:
    last, page = 0, None
    while page is None or len(page) == PAGE:
        page = {row.id: row.changed_at for row in db.session.execute(near_their_end(last))}
        last = max(page, default=0)
        if due := list(notices_due(page)):
            yield due


def _written_for(numbers: list[int]) -> dict[int, date]:
    own = select(Letter.application_id, Letter.due_on).where(
        Letter.application_id.in_(numbers), Letter.kind == LetterKind.DRAFT_EXPIRES
    )
    with_others = select(DraftNotice.application_id, DraftNotice.due_on).where(
        DraftNotice.application_id.in_(numbers)
    )
    both = union_all(own, with_others).subquery()
    query = select(both.c.application_id, func.max(both.c.due_on).label("last")).group_by(
        both.c.application_id
    )
    return {row.application_id: row.last for row in db.session.execute(query)}
