"""One decided file, or many, as the audit asks of it: as it stood when it was decided."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from onboarding.clock import on_day, today
from onboarding.extensions import db
from onboarding.models import (
    Application,
    Authorization,
    ContractForm,
    Decision,
    ExclusionMatch,
    Letter,
    Participation,
    Screening,
    Verification,
)
from onboarding.policy.days import say
from onboarding.policy.file import CredentialingFile
from onboarding.policy.file_audit import AuditedFile, Checked
from onboarding.policy.notices import NOTICES
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import DecisionOutcome, MatchResolution
from onboarding.queries.files import cycle_facts, licence_facts

Of = TypeVar("Of", Verification, Authorization, Screening, Letter)


def get_audited_file(application: Application, decision: Decision) -> AuditedFile:
    """The file as it stood when this decision was made: evidence of the day of decision or before."""
    return list_audited_files([(application, decision)])[0]


def list_audited_files(decided: Sequence[tuple[Application, Decision]]) -> list[AuditedFile]:
    """The same of many, in the same few statements however many they are."""
    applications = [application for application, _ in decided]
    ids = [application.id for application in applications]
    verifications, authorizations = _rows_of(Verification, ids), _rows_of(Authorization, ids)
    screenings, letters = _rows_of(Screening, ids), _rows_of(Letter, ids, Letter.kind.in_(NOTICES))
    _read_licences(ids)
    copies = _sent_copies(applications)
    cycles, credentialed_before = _cycles_of(applications), _credentialed_before(applications)
    return [
        _audited(
            application, decision, verifications[application.id], authorizations[application.id],
            screenings[application.id], copies[application.form_id], cycles[application.id],
            noticed_on=_noticed_on(letters[application.id], decision),
            credentialed_before_on=credentialed_before[application.id],
        )
        for application, decision in decided
    ]  # fmt: skip


def _audited(
    application: Application, decision: Decision, verifications: list[Verification], authorizations: list[Authorization],
    screenings: list[Screening], copies: list[date], cycle: tuple[date | None, date | None], noticed_on: date | None, credentialed_before_on: date | None,
) -> AuditedFile:  # fmt: skip
    on, statement = decision.decided_on, application.statement
    verified = [row for row in verifications if on_day(row.recorded_at) <= on]
    given = [row for row in authorizations if on_day(row.recorded_at) <= on]
    screened = [row for row in screenings if row.screened_on <= on]
    screening = next((row for row in screened if row.statement == statement), None)
    checked = {
        row.element: Checked(
            row.source, row.method.value, row.result, row.checked_on, row.verified_by.name, row.reference
        )
        for row in reversed(verified)
        if row.statement == statement
    }
    hands = {row.verified_by_id for row in verified}
    hands |= {row.recorded_by_id for row in given if row.recorded_by_id}
    hands |= {row.screened_by_id for row in screened if row.screened_by_id}
    return AuditedFile(
        kind=application.kind,
        decided_on=on,
        required=required(_as_asked(application, on, cycle)),
        checked=checked,
        signed_on=max((day for day in copies if day <= on), default=None),
        screened_on=screening.screened_on if screening else None,
        screening_says=_say_screening(screening) if screening else "Not in the file",
        matches=tuple(_resolved_by(match, on) for match in screening.matches) if screening else (),
        decided_by=decision.decided_by_id,
        decided_how=f"{'Committee, recorded by' if decision.meeting_id else 'Medical director, clean file,'} "
        f"{decision.decided_by.name}",
        hands=frozenset(hands),
        asked_on=today(),
        noticed_on=noticed_on,
        credentialed_before_on=credentialed_before_on,
    )


def _as_asked(
    application: Application, on: date, cycle: tuple[date | None, date | None]
) -> CredentialingFile:
    """As much of the file as says what had to be verified."""
    return CredentialingFile(
        today=on,
        status=application.status,
        kind=application.kind,
        subject=application.subject,
        provider_type=application.provider_type,
        prescribes=application.prescribes,
        tests_on_site=application.tests_on_site,
        independent=application.independent,
        board_certified=application.board_certified,
        recredentialing_due_on=cycle[0],
        ended_on=cycle[1],
        **licence_facts(application),
    )


def _rows_of(of: type[Of], ids: Sequence[int], *conditions: ColumnElement[bool]) -> dict[int, list[Of]]:
    """The newest first, by application."""
    query = select(of).where(of.application_id.in_(ids), *conditions).order_by(of.id.desc())
    found: dict[int, list[Of]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.application_id].append(row)
    return found


def _read_licences(ids: Sequence[int]) -> None:
    """Who each application states, beside it for who asks its licenses."""
    stated = (selectinload(Application.practitioner), selectinload(Application.organization))
    db.session.scalars(select(Application).where(Application.id.in_(ids)).options(*stated)).unique().all()


def _sent_copies(applications: Sequence[Application]) -> dict[int, list[date]]:
    """On which days each form was signed and sent."""
    forms = {application.form_id for application in applications}
    query = select(ContractForm.id, ContractForm.sent_copies).where(ContractForm.id.in_(forms))
    return {
        form_id: [date.fromisoformat(copy["signed_on"]) for copy in copies or []]
        for form_id, copies in db.session.execute(query)
    }


def _cycles_of(applications: Sequence[Application]) -> dict[int, tuple[date | None, date | None]]:
    """What of earlier participations says how each application is credentialed."""
    joined = {application.participation_id for application in applications}
    npis = {application.npi for application in applications if application.npi}
    query = select(Participation).where(or_(Participation.id.in_(joined), Participation.npi.in_(npis)))
    known = list(db.session.scalars(query.order_by(Participation.id)))
    by_id = {found.id: found for found in known}
    by_provider = {(found.npi, found.tax_id_digest): found for found in known}
    return {
        application.id: cycle_facts(
            application, by_id.get(application.participation_id or 0),
            by_provider.get((application.npi, application.tax_id_digest)),
        )
        for application in applications
    }  # fmt: skip


def _resolved_by(match: ExclusionMatch, on: date) -> MatchResolution | None:
    return match.resolution if match.resolved_at and on_day(match.resolved_at) <= on else None


def _say_screening(screening: Screening) -> str:
    found = screening.exclusion_list
    listed = f"list imported {say(found.imported_on)}" if found else screening.reason
    by = screening.screened_by.name if screening.screened_by else "the clock"
    return f"{screening.outcome.replace('_', ' ').capitalize()}, {listed}, {by}"


def _noticed_on(letters: list[Letter], decision: Decision) -> date | None:
    """When the first letter about this decision, or later, had left by every channel."""
    written = on_day(decision.recorded_at)
    for letter in reversed(letters):
        days = [message.sent_on for message in letter.messages]
        if letter.written_on >= written and days and all(days):
            return max(day for day in days if day)
    return None


def _credentialed_before(applications: Sequence[Application]) -> dict[int, date | None]:
    """The approval of a cycle before; None for a first application."""
    joined = {application.participation_id for application in applications if application.cycle > 1}
    query = (
        select(Application.participation_id, Application.cycle, func.max(Decision.decided_on))
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.participation_id.in_(joined - {None}),
            Decision.outcome.in_((DecisionOutcome.APPROVED, DecisionOutcome.APPROVED_WITH_CONDITIONS)),
        )
        .group_by(Application.participation_id, Application.cycle)
    )
    approved = db.session.execute(query).all()
    return {
        application.id: max(
            (day for joined_id, cycle, day in approved
             if joined_id == application.participation_id and cycle < application.cycle),
            default=None,
        )
        for application in applications
    }  # fmt: skip
