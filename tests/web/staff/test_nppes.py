"""The desk's NPPES panel: both sides, differences marked, when it was asked; asking again."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import AuditEvent
from onboarding.policy.vocabulary import ProviderType, Role, Status
from tests.support.cases import make_case
from tests.support.nppes import Registry, person, running_registry, said
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


@pytest.fixture
def nppes(app: Flask) -> Iterator[Registry]:
    with running_registry() as registry:
        app.extensions["settings"].nppes_url = registry.url
        yield registry


def test_nobody_asked_is_said_so(desk: Desk) -> None:
    application = make_case(Status.RECEIVED, ProviderType.CNP)
    page = desk(Role.AUDITOR).get(f"/staff/applications/{application.id}").text
    assert "Not asked yet" in page and "Never" in page and "Ask NPPES" not in page


def test_asked_again_both_sides_stand_beside_each_other_with_differences_marked(
    desk: Desk, nppes: Registry
) -> None:
    application, client = make_case(Status.RECEIVED, ProviderType.CNP, city="Conway"), desk(Role.SPECIALIST)
    nppes.answers[application.npi] = said(person(application.npi))
    path = f"/staff/applications/{application.id}"
    assert send(client, f"{path}/nppes").location == f"{path}#nppes"
    page = client.get(path).text
    panel = page[page.index('id="nppes"') : page.index('id="screening"')]
    assert "Found" in panel and "March 2, 2026" in panel and "THORNQUIST" in panel
    assert '<tr class="differs"><th scope="row">City</th><td class="as-typed">Conway</td>' in panel
    assert "NPPES says LITTLE ROCK" in panel
    assert '<tr><th scope="row">Last name</th>' in panel
    events = db.session.scalars(select(AuditEvent.what).where(AuditEvent.action == "ask_nppes")).all()
    assert events == [f"NPPES asked about NPI {application.npi}: found"]


def test_a_registry_that_is_down_says_so_and_keeps_what_was_known(desk: Desk, nppes: Registry) -> None:
    application, client = make_case(Status.RECEIVED, ProviderType.CNP), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}"
    nppes.answers[application.npi] = said(person(application.npi))
    send(client, f"{path}/nppes")
    nppes.answers[application.npi] = (503, b"", {})
    send(client, f"{path}/nppes")
    page = client.get(path).text
    assert "NPPES: could not check." in page and "HTTP status 503" in page and "THORNQUIST" in page


def test_who_may_not_record_verifications_may_not_ask(desk: Desk, nppes: Registry) -> None:
    application = make_case(Status.RECEIVED)
    assert send(desk(Role.AUDITOR), f"/staff/applications/{application.id}/nppes").status_code == 403
    assert nppes.asked == []


def test_switched_off_is_could_not_check(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}"
    send(client, f"{path}/nppes")
    assert "switched off" in client.get(path).text
