"""What was decided in a period, samples drawn from it, and the summary in the packet of one file."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from onboarding.errors import NotFound
from onboarding.extensions import db
from onboarding.models import Application, Decision, FileSample, FileSummary, SampledFile
from onboarding.policy.vocabulary import ApplicationKind, DecisionOutcome

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


def find_summary(application_id: int) -> FileSummary | None:
    """The summary of this file that was asked for last."""
    query = select(FileSummary).where(FileSummary.application_id == application_id)
    return db.session.scalars(query.order_by(FileSummary.id.desc()).limit(1)).first()
