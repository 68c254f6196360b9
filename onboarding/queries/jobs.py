"""What the jobs of the clock did: the last run of each, the newest runs, and what is asked for now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from onboarding.clock import now
from onboarding.extensions import db
from onboarding.models import JobRequest, JobRun, Staff

PAGE = 50
RECENT = timedelta(days=7)


def find_last_runs() -> dict[str, JobRun]:
    """The last run that did something, or failed, by the name of its job."""
    last = select(func.max(JobRun.id)).group_by(JobRun.job)
    return {run.job: run for run in db.session.scalars(select(JobRun).where(JobRun.id.in_(last)))}


def count_failures() -> dict[str, int]:
    """How often each job failed in the last seven days; a job that did not is not named."""
    query = (
        select(JobRun.job, func.count())
        .where(JobRun.error != "", JobRun.started_at > now() - RECENT)
        .group_by(JobRun.job)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


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
    newest = select(func.max(JobRequest.id)).group_by(JobRequest.job)
    query = (
        select(JobRequest, Staff.name.label("asked_by"))
        .join(Staff, Staff.id == JobRequest.asked_by_id)
        .where(JobRequest.id.in_(newest))
    )
    return {row.JobRequest.job: row for row in db.session.execute(query)}


def find_last_moment() -> datetime | None:
    """When the clock last did something at all."""
    return db.session.scalar(select(func.max(JobRun.finished_at)))
