"""What the desk sees of the authorization: the evidence asked for, CAQH's own answers, lapses, the State's clock."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.clock import now
from onboarding.extensions import committed, db
from onboarding.models import Application, Authorization, CaqhRosterEntry
from onboarding.policy.caqh import CaqhAnswer, ProviderStatus, RosterState, RosterStatus
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import ProviderType, Role, Status
from onboarding.queries.files import get_application
from onboarding.services.authorizations import order_ccvs, receive_ccvs, record_caqh_answer
from tests.conftest import TODAY
from tests.support.cases import authorize, make_case, on_day, specialist
from tests.support.sessions import send
from tests.web.staff.conftest import Desk


def page_of(application: Application, desk: Desk) -> str:
    return " ".join(desk(Role.SPECIALIST).get(f"/staff/applications/{application.id}").text.split())


def answered(application: Application, status: ProviderStatus, *, authorized: bool = True) -> None:
    """CAQH answered so on this day."""
    on = TODAY - timedelta(days=10)
    with committed():
        answer = CaqhAnswer(status, RosterStatus.ACTIVE, authorized, on, "14203377")
        record_caqh_answer(get_application(application.id, for_change=True), CLOCK, answer)


def test_staff_say_what_they_looked_at_or_nothing_is_recorded(desk: Desk) -> None:
    application, client = make_case(Status.GATHERING), desk(Role.SPECIALIST)
    path = f"/staff/applications/{application.id}/authorization/caqh"
    refused = send(client, path, plan_listed="yes", attested_on="2026-02-20", note="seen today")
    assert refused.status_code == 422
    assert "Say what you looked at, so that another person finds it again." in refused.text
    assert 'value="seen today"' in refused.text
    assert db.session.query(Authorization).count() == 0
    send(client, path, plan_listed="yes", attested_on="2026-02-20", evidence="Screen print CAQH-12")
    assert "Looked at: Screen print CAQH-12" in page_of(application, desk)


def test_an_answer_of_caqh_is_shown_as_such_with_what_it_means(desk: Desk) -> None:
    application = make_case(Status.GATHERING)
    answered(application, ProviderStatus.PROVIDER_RETIRED)
    page = page_of(application, desk)
    assert "CAQH answered, " in page
    assert "CAQH says that the provider has retired: ask the practice." in page


def test_the_page_says_how_the_roster_stands_and_why_caqh_could_not_be_asked(desk: Desk) -> None:
    application = make_case(Status.GATHERING)
    with committed() as session:
        session.add(
            CaqhRosterEntry(
                application_id=application.id, state=RosterState.REFUSED, exceptions=["Invalid License_Number"],
                trouble="CAQH asks us to slow down (429).", asked_at=now(), next_at=now(),
            )
        )  # fmt: skip
    page = page_of(application, desk)
    assert "CAQH did not take it" in page and "Invalid License_Number" in page
    assert "Not checked" in page and "CAQH asks us to slow down (429)." in page


@pytest.mark.parametrize(
    ("days", "badge"),
    [
        (84, None),
        (85, "CAQH lapses in 15 days"),
        (102, "CAQH lapsed 2 days ago"),
    ],
)
def test_a_badge_counts_the_days_to_the_lapse(app: Flask, desk: Desk, days: int, badge: str | None) -> None:
    application = make_case(Status.GATHERING)
    authorize(application)
    app.config["TODAY"] = TODAY + timedelta(days=days)
    page = page_of(application, desk)
    assert (badge in page) if badge else ("CAQH lapse" not in page)


def test_the_counts_page_lists_who_lapses_soon_and_who_has_lapsed(app: Flask, desk: Desk) -> None:
    names = [("Early", 100), ("Soon", 110), ("Past", 125)]
    for name, days in names:
        application = make_case(Status.GATHERING, last_name=name)
        authorize(application, attested_on=TODAY - timedelta(days=days))
    authorize(make_case(Status.GATHERING, last_name="Longago"), attested_on=TODAY - timedelta(days=20))
    page = " ".join(desk(Role.COORDINATOR).get("/staff/counts").text.split())
    assert "1 lapses within 15 days, <strong>1</strong> has lapsed." in page
    assert "Soon" in page and "Past" in page
    assert "Early" not in page and "Longago" not in page


def state_clock(app: Flask) -> None:
    app.extensions["settings"].state_clock = True


def test_the_states_clock_is_off_until_the_plan_turns_it_on(app: Flask, desk: Desk) -> None:
    application = make_case(Status.GATHERING)
    assert "23-99-411" not in page_of(application, desk)
    state_clock(app)
    page = page_of(application, desk)
    assert "0 of 180" in page
    assert "Whether A.C.A. 23-99-411 binds a PASSE is not settled." in page


def test_the_states_clock_stands_still_while_ccvs_has_the_order(app: Flask, desk: Desk) -> None:
    state_clock(app)
    with on_day(TODAY - timedelta(days=40)):
        application = make_case(Status.GATHERING, ProviderType.MD)
        who = specialist()
    with on_day(TODAY - timedelta(days=30)), committed():
        order_ccvs(get_application(application.id, for_change=True), who)
    page = page_of(application, desk)
    assert "10 of 90" in page
    assert "Stands still</span> The CCVS profile is ordered and has not been received." in page
    with committed():
        receive_ccvs(get_application(application.id, for_change=True), who)
    page = page_of(application, desk)
    assert "Runs out" in page and "May 21, 2026" in page
    assert "January 31, 2026 to March 2, 2026" in page
