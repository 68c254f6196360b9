"""The Access Opportunity Form and the plan's other public pages; what staff make of a referred provider."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onboarding.extensions import committed, db
from onboarding.models import AuditEvent, Idea, Invitation
from onboarding.policy.plan import ANNOUNCEMENTS, CONTACTS, PLAN, TRAINING
from onboarding.policy.vocabulary import InvitationState, Role
from onboarding.services.invitations import close_invitation
from onboarding.web.opportunity import SENT_PER_WINDOW
from tests.conftest import TODAY
from tests.support.cases import make_draft, make_staff, refer, specialist
from tests.support.people import npi
from tests.support.sessions import send, signed_in
from tests.support.visitor import Visitor

REFERRAL = {
    "name": "Odalys Fontaine, LCSW",
    "npi": "",
    "specialty": "Clinical social work",
    "county": "Desha",
    "email": "",
    "phone": "870-555-0117",
    "why": "She is the only counselor for families in McGehee.",
    "referred_by": "Wendell Pruitt",
}


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def staff(app: Flask) -> FlaskClient:
    return signed_in(app, make_staff(Role.SPECIALIST, name="Desk specialist"))


def test_every_public_page_leads_to_the_pages_of_the_plan(visitor: Visitor) -> None:
    for page in ("/", "/status", "/contact", "/training", "/updates", "/opportunity"):
        text = visitor.go(page)
        assert all(f'href="{to}"' in text for to in ("/contact", "/training", "/updates", "/opportunity"))


def test_the_pages_say_the_plans_own_facts_and_what_is_only_announced(visitor: Visitor) -> None:
    visitor.go("/contact")
    assert all(contact.phone in visitor.read and contact.about in visitor.read for contact in CONTACTS)
    visitor.go("/training")
    assert all(resource.title in visitor.read for resource in TRAINING)
    assert visitor.read.count("Coming soon") == sum(resource.coming_soon for resource in TRAINING)
    visitor.go("/updates")
    assert all(announcement.title in visitor.read for announcement in ANNOUNCEMENTS)


def test_an_idea_is_kept_and_read_by_staff(visitor: Visitor, staff: FlaskClient) -> None:
    visitor.go("/opportunity/idea")
    visitor.send("/idea$", text="Evening telehealth hours in the Delta.", sent_by="Wendell Pruitt")
    assert "We read every idea" in visitor.read
    assert db.session.scalars(select(Idea)).one().sent_by == "Wendell Pruitt"
    assert "Evening telehealth hours" in staff.get("/staff/invitations").text


def test_a_referred_provider_waits_for_an_invitation(visitor: Visitor, staff: FlaskClient) -> None:
    visitor.go("/opportunity/provider")
    visitor.send("/provider$", **REFERRAL)
    assert "Our staff get in touch" in visitor.read
    found = db.session.scalars(select(Invitation)).one()
    assert (found.name, found.state) == ("Odalys Fontaine, LCSW", InvitationState.NEW)
    assert "not invited yet: <strong>1</strong>" in staff.get("/staff/counts").text
    page = staff.get("/staff/invitations").text
    assert "Not invited yet" in page and "the only counselor" in page
    assert PLAN.provider_services_phone in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Enter the provider&#39;s name."),
        ({"npi": "1234567890"}, "NPI"),
        ({"county": "Atlantis"}, "Choose the county from the list."),
        ({"phone": ""}, "Give an e-mail address or a telephone number of the provider."),
        ({"email": "not an address"}, "Give an e-mail address, for example"),
        ({"email": "a@b'c.local"}, "Give an e-mail address, for example"),
        ({"why": "Her SSN is 219099998."}, "looks like a Social Security number"),
        ({"specialty": "x" * 121}, "At most 120 characters"),
    ],
)
def test_a_referral_with_a_mistake_says_what_to_do_and_loses_nothing(
    visitor: Visitor, changes: dict[str, str], says: str
) -> None:
    visitor.go("/opportunity/provider")
    visitor.send("/provider$", status=422, **{**REFERRAL, **changes})
    assert says in visitor.text and "Wendell Pruitt" in visitor.text
    assert db.session.scalars(select(Invitation)).all() == []


def test_who_is_referred_twice_is_invited_once_with_both_reasons(app: Flask) -> None:
    first = refer(npi=npi(77), email="", phone="501-555-0142")
    again = refer(
        npi=npi(77),
        referred_by="Ada Birch",
        referrer_contact="ada@birch.example",
        why="She speaks Marshallese.",
    )
    assert again.id == first.id
    assert (again.email, again.phone) == ("", "501-555-0142"), "anybody may refer anybody: staff judge it"
    parts = (
        "only counselor",
        "by Ada Birch, ada@birch.example: She speaks Marshallese.",
        "odalys@fontaine.example",
    )
    assert all(part in again.why for part in parts)
    who = specialist()
    with committed():
        close_invitation(db.session.get_one(Invitation, first.id), who, "She has retired.")
    assert refer(npi=npi(77)).id != first.id and refer().id != refer().id


def test_two_who_refer_one_npi_at_once_make_one_invitation(app: Flask) -> None:
    def refer_too(by: str) -> int:
        with app.app_context():
            return refer(npi=npi(77), referred_by=by).id

    with ThreadPoolExecutor(4) as at_once:
        made = list(at_once.map(refer_too, ("Ada Birch", "Wendell Pruitt", "Dana Whitlow", "Orla Finch")))
    (kept,) = db.session.scalars(select(Invitation))
    assert set(made) == {kept.id} and kept.why.count("Referred again") == 3
    with pytest.raises(IntegrityError), committed() as session:
        values = {name: getattr(kept, name) for name in ("name", "npi", "specialty", "county", "why")}
        session.add(Invitation(**values, referred_by="Ada Birch", referred_on=TODAY))


def test_an_npi_that_is_followed_already_is_not_put_to_a_second_invitation(
    app: Flask, staff: FlaskClient
) -> None:
    refer(npi=npi(77))
    answer = send(staff, f"/staff/invitations/{refer().id}/invite", npi=npi(77))
    assert answer.status_code == 422 and "has an invitation already" in answer.text


def test_one_address_sends_only_so_many(visitor: Visitor) -> None:
    visitor.go("/opportunity/idea")
    for _ in range(SENT_PER_WINDOW):
        visitor.go("/opportunity/idea")
        visitor.send("/idea$", text="Once more.")
    visitor.go("/opportunity/idea")
    visitor.send("/idea$", status=429, text="Once more.")


def test_staff_mark_as_invited_and_learn_the_npi_then(app: Flask, staff: FlaskClient) -> None:
    it = refer()
    assert send(staff, f"/staff/invitations/{it.id}/invite", npi="1234567890").status_code == 422
    assert send(staff, f"/staff/invitations/{it.id}/invite", npi=npi(77)).status_code == 303
    db.session.refresh(it)
    assert (it.state, it.npi, str(it.invited_on)) == (InvitationState.INVITED, npi(77), "2026-03-02")
    events = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc())).all()
    assert events[0] == "invite_provider"


def test_an_application_with_the_npi_is_linked_as_soon_as_it_is_started(
    app: Flask, staff: FlaskClient
) -> None:
    refer(npi=npi(78))
    assert "Has applied" not in staff.get("/staff/invitations").text
    application = make_draft(npi=npi(78))
    page = staff.get("/staff/invitations").text
    assert "Has applied" in page and f"Application {application.public_id}" in page


def test_an_invitation_without_npi_is_linked_to_nobody(app: Flask, staff: FlaskClient) -> None:
    refer()
    make_draft(npi="")
    assert "Has applied" not in staff.get("/staff/invitations").text


def test_a_closed_invitation_says_why_and_takes_no_more_steps(app: Flask, staff: FlaskClient) -> None:
    it = refer()
    path = f"/staff/invitations/{it.id}/close"
    assert send(staff, path, reason="").status_code == 422
    assert send(staff, path, reason="She has retired.").status_code == 303
    assert "She has retired." in staff.get("/staff/invitations").text
    assert send(staff, path, reason="She has retired.").status_code == 409
    assert send(staff, f"/staff/invitations/{it.id}/invite").status_code == 409
    assert send(staff, "/staff/invitations/999/close", reason="Nobody there.").status_code == 404
