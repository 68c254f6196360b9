"""What monitoring finds: recorded, corrected, acted on, counted in a renewal, shown to peers and to no applicant."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from onboarding.cli.quality import import_quality
from onboarding.clock import today
from onboarding.errors import BadFile, BadInput, Conflict, NotFound
from onboarding.extensions import committed, db
from onboarding.letters.packet import PacketView
from onboarding.models import (
    AgendaItem,
    Application,
    AuditEvent,
    Meeting,
    MonitoringFinding,
    Participation,
    Staff,
)
from onboarding.policy.clean_file import flags
from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState, Status
from onboarding.queries.as_of import get_file_as_of
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.queries.monitoring import (
    FindingFilter,
    count_open_findings,
    get_finding_of,
    list_open_findings,
)
from onboarding.queries.next_things import find_next_things
from onboarding.queries.queue import find_queue_page
from onboarding.queries.queue_filter import QueueFilter
from onboarding.services.monitoring import correct_finding
from onboarding.services.papers import packet_view
from onboarding.services.recredentialing import open_recredentialing
from tests.support.cases import coordinator, make_case, make_staff, meeting_on, on_day, specialist
from tests.support.monitoring import SAYS, act, found_of, hear, in_network, new, renewal_of
from tests.support.pages import come_in

OPEN, LOOKED_INTO, CLOSED = FindingState


@pytest.fixture
def provider(app: Flask) -> Application:
    """A provider in the network."""
    return in_network()


def correct(
    application: Application, finding: MonitoringFinding, why: str = "It was another day."
) -> MonitoringFinding:
    who, day = specialist(), today() - timedelta(days=3)
    with committed():
        file = get_application(application.id, for_change=True)
        wrong = get_finding_of(file.participation_id, finding.id)
        return correct_finding(file, wrong, new(day), who, why=why)


def test_a_finding_is_acted_on_within_its_clock_and_the_history_does_not_tell_what_it_says(
    provider: Application,
) -> None:
    finding = hear(provider, today() - timedelta(days=40))
    (found,) = found_of(provider)
    assert found.finding.act_by == after("finding_acted_on", finding.received_on)
    assert (found.state, found.late) == (OPEN, True)
    act(provider, finding, LOOKED_INTO)
    act(provider, finding, CLOSED)
    (found,) = found_of(provider)
    assert (found.state, found.late, [step.state for step in found.steps]) == (
        CLOSED,
        False,
        [LOOKED_INTO, CLOSED],
    )
    events = list(db.session.scalars(select(AuditEvent).where(AuditEvent.action.contains("finding"))))
    assert [event.action for event in events] == ["record_finding", "act_on_finding", "act_on_finding"]
    assert "three hours" not in repr([(event.what, event.why, event.details) for event in events])
    raw = db.session.execute(text("SELECT says FROM monitoring_finding")).scalar_one()
    assert "three hours" not in raw


def test_what_is_missing_or_cannot_be_is_told_at_its_field(provider: Application) -> None:
    for field, typed in (
        ("says", "bad"), ("source", ""), ("severity", FindingSeverity.FOR_INFORMATION),
        ("says", "The member's number is 521-30-4471."), ("received_on", today() + timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            hear(provider, **{field: typed})
        assert set(refused.value.fields) == {field}
    assert found_of(provider) == []


def test_a_correction_is_a_new_record_with_a_reason_and_what_was_done_stays_with_it(
    provider: Application,
) -> None:
    first = hear(provider)
    act(provider, first, LOOKED_INTO)
    with pytest.raises(BadInput, match="recorded wrongly"):
        correct(provider, first, why=" ")
    second = correct(provider, first)
    third = correct(provider, second)
    (found,) = found_of(provider)
    assert [record.id for record in (*found.earlier, found.finding)] == [first.id, second.id, third.id]
    assert (found.state, found.finding.received_on) == (LOOKED_INTO, today() - timedelta(days=3))
    act(provider, third, CLOSED)
    with pytest.raises(NotFound):
        act(provider, first, CLOSED)
    with pytest.raises(Conflict, match="closed"):
        act(provider, third, LOOKED_INTO)


def test_the_database_keeps_findings_and_steps_as_they_were_recorded(provider: Application) -> None:
    finding = hear(provider)
    act(provider, finding, CLOSED)
    for table in ("monitoring_finding", "finding_step"):
        for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="appended"), committed() as session:
                session.execute(text(change))
    columns = [column.name for column in MonitoringFinding.__table__.columns if column.name != "id"]
    other = {"first_id": 77, "replaces_id": "id", "replaces_why": "'other'"}
    copied = ", ".join(str(other.get(name, name)) for name in columns)
    with pytest.raises(DatabaseError, match="bound to its first record"), committed() as session:
        session.execute(
            text(
                f"INSERT INTO monitoring_finding ({', '.join(columns)}) SELECT {copied} FROM monitoring_finding"
            )
        )


def test_a_renewal_with_an_open_finding_is_not_clean_and_the_queue_says_so_too(app: Flask) -> None:
    provider = make_case(Status.PARTICIPATING)
    renewal = renewal_of(provider)

    def said() -> tuple[list[str], str]:
        db.session.rollback()
        thing = find_next_things(find_queue_page(QueueFilter(status=Status.READY), 0).rows)[renewal.id]
        return flags(get_credentialing_file(get_application(renewal.id))), thing.says

    clean, not_clean = "Clean file: sign or send to committee", "Not a clean file: place on an agenda"
    assert said() == ([], clean)
    findings = [hear(provider)]
    assert said() == (["Monitoring findings that are not closed: 1."], not_clean)
    act(provider, findings[0], CLOSED)
    assert said() == ([], clean)
    findings += [hear(provider), hear(renewal)]
    for finding in findings[1:]:
        act(provider, finding, CLOSED)
    (flag,), thing = said()
    assert flag.startswith("For the committee: 3 complaints") and thing == not_clean
    hands = get_credentialing_file(get_application(renewal.id)).evidence_by
    assert specialist().id in hands


def test_the_packet_shows_what_monitoring_found_since_the_last_decision(
    app: Flask, provider: Application
) -> None:
    lead = coordinator()
    with committed() as session:
        renewal = open_recredentialing(session.get_one(Participation, provider.participation_id), lead)
        session.add(
            AgendaItem(
                meeting=meeting_on(today()),
                application_id=renewal.id,
                placed_on=today(),
                placed_by_id=lead.id,
            )
        )
    act(provider, hear(provider), CLOSED)
    view: PacketView = packet_view(db.session.scalars(select(Meeting)).one())
    (file,) = view.files
    (found,) = file.findings
    assert (found.kind, found.says, found.state, found.open) == ("Complaint", SAYS, "Closed", False)
    assert "how it books visits" in found.done[0]
    page = app.jinja_env.get_template("committee/packet.html").render(
        view=view, plan=app.jinja_env.globals["plan"]
    )
    assert SAYS in page and "quality management" not in page


def test_a_file_as_of_a_day_shows_its_findings_as_they_stood(provider: Application) -> None:
    start = today()
    finding = hear(provider)
    with on_day(start + timedelta(days=2)):
        correct(provider, finding)
    with on_day(start + timedelta(days=4)):
        act(provider, found_of(provider)[0].finding, CLOSED)
        application = get_application(provider.id)
        found = [get_file_as_of(application, start + timedelta(days=days)).findings for days in (0, 2, 4)]
        assert get_file_as_of(application, start - timedelta(days=1)).findings == []
    assert [(len(one.earlier), one.state) for (one,) in found] == [(0, OPEN), (1, OPEN), (1, CLOSED)]


def test_open_findings_go_in_pages_and_nobody_is_shown_their_own(provider: Application) -> None:
    days = [today() - timedelta(days=ago) for ago in (1, 35, 35)]
    made = [hear(provider, day) for day in days]
    act(provider, hear(provider), CLOSED)
    hear(provider, kind=FindingKind.QUALITY_RESULT, severity=FindingSeverity.FOR_INFORMATION)
    first, following = list_open_findings(FindingFilter(), 0, size=2)
    second, end = list_open_findings(FindingFilter(after=following), 0, size=2)
    assert [row[0].id for row in (*first, *second)] == [made[1].id, made[2].id, made[0].id]
    assert end == ""
    act(provider, made[1], LOOKED_INTO)
    wanted = [FindingFilter(), FindingFilter(late=True), FindingFilter(state=LOOKED_INTO),
              FindingFilter(state=OPEN), FindingFilter(kind=FindingKind.SANCTION)]  # fmt: skip
    assert count_open_findings(wanted, 0, 100) == [3, 1, 1, 2, 0]
    assert [len(list_open_findings(one, 0)[0]) for one in wanted] == [3, 1, 1, 2, 0]
    assert count_open_findings(wanted, 0, 1)[0] == 2
    number = make_staff().id
    with committed() as session:
        session.get_one(Staff, number).npi = provider.npi
    assert count_open_findings(wanted, number, 100) == [0] * 5


def test_the_provider_is_shown_nothing_of_it(app: Flask) -> None:
    provider = make_case(Status.PARTICIPATING)
    hear(provider)
    client = app.test_client()
    come_in(client, provider)
    for path in ("/status/application", "/rights", "/rights/review", "/portal"):
        page = client.get(path, follow_redirects=True)
        assert page.status_code == 200 and "three hours" not in page.text and "Complaint" not in page.text


def test_quality_results_come_from_a_file_once_and_rows_that_cannot_be_taken_are_told(
    provider: Application, tmp_path: Path
) -> None:
    path = tmp_path / "quality.csv"
    rows = [
        f"2025,{provider.npi},Follow-up in 7 days,51.64%,75",
        f"2025,{provider.npi},Portal use,80,>= 75",
        f"2025,{provider.npi},Complaints per 1000,9,<=5",
        f"2025,{provider.npi},Portal use,81,75",
        "2025,1234567893,Portal use,80,75",
        f"2025,{provider.npi},Portal use,many,75",
        "2025,12,Portal use,80,75",
    ]
    path.write_text("\n".join(["Period,NPI,Measure,Result,Threshold", *rows]) + "\n")
    said = import_quality(path).splitlines()
    assert said[0] == "Quality results: 3 recorded, 0 were here already."
    assert [line.split(":")[0].strip() for line in said[2:]] == ["line 5", "line 6", "line 7", "line 8"]
    found = {one.finding.measure: one.state for one in found_of(provider)}
    assert found == {"Follow-up in 7 days": OPEN, "Portal use": CLOSED, "Complaints per 1000": OPEN}
    assert import_quality(path).startswith("Quality results: 0 recorded, 3 were here already.")
    path.write_text("NPI,Name\n1,2\n")
    with pytest.raises(BadFile, match="columns NPI, Measure, Period, Result, Threshold"):
        import_quality(path)
