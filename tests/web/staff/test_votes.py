"""Voting in the pages: two who vote at once, and what an auditor reads of it."""

import re

from flask import Flask

from onboarding.extensions import committed
from onboarding.policy.vocabulary import Role, Status
from onboarding.queries.files import find_agenda_item
from onboarding.services.committee import record_attendance
from tests.support.cases import convene, coordinator, make_case, make_staff
from tests.support.sessions import send, signed_in


def test_the_coordinators_page_read_before_a_member_voted_loses_no_vote_and_nothing_typed(app: Flask) -> None:
    application, (lena, tom, priya) = make_case(Status.IN_COMMITTEE), convene()
    item, lead = find_agenda_item(application.id), coordinator()
    with committed():
        record_attendance(item.meeting, lead, {lena.id, tom.id, priya.id})
    client = signed_in(app, make_staff(Role.COORDINATOR, name=lead.name))
    path, page = f"/staff/committee/items/{item.id}/votes", f"/staff/committee/meetings/{item.meeting_id}"
    assert send(signed_in(app, tom), path, **{f"was-{tom.id}": "", f"vote-{tom.id}": "deny"}).status_code == 303

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
