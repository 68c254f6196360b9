"""Saved views, and the queue as a file: what is filtered, under a name or as CSV."""

from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlencode

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import Row

from onboarding.clock import on_day, today
from onboarding.errors import BadInput
from onboarding.extensions import committed
from onboarding.policy.plan import KIND_LABELS
from onboarding.policy.vocabulary import Capability
from onboarding.policy.workflow import STATUS_LABELS
from onboarding.queries.queue import list_all_rows, list_workers
from onboarding.queries.queue_filter import QueueFilter
from onboarding.queries.views import get_view
from onboarding.services.views import note_export, remove_view, save_view
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.csv_file import csv_answer
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.queue import (
    TYPE_NAMES,
    chips_of,
    filter_url,
    filter_values,
    read_filter,
    show_queue,
)
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import text

LONGEST_QUERY = 500
AT_ONCE = 500
COLUMNS = (
    "Application ID", "Provider", "NPI", "Provider type", "Line", "Request", "Stage", "Since", "Received", "Due", "Goes stale",
    "Last change", "With",
)  # fmt: skip


@bp.get("/views/<int:view_id>")
@staff_who(Capability.SEE_QUEUE)
def view(view_id: int) -> Answer:
    """The queue as this view has it. What is stored is read as a link from outside would be."""
    found = get_view(view_id, current_actor().id or 0)
    return redirect(filter_url(read_filter(dict(parse_qsl(found.query)))), 303)


@bp.post("/views")
@staff_who(Capability.SAVE_VIEW)
def keep_view() -> Answer:
    """Save what is filtered now under a name."""
    actor, wanted = current_actor(), posted_filter()
    try:
        with committed():
            query = urlencode(filter_values(wanted))[:LONGEST_QUERY]
            name = save_view(actor, text("name"), query, shared="shared" in request.form).name
    except BadInput as error:
        return show_queue(wanted, Trouble("view", (error.message,), error.fields, request.form)), 422
    flash(f"Saved as “{name}”.", "success")
    return redirect(filter_url(wanted), 303)


@bp.post("/views/<int:view_id>/remove")
@staff_who(Capability.SAVE_VIEW)
def drop_view(view_id: int) -> Answer:
    """Forget one view."""
    actor = current_actor()
    with committed():
        found = get_view(view_id, actor.id or 0)
        remove_view(found, actor)
        name = found.name
    flash(f"The view “{name}” is removed.", "success")
    return redirect(url_for("staff.queue"), 303)


@bp.post("/queue.csv")
@staff_who(Capability.TAKE_QUEUE)
def queue_csv() -> Response:
    """Every row of what is filtered, in the same order, noted in the history."""
    actor, wanted = current_actor(), posted_filter()
    counted = Counted(list_all_rows(wanted, actor.id or 0, AT_ONCE))
    answer = csv_answer(f"queue-{today().isoformat()}.csv", counted.lines())
    names = {str(worker.id): worker.name for worker in list_workers()}
    filters = "; ".join(words for words, _ in chips_of(wanted, names)) or "all open work"
    with committed():
        note_export(actor, counted.number, filters)
    return answer


class Counted:
    """The lines of the file, and how many rows they held when they were through."""

    def __init__(self, rows: Iterator[Row]):
        self.rows, self.number = rows, 0

    def lines(self) -> Iterator[Sequence[object]]:
        yield COLUMNS
        for row in self.rows:
            self.number += 1
            yield (
                row.public_id, row.name, row.npi, TYPE_NAMES[row.provider_type], KIND_LABELS[row.provider_kind][0],
                row.kind.value, STATUS_LABELS[row.status], row.status_on, row.received_on, row.due_on, row.stale_on,
                on_day(row.changed_at), row.assignee,
            )  # fmt: skip


def posted_filter() -> QueueFilter:
    """The filter a form of the queue carries, without its page."""
    return read_filter(
        {name: value for name, value in request.form.items() if name not in ("after", "before")}
    )
