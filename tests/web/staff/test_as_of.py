"""The page that shows a file as it was on a day."""

from datetime import timedelta

from onboarding.clock import today
from onboarding.policy.days import say
from onboarding.policy.vocabulary import Role, Status
from tests.support.cases import make_case
from tests.web.staff.conftest import Desk


def test_a_file_is_shown_as_it_was_and_a_day_that_cannot_be_is_told(desk: Desk) -> None:
    application = make_case(Status.APPROVED)
    address = f"/staff/applications/{application.id}/as-of"
    client = desk(Role.MEDICAL_DIRECTOR)
    page = client.get(f"{address}?on={today().isoformat()}").text
    assert (
        "Approved, since" in page
        and "License to practice" in page
        and '<form method="post" action="/staff/app' not in page
    )
    early = client.get(f"{address}?on={(today() - timedelta(days=3)).isoformat()}").text
    assert f"Enter a day from {say(application.created_on)} to today." in early
    assert "As it was on a day" in client.get(f"/staff/applications/{application.id}").text
    assert desk(Role.COMMITTEE_MEMBER).get(address).status_code == 403
