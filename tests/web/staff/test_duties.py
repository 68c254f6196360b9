"""Who has a tie to a provider, at the doors that name no file in their address."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.models import Meeting, Staff
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import PaperKind, Role, Status, VerificationKind
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.services.file_audit import draw_sample
from onboarding.services.papers import ask_for_paper
from tests.support.cases import actor_of, coordinator, make_case, make_staff, verify_with_file, vote
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


def tied(desk: Desk, role: Role, application_id: int) -> tuple[FlaskClient, int]:
    """A browser of somebody with this role whose own NPI stands on the file, and the number of the account."""
    client = desk(role)
    with committed() as work:
        me = work.scalars(select(Staff).order_by(Staff.id.desc()).limit(1)).one()
        me.npi = get_application(application_id).npi
        return client, me.id


def test_the_preview_says_of_a_tie_and_of_who_works_no_files_what_the_doing_says(
    app: Flask, desk: Desk
) -> None:
    mine, other = make_case(Status.GATHERING), make_case(Status.GATHERING)
    auditor = make_staff(Role.AUDITOR)
    lead, me = tied(desk, Role.COORDINATOR, mine.id)
    for do, application, says in (
        (f"assign:{me}", mine, "You have a tie to this provider"),
        ("return:", mine, "You have a tie to this provider"),
        (f"assign:{auditor.id}", other, "Only specialists and coordinators work files."),
    ):
        page = lead.get("/staff/bulk", query_string={"do": do, "row": application.id}).text
        assert says in page and f'value="{application.id}:' not in page, do
        row = f"{application.id}:{get_application(application.id).version}"
        assert says in send(lead, "/staff/bulk", do=do, row=row, reason="Sign the form again").text, do
    assert get_application(mine.id).assignee_id is None


def test_a_file_is_not_given_to_who_has_a_tie(app: Flask, desk: Desk) -> None:
    application, lead = make_case(Status.GATHERING), desk(Role.COORDINATOR)
    _, sister = tied(desk, Role.SPECIALIST, application.id)
    answer = send(lead, f"/staff/applications/{application.id}/assign", assignee=str(sister))
    assert answer.status_code == 422 and "has a tie to this provider" in answer.text


def test_the_audit_and_the_report_leave_out_what_the_reader_has_a_tie_to(app: Flask, desk: Desk) -> None:
    mine, other = (make_case(Status.APPROVED, last_name=name) for name in ("Pellworth", "Okonjo"))
    auditor = actor_of(make_staff(Role.AUDITOR))
    with committed():
        sample = draw_sample(auditor, from_on=today(), to_on=today(), seed="x")
        places = {file.application_id: file.number for file in sample.files}
        page = f"/staff/audit/samples/{sample.id}"
    lead, _ = tied(desk, Role.COORDINATOR, mine.id)
    assert lead.get(f"{page}/files/{places[mine.id]}").status_code == 403
    assert lead.get(f"{page}/files/{places[other.id]}").status_code == 200
    for path in (page, f"{page}.csv", "/staff/audit/integrity", "/staff/audit/integrity.csv"):
        text = lead.get(path).text
        assert "Pellworth" not in text and mine.public_id not in text, path
    assert "files of providers you have a tie to" in lead.get(page).text


def test_a_page_of_evidence_is_closed_to_who_has_a_tie(app: Flask, desk: Desk) -> None:
    application = make_case(Status.VERIFYING)
    file = verify_with_file(application, verification_row(VerificationKind.LICENCE))
    lead, _ = tied(desk, Role.COORDINATOR, application.id)
    assert lead.get(f"/staff/evidence/{file.public_id}").status_code == 403


def test_a_member_reads_nothing_of_the_own_file_in_the_committee_and_steps_out(
    app: Flask, desk: Desk
) -> None:
    application = make_case(Status.IN_COMMITTEE, last_name="Pellworth")
    vote(application)
    item = find_agenda_item(application.id)
    assert item is not None
    meeting = f"/staff/committee/meetings/{item.meeting_id}"
    lead = coordinator()
    with committed() as work:
        ask_for_paper(work.get_one(Meeting, item.meeting_id), PaperKind.PACKET, lead)
    client, _ = tied(desk, Role.COMMITTEE_MEMBER, application.id)
    page = client.get(meeting).text
    assert "Closed to you" in page and "Pellworth" not in page and application.npi not in page
    for paper in ("papers/packet", "papers/minutes", "minutes"):
        answer = send(client, f"{meeting}/{paper}", reason="To read before the meeting")
        assert answer.status_code == 403 and "a provider you have a tie to" in answer.text, paper
    also_tied, _ = tied(desk, Role.COORDINATOR, application.id)
    item_path = f"/staff/committee/items/{item.id}"
    assert send(also_tied, f"{item_path}/votes", all="deny").status_code == 403
    assert send(also_tied, f"{item_path}/move", to="up").status_code == 403
