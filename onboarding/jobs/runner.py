"""Running the jobs: all once (tick), or each in its time (scheduler), of which there is only one at a time."""

import contextlib
import fcntl
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from onboarding.clock import now
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.schedule import TABLE, Job
from onboarding.models import JobRun

log = structlog.get_logger("onboarding.jobs")

_LEADER = 4_711_2026  # the advisory lock that makes one scheduler the leader


class SchedulerRunning(Exception):
    """Another scheduler works on this database already."""


def run_job(job: Job, settings: Settings) -> dict[str, int]:
    """Run one job in the current app context and keep what it did, if it did something. Raises what the job raises."""
    began = now()
    try:
        done = job.run(settings)
    except Exception as error:
        db.session.rollback()
        _keep(
            JobRun(
                job=job.name,
                started_at=began,
                finished_at=now(),
                done={},
                error=f"{type(error).__name__}: {error}",
            )
        )
        raise
    finally:
        db.session.remove()
    if any(done.values()):
        _keep(JobRun(job=job.name, started_at=began, finished_at=now(), done=done))
    return done


def _keep(run: JobRun) -> None:
    with committed() as session:
        session.add(run)


def tick(
    settings: Settings,
    tell: Callable[[Job, dict[str, int]], None] = lambda job, done: None,
    jobs: Sequence[Job] = TABLE,
) -> int:
    """Run every job once, in the table's order; a job that fails does not keep the next from running.

    Answers how many failed.
    """
    failed = 0
    for job in jobs:
        try:
            tell(job, run_job(job, settings))
        except Exception:
            failed += 1
            log.exception("job failed", job=job.name)
    return failed


@contextmanager
def leadership(settings: Settings) -> Iterator[Callable[[], bool]]:
    """Be the only scheduler: a file lock with SQLite, an advisory lock on a connection of its own with PostgreSQL.

    Yields a function that says whether the lead still stands. Raises SchedulerRunning when another has it.
    """
    if settings.sqlite:
        settings.instance.mkdir(parents=True, exist_ok=True)
        with (settings.instance / "scheduler.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise SchedulerRunning("Another scheduler is running on this database.") from taken
            yield lambda: True
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed at the end, not kept in the pool with the lock on it
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEADER}):
            raise SchedulerRunning("Another scheduler is running on this database.")
        try:
            yield lambda: _still_holds(connection)
        finally:  # closing the connection would do the same, a moment later
            with contextlib.suppress(SQLAlchemyError):
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LEADER})


def _still_holds(connection: Any) -> bool:
    try:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND pid = pg_backend_pid()"
        return bool(connection.scalar(text(query), {"key": _LEADER}))
    except Exception:
        return False


def run_scheduler(app: Flask, settings: Settings) -> None:
    """Run each job in its time until SIGINT or SIGTERM, or until the lead is lost. Due dates are rows, so a run that
    was missed is made up by the next. Raises SchedulerRunning."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: Any) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask_to_stop)
    with app.app_context(), leadership(settings) as leads:
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        for job in TABLE:
            scheduler.add_job(
                _in_context, "interval", (app, job, settings), seconds=job.every, id=job.name, coalesce=True,
                misfire_grace_time=None, max_instances=1, next_run_time=datetime.now(UTC),
            )  # fmt: skip
        scheduler.start()
        log.info("scheduler started")
        try:
            while leads() and not stop.wait(1):
                pass
        finally:
            scheduler.shutdown(wait=True)
            log.info("scheduler stopped")


def _in_context(app: Flask, job: Job, settings: Settings) -> None:
    with app.app_context():
        try:
            done = run_job(job, settings)
            if any(done.values()):
                log.info("job", job=job.name, done=done)
        except Exception:
            log.exception("job failed", job=job.name)
