"""Voting in the pages: two who vote at once, and what an auditor reads of it."""

import re

from flask import Flask

from onboarding.extensions import committed
from onboarding.policy.vocabulary import DecisionOutcome, Role, Status
from onboarding.queries.committee import get_meeting
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.services.committee import close_meeting, record_attendance
from onboarding.services.votes import recuse
from tests.support.cases import convene, coordinator, decide, make_case, make_staff, members, others
from tests.support.sessions import send, signed_in
from tests.web.staff.conftest import Desk


def test_the_coordinators_page_read_before_a_member_voted_loses_no_vote_and_nothing_typed(app: Flask) -> None:
    application, (lena, tom, priya) = make_case(Status.IN_COMMITTEE), convene()
    item, lead = find_agenda_item(application.id), coordinator()
    with committed():
        record_attendance(item.meeting, lead, {lena.id, tom.id, priya.id})
    client = signed_in(app, make_staff(Role.COORDINATOR, name=lead.name))
    path, page = f"/staff/committee/items/{item.id}/votes", f"/staff/committee/meetings/{item.meeting_id}"
    assert (
        send(signed_in(app, tom), path, **{f"was-{tom.id}": "", f"vote-{tom.id}": "deny"}).status_code == 303
    )

    def picked(html: str, who: int) -> list[str]:
        (field,) = re.findall(rf'name="vote-{who}".*?</select>', html, re.DOTALL)
        return re.findall(r'value="(\w+)" selected', field)

    as_read = {f"was-{who.id}": "" for who in (lena, tom, priya)}
    stale = send(client, path, **as_read, **{f"vote-{lena.id}": "pend", f"vote-{tom.id}": "approve"})
    assert stale.status_code == 409 and "Tom Arden cast this vote" in stale.text
    assert picked(stale.text, lena.id) == ["pend"] and "Deny, cast from the own account" in stale.text
    saved = send(client, path, **as_read, **{f"vote-{lena.id}": "approve", f"vote-{tom.id}": ""})
    assert saved.status_code == 303
    assert send(client, path, all="deny").status_code == 303
    shown = client.get(page).text
    assert "Deny 2" in shown and "Approve 1" in shown and "Record for all" not in shown


def test_votes_recusals_and_reasons_are_read_at_the_table_and_later_in_the_minutes_alone(
    app: Flask, desk: Desk
) -> None:
    application, (lena, *_) = make_case(Status.IN_COMMITTEE), convene([*members(), others()[0]])
    item, lead = find_agenda_item(application.id), coordinator()
    with committed():
        found = get_application(application.id, for_change=True)
        recuse(item, found, lead, others()[0].id, "Shares an office with the applicant")
    reason = "The license was suspended in May."
    decide(application, DecisionOutcome.DENIED, reason=reason)
    page = f"/staff/committee/meetings/{item.meeting_id}"
    secret = ("Shares an office", reason, "Deny 3", "License or certification not in force")
    told, kept = signed_in(app, lena).get(page).text, desk(Role.AUDITOR).get(page).text
    assert all(words in told and words not in kept for words in secret) and "Denied" in kept
    with committed():
        close_meeting(get_meeting(item.meeting_id, for_change=True), lead)
    for role in (Role.COORDINATOR, Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER):
        shown = desk(role).get(page).text
        assert "Denied" in shown and not any(words in shown for words in secret)


def test_who_chairs_is_asked_on_the_roll_and_who_was_checked_stays_checked(desk: Desk) -> None:
    item, (lena, tom, priya) = find_agenda_item(make_case(Status.IN_COMMITTEE).id), convene()
    path, lead = f"/staff/committee/meetings/{item.meeting_id}", desk(Role.COORDINATOR)
    refused = send(lead, f"{path}/attendance", present=[tom.id, priya.id], chair=lena.id)
    assert refused.status_code == 422 and "Choose who chairs, among those present." in refused.text
    checked = re.findall(r'name="present" value="(\d+)" checked', refused.text)
    assert set(checked) == {str(tom.id), str(priya.id)}
    assert send(lead, f"{path}/attendance", present=[tom.id, priya.id], chair=tom.id).status_code == 303
    assert f'value="{tom.id}" selected' in lead.get(path).text
