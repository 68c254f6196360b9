"""What the jobs of the clock did, found by index however long the history is."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import event

from onboarding.clock import now
from onboarding.extensions import committed, db
from onboarding.models import JobRun
from onboarding.queries.jobs import PAGE, count_failures, find_last_moment, find_last_runs, list_runs


def test_the_last_runs_failures_and_pages_are_what_was_kept_and_read_no_table_whole(app: Flask) -> None:
    with committed() as work:
        for number in range(PAGE + 3):
            days = timedelta(days=PAGE - number)
            work.add(
                JobRun(
                    job="write_head" if number % 2 else "render_letters", started_at=now() - days,
                    finished_at=now() - days, done={"heads": number}, error="" if number % 7 else "OSError: full",
                )
            )  # fmt: skip
    asked: list[tuple[str, object]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
    last = find_last_runs()
    assert {name: run.done["heads"] for name, run in last.items()} == {"render_letters": 52, "write_head": 51}
    assert count_failures() == {"write_head": 1}
    page, before = list_runs()
    assert len(page) == PAGE and before is not None
    assert [run.done["heads"] for run in list_runs(before=before)[0]] == [2, 1, 0]
    assert {run.job for run in list_runs("write_head")[0]} == {"write_head"}
    assert find_last_moment() == last["render_letters"].finished_at
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        for statement, values in list(asked):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[arg-type]
            assert "LIMIT" in statement or not any("SCAN job_run" in row[3] for row in plan), plan
