"""Every route of the desk with every role; forms without their token; pages that change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select, text

from onboarding.clock import now, today
from onboarding.extensions import committed, db
from onboarding.jobs.documents import look_into_documents
from onboarding.models import (
    AdverseAction,
    AgendaItem,
    Appeal,
    Application,
    CommitteeMember,
    Decision,
    ExclusionMatch,
    OutboxMessage,
    Staff,
    Verification,
)
from onboarding.policy.access import may
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    STAFF_ROLES,
    Action,
    AdverseKind,
    Capability,
    DecisionOutcome,
    DocumentKind,
    ProviderType,
    Role,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.queries.files import list_documents, list_letters
from onboarding.services.accounts import close_account
from onboarding.services.file_audit import draw_sample
from onboarding.services.views import save_view
from onboarding.web.access import rule_of
from tests.support.cases import (
    OPERATOR,
    actor_of,
    ask,
    coordinator,
    import_list,
    letters_leave,
    make_case,
    make_staff,
    meeting_on,
    refer,
    screen,
    upload,
    verify,
    verify_with_file,
)
from tests.support.monitoring import hear, in_network
from tests.support.pages import without_token
from tests.support.sessions import send, signed_in, token_of
from tests.web.staff.conftest import Desk

_C = Capability
# What each route of the desk asks for; a new route fails the tests until it stands here.
RULES: dict[tuple[str, str], Capability] = {
    ("GET", "staff.queue"): _C.SEE_QUEUE,
    ("GET", "staff.today"): _C.SEE_COUNTS,
    ("GET", "staff.expiring"): _C.SEE_QUEUE,
    ("GET", "staff.reports"): _C.SEE_REPORTS,
    ("GET", "staff.report_picture"): _C.SEE_REPORTS,
    ("GET", "staff.report_csv"): _C.SEE_REPORTS,
    ("GET", "staff.view"): _C.SEE_QUEUE,
    ("POST", "staff.keep_view"): _C.SAVE_VIEW,
    ("POST", "staff.drop_view"): _C.SAVE_VIEW,
    ("POST", "staff.queue_csv"): _C.TAKE_QUEUE,
    ("GET", "staff.preview"): _C.DO_IN_BULK,
    ("POST", "staff.do_bulk"): _C.DO_IN_BULK,
    ("GET", "staff.counts"): _C.SEE_COUNTS,
    ("GET", "staff.jobs"): _C.SEE_JOBS,
    ("POST", "staff.ask_for_job"): _C.ASK_JOB,
    ("GET", "staff.held_letters"): _C.SEE_COUNTS,
    ("POST", "staff.settle_held"): _C.SETTLE_LETTER,
    ("POST", "staff.hold"): _C.SETTLE_LETTER,
    ("POST", "staff.end_hold"): _C.SETTLE_LETTER,
    ("GET", "staff.recredentialing"): _C.SEE_QUEUE,
    ("GET", "staff.file"): _C.SEE_FILE,
    ("GET", "staff.as_of"): _C.SEE_PAST,
    ("GET", "staff.samples"): _C.SEE_SAMPLE,
    ("GET", "staff.sample"): _C.SEE_SAMPLE,
    ("GET", "staff.sample_csv"): _C.SEE_SAMPLE,
    ("GET", "staff.sampled_file"): _C.SEE_SAMPLE,
    ("POST", "staff.draw"): _C.DRAW_SAMPLE,
    ("POST", "staff.packet"): _C.TAKE_PACKET,
    ("POST", "staff.make_packet"): _C.TAKE_PACKET,
    ("GET", "staff.integrity"): _C.SEE_INTEGRITY,
    ("GET", "staff.integrity_csv"): _C.SEE_INTEGRITY,
    ("GET", "staff.document"): _C.SEE_DOCUMENT,
    ("GET", "staff.document_copy"): _C.SEE_DOCUMENT,
    ("GET", "staff.document_page"): _C.SEE_DOCUMENT,
    ("GET", "staff.letter"): _C.SEE_LETTER,
    ("POST", "staff.claim"): _C.CLAIM_WORK,
    ("POST", "staff.assign"): _C.ASSIGN_WORK,
    ("POST", "staff.ask_now"): _C.CLAIM_WORK,
    ("POST", "staff.step"): _C.SEE_FILE,
    ("POST", "staff.accept"): _C.REVIEW_DOCUMENT,
    ("POST", "staff.reject"): _C.REVIEW_DOCUMENT,
    ("POST", "staff.record_authorization"): _C.RECORD_AUTHORIZATION,
    ("POST", "staff.order_profile"): _C.RECORD_AUTHORIZATION,
    ("POST", "staff.receive_profile"): _C.RECORD_AUTHORIZATION,
    ("POST", "staff.verify"): _C.RECORD_VERIFICATION,
    ("POST", "staff.correct"): _C.RECORD_VERIFICATION,
    ("GET", "staff.evidence_file"): _C.SEE_DOCUMENT,
    ("POST", "staff.ask_nppes"): _C.RECORD_VERIFICATION,
    ("POST", "staff.screen"): _C.RUN_SCREENING,
    ("POST", "staff.resolve"): _C.RESOLVE_MATCH,
    ("POST", "staff.send_discrepancy_notice"): _C.RECORD_VERIFICATION,
    ("GET", "staff.invitations"): _C.FOLLOW_INVITATIONS,
    ("POST", "staff.invite"): _C.FOLLOW_INVITATIONS,
    ("POST", "staff.close_invitation"): _C.FOLLOW_INVITATIONS,
    ("POST", "staff.answer_rights"): _C.ANSWER_RIGHTS,
    ("POST", "staff.settle"): _C.SETTLE_LETTER,
    ("POST", "staff.make_again"): _C.SETTLE_LETTER,
    ("POST", "staff.finish_onboarding"): _C.CONFIRM_ONBOARDING,
    ("POST", "staff.start_recredentialing"): _C.START_RECREDENTIALING,
    ("GET", "staff.committee"): _C.SEE_COMMITTEE,
    ("GET", "staff.meeting"): _C.SEE_COMMITTEE,
    ("GET", "staff.invitation"): _C.SEE_COMMITTEE,
    ("POST", "staff.add_member"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.end_member"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.plan"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.attendance"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.close"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.ask_for_packet"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.move"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.move_whole"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.cancel_whole"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.invite_again"): _C.MANAGE_COMMITTEE,
    ("POST", "staff.sign_own_statement"): _C.SIGN_STATEMENT,
    ("POST", "staff.record_recusal"): _C.VOTE,
    ("POST", "staff.votes"): _C.VOTE,
    ("POST", "staff.decision"): _C.SIGN_STATEMENT,
    ("POST", "staff.open_paper"): _C.SEE_PEER_REVIEW,
    ("POST", "staff.open_minutes"): _C.SEE_PEER_REVIEW,
    ("POST", "staff.draft"): _C.WRITE_MINUTES,
    ("POST", "staff.edit"): _C.WRITE_MINUTES,
    ("POST", "staff.attest"): _C.ATTEST_MINUTES,
    ("GET", "staff.clean_files"): _C.SIGN_CLEAN_FILES,
    ("POST", "staff.sign_clean_files"): _C.SIGN_CLEAN_FILES,
    ("POST", "staff.declare"): _C.DECLARE_TIE,
    ("GET", "staff.after_decisions"): _C.SEE_FILE,
    ("POST", "staff.record_appeal"): _C.RECORD_APPEAL,
    ("POST", "staff.hearing"): _C.RECORD_APPEAL,
    ("POST", "staff.refuse"): _C.RECORD_APPEAL,
    ("POST", "staff.confirm_enrolment"): _C.CONFIRM_STATE_ENROLMENT,
    ("POST", "staff.follow_up"): _C.CLOSE_FOLLOW_UP,
    ("POST", "staff.mark_adverse"): _C.MARK_ADVERSE_ACTION,
    ("POST", "staff.report_adverse"): _C.MARK_ADVERSE_ACTION,
    ("GET", "staff.findings"): _C.SEE_FINDINGS,
    ("POST", "staff.findings_csv"): _C.TAKE_QUEUE,
    ("POST", "staff.extend"): _C.EXTEND_RECREDENTIALING,
    ("POST", "staff.add_finding"): _C.RECORD_FINDING,
    ("POST", "staff.fix_finding"): _C.RECORD_FINDING,
    ("POST", "staff.act"): _C.RECORD_FINDING,
    ("POST", "staff.amend"): _C.MARK_ADVERSE_ACTION,
}
TABLES = (
    "adverse_action", "agenda_item", "appeal", "application", "audit_event", "authorization", "committee_member", "contract_form", "decision", "document", "document_look", "document_preview", "document_request", "exclusion_match", "file_sample", "file_summary", "finding_step",
    "idea", "invitation", "letter", "meeting", "meeting_call", "meeting_paper", "meeting_seat", "member_statement", "minutes", "monitoring_finding", "outbox_message", "participation", "onboarding_item", "recusal", "rights_request", "screening", "staff", "tie",
    "verification", "vote",
)  # fmt: skip


@dataclass
class Network:
    """One file with something of everything, and the addresses of it all."""

    paths: dict[tuple[str, str], str]


@pytest.fixture
def network(app: Flask) -> Network:
    import_list(
        "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,"
        "20210420,00000000,00000000,"
    )
    coordinator()
    application = make_case(
        Status.GATHERING, ProviderType.CNP, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
    )
    upload(application, DocumentKind.W9)
    look_into_documents(app.extensions["settings"])
    screen(application)
    letters_leave()
    document = list_documents(application.id)[0]
    request = ask(application)
    verify(application, verification_row(VerificationKind.LICENCE), VerificationResult.DISCREPANCY)
    with committed() as work:
        meeting, lead = meeting_on(today()), work.scalars(select(Staff).limit(1)).one()
        item = AgendaItem(
            meeting=meeting, application_id=application.id, placed_on=today(), placed_by_id=lead.id, why=[]
        )
        member = CommitteeMember(staff_id=lead.id, specialty="Psychiatry", term_from=today())
        work.add_all([item, member])
    values = {
        "meeting_id": meeting.id,
        "item_id": item.id,
        "member_id": member.id,
        "kind": "packet",
        "application_id": application.id,
        **_after(application),
        "document_id": document.id,
        "public_id": document.public_id,
        "page": 1,
        "letter_id": list_letters(application.id)[0].id,
        "message_id": db.session.query(OutboxMessage.id).first()[0],
        "match_id": db.session.query(ExclusionMatch.id).first()[0],
        "request_id": request.id,
        "evidence_id": verify_with_file(
            application, verification_row(VerificationKind.LICENCE_SANCTIONS)
        ).public_id,
        "invitation_id": refer().id,
        "code": "funnel",
        "name": "write_head",
        "view_id": _saved_view(),
        **_sampled(),
        "verification_id": db.session.query(Verification.id).first()[0],
        "action": Action.WITHDRAW.value,
        "finding_id": hear(in_network()).id,
    }
    return Network({(method, endpoint): path for method, endpoint, path in _paths(app, values)})


def _after(application: Application) -> dict[str, object]:
    """An appeal, a decision and an adverse action of this file."""
    who = make_staff(Role.MEDICAL_DIRECTOR)
    with committed() as work:
        asked = Appeal(
            application_id=application.id, letter_id=list_letters(application.id)[0].id, asked_on=today(), asked_at=now(),
            asked_by="Dana Reyes", grounds="The record was corrected.", last_day=today(), due_on=today(),
        )  # fmt: skip
        action = AdverseAction(
            application_id=application.id,
            kind=AdverseKind.DENIAL,
            codes=[],
            acted_on=today(),
            report_by=today(),
        )
        decision = Decision(
            application_id=application.id, number=1, outcome=DecisionOutcome.PENDED, decided_on=today(),
            recorded_at=now(), decided_by_id=who.id,
        )  # fmt: skip
        work.add_all([asked, action, decision])
        work.flush()
        return {"appeal_id": asked.id, "action_id": action.id, "decision_id": decision.id}


def _saved_view() -> int:
    """A view that everybody may open."""
    lead = actor_of(make_staff(Role.COORDINATOR))
    with committed():
        return save_view(lead, "Late", "due=overdue", shared=True).id


def _sampled() -> dict[str, object]:
    """A sample with its one file."""
    make_case(Status.APPROVED)
    auditor = actor_of(make_staff(Role.AUDITOR))
    with committed():
        sample = draw_sample(auditor, from_on=today(), to_on=today(), seed="s")
        return {"sample_id": sample.id, "number": 1}


def _paths(app: Flask, values: dict[str, object]) -> Iterator[tuple[str, str, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff."):
            given = {name: values[name] for name in rule.arguments}
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield method, rule.endpoint, adapter.build(rule.endpoint, given)


def digest() -> dict[str, list[tuple]]:
    """Everything the tables hold."""
    db.session.rollback()
    return {
        table: sorted(map(tuple, db.session.execute(text(f'SELECT * FROM "{table}"'))), key=repr)
        for table in TABLES
    }


def test_every_route_of_the_desk_stands_in_the_table_of_this_test(app: Flask, network: Network) -> None:
    assert network.paths.keys() == RULES.keys()
    for (_, endpoint), capability in RULES.items():
        assert rule_of(app, endpoint).capability is capability, endpoint


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_each_route_opens_to_the_roles_of_the_policy_and_to_no_other(
    network: Network, desk: Desk, role: Role
) -> None:
    client = desk(role)
    token = token_of(client)
    for (method, endpoint), path in network.paths.items():
        answer = client.get(path) if method == "GET" else client.post(path, data={"csrf_token": token})
        if may(frozenset({role}), RULES[method, endpoint]):
            ours = (
                answer.status_code == 403 and endpoint == "staff.step"
            )  # the workflow table has its own say
            assert ours or answer.status_code in (200, 303, 409, 422), (endpoint, answer.status_code)
        else:
            assert answer.status_code == 403, (endpoint, answer.status_code)


def test_a_visitor_who_has_not_signed_in_is_sent_to_the_sign_in_page(app: Flask, network: Network) -> None:
    client = app.test_client()
    token = token_of(client, "/staff/sign-in")
    for (method, endpoint), path in network.paths.items():
        answer = client.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert answer.status_code == 302, endpoint
        assert answer.headers["Location"].startswith("/staff/sign-in"), endpoint


def test_a_form_without_its_token_does_nothing(network: Network, desk: Desk) -> None:
    client = desk(Role.COORDINATOR, Role.MEDICAL_DIRECTOR)
    before = digest()
    for (method, endpoint), path in network.paths.items():
        if method == "POST":
            answer = client.post(path, data={"reason": "a good reason"})
            assert answer.status_code == 400, endpoint
    for path in ("/staff/sign-out", "/staff/password"):
        assert client.post(path, data={}).status_code == 400
    assert digest() == before


def test_the_sign_in_form_needs_its_token_too(app: Flask) -> None:
    staff = make_staff(Role.SPECIALIST)
    answer = app.test_client().post(
        "/staff/sign-in", data={"email": staff.email, "password": "whatever it is"}
    )
    assert answer.status_code == 400


def test_looking_changes_nothing(network: Network, desk: Desk) -> None:
    client = desk(Role.COORDINATOR, Role.MEDICAL_DIRECTOR)
    before = digest()
    for (method, endpoint), path in network.paths.items():
        if method == "GET":
            assert client.get(path).status_code in (200, 303), endpoint
            assert client.head(path).status_code in (200, 303), endpoint
    assert digest() == before


def test_an_application_that_is_not_there_is_not_found(desk: Desk) -> None:
    client = desk(Role.COORDINATOR)
    assert client.get("/staff/applications/99999999").status_code == 404
    assert send(client, "/staff/applications/99999999/claim").status_code == 404


def test_what_belongs_to_another_file_is_answered_like_what_is_not_there(
    network: Network, desk: Desk
) -> None:
    """Document, match and hand-over numbers of one file, asked of another."""
    client, other = desk(Role.COORDINATOR), make_case(Status.GATHERING)
    for endpoint, fields in {
        "staff.accept": {"expires_on": "2027-01-01"},
        "staff.reject": {"reason": "not readable"},
        "staff.resolve": {"resolution": "different", "reason": "the birth dates differ"},
        "staff.settle": {"outcome": "sent", "reason": "the server log says so"},
        "staff.send_discrepancy_notice": {"said": "In force", "found": "It ended in June."},
        "staff.answer_rights": {"answer": "We asked the board again."},
        "staff.make_again": {"reason": "the template was mended"},
        "staff.hearing": {"hearing_on": "2099-01-01"},
        "staff.refuse": {"reason": "nothing kept them"},
        "staff.follow_up": {"note": "nothing was wrong"},
        "staff.mark_adverse": {"reportable": "no", "why": "missing papers"},
        "staff.report_adverse": {"reference": "5500-1234"},
        "staff.act": {"state": "closed", "done": "the practice was called"},
        "staff.amend": {"reference": "5500-1235", "why": "reversed on appeal"},
    }.items():
        own = network.paths["POST", endpoint].split("/")
        foreign = "/".join([*own[:3], str(other.id), *own[4:]])
        missing = "/".join([*foreign.split("/")[:5], "9999", *foreign.split("/")[6:]])
        answers = [send(client, path, **fields) for path in (foreign, missing)]
        assert [answer.status_code for answer in answers] == [404, 404], endpoint
        assert without_token(answers[0].text) == without_token(answers[1].text)


def test_an_account_that_was_closed_is_signed_out(app: Flask) -> None:
    staff = make_staff(Role.SPECIALIST, name="Soon Gone")
    client = signed_in(app, staff)
    assert client.get("/staff").status_code == 200
    with committed():
        close_account(staff, OPERATOR)
    assert client.get("/staff").status_code == 302
