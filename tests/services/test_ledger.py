"""The request ledger: everything asked once, why, by whom, and what answered it; nothing on file is asked again."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application, Document, DocumentRequest, Participation
from onboarding.policy.documents import requirements
from onboarding.policy.people import CLOCK
from onboarding.policy.vocabulary import AskedBy, DocumentKind, LetterKind, RequirementState, Status
from onboarding.queries.files import get_application, get_credentialing_file, list_letters
from onboarding.queries.looks import list_requests
from onboarding.queries.next_things import find_next_things
from onboarding.queries.status import find_status_view
from onboarding.services.documents import reject_document
from onboarding.services.missing_documents import write_missing_document_letter
from onboarding.services.recredentialing import open_recredentialing
from tests.support.cases import (
    _accept,
    _submit,
    authorize,
    make_case,
    on_day,
    specialist,
    upload,
)

FACE_SHEET, W9 = DocumentKind.MALPRACTICE_FACE_SHEET, DocumentKind.W9


def requests(application: Application, kind: DocumentKind) -> list[DocumentRequest]:
    return [request for request in reversed(list_requests(application.id)) if request.kind is kind]


def reject(application: Application, document: Document, reason: str) -> None:
    document_id, who = document.id, specialist()
    with committed() as session:
        found = get_application(application.id, for_change=True)
        reject_document(found, session.get_one(Document, document_id), who, reason)


def test_sending_the_form_asks_for_what_the_policy_wants_and_says_why(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    asked = list_requests(application.id)
    assert {request.kind for request in asked} == {FACE_SHEET, W9}
    assert all(request.through is AskedBy.RULE and request.asked_on == today() for request in asked)
    (request,) = requests(application, W9)
    assert (request.what, request.answered_on) == ("IRS Form W-9, signed", None)
    assert request.why == "Payments are reported under this name and tax ID"


def test_a_document_that_comes_answers_and_a_second_one_changes_nothing(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    first = upload(application, W9)
    upload(application, W9)
    (request,) = requests(application, W9)
    assert (request.answered_by_document_id, request.answered_on) == (first.id, today())
    assert requests(application, FACE_SHEET)[0].answered_on is None


def test_a_rejection_asks_again_with_its_reason_unless_another_one_waits(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    first, second = upload(application, W9), upload(application, W9)
    reject(application, first, "The signature is missing.")
    assert len(requests(application, W9)) == 1, "the second file waits for review"
    reject(application, second, "This is the W-9 of another practice.")
    request = requests(application, W9)[-1]
    assert request.through is AskedBy.REJECTION
    assert request.asked_by == specialist().name
    assert "the W-9 of another practice" in request.why


def test_a_letter_or_a_return_asks_for_nothing_that_is_asked_already(app: Flask) -> None:
    returned = make_case(Status.RETURNED)
    assert len(list_requests(returned.id)) == 2
    application = make_case(Status.GATHERING)
    document = upload(application, FACE_SHEET, today() + timedelta(days=3))
    with on_day(today() + timedelta(days=9)):
        with committed():
            write_missing_document_letter(get_application(application.id, for_change=True), specialist())
        assert len(requests(application, W9)) == 1
        first, again = requests(application, FACE_SHEET)
        assert first.answered_by_document_id == document.id
        (letter,) = [
            found for found in list_letters(application.id) if found.kind is LetterKind.MISSING_DOCUMENTS
        ]
        assert (again.through, again.letter_id, again.asked_on) == (AskedBy.LETTER, letter.id, today())
        assert again.why == "The last one expired on March 5, 2026"


@pytest.fixture
def renewal(app: Flask) -> Application:
    """A renewal that is being gathered, opened while the papers of the first application are in date."""
    joined = make_case(Status.PARTICIPATING)
    with committed():
        participation = db.session.get_one(Participation, joined.participation_id)
        renewal_id = open_recredentialing(participation, CLOCK).id
    renewal = get_application(renewal_id)
    _submit(renewal)
    _accept(renewal)
    return get_application(renewal_id)


def test_what_is_on_file_and_in_date_is_not_asked_again_in_a_new_cycle(renewal: Application) -> None:
    assert list_requests(renewal.id) == []
    items = requirements(get_credentialing_file(renewal))
    assert not [item for item in items if item.outstanding]
    on_file = [item.document for item in items if item.state is RequirementState.ACCEPTED]
    assert len(on_file) == 2 and all(document and document.on_file for document in on_file)


def test_the_status_page_and_the_queue_know_it_too(renewal: Application) -> None:
    view, whole = find_status_view(renewal.id), get_credentialing_file(renewal)
    assert view is not None
    assert [item.state for item in requirements(view.file)] == [item.state for item in requirements(whole)]
    authorize(renewal)
    row = db.session.execute(db.select(Application.__table__).where(Application.id == renewal.id)).one()
    assert find_next_things([row])[renewal.id].says == "Everything is here: start verification"


def test_what_was_on_file_and_ran_out_is_asked_for_by_letter(renewal: Application) -> None:
    with on_day(today() + timedelta(days=301)):
        with committed():
            letter = write_missing_document_letter(get_application(renewal.id, for_change=True), specialist())
        assert letter is not None
        assert [item["label"] for item in letter.facts["items"]] == ["Malpractice insurance face sheet"]
        assert [request.kind for request in list_requests(renewal.id)] == [FACE_SHEET]


def test_the_papers_of_another_provider_are_never_on_file(renewal: Application) -> None:
    stranger = make_case(Status.GATHERING)
    assert all(not document.on_file for document in get_credentialing_file(stranger).documents)
    first = get_application(get_credentialing_file(renewal) and 1)
    assert all(not document.on_file for document in get_credentialing_file(first).documents), "nor later ones"
