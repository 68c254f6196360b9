"""Monitoring findings as the desk sees them: recorded on the file, listed until they are closed, taken as a file."""

import io

import pytest
from flask import Flask
from sqlalchemy import select, text

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import AuditEvent, Staff
from onboarding.policy.vocabulary import FindingState, Role
from onboarding.queries.monitoring import FindingFilter, open_findings_query
from onboarding.services.evidence_files import NewFile
from onboarding.storage import Store
from tests.support.cases import make_staff
from tests.support.files import pdf_bytes
from tests.support.monitoring import SAYS, act, found_of, hear, in_network
from tests.support.sessions import send, signed_in
from tests.web.staff.conftest import Desk


def test_a_finding_is_recorded_with_its_evidence_corrected_and_closed_on_the_file(desk: Desk) -> None:
    provider, client = in_network(), desk(Role.SPECIALIST)
    path, typed = f"/staff/applications/{provider.id}/findings", {
        "kind": "complaint", "severity": "minor", "received_on": today().isoformat(), "source": "Grievance 2291", "says": SAYS,
    }  # fmt: skip
    refused = send(client, path, **{**typed, "severity": ""})
    assert (
        refused.status_code == 422
        and SAYS in refused.text
        and 'id="findings-new-severity-error"' in refused.text
    )
    file = (io.BytesIO(pdf_bytes("The letter of the member")), "letter.pdf")
    assert send(client, path, **typed, evidence=file).status_code == 303
    (found,) = found_of(provider)
    assert found.finding.evidence_file and found.finding.evidence_file.file_name == "letter.pdf"
    again = {**typed, "severity": "serious", "why": "The member was harmed."}
    assert send(client, f"{path}/{found.finding.id}/correct", **again).status_code == 303
    (found,) = found_of(provider)
    page = client.get(f"/staff/applications/{provider.id}").text
    assert (
        "For the committee: 1 serious finding within six months" in page
        and "Replaced by a correction" in page
    )
    done = {"state": "closed", "done": "The practice was visited and has changed its booking."}
    assert send(client, f"{path}/{found.finding.id}/act", **done).status_code == 303
    assert found_of(provider)[0].state is FindingState.CLOSED
    assert "Record a finding" not in desk(Role.AUDITOR).get(f"/staff/applications/{provider.id}").text


def test_the_evidence_of_a_finding_is_closed_to_who_has_a_tie_to_the_provider(app: Flask, desk: Desk) -> None:
    provider, tied = in_network(), make_staff(Role.SPECIALIST)
    stored = Store(app.extensions["settings"].storage).put("evidence", pdf_bytes("A letter"))
    finding = hear(
        provider, file=NewFile("letter.pdf", "application/pdf", stored.size, stored.sha256, stored.key)
    )
    path = f"/staff/evidence/{finding.evidence_file.public_id}"
    with committed() as session:
        session.get_one(Staff, tied.id).npi = provider.npi
    assert desk(Role.SPECIALIST).get(path).status_code == 200
    assert signed_in(app, tied).get(path).status_code == 403


def test_the_list_and_its_file_hold_what_is_not_closed_and_fits_the_filter(desk: Desk) -> None:
    provider, other = in_network(), in_network()
    hear(provider)
    act(provider, hear(provider, says="This one was closed."), FindingState.CLOSED)
    hear(other, says="=This one is of the other.")
    client = desk(Role.COORDINATOR)
    page = client.get("/staff/findings?kind=complaint&severity=minor&state=open").text
    assert SAYS in page and "of the other" in page and "was closed" not in page
    assert "Nothing is open" in client.get("/staff/findings?late=yes").text
    lines = send(client, "/staff/findings.csv", kind="complaint").text.splitlines()
    assert len(lines) == 3 and provider.public_id in lines[1] and "'=This one" in lines[2]
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "export_findings"))
    assert event.what == "Open findings taken as CSV, 2 rows: kind: complaint"
    assert desk(Role.ADMINISTRATOR).get("/staff/findings").status_code == 403


def test_open_findings_are_found_by_index(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    query = open_findings_query(FindingFilter(), 1).limit(51)
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = " | ".join(
        str(row[-1]) for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", r"\:")))
    )
    assert "ix_monitoring_finding_act_by" in plan and "SCAN" not in plan.replace(
        "SCAN monitoring_finding USING", ""
    ), plan
