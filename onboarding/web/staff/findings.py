"""Monitoring findings: the list of what is not closed, as a page and as CSV; recording, correcting and acting on one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request, url_for

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.access import may
from onboarding.policy.monitoring import KINDS, SEVERITIES, STATES, kind_row, reached, severity_row, state_row
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, FindingKind, FindingSeverity, FindingState
from onboarding.queries.monitoring import (
    FindingFilter,
    facts_since,
    get_finding_of,
    list_all_open_findings,
    list_findings,
    list_open_findings,
)
from onboarding.services.evidence_files import NewFile
from onboarding.services.monitoring import (
    NewFinding,
    act_on_finding,
    correct_finding,
    note_findings_taken,
    record_finding,
)
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.csv_file import csv_answer
from onboarding.web.staff.monitored import finding_words
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import chosen, day, text
from onboarding.web.staff.verifications import write_with_file

LONGEST_CURSOR = 40
COLUMNS = ("Provider", "NPI", "Application ID", "Kind", "Severity", "Received", "Act by", "State", "Source", "What was found")  # fmt: skip
_KINDS = {row.kind: row.label for row in KINDS}
_SEVERITIES = {row.severity: row.label for row in SEVERITIES if row.acts}
_STATES = {row.state: row.label for row in STATES if row.state is not FindingState.CLOSED}


@bp.get("/findings")
@staff_who(Capability.SEE_FINDINGS)
def findings() -> str:
    """What monitoring found and nobody has closed, the first to be acted on first."""
    wanted, actor = read_filter(request.args), current_actor()
    rows, following = list_open_findings(wanted, actor.id or 0)
    return render_template(
        "staff/findings.html",
        wanted=wanted,
        rows=rows,
        reached=_reached([row[0].participation for row in rows]),
        following=findings_url(wanted, after=following) if following else "",
        values=_values(replace(wanted, after="")),
        kinds=_KINDS,
        severities=_SEVERITIES,
        states=_STATES,
        takes=may(actor.roles, Capability.TAKE_QUEUE),
        today=today(),
        **finding_words(),
    )


@bp.post("/findings.csv")
@staff_who(Capability.TAKE_QUEUE)
def findings_csv() -> Response:
    """Every row of what is filtered, in the same order, noted in the history."""
    wanted, actor = read_filter(request.form), current_actor()
    rows = list(list_all_open_findings(wanted, actor.id or 0))
    answer = csv_answer(f"findings-{today().isoformat()}.csv", _lines(rows))
    filters = "; ".join(f"{name}: {value}" for name, value in _values(replace(wanted, after="")).items())
    with committed():
        note_findings_taken(actor, len(rows), filters or "all that is not closed")
    return answer


@bp.post("/applications/<int:application_id>/findings")
@staff_who(Capability.RECORD_FINDING)
def add_finding(application_id: int) -> Answer:
    """Record one finding about this provider."""

    def do(application: Application, actor: Actor, file: NewFile | None) -> str:
        record = record_finding(application, _typed(file), actor)
        return f"{kind_row(record.kind).label} recorded."

    return write_with_file(application_id, "findings:new", do)


@bp.post("/applications/<int:application_id>/findings/<int:finding_id>/correct")
@staff_who(Capability.RECORD_FINDING)
def fix_finding(application_id: int, finding_id: int) -> Answer:
    """Correct one finding by a new record; the old one stays to be seen."""

    def do(application: Application, actor: Actor, file: NewFile | None) -> str:
        typed, why = _typed(file), text("why")
        wrong = get_finding_of(application.participation_id, finding_id)
        correct_finding(application, wrong, typed, actor, why=why)
        return "Finding corrected. The earlier record stays in the file."

    return write_with_file(application_id, f"findings:correct-{finding_id}", do)


@bp.post("/applications/<int:application_id>/findings/<int:finding_id>/act")
@staff_who(Capability.RECORD_FINDING)
def act(application_id: int, finding_id: int) -> Answer:
    """Note what was looked into, or close the finding."""

    def do(application: Application, actor: Actor) -> str:
        state = chosen(FindingState, "state", "Choose whether it is closed.")
        found = get_finding_of(application.participation_id, finding_id)
        act_on_finding(application, found, state, actor, text("done"))
        return f"Finding: {state_row(state).label.lower()}."

    return write(application_id, f"findings:act-{finding_id}", do)


def read_filter(given: Any) -> FindingFilter:
    """The filter of the address, or of a form. What cannot be read is left out, so that an old link still opens."""
    return FindingFilter(
        kind=next((kind for kind in _KINDS if kind == given.get("kind")), None),
        severity=next((one for one in _SEVERITIES if one == given.get("severity")), None),
        state=next((state for state in _STATES if state == given.get("state")), None),
        late=given.get("late") == "yes",
        after=given.get("after", "")[:LONGEST_CURSOR],
    )


def findings_url(wanted: FindingFilter, **changes: Any) -> str:
    """The list with this filter and these changes."""
    return url_for("staff.findings", **_values(replace(wanted, **changes)))


def _values(wanted: FindingFilter) -> dict[str, Any]:
    """The filter as the address says it: nothing of what is not asked for."""
    values = {**vars(wanted), "late": "yes" if wanted.late else ""}
    return {name: str(value) for name, value in values.items() if value}


def _typed(file: NewFile | None) -> NewFinding:
    return NewFinding(
        kind=chosen(FindingKind, "kind", "Choose what it is."),
        severity=chosen(FindingSeverity, "severity", "Choose the severity."),
        received_on=day("received_on"),
        source=text("source"),
        says=text("says"),
        file=file,
    )


def _reached(participations: list[Any]) -> dict[int, tuple[str, ...]]:
    """The thresholds that the findings about each of these providers reach, by participation."""
    of_each: dict[int, list[Any]] = {one.id: [] for one in participations}
    for found in list_findings(of_each):
        of_each[found.finding.participation_id].append(found)
    decided = {one.id: one.credentialed_on for one in participations}
    return {number: reached(facts_since(found, decided[number])) for number, found in of_each.items()}


def _lines(rows: list[Any]) -> Iterator[Sequence[object]]:
    yield COLUMNS
    for found, _, name, npi, public_id, acted in rows:
        state = FindingState.LOOKED_INTO if acted else FindingState.OPEN
        yield (
            name, npi, public_id, kind_row(found.kind).label, severity_row(found.severity).label, found.received_on,
            found.act_by, state_row(state).label, found.source, found.says,
        )  # fmt: skip
