"""Each license at the desk: its own line, its own form, its own place side by side."""

from flask import Flask

from onboarding.policy.vocabulary import Role, Status
from tests.support.cases import make_case
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


def test_a_license_of_another_state_is_recorded_at_its_own_line(app: Flask, desk: Desk) -> None:
    application, client = make_case(Status.VERIFYING, has_other_licenses="yes"), desk(Role.SPECIALIST)
    page = f"/staff/applications/{application.id}"
    assert 'id="verifications-licence"' in (shown := client.get(page).text)
    assert 'id="verifications-licence-TX-T-5512"' in shown and "License to practice (TX T-5512)" in shown
    typed = {
        "kind": "licence", "about": "TX T-5512", "source": "State licensing board", "method": "website",
        "result": "verified", "found": "T-5521", "reference": "Page 7",
    }  # fmt: skip
    refused = send(client, f"{page}/verifications", **typed)
    assert refused.status_code == 422
    assert 'id="verifications-licence-TX-T-5512-good_until-error"' in refused.text
    assert 'id="verifications-licence-good_until-error"' not in refused.text
    assert send(client, f"{page}/verifications", **typed, good_until="2029-01-31").status_code == 303
    told = client.get(page).text
    beside = told[told.index('id="sides"') : told.index('id="screening"')]
    assert "The source says T-5521" in beside and "January 31, 2029" in beside
    gone = send(client, f"{page}/verifications", **{**typed, "about": "TX T-1", "good_until": "2029-01-31"})
    assert gone.status_code == 409 and "no longer states the license TX T-1" in gone.text
