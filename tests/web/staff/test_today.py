"""Today: every number leads to a list of exactly so many rows."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.models import Application, Decision, Document, Participation, Verification
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    DecisionOutcome,
    DocumentKind,
    DocumentState,
    ProviderType,
    Role,
    Status,
    VerificationKind,
)
from onboarding.queries.expiring import count_expiring
from tests.queries.test_queue import fill
from tests.support.cases import (
    ask,
    import_list,
    make_case,
    make_staff,
    screen,
    upload,
    verify_with_file,
)
from tests.support.monitoring import hear
from tests.web.staff.conftest import Desk

WAITING = {
    f"/staff?why={why}" for why in ("appeals", "provisional", "follow_ups", "state_pending", "state_late")
}
_ROWS = re.compile(r'<th scope="row">\s*<a href="/staff/applications/(\d+)')
_NUMBERS = re.compile(r'class="number-l[^"]*" href="([^"]+)">(?:<span class="count-number">)?([\d,+]+)<')


def numbers(page: str) -> dict[str, int]:
    """Each number of the page by its link."""
    return {href.replace("&amp;", "&"): int(number) for href, number in _NUMBERS.findall(page)}


def listed(client: FlaskClient, path: str) -> int:
    """How many rows the list behind a link has, page after page."""
    total = 0
    while path:
        page = client.get(path).text
        total += len(_ROWS.findall(page))
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    return total


def a_day_at_the_desk() -> None:
    """Work of every kind: late, new, asked, matched, standing still, running out."""
    fill(110, [make_staff(Role.SPECIALIST, name="Otto Grahn").id, None])
    import_list(
        "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,"
        "20210420,00000000,00000000,"
    )
    application = make_case(
        Status.GATHERING, ProviderType.CNP, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
    )
    upload(application, DocumentKind.W9)
    screen(application)
    ask(application)
    verify_with_file(application, verification_row(VerificationKind.LICENCE))
    with committed() as work:
        work.get_one(Application, application.id).due_on = today()
        runs_out = work.scalars(select(Verification).where(Verification.good_until.is_not(None))).one()
        work.add(_copy_of(runs_out, good_until=today() + timedelta(days=50)))
        document = work.scalars(select(Document)).first()
        document.state, document.expires_on = DocumentState.ACCEPTED, today() + timedelta(days=20)
    upload(application, DocumentKind.W9)
    decided_ago(19, 20, 30, 31, 40)
    joined = make_case(Status.PARTICIPATING)
    for ago in (3, 40):
        hear(joined, today() - timedelta(days=ago))
    with committed() as work:
        work.get_one(Participation, joined.participation_id).recredentialing_due_on = today() + timedelta(
            days=70
        )
        answered = work.scalars(select(Application).where(Application.status == Status.RECEIVED)).first()
        answered.round, answered.changed_at = 1, now() - timedelta(days=45)


def decided_ago(*days: int) -> None:
    """Some of the files were decided so many days ago, and no letter tells it."""
    who = make_staff(Role.MEDICAL_DIRECTOR).id
    with committed() as work:
        found = work.scalars(select(Application.id).order_by(Application.id).limit(len(days)))
        for application_id, ago in zip(found, days, strict=True):
            decided_on = today() - timedelta(days=ago)
            work.add(
                Decision(
                    application_id=application_id, number=1, outcome=DecisionOutcome.DENIED, decided_on=decided_on,
                    recorded_at=now(), decided_by_id=who, reason_codes=[],
                )
            )  # fmt: skip


def _copy_of(record: Verification, **changes: object) -> Verification:
    kept = {
        column.name: getattr(record, column.name)
        for column in Verification.__table__.columns
        if column.name != "id"
    }
    return Verification(**{**kept, **changes})


def test_each_number_leads_to_exactly_so_many_rows(app: Flask, desk: Desk) -> None:
    a_day_at_the_desk()
    seen: dict[str, int] = {}
    for roles in ((Role.COORDINATOR, Role.SPECIALIST), (Role.MEDICAL_DIRECTOR,)):
        client = desk(*roles)
        for path, number in numbers(client.get("/staff/today").text).items():
            assert listed(client, path) == number, path
            seen[path] = number
    assert len(seen) == 42
    assert (seen["/staff?why=notice_amber"], seen["/staff?why=notice_late"]) == (2, 2)
    empty = {path for path, number in seen.items() if not number}
    assert empty <= {
        "/staff?why=letters", "/staff?why=reports", "/staff?assignee=me", "/staff?assignee=me&due=overdue",
        "/staff/expiring?what=documents&within=60", "/staff/expiring?what=licenses&within=30",
        "/staff/recredentialing?due=overdue", "/staff/recredentialing?due=month", "/staff/recredentialing?due=two_months", *WAITING,
        "/staff?why=votes", "/staff/committee#statement",
    }, empty  # fmt: skip


def test_counts_says_of_how_many_decisions_the_notice_is_amber_or_late(desk: Desk) -> None:
    fill(3)
    decided_ago(25, 45, 375)
    page = desk(Role.COORDINATOR).get("/staff/counts").text
    assert re.findall(r'why=notice_(?:amber|late)">([^<]+)<', page) == ["1", "1"]
    listed_there = desk(Role.COORDINATOR).get("/staff/after-decisions").text
    assert "Notices not sent (2)" in listed_there


def test_a_day_without_work_says_nought_everywhere_and_opens_to_every_role(desk: Desk) -> None:
    for role in (Role.SPECIALIST, Role.AUDITOR, Role.COMMITTEE_MEMBER):
        assert set(numbers(desk(role).get("/staff/today").text).values()) == {0}


def test_what_a_newer_document_replaced_does_not_run_out(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    for days in (10, 80):
        upload(application, DocumentKind.MALPRACTICE_FACE_SHEET)
        with committed() as work:
            document = work.get_one(Document, work.scalar(select(func.max(Document.id))))
            document.state, document.expires_on = DocumentState.ACCEPTED, today() + timedelta(days=days)
    counted = count_expiring(1000)
    assert [counted["documents", days] for days in (30, 60, 90)] == [0, 0, 1]


def test_the_numbers_of_today_take_the_same_few_statements_however_many_they_are(
    app: Flask, desk: Desk
) -> None:
    client = desk(Role.COORDINATOR)
    fill(60)
    heard: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: heard.append(args[2]))
    client.get("/staff/today")
    assert len([statement for statement in heard if statement.startswith("SELECT")]) <= 8
