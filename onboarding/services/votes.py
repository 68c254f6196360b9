"""Conflicts of interest and votes. What a member said at the table, or cast from the own account, item by item."""

from collections.abc import Mapping
from types import MappingProxyType

from onboarding.clock import now
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import AgendaItem, Application, Recusal, Tie, Vote
from onboarding.policy.access import may
from onboarding.policy.changes import changed
from onboarding.policy.committee import CHOICE_LABELS
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, MeetingState, VoteChoice
from onboarding.policy.workflow import TABLE_STATUSES
from onboarding.queries.committee import (
    able_to_vote,
    concerned,
    list_in_office,
    list_recusals,
    list_seats_of,
    list_votes,
)
from onboarding.queries.files import find_agenda_item
from onboarding.services.audit import record_event, refuse_tied

NOTHING_SHOWN: Mapping[int, VoteChoice | None] = MappingProxyType({})


def recuse(
    item: AgendaItem, application: Application, actor: Actor, staff_id: int | None, reason: str
) -> Recusal:
    """A member steps out of this item: the vote does not count, and the member is not in its quorum. It can be
    declared from the day the agenda is made; nobody steps in again.

    Raises BadInput, Conflict once the item is decided, and NotAllowed for who has a tie and speaks for somebody else.
    """
    if staff_id != actor.id:
        refuse_tied(actor, application.npi)
    _must_be_open(item, application)
    name = {term.staff_id: term.staff.name for term in list_in_office(item.meeting.held_on)}.get(
        staff_id or 0
    )
    if staff_id is None or name is None:
        raise BadInput("Choose the member.", {"member": "Choose the member."})
    _must_speak_for(staff_id, actor)
    if len(reason.strip()) < 5:
        raise BadInput(
            "Say in a few words what the interest is.", {"reason": "Say in a few words what the interest is."}
        )
    if any(found.staff_id == staff_id for found in list_recusals([item.id])):
        raise Conflict(f"{name} is recused from this file already.")
    recusal = Recusal(item_id=item.id, staff_id=staff_id, reason=reason.strip()[:200], recorded_at=now())
    db.session.add(recusal)
    record_event(
        actor=actor,
        application=application,
        action="recuse",
        what=f"{name} is recused: conflict of interest",
        details={"changes": [changed("recused", name, False, True)]},
    )
    return recusal


def record_votes(
    item: AgendaItem,
    application: Application,
    actor: Actor,
    votes: Mapping[int, VoteChoice | None],
    *,
    shown: Mapping[int, VoteChoice | None] = NOTHING_SHOWN,
) -> None:
    """Record, change or take back (None) votes, each of a member who is present, not recused, and whose statement is in
    force. A member records the own vote, and what was cast from the own account nobody else changes; the coordinator
    records every other one. `shown` is what the page said before: what is left as shown is not touched. The history tells
    that somebody voted, never what.

    Raises BadInput for a vote of somebody who has none; Conflict before the meeting is open, after the decision, and where
    a vote is no longer the one that was shown.
    """
    _must_be_open(item, application)
    if item.meeting.state is not MeetingState.HELD:
        raise Conflict("The meeting is not open. Record who is present first.")
    refuse_tied(actor, application.npi)
    names = {seat.staff_id: seat.staff.name for seat in list_seats_of(item.meeting_id)}
    out = {recusal.staff_id for recusal in list_recusals([item.id])} | concerned(application.npi)
    able = able_to_vote(item.meeting)
    before = {vote.staff_id: vote for vote in list_votes([item.id])}
    did: dict[str, list[str]] = {}
    changes = []
    for who, choice in votes.items():
        _must_speak_for(who, actor)
        if choice is not None and (who not in names or who in out or who not in able):
            says = f"{names.get(who, 'Who is not present')} has no vote on this file: recused, tied, or the yearly statement is not in force."
            raise BadInput(says, {"votes": says})
        found = before.get(who)
        if choice in (found.choice if found else None, shown.get(who)):
            continue
        _must_be_as_shown(found, shown.get(who), names.get(who, "a member"), actor)
        name = names.get(who, "a member")
        changes.append(changed("vote", f"Vote of {name}", found and found.choice, choice))
        did.setdefault(_keep(found, item, who, choice, actor), []).append(name)
    if did:
        told = "; ".join(f"{word}: {', '.join(sorted(those))}" for word, those in did.items())
        record_event(
            actor=actor, application=application, action="record_votes", what=f"Vote {told}"[:500],
            details={"changes": changes},
        )  # fmt: skip


def _must_be_as_shown(found: Vote | None, shown: VoteChoice | None, name: str, actor: Actor) -> None:
    if found and found.recorded_by_id == found.staff_id != actor.id:
        raise Conflict(f"{name} cast this vote from the own account, and nobody else changes it.")
    if (found.choice if found else None) is not shown:
        raise Conflict(
            f"The vote of {name} was recorded or changed after you opened the page. No vote was saved: look at it again."
        )


def _keep(found: Vote | None, item: AgendaItem, who: int, choice: VoteChoice | None, actor: Actor) -> str:
    """Write one vote down; what was done with it, in a word of the history."""
    if found is None:
        assert choice is not None and actor.id is not None, "a vote of nobody is not taken back"
        db.session.add(
            Vote(item_id=item.id, staff_id=who, choice=choice, recorded_at=now(), recorded_by_id=actor.id)
        )
        return "recorded"
    if choice is None:
        db.session.delete(found)
        return "taken back"
    found.choice, found.recorded_at, found.recorded_by_id = choice, now(), actor.id or 0
    return "changed"


def declare_tie(application: Application, actor: Actor, why: str) -> Tie:
    """A member of staff says: this provider is family, or I have an interest. From now on the file is closed to them."""
    if len(why.strip()) < 5:
        says = "Say in a few words what ties you to the provider."
        raise BadInput(says, {"why": says})
    tie = Tie(staff_id=actor.id, npi=application.npi, why=why.strip()[:200], declared_at=now())
    db.session.add(tie)
    what = "Declared a tie to the provider: the file is closed to this person"
    record_event(actor=actor, application=application, action="declare_tie", what=what)
    return tie


def said(choice: VoteChoice) -> str:
    """A vote as the members say it."""
    return CHOICE_LABELS[choice]


def _must_be_open(item: AgendaItem, application: Application) -> None:
    latest = find_agenda_item(application.id)
    if application.status not in TABLE_STATUSES or latest is None or latest.id != item.id:
        raise Conflict("This file is decided, or on another agenda: what was recorded stays.")


def _must_speak_for(staff_id: int, actor: Actor) -> None:
    if actor.id != staff_id and not may(actor.roles, Capability.MANAGE_COMMITTEE):
        raise BadInput(
            "You record your own vote and your own conflict of interest; the coordinator records the others."
        )
