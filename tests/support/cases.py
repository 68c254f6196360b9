"""Cases at every stage, made through the services as people make them, and the staff who work on them.

Everything here needs an application context. The cast of one database: the desk (a specialist and a coordinator who
gather the evidence), a medical director and three committee members who decide.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import (
    AgendaItem,
    Appeal,
    Application,
    Decision,
    Document,
    EvidenceFile,
    Invitation,
    Letter,
    Meeting,
    Participation,
    RightsRequest,
    Staff,
)
from onboarding.policy.committee import outcome_row
from onboarding.policy.deadlines import after
from onboarding.policy.documents import DocumentRow, outstanding
from onboarding.policy.people import CLOCK, Actor, applicant
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import RunsOut, VerificationRow, required
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    Channel,
    DecisionOutcome,
    DocumentKind,
    DocumentState,
    ProviderType,
    Role,
    Status,
    VerificationMethod,
    VerificationResult,
    VoteChoice,
)
from onboarding.queries.committee import find_meeting_on, list_in_office, list_votes, statement_until
from onboarding.queries.exclusions import find_current_list
from onboarding.queries.files import LEIE, find_agenda_item, get_application, get_credentialing_file
from onboarding.services.accounts import create_account
from onboarding.services.appeals import accept_appeal, ask_appeal
from onboarding.services.apply import save_answers, start_draft, submit_application, withdraw_application
from onboarding.services.authorizations import order_ccvs, receive_ccvs, record_caqh
from onboarding.services.committee import record_attendance, seat_member, sign_statement
from onboarding.services.decisions import (
    approve_clean_file,
    decide_in_committee,
    place_on_agenda,
    terminate_participation,
)
from onboarding.services.documents import accept_document, receive_document
from onboarding.services.drafts import expire_draft, tell_of_deletion
from onboarding.services.evidence_files import NewFile
from onboarding.services.exclusions import check_exclusion_file, import_exclusion_list
from onboarding.services.holds import admit_letters
from onboarding.services.invitations import refer_provider
from onboarding.services.letter_facts import stated
from onboarding.services.letters import claim_letters, complete_rendering
from onboarding.services.meetings import plan_meeting
from onboarding.services.missing_documents import write_missing_document_letter
from onboarding.services.outbox import claim_message, settle_sent
from onboarding.services.returns import return_to_applicant
from onboarding.services.rights import ask_correction
from onboarding.services.screening import screen_application
from onboarding.services.verifications import record_verification
from onboarding.services.votes import record_votes
from onboarding.services.workflow import take_step
from onboarding.storage import Store
from tests.support.files import pdf_bytes
from tests.support.people import contract_answers, npi, signature
from tests.support.worlds import is_untouched, keep, put_back

PASSWORD = "correct horse battery staple"
OPERATOR = Actor(None, "Operator", frozenset({Role.ADMINISTRATOR}))
_HEADER = (
    "LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,EXCLTYPE,EXCLDATE,"
    "REINDATE,WAIVERDATE,WVRSTATE"
)
_NOBODY = ("QUENNELL,OSRIC,T,,IND- LIC HC SERV,NURSE/NURSES AIDE,,0000000000,19510704,12 Elm Row,Bisbee,AZ,85603,"
           "1128b4,20080320,00000000,00000000,")  # fmt: skip
_numbers = count(1)


def make_staff(*roles: Role, name: str = "") -> Staff:
    """An account with these roles; asked again by the same name, the same account."""
    name = name or f"{(roles or (Role.SPECIALIST,))[0].value.replace('_', ' ').title()} {next(_numbers)}"
    email = f"{re.sub('[^a-z0-9]+', '.', name.lower())}@plan.example"
    found = db.session.scalars(select(Staff).where(Staff.email == email)).one_or_none()
    if found is not None:
        return found
    with committed():
        return create_account(
            name=name, email=email, password=PASSWORD, roles=list(roles or (Role.SPECIALIST,)), actor=OPERATOR
        )


def actor_of(staff: Staff) -> Actor:
    """The member of staff as the services know people."""
    return Actor(staff.id, staff.name, staff.role_set)


def specialist() -> Actor:
    """Who gathers the evidence of every case here."""
    return actor_of(make_staff(Role.SPECIALIST, name="Rosa Delgado"))


def coordinator() -> Actor:
    return actor_of(make_staff(Role.COORDINATOR, name="Curtis Bell"))


def director() -> Actor:
    return actor_of(make_staff(Role.MEDICAL_DIRECTOR, name="Amara Nwosu"))


def members() -> list[Staff]:
    """Three committee members: a quorum."""
    return [
        make_staff(Role.COMMITTEE_MEMBER, name=name) for name in ("Lena Fisk", "Tom Arden", "Priya Menon")
    ]


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """The business date moved, and moved back."""
    before = current_app.config["TODAY"]
    current_app.config["TODAY"] = day
    try:
        yield
    finally:
        current_app.config["TODAY"] = before


def import_list(*rows: str) -> None:
    """Import an exclusion list of one stranger and these rows, through the importer; rows are lines of the CSV."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "UPDATED.csv"
        path.write_text("\n".join((_HEADER, _NOBODY, *rows)) + "\n")
        checked = check_exclusion_file(LEIE, path)
        with committed():
            import_exclusion_list(checked, actor=OPERATOR)


def upload(
    application: Application, kind: DocumentKind, expires_on: date | None = None, text: str = "", *,
    pages: int = 1, data: bytes = b"", media_type: str = "application/pdf",
) -> Document:  # fmt: skip
    """A real PDF, or these bytes, stored and received for this application."""
    data = data or pdf_bytes(text or f"{kind.value} of {application.name}", pages)
    stored = Store(current_app.extensions["settings"].storage).put("documents", data)
    with committed():
        return receive_document(
            get_application(application.id, for_change=True),
            kind,
            applicant(application.form.contact_name),
            file_name=f"{kind.value}.pdf",
            media_type=media_type,
            size=stored.size,
            pages=pages,
            sha256=stored.sha256,
            storage_key=stored.key,
            expires_on=expires_on or today() + timedelta(days=300),
        )


def upload_all(application: Application) -> None:
    """Everything asked of the applicant, sent and waiting for review."""
    for item in outstanding(get_credentialing_file(application)):
        upload(application, item.row.kind)


def accept_all(application: Application, actor: Actor | None = None) -> None:
    """Every document that waits, accepted."""
    waiting = select(Document).where(
        Document.application_id == application.id, Document.state == DocumentState.RECEIVED
    )
    with committed():
        file = get_application(application.id, for_change=True)
        for document in db.session.scalars(waiting):
            accept_document(file, document, actor or specialist())


def authorize(
    application: Application,
    actor: Actor | None = None,
    *,
    plan_listed: bool = True,
    attested_on: date | None = None,
) -> None:
    """CAQH looked up, or the CCVS profile ordered and received; nothing for organizations."""
    kind = provider_type(application.provider_type).authorization
    who = actor or specialist()
    with committed():
        file = get_application(application.id, for_change=True)
        if kind is AuthorizationKind.CAQH:
            record_caqh(
                file, who, plan_listed=plan_listed, attested_on=attested_on or today() - timedelta(days=20),
                evidence="CAQH provider page",
            )  # fmt: skip
        if kind is AuthorizationKind.CCVS:
            order_ccvs(file, who, reference="CCVS-1042")
            db.session.flush()
            receive_ccvs(file, who)


def verify(
    application: Application, row: VerificationRow, result: VerificationResult = VerificationResult.VERIFIED
) -> None:
    """One fact checked at the first source that counts."""
    who = specialist()
    with committed():
        record(get_application(application.id, for_change=True), row, who, result)


def record(
    application: Application,
    row: VerificationRow,
    who: Actor,
    result: VerificationResult = VerificationResult.VERIFIED,
    *,
    until: date | None = None,
) -> None:
    until = until or today() + timedelta(days=400)
    record_verification(
        application,
        row.kind,
        who,
        about=row.about,
        source=row.sources[0],
        method=VerificationMethod.WEBSITE,
        result=result,
        reference=f"{row.kind.value} {204417 + application.id}",
        good_until=until if row.runs_out is RunsOut.ALWAYS else None,
        note="" if result is VerificationResult.VERIFIED else "See the printed page in the file.",
    )


def verify_with_file(application: Application, row: VerificationRow) -> EvidenceFile:
    """One fact checked, with the page that the source showed."""
    data, who = pdf_bytes(f"{row.label} of {application.name}"), specialist()
    stored = Store(current_app.extensions["settings"].storage).put("evidence", data)
    file = NewFile("board page.pdf", "application/pdf", stored.size, stored.sha256, stored.key)
    with committed():
        record = record_verification(
            get_application(application.id, for_change=True), row.kind, who, about=row.about, source=row.sources[0],
            method=VerificationMethod.WEBSITE, result=VerificationResult.VERIFIED, file=file,
            good_until=today() + timedelta(days=400) if row.runs_out is RunsOut.ALWAYS else None,
        )  # fmt: skip
    assert record.evidence_file is not None
    return record.evidence_file


def verify_all(application: Application) -> None:
    who = specialist()
    with committed():
        found = get_application(application.id, for_change=True)
        for row in required(get_credentialing_file(found)):
            record(found, row, who)


def screen(application: Application) -> None:
    """Screened against the list, which is imported first where there is none."""
    if find_current_list(LEIE) is None:
        import_list()
    who = specialist()
    with committed():
        screen_application(get_application(application.id, for_change=True), who)


def ask(application: Application, about: str = "License to practice") -> RightsRequest:
    """A correction asked for by the applicant, as of right."""
    with committed():
        found = get_application(application.id, for_change=True)
        who = applicant(found.form.contact_name)
        return ask_correction(
            found,
            who,
            about=about,
            wrong="You hold that my license ended in June.",
            right="It was renewed in May and runs for two years.",
        )


def refer(**changes: str) -> Invitation:
    """A provider referred to us by somebody from outside."""
    answers = {
        "name": "Odalys Fontaine, LCSW",
        "specialty": "Clinical social work",
        "county": "Desha",
        "email": "odalys@fontaine.example",
        "why": "She is the only counselor for families in McGehee.",
        "referred_by": "Wendell Pruitt",
    }
    with committed():
        return refer_provider({**answers, **changes})


def participating(due_on: date) -> Participation:
    """A provider in the network whose recredentialing is due on that day."""
    application = make_case(Status.PARTICIPATING)
    with committed() as session:
        participation = session.get_one(Participation, application.participation_id)
        participation.recredentialing_due_on = due_on
    return participation


def letters_leave() -> None:
    """Every letter that waits is rendered (as a plain PDF) and handed over by every channel, by the services."""
    store = Store(current_app.extensions["settings"].storage)
    while True:
        with committed():
            claims = claim_letters(50)
        for claim in claims:
            stored = store.put("letters", pdf_bytes(f"Letter {claim.letter_id}"))
            with committed():
                complete_rendering(
                    claim,
                    facts=stated(db.session.get_one(Letter, claim.letter_id)),
                    storage_key=stored.key,
                    sha256=stored.sha256,
                    size=stored.size,
                    mail_domain="plan.example",
                )
        if not claims:
            break
    for channel in Channel:
        with committed():
            admit_letters()
        while True:
            with committed():
                message = claim_message(channel)
                if message is None:
                    break
                settle_sent(message, f"Handed over by {channel.value} in a test")


def step(application: Application, action: Action, actor: Actor, **details: Any) -> None:
    """One plain step of the workflow."""
    with committed():
        take_step(get_application(application.id, for_change=True), action, actor, **details)


def make_draft(code: ProviderType = ProviderType.LCSW, **changes: Any) -> Application:
    """A filled-in draft that has not been sent."""
    row = provider_type(code)
    number = next(_numbers)
    unlike = {"npi": npi(number), "tax_id": f"{21 + number % 70:02d}{1000000 + number:07d}"}
    with committed():
        application = start_draft(row.kinds[0], code)
        save_answers(application, contract_answers(code, **{**unlike, **changes}))
    return application


def _submit(application: Application) -> None:
    with committed():
        file = get_application(application.id, for_change=True)
        if file.cycle > 1:  # a renewal asks the questions to attest anew
            save_answers(file, {**contract_answers(file.provider_type), **file.form.answers})
        submit_application(file, signature=signature(file.form.answers), agreed=True)


def _accept(application: Application) -> None:
    step(application, Action.ACCEPT, specialist())


def _return(application: Application) -> None:
    who = specialist()
    with committed():
        return_to_applicant(
            get_application(application.id, for_change=True),
            who,
            "The license number is not the one your board shows.",
        )


def _gather(application: Application) -> None:
    upload_all(application)
    accept_all(application)
    authorize(application)
    step(application, Action.COMPLETE_FILE, specialist())


def _verify(application: Application) -> None:
    verify_all(application)
    screen(application)
    step(application, Action.FINISH_VERIFICATION, specialist())


def others() -> list[Staff]:
    """Three other committee members, who decided nothing before."""
    return [make_staff(Role.COMMITTEE_MEMBER, name=name) for name in ("Ada Quill", "Jon Pryor", "Mina Rook")]


def convene(table: list[Staff] | None = None) -> list[Staff]:
    """The three members in office, or these, each with the statement of the year signed."""
    lead, table = coordinator(), table or members()
    until = statement_until([member.id for member in table], today())
    office = {term.staff_id for term in list_in_office(today())}
    with committed():
        for member in table:
            if member.id not in office:
                seat_member(
                    member, lead, specialty="Family medicine", chair=member.name == "Lena Fisk",
                    term_from=today() - timedelta(days=365), term_to=None,
                )  # fmt: skip
            if member.id not in until or until[member.id] < today():
                sign_statement(actor_of(member))
    return table


def meeting_on(day: date) -> Meeting:
    """The meeting of that day, planned by the coordinator where there is none; inside committed()."""
    query = select(Staff).where(Staff.name == "Curtis Bell")
    return find_meeting_on(day) or plan_meeting(
        actor_of(db.session.scalars(query).one()), held_on=day, starts_at="12:00", place="Room 204"
    )


def place(application: Application, day: date | None = None) -> AgendaItem:
    """On the agenda of the meeting of that day, today's unless said."""
    who = coordinator()
    convene()
    with committed():
        found = get_application(application.id, for_change=True)
        return place_on_agenda(found, who, meeting_on(day or today()))


def _place(application: Application) -> None:
    place(application)


def vote(
    application: Application,
    choice: VoteChoice = VoteChoice.APPROVE,
    most: int = 3,
    table: list[Staff] | None = None,
) -> list[Staff]:
    """The roll is called, and so many of the three members present vote alike."""
    lead, table = coordinator(), convene(table)[:most]
    with committed():
        found = get_application(application.id, for_change=True)
        item = find_agenda_item(found.id)
        record_attendance(
            item.meeting, lead, {member.id for member in table}, chair_id=table[0].id if table else None
        )
        shown = {cast.staff_id: cast.choice for cast in list_votes([item.id])}
        record_votes(item, found, lead, {member.id: choice for member in table}, shown=shown)
    return table


def approve(application: Application) -> None:
    """The medical director signs a clean file; one still being verified is finished first."""
    if get_application(application.id).status is Status.VERIFYING:
        step(application, Action.FINISH_VERIFICATION, specialist())
    who = director()
    with committed():
        approve_clean_file(get_application(application.id, for_change=True), who)


def _deny(application: Application) -> None:
    decide(application, DecisionOutcome.DENIED, reason="The license was lapsed on the day of the meeting.")


def decide(
    application: Application,
    outcome: DecisionOutcome,
    *,
    reason: str = "The committee read the whole file.",
    table: list[Staff] | None = None,
) -> Decision:
    """Three members at the table vote alike, and the medical director records what they decided; of another table, its
    first member does."""
    row, who = outcome_row(outcome), actor_of(table[0]) if table else director()
    vote(application, row.choice, table=table)
    with committed():
        return decide_in_committee(
            get_application(application.id, for_change=True),
            who,
            outcome,
            reason=reason,
            codes=["license"] if row.coded else [],
            follow_up_on=today() + timedelta(days=90) if row.followed_up else None,
        )


def _join(application: Application) -> None:
    letters_leave()
    step(application, Action.CONFIRM_WELCOME, CLOCK)


def restrict(application: Application) -> None:
    """Approved with conditions, and in the network."""
    decide(application, DecisionOutcome.APPROVED_WITH_CONDITIONS, reason="Supervised for six months.")
    _join(application)


def _terminate(application: Application) -> None:
    who = director()
    with committed():
        terminate_participation(
            get_application(application.id, for_change=True),
            who,
            "The provider moved out of the state.",
            ["left"],
        )


def appeal(application: Application, reason: str = "They wrote in time.") -> Appeal:
    """The applicant asks for an appeal, and the coordinator lets it in."""
    who, lead = applicant(application.form.contact_name), coordinator()
    with committed():
        asked = ask_appeal(
            get_application(application.id, for_change=True), who, "The board has corrected its record."
        )
    with committed():
        accept_appeal(get_application(application.id, for_change=True), lead, reason)
    return asked


def withdraw(application: Application) -> None:
    """The coordinator withdraws at the applicant's word."""
    who = coordinator()
    with committed():
        withdraw_application(
            get_application(application.id, for_change=True), who, "The applicant called and withdrew."
        )


def _ask(application: Application) -> None:
    """The first, the second and the final letter, each on its day, and each leaves."""
    begun = today()
    for name in ("missing_documents_first", "missing_documents_second", "missing_documents_final"):
        with on_day(after(name, begun)):
            with committed():
                write_missing_document_letter(get_application(application.id, for_change=True), specialist())
            letters_leave()


def _discontinue(application: Application) -> None:
    step(application, Action.DISCONTINUE, coordinator())


def _expire(application: Application) -> None:
    with on_day(today() - timedelta(days=5)), committed():
        tell_of_deletion(get_application(application.id, for_change=True))
    with committed():
        expire_draft(get_application(application.id, for_change=True), CLOCK)


def _appeal(application: Application) -> None:
    appeal(application)


Walk = Callable[[Application], None]
_TO_GATHERING: tuple[Walk, ...] = (_submit, _accept)
_TO_READY: tuple[Walk, ...] = (*_TO_GATHERING, _gather, _verify)

# The way to each status. What must lie in the past is walked that many days ago, up to the last step.
WALKS: dict[Status, tuple[Walk, ...]] = {
    Status.DRAFT: (),
    Status.RECEIVED: (_submit,),
    Status.RETURNED: (_submit, _return),
    Status.GATHERING: _TO_GATHERING,
    Status.VERIFYING: (*_TO_GATHERING, _gather),
    Status.READY: _TO_READY,
    Status.IN_COMMITTEE: (*_TO_READY, _place),
    Status.APPROVED: (*_TO_READY, approve),
    Status.PARTICIPATING: (*_TO_READY, approve, _join),
    Status.APPEAL_IN_COMMITTEE: (*_TO_READY, _place, restrict, _appeal, _place),
    Status.DENIED: (*_TO_READY, _place, _deny),
    Status.DISCONTINUED: (*_TO_GATHERING, _ask, _discontinue),
    Status.WITHDRAWN: (_submit, withdraw),
    Status.EXPIRED: (_expire,),
    Status.TERMINATED: (*_TO_READY, approve, _join, _terminate),
}
DAYS_AGO: dict[Status, int] = {Status.DISCONTINUED: 60, Status.EXPIRED: 90, Status.APPEAL_IN_COMMITTEE: 7}


def make_case(
    status: Status = Status.RECEIVED, code: ProviderType = ProviderType.LCSW, **changes: Any
) -> Application:
    """An application of a fictional provider in this status, with everything that leads there; changes are answers."""
    what = f"{status} {code} {sorted(changes.items())}"
    kept = put_back(what)
    if kept is not None:
        return get_application(kept)
    untouched = is_untouched()
    *before, last = WALKS[status] or (lambda application: None,)
    with on_day(today() - timedelta(days=DAYS_AGO.get(status, 0))):
        application = make_draft(code, **changes)
        for walk in before:
            walk(application)
    last(application)
    number = application.id
    if untouched:
        keep(what, number)
    found = get_application(number)
    assert found.status is status, f"{found.status} instead of {status}"
    return found


def asked_documents(application: Application) -> list[DocumentRow]:
    """The documents still awaited from the applicant."""
    return [item.row for item in outstanding(get_credentialing_file(application))]
