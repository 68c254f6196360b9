"""What each job of policy/jobs.py does, and the jobs put together."""

from collections.abc import Callable
from dataclasses import dataclass

from onboarding.config import Settings
from onboarding.jobs import (
    audit,
    caqh,
    documents,
    letters,
    meetings,
    network,
    papers,
    rosters,
    stalls,
    sweeps,
)
from onboarding.policy.jobs import TABLE as ROWS

Run = Callable[[Settings], dict[str, int]]


@dataclass(frozen=True)
class Job:
    """One job: its name, what it looks for, how many seconds lie between two runs of the scheduler, and what it does."""

    name: str
    does: str
    every: int
    run: Run


# By the name of its row; a row without its run, and a run without its row, fail the start.
RUNS: dict[str, Run] = {
    "look_into_documents": documents.look_into_documents,
    "write_reminders": sweeps.write_reminders,
    "open_renewals": sweeps.open_renewals,
    "ask_for_documents": sweeps.ask_for_documents,
    "discontinue_silent": sweeps.discontinue_silent,
    "screen_again": sweeps.screen_again,
    "restate_forecasts": sweeps.restate_forecasts,
    "tell_of_deletion": sweeps.tell_of_deletion,
    "remind_of_notices": sweeps.remind_of_notices,
    "expire_drafts": sweeps.expire_drafts,
    "end_provisional": sweeps.end_provisional,
    "work_on_rosters": rosters.work_on_rosters,
    "forget_old_rosters": rosters.forget_old_rosters,
    "sync_caqh": caqh.sync_caqh,
    "write_attestation_reminders": caqh.write_attestation_reminders,
    "tell_of_expiry": network.tell_of_expiry,
    "remind_of_payment": network.remind_of_payment,
    "write_annual_notices": network.write_annual_notices,
    "render_letters": letters.render_letters,
    "make_papers": papers.make_papers,
    "hand_over_print": letters.hand_over_print,
    "hand_over_mail": letters.hand_over_mail,
    "tell_of_stalls": stalls.tell_of_stalls,
    "mail_calls": meetings.mail_calls,
    "forget_secrets": sweeps.forget_secrets,
    "write_head": audit.write_head,
    "confirm_welcome": sweeps.confirm_welcome,
}

TABLE: tuple[Job, ...] = tuple(Job(row.name, row.does, row.every, RUNS[row.name]) for row in ROWS)
assert len(TABLE) == len(RUNS), "each run has its row in policy/jobs.py"


def job_of(name: str) -> Job | None:
    """The job of this name; None where there is none, any more."""
    return next((job for job in TABLE if job.name == name), None)
