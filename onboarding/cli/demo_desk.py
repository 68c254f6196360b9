"""What the desk, the committee and the operator do in the demonstration network, one function an act.

Each goes through the services as a page would do it, on the business date it is given by the timeline.
"""

import tempfile
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from onboarding.cli.accounts import OPERATOR
from onboarding.cli.demo_case import Act, Case, Desk, working_day
from onboarding.cli.demo_papers import exclusion_list
from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.letters import hand_over_mail, render_letters
from onboarding.mail import MailInDoubt, make_transport
from onboarding.models import Document, Meeting, Staff
from onboarding.policy.committee import outcome_row
from onboarding.policy.deadlines import after
from onboarding.policy.file import Request
from onboarding.policy.guards import screening_done
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import RunsOut, required
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    DecisionOutcome,
    DocumentKind,
    DocumentState,
    MatchResolution,
    PaperKind,
    ProviderKind,
    QuorumRule,
    Role,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)
from onboarding.queries.committee import find_meeting_on
from onboarding.queries.files import (
    LEIE,
    find_agenda_item,
    find_screening,
    get_application,
    get_credentialing_file,
)
from onboarding.services.apply import count_referral, withdraw_application
from onboarding.services.assignments import claim_application
from onboarding.services.authorizations import order_ccvs, receive_ccvs, record_caqh
from onboarding.services.committee import (
    close_meeting,
    record_attendance,
    seat_member,
    sign_statement,
)
from onboarding.services.decisions import (
    approve_clean_file,
    decide_in_committee,
    place_on_agenda,
    terminate_participation,
)
from onboarding.services.documents import accept_document, reject_document
from onboarding.services.exclusions import check_exclusion_file, import_exclusion_list
from onboarding.services.meetings import plan_meeting
from onboarding.services.minutes import attest_minutes, draft_minutes
from onboarding.services.papers import ask_for_paper
from onboarding.services.returns import return_to_applicant
from onboarding.services.screening import resolve_match, screen_application
from onboarding.services.verifications import record_verification
from onboarding.services.votes import record_votes
from onboarding.services.workflow import take_step

# So many of the members come to the meetings of the first decisions; the others hear appeals.
FIRST_PANEL = 3


def accept(case: Case) -> None:
    """A specialist claims the form and accepts it for credentialing."""
    with committed():
        claim_application(case.file, case.specialist)
        take_step(case.file, Action.ACCEPT, case.specialist)


def send_back(reason: str) -> Act:
    """A specialist returns the form with what to fix."""

    def act(case: Case) -> None:
        with committed():
            claim_application(case.file, case.specialist)
            return_to_applicant(case.file, case.specialist, reason)

    return act


def accept_documents(case: Case) -> None:
    """The specialist accepts every document that waits."""
    with committed():
        for document in _waiting(case):
            accept_document(case.file, document, case.specialist)


def reject(kind: DocumentKind, reason: str) -> Act:
    """The specialist rejects the document of this kind, with a reason the applicant reads."""

    def act(case: Case) -> None:
        with committed():
            for document in _waiting(case):
                if document.kind is kind:
                    reject_document(case.file, document, case.specialist, reason)

    return act


def _waiting(case: Case) -> list[Document]:
    query = select(Document).where(
        Document.application_id == case.application_id, Document.state == DocumentState.RECEIVED
    )
    return list(db.session.scalars(query.order_by(Document.id)))


def authorize(case: Case) -> None:
    """The specialist finds the plan listed in CAQH, or orders the CCVS profile and gets it."""
    way = provider_type(case.code).authorization
    with committed():
        if way is AuthorizationKind.CAQH:
            attested_on = today() - timedelta(days=25)
            record_caqh(
                case.file, case.specialist, plan_listed=True, attested_on=attested_on,
                evidence="CAQH provider page, printed to the file",
            )  # fmt: skip
        if way is AuthorizationKind.CCVS:
            order_ccvs(case.file, case.specialist, reference=f"DEMO-{case.number:04d}")
            db.session.flush()
            receive_ccvs(case.file, case.specialist)


def order_profile(case: Case) -> None:
    """The CCVS profile is ordered and has not come."""
    with committed():
        order_ccvs(case.file, case.specialist, reference=f"DEMO-{case.number:04d}")


def find_plan_unlisted(case: Case) -> None:
    """CAQH does not list the plan yet."""
    with committed():
        record_caqh(
            case.file, case.specialist, plan_listed=False, attested_on=today() - timedelta(days=40),
            evidence="CAQH provider page, Authorization tab",
            note="Asked the practice to check our plan on the Authorization tab.",
        )  # fmt: skip


def complete(case: Case) -> None:
    """Authorization and documents are there: verification starts."""
    with committed():
        take_step(case.file, Action.COMPLETE_FILE, case.specialist)


def verify(
    most: int = 99,
    *,
    finding: VerificationKind | None = None,
    result: VerificationResult = VerificationResult.DISCREPANCY,
    note: str = "",
) -> Act:
    """The specialist verifies the next facts, at most so many; one of them with a finding."""

    def act(case: Case) -> None:
        with committed():
            rows = [
                row for row in required(get_credentialing_file(case.file)) if row.element not in case.done
            ]
            for row in rows[:most]:
                odd = row.kind is finding
                record_verification(
                    case.file,
                    row.kind,
                    case.specialist,
                    about=row.about,
                    source=row.sources[0],
                    method=VerificationMethod.WEBSITE,
                    result=result if odd else VerificationResult.VERIFIED,
                    reference=f"Page printed {today():%Y%m%d}, {case.number:04d}",
                    good_until=after("recredentialing_cycle", today())
                    if row.runs_out is RunsOut.ALWAYS
                    else None,
                    note=note if odd else "",
                )
                case.done.add(row.element)

    return act


def screen(case: Case) -> None:
    """The specialist screens the applicant against the exclusion list of the day."""
    with committed():
        screen_application(case.file, case.specialist)


def rule_out(case: Case) -> None:
    """The specialist finds that every possible match is somebody else."""
    reason = "Another person: the court record names another date of birth and another state."
    with committed():
        found = find_screening(get_application(case.application_id))
        for match in found.matches if found else ():
            if match.resolution is None:
                resolve_match(match, case.specialist, MatchResolution.DIFFERENT, reason)


def finish(case: Case) -> None:
    """Every fact is checked: the file is ready for a decision."""
    screen_again(case)
    with committed():
        take_step(case.file, Action.FINISH_VERIFICATION, case.specialist)


def screen_again(case: Case) -> None:
    """Where a newer list has come since, the file is screened in that one too, here or by the clock before; what that
    found is somebody else."""
    file = get_credentialing_file(get_application(case.application_id))
    if screening_done(file, Request(Action.FINISH_VERIFICATION, case.specialist.roles)):
        screen(case)
    rule_out(case)


def approve(case: Case) -> None:
    """The medical director approves the clean file."""
    screen_again(case)
    with committed():
        approve_clean_file(case.file, case.desk.actor(Role.MEDICAL_DIRECTOR))


class _GoneAway:
    """A mail server that goes away in the middle of every message to one address, and takes the others."""

    def __init__(self, address: str, settings: Settings):
        self._address, self._other = address, make_transport(settings)

    def send(self, message: EmailMessage) -> str:
        if self._address in str(message["To"]):
            raise MailInDoubt("The mail server went away while it took the message.")
        return self._other.send(message)


def lose_the_mail(case: Case) -> None:
    """The mail server goes away during the welcome letter: a coordinator has to settle whether it was taken."""
    settings: Settings = current_app.extensions["settings"]
    address = get_application(case.application_id).form.contact_email
    render_letters(settings)
    hand_over_mail(settings, _GoneAway(address, settings))


def place(meeting_ago: int, quorum: QuorumRule = QuorumRule.HALF_OF_MEMBERS) -> Act:
    """The coordinator places the file on the agenda of the meeting of so many days ago (negative: still to come)."""

    def act(case: Case) -> None:
        with committed():
            meeting = _meeting(case.desk, working_day(case.desk.base, meeting_ago), quorum)
            place_on_agenda(case.file, case.desk.actor(Role.COORDINATOR), meeting)

    return act


def _meeting(desk: Desk, held_on: date, quorum: QuorumRule = QuorumRule.HALF_OF_MEMBERS) -> Meeting:
    return find_meeting_on(held_on) or plan_meeting(
        desk.actor(Role.COORDINATOR), held_on=held_on, starts_at="12:15",
        place="Conference room 4, or by video from the link in the calendar", quorum_rule=quorum,
    )  # fmt: skip


def seat_members(desk: Desk) -> None:
    """The coordinator seats the members, the medical director in the chair."""
    specialties = (
        "Family medicine", "Psychiatry", "Clinical social work", "Pediatrics", "Psychology", "Primary care",
    )  # fmt: skip
    lead, chair = desk.actor(Role.COORDINATOR), desk.actor(Role.MEDICAL_DIRECTOR)
    people = [(chair, "Internal medicine"), *zip(desk.staff[Role.COMMITTEE_MEMBER], specialties, strict=True)]
    with committed():
        for person, specialty in people:
            seat_member(
                db.session.get(Staff, person.id), lead, specialty=specialty, chair=person is chair, term_from=today(),
                term_to=None,
            )  # fmt: skip


def sign_statements(desk: Desk) -> None:
    """Every member signs the statement of the year."""
    with committed():
        for person in (desk.actor(Role.MEDICAL_DIRECTOR), *desk.staff[Role.COMMITTEE_MEMBER]):
            sign_statement(person)


def close_record(desk: Desk, meeting_ago: int, *, attested: bool) -> None:
    """The coordinator closes the meeting and drafts its minutes; the chair attests them, or has not yet."""
    lead, chair = desk.actor(Role.COORDINATOR), desk.actor(Role.MEDICAL_DIRECTOR)
    with committed():
        meeting = find_meeting_on(working_day(desk.base, meeting_ago))
        assert meeting is not None, "its files were placed before"
        close_meeting(meeting, lead)
        minutes = draft_minutes(meeting, lead)
        if attested:
            attest_minutes(meeting, chair, minutes.version)
            ask_for_paper(meeting, PaperKind.MINUTES, chair)


def make_packet(desk: Desk, meeting_ago: int) -> None:
    """The coordinator has the packet of the coming meeting laid out."""
    with committed():
        ask_for_paper(
            _meeting(desk, working_day(desk.base, meeting_ago)),
            PaperKind.PACKET,
            desk.actor(Role.COORDINATOR),
        )


def decide(outcome: DecisionOutcome, reason: str) -> Act:
    """The committee meets, votes and decides; the medical director records it."""

    def act(case: Case) -> None:
        screen_again(case)
        row, lead = outcome_row(outcome), case.desk.actor(Role.COORDINATOR)
        people = [
            case.desk.actor(Role.MEDICAL_DIRECTOR),
            *case.desk.staff[Role.COMMITTEE_MEMBER][:FIRST_PANEL],
        ]
        present = {person.id for person in people if person.id}
        with committed():
            application, item = case.file, find_agenda_item(case.application_id)
            assert item is not None, "the file was placed before"
            record_attendance(item.meeting, lead, present)
            record_votes(item, application, lead, dict.fromkeys(present, row.choice))
        with committed():
            decide_in_committee(
                case.file,
                case.desk.actor(Role.MEDICAL_DIRECTOR),
                outcome,
                reason=reason,
                codes=["license", "untrue"] if row.coded else [],
                follow_up_on=today() + timedelta(days=60) if row.followed_up else None,
            )

    return act


def withdraw(reason: str) -> Act:
    """The applicant calls, and the coordinator withdraws the application."""

    def act(case: Case) -> None:
        with committed():
            withdraw_application(case.file, case.desk.actor(Role.COORDINATOR), reason)

    return act


def terminate(reason: str, code: str) -> Act:
    """The medical director ends the participation, for this reason and its code."""

    def act(case: Case) -> None:
        with committed():
            terminate_participation(case.file, case.desk.actor(Role.MEDICAL_DIRECTOR), reason, [code])

    return act


def import_list() -> None:
    """The operator imports the exclusion list of the month."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "UPDATED.csv"
        path.write_text(exclusion_list(today()), encoding="utf-8")
        checked = check_exclusion_file(LEIE, path)
        with committed():
            import_exclusion_list(checked, actor=OPERATOR)


def refer(kind: ProviderKind) -> None:
    """Somebody asks for a kind of provider that a partner enrolls."""
    with committed():
        count_referral(kind)
