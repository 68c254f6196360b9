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
from onboarding.jobs.schedule import TABLE, Job, job_of
from onboarding.models import JobRun
from onboarding.services.job_requests import claim_request, finish_request

log = structlog.get_logger("onboarding.jobs")

# How often one that stands by tries to take the lead, and how often what was asked for is looked for.
STAND_BY_SECONDS, ASKED_SECONDS = 1, 2
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


def run_asked(settings: Settings) -> int:
    """Run the jobs that somebody asked for, in the order they were asked for: how many."""
    number = 0
    while True:
        with committed():
            request = claim_request()
            asked = (request.id, request.job) if request else None
        if asked is None:
            return number
        request_id, name = asked
        done, failed = {}, False
        try:
            job = job_of(name)
            done = run_job(job, settings) if job else {}
        except Exception:
            failed = True
            log.exception("job failed", job=name)
        with committed():
            finish_request(request_id, done, failed=failed)
        number += 1


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
    run_asked(settings)
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


def run_scheduler(app: Flask, settings: Settings, *, stand_by: bool = True) -> None:
    """Run each job in its time until SIGINT or SIGTERM, or until the lead is lost. Due dates are rows, so a run that
    was missed is made up by the next. While another leads, stand by and take over within seconds of its end, or, without
    `stand_by`, raise SchedulerRunning."""
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: Any) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask_to_stop)
    with app.app_context(), _lead(settings, stop if stand_by else None) as leads:
        if leads is None:
            return
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(1)}, timezone="UTC")
        for job in TABLE:
            scheduler.add_job(
                _in_context, "interval", (app, job, settings), seconds=job.every, id=job.name, coalesce=True,
                misfire_grace_time=None, max_instances=1, next_run_time=datetime.now(UTC),
            )  # fmt: skip
        scheduler.add_job(
            _asked_in_context, "interval", (app, settings), seconds=ASKED_SECONDS, id="asked", coalesce=True,
            misfire_grace_time=None, max_instances=1,
        )  # fmt: skip
        scheduler.start()
        log.info("scheduler started")
        try:
            while leads() and not stop.wait(1):
                pass
        finally:
            scheduler.shutdown(wait=True)
            log.info("scheduler stopped")


@contextmanager
def _lead(settings: Settings, stop: threading.Event | None) -> Iterator[Callable[[], bool] | None]:
    """The lead, waited for until `stop` where it is given; None where that came first."""
    waiting = False
    with contextlib.ExitStack() as held:
        while True:
            try:
                leads = held.enter_context(leadership(settings))
                break
            except SchedulerRunning:
                if stop is None:
                    raise
            if not waiting:
                log.info("scheduler stands by: another leads")
                waiting = True
            if stop.wait(STAND_BY_SECONDS):
                yield None
                return
        yield leads


def _asked_in_context(app: Flask, settings: Settings) -> None:
    with app.app_context():
        try:
            run_asked(settings)
        finally:
            db.session.remove()


def _in_context(app: Flask, job: Job, settings: Settings) -> None:
    with app.app_context():
        try:
            done = run_job(job, settings)
            if any(done.values()):
                log.info("job", job=job.name, done=done)
        except Exception:
            log.exception("job failed", job=job.name)
