"""Monitoring findings: recorded, corrected by a new record, looked into, closed; quality results brought in from a file.

Peer review: what a finding says stays in its own table, sealed. The history tells that there was one, its kind and severity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.importers.quality import QualityRow
from onboarding.importers.source_file import RowError
from onboarding.models import Application, EvidenceFile, FindingStep, MonitoringFinding, Participation
from onboarding.policy.changes import SHORTEST_REASON, changed
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.monitoring import (
    MET,
    MISSED,
    is_met,
    kind_row,
    next_states,
    say_result,
    severity_row,
    state_row,
)
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState, ParticipationState
from onboarding.queries.monitoring import Found, list_known_results
from onboarding.services.audit import record_event, refuse_ssn
from onboarding.services.evidence_files import NewFile, keep_file

SHORTEST, LONGEST = 5, 2000


@dataclass(frozen=True)
class NewFinding:
    """What somebody found, or was told: of which kind, how severe, when it came, from whom, in words, with what file."""

    kind: FindingKind
    severity: FindingSeverity
    received_on: date | None
    source: str
    says: str
    file: NewFile | None = None


def record_finding(application: Application, found: NewFinding, actor: Actor) -> MonitoringFinding:
    """Append one finding about the provider of this application. It is acted on within the clock of the policy.

    Raises BadInput for what is missing or cannot be, and for a file that is evidence of something else; Conflict when the
    provider is not in the network.
    """
    participation = _participation(application)
    if participation.state is not ParticipationState.ACTIVE:
        raise Conflict("This participation has ended: nothing is monitored any more.")
    _refuse(found, application)
    evidence = keep_file(application, None, found.file, actor) if found.file else None
    record = _record(participation, found, actor, evidence)
    _append(application, record, actor)
    return record


def correct_finding(
    application: Application, wrong: Found, found: NewFinding, actor: Actor, *, why: str
) -> MonitoringFinding:
    """Append a record in the place of one that was recorded wrongly, which stays to be seen. What was done about the
    finding stays bound to it; a file that is not given anew is taken over.

    Raises BadInput without a reason, else as record_finding does.
    """
    if len(why.strip()) < SHORTEST_REASON:
        says = "Say what was recorded wrongly, so that another person can follow it."
        raise BadInput(says, {"why": says})
    _refuse(found, application)
    before = wrong.finding
    evidence = keep_file(application, None, found.file, actor) if found.file else before.evidence_file
    record = _record(_participation(application), found, actor, evidence)
    record.first_id, record.replaces_id = before.root_id, before.id
    record.replaces_why = why.strip()[:500]
    record.measure, record.period = before.measure, before.period
    _append(application, record, actor, corrects=before)
    return record


def act_on_finding(
    application: Application, found: Found, state: FindingState, actor: Actor, done: str
) -> FindingStep:
    """Append what was done about a finding: it is looked into, or closed with this.

    Raises Conflict for one that is closed, BadInput without words of what was done.
    """
    if state not in {row.state for row in next_states(found.state)}:
        raise Conflict("This finding is closed. What is new is a new finding.")
    if not SHORTEST <= len(done.strip()) <= LONGEST:
        says = "Say what was done and found, so that the committee can follow it."
        raise BadInput(says, {"done": says})
    refuse_ssn(done, "done", application)
    step = FindingStep(
        finding_id=found.finding.root_id,
        state=state,
        done=done.strip(),
        taken_on=today(),
        taken_at=now(),
        taken_by_id=actor.id,
    )
    db.session.add(step)
    record_event(
        actor=actor,
        application=application,
        action="act_on_finding",
        what=f"{_told(found.finding)}: {state_row(state).label.lower()}",
        details={
            "finding": found.finding.root_id,
            "changes": [changed("state", "Finding", found.state, state)],
        },
    )
    db.session.flush()
    return step


def note_findings_taken(actor: Actor, rows: int, filters: str) -> None:
    """That the open findings were taken as a file: by whom, how many rows, by which filters."""
    what = f"Open findings taken as CSV, {rows:,} rows: {filters}"
    record_event(actor=actor, action="export_findings", what=what, details={"rows": rows})


@dataclass(frozen=True)
class QualityImport:
    """What came of a file of quality results: how many are new, how many were here already, the rows left out."""

    recorded: int
    known: int
    errors: tuple[RowError, ...]


def import_quality_results(rows: Sequence[QualityRow | RowError], actor: Actor) -> QualityImport:
    """Record each row for the provider with its NPI, in every participation that is active. A row stands by itself: the
    same one again changes nothing, and one that cannot be taken is told and left out."""
    errors = [row for row in rows if isinstance(row, RowError)]
    good = [row for row in rows if isinstance(row, QualityRow)]
    npis = {row.npi for row in good}
    known = list_known_results(npis)
    network: dict[str, list[Participation]] = {}
    active = (Participation.npi.in_(npis), Participation.state == ParticipationState.ACTIVE)
    for participation in db.session.scalars(select(Participation).where(*active)):
        network.setdefault(participation.npi, []).append(participation)
    recorded = already = 0
    for row in good:
        says = say_result(row.measure, row.period, row.result, row.threshold, at_most=row.at_most)
        if row.npi not in network:
            errors.append(RowError(row.line, "nobody in the network has this NPI"))
        for participation in network.get(row.npi, ()):
            key = (participation.id, row.measure, row.period)
            if key not in known:
                _record_result(participation, row, says, actor)
                known[key], recorded = says, recorded + 1
            elif known[key] == says:
                already += 1
            else:
                problem = "another result is recorded for this measure and period: correct it on the file"
                errors.append(RowError(row.line, problem))
    return QualityImport(recorded, already, tuple(sorted(errors, key=lambda error: error.line)))


def _record_result(participation: Participation, row: QualityRow, says: str, actor: Actor) -> None:
    met = is_met(row.result, row.threshold, at_most=row.at_most)
    found = NewFinding(
        FindingKind.QUALITY_RESULT, MET if met else MISSED, today(), "File of quality results", says
    )
    record = _record(participation, found, actor, None)
    record.measure, record.period = row.measure, row.period
    _append(participation.application, record, actor)


def _participation(application: Application) -> Participation:
    if application.participation is None:
        raise Conflict("This provider is not in the network: nothing is monitored yet.")
    return application.participation


def _refuse(found: NewFinding, application: Application) -> None:
    wrong = {}
    if found.severity not in kind_row(found.kind).severities:
        label = kind_row(found.kind).label.lower()
        wrong["severity"] = f"Choose another severity: a {label} is never this one."
    if found.received_on is None or found.received_on > today():
        wrong["received_on"] = "Enter the day on which it came, today or earlier."
    if not 3 <= len(found.source.strip()) <= 160:
        wrong["source"] = "Say who told us, so that another person finds it again."
    if not SHORTEST <= len(found.says.strip()) <= LONGEST:
        wrong["says"] = "Say what was found, in words another person can follow."
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)
    for field in ("source", "says"):
        refuse_ssn(getattr(found, field), field, application)


def _record(
    participation: Participation, found: NewFinding, actor: Actor, evidence: EvidenceFile | None
) -> MonitoringFinding:
    assert found.received_on is not None, "refused before"
    acts = severity_row(found.severity).acts
    return MonitoringFinding(
        participation_id=participation.id,
        kind=found.kind,
        severity=found.severity,
        received_on=found.received_on,
        source=" ".join(found.source.split()),
        says=found.says.strip(),
        act_by=after("finding_acted_on", found.received_on) if acts else None,
        evidence_file=evidence,
        recorded_on=today(),
        recorded_at=now(),
        recorded_by_id=actor.id,
    )


def _told(record: MonitoringFinding) -> str:
    return f"{kind_row(record.kind).label} of {say(record.received_on)}"


def _append(
    application: Application,
    record: MonitoringFinding,
    actor: Actor,
    corrects: MonitoringFinding | None = None,
) -> None:
    db.session.add(record)
    db.session.flush()
    record_event(
        actor=actor,
        application=application,
        action="correct_finding" if corrects else "record_finding",
        what=f"{_told(record)} {'corrected' if corrects else 'recorded'}: {severity_row(record.severity).label.lower()}",
        why=record.replaces_why,
        details={
            "finding": record.root_id,
            "changes": [
                changed("severity", "Severity", corrects.severity if corrects else None, record.severity)
            ],
            **({"sha256": record.evidence_file.sha256} if record.evidence_file else {}),
        },
    )
