"""Documents, authorizations and verifications: what is taken, by whom it is judged, and how it stays."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Authorization, Document
from onboarding.policy.documents import requirements
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    AuthorizationSource,
    DocumentKind,
    DocumentState,
    ProviderType,
    RequirementState,
    Status,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)
from onboarding.queries.files import get_application, get_credentialing_file, list_verifications
from onboarding.services.authorizations import order_ccvs, receive_ccvs, record_caqh
from onboarding.services.documents import accept_document, reject_document
from onboarding.services.verifications import record_verification
from tests.support.cases import authorize, make_case, on_day, specialist, step, upload

FACE_SHEET = DocumentKind.MALPRACTICE_FACE_SHEET


def state_of(application_id: int, kind: DocumentKind) -> RequirementState:
    items = requirements(get_credentialing_file(get_application(application_id)))
    return next(item.state for item in items if item.row.kind is kind)


def test_a_document_that_has_expired_is_refused_with_the_date(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    with pytest.raises(BadInput, match="expired on March 1, 2026"):
        upload(application, FACE_SHEET, today() - timedelta(days=1))
    assert upload(application, FACE_SHEET, today()).state is DocumentState.RECEIVED


def test_a_document_not_asked_of_this_provider_is_refused(app: Flask) -> None:
    application = make_case(Status.GATHERING, code=ProviderType.LCSW)
    with pytest.raises(BadInput, match="not asked"):
        upload(application, DocumentKind.DEA_CERTIFICATE)


def test_documents_are_not_taken_after_the_decision(app: Flask) -> None:
    with pytest.raises(Conflict):
        upload(make_case(Status.APPROVED), FACE_SHEET)


def test_an_accepted_document_runs_out_by_itself(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    document, who = upload(application, FACE_SHEET, today() + timedelta(days=10)), specialist()
    with committed() as session:
        accept_document(
            get_application(application.id, for_change=True), session.get_one(Document, document.id), who
        )
    assert state_of(application.id, FACE_SHEET) is RequirementState.EXPIRING
    with on_day(today() + timedelta(days=11)):
        assert state_of(application.id, FACE_SHEET) is RequirementState.EXPIRED


def test_a_rejected_document_carries_the_reason_and_asks_for_another(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    document, who = upload(application, FACE_SHEET), specialist()
    with pytest.raises(BadInput), committed() as session:
        reject_document(
            get_application(application.id, for_change=True), session.get_one(Document, document.id), who, ""
        )
    with committed() as session:
        reject_document(
            get_application(application.id, for_change=True),
            session.get_one(Document, document.id),
            who,
            "The limits are not on the page.",
        )
    assert state_of(application.id, FACE_SHEET) is RequirementState.REJECTED
    assert db.session.get_one(Document, document.id).reason == "The limits are not on the page."


def test_of_two_documents_rejected_on_one_day_the_later_reason_counts(app: Flask) -> None:
    application, who = make_case(Status.GATHERING), specialist()
    for reason in ("The limits are not on the page.", "This is the policy of another year."):
        document_id = upload(application, FACE_SHEET).id
        with committed() as session:
            file = get_application(application.id, for_change=True)
            reject_document(file, session.get_one(Document, document_id), who, reason)
    (item,) = [
        i
        for i in requirements(get_credentialing_file(get_application(application.id)))
        if i.row.kind is FACE_SHEET
    ]
    assert item.document is not None and item.document.reason == "This is the policy of another year."


def test_a_document_is_judged_once(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    document, who = upload(application, FACE_SHEET), specialist()
    for attempt in (1, 2):
        try:
            with committed() as session:
                accept_document(
                    get_application(application.id, for_change=True),
                    session.get_one(Document, document.id),
                    who,
                )
        except Conflict:
            assert attempt == 2
            return
    pytest.fail("accepted twice")


def test_a_caqh_attestation_in_the_future_or_absent_is_refused(app: Flask) -> None:
    application, who = make_case(Status.GATHERING), specialist()
    for day in (None, today() + timedelta(days=1)):
        with pytest.raises(BadInput), committed():
            record_caqh(
                get_application(application.id, for_change=True),
                who,
                plan_listed=True,
                attested_on=day,
                evidence="CAQH provider page",
            )


def test_the_file_is_not_complete_while_the_plan_is_not_listed_in_caqh(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    authorize(application, plan_listed=False)
    with pytest.raises(NotReady, match="CareSource Management Group is not listed"):
        step(application, Action.COMPLETE_FILE, specialist())


def test_a_physician_goes_by_ccvs_order_then_arrival(app: Flask) -> None:
    application, who = make_case(Status.GATHERING, code=ProviderType.MD), specialist()
    with pytest.raises(Conflict), committed():
        record_caqh(
            get_application(application.id, for_change=True),
            who,
            plan_listed=True,
            attested_on=today(),
            evidence="CAQH provider page",
        )
    with pytest.raises(Conflict, match="Order"), committed():
        receive_ccvs(get_application(application.id, for_change=True), who)
    with committed():
        order_ccvs(get_application(application.id, for_change=True), who)
    with pytest.raises(NotReady, match="ordered but not received"):
        step(application, Action.COMPLETE_FILE, specialist())


def record(application_id: int, kind: VerificationKind, **changes: object) -> None:
    who = specialist()
    values = {
        "source": verification_row(kind).sources[0],
        "method": VerificationMethod.WEBSITE,
        "result": VerificationResult.VERIFIED,
        "reference": "L-204417",
        "good_until": today() + timedelta(days=400),
        **changes,
    }
    with committed():
        record_verification(get_application(application_id, for_change=True), kind, who, **values)  # type: ignore[arg-type]


def test_the_system_sets_the_date_of_a_verification(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    record(application.id, VerificationKind.LICENCE)
    assert list_verifications(application.id)[-1].checked_on == today()


def test_a_source_that_does_not_count_is_refused(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    with pytest.raises(BadInput, match="sources that count"):
        record(application.id, VerificationKind.LICENCE, source="A search engine")


def test_a_finding_needs_a_note(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    with pytest.raises(BadInput, match="note"):
        record(application.id, VerificationKind.LICENCE, result=VerificationResult.ADVERSE)


def test_a_source_that_was_down_leaves_the_fact_not_checked(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    record(application.id, VerificationKind.LICENCE)
    record(
        application.id,
        VerificationKind.LICENCE,
        result=VerificationResult.NOT_CHECKED,
        note="The board's site was down.",
    )
    with pytest.raises(NotReady, match="License to practice: not checked"):
        step(application, Action.FINISH_VERIFICATION, specialist())


def test_earlier_records_stay_in_the_file(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    record(application.id, VerificationKind.LICENCE)
    record(application.id, VerificationKind.LICENCE)
    assert len([v for v in list_verifications(application.id) if v.kind is VerificationKind.LICENCE]) == 2


def test_the_database_takes_an_authorization_without_a_person_from_caqh_alone(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    values = {"application_id": application.id, "kind": AuthorizationKind.CAQH, "recorded_at": now()}
    with committed() as session:
        session.add(Authorization(source=AuthorizationSource.CAQH, **values))
    with pytest.raises(IntegrityError), committed() as session:
        session.add(Authorization(source=AuthorizationSource.STAFF, **values))
