"""The queue as a page: everything in the URL, every number a link to what it counts."""

import re

import pytest
from flask import Flask

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import Application
from onboarding.policy.vocabulary import ProviderType, Role, Status
from onboarding.queries.files import get_application
from tests.queries.test_queue import fill
from tests.support.cases import DAYS_AGO, ask, make_case, make_staff, on_day
from tests.support.sessions import send
from tests.web.staff.conftest import Desk

_ROWS = re.compile(r'<th scope="row">\s*<a href="/staff/applications/(\d+)"')


def rows(page: str) -> list[int]:
    return [int(number) for number in _ROWS.findall(page)]


def test_an_empty_queue_says_that_all_is_done(desk: Desk) -> None:
    page = desk(Role.SPECIALIST).get("/staff").text
    assert "All done" in page
    assert rows(page) == []


def test_a_row_says_who_what_is_next_and_until_when(desk: Desk) -> None:
    application = make_case(Status.GATHERING, first_name="Odalys", last_name="Brightwater")
    page = desk(Role.SPECIALIST).get("/staff").text
    assert rows(page) == [application.id]
    for words in (
        "Odalys Brightwater",
        application.npi,
        application.public_id,
        "CAQH not recorded",
        "in 30 days",
    ):
        assert words in page


def test_a_late_row_says_how_late(app: Flask, desk: Desk) -> None:
    with on_day(today().replace(month=2, day=1)):
        make_case(Status.RECEIVED)
    page = desk(Role.SPECIALIST).get("/staff?due=overdue").text
    assert "26 days late" in page
    assert len(rows(page)) == 1


def test_filters_stand_in_the_url_and_come_back_in_the_form(desk: Desk) -> None:
    make_case(Status.VERIFYING, ProviderType.HCBS_PROVIDER)
    make_case(Status.RECEIVED)
    page = (
        desk(Role.SPECIALIST)
        .get("/staff?status=verifying&kind=hcbs&assignee=nobody&sort=name&order=desc")
        .text
    )
    assert len(rows(page)) == 1
    for chosen in ('value="verifying" selected', 'value="hcbs" selected', 'value="nobody" selected'):
        assert chosen in page
    for chip in ("Stage: Verifying", "Kind: IDD and home- and community-based services", "With: nobody"):
        assert chip in page
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense&kind=x&assignee=abc&due=soon&sort=height&order=up&after=zzz&before=~",
        "status=&kind=&assignee=&due=&q=&sort=&order=&after=&before=",
        "assignee=-1&after=2026-01-01~1~2~3",
        "q=" + "x" * 3000,
        "status=draft&sort=name&after=%00~1",
    ],
)
def test_a_url_that_makes_no_sense_still_opens(desk: Desk, query: str) -> None:
    make_case(Status.RECEIVED)
    assert desk(Role.SPECIALIST).get(f"/staff?{query}").status_code == 200


def test_all_pages_together_are_the_queue(desk: Desk) -> None:
    fill(180)
    client, path, seen = desk(Role.SPECIALIST), "/staff?sort=name", []
    while path:
        page = client.get(path).text
        seen += rows(page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        path = found.group(1).replace("&amp;", "&") if found else ""
        assert not found or "sort=name" in path
    open_work = db.session.query(Application.id).filter(Application.due_on.is_not(None)).count()
    assert len(seen) == len(set(seen)) == open_work > 100


def test_each_number_leads_to_the_rows_it_counts(desk: Desk) -> None:
    fill(120)
    client = desk(Role.SPECIALIST)
    page = client.get("/staff").text
    links = re.findall(
        r'class="count[^"]*" href="([^"]+)"[^>]*><span class="count-number">([\d,]+)</span>', page
    )
    assert len(links) == 11
    for href, number in links:
        path, total = href.replace("&amp;", "&"), 0
        while path:
            listed = client.get(path).text
            total += len(rows(listed))
            found = re.search(r'href="([^"]+)" rel="next"', listed)
            path = found.group(1).replace("&amp;", "&") if found else ""
        assert total == int(number), href


def test_a_search_finds_a_provider_who_is_in_the_network(desk: Desk) -> None:
    application = make_case(Status.PARTICIPATING, first_name="Odalys", last_name="Brightwater")
    client = desk(Role.SPECIALIST)
    assert rows(client.get("/staff").text) == []
    for typed in ("brightwater", "Odalys Bright", application.npi, application.public_id.lower()):
        assert rows(client.get("/staff", query_string={"q": typed}).text) == [application.id]
    assert "Nothing here" in client.get("/staff?q=nobody+of+that+name").text


def test_a_file_is_claimed_from_the_queue_and_a_claimed_one_is_not_taken_away(app: Flask, desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}/claim"
    assert send(client, path).status_code == 303
    assert rows(client.get("/staff?assignee=me").text) == [application.id]
    answer = send(desk(Role.COORDINATOR), path)
    assert answer.status_code == 409
    assert "Somebody else has claimed this file." in answer.text


def test_a_coordinator_assigns_a_file_and_takes_it_back(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.COORDINATOR)
    path = f"/staff/applications/{application.id}/assign"
    worker, auditor = (
        make_staff(Role.SPECIALIST, name="Otto Grahn"),
        make_staff(Role.AUDITOR, name="Ada Audit"),
    )
    assert send(client, path, assignee=worker.id).status_code == 303
    assert get_application(application.id).assignee.name == "Otto Grahn"
    assert send(client, path, assignee=auditor.id).status_code == 422
    assert send(client, path, assignee="99999").status_code == 422
    assert send(client, path, assignee="").status_code == 303
    db.session.rollback()
    assert get_application(application.id).assignee_id is None


def test_the_administrator_begins_with_the_counts_and_reads_no_name(desk: Desk) -> None:
    application, client = make_case(Status.RECEIVED), desk(Role.ADMINISTRATOR)
    ask(application)
    for path in ("/staff", "/staff?why=matched", "/staff/expiring", "/staff/recredentialing"):
        assert client.get(path).status_code == 403
    page = client.get("/staff/today", follow_redirects=True).text
    assert "Waiting for our answer: <strong>1</strong>" in page
    assert application.name not in page and "/staff?" not in page


def test_the_auditor_sees_no_button_but_to_sign_out(desk: Desk) -> None:
    make_case(Status.RECEIVED)
    page = desk(Role.AUDITOR).get("/staff").text
    assert re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page) == ["/staff/sign-out"]


def test_what_is_next_reads_in_the_queue_as_on_the_page_of_the_file(desk: Desk) -> None:
    client = desk(Role.SPECIALIST)
    for status in sorted(Status, key=lambda status: -DAYS_AGO.get(status, 0)):  # what lies back comes first
        application = make_case(status, ProviderType.CNP)
        page = client.get(f"/staff/applications/{application.id}").text
        said = re.search(r"<strong>Next:</strong> ([^<]+)<", page)
        listed = client.get("/staff", query_string={"q": application.public_id}).text
        row = re.search(r'class="row-next">([^<]+)<', listed)
        assert (said and said.group(1).strip()) == (row and row.group(1).strip()), status
