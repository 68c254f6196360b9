"""Coming back by a mailed link or code: good once, not for long, and one same answer to whoever asks wrongly."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from onboarding.clock import now
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.sweeps import forget_secrets
from onboarding.models import AccessCode, Application, AuditEvent, Letter
from onboarding.policy.identifiers import new_application_id
from onboarding.policy.vocabulary import CodePurpose, LetterKind, ProviderType, Status
from onboarding.services.access_codes import WRONG_CODES
from onboarding.storage import Store
from tests.support.cases import make_case, make_draft
from tests.support.mails import link_and_code, mail_leaves, text_of
from tests.support.pages import without_token
from tests.support.people import npi
from tests.support.visitor import Visitor

SAYS = "If NPI and Application ID belong together, we have sent a link and a code"


@pytest.fixture
def draft(app: Flask) -> Application:
    return make_draft(ProviderType.LCSW)


def _ask(app: Flask, application: Application) -> Visitor:
    visitor = Visitor(app)
    visitor.go("/status/code")
    visitor.send("/status/code$", npi=application.npi, application_id=application.public_id)
    assert SAYS in visitor.read
    return visitor


def test_the_mailed_link_opens_the_draft_once(app: Flask, draft: Application) -> None:
    _ask(app, draft)
    link, _ = link_and_code(draft)
    visitor = Visitor(app)
    visitor.go(link)
    visitor.go(link)  # looking uses up nothing
    visitor.send("/status/link/")
    assert draft.name in visitor.read and "Your application is open." in visitor.read
    late = Visitor(app)
    late.go(link, status=410)
    assert "This link no longer works" in late.read


def test_two_who_press_the_button_of_one_link_are_one_who_comes_in(app: Flask, draft: Application) -> None:
    _ask(app, draft)
    link, _ = link_and_code(draft)
    first, second = Visitor(app), Visitor(app)
    first.go(link)
    second.go(link)
    first.send("/status/link/")
    second.send("/status/link/", status=410)


def test_the_mailed_code_opens_the_draft_once(app: Flask, draft: Application) -> None:
    visitor = _ask(app, draft)
    _, code = link_and_code(draft)
    visitor.send("/code/enter", code=code)
    assert draft.name in visitor.read
    other = _ask(app, make_draft(ProviderType.PA))
    other.send("/code/enter", status=422, npi=draft.npi, application_id=draft.public_id, code=code)


def test_whoever_came_in_by_the_code_has_used_up_the_link(app: Flask, draft: Application) -> None:
    visitor = _ask(app, draft)
    link, code = link_and_code(draft)
    visitor.send("/code/enter", code=code)
    visitor.go(link, status=410)


def test_five_wrong_codes_void_the_right_one(app: Flask, draft: Application) -> None:
    visitor = _ask(app, draft)
    _, code = link_and_code(draft)
    wrong = "0000 0000" if code != "0000 0000" else "1111 1111"
    for _ in range(WRONG_CODES):
        visitor.send("/code/enter", status=422, code=wrong)
    visitor.send("/code/enter", status=422, code=code)
    assert "This does not open an application" in visitor.read


def test_link_and_code_expire(app: Flask, draft: Application, settings: Settings) -> None:
    visitor = _ask(app, draft)
    link, code = link_and_code(draft)
    with committed():
        for row in db.session.scalars(select(AccessCode)):
            assert row.expires_at - now() <= timedelta(minutes=settings.access_code_minutes)
            row.expires_at = now() - timedelta(seconds=1)
    visitor.send("/code/enter", status=422, code=code)
    visitor.go(link, status=410)


def test_a_new_mail_voids_the_link_and_the_code_of_the_one_before(app: Flask, draft: Application) -> None:
    _ask(app, draft)
    link, code = link_and_code(draft)
    visitor = _ask(app, draft)
    visitor.send("/code/enter", status=422, code=code)
    visitor.go(link, status=410)


def test_a_code_opens_no_other_application(app: Flask, draft: Application) -> None:
    other = make_draft(ProviderType.PA)
    visitor = _ask(app, draft)
    _, code = link_and_code(draft)
    visitor.send("/code/enter", status=422, npi=other.npi, application_id=other.public_id, code=code)


def test_whoever_asks_wrongly_reads_the_same_page_and_no_mail_leaves(app: Flask, draft: Application) -> None:
    without_address = make_draft(ProviderType.PA, contact_email="")
    bodies = set()
    for number, identifier in (
        (draft.npi, new_application_id()),
        (npi(999), draft.public_id),
        (without_address.npi, without_address.public_id),
        ("", ""),
    ):
        visitor = Visitor(app)
        visitor.go("/status/code")
        page = visitor.send("/status/code$", npi=number, application_id=identifier)
        bodies.add(without_token(page).replace(number or "\0", "").replace(identifier or "\0", ""))
    assert len(bodies) == 1
    right = without_token(_ask(app, draft).text).replace(draft.npi, "").replace(draft.public_id, "")
    assert bodies == {right}
    assert len(mail_leaves().mails) == 1


def test_asking_for_one_application_is_limited(app: Flask, draft: Application, settings: Settings) -> None:
    for _ in range(settings.access_codes_per_window):
        visitor = _ask(app, draft)
    visitor.send("/status/code$", status=429)


def test_no_secret_stands_in_the_database_the_history_or_the_stored_letter(
    app: Flask, draft: Application, settings: Settings
) -> None:
    _ask(app, draft)
    sealed = db.session.execute(text("SELECT secret FROM access_code")).scalars().all()
    link, code = link_and_code(draft)
    bare, digits = link.rpartition("/")[2], code.replace(" ", "")
    assert all(sealed) and not any(bare in row or digits in row for row in sealed)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.ACCESS_CODE)).one()
    stored = Store(settings.storage).read(letter.storage_key).decode()
    assert bare not in stored and code not in stored and "[code]" in stored
    assert db.session.execute(text("SELECT count(*) FROM access_code WHERE secret IS NOT NULL")).scalar() == 0
    events = " ".join(f"{event.what} {event.details}" for event in db.session.scalars(select(AuditEvent)))
    assert "Link and code asked for" in events and bare not in events and digits not in events


def test_a_mail_whose_secret_is_wiped_is_refused_and_not_sent_empty(
    app: Flask, draft: Application, settings: Settings
) -> None:
    _ask(app, draft)
    with committed():
        for row in db.session.scalars(select(AccessCode)):
            row.expires_at = now() - timedelta(days=2)
    assert forget_secrets(settings) == {"forgotten": 2}
    assert mail_leaves().mails == []


def test_the_link_in_the_mail_can_be_followed_where_html_is_shown(app: Flask, draft: Application) -> None:
    _ask(app, draft)
    (mail,) = mail_leaves().mails
    part = mail.get_body(("html",))
    assert part is not None and 'href="http://127.0.0.1:8000/status/link/' in part.get_content()
    assert "[link]" not in text_of(mail) and "[code]" not in text_of(mail)


def test_a_form_sent_back_is_opened_by_the_address_it_was_last_sent_with(app: Flask) -> None:
    returned = make_case(Status.RETURNED, ProviderType.CNP)
    mail_leaves()
    address = returned.form.contact_email
    with committed():
        found = db.session.get_one(Application, returned.id)
        found.form.answers = {**found.form.answers, "contact_email": "somebody.else@example.org"}
    _ask(app, returned)
    (mail,) = mail_leaves().mails
    assert address in str(mail["To"])


def test_the_kinds_are_one_link_and_one_code(app: Flask, draft: Application) -> None:
    _ask(app, draft)
    assert set(db.session.scalars(select(AccessCode.purpose))) == set(CodePurpose)
