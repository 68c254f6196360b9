"""What was decided in a period, samples drawn from it, and one decided file as the audit asks of it."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from onboarding.clock import on_day, today
from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import Application, Decision, FileSample, Letter, SampledFile, Screening
from onboarding.policy.days import say
from onboarding.policy.extensions import cause_row
from onboarding.policy.file_audit import AuditedFile, Checked
from onboarding.policy.notices import NOTICES
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import ApplicationKind, DecisionOutcome
from onboarding.queries.as_of import get_file_as_of
from onboarding.queries.extensions import list_extensions
from onboarding.queries.files import get_credentialing_file

MOST_SAMPLES = 50
_FINAL = tuple(outcome for outcome in DecisionOutcome if outcome is not DecisionOutcome.PENDED)


@dataclass(frozen=True)
class DecidedFile:
    """One file and its last decision in a period."""

    application_id: int
    public_id: str
    kind: ApplicationKind
    decision_id: int


def list_decided(from_on: date, to_on: date) -> list[DecidedFile]:
    """Every file decided in these days, once, in the order of Application IDs; a file that was only pended is not."""
    last = (
        select(func.max(Decision.id))
        .where(Decision.decided_on.between(from_on, to_on), Decision.outcome.in_(_FINAL))
        .group_by(Decision.application_id)
    )
    query = (
        select(Application.id, Application.public_id, Application.kind, Decision.id)
        .join(Decision, Decision.application_id == Application.id)
        .where(Decision.id.in_(last))
        .order_by(Application.public_id)
    )
    return [DecidedFile(*row) for row in db.session.execute(query)]


def list_samples() -> list[FileSample]:
    """The samples drawn, newest first."""
    return list(db.session.scalars(select(FileSample).order_by(FileSample.id.desc()).limit(MOST_SAMPLES)))


def get_sample(sample_id: int) -> FileSample:
    """One sample. Raises NotFound."""
    found = db.session.get(FileSample, sample_id)
    if found is None:
        raise NotFound("There is no such sample.")
    return found


def get_sampled_file(sample_id: int, number: int) -> SampledFile:
    """One file of a sample by its place. Raises NotFound."""
    query = select(SampledFile).where(SampledFile.sample_id == sample_id, SampledFile.number == number)
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such file in the sample.")
    return found


def get_audited_file(application: Application, decision: Decision) -> AuditedFile:
    """The file as it stood when this decision was made: evidence of the day of decision or before."""
    on = decision.decided_on
    then = get_file_as_of(application, on)
    screening = next((found for found in then.screenings if _counts(found.screening, application)), None)
    checked = {
        row.kind.value: Checked(
            row.source, row.method.value, row.result, row.checked_on, row.verified_by.name, row.reference
        )
        for row in reversed(then.verifications)
        if row.statement == application.statement
    }
    hands = {row.verified_by_id for row in then.verifications}
    hands |= {row.recorded_by_id for row in then.authorizations if row.recorded_by_id}
    hands |= {found.screening.screened_by_id for found in then.screenings if found.screening.screened_by_id}
    policy_file = replace(get_credentialing_file(application), today=on)
    return AuditedFile(
        kind=application.kind,
        decided_on=on,
        required=required(policy_file),
        checked=checked,
        signed_on=date.fromisoformat(then.form["signed_on"]) if then.form else None,
        screened_on=screening.screening.screened_on if screening else None,
        screening_says=_say_screening(screening.screening) if screening else "Not in the file",
        matches=tuple(resolution for _, resolution in screening.matches) if screening else (),
        decided_by=decision.decided_by_id,
        decided_how=f"{'Committee, recorded by' if decision.meeting_id else 'Medical director, clean file,'} "
        f"{decision.decided_by.name}",
        hands=frozenset(hands),
        asked_on=today(),
        noticed_on=_noticed_on(application, decision),
        credentialed_before_on=_credentialed_before(application),
        renewal_due_on=decision.renewal_due_on,
        extended=_extended(application, decision),
    )


def _extended(application: Application, decision: Decision) -> str:
    """For which causes, with what evidence, the due date that this renewal was decided by had been moved."""
    found = list_extensions(application.participation_id) if application.participation_id else []
    by = next((one for one in found if one.due_on == decision.renewal_due_on), None)
    return f"{cause_row(by.cause).label.lower()}, {by.evidence_file.file_name}" if by else ""


def _counts(screening: Screening, application: Application) -> bool:
    return screening.statement == application.statement


def _say_screening(screening: Screening) -> str:
    found = screening.exclusion_list
    listed = f"list imported {say(found.imported_on)}" if found else screening.reason
    by = screening.screened_by.name if screening.screened_by else "the clock"
    return f"{screening.outcome.replace('_', ' ').capitalize()}, {listed}, {by}"


def _noticed_on(application: Application, decision: Decision) -> date | None:
    """When the first letter about this decision, or later, had left by every channel."""
    written = on_day(decision.recorded_at)
    query = select(Letter).where(
        Letter.application_id == application.id, Letter.kind.in_(NOTICES), Letter.written_on >= written
    )
    for letter in db.session.scalars(query.order_by(Letter.id)):
        days = [message.sent_on for message in letter.messages]
        if days and all(days):
            return max(day for day in days if day)
    return None


def _credentialed_before(application: Application) -> date | None:
    """The approval of the cycle before; None for a first application."""
    if application.participation_id is None or application.cycle < 2:
        return None
    query = (
        select(func.max(Decision.decided_on))
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.participation_id == application.participation_id,
            Application.cycle < application.cycle,
            Decision.outcome.in_((DecisionOutcome.APPROVED, DecisionOutcome.APPROVED_WITH_CONDITIONS)),
        )
    )
    return db.session.scalar(query)
