"""The jobs of the clock: what each does and why so often, what the last runs found, and asking for one now."""

from flask import flash, redirect, render_template, request, url_for

from onboarding.errors import Conflict, NotFound
from onboarding.extensions import committed
from onboarding.policy.access import may
from onboarding.policy.jobs import TABLE, every_words, job_row
from onboarding.policy.vocabulary import Capability
from onboarding.queries.jobs import count_failures, find_last_moment, find_last_runs, find_requests, list_runs
from onboarding.services.job_requests import ask_job
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import number


@bp.get("/jobs")
@staff_who(Capability.SEE_JOBS)
def jobs() -> str:
    """Every job with its last run, and the newest runs that did something or failed, of one job where it is named."""
    chosen = job_row(request.args.get("job", ""))
    runs, before = list_runs(chosen.name if chosen else "", number(request.args.get("before", "")))
    requests = find_requests()
    return render_template(
        "staff/jobs.html",
        rows=TABLE,
        chosen=chosen,
        runs=runs,
        before=before,
        last=find_last_runs(),
        last_moment=find_last_moment(),
        failures=count_failures(),
        requests=requests,
        waiting=any(row.JobRequest.finished_at is None for row in requests.values()),
        every_words=every_words,
        job_row=job_row,
        may_ask=may(current_actor().roles, Capability.ASK_JOB),
    )


@bp.post("/jobs/<name>/ask")
@staff_who(Capability.ASK_JOB)
def ask_for_job(name: str) -> Answer:
    """Ask the clock for one job now; it begins within seconds where a scheduler runs."""
    row = job_row(name)
    if row is None:
        raise NotFound("There is no such job.")
    try:
        with committed():
            ask_job(row.name, row.does, current_actor())
        flash(f"Asked for: {row.does}. It begins within seconds where the scheduler runs.", "success")
    except Conflict as error:
        flash(error.message, "warning")
    return redirect(url_for("staff.jobs", _anchor=f"job-{row.name}"), 303)
