"""Verifications: one fact, its source, what it said, the evidence. The system sets the date, so none can be back-dated.

A record is never edited or deleted: a correction is a new record that names the one it replaces, and why.
"""

from dataclasses import dataclass, replace
from datetime import date

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, EvidenceFile, Verification
from onboarding.policy.changes import changed
from onboarding.policy.deadlines import after, clock, in_date
from onboarding.policy.file import Request
from onboarding.policy.guards import verification_opened
from onboarding.policy.people import Actor
from onboarding.policy.verifications import (
    REPORTING_SOURCES,
    RESULT_LABELS,
    RunsOut,
    VerificationRow,
    label_of,
    required,
    sources_for,
)
from onboarding.policy.vocabulary import Action, VerificationKind, VerificationMethod, VerificationResult
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.evidence import find_last_verification, find_replacement, find_same_reference
from onboarding.queries.files import get_credentialing_file, list_verifications
from onboarding.services.audit import record_event, refuse_ssn
from onboarding.services.evidence_files import NewFile, keep_file
from onboarding.services.freshness import restate

_UNCHECKED = VerificationResult.NOT_CHECKED
_CORRECTED = {
    "source": "Source", "method": "How", "reference": "Reference", "note": "Note", "found": "What the source shows",
    "as_of": "Checked there on", "good_until": "Good until",
}  # fmt: skip
_YOUNGER_SAYS = (
    "This would make the check younger than it was recorded. A correction cannot: use “Check again”."
)


@dataclass(frozen=True)
class Finding:
    """What one look at a source came to. `found` is what the source shows, `good_until` until when it says it holds, `as_of`
    the day on which an organization that reports to us checked it."""

    source: str
    method: VerificationMethod
    result: VerificationResult
    reference: str = ""
    note: str = ""
    found: str = ""
    good_until: date | None = None
    as_of: date | None = None
    file: NewFile | None = None


def record_verification(
    application: Application,
    kind: VerificationKind,
    actor: Actor,
    *,
    source: str,
    method: VerificationMethod,
    result: VerificationResult,
    reference: str = "",
    note: str = "",
    found: str = "",
    good_until: date | None = None,
    as_of: date | None = None,
    file: NewFile | None = None,
    about: str = "",
) -> Verification:
    """Append one verification, dated today. The latest record of a fact counts; earlier ones stay in the file. `about` names
    a further license; empty, the fact is of the license page or of none.

    Raises BadInput when the source is not one of the policy's, a finding other than 'agrees' has no note, what was found
    has neither a file nor a reference, a date is missing or cannot be, or the file is evidence of something else;
    Conflict when this file does not need the fact or takes no evidence now.
    """
    finding = Finding(source, method, result, reference, note, found, good_until, as_of, file)
    row = _row(application, kind, about)
    wrong = _problems(row, finding, has_file=file is not None, checked_on=today())
    if wrong:
        raise BadInput(" ".join(wrong.values()), wrong)
    _refuse_ssn(application, finding)
    evidence = keep_file(application, row, file, actor) if file else None
    record = _record(application, row, finding, actor, evidence)
    _append(application, row, record, actor, why=record.note)
    return record


def correct_verification(
    application: Application, wrong: Verification, finding: Finding, actor: Actor, *, why: str
) -> Verification:
    """Append a record that takes the place of one that was recorded wrongly, which stays to be seen. The day of the check
    stays what it was; evidence that is not given anew is taken over.

    Raises BadInput without a reason, for what would make the check younger and for a file that came another day, else as
    record_verification does; Conflict when this is not the record that counts, it was corrected already, or nothing was
    checked: only a new check makes one.
    """
    row = _row(application, wrong.kind, wrong.about or "")
    if find_replacement(wrong) is not None:
        raise Conflict("Somebody corrected this record before. Look at the page again.")
    if find_last_verification(application, wrong.kind, wrong.about) != wrong:
        raise Conflict("Only the record that counts is corrected; this is an earlier one.")
    if wrong.result is _UNCHECKED:
        raise Conflict("Nothing was checked then, and a correction makes no check of it. Use “Check again”.")
    if not finding.reference.strip() and finding.file is None:
        finding = replace(finding, reference=wrong.reference)
    has_file = finding.file is not None or wrong.evidence_file_id is not None
    problems = _problems(row, finding, has_file=has_file, checked_on=wrong.checked_on)
    checked = finding.result is not _UNCHECKED
    if checked and _evidenced_on(finding, wrong.checked_on) > wrong.evidenced_on:
        problems["as_of" if finding.source in REPORTING_SOURCES else "source"] = _YOUNGER_SAYS
    if len(why.strip()) < 5:
        problems["why"] = "Say what was recorded wrongly, so that another person can follow it."
    if problems:
        raise BadInput(" ".join(problems.values()), problems)
    _refuse_ssn(application, finding)
    given = finding.file
    evidence = (
        keep_file(application, row, given, actor, on=wrong.checked_on) if given else wrong.evidence_file
    )
    record = _record(application, row, finding, actor, evidence)
    record.checked_on, record.corrected_on = wrong.checked_on, today()
    record.replaces_id, record.replaces_why = wrong.id, why.strip()[:500]
    _append(application, row, record, actor, why=record.replaces_why, corrects=wrong)
    return record


def _row(application: Application, kind: VerificationKind, about: str) -> VerificationRow:
    if application.status not in EVIDENCE_STATUSES:
        raise Conflict("Evidence is not recorded at this stage.")
    file = get_credentialing_file(application)
    if closed := verification_opened(file, Request(Action.COMPLETE_FILE, frozenset())):
        raise Conflict(closed[0])
    plan = {row.element: row for row in required(file)}
    if (kind, about) in plan:
        row = plan[kind, about]
        return replace(row, sources=sources_for(row, application.provider_type))
    if about:
        raise Conflict(f"The form no longer states the license {about}. Look at the page again.")
    raise Conflict(f"{label_of(kind)} is not verified for this provider type.")


def _problems(row: VerificationRow, finding: Finding, *, has_file: bool, checked_on: date) -> dict[str, str]:
    wrong = {}
    if finding.source not in row.sources:
        wrong["source"] = "Choose one of the sources that count."
    noted = finding.result in row.good and finding.result is not _UNCHECKED
    if not noted and len(finding.note.strip()) < 5:
        wrong["note"] = "Say in a note what was found, or why it was not checked."
    if finding.result is not _UNCHECKED and not has_file and not finding.reference.strip():
        wrong["reference"] = (
            "Attach what the source gave you, or give a reference by which another person finds it again."
        )
    return wrong | _wrong_dates(row, finding, checked_on)


def _wrong_dates(row: VerificationRow, finding: Finding, checked_on: date) -> dict[str, str]:
    wrong, until = {}, finding.good_until
    agrees = finding.result is VerificationResult.VERIFIED
    if agrees and row.runs_out is RunsOut.ALWAYS and until is None:
        wrong["good_until"] = "Enter until when it runs, as the source shows it."
    if agrees and until and until < checked_on:
        wrong["good_until"] = "It had run out on the day of the check: choose what was found again."
    if until and until > after("document_ahead", today()):
        wrong["good_until"] = "Check the year: an expiration date lies at most 10 years ahead."
    if finding.source in REPORTING_SOURCES and finding.result is not _UNCHECKED:
        wrong |= _wrong_report(finding.as_of, checked_on)
    return wrong


def _wrong_report(as_of: date | None, reported_on: date) -> dict[str, str]:
    if as_of is None or as_of > reported_on:
        return {"as_of": "Enter the day on which they checked it, as their report shows it."}
    if not in_date(as_of, reported_on, "cvo_evidence_age"):
        limit = clock("cvo_evidence_age", reported_on).amount
        return {
            "as_of": f"They checked this more than {limit} days before they reported it: ask for a new report."
        }
    return {}


def _evidenced_on(finding: Finding, checked_on: date) -> date:
    """The day of the check at the source, as the record of this finding will have it."""
    return (finding.as_of if finding.source in REPORTING_SOURCES else None) or checked_on


def _refuse_ssn(application: Application, finding: Finding) -> None:
    for field, text in (("note", finding.note), ("found", finding.found)):
        refuse_ssn(text, field, application)


def _record(
    application: Application,
    row: VerificationRow,
    finding: Finding,
    actor: Actor,
    evidence: EvidenceFile | None,
) -> Verification:
    return Verification(
        application_id=application.id,
        statement=application.statement,
        kind=row.kind,
        about=row.about or None,
        source=finding.source,
        method=finding.method,
        result=finding.result,
        reference=finding.reference.strip()[:120],
        note=finding.note.strip()[:1000],
        found=" ".join(finding.found.split())[:200],
        good_until=finding.good_until if row.runs_out is not RunsOut.NEVER else None,
        as_of=finding.as_of if finding.source in REPORTING_SOURCES else None,
        evidence_file=evidence,
        checked_on=today(),
        recorded_at=now(),
        verified_by_id=actor.id,
    )


def _told(row: VerificationRow, wrong: Verification, record: Verification) -> list[dict[str, str]]:
    """Old and new of everything that a correction corrects."""
    told = [
        changed(code, label, getattr(wrong, code), getattr(record, code))
        for code, label in {"result": row.label, **_CORRECTED}.items()
        if getattr(wrong, code) != getattr(record, code)
    ]
    before, after = _say_file(wrong.evidence_file), _say_file(record.evidence_file)
    return told + ([changed("evidence_file", "Evidence file", before, after)] if before != after else [])


def _say_file(file: EvidenceFile | None) -> str:
    return f"{file.file_name[:60]}, SHA-256 {file.sha256}" if file else ""


def _append(
    application: Application,
    row: VerificationRow,
    record: Verification,
    actor: Actor,
    *,
    why: str,
    corrects: Verification | None = None,
) -> None:
    earlier = [found.result for found in list_verifications(application.id) if found.element == row.element]
    last = earlier[-1] if earlier else None
    elsewhere = None if row.one_list else find_same_reference(application, record)
    db.session.add(record)
    said = f"{RESULT_LABELS[record.result]} ({record.source}, {record.method.value})"
    before = f", corrected from: {RESULT_LABELS[corrects.result]} ({corrects.source})" if corrects else ""
    record_event(
        actor=actor,
        application=application,
        action="correct_verification" if corrects else "record_verification",
        what=f"{row.label}: {said}{before}",
        why=why,
        details={
            "changes": _told(row, corrects, record)
            if corrects
            else [changed("result", row.label, last, record.result)],
            **({"sha256": record.evidence_file.sha256} if record.evidence_file else {}),
            **({"reference_of_another": elsewhere} if elsewhere else {}),
        },
    )
    db.session.flush()
    restate(application)
