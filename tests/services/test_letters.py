"""What each letter says of whom: titles, Application IDs, and what a renewal is asked for."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.config import Settings
from onboarding.errors import Conflict
from onboarding.extensions import committed, db
from onboarding.jobs import letters as jobs
from onboarding.jobs import sweeps
from onboarding.letters.render import letter_html
from onboarding.letters.view import LetterView
from onboarding.models import Application, AuditEvent, Letter, Participation
from onboarding.policy.contract_form import attested_codes
from onboarding.policy.people import CLOCK, applicant
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import (
    LetterKind,
    LetterState,
    PaymentChoice,
    ProviderType,
    Status,
)
from onboarding.queries.files import get_application
from onboarding.services.apply import save_answers
from onboarding.services.letter_facts import letter_view
from onboarding.services.letters import render_again
from onboarding.services.missing_documents import discontinue_application
from onboarding.services.payments import choose_payment
from onboarding.services.recredentialing import open_recredentialing
from tests.support import cases
from tests.support.cases import coordinator, import_list, letters_leave, make_case, on_day
from tests.support.people import contract_answers
from tests.support.visitor import Visitor, readable

QUESTIONS = attested_codes(provider_type(ProviderType.LCSW))
HOME = "https://network.plan.example"


def latest(application: Application, kind: LetterKind) -> LetterView:
    query = select(Letter).where(Letter.application_id == application.id, Letter.kind == kind)
    return letter_view(db.session.scalars(query.order_by(Letter.id.desc())).first(), HOME)


def renewed(application: Application) -> Application:
    with committed():
        participation = db.session.get_one(Participation, application.participation_id)
        return open_recredentialing(participation, CLOCK)


def due(application: Application) -> Participation:
    return db.session.get_one(Participation, application.participation_id, populate_existing=True)


def test_a_failed_letter_alone_is_made_again_and_the_history_says_who_and_why(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    letter = db.session.scalars(select(Letter).where(Letter.application_id == application.id)).one()
    who = coordinator()
    with pytest.raises(Conflict), committed():
        render_again(letter, who, "The fonts are back.")
    with committed():
        letter.state, letter.error = LetterState.FAILED, "OSError: no font"
    with committed():
        render_again(letter, who, "The fonts are back.")
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.why == "The fonts are back." and event.details["error"] == "OSError: no font"


def test_only_the_reminder_names_the_application_to_renew(app: Flask, settings: Settings) -> None:
    application = make_case(Status.PARTICIPATING)
    with on_day(due(application).recredentialing_due_on - timedelta(days=120)):
        sweeps.write_reminders(settings)
        renewal = renewed(application)
        with committed():
            participation = due(application)
            choose_payment(participation, PaymentChoice.PAPER_CHECK, applicant("Dana Whitlow"),
                           provider_number=participation.provider_number)  # fmt: skip
        cases._terminate(application)
    assert latest(application, LetterKind.RECREDENTIALING_REMINDER).public_id == renewal.public_id
    for kind in (LetterKind.PAYMENT_NOTICE, LetterKind.TERMINATION, LetterKind.WELCOME):
        assert latest(application, kind).public_id == application.public_id


@pytest.mark.parametrize(
    ("code", "always", "perhaps"),
    [
        (ProviderType.LCSW, ["Malpractice"], ["CLIA"]),
        (ProviderType.CNP, ["Malpractice"], ["DEA", "CLIA", "independent"]),
        (ProviderType.PA, ["Malpractice", "delegation"], ["DEA", "CLIA"]),
    ],
)
def test_the_reminder_names_the_documents_the_policy_asks_of_this_type_and_none_that_is_on_file(
    app: Flask, settings: Settings, code: ProviderType, always: list[str], perhaps: list[str]
) -> None:
    application = make_case(Status.PARTICIPATING, code)
    with on_day(due(application).recredentialing_due_on - timedelta(days=120)):
        sweeps.write_reminders(settings)
    view = latest(application, LetterKind.RECREDENTIALING_REMINDER)
    for words, labels in ((always, view.documents), (perhaps, view.documents_perhaps)):
        assert len(words) == len(labels)
        assert all(word in label for word, label in zip(words, labels, strict=True))
    read = readable(letter_html(view))
    assert "accreditation" not in read.lower() and all(label in read for label in view.documents)


def test_who_does_what_the_reminder_says_has_sent_the_application_to_renew(
    app: Flask, settings: Settings
) -> None:
    application = make_case(Status.PARTICIPATING)
    with on_day(due(application).recredentialing_due_on - timedelta(days=120)):
        sweeps.write_reminders(settings)
        renewal = renewed(application)
        view = latest(application, LetterKind.RECREDENTIALING_REMINDER)
        read = readable(letter_html(view))
        at = [read.index(words) for words in ("Open your recredentialing application", "network.plan.example/status",
              view.public_id, "answer the questions anew", "sign it and send it", "Then send current documents")
              if words in read]  # fmt: skip
        assert len(at) >= 5 and "nothing else to do" not in read
        visitor = Visitor(app)
        visitor.go("/status")
        visitor.send("/status$", npi=view.npi, application_id=view.public_id)
        assert "Continue your application" in visitor.read
    assert renewal.public_id == view.public_id


def test_a_renewal_is_not_welcomed_as_new(app: Flask) -> None:
    application = make_case(Status.PARTICIPATING)
    number, before = due(application).provider_number, due(application).recredentialing_due_on
    with on_day(before - timedelta(days=120)):
        renewal = renewed(application)
        with committed():  # the questions are put anew
            said = {
                code: answer
                for code, answer in contract_answers(ProviderType.LCSW).items()
                if code in QUESTIONS
            }
            save_answers(get_application(renewal.id, for_change=True), said)
        import_list(
            "SMITHEE,ALAN,,,X,Y,,0000000000,19510704,1 St,Bisbee,AZ,85603,1128b4,20280220,00000000,00000000,"
        )
        for walk in (cases._submit, cases._accept, cases._gather, cases._verify, cases.approve):
            walk(renewal)
    view = latest(renewal, LetterKind.WELCOME)
    read = readable(letter_html(view))
    assert view.title == "Your participation is renewed" and "Welcome" not in read
    assert number in read and "stays the same" in read
    assert view.recredentialing_due_on > before
    assert latest(application, LetterKind.WELCOME).title == "Welcome to our network"


def test_the_time_to_appeal_runs_from_the_day_the_letter_leaves(app: Flask, settings: Settings) -> None:
    application = make_case(Status.DENIED)
    late = cases.today() + timedelta(days=29)
    with on_day(late):
        jobs.render_letters(settings)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.DENIAL)).one()
    assert letter.respond_by == late + timedelta(days=30)
    read = readable(letter_html(latest(application, LetterKind.DENIAL)))
    assert "We must have your appeal by April 30, 2026" in read


def test_a_letter_says_what_was_true_when_it_was_written(app: Flask) -> None:
    application = make_case(Status.APPROVED)
    written = latest(application, LetterKind.WELCOME)
    assert written.effective_on == written.decided_on == cases.today() and written.provider_number
    with committed():
        changed = get_application(application.id, for_change=True)
        changed.name, changed.form.address, changed.form.contact_name = (
            "Other",
            "1 Other Road",
            "Somebody Else",
        )
        participation = due(application)
        participation.recredentialing_due_on = participation.ended_on = cases.today()
    assert latest(application, LetterKind.WELCOME) == written


def test_a_reminder_is_mailed_in_the_words_it_was_made_with(app: Flask, settings: Settings) -> None:
    application = make_case(Status.PARTICIPATING)
    with on_day(due(application).recredentialing_due_on - timedelta(days=120)):
        sweeps.write_reminders(settings)
        jobs.render_letters(settings)
    made = latest(application, LetterKind.RECREDENTIALING_REMINDER)
    with committed():
        get_application(application.id, for_change=True).form.contact_name = "Somebody Else"
    assert latest(application, LetterKind.RECREDENTIALING_REMINDER) == made
    assert made.contact_name != "Somebody Else" and made.documents


def test_the_welcome_of_a_clean_file_says_when_it_was_decided(app: Flask) -> None:
    read = readable(letter_html(latest(make_case(Status.APPROVED), LetterKind.WELCOME)))
    assert "we approved the application on March 2, 2026" in read


def test_the_discontinuation_of_a_returned_file_says_when_and_until_when_we_asked(app: Flask) -> None:
    application = make_case(Status.RETURNED)
    letters_leave()
    who = coordinator()
    with on_day(cases.today() + timedelta(days=60)), committed():
        discontinue_application(get_application(application.id, for_change=True), who)
    view = latest(application, LetterKind.DISCONTINUATION)
    assert view.asked_on and view.asked_until and not view.items
    read = readable(letter_html(view))
    assert "On March 2, 2026 we asked you to correct what is listed here" in read
    assert f"by {view.asked_until:%B} {view.asked_until.day}, {view.asked_until.year}" in read
    assert "The license number is not the one your board shows." in read
