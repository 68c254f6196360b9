"""Exclusion screening of one applicant, and what a person makes of a possible match."""

from datetime import date
from typing import Any

from sqlalchemy import select

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotAllowed
from onboarding.extensions import db
from onboarding.models import Application, ExclusionList, ExclusionMatch, ExclusionRecord, Screening
from onboarding.policy.changes import changed
from onboarding.policy.contract_form import parse_day
from onboarding.policy.days import say
from onboarding.policy.deadlines import clock, in_date
from onboarding.policy.matching import PersonFacts, RecordFacts, Verdict, comparable, judge, look_up
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import MatchResolution, MatchVerdict, ScreeningOutcome
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.exclusions import (
    MOST_CANDIDATES,
    find_current_list,
    first_name_forms,
    list_candidates,
    same_first_name,
)
from onboarding.queries.files import LEIE, find_screening
from onboarding.services.audit import record_event
from onboarding.services.freshness import restate

SHORTEST_REASON, LONGEST_REASON = 10, 500
TRIES = 3

_REPORTED = (MatchVerdict.MATCH, MatchVerdict.SUSPECTED)
_SNAPSHOT = (
    "last_name", "first_name", "middle_name", "business_name", "general", "specialty", "npi", "birth_date", "city",
    "state", "zip_code", "exclusion_type", "excluded_on", "waiver_on", "waiver_state",
)  # fmt: skip
_RESOLVED_SAYS = {
    MatchResolution.SAME: "Possible exclusion match confirmed: the same person or body",
    MatchResolution.DIFFERENT: "Possible exclusion match ruled out: somebody else",
}

Found = list[tuple[ExclusionRecord, Verdict]]


def screen_application(application: Application, actor: Actor) -> Screening:
    """Look for this applicant's NPI and names in the current OIG LEIE and keep what was found.

    Not checked, with the reason, when there is no list, it is older than the policy allows, or nothing can be compared.
    A match or a suspicion is kept with the record as it stood today and waits for resolve_match.
    """
    if application.status not in EVIDENCE_STATUSES:
        raise Conflict("Evidence is not recorded at this stage.")
    current, reason, found = _search(_person(application))
    outcome = ScreeningOutcome.CLEAR
    if reason:
        outcome = ScreeningOutcome.NOT_CHECKED
    elif found:
        outcome = ScreeningOutcome.POSSIBLE
    last = find_screening(application)
    screening = Screening(
        application_id=application.id,
        statement=application.statement,
        exclusion_list=current,
        outcome=outcome,
        reason=reason[:300],
        screened_on=today(),
        screened_at=now(),
        screened_by_id=actor.id,
        matches=[
            ExclusionMatch(verdict=v.verdict, why=v.why, record=_snapshot(record)) for record, v in found
        ],
    )
    db.session.add(screening)
    db.session.flush()
    record_event(
        actor=actor,
        application=application,
        action="screen",
        what=_say_outcome(outcome, len(found)),
        why=reason,
        details={
            "screening": screening.id,
            "list": current.id if current else None,
            "matches": len(found),
            "changes": [changed("outcome", "Outcome", last and last.outcome, outcome)],
        },
    )
    restate(application)
    return screening


def resolve_match(match: ExclusionMatch, actor: Actor, resolution: MatchResolution, reason: str) -> None:
    """Say whether a possible match is the applicant, and why: once, by a member of staff. What one person confirmed,
    only another rules out.

    Raises BadInput when the reason is too short or too long, Conflict when the match was resolved before, NotAllowed
    when no member of staff acts, or the one who confirmed this record in an earlier screening.
    """
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        says = f"Say how you know, in {SHORTEST_REASON} to {LONGEST_REASON} characters."
        raise BadInput(says, {"reason": says})
    if actor.id is None:
        raise NotAllowed("A possible match is resolved by a member of staff.")
    if match.resolution is not None:
        raise Conflict("Somebody resolved this match before. Look at the page again.")
    if resolution is MatchResolution.DIFFERENT and _confirmed_by(match, actor):
        raise NotAllowed("You confirmed this record before. Somebody else has to rule it out.")
    match.resolution = resolution
    match.resolved_by_id = actor.id
    match.resolved_at = now()
    match.reason = reason
    record_event(
        actor=actor,
        application=db.session.get_one(Application, match.screening.application_id),
        action="resolve_match",
        what=_RESOLVED_SAYS[resolution],
        why=reason,
        details={
            "match": match.id,
            "verdict": match.verdict.value,
            "resolution": resolution.value,
            "changes": [changed("resolution", "Resolution", None, resolution)],
        },
    )


def _confirmed_by(match: ExclusionMatch, actor: Actor) -> bool:
    """Did this person say in an earlier screening of the application that the record means the applicant?"""
    said_same = select(ExclusionMatch).join(Screening).where(
        Screening.application_id == match.screening.application_id,
        ExclusionMatch.resolution == MatchResolution.SAME,
        ExclusionMatch.resolved_by_id == actor.id,
    )  # fmt: skip
    return any(earlier.record == match.record for earlier in db.session.scalars(said_same))


def _search(person: PersonFacts) -> tuple[ExclusionList | None, str, Found]:
    """The list looked in, why it could not be looked in (or nothing), and what was found.

    An import may replace the list between two of our searches: then the search is made again in the new one.
    """
    for _ in range(TRIES):
        current = find_current_list(LEIE)
        reason = _why_not(current, person)
        if current is None or reason:
            return current, reason, []
        candidates = list_candidates(current.id, look_up(person, first_name_forms))
        after = find_current_list(LEIE)
        if after is None or after.id != current.id:
            continue
        if len(candidates) > MOST_CANDIDATES:
            return (
                current,
                f"More than {MOST_CANDIDATES} records could be meant: check by hand on OIG's page.",
                [],
            )
        return current, "", _judged(candidates, person)
    return current, "The OIG LEIE list was being replaced. Run the screening again.", []


def _why_not(current: ExclusionList | None, person: PersonFacts) -> str:
    if current is None:
        return "No OIG LEIE list has been imported."
    if not in_date(current.imported_on, today(), "exclusion_list_age"):
        limit = clock("exclusion_list_age", today()).amount
        return f"The OIG LEIE list was imported on {say(current.imported_on)} and is older than {limit} days."
    return "" if comparable(person) else "The applicant gives neither an NPI nor a name that can be compared."


def _judged(candidates: list[ExclusionRecord], person: PersonFacts) -> Found:
    """What a person must look at: matches first, then suspicions, each in the order of the list."""
    judged = [(record, judge(_record_facts(record), person, same_first_name)) for record in candidates]
    return [pair for wanted in _REPORTED for pair in judged if pair[1].verdict is wanted]


def _person(application: Application) -> PersonFacts:
    legal_name = application.form.legal_name
    person, body = application.practitioner, application.organization
    if person is not None:
        return PersonFacts(
            last_name=person.last_name,
            first_name=person.first_name,
            middle_name=person.middle_name,
            birth_date=parse_day(person.birth_date or ""),
            npi=person.npi,
            businesses=_different([legal_name]),
        )
    if body is not None:
        return PersonFacts(
            npi=body.npi, businesses=_different([body.legal_name, body.trade_name, legal_name])
        )
    return PersonFacts(npi=application.npi, businesses=_different([legal_name]))


def _different(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _record_facts(record: ExclusionRecord) -> RecordFacts:
    return RecordFacts(
        last_name=record.last_name,
        first_name=record.first_name,
        middle_name=record.middle_name,
        business_name=record.business_name,
        npi=record.npi,
        birth_date=record.birth_date,
        waiver_on=record.waiver_on,
        waiver_state=record.waiver_state,
    )


def _snapshot(record: ExclusionRecord) -> dict[str, Any]:
    values = {column: getattr(record, column) for column in _SNAPSHOT}
    return {
        column: value.isoformat() if isinstance(value, date) else value for column, value in values.items()
    }


def _say_outcome(outcome: ScreeningOutcome, matches: int) -> str:
    if outcome is ScreeningOutcome.POSSIBLE:
        return f"Exclusion screening: {matches} possible match{'es' if matches > 1 else ''} in the OIG LEIE"
    said = {
        ScreeningOutcome.CLEAR: "nothing found in the OIG LEIE",
        ScreeningOutcome.NOT_CHECKED: "not checked",
    }
    return f"Exclusion screening: {said[outcome]}"
