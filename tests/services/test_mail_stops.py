"""Mail at each change of the stage: as it stood then, once, and not to whoever turned it off."""

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.jobs.letters import render_letters
from onboarding.models import Application, AuditEvent, Letter, MailStop
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import Action, LetterKind, MessageState, Status
from onboarding.queries.files import get_application
from onboarding.queries.mail_stops import wants_mail
from onboarding.services.mail_stops import choose_mails
from onboarding.services.returns import return_to_applicant
from tests.support.cases import accept_all, authorize, coordinator, make_case, specialist, step, upload_all
from tests.support.mails import mail_leaves, text_of

NEW_STAGE = "Where your application stands"


def _choose(application: Application, *, wanted: bool) -> None:
    with committed():
        choose_mails(
            get_application(application.id, for_change=True), applicant("Dana Okafor"), wanted=wanted
        )


def _stage_letters(application: Application) -> list[Letter]:
    query = select(Letter).where(
        Letter.application_id == application.id, Letter.kind == LetterKind.STATUS_CHANGED
    )
    return list(db.session.scalars(query.order_by(Letter.id).execution_options(populate_existing=True)))


@pytest.fixture
def accepted(app: Flask) -> Application:
    """Accepted, and the mail that says so still waits."""
    return make_case(Status.GATHERING)


def test_two_changes_before_a_mail_leaves_are_two_mails_each_of_its_own_stage(accepted: Application) -> None:
    until = accepted.due_on
    upload_all(accepted)
    accept_all(accepted)
    authorize(accepted)
    step(accepted, Action.COMPLETE_FILE, specialist())
    mails = [text_of(mail) for mail in mail_leaves().mails if NEW_STAGE in mail["Subject"]]
    assert [text.partition("Stage:")[2].splitlines()[0].strip() for text in mails] == [
        "We gather your documents", "We check your credentials",
    ]  # fmt: skip
    first, second = mails
    assert all(
        "a later message of ours takes the place of this one" in " ".join(text.split()) for text in mails
    )
    assert "You and credentialing staff" in first and f"{until:%B} {until.day}, {until.year}" in first
    assert "    - Malpractice" in first and "still need" not in second
    assert not mail_leaves().mails


def test_the_mail_of_a_change_holds_no_personal_data_but_the_name(accepted: Application) -> None:
    (mail,) = (mail for mail in mail_leaves().mails if NEW_STAGE in mail["Subject"])
    text, form, person = text_of(mail), accepted.form, accepted.practitioner
    assert accepted.name in text and accepted.public_id in text
    held = [accepted.npi, form.tax_id, form.tax_id_last4, form.contact_email, form.contact_phone, form.address,
            person.birth_date, person.licence_number]  # fmt: skip
    assert all(held)
    assert not [fact for fact in held if fact in text]


def test_a_withdrawal_is_confirmed_with_the_way_back(app: Flask) -> None:
    make_case(Status.WITHDRAWN)
    (mail,) = (mail for mail in mail_leaves().mails if NEW_STAGE in mail["Subject"])
    assert "Withdrawn" in text_of(mail) and "we can reopen the application" in " ".join(text_of(mail).split())


def test_whoever_turned_it_off_gets_no_mail_of_a_change_and_every_letter_that_asks(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    _choose(application, wanted=False)
    step(application, Action.ACCEPT, specialist())
    (mail,) = mail_leaves().mails
    assert "We received your application" in mail["Subject"]
    who = specialist()
    with committed():
        return_to_applicant(get_application(application.id, for_change=True), who, "Give the license number.")
    written = select(Letter.kind).where(Letter.application_id == application.id).order_by(Letter.id)
    assert list(db.session.scalars(written)) == [LetterKind.CONFIRMATION, LetterKind.RETURNED]


def test_a_mail_that_waits_is_held_back_for_good_and_the_list_of_letters_says_so(
    accepted: Application,
) -> None:
    render_letters(current_app.extensions["settings"])
    _choose(accepted, wanted=False)
    assert not [mail for mail in mail_leaves().mails if NEW_STAGE in mail["Subject"]]
    (letter,) = _stage_letters(accepted)
    (message,) = letter.messages
    assert (message.state, message.sent_on) == (MessageState.HELD_BACK, None)
    assert "turned these mails off" in message.proof

    _choose(accepted, wanted=True)
    assert not mail_leaves().mails
    step(accepted, Action.WITHDRAW, coordinator(), reason="The applicant called.")
    assert len(mail_leaves().mails) == 1


def test_the_choice_counts_for_every_application_with_the_address_and_is_in_the_history_once(
    accepted: Application,
) -> None:
    other = make_case(Status.RECEIVED, contact_email=accepted.form.contact_email.upper())
    stranger = make_case(Status.RECEIVED, contact_email="someone.else@practice.example")
    for _ in range(2):
        _choose(accepted, wanted=False)
    for application in (other, stranger):
        step(application, Action.ACCEPT, specialist())
    assert (len(_stage_letters(other)), len(_stage_letters(stranger))) == (0, 1)
    told = select(AuditEvent.what).where(AuditEvent.action == "choose_mails")
    assert db.session.scalars(told).all() == ["E-mail at each change: turned off on the status page"]
    kept = db.session.scalars(select(MailStop.digest)).one()
    assert accepted.form.contact_email not in kept
    assert not wants_mail("") and not wants_mail(accepted.form.contact_email)
