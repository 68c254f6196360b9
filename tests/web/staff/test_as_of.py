"""The page that shows a file as it was on a day."""

from datetime import timedelta

from flask import Flask

from onboarding.clock import today
from onboarding.extensions import committed
from onboarding.policy.days import say
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import Role, Status, VerificationKind
from onboarding.queries.files import get_application
from tests.support.cases import make_case, verify_with_file
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


def test_the_name_at_its_head_and_the_evidence_are_those_of_the_day(app: Flask, desk: Desk) -> None:
    application = make_case(Status.VERIFYING, last_name="Pellworth")
    page = verify_with_file(application, verification_row(VerificationKind.LICENCE))
    with committed():
        get_application(application.id, for_change=True).name = "Ada Quimby"
    shown = desk(Role.AUDITOR).get(f"/staff/applications/{application.id}/as-of").text
    head = shown[shown.index("<h1") : shown.index("</h1>")]
    assert "Pellworth, as of" in head and "Quimby" not in shown.split("<main")[1]
    assert page.file_name in shown and "Good until" in shown
