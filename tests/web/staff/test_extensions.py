"""Extending a recredentialing on the file: a coordinator, with a cause, a date, words and a file."""

from datetime import timedelta
from io import BytesIO

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.models import Participation
from onboarding.policy.vocabulary import Role, Status
from tests.support.cases import make_case
from tests.support.files import pdf_bytes
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


def test_a_coordinator_extends_on_the_file_and_nobody_else(desk: Desk) -> None:
    application = make_case(Status.PARTICIPATING)
    with committed() as session:
        participation = session.get_one(Participation, application.participation_id)
        participation.recredentialing_due_on = today() + timedelta(days=40)
    path = f"/staff/applications/{application.id}"
    returns_on = f"{today() + timedelta(days=90):%m/%d/%Y}"
    fields = {"cause": "medical_leave", "returns_on": returns_on, "why": "Her practice wrote."}
    assert "Extend the due date" not in desk(Role.SPECIALIST).get(path).text
    client = desk(Role.COORDINATOR)
    refused = send(client, f"{path}/extensions", **{**fields, "cause": "busy"})
    assert refused.status_code == 422 and "Her practice wrote." in refused.text
    refused = send(client, f"{path}/extensions", **fields)
    assert refused.status_code == 422 and "Attach what shows it" in refused.text
    file = (BytesIO(pdf_bytes("Leave granted")), "leave.pdf")
    assert send(client, f"{path}/extensions", **fields, evidence=file).status_code == 303
    page = client.get(path).text
    assert "Medical or maternity leave" in page and "leave.pdf" in page and "instead of" in page
    listed = client.get("/staff/recredentialing?due=opening").text
    assert "Extended" in listed and "medical or maternity leave" in listed
