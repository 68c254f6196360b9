"""No vote is lost: not to a page read earlier, not to somebody else's hand, not to another agenda."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import AgendaItem, AuditEvent, Staff, Vote
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action, DecisionOutcome, Status, VoteChoice
from onboarding.queries.committee import count_undecided, list_in_office, list_items, list_recusals
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.services.accounts import close_account
from onboarding.services.committee import close_meeting, end_term, record_attendance, seat_member
from onboarding.services.decisions import decide_in_committee
from onboarding.services.minutes import attest_minutes, draft_minutes, edit_minutes, minutes_text
from onboarding.services.votes import record_votes, recuse
from tests.support.cases import (
    OPERATOR,
    actor_of,
    convene,
    coordinator,
    decide,
    director,
    make_case,
    on_day,
    others,
    place,
    specialist,
    step,
    vote,
)

_A, _D = VoteChoice.APPROVE, VoteChoice.DENY


def at_the_table() -> tuple[AgendaItem, list[Staff], Actor]:
    """A file on the agenda of a meeting that was opened with three members, and the coordinator."""
    application, lead, table = make_case(Status.IN_COMMITTEE), coordinator(), convene()
    item = find_agenda_item(application.id)
    with committed():
        record_attendance(item.meeting, lead, {member.id for member in table})
    return item, table, lead


def cast(
    item: AgendaItem,
    actor: Actor,
    votes: dict[int, VoteChoice | None],
    shown: dict[int, VoteChoice | None] | None = None,
) -> None:
    with committed():
        application = get_application(item.application_id, for_change=True)
        record_votes(item, application, actor, votes, shown=shown or {})


def kept() -> dict[int, VoteChoice]:
    db.session.rollback()
    return {one.staff_id: one.choice for one in db.session.scalars(select(Vote))}


# Votes


def test_a_page_read_before_somebody_voted_takes_back_and_overwrites_nothing(app: Flask) -> None:
    item, (lena, tom, priya), lead = at_the_table()
    cast(item, actor_of(tom), {tom.id: _D})
    cast(item, lead, {lena.id: _A, tom.id: None, priya.id: _A})
    assert kept() == {lena.id: _A, tom.id: _D, priya.id: _A}
    with pytest.raises(Conflict, match="The vote of Priya Menon was recorded or changed after you opened"):
        cast(item, lead, {lena.id: _D, priya.id: _D}, {lena.id: _A})
    assert kept() == {lena.id: _A, tom.id: _D, priya.id: _A}


def test_a_vote_cast_from_the_own_account_is_changed_by_its_member_alone(app: Flask) -> None:
    item, (_, tom, _), lead = at_the_table()
    cast(item, lead, {tom.id: _A})
    cast(item, actor_of(tom), {tom.id: _D}, {tom.id: _A})
    for choice in (_A, None):
        with pytest.raises(Conflict, match="Tom Arden cast this vote from the own account"):
            cast(item, lead, {tom.id: choice}, {tom.id: _D})
    cast(item, actor_of(tom), {tom.id: None}, {tom.id: _D})
    assert kept() == {}
    found = db.session.scalars(
        select(AuditEvent.what).where(AuditEvent.action == "record_votes").order_by(AuditEvent.id)
    )
    assert list(found) == [f"Vote {word}: Tom Arden" for word in ("recorded", "changed", "taken back")]
