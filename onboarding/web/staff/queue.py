"""The review queue: filters, order and page all in the URL."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from flask import render_template, request, url_for

from onboarding.clock import on_day, today
from onboarding.policy.access import may
from onboarding.policy.plan import KIND_LABELS, PARTNERS
from onboarding.policy.provider_types import TABLE as PROVIDER_TYPES
from onboarding.policy.vocabulary import Capability, ProviderKind, Status
from onboarding.policy.workflow import DRAFT_STATUSES, OPEN_STATUSES, STATUS_LABELS
from onboarding.queries.meetings import find_next_meetings
from onboarding.queries.next_things import find_next_things
from onboarding.queries.queue import count_on_page, find_queue_page, list_workers
from onboarding.queries.queue_filter import (
    ME,
    NOBODY,
    Due,
    QueueFilter,
    Sort,
    Stale,
    Why,
    untouched_since,
)
from onboarding.queries.views import list_views
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.bulk import offered
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import bp
from onboarding.web.staff.typed import number

Word = TypeVar("Word", bound=StrEnum)

LONGEST_SEARCH = 100
TYPE_NAMES = {row.code: row.label.split(" (")[0] for row in PROVIDER_TYPES}
KINDS = tuple(kind for kind in ProviderKind if kind not in PARTNERS)
CLOSED_STATUSES = tuple(
    status for status in Status if status not in OPEN_STATUSES and status not in DRAFT_STATUSES
)
DUE_LABELS = {Due.OVERDUE: "Overdue", Due.TODAY: "Due today", Due.WEEK: "Due in 7 days"}
STALE_LABELS = {
    Stale.NOW: "Out of date today",
    Stale.NEXT: "Out of date at the next meeting",
    Stale.SECOND: "Out of date at the one after",
    Stale.READY: "Ready to be decided now",
    Stale.IN_NEXT: "In date at the next meeting",
    Stale.IN_SECOND: "In date at the one after",
}
WHY_LABELS = {
    Why.UPLOADED: "Documents to review",
    Why.ANSWERED: "Came back from the applicant",
    Why.MATCHED: "Possible exclusion matches",
    Why.RIGHTS: "Requests by right to answer",
    Why.LETTERS: "Letters to settle",
    Why.REPORTS: "Data bank reports to answer, make or amend",
    Why.NOTICE_AMBER: "Decisions to tell soon",
    Why.NOTICE_LATE: "Decisions not told in time",
    Why.STATE_PENDING: "State enrollment pending",
    Why.STATE_LATE: "State enrollment pending too long: end participation",
    Why.APPEALS: "Appeals to accept or decide",
    Why.PROVISIONAL: "Provisional participations that end within 30 days",
    Why.FOLLOW_UPS: "Conditions to look at again within 10 days, or late",
    Why.VOTES: "Files that wait for your vote",
    Why.STALLED: "Standing still",
    Why.ESCALATED: "Standing still, for the coordinator",
}
SORT_LABELS = {
    Sort.DUE: "Due",
    Sort.AGE: "Age",
    Sort.NAME: "Provider",
    Sort.STALE: "Goes stale",
    Sort.MOVED: "Last change",
}


@bp.get("")
@staff_who(Capability.SEE_QUEUE)
def queue() -> str:
    """What to do next, for whom, until when."""
    return show_queue(read_filter())


def show_queue(wanted: QueueFilter, trouble: Trouble | None = None) -> str:
    """The queue with this filter, and what went wrong with a form of it."""
    actor = current_actor()
    page = find_queue_page(wanted, actor.id or 0)
    workers = list_workers()
    return render_template(
        "staff/queue.html",
        wanted=wanted,
        trouble=trouble,
        page=page,
        next=find_next_things(page.rows),
        counts=count_on_page(actor.id or 0),
        workers=workers,
        views=list_views(actor.id or 0),
        chips=chips_of(wanted, {str(worker.id): worker.name for worker in workers}),
        url=lambda **changes: filter_url(wanted, **changes),
        values=filter_values(replace(wanted, after="", before="")),
        today=today(),
        me=actor.id,
        sees_files=may(actor.roles, Capability.SEE_FILE),
        claims=may(actor.roles, Capability.CLAIM_WORK),
        bulk=offered(actor) if may(actor.roles, Capability.DO_IN_BULK) else [],
        open_statuses=OPEN_STATUSES,
        closed_statuses=CLOSED_STATUSES,
        kinds=KINDS,
        type_names=TYPE_NAMES,
        due_labels=DUE_LABELS,
        stale_labels=STALE_LABELS,
        why_labels=WHY_LABELS,
        untouched_since=untouched_since("stalled"),
        days_still=lambda moment: (today() - on_day(moment)).days,
        meetings=find_next_meetings(),
        sort_labels=SORT_LABELS,
    )


def read_filter(given: Mapping[str, str] | None = None) -> QueueFilter:
    """The filter of the URL, or of these values. What cannot be read is left out, so that an old link still opens."""
    given = request.args if given is None else given
    assignee = given.get("assignee", "")
    return QueueFilter(
        status=_word(Status, given.get("status", "")),
        kind=_word(ProviderKind, given.get("kind", "")),
        assignee=assignee if assignee in (ME, NOBODY) or number(assignee) is not None else "",
        due=_word(Due, given.get("due", "")),
        stale=_word(Stale, given.get("stale", "")),
        why=_word(Why, given.get("why", "")),
        text=" ".join(given.get("q", "").split())[:LONGEST_SEARCH],
        sort=_word(Sort, given.get("sort", "")) or Sort.DUE,
        descending=given.get("order") == "desc",
        after=given.get("after", "")[:240],
        before=given.get("before", "")[:240],
    )


def filter_url(wanted: QueueFilter, **changes: Any) -> str:
    """The queue with this filter and these changes; any change but of page goes back to the first page."""
    return url_for("staff.queue", **filter_values(replace(wanted, **{"after": "", "before": "", **changes})))


def filter_values(wanted: QueueFilter) -> dict[str, Any]:
    """The filter as the URL says it: nothing of what is not asked for."""
    values = dict(vars(wanted))
    descending, text, sort = values.pop("descending"), values.pop("text"), values.pop("sort")
    values |= {"q": text, "order": "desc" if descending else "", "sort": sort if sort is not Sort.DUE else ""}
    return {name: str(value) for name, value in values.items() if value}


def _word(vocabulary: type[Word], typed: str) -> Word | None:
    return vocabulary(typed) if typed in vocabulary._value2member_map_ else None


def chips_of(wanted: QueueFilter, names: dict[str, str]) -> list[tuple[str, str]]:
    """The filters in force, each with the link that takes it off."""
    found = []
    if wanted.status:
        found.append((f"Stage: {STATUS_LABELS[wanted.status]}", filter_url(wanted, status=None)))
    if wanted.kind:
        found.append((f"Kind: {KIND_LABELS[wanted.kind][0]}", filter_url(wanted, kind=None)))
    if wanted.assignee:
        name = {ME: "me", NOBODY: "nobody"}.get(wanted.assignee) or names.get(
            wanted.assignee, "somebody who left"
        )
        found.append((f"With: {name}", filter_url(wanted, assignee="")))
    if wanted.due:
        found.append((DUE_LABELS[wanted.due], filter_url(wanted, due=None)))
    if wanted.stale:
        found.append((STALE_LABELS[wanted.stale], filter_url(wanted, stale=None)))
    if wanted.why:
        found.append((WHY_LABELS[wanted.why], filter_url(wanted, why=None)))
    if wanted.text:
        found.append((f"Search: {wanted.text}", filter_url(wanted, text="")))
    return found
