"""Reports: TABLE of the pictures, each with its table and a CSV. Figures are read once a day and kept in the instance
folder, so that every worker shows the same; a picture is drawn after the reading transaction has ended."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Response, current_app, render_template

from onboarding.clock import now, today
from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.policy.state_clock import UNSETTLED
from onboarding.policy.vocabulary import Capability
from onboarding.queries.reports import (
    FUNNEL_DAYS,
    MOST_RECEIVED,
    Figures,
    count_ages,
    count_committee_load,
    count_funnel,
    count_stages,
    count_workload,
    forecast_stale,
)
from onboarding.queries.turnaround import MOST_DECISIONS, TURNAROUND_DAYS, measure_turnaround
from onboarding.web.access import staff_who
from onboarding.web.staff.csv_file import csv_answer
from onboarding.web.staff.pictures import draw, said
from onboarding.web.staff.room import bp


@dataclass(frozen=True)
class Report:
    """One picture: its name in the address, its title, what it shows, and its figures. Lying bars have room for names."""

    code: str
    title: str
    says: str
    figures: Callable[[], Figures]
    lying: bool = False


TABLE: tuple[Report, ...] = (
    Report(
        "funnel", "How far applications come",
        f"Of the applications received in the last {FUNNEL_DAYS} days (the newest {MOST_RECEIVED:,} at most): how many ever reached each stage and each end, and how many are there now.", count_funnel,
    ),
    Report("stages", "Open applications by stage", "In each stage, and how many have come at least as far.", count_stages),
    Report(
        "turnaround", "Turnaround by provider type",
        f"Days from receipt to the first decision, of the last {TURNAROUND_DAYS} days (the newest {MOST_DECISIONS:,} decisions at most), "
        f"beside what we promise in all stages together and the limit of the State. The State clock leaves out the days on which it stood still: while the CCVS profile was on order, and while the application was back with the provider. {UNSETTLED}", measure_turnaround, lying=True,
    ),
    Report("ageing", "Age of open work", "Open applications by the days since they were received.", count_ages),
    Report("stale", "Files going out of date", "Open files by the week in which something in them goes out of date.", forecast_stale),
    Report("committee", "Committee load", "Files on the agenda of the newest meetings and those to come.", count_committee_load),
    Report("workload", "Workload per person", "Open files by the person they are with.", count_workload, lying=True),
)  # fmt: skip
_BY_CODE = {report.code: report for report in TABLE}


@dataclass(frozen=True)
class Kept:
    """The figures of one day, and at what moment they were read."""

    day: str
    read_at: datetime
    figures: Figures


@bp.get("/reports")
@staff_who(Capability.SEE_REPORTS)
def reports() -> str:
    """The pictures, each with its table."""
    shown = [(report, kept := _kept(report), said(kept.figures)) for report in TABLE]
    return render_template("staff/reports.html", shown=shown)


@bp.get("/reports/<code>.svg")
@staff_who(Capability.SEE_REPORTS)
def report_picture(code: str) -> Response:
    """One picture."""
    report = _report(code)
    figures = _kept(report).figures
    db.session.rollback()
    response = Response(draw(figures, lying=report.lying), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=600"
    return response


@bp.get("/reports/<code>.csv")
@staff_who(Capability.SEE_REPORTS)
def report_csv(code: str) -> Response:
    """One table as a file."""
    kept = _kept(_report(code))
    return csv_answer(f"{code}-{kept.day}.csv", [kept.figures.headings, *kept.figures.rows])


def _report(code: str) -> Report:
    if code not in _BY_CODE:
        raise NotFound("There is no such report.")
    return _BY_CODE[code]


def _kept(report: Report) -> Kept:
    """The figures of today: those that were read first this day, by whichever worker."""
    path = Path(current_app.extensions["settings"].instance) / "reports" / f"{report.code}.json"
    found = _read(path)
    if found is None or found.day != today().isoformat():
        found = Kept(today().isoformat(), now(), report.figures())
        _write(path, found)
    return found


def _read(path: Path) -> Kept | None:
    try:
        told = json.loads(path.read_text("utf-8"))
        headings, rows, drawn = (told["figures"][name] for name in ("headings", "rows", "drawn"))
        figures = Figures(tuple(headings), tuple(tuple(row) for row in rows), tuple(drawn))
        return Kept(told["day"], datetime.fromisoformat(told["read_at"]), figures)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, kept: Kept) -> None:
    """Whole or not at all: another worker may write the same at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as file:
        json.dump(asdict(kept), file, default=str)
    Path(file.name).replace(path)
