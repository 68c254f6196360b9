"""The review queue: every filter by index, pages without loss or repeats, names in either order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text

from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.models import Application, ContractForm
from onboarding.policy.identifiers import new_application_id, sort_key
from onboarding.policy.vocabulary import ApplicationKind, ProviderKind, ProviderType, Role, Status, Subject
from onboarding.policy.workflow import OPEN_STATUSES
from onboarding.queries.queue import (
    count_on_page,
    count_open_work,
    count_rows,
    counts_query,
    find_queue_page,
    list_all_rows,
    queue_query,
)
from onboarding.queries.queue_filter import (
    ME,
    NOBODY,
    OF_ANY_STATUS,
    Due,
    QueueFilter,
    Sort,
    Stale,
    Why,
    name_beginnings,
)
from onboarding.web.staff.today import TABLE as TODAY
from tests.support.cases import make_staff
from tests.support.people import npi

_CLOSED = (Status.DRAFT, Status.PARTICIPATING, Status.DENIED, Status.WITHDRAWN)
_FAMILIES = ("Abara", "Brandt", "Castellanos", "de la Cruz", "Evers", "O'Neil", "Quist", "Abara")
_GIVEN = ("Ada", "Benno", "Chiara", "Dov", "Edda")


def fill(rows: int, assignees: list[int | None] | None = None, start: int = 0) -> None:
    """So many applications in every status, by one insert: the queue looks at nothing but these columns."""
    assignees = assignees or [None]
    statuses = (*OPEN_STATUSES, *_CLOSED)
    with committed() as work:
        form = ContractForm(
            kind=ProviderKind.MEDICAL, subject=Subject.PRACTITIONER, answers={}, created_at=now(), lines=[]
        )
        work.add(form)
        work.flush()
        work.execute(
            insert(Application),
            [
                _row(number, statuses[number % len(statuses)], form.id, assignees)
                for number in range(start, start + rows)
            ],
        )


def _row(number: int, status: Status, form_id: int, assignees: list[int | None]) -> dict[str, Any]:
    is_open = status in OPEN_STATUSES
    family, given = _FAMILIES[number % len(_FAMILIES)], _GIVEN[number % len(_GIVEN)]
    return {
        "public_id": new_application_id(),
        "form_id": form_id,
        "kind": ApplicationKind.INITIAL,
        "cycle": 1,
        "provider_kind": (ProviderKind.MEDICAL, ProviderKind.HCBS)[number % 2],
        "subject": Subject.PRACTITIONER,
        "provider_type": ProviderType.LCSW,
        "npi": npi(number),
        "tax_id_digest": f"{number:064d}",
        "name": f"{given} {family}",
        "name_key": sort_key(f"{family} {given}"),
        "status": status,
        "status_on": today() - timedelta(days=number % 40),
        "due_on": today() + timedelta(days=number % 30 - 9) if is_open else None,
        "stale_on": today() + timedelta(days=number % 50 - 10) if is_open and number % 3 else None,
        "received_on": today() - timedelta(days=number % 25) if status is not Status.DRAFT else None,
        "round": 0,
        "assignee_id": assignees[number % len(assignees)],
        "created_on": today(),
        "changed_at": now(),
        "version": 1,
    }


@pytest.fixture
def me(app: Flask) -> int:
    return make_staff(Role.SPECIALIST, name="Rosa Delgado").id


@pytest.fixture
def network(me: int) -> int:
    """120 applications: a third mine, a third a colleague's, a third nobody's."""
    fill(120, [me, make_staff(Role.SPECIALIST, name="Otto Grahn").id, None])
    return me


def walk(wanted: QueueFilter, me: int, size: int) -> Iterator[list[int]]:
    """Page after page, to the end."""
    after = ""
    while True:
        page = find_queue_page(replace(wanted, after=after), me, size)
        yield [row.id for row in page.rows]
        if not page.after:
            return
        after = page.after


_STATUSES = (None, Status.RECEIVED, Status.READY, Status.PARTICIPATING)
_FILTERS = [
    QueueFilter(status=status, kind=kind, assignee=assignee, due=due, sort=sort, descending=descending)
    for status, kind, assignee, due, sort, descending in product(
        _STATUSES,
        (None, ProviderKind.HCBS),
        ("", ME, NOBODY),
        (None, Due.OVERDUE, Due.WEEK),
        Sort,
        (False, True),
    )
] + [
    QueueFilter(stale=stale, kind=kind, status=status)
    for stale in Stale
    for kind in (None, ProviderKind.HCBS)
    for status in _STATUSES
]


def test_paging_loses_and_repeats_no_row_whatever_the_filter_and_the_order(network: int) -> None:
    for wanted in _FILTERS:
        whole = [row.id for row in find_queue_page(wanted, network, 1000).rows]
        pages = list(walk(wanted, network, 7))
        assert [row for page in pages for row in page] == whole, wanted
        assert len(set(whole)) == len(whole), wanted


def test_the_page_before_is_the_page_one_came_from(network: int) -> None:
    for wanted in (QueueFilter(), QueueFilter(sort=Sort.NAME), QueueFilter(sort=Sort.AGE, descending=True)):
        first = find_queue_page(wanted, network, 10)
        second = find_queue_page(replace(wanted, after=first.after), network, 10)
        third = find_queue_page(replace(wanted, after=second.after), network, 10)
        back = find_queue_page(replace(wanted, before=third.before), network, 10)
        assert [row.id for row in back.rows] == [row.id for row in second.rows]
        assert (back.before, back.after) == (second.before, second.after)
        assert not first.before
        again = find_queue_page(replace(wanted, before=back.before), network, 10)
        assert [row.id for row in again.rows] == [row.id for row in first.rows]
        assert not again.before


def test_the_queue_holds_open_work_alone_soonest_due_first(network: int) -> None:
    rows = find_queue_page(QueueFilter(), network, 1000).rows
    assert {row.status for row in rows} == set(OPEN_STATUSES)
    assert [row.due_on for row in rows] == sorted(row.due_on for row in rows)


def test_each_filter_keeps_what_it_names(network: int) -> None:
    def rows(**values: Any) -> list[Any]:
        found = find_queue_page(QueueFilter(**values), network, 1000).rows
        assert found
        return found

    assert {row.status for row in rows(status=Status.VERIFYING)} == {Status.VERIFYING}
    assert {row.status for row in rows(status=Status.DENIED)} == {Status.DENIED}
    assert {row.provider_kind for row in rows(kind=ProviderKind.HCBS)} == {ProviderKind.HCBS}
    assert {row.assignee for row in rows(assignee=ME)} == {"Rosa Delgado"}
    assert {row.assignee_id for row in rows(assignee=NOBODY)} == {None}
    other = rows(assignee=str(make_staff(Role.SPECIALIST, name="Otto Grahn").id))
    assert {row.assignee for row in other} == {"Otto Grahn"}
    assert all(row.due_on < today() for row in rows(due=Due.OVERDUE))
    assert all(today() <= row.due_on <= today() + timedelta(days=7) for row in rows(due=Due.WEEK))
    assert [row.received_on for row in rows(sort=Sort.AGE)] == sorted(row.received_on for row in rows())
    assert all(row.stale_on <= today() for row in rows(stale=Stale.NOW))
    assert all(row.stale_on <= date(2026, 3, 5) for row in rows(stale=Stale.NEXT))
    assert max(row.stale_on for row in rows(stale=Stale.SECOND)) > date(2026, 3, 5)
    assert all(row.stale_on > date(2026, 3, 5) for row in rows(stale=Stale.IN_NEXT))
    ready = rows(stale=Stale.READY)
    assert {row.status for row in ready} == {Status.READY, Status.IN_COMMITTEE}
    assert all(row.stale_on > today() for row in ready)
    stale = [row.stale_on for row in rows(sort=Sort.STALE)]
    assert stale == sorted(stale)
    names = [row.name_key for row in rows(sort=Sort.NAME, descending=True)]
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize("typed", ["abara", "Abara, Ada", "ada abara", "ABARA  ada", "Ada Aba", "aba"])
def test_a_name_is_found_by_its_beginning_in_either_order(network: int, typed: str) -> None:
    rows = find_queue_page(QueueFilter(text=typed), network, 1000).rows
    assert "Ada Abara" in {row.name for row in rows}
    assert all("Abara" in row.name for row in rows)


@pytest.mark.parametrize("typed", ["de la cruz", "Chiara de la Cruz", "O'Neil", "o neil"])
def test_a_name_of_several_words_is_found(network: int, typed: str) -> None:
    assert find_queue_page(QueueFilter(text=typed), network).rows


def test_the_middle_of_a_name_is_not_its_beginning(network: int) -> None:
    assert not find_queue_page(QueueFilter(text="randt"), network).rows


def test_a_search_looks_at_closed_files_too(network: int) -> None:
    assert {row.status for row in find_queue_page(QueueFilter(text="abara"), network, 1000).rows} > set(
        OPEN_STATUSES
    )


def test_an_npi_and_an_application_id_find_their_one_application(network: int) -> None:
    wanted = db.session.get(Application, 17)
    for typed in (
        wanted.npi,
        f" {wanted.npi} ".strip(),
        wanted.public_id,
        wanted.public_id.lower().replace("-", " "),
    ):
        assert [row.id for row in find_queue_page(QueueFilter(text=typed), network).rows] == [17]


@pytest.mark.parametrize(
    "cursor", ["~", "x~y", "2026-13-77~1", "~1", "2026-01-01", "2026-01-01~99999999999999999999"]
)
def test_a_cursor_that_cannot_be_read_gives_the_first_page(network: int, cursor: str) -> None:
    first = find_queue_page(QueueFilter(), network)
    assert [row.id for row in find_queue_page(QueueFilter(after=cursor), network).rows] == [
        row.id for row in first.rows
    ]


def test_a_row_that_moved_away_does_not_break_its_page(network: int) -> None:
    """The cursor is a place in the order, not a row: what was there may be gone."""
    first = find_queue_page(QueueFilter(), network, 10)
    rest = [row.id for row in find_queue_page(QueueFilter(after=first.after), network, 1000).rows]
    with committed() as work:
        work.get_one(Application, first.rows[-1].id).due_on = None
    assert [row.id for row in find_queue_page(QueueFilter(after=first.after), network, 1000).rows] == rest


def test_the_counts_are_those_of_the_filtered_lists(network: int) -> None:
    counts = count_on_page(network)
    assert count_open_work() == counts.by_status
    assert counts.total == len(find_queue_page(QueueFilter(), network, 1000).rows)
    for status, number in counts.by_status.items():
        assert number == len(find_queue_page(QueueFilter(status=status), network, 1000).rows)
    assert counts.overdue == len(find_queue_page(QueueFilter(due=Due.OVERDUE), network, 1000).rows)
    assert counts.mine == len(find_queue_page(QueueFilter(assignee=ME), network, 1000).rows)
    assert counts.unassigned == len(find_queue_page(QueueFilter(assignee=NOBODY), network, 1000).rows)


def test_a_number_stops_counting_at_one_more_than_its_most(network: int) -> None:
    filters = (QueueFilter(), QueueFilter(status=Status.READY), QueueFilter(text="Quist"))
    whole = [len(find_queue_page(wanted, network, 1000).rows) for wanted in filters]
    assert count_rows(filters, network) == whole
    assert count_rows(filters, network, most=5) == [6, 6, 6]


def test_the_whole_list_is_read_in_pages_of_any_size(network: int) -> None:
    for wanted in (QueueFilter(), QueueFilter(sort=Sort.MOVED, descending=True), QueueFilter(sort=Sort.NAME)):
        whole = [row.id for row in find_queue_page(wanted, network, 1000).rows]
        assert [row.id for row in list_all_rows(wanted, network, 7)] == whole


def test_what_nobody_has_touched_is_found_the_longest_untouched_first(network: int) -> None:
    with committed() as work:
        for number, days in ((3, 20), (4, 40), (5, 13)):
            found = work.get_one(Application, number)
            found.due_on, found.changed_at = today(), now() - timedelta(days=days)
    assert [row.id for row in find_queue_page(QueueFilter(why=Why.STALLED), network).rows] == [4, 3]
    assert [row.id for row in find_queue_page(QueueFilter(why=Why.ESCALATED), network).rows] == [4]


def test_a_name_is_read_as_it_stands_and_with_its_first_words_behind() -> None:
    assert name_beginnings("Abara") == [("abara", "")]
    assert name_beginnings("Ada Abara") == [("ada abara", ""), ("abara", "ada")]
    assert name_beginnings("Chiara de la Cruz") == [
        ("chiara de la cruz", ""),
        ("de la cruz", "chiara"),
        ("la cruz", "chiara de"),
        ("cruz", "chiara de la"),
    ]


@pytest.mark.parametrize("typed", ["%", "_", "?!", "' OR 1=1 --", "Ada %"])
def test_signs_find_nobody(network: int, typed: str) -> None:
    found = {row.name for row in find_queue_page(QueueFilter(text=typed), network, 1000).rows}
    assert all(name.startswith("Ada") or "Ada" in name for name in found) if "Ada" in typed else not found


# Query plans


def plan(query: Any) -> str:
    """How the database would do it, with a network large enough that reading it all is never the cheap way."""
    db.session.rollback()
    compiled = query.compile(db.engine, compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        parameters = compiled.construct_params()
        processed = {
            name: compiled._bind_processors[name](value) if name in compiled._bind_processors else value
            for name, value in parameters.items()
        }
        values = (
            processed if not compiled.positional else tuple(processed[name] for name in compiled.positiontup)
        )
        rows = connection.exec_driver_sql(f"{explain} {compiled}", values).all()
    return "\n".join(str(row[-1]) for row in rows)


PLANS = {
    "all open work": (QueueFilter(), ("ix_application_open_due",)),
    "all open work by age": (QueueFilter(sort=Sort.AGE), ("ix_application_open_age",)),
    "all open work by name": (QueueFilter(sort=Sort.NAME), ("ix_application_open_name",)),
    "overdue": (QueueFilter(due=Due.OVERDUE), ("ix_application_open_due",)),
    "this week": (QueueFilter(due=Due.WEEK), ("ix_application_open_due",)),
    "my work": (QueueFilter(assignee=ME), ("ix_application_assignee_due",)),
    "nobody's work": (QueueFilter(assignee=NOBODY), ("ix_application_assignee_due", "ix_application_open_due")),
    "a name": (QueueFilter(text="castellanos"), ("ix_application_name_key",)),
    "a name of two words": (QueueFilter(text="ada abara"), ("ix_application_name_key",)),
    "an NPI": (QueueFilter(text=npi(17)), ("ix_application_npi",)),
    "an Application ID": (
        QueueFilter(text="7KQM-2XPT-9HWB-RD4C"), ("public_id", "ix_application_name_key"),
    ),
    **{
        f"stage {status}": (QueueFilter(status=status), ("ix_application_status_due", "ix_application_open_due"))
        for status in OPEN_STATUSES
    },
    **{
        f"closed {status}": (QueueFilter(status=status), ("ix_application_status_since",)) for status in _CLOSED
    },
    "the first to go stale": (QueueFilter(sort=Sort.STALE), ("ix_application_open_stale",)),
    "stale at the next meeting": (QueueFilter(stale=Stale.NEXT), ("ix_application_open_stale",)),
    "in date at the next meeting": (QueueFilter(stale=Stale.IN_NEXT), ("ix_application_open_stale",)),
    "ready now": (
        QueueFilter(stale=Stale.READY), ("ix_application_status_stale", "ix_application_open_stale"),
    ),
    "a stage, stale": (
        QueueFilter(status=Status.READY, stale=Stale.NOW), ("ix_application_status_stale", "ix_application_open_stale"),
    ),
    "standing still": (QueueFilter(why=Why.STALLED), ("ix_application_open_moved",)),
    "came back": (QueueFilter(why=Why.ANSWERED), ("ix_application_answered", "ix_application_status_due")),
    "new documents": (QueueFilter(why=Why.UPLOADED), ("ix_document_new",)),
    "possible matches": (QueueFilter(why=Why.MATCHED), ("ix_exclusion_match_unresolved",)),
    "requests by right": (QueueFilter(why=Why.RIGHTS), ("ix_rights_request_state",)),
    "letters to settle": (QueueFilter(why=Why.LETTERS), ("ix_letter_state",)),
    "data bank reports": (QueueFilter(why=Why.REPORTS), ("ix_adverse_action_due",)),
    "a stage by name": (
        QueueFilter(status=Status.READY, sort=Sort.NAME), ("ix_application_status_name", "ix_application_open_name"),
    ),
    "a stage by age": (
        QueueFilter(status=Status.READY, sort=Sort.AGE), ("ix_application_status_age", "ix_application_open_age"),
    ),
}  # fmt: skip


def test_no_view_of_the_queue_reads_the_whole_table(network: int) -> None:
    fill(3000, [network, None, None], start=200)
    analyze()
    for name, (wanted, indexes) in PLANS.items():
        for turned in (wanted, replace(wanted, descending=True)):
            for cursor in (None, _cursor_of(turned)):
                found = plan(queue_query(turned, network, cursor).limit(51))
                check = check_sqlite if db.engine.dialect.name == "sqlite" else check_postgresql
                assert check(found, indexes, searched=_searched(wanted)), f"{name}:\n{found}"


def test_the_numbers_of_today_are_counted_by_index(network: int) -> None:
    fill(3000, [network, None, None], start=200)
    analyze()
    meetings = (today(), today() + timedelta(days=7), today() + timedelta(days=21))
    found = plan(counts_query(tuple(row.counts for row in TODAY), network, 1000, today(), meetings))
    assert "SCAN application\n" not in f"{found}\n", found
    assert "Seq Scan on application" not in found


def check_sqlite(found: str, indexes: tuple[str, ...], *, searched: bool) -> bool:
    """By one of these indexes, never reading the table; only what a search found is sorted."""
    by_index = any(index in found for index in indexes)
    return by_index and "SCAN application\n" not in f"{found}\n" and (searched or "TEMP B-TREE" not in found)


def check_postgresql(found: str, indexes: tuple[str, ...], *, searched: bool) -> bool:
    """By index. Which one, it chooses by its own statistics of this small table."""
    return "Seq Scan on application" not in found and any(
        f"{kind}_application" in found for kind in ("ix", "uq", "pk")
    )


def _searched(wanted: QueueFilter) -> bool:
    """Is it found by something else than its order?"""
    return bool(wanted.text) or wanted.why in (Why.UPLOADED, *OF_ANY_STATUS)


def analyze() -> None:
    with committed() as work:
        work.execute(text("ANALYZE application"))
    db.session.remove()


def _cursor_of(wanted: QueueFilter) -> tuple[Any, int]:
    if wanted.by_moved:
        return now(), 60
    return ("castellanos", 60) if wanted.by_name else (date(2026, 3, 1), 60)
