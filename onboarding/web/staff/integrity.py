"""The annual report on information integrity: what was changed in files, by whom, why, and what the policy flags."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response, render_template, request

from onboarding.clock import today
from onboarding.policy.changes import say_change
from onboarding.policy.integrity import Flag, count_flags, flag_row
from onboarding.policy.vocabulary import Capability
from onboarding.queries.committee import tied_npis
from onboarding.queries.integrity import Changed, list_changes
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.csv_file import csv_answer
from onboarding.web.staff.room import bp
from onboarding.web.staff.typed import number

MOST_SHOWN = 200
FIRST_YEAR = 2020


@bp.get("/audit/integrity")
@staff_who(Capability.SEE_INTEGRITY)
def integrity() -> str:
    """The year in numbers, and the changes that are flagged."""
    year, flag, closed = _year(), _flag(), tied_npis(current_actor().id)
    flagged: list[Changed] = []
    raised: list[tuple[Flag, ...]] = []
    files: set[int] = set()
    changes = 0
    for change in list_changes(*_days(year), closed):
        changes += 1
        if change.application_id is not None:
            files.add(change.application_id)
        if change.flags:
            raised.append(change.flags)
            if len(flagged) < MOST_SHOWN and (flag is None or flag in change.flags):
                flagged.append(change)
    return render_template(
        "staff/audit/integrity.html",
        year=year,
        years=range(today().year, FIRST_YEAR - 1, -1),
        flag=flag,
        flagged=flagged,
        raised=len(raised),
        counts=list(count_flags(raised)),
        flag_row=flag_row,
        changes=changes,
        files=len(files),
        most=MOST_SHOWN,
        closed=closed,
    )


@bp.get("/audit/integrity.csv")
@staff_who(Capability.SEE_INTEGRITY)
def integrity_csv() -> Response:
    """Every change of the year, flagged or not."""
    year, closed = _year(), tied_npis(current_actor().id)
    return csv_answer(f"information-integrity-{year}.csv", _rows(year, closed))


def _rows(year: int, closed: frozenset[str]) -> Iterator[Sequence[object]]:
    yield (
        "Event",
        "At (UTC)",
        "Application ID",
        "Provider",
        "Who",
        "Role",
        "Change",
        "What",
        "Old and new",
        "Why",
        "Flags",
    )
    for change in list_changes(*_days(year), closed):
        told = "; ".join(map(say_change, change.changes))
        flags = "; ".join(flag_row(flag).label for flag in change.flags)
        yield (
            change.event_id, change.at.isoformat(), change.public_id, change.name, change.who, change.role, change.label,
            change.what, told, change.why, flags,
        )  # fmt: skip


def _year() -> int:
    wanted = number(request.args.get("year", ""))
    return wanted if wanted and FIRST_YEAR <= wanted <= today().year else today().year


def _flag() -> Flag | None:
    wanted = request.args.get("flag", "")
    return Flag(wanted) if wanted in set(Flag) else None


def _days(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
