"""h. Checking the chain of the history, beside reading the same rows by the bare driver."""

from sqlalchemy import func, select

from bench.result import NotMeasured, Result, alternate, compare, seconds_of
from bench.statements import bare_driver, only, overheard
from onboarding.extensions import committed, db
from onboarding.models import AuditEvent, AuditSeal
from onboarding.policy.people import CLOCK
from onboarding.queries.audit import check_chain
from onboarding.services.audit import record_event, seal_history

FEWEST = 50_000
AT_ONCE = 5_000


def measure(rounds: int = 5, fewest: int = FEWEST) -> Result:
    """Seconds to check the whole history, which is made longer where it is short."""
    _lengthen(fewest)
    report = check_chain()
    if report.broken:
        raise NotMeasured(f"The chain of this network does not hold: {report.broken[0]}.")
    with overheard() as heard:
        check_chain()
    db.session.rollback()
    statements = only(heard, "SELECT")
    connection, close = bare_driver()

    def bare() -> float:
        def read() -> None:
            for statement in statements:
                for _row in connection.execute(*statement):
                    pass

        took = seconds_of(read)
        connection.rollback()
        return took

    def ours() -> float:
        took = seconds_of(check_chain)
        db.session.rollback()
        return took

    try:
        runs = alternate(ours, bare, rounds)
    finally:
        close()
    found = compare("h", "history checked", "its rows read, bare driver", "s", 0, *runs, more_is_better=False)
    per_second = report.checked / found.ours
    notes = (f"{report.checked:,} events, {per_second:,.0f} a second: 50,000 in {50_000 / per_second:.1f} s",)
    return compare(
        "h", "history checked", "its rows read, bare driver", "s", 0, *runs, more_is_better=False, notes=notes
    )


def _lengthen(fewest: int) -> None:
    """The network's history is written without seals: begin its chain, and add what is missing."""
    with committed() as session:
        if session.scalar(select(func.count()).select_from(AuditSeal)) == 0:
            seal_history(session.connection())
    missing = fewest - (db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0)
    while missing > 0:
        with committed():
            for number in range(min(missing, AT_ONCE)):
                record_event(
                    actor=CLOCK,
                    action="bench",
                    what=f"Event {number} of the bench",
                    details={"number": number},
                )
        missing -= AT_ONCE
