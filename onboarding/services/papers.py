"""The PDFs of a meeting: asked for by a person, gathered here, laid out by the clock outside any transaction."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from onboarding.clock import now, on_day, seconds, today
from onboarding.errors import Conflict
from onboarding.extensions import db
from onboarding.letters.packet import PacketEvidence, PacketFile, PacketFinding, PacketView
from onboarding.models import Application, Decision, FileSummary, Meeting, MeetingPaper, Minutes, Screening
from onboarding.policy.attestation import questions_for
from onboarding.policy.committee import UNSEEN_BY_DECIDERS, outcome_row, quorum_row
from onboarding.policy.contract_form import attested_codes
from onboarding.policy.corrections import changes
from onboarding.policy.days import say
from onboarding.policy.documents import requirements
from onboarding.policy.file import CredentialingFile
from onboarding.policy.forecast import dated, forecast
from onboarding.policy.monitoring import kind_row, reached, severity_row, state_row
from onboarding.policy.people import Actor
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import RESULT_LABELS, required
from onboarding.policy.vocabulary import (
    ApplicationKind,
    FindingState,
    MeetingState,
    PaperKind,
    PaperState,
    ScreeningOutcome,
)
from onboarding.queries.committee import find_minutes, find_paper, list_in_office, list_items
from onboarding.queries.files import find_screening, get_credentialing_file, list_verifications
from onboarding.queries.monitoring import Found, list_findings, since
from onboarding.queries.review import list_decisions
from onboarding.services.audit import record_event

LEASE_SECONDS = 300
MOST_ATTEMPTS = 3
Papers = type[MeetingPaper] | type[FileSummary]
_UNTOLD = frozenset({"tax_id", "birth_date"}) | UNSEEN_BY_DECIDERS


def ask_for_paper(meeting: Meeting, kind: PaperKind, actor: Actor) -> MeetingPaper:
    """Have a paper laid out; asked twice while it waits, it is made once. Raises Conflict for minutes that are not
    attested, and for the packet of a canceled meeting."""
    if meeting.state is MeetingState.CANCELED:
        raise Conflict("This meeting is canceled.")
    if kind is PaperKind.MINUTES:
        minutes = find_minutes(meeting.id)
        if minutes is None or minutes.attested_at is None:
            raise Conflict("Minutes go on paper once the chair has attested them.")
    last = find_paper(meeting.id, kind)
    if last is not None and last.state is PaperState.QUEUED:
        return last
    paper = MeetingPaper(
        meeting_id=meeting.id, kind=kind, state=PaperState.QUEUED, asked_at=now(), asked_by_id=actor.id
    )
    db.session.add(paper)
    what = f"Meeting of {say(meeting.held_on)}: {kind.value} asked for"
    record_event(actor=actor, action="ask_for_paper", what=what, details={"meeting": meeting.id})
    return paper


@dataclass(frozen=True)
class PaperClaim:
    """Our hold on one paper of one table while we lay it out."""

    table: Papers
    paper_id: int
    fence: int


def claim_paper(table: Papers) -> PaperClaim | None:
    """The next paper of this table that waits, for one lease; None when none does. After all its attempts a paper has
    failed."""
    moment = seconds()
    waiting = (table.state == PaperState.QUEUED, table.claimed_until < moment)
    db.session.execute(
        update(table)
        .where(*waiting, table.attempts >= MOST_ATTEMPTS)
        .values(state=PaperState.FAILED, error="It could not be laid out. The log of the scheduler says why.")
        .execution_options(synchronize_session=False)
    )
    found = db.session.scalar(
        select(table.id).where(*waiting).order_by(table.id).limit(1).with_for_update(skip_locked=True)
    )
    if found is None:
        return None
    taken = db.session.execute(
        update(table)
        .where(table.id == found, *waiting)
        .values(
            claimed_until=moment + LEASE_SECONDS,
            fence=table.fence + 1,
            attempts=table.attempts + 1,
        )
        .returning(table.id, table.fence)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return PaperClaim(table, taken.id, taken.fence) if taken else None


def complete_paper(claim: PaperClaim, *, storage_key: str, sha256: str) -> bool:
    """Keep where the bytes are. False when another process took the paper over meanwhile."""
    return _settle(claim, state=PaperState.MADE, storage_key=storage_key, sha256=sha256, made_at=now())


def release_paper(claim: PaperClaim, says: str) -> None:
    """It could not be laid out now: it waits for the next attempt."""
    _settle(claim, state=PaperState.QUEUED, error=says[:300])


def _settle(claim: PaperClaim, **values: Any) -> bool:
    done: Any = db.session.execute(
        update(claim.table)
        .where(
            claim.table.id == claim.paper_id, claim.table.fence == claim.fence,
            claim.table.state == PaperState.QUEUED,
        )
        .values(claimed_until=0, **values)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return bool(done.rowcount)


def minutes_words(meeting: Meeting) -> dict[str, Any]:
    """What the paper of the attested minutes says."""
    minutes: Minutes | None = find_minutes(meeting.id)
    assert minutes is not None and minutes.attested_at and minutes.attested_by, "asked for once attested"
    role = "chair" if minutes.attested_by_id == meeting.chair_id else "in place of the chair"
    attested = f"Attested by {minutes.attested_by.name}, {role}, on {say(on_day(minutes.attested_at))}."
    return {"held_on": meeting.held_on, "text": minutes.text, "attested": attested}


def packet_view(meeting: Meeting) -> PacketView:
    """Everything the packet says, in the order of the agenda."""
    members = tuple(
        f"{term.staff.name}{', chair' if term.chair else ''}, {term.specialty}"
        for term in list_in_office(meeting.held_on)
    )
    files = tuple(
        _packet_file(number, meeting, application, item.why)
        for number, (item, application, _) in enumerate(list_items(meeting.id), start=1)
    )
    return PacketView(
        meeting.held_on, meeting.starts_at, meeting.place or "place to be told", quorum_row(meeting.quorum_rule).label.lower(),
        members, say(today()), files,
    )  # fmt: skip


def _packet_file(number: int, meeting: Meeting, application: Application, why: list[str]) -> PacketFile:
    file = get_credentialing_file(application)
    renews = application.kind is ApplicationKind.RECREDENTIALING
    before = _application_before(application) if renews else None
    found = findings_since_decision(application)
    return PacketFile(
        number=number,
        name=application.name,
        provider=provider_type(application.provider_type).label,
        npi=application.npi,
        public_id=application.public_id,
        kind=f"recredentialing, cycle {application.cycle}" if renews else "initial credentialing",
        received_on=application.received_on,
        specialty=application.specialty,
        county=application.county,
        flags=tuple(why),
        disclosed=_disclosed(application),
        evidence=tuple(evidence_lines(application, file, max(meeting.held_on, file.today))),
        stale=tuple(says_stale(file, meeting.held_on)),
        earlier=tuple(_earlier(application, before)),
        changed=_changed(before, application) if renews else None,
        monitored=_monitored(before, application) if renews else None,
        reached=reached(one.fact for one in reversed(found)),
        findings=tuple(map(_finding, found)),
    )


def findings_since_decision(application: Application) -> list[Found]:
    """What monitoring found since the decision on the application before, and what is open still; the newest first."""
    participation = application.participation
    if participation is None:
        return []
    decided_on = _last_decided(_application_before(application)) or participation.credentialed_on
    return since(list_findings([participation.id]), decided_on)


def _finding(one: Found) -> PacketFinding:
    found = one.finding
    done = tuple(f"{say(step.taken_on)}: {step.done}" for step in one.steps)
    return PacketFinding(
        found.received_on, kind_row(found.kind).label, severity_row(found.severity).label, found.says,
        state_row(one.state).label, done, one.state is not FindingState.CLOSED,
    )  # fmt: skip


def _disclosed(application: Application) -> tuple[tuple[str, str], ...]:
    signed = application.form.attestation or {}
    given, explained = signed.get("answers", {}), signed.get("explanations", {})
    return tuple(
        (question.text, explained.get(question.code, ""))
        for question in questions_for(application.subject)
        if question.code in given and given[question.code] is not question.expected
    )


def evidence_lines(
    application: Application, file: CredentialingFile, on: date | None = None
) -> list[PacketEvidence]:
    """Every fact the policy wants verified for a decision on that day, or today, the screening, the signature and the
    documents, with their dates."""
    records = {
        record.element: record
        for record in list_verifications(application.id)
        if record.statement == application.statement
    }
    until = {part.label: part.last_day for part in dated(file)}
    lines = []
    for row in required(file, on):
        record = records.get(row.element)
        found = RESULT_LABELS[record.result].lower() if record else "not checked"
        if record and record.note:
            found = f"{found}: {record.note}"
        lines.append(
            PacketEvidence(
                row.label, found, record.source if record else "", record.evidenced_on if record else None,
                until.get(row.label), odd=record is None or record.result not in row.good,
            )
        )  # fmt: skip
    screened = find_screening(application)
    lines.append(
        PacketEvidence(
            "Exclusion screening", screened.outcome.value.replace("_", " ") if screened else "not checked", "OIG LEIE",
            screened.screened_on if screened else None, until.get("Exclusion screening"),
            odd=screened is None or screened.outcome is not ScreeningOutcome.CLEAR,
        )
    )  # fmt: skip
    lines.append(
        PacketEvidence(
            "The signed application", "signed" if file.signed_on else "not signed", "Applicant", file.signed_on,
            until.get("The signed application"), odd=not file.signed_on,
        )
    )  # fmt: skip
    given = file.authorization
    for label, dated_on in (
        ("The CAQH attestation", given and given.attested_on),
        ("The CCVS profile", given and given.received_on),
    ):
        if dated_on:
            lines.append(PacketEvidence(label, "on file", "Authorization", dated_on, until.get(label)))
    return [*lines, *_document_lines(file)]


def _document_lines(file: CredentialingFile) -> list[PacketEvidence]:
    lines = []
    for asked in requirements(file):
        sent = [fact for fact in file.documents if fact.kind is asked.row.kind]
        if asked.state.value == "not_applicable":
            continue
        last = sent[-1] if sent else None
        lines.append(
            PacketEvidence(
                asked.row.label, asked.state.value.replace("_", " "), "Document on file",
                last.reviewed_on or last.uploaded_on if last else None, last.expires_on if last else None,
                odd=not asked.settled,
            )
        )  # fmt: skip
    return lines


def says_stale(file: CredentialingFile, meeting_on: date) -> list[str]:
    """What of a file will not carry a decision on the day of the meeting, or today where that has passed."""
    (outlook,) = forecast(file, [max(meeting_on, file.today)]).meetings
    return [f"{part.label}: good until {say(part.last_day)}." for part in outlook.stale]


def _application_before(application: Application) -> Application | None:
    """The application that credentialed the same participation before this one."""
    query = select(Application).where(
        Application.participation_id == application.participation_id,
        Application.participation_id.is_not(None),
        Application.id < application.id,
    )
    return db.session.scalars(query.order_by(Application.id.desc()).limit(1)).unique().first()


def _changed(before: Application | None, application: Application) -> tuple[tuple[str, str, str], ...]:
    if before is None:
        return ()
    left_out = _UNTOLD | attested_codes(provider_type(application.provider_type))
    then, this_time = (
        {"provider_type": one.provider_type.value, "answers": one.form.answers}
        for one in (before, application)
    )
    return tuple(
        (change.label, change.before, change.now)
        for change in changes(then, this_time, today())
        if change.code not in left_out
    )


def _monitored(before: Application | None, application: Application) -> tuple[str, ...]:
    """What the monthly screenings found since the last decision."""
    since = _last_decided(before)
    if before is None or since is None:
        return ()
    query = select(Screening).where(
        Screening.application_id.in_((before.id, application.id)), Screening.screened_on >= since
    )
    found = list(db.session.scalars(query.order_by(Screening.id)))
    odd = [one for one in found if one.outcome is not ScreeningOutcome.CLEAR]
    clear = len(found) - len(odd)
    lines = [
        f"Exclusion screening on {say(one.screened_on)}: {one.outcome.value.replace('_', ' ')}."
        for one in odd
    ]
    return (*lines, f"Exclusion screenings without a match since {say(since)}: {clear}.")


def _last_decided(application: Application | None) -> date | None:
    decisions = list_decisions(application.id) if application else []
    return decisions[-1].decided_on if decisions else None


def _earlier(application: Application, before: Application | None) -> list[str]:
    found: list[Decision] = [*(list_decisions(before.id) if before else []), *list_decisions(application.id)]
    return [
        f"{say(one.decided_on)}: {outcome_row(one.outcome).label.lower()}. {one.reason.splitlines()[0] if one.reason else ''}".strip()
        for one in found
    ]
