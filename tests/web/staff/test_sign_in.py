"""Signing in and out, through the form, on the real database."""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from onboarding.clock import seconds
from onboarding.extensions import committed, db
from onboarding.models import Staff
from onboarding.policy.vocabulary import Role
from onboarding.services.accounts import SHORTEST_PASSWORD
from onboarding.web.limits import FREE_MISSES, LONGEST_WAIT, count_miss, seconds_to_wait
from onboarding.web.log import _scrub_event
from tests.support.cases import PASSWORD, make_staff
from tests.support.sessions import send, sign_in, signed_in, token_of

IDLE, LONGEST = 15 * 60, 12 * 3600


@pytest.fixture
def staff(app: Flask) -> Staff:
    return make_staff(Role.SPECIALIST, name="Rosa Delgado")


def aged(client: FlaskClient, *, seen: int = 0, began: int = 0) -> None:
    """Make the session look as it would after so many seconds."""
    with client.session_transaction() as session:
        session["seen"] = int(seconds()) - seen
        session["began"] = int(seconds()) - began


def test_staff_sign_in_and_reach_today(client: FlaskClient, staff: Staff) -> None:
    answer = sign_in(client, staff)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/today")
    page = client.get("/staff")
    assert page.status_code == 200
    assert "Rosa Delgado" in page.text
    assert 'action="/staff/sign-out"' in page.text


def test_signing_in_writes_nothing(client: FlaskClient, staff: Staff) -> None:
    mark, stored = staff.fs_uniquifier, staff.password
    sign_in(client, staff)
    assert (staff.fs_uniquifier, staff.password) == (mark, stored)


@pytest.mark.parametrize("known", [True, False], ids=["wrong password", "no such account"])
def test_a_wrong_pair_gets_one_same_answer(client: FlaskClient, staff: Staff, known: bool) -> None:
    email = staff.email if known else "nobody@plan.example"
    page = send_sign_in(client, email, "not the password at all")
    assert page.status_code == 422
    assert page.text.count("do not go together") == 1
    assert email in page.text
    assert client.get("/staff").status_code == 302


def send_sign_in(client: FlaskClient, email: str, password: str):
    token = token_of(client, "/staff/sign-in")
    return client.post("/staff/sign-in", data={"csrf_token": token, "email": email, "password": password})


def test_a_wrong_pair_and_an_unknown_account_read_the_same(app: Flask, staff: Staff) -> None:
    pages = []
    for email in (staff.email, "nobody@plan.example"):
        text = send_sign_in(app.test_client(), email, "not the password at all").text.replace(email, "")
        pages.append([line for line in text.splitlines() if "csrf_token" not in line])
    assert pages[0] == pages[1]


@pytest.mark.parametrize("email", ["a\x00b@plan.example", "", "x" * 5000, "a@b", "\r\n@plan.example"])
def test_an_address_that_is_none_is_answered_on_the_page(
    client: FlaskClient, staff: Staff, email: str
) -> None:
    assert send_sign_in(client, email, "pass\x00word").status_code == 422


def test_a_closed_account_does_not_sign_in(client: FlaskClient, staff: Staff) -> None:
    with committed():
        staff.active = False
    assert "do not go together" in sign_in(client, staff).text


def test_the_password_field_takes_a_paste_and_a_password_manager(client: FlaskClient) -> None:
    page = client.get("/staff/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert 'name="remember"' not in page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "%2F%2Fevil.example",
        " //evil.example",
        "http://localhost@evil.example/",
    ],
)
def test_signing_in_never_leads_off_the_site(client: FlaskClient, staff: Staff, elsewhere: str) -> None:
    token = token_of(client, "/staff/sign-in")
    fields = {"csrf_token": token, "email": staff.email, "password": PASSWORD, "next": elsewhere}
    answer = client.post("/staff/sign-in", query_string={"next": elsewhere}, data=fields)
    location = answer.headers["Location"]
    assert "\\" not in location
    assert urlsplit(urljoin("http://localhost/staff/sign-in", location)).netloc == "localhost"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(client: FlaskClient, staff: Staff) -> None:
    sent = client.get("/staff/counts").headers["Location"]
    assert sent == "/staff/sign-in?next=/staff/counts"
    assert sign_in(client, staff, next_url="/staff/counts").headers["Location"] == "/staff/counts"


def test_a_session_that_idles_too_long_ends(app: Flask, staff: Staff) -> None:
    client = signed_in(app, staff)
    aged(client, seen=IDLE - 5)
    assert client.get("/staff").status_code == 200
    aged(client, seen=IDLE + 5)
    answer = client.get("/staff")
    assert answer.headers["Location"].startswith("/staff/sign-in")
    assert client.get("/staff").status_code == 302
    assert "idle" in client.get("/staff/sign-in").text


def test_every_request_keeps_the_session_awake(app: Flask, staff: Staff) -> None:
    client = signed_in(app, staff)
    aged(client, seen=IDLE - 60)
    client.get("/staff")
    with client.session_transaction() as session:
        assert session["seen"] >= int(seconds()) - 5


def test_a_session_ends_after_twelve_hours_however_busy(app: Flask, staff: Staff) -> None:
    client = signed_in(app, staff)
    aged(client, began=LONGEST - 60)
    assert client.get("/staff").status_code == 200
    aged(client, began=LONGEST + 60)
    assert client.get("/staff").status_code == 302


def test_a_session_that_does_not_say_when_it_began_is_over(app: Flask, staff: Staff) -> None:
    client = signed_in(app, staff)
    with client.session_transaction() as session:
        session.pop("began")
    assert client.get("/staff").status_code == 302


def test_signing_out_makes_a_copied_cookie_worthless(app: Flask, client: FlaskClient, staff: Staff) -> None:
    sign_in(client, staff)
    thief = app.test_client()
    cookie = client.get_cookie("session")
    thief.set_cookie("session", cookie.value)
    assert thief.get("/staff").status_code == 200
    answer = send(client, "/staff/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/sign-in")
    assert client.get("/staff").status_code == 302
    assert thief.get("/staff").status_code == 302


def test_signing_out_is_a_form_and_never_a_link(client: FlaskClient, staff: Staff) -> None:
    sign_in(client, staff)
    assert client.get("/staff/sign-out").status_code == 405
    assert client.get("/staff").status_code == 200


def test_a_changed_password_ends_the_other_sessions(app: Flask, client: FlaskClient, staff: Staff) -> None:
    other = signed_in(app, staff)
    sign_in(client, staff)
    fresh = "another quiet afternoon"
    answer = send(
        client, "/staff/password", password=PASSWORD, new_password=fresh, new_password_confirm=fresh
    )
    assert answer.status_code == 302
    assert client.get("/staff").status_code == 200
    assert other.get("/staff").status_code == 302
    assert sign_in(app.test_client(), staff, fresh).headers["Location"] == "/staff/today"


@pytest.mark.parametrize(
    ("present", "fresh", "again", "says"),
    [
        (
            "not my password",
            "another quiet afternoon",
            "another quiet afternoon",
            "This is not your password.",
        ),
        (PASSWORD, "x" * (SHORTEST_PASSWORD - 1), "x" * (SHORTEST_PASSWORD - 1), "at least 15 characters"),
        (PASSWORD, "another quiet afternoon", "another quiet evening", "do not match"),
    ],
)
def test_a_password_is_changed_only_by_who_knows_it_to_one_long_enough(
    client: FlaskClient, staff: Staff, present: str, fresh: str, again: str, says: str
) -> None:
    sign_in(client, staff)
    before = staff.password
    page = send(client, "/staff/password", password=present, new_password=fresh, new_password_confirm=again)
    assert page.status_code == 200
    assert says in page.text
    db.session.refresh(staff)
    assert staff.password == before


def _guess(app: Flask, email: str, number: int, password: str = "guess") -> int:
    """One try from an address of its own."""
    client = app.test_client()
    fields = {"csrf_token": token_of(client, "/staff/sign-in"), "email": email, "password": password}
    return client.post(
        "/staff/sign-in", data=fields, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}
    ).status_code


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """later(60): the limits see a clock that is so many seconds ahead."""

    def move(by: int) -> None:
        monkeypatch.setattr("onboarding.web.limits.seconds", lambda: seconds() + by)

    return move


def test_after_a_few_wrong_passwords_from_anywhere_an_account_has_to_wait(app: Flask, staff: Staff) -> None:
    answers = [_guess(app, staff.email.upper(), number) for number in range(FREE_MISSES + 1)]
    assert answers == [422] * FREE_MISSES + [429]
    assert _guess(app, " " + staff.email, 99) == 429
    assert _guess(app, staff.email, 99, PASSWORD) == 429, "or guessing would be as quick as ever"
    assert _guess(app, "somebody.else@plan.example", 99) == 422


def test_who_has_to_wait_is_told_how_long_and_keeps_the_address_typed(app: Flask, staff: Staff) -> None:
    for number in range(FREE_MISSES):
        _guess(app, staff.email, number)
    page = send_sign_in(app.test_client(), staff.email, "guess").text
    assert "Wait 2 seconds" in page and f'value="{staff.email}"' in page
    assert "<title>Error: " in page


def test_each_wrong_password_makes_the_wait_longer_up_to_a_minute(
    app: Flask, staff: Staff, later: Callable[[int], None]
) -> None:
    account, ahead, waits = "an account", 0, []
    for _ in range(FREE_MISSES + 7):
        count_miss("sign-in", account)
        waits.append(seconds_to_wait("sign-in", account))
        ahead += waits[-1] + 1
        later(ahead)
    assert waits[FREE_MISSES - 1 :] == [2, 4, 8, 16, 32, 60, 60, 60]


def test_a_stranger_who_guesses_keeps_nobody_out_for_longer_than_a_minute(
    app: Flask, staff: Staff, later: Callable[[int], None]
) -> None:
    for number in range(FREE_MISSES + 2):
        _guess(app, staff.email, number)
    later(LONGEST_WAIT + 1)
    assert _guess(app, staff.email, 200, PASSWORD) == 302


def test_signing_in_rightly_ends_the_count(app: Flask, staff: Staff) -> None:
    for number in range(FREE_MISSES - 1):
        _guess(app, staff.email, number)
    assert _guess(app, staff.email, 100, PASSWORD) == 302
    assert [_guess(app, staff.email, number) for number in (101, 102)] == [422, 422]


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/password"])
def test_what_is_no_form_is_refused(app: Flask, staff: Staff, path: str) -> None:
    client = signed_in(app, staff) if path == "/staff/password" else app.test_client()
    token = token_of(client, path)
    typed = {"email": staff.email, "password": PASSWORD}
    assert client.post(path, json=typed, headers={"X-CSRFToken": token}).status_code == 415


def test_a_refused_sign_in_leaves_a_line_that_names_nobody(app: Flask, staff: Staff) -> None:
    with capture_logs() as lines:
        _guess(app, staff.email, 77)
    line = next(line for line in lines if line["event"] == "sign-in refused")
    written = _scrub_event(None, "", dict(line))
    assert all(re.fullmatch("[0-9a-f]{24}", written[name]) for name in ("account_hash", "address_hash"))
    assert staff.email not in str(line) and "10.0.0.77" not in str(line)


def test_guessing_the_present_password_on_the_page_that_changes_it_has_to_wait(
    app: Flask, staff: Staff
) -> None:
    limit = app.extensions["settings"].sign_ins_per_window
    client = signed_in(app, staff)
    fresh = "another quiet afternoon"
    codes = [
        send(
            client, "/staff/password", password=f"guess {n}", new_password=fresh, new_password_confirm=fresh
        ).status_code
        for n in range(limit + 1)
    ]
    assert codes == [200] * limit + [429]


def test_one_address_tries_ten_accounts_in_a_window(app: Flask, client: FlaskClient) -> None:
    limit = app.extensions["settings"].sign_ins_per_window
    answers = [send_sign_in(client, f"p{n}@plan.example", "guess").status_code for n in range(limit + 1)]
    assert answers == [422] * limit + [429]


def test_an_office_signs_in_as_often_as_it_likes_and_its_wrong_tries_still_count(
    app: Flask, staff: Staff
) -> None:
    limit = app.extensions["settings"].sign_ins_per_window
    for _ in range(limit + 1):
        assert sign_in(app.test_client(), staff).status_code == 302
    client = app.test_client()
    answers = [send_sign_in(client, f"p{n}@plan.example", "guess").status_code for n in range(limit + 1)]
    assert answers == [422] * limit + [429]
