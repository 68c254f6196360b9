"""The forecast of a file: is it ready, when does it go stale and because of what, and is it in date when the committee meets?

Every part of a file that has a date carries a decision through its last day. The guards of the workflow decide; the
forecast only looks ahead, and a test holds it to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onboarding.policy.deadlines import after, last_day
from onboarding.policy.documents import TABLE as DOCUMENTS
from onboarding.policy.documents import is_asked
from onboarding.policy.fields import in_a_sentence
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.guards import licence_stated_until
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import TABLE as ELEMENTS
from onboarding.policy.verifications import VerificationRow, enrolment_pending_since, latest, required
from onboarding.policy.vocabulary import (
    Action,
    AuthorizationKind,
    DocumentState,
    ScreeningOutcome,
    Status,
    VerificationResult,
)
from onboarding.policy.workflow import OPEN_STATUSES, reasons_against, statuses_with
from onboarding.policy.workflow import TABLE as STEPS

FORECAST_STATUSES: tuple[Status, ...] = tuple(s for s in OPEN_STATUSES if s is not Status.APPROVED)
_DAY = timedelta(days=1)
_FINISH = next(step for step in STEPS if step.action is Action.FINISH_VERIFICATION)
# What a decision asks of the file beside that; who decides, and how, is not the file's.
_DECIDABLE = replace(_FINISH, only_if=(*_FINISH.only_if, "not_excluded", "state_enrolment_settled"))
_FORM_UNSETTLED = (*statuses_with(Action.RESUBMIT), *statuses_with(Action.ACCEPT))


@dataclass(frozen=True)
class Dated:
    """One part of a file, the last day on which it may carry a decision, and the last one on which a decision asks for
    it."""

    label: str
    last_day: date
    asked_until: date = date.max

    @property
    def stale_on(self) -> date:
        return self.last_day + timedelta(days=1)


@dataclass(frozen=True)
class Outlook:
    """One meeting of the committee: what will be out of date on that day, in the order in which it goes."""

    day: date
    stale: tuple[Dated, ...]

    @property
    def in_date(self) -> bool:
        return not self.stale


@dataclass(frozen=True)
class Forecast:
    """How much stands in the way today, the first thing that goes stale, and the meetings to come."""

    open: int
    first: Dated | None
    meetings: tuple[Outlook, ...]

    @property
    def ready(self) -> bool:
        """Could it be decided today?"""
        return not self.open


def forecast(file: CredentialingFile, meetings: Sequence[date]) -> Forecast:
    """The forecast of this file, for meetings on these days."""
    parts = dated(file)
    request = Request(Action.FINISH_VERIFICATION, frozenset(), decided_on=file.today)
    return Forecast(
        len(reasons_against(_DECIDABLE, file, request)) + (file.status in _FORM_UNSETTLED),
        parts[0] if parts else None,
        tuple(
            Outlook(day, tuple(part for part in parts if part.last_day < day <= part.asked_until))
            for day in meetings
        ),
    )


def stale_on(file: CredentialingFile) -> date | None:
    """The first day on which something in the file is out of date; None where nothing in it has a date yet."""
    parts = dated(file)
    return parts[0].stale_on if parts else None


def dated(file: CredentialingFile, elements: tuple[VerificationRow, ...] = ELEMENTS) -> tuple[Dated, ...]:
    """Everything in the file that goes out of date, the first to go first, by this table of elements."""
    asked = required(file, table=elements)
    verified = (part for row in asked for part in _verified(file, row))
    found = [
        *verified,
        *_enrolling(file),
        *_signed(file),
        *_documents(file),
        *_asked_later(file, elements),
    ]
    ends = [part for part in found if part.last_day < part.asked_until]
    return tuple(sorted(ends, key=lambda part: (part.last_day, part.label)))


def _verified(file: CredentialingFile, row: VerificationRow) -> Iterable[Dated]:
    fact = latest(file, row)
    if fact and fact.result is not VerificationResult.NOT_CHECKED:
        days = [last_day(fact.checked_on, row.age_clock)] if row.age_clock else []
        days += [fact.good_until] if fact.good_until else []
        if days:
            yield Dated(row.label, min(days), row.in_force_to)
    stated = licence_stated_until(file, row)
    if stated:
        yield Dated(f"{row.label}, as the applicant gave it", stated, row.in_force_to)


def _enrolling(file: CredentialingFile) -> Iterable[Dated]:
    since = enrolment_pending_since(file)
    if since:
        yield Dated("Enrollment with Arkansas Medicaid, pending", after("state_enrolment_pending", since))


def _signed(file: CredentialingFile) -> Iterable[Dated]:
    if file.signed_on:
        yield Dated("The signed application", last_day(file.signed_on, "application_age"))
    if file.screening and file.screening.outcome is not ScreeningOutcome.NOT_CHECKED:
        yield Dated("Exclusion screening", last_day(file.screening.screened_on))
    kind, given = provider_type(file.provider_type).authorization, file.authorization
    if kind is AuthorizationKind.CCVS and given and given.received_on:
        yield Dated("The CCVS profile", last_day(given.received_on))
    if kind is AuthorizationKind.CAQH and given and given.attested_on:
        yield Dated("The CAQH attestation", last_day(given.attested_on, "attestation_age"))


def _documents(file: CredentialingFile) -> Iterable[Dated]:
    for row in DOCUMENTS:
        if not is_asked(row, file):
            continue
        good = [d for d in file.documents if d.kind is row.kind and d.state is DocumentState.ACCEPTED]
        days = [d.expires_on for d in good if d.expires_on]
        if good and len(days) == len(good):  # one that never runs out is enough
            yield Dated(row.label, max(days))


def _asked_later(file: CredentialingFile, elements: tuple[VerificationRow, ...]) -> Iterable[Dated]:
    """What a decision is asked for from a later day on: a renewal decided after the grace is credentialed as if for the
    first time, and a rule comes into force."""
    turns = {
        row.in_force_from - _DAY: "A new rule asks for" for row in elements if row.in_force_from > file.today
    }
    if file.recredentialing_due_on:
        turns[after("recredentialing_grace", file.recredentialing_due_on)] = "Recredentialing without"
    for until, what in turns.items():
        before = required(file, until, elements)
        for row in required(file, max(file.today, until + _DAY), elements):
            if row in before:
                continue
            fact = latest(file, row)
            if fact is None or fact.result is VerificationResult.NOT_CHECKED:
                yield Dated(f"{what}: {in_a_sentence(row.label)}", until, row.in_force_to)
            else:
                yield from (
                    replace(part, last_day=max(part.last_day, until)) for part in _verified(file, row)
                )


def next_meetings(today: date, called: Iterable[date] = ()) -> tuple[date, date]:
    """The days of the next two meetings, today's among them: those that were called, then the committee's calendar."""
    days = sorted({day for day in called if day >= today})[:2]
    every = PLAN.committee_every_days
    turn = max(0, -((PLAN.committee_first_on - today).days // every))
    while len(days) < 2:
        day = PLAN.committee_first_on + timedelta(days=turn * every)
        if day >= today and (not days or day > days[-1]):
            days.append(day)
        turn += 1
    return days[0], days[1]
