"""The application page, at every stage, for every role."""

import re

import pytest
from flask import Flask
from sqlalchemy import event, select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application, OnboardingItem, PartnerReferral
from onboarding.policy.access import may
from onboarding.policy.days import say
from onboarding.policy.vocabulary import (
    STAFF_ROLES,
    ApplicationKind,
    Capability,
    OnboardingStep,
    ProviderKind,
    ProviderType,
    Role,
    Status,
)
from onboarding.queries.files import get_application
from onboarding.services.apply import count_referral, save_demographics
from tests.support.cases import WALKS, import_list, letters_leave, make_case, make_draft
from tests.support.sessions import send
from tests.web.staff.conftest import Desk

READERS = [role for role in STAFF_ROLES if may(frozenset({role}), Capability.SEE_FILE)]


def forms(page: str) -> list[str]:
    return re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page)


@pytest.mark.parametrize("status", Status)
def test_the_page_opens_at_every_stage_for_every_reader(desk: Desk, status: Status) -> None:
    application = make_case(status)
    letters_leave()
    for role in READERS:
        answer = desk(role).get(f"/staff/applications/{application.id}")
        assert answer.status_code == 200, role
        assert application.public_id in answer.text
        ids = re.findall(r'\sid="([^"]+)"', answer.text)
        assert len(ids) == len(set(ids)), sorted({name for name in ids if ids.count(name) > 1})


@pytest.mark.parametrize("status", Status)
def test_the_auditor_reads_everything_and_changes_nothing(desk: Desk, status: Status) -> None:
    page = desk(Role.AUDITOR).get(f"/staff/applications/{make_case(status).id}").text
    assert forms(page) == ["/staff/sign-out"]


@pytest.mark.parametrize("code", ProviderType)
def test_the_page_opens_for_every_provider_type(desk: Desk, code: ProviderType) -> None:
    application = make_case(Status.VERIFYING, code)
    assert desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").status_code == 200


def test_tax_id_in_full_and_the_optional_answers_are_on_no_page(desk: Desk) -> None:
    application = make_draft(ProviderType.LCSW, tax_id="714556203")
    with committed():
        save_demographics(application, {"race": ["Marshallese or other Pacific Islander"]})
    for walk in WALKS[Status.READY]:
        walk(application)
    for role in READERS:
        page = desk(role).get(f"/staff/applications/{application.id}").text
        assert "714556203" not in page
        assert "71-4556203" not in page
        assert "6203" in page
        assert "Marshallese" not in page


def test_a_disclosure_stands_out_with_its_explanation(desk: Desk) -> None:
    application = make_case(
        Status.RECEIVED, felony="yes", felony_explained="In 1999, for a bad check; the record was sealed."
    )
    page = desk(Role.COMMITTEE_MEMBER).get(f"/staff/applications/{application.id}").text
    noticed = page.split("notice notice-warn disclosure")[1][:600]
    assert "convicted of a felony" in noticed
    assert "the record was sealed" in noticed


def test_what_the_applicant_typed_is_text_and_never_markup(desk: Desk) -> None:
    application = make_case(Status.RECEIVED, specialty="<img src=x onerror=alert(1)>")
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_checklist_counts_what_is_open(desk: Desk) -> None:
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{make_case(Status.GATHERING).id}").text
    checklist = page.split("Checklist</h2>")[1].split("</ul>")[0]
    assert re.findall(r'href="#(\w+)"', checklist) == [
        "authorization", "documents", "verifications", "screening", "dates", "disclosures",
    ]  # fmt: skip
    assert "2 open" in checklist
    for anchor in re.findall(r'href="#([\w-]+)"', page):
        assert f'id="{anchor}"' in page, anchor


def checklist_of(page: str) -> str:
    return page.split("Checklist</h2>")[1].split('class="file-links"')[0]


def test_the_checklist_calls_nothing_in_order_that_nobody_has_gathered(desk: Desk) -> None:
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{make_case(Status.RECEIVED).id}").text
    assert checklist_of(page).count("Nothing yet") == 2
    assert "OK" not in checklist_of(page).split("Evidence in date")[1]


def test_the_checklist_of_a_decided_file_says_when_it_was_decided(desk: Desk) -> None:
    client = desk(Role.SPECIALIST)
    page = checklist_of(client.get(f"/staff/applications/{make_case(Status.PARTICIPATING).id}").text)
    assert f"As decided on {say(today())}." in page
    assert "open" not in page and "OK" not in page
    page = checklist_of(client.get(f"/staff/applications/{make_case(Status.WITHDRAWN).id}").text)
    assert f"Closed on {say(today())}." in page


def test_an_administrator_keeps_the_menu_where_a_file_is_not_theirs_to_open(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.ADMINISTRATOR)
    assert f"/staff/applications/{application.id}" not in client.get("/staff").text
    refused = client.get(f"/staff/applications/{application.id}")
    assert refused.status_code == 403
    assert "Sign out" in refused.text and "Counts" in refused.text


def test_a_member_of_staff_ticks_the_onboarding_list(desk: Desk) -> None:
    application, client = make_case(Status.PARTICIPATING), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}/onboarding"
    assert send(client, path, step=OnboardingStep.ORIENTATION).status_code == 303
    assert send(client, path, step=OnboardingStep.ORIENTATION).status_code == 303
    assert [item.done_by for item in db.session.scalars(select(OnboardingItem))] == ["Desk specialist"]
    assert send(client, path, step=OnboardingStep.PAYMENT).status_code == 422
    assert send(client, path, step="dance").status_code == 422
    assert send(client, f"/staff/applications/{make_case(Status.RECEIVED).id}/onboarding").status_code == 422


def test_the_coordinator_starts_recredentialing_once(desk: Desk) -> None:
    application, client = make_case(Status.PARTICIPATING), desk(Role.COORDINATOR)
    path = f"/staff/applications/{application.id}/recredentialing"
    assert send(client, path).status_code == 303
    renewal = db.session.scalars(select(Application).where(Application.cycle == 2)).one()
    assert renewal.kind is ApplicationKind.RECREDENTIALING
    page = client.get(f"/staff/applications/{application.id}").text
    assert renewal.public_id in page
    again = send(client, path)
    assert again.status_code == 409
    assert "open already" in again.text
    assert client.get(f"/staff/applications/{renewal.id}").status_code == 200


def test_recredentialing_is_not_started_for_who_is_not_in_the_network(desk: Desk) -> None:
    client = desk(Role.COORDINATOR)
    for status, answer in ((Status.RECEIVED, 422), (Status.TERMINATED, 409)):
        assert (
            send(client, f"/staff/applications/{make_case(status).id}/recredentialing").status_code == answer
        )


def test_referrals_to_partners_are_counted_and_nothing_else(app: Flask, desk: Desk) -> None:
    for kind, times in ((ProviderKind.VISION, 3), (ProviderKind.LABORATORY, 1)):
        for _ in range(times):
            with committed():
                count_referral(kind)
    assert len(db.session.scalars(select(PartnerReferral)).all()) == 4
    page = desk(Role.AUDITOR).get("/staff/counts").text
    line = page.split("Superior Vision")[1].split("</tr>")[0]
    assert re.findall(r"<td[^>]*>(\d+)</td>", line) == ["3", "3", "3"]


def test_the_page_is_read_in_few_questions_whatever_is_in_the_file(app: Flask, desk: Desk) -> None:
    asked: list[str] = []
    client = desk(Role.SPECIALIST)
    application = get_application(make_case(Status.IN_COMMITTEE).id)
    letters_leave()
    path = f"/staff/applications/{application.id}"
    client.get(path)
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    client.get(path)
    assert len([one for one in asked if one.startswith("SELECT")]) < 54, "\n".join(asked)


def test_a_list_without_recent_exclusions_is_said_to_look_old(desk: Desk) -> None:
    application = make_case(Status.VERIFYING)
    import_list()  # its newest exclusion is of 2008
    page = desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}")
    assert "An old file?" in page.text and "the newest exclusion of March 20, 2008" in page.text
