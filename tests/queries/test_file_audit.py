"""One decided file as the audit asks of it: by the plan of its decision, with everybody's hands and the evidence named."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Application, Decision
from onboarding.policy.file_audit import AuditedFile, Outcome, checklist
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    DecisionOutcome,
    Role,
    Status,
    VerificationKind,
)
from onboarding.queries.audited_files import get_audited_file
from onboarding.queries.files import get_application
from tests.support.cases import (
    accept_all,
    actor_of,
    approve,
    authorize,
    decide,
    make_case,
    make_staff,
    members,
    screen,
    specialist,
    step,
    upload_all,
    verify_all,
)


def audited(application: Application) -> AuditedFile:
    decision = db.session.scalars(select(Decision).where(Decision.application_id == application.id)).one()
    return get_audited_file(get_application(application.id), decision)


def test_the_audit_asks_for_the_plan_the_decision_was_made_by_whatever_the_file_became(app: Flask) -> None:
    application = make_case(Status.APPROVED)
    with committed():
        get_application(application.id, for_change=True).kind = ApplicationKind.RECREDENTIALING
    file = audited(application)
    assert VerificationKind.EDUCATION in {row.kind for row in file.required}
    failed = [line.element for line in checklist(file) if line.outcome is Outcome.FAILED]
    assert failed == ["Recredentialing cycle"]


def test_who_reviewed_a_document_has_a_hand_in_the_file(app: Flask) -> None:
    application = make_case(Status.GATHERING)
    reviewer = actor_of(make_staff(Role.SPECIALIST, name="Only Reviews"))
    upload_all(application)
    accept_all(application, reviewer)
    authorize(application)
    step(application, Action.COMPLETE_FILE, specialist())
    verify_all(application)
    screen(application)
    step(application, Action.FINISH_VERIFICATION, specialist())
    approve(application)
    file = audited(application)
    assert file.hands == {reviewer.id, specialist().id}
    elements = {line.element: line for line in checklist(file)}
    assert elements["Malpractice insurance face sheet"].outcome is Outcome.PASSED
    assert elements["CAQH attestation, the plan listed"].evidence == "Recorded by Rosa Delgado"


def test_a_member_at_the_table_who_verified_fails_the_audit(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.APPROVED)
    file = audited(application)
    assert file.table == {member.id for member in members()}
    with_hands = replace(file, hands=file.hands | {members()[0].id})
    assert [line.element for line in checklist(with_hands) if line.outcome is Outcome.FAILED] == [
        "Decided by someone who verified nothing in this file"
    ]
