"""Reading one application as the policy sees it: the credentialing file."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select, union

from onboarding.clock import on_day, today
from onboarding.errors import NotFound
from onboarding.extensions import db, is_writing
from onboarding.models import (
    AgendaItem,
    Appeal,
    Application,
    Authorization,
    Document,
    DraftNotice,
    ExclusionList,
    ExclusionMatch,
    Letter,
    OutboxMessage,
    Participation,
    Screening,
    Verification,
)
from onboarding.policy.asking import ASKING_LETTERS
from onboarding.policy.attestation import disclosed_before, disclosures
from onboarding.policy.file import (
    AppealFact,
    CredentialingFile,
    LetterFact,
    Past,
    VerificationFact,
)
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import (
    DocumentState,
    LetterKind,
    LetterState,
    MessageState,
    ParticipationState,
)
from onboarding.policy.workflow import DRAFT_STATUSES, ENDED_STATUSES, UNIQUE_STATUSES
from onboarding.queries.committee import concerned, list_recusals, seats_needed
from onboarding.queries.facts import (
    authorization_fact,
    document_fact,
    letter_fact,
    licence_facts,
    screening_fact,
    traits_of,
)
from onboarding.queries.monitoring import facts_since, hands_in, list_findings
from onboarding.queries.papers import claims_of, files_with_papers
from onboarding.queries.past import find_past

LEIE = "leie"
UNSETTLED_MESSAGES = (MessageState.IN_DOUBT, MessageState.FAILED)


def get_application(application_id: int, *, for_change: bool = False) -> Application:
    """One application; locked and read afresh when it is about to be changed, inside committed(). Raises NotFound."""
    query = select(Application).where(Application.id == application_id)
    if for_change:
        assert is_writing(), "an application is read for a change inside committed() only"
        query = query.with_for_update(of=Application).execution_options(populate_existing=True)
    found = db.session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such application.")
    return found


def list_documents(application_id: int) -> list[Document]:
    """Every file sent for one application, oldest first."""
    query = select(Document).where(Document.application_id == application_id).order_by(Document.id)
    return list(db.session.scalars(query))


def list_on_file(application: Application) -> list[Document]:
    """Documents accepted for an earlier application of the same participation, oldest first; those that have run out too:
    each is judged by its own date."""
    if application.participation_id is None:
        return []
    query = (
        select(Document)
        .join(Application, Application.id == Document.application_id)
        .where(
            Application.participation_id == application.participation_id,
            Application.id < application.id,
            Document.state == DocumentState.ACCEPTED,
        )
        .order_by(Document.id)
    )
    return list(db.session.scalars(query))


def count_documents(application_id: int) -> int:
    """How many files were sent for one application."""
    query = select(func.count()).select_from(Document).where(Document.application_id == application_id)
    return db.session.scalar(query) or 0


def list_verifications(application_id: int) -> list[Verification]:
    """Every verification recorded, oldest first; for each fact the last one counts."""
    query = (
        select(Verification).where(Verification.application_id == application_id).order_by(Verification.id)
    )
    return list(db.session.scalars(query))


def find_authorization(application: Application) -> Authorization | None:
    """The latest authorization recorded for who the provider is now said to be."""
    query = (
        select(Authorization)
        .where(
            Authorization.application_id == application.id, Authorization.statement == application.statement
        )
        .order_by(Authorization.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def find_screening(application: Application) -> Screening | None:
    """The latest exclusion screening of who the provider is now said to be."""
    query = (
        select(Screening)
        .where(Screening.application_id == application.id, Screening.statement == application.statement)
        .order_by(Screening.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def list_letters(application_id: int) -> list[Letter]:
    """Every letter written for one application, oldest first."""
    query = select(Letter).where(Letter.application_id == application_id).order_by(Letter.id)
    return list(db.session.scalars(query))


def is_unsettled(letter: Letter) -> bool:
    """Could it not be made, or is a hand-over of it in doubt or failed? The same as `unsettled_letters` counts."""
    doubtful = any(message.state in UNSETTLED_MESSAGES for message in letter.messages)
    return letter.state is LetterState.FAILED or doubtful


def unsettled_letters() -> Any:
    """The statement that counts letters which wait for a person, before it is said of which application."""
    in_doubt = exists().where(
        OutboxMessage.letter_id == Letter.id, OutboxMessage.state.in_(UNSETTLED_MESSAGES)
    )
    counted = select(func.count()).select_from(Letter)
    return counted.where(or_(Letter.state == LetterState.FAILED, in_doubt))


def is_asked_in_round(application: Application) -> bool:
    """Has a letter of this round asked the applicant for something?"""
    query = select(Letter.id).where(
        Letter.application_id == application.id,
        Letter.kind.in_(ASKING_LETTERS),
        Letter.round == application.round,
        Letter.state != LetterState.HELD_BACK,
    )
    return db.session.scalar(query.limit(1)) is not None


def find_agenda_item(application_id: int) -> AgendaItem | None:
    """The latest agenda the application was placed on."""
    query = (
        select(AgendaItem)
        .where(AgendaItem.application_id == application_id)
        .order_by(AgendaItem.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).first()


def find_other_open_application(application: Application) -> int | None:
    """The id of another open application for the same NPI and tax id."""
    if not application.npi or not application.tax_id_digest:
        return None
    query = select(Application.id).where(
        Application.npi == application.npi,
        Application.tax_id_digest == application.tax_id_digest,
        Application.status.in_(UNIQUE_STATUSES),
        Application.id != application.id,
    )
    return db.session.scalars(query.limit(1)).first()


def get_credentialing_file(application: Application, form_problems: Iterable[str] = ()) -> CredentialingFile:
    """Everything the policy may know of this application today."""
    form = application.form
    authorization = find_authorization(application)
    screening = find_screening(application)
    joined, earlier = application.participation, _find_earlier(application)
    recredentialing_due_on, ended_on = cycle_facts(application, joined, earlier)
    monitored = list_findings([joined.id]) if joined else []
    agenda = find_agenda_item(application.id)
    letters = list_letters(application.id)
    records = list_verifications(application.id)
    replaced = {record.replaces_id for record in records}
    attestation = form.attestation or {}
    before = find_past([application.id]).get(application.id, frozenset())
    file = CredentialingFile(
        today=today(),
        **traits_of(application),
        disclosures=disclosures(application.subject, attestation.get("answers", {})),
        disclosed_before=disclosed_before(application.subject, attestation),
        form_problems=tuple(form_problems),
        signed_on=form.signed_on,
        changed_on=on_day(application.changed_at),
        email_given=bool(application.form.email_on_file),
        round=application.round,
        authorization=authorization_fact(authorization),
        documents=(
            *(document_fact(document, on_file=True) for document in list_on_file(application)),
            *(document_fact(document) for document in list_documents(application.id)),
        ),
        verifications=tuple(
            VerificationFact(
                v.kind,
                v.result,
                v.evidenced_on,
                v.verified_by_id,
                v.good_until,
                v.recorded_late_on,
                v.id in replaced,
                v.about or "",
            )
            for v in records
            if v.statement == application.statement
        ),
        screening=screening_fact(screening),
        exclusion_list_imported_on=db.session.scalar(
            select(ExclusionList.imported_on).where(ExclusionList.source == LEIE, ExclusionList.current)
        ),
        letters=(
            *(letter_fact(letter) for letter in letters if letter.state is not LetterState.HELD_BACK),
            *_told_to_group(application),
        ),
        other_open_application=find_other_open_application(application) is not None,
        **licence_facts(application),
        in_network_already=_in_network_already(application, earlier),
        renewed_since=_renewed_since(application),
        past=before,
        appeal=_appeal_fact(application),
        provisional_before=Past.PROVISIONAL in before,
        owners_disclosed=form.answers.get("has_owners") == "yes",
        findings=facts_since(monitored, joined.credentialed_on) if joined else (),
        participation_ended=joined is not None and joined.state is not ParticipationState.ACTIVE,
        recredentialing_due_on=recredentialing_due_on,
        ended_on=ended_on,
        renew_by=joined.recredentialing_due_on
        if joined and joined.application_id == application.id and joined.state is ParticipationState.ACTIVE
        else None,
        unsettled_letters=sum(is_unsettled(letter) for letter in letters),
        hands=_hands(application.id) | hands_in(monitored),
        placed_on_agenda_on=agenda.placed_on if agenda else None,
        meeting_on=agenda.meeting.held_on if agenda else None,
        meeting_state=agenda.meeting.state if agenda else None,
        seats_needed=seats_needed(agenda.meeting) if agenda else PLAN.committee_quorum,
        concerned=concerned(application.npi),
        recused=frozenset(one.staff_id for one in list_recusals([agenda.id])) if agenda else frozenset(),
    )
    return files_with_papers([file], [claims_of(application)])[0]


def cycle_facts(
    application: Application, joined: Participation | None, earlier: Participation | None
) -> tuple[date | None, date | None]:
    """What says whether the application is credentialed as if for the first time: when its recredentialing was due, and
    when the participation ended that it would take up again."""
    past, renews = joined or earlier, joined is not None and _renews(application, joined)
    due_on = joined.recredentialing_due_on if joined and renews else None
    return due_on, past.ended_on if past and past.provisional_until is None else None


def _find_earlier(application: Application) -> Participation | None:
    """The participation that somebody with this NPI and tax id has, or had."""
    if not application.tax_id_digest:
        return None
    query = select(Participation).where(
        Participation.npi == application.npi, Participation.tax_id_digest == application.tax_id_digest
    )
    return db.session.scalar(query)


def _appeal_fact(application: Application) -> AppealFact | None:
    query = select(Appeal).where(Appeal.application_id == application.id, Appeal.outcome.is_(None))
    found = db.session.scalars(query.limit(1)).first()
    if found is None:
        return None
    return AppealFact(found.asked_on, found.late, found.accepted_on is not None, frozenset(found.panel))


def _in_network_already(application: Application, found: Participation | None) -> bool:
    """Is somebody with this NPI and tax id in the network, other than by this application or the one it renews?"""
    if found is None or found.state is not ParticipationState.ACTIVE:
        return False
    return found.application_id != application.id and not _renews(application, found)


def find_renewal_due(application: Application) -> date | None:
    """By when the participation that this application renews is to be recredentialed; None for any other application."""
    joined = application.participation
    return joined.recredentialing_due_on if joined and _renews(application, joined) else None


def _renews(application: Application, participation: Participation) -> bool:
    """Is this the application for the next cycle of that participation, as it now stands?"""
    return application.participation_id == participation.id and application.cycle > participation.cycle


def _hands(application_id: int) -> frozenset[int]:
    """Everyone who ever recorded an authorization or a screening of this application, or settled a match of it."""
    matches = select(ExclusionMatch.resolved_by_id).join(Screening)
    query: Any = union(
        select(Authorization.recorded_by_id).where(Authorization.application_id == application_id),
        select(Screening.screened_by_id).where(Screening.application_id == application_id),
        matches.where(Screening.application_id == application_id),
    )
    return frozenset(who for who in db.session.scalars(query) if who is not None)


def _renewed_since(application: Application) -> bool:
    participation = application.participation
    return participation is not None and participation.application_id != application.id


def _told_to_group(application: Application) -> list[LetterFact]:
    """Of a draft from a roster: the notices of its end, which its group has got in one letter for all."""
    if application.status not in DRAFT_STATUSES:
        return []
    query = select(DraftNotice).where(DraftNotice.application_id == application.id).order_by(DraftNotice.id)
    return [
        LetterFact(LetterKind.DRAFT_EXPIRES, number, application.round, notice.respond_by, None)
        for number, notice in enumerate(db.session.scalars(query), 1)
    ]


def find_renewal(participation: Participation) -> Application | None:
    """The application of the next cycle, if one has been opened and has not ended; the latest."""
    query = select(Application).where(
        Application.participation_id == participation.id,
        Application.cycle == participation.cycle + 1,
        Application.status.not_in(ENDED_STATUSES),
    )
    return db.session.scalars(query.order_by(Application.id.desc())).first()
