"""The queue reads a part of each file, the application page all of it: both must say the same is next."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.models import Application, Document, DocumentLook, OutboxMessage, Participation
from onboarding.policy.clean_file import flags
from onboarding.policy.people import CLOCK
from onboarding.policy.queue import next_thing
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import (
    Action,
    DecisionOutcome,
    DocumentKind,
    MatchResolution,
    MessageState,
    ProviderType,
    ReadBy,
    Status,
    VerificationResult,
)
from onboarding.queries.files import find_screening, get_application, get_credentialing_file, list_documents
from onboarding.queries.next_things import find_next_things
from onboarding.queries.queue import find_queue_page
from onboarding.queries.queue_filter import QueueFilter
from onboarding.services.authorizations import order_ccvs
from onboarding.services.documents import reject_document
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.screening import resolve_match
from tests.support.cases import (
    accept_all,
    appeal,
    authorize,
    decide,
    import_list,
    letters_leave,
    make_case,
    members,
    on_day,
    screen,
    specialist,
    step,
    upload,
    upload_all,
    verify,
)

MARLOWE = (
    "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,20210420,"
    "00000000,00000000,"
)


def lucinda(status: Status) -> Application:
    return make_case(
        status, ProviderType.CNP, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
    )


def rejected() -> Application:
    application = make_case(Status.GATHERING)
    upload(application, DocumentKind.W9)
    with committed():
        file = get_application(application.id, for_change=True)
        reject_document(file, list_documents(file.id)[0], specialist(), "The signature is missing.")
    return application


def expired() -> Application:
    yesterday = today() - timedelta(days=1)
    with on_day(today() - timedelta(days=20)):
        application = make_case(Status.GATHERING)
        upload(application, DocumentKind.MALPRACTICE_FACE_SHEET, yesterday)
        accept_all(application)
    authorize(application)
    return application


def waiting_for_review() -> Application:
    application = make_case(Status.GATHERING)
    upload_all(application)
    return application


def not_listed() -> Application:
    application = make_case(Status.GATHERING, ProviderType.LPC)
    upload_all(application)
    authorize(application, plan_listed=False)
    return application


def lapsed() -> Application:
    application = make_case(Status.GATHERING)
    authorize(application, attested_on=today() - timedelta(days=121))
    return application


def profile_ordered() -> Application:
    application = make_case(Status.GATHERING, ProviderType.MD)
    with committed():
        order_ccvs(get_application(application.id, for_change=True), specialist())
    return application


def half_verified() -> Application:
    application = make_case(Status.VERIFYING)
    first, second, *_ = required(get_credentialing_file(application))
    verify(application, first)
    verify(application, second)
    verify(application, second, VerificationResult.NOT_CHECKED)
    return application


def one_license_of_two() -> Application:
    application = make_case(Status.VERIFYING, has_other_licenses="yes")
    verify(application, required(get_credentialing_file(application))[0])
    return application


def matched() -> Application:
    import_list(MARLOWE)
    application = lucinda(Status.VERIFYING)
    screen(application)
    return application


def matched_and_resolved() -> Application:
    application = matched()
    with committed():
        file = get_application(application.id, for_change=True)
        match = find_screening(file).matches[0]
        resolve_match(match, specialist(), MatchResolution.DIFFERENT, "The SSN was compared on OIG's page.")
    return application


def newer_list() -> Application:
    application = make_case(Status.VERIFYING)
    for row in required(get_credentialing_file(application)):
        verify(application, row)
    screen(application)
    import_list(MARLOWE)
    return application


def discrepancy() -> Application:
    application = make_case(Status.READY)
    verify(application, required(get_credentialing_file(application))[0], VerificationResult.DISCREPANCY)
    return application


def disclosed() -> Application:
    return make_case(Status.READY, felony="yes", felony_explained="In 1999; the record was sealed.")


def with_a_strange_w9() -> Application:
    """The W-9 was accepted, though another tax ID stands on it."""
    application = make_case(Status.READY)
    w9 = next(one for one in list_documents(application.id) if one.kind is DocumentKind.W9)
    name = application.form.legal_name
    with committed() as session:
        session.get(Document, w9.id).looked_at = now()
        session.add(
            DocumentLook(
                document_id=w9.id, read_by=ReadBy.TEXT_LAYER, seen_name=name, seen_tax_id="12-3456789"
            )
        )
    return application


def pended_and_ready_again() -> Application:
    members()
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.PENDED)
    step(application, Action.FINISH_VERIFICATION, specialist())
    return application


def days_later(status: Status, days: int, **changes: str) -> Application:
    with on_day(today() - timedelta(days=days)):
        application = make_case(status, **changes)
    import_list(MARLOWE)
    return get_application(application.id)


def with_a_lapsed_license(status: Status) -> Application:
    soon = (today() - timedelta(days=1)).isoformat()
    return days_later(status, 5, licence_expires_on=soon)


def appealed(status: Status) -> Application:
    application = make_case(status)
    appeal(application)
    return application


def welcome_in_doubt() -> Application:
    application = make_case(Status.APPROVED)
    letters_leave()
    with committed() as session:
        session.execute(update(OutboxMessage).values(state=MessageState.IN_DOUBT))
    return application


def overdue() -> Application:
    application = make_case(Status.PARTICIPATING)
    with committed() as session:
        yesterday = today() - timedelta(days=1)
        session.get_one(Participation, application.participation_id).recredentialing_due_on = yesterday
    return application


def renewal_opened() -> Application:
    participation_id = overdue().participation_id
    with committed() as session:
        return open_recredentialing(session.get_one(Participation, participation_id), CLOCK)


CASES: dict[str, Callable[[], Application]] = {
    **{status.value: (lambda status=status: make_case(status)) for status in Status},
    **{f"gathering {code}": (lambda code=code: make_case(Status.GATHERING, code)) for code in ProviderType},
    **{f"verifying {code}": (lambda code=code: make_case(Status.VERIFYING, code)) for code in ProviderType},
    **{f"months later {status}": (lambda status=status: days_later(status, 125))
       for status in (Status.VERIFYING, Status.READY, Status.IN_COMMITTEE)},
    **{f"weeks later {status}": (lambda status=status: days_later(status, 30))
       for status in (Status.READY, Status.IN_COMMITTEE)},
    **{f"lapsed license {status}": (lambda status=status: with_a_lapsed_license(status))
       for status in (Status.READY, Status.IN_COMMITTEE)},
    "renewed": lambda: make_case(Status.READY, ProviderType.CNP, prescribes="yes"),
    "appeal after denial": lambda: appealed(Status.DENIED),
    "appeal after termination": lambda: appealed(Status.TERMINATED),
    **{
        case.__name__.replace("_", " "): case
        for case in (
            rejected, expired, waiting_for_review, not_listed, lapsed, profile_ordered, half_verified, one_license_of_two, matched,
            matched_and_resolved, newer_list, discrepancy, disclosed, with_a_strange_w9, pended_and_ready_again,
            welcome_in_doubt, overdue, renewal_opened,
        )
    },
}  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("name", CASES)
def test_the_queue_says_what_the_file_says(app: Flask, name: str) -> None:
    application = CASES[name]()
    make_case(Status.GATHERING)
    db.session.rollback()
    rows = find_queue_page(QueueFilter(text=application.public_id), 0).rows
    assert [row.id for row in rows] == [application.id]
    file = get_credentialing_file(get_application(application.id))
    assert find_next_things(rows).get(application.id) == next_thing(file)


def test_a_file_with_an_accepted_document_unlike_the_form_is_not_clean(app: Flask) -> None:
    file = get_credentialing_file(with_a_strange_w9())
    assert flags(file) == [
        "An accepted document does not agree with the form: IRS Form W-9, signed (tax ID)."
    ]
    db.session.rollback()
    (thing,) = find_next_things(find_queue_page(QueueFilter(), 0).rows).values()
    assert thing.says == "Not a clean file: place on an agenda"


def test_the_files_of_a_page_are_read_together(app: Flask) -> None:
    made = [
        make_case(status, has_other_licenses="yes")
        for status in (Status.GATHERING, Status.VERIFYING, Status.READY, Status.IN_COMMITTEE)
    ]
    rows = find_queue_page(QueueFilter(), 0).rows
    found = find_next_things(rows)
    for application in made:
        assert found[application.id] == next_thing(get_credentialing_file(get_application(application.id)))
    assert find_next_things([]) == {}


def test_what_is_kept_of_a_file_is_said_anew_when_the_file_or_the_day_changes(app: Flask) -> None:
    application = make_case(Status.GATHERING)

    def said() -> str:
        db.session.rollback()
        return find_next_things(find_queue_page(QueueFilter(), 1).rows)[application.id].says

    assert said() == said() == "CAQH not recorded"
    authorize(application)
    assert said() != "CAQH not recorded"
    make_case_ready = make_case(Status.READY)
    rows = find_queue_page(QueueFilter(status=Status.READY), 1).rows
    assert "Clean file" in find_next_things(rows)[make_case_ready.id].says
    with on_day(today() + timedelta(days=200)):
        assert "To renew" in find_next_things(rows)[make_case_ready.id].says
