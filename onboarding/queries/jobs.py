"""What the jobs of the clock did: the last run of each, the newest runs, and what is asked for now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, literal_column, select, union_all

from onboarding.clock import now
from onboarding.extensions import db
from onboarding.models import JobRequest, JobRun, Staff
from onboarding.policy.jobs import TABLE

PAGE = 50
RECENT = timedelta(days=7)


def find_last_runs() -> dict[str, JobRun]:
    """The last run that did something, or failed, by the name of its job."""
    each: Any = (select(func.max(JobRun.id)).where(JobRun.job == row.name) for row in TABLE)
    last = db.session.scalars(union_all(*each)).all()
    return {run.job: run for run in db.session.scalars(select(JobRun).where(JobRun.id.in_(last)))}


def count_failures() -> dict[str, int]:
    """How often each job failed in the last seven days; a job that did not is not named. The empty word is written out,
    so that the index of what failed is found."""
    recent = (JobRun.error != literal_column("''"), JobRun.started_at > now() - RECENT)
    each: Any = (
        select(literal(row.name), func.count()).where(JobRun.job == row.name, *recent) for row in TABLE
    )
    return {name: count for name, count in db.session.execute(union_all(*each)) if count}


def list_runs(job: str = "", before: int | None = None) -> tuple[Sequence[JobRun], int | None]:
    """A page of runs, the newest first, of one job or of all; and where the next page goes on."""
    query = select(JobRun).order_by(JobRun.id.desc()).limit(PAGE + 1)
    if job:
        query = query.where(JobRun.job == job)
    if before is not None:
        query = query.where(JobRun.id < before)
    runs = list(db.session.scalars(query))
    return runs[:PAGE], runs[PAGE - 1].id if len(runs) > PAGE else None


def find_requests() -> dict[str, Any]:
    """The newest request for each job, by its name: who asked, when, and what came of it."""
    newest = select(func.max(JobRequest.id)).group_by(JobRequest.job)  # as many as people asked for
    query = (
        select(JobRequest, Staff.name.label("asked_by"))
        .join(Staff, Staff.id == JobRequest.asked_by_id)
        .where(JobRequest.id.in_(newest))
    )
    return {row.JobRequest.job: row for row in db.session.execute(query)}


def find_last_moment() -> datetime | None:
    """When the clock last did something at all."""
    return db.session.scalar(select(JobRun.finished_at).order_by(JobRun.id.desc()).limit(1))
