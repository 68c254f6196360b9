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
from onboarding.queries.reports import count_committee_load
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
    make_staff,
    members,
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


# Agendas


def test_a_file_pended_and_placed_again_at_the_same_meeting_waits_for_its_vote_there(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.PENDED, reason="Ask the carrier about the claim of 2021.")
    step(application, Action.FINISH_VERIFICATION, specialist())
    again, lead = place(application), coordinator()
    assert [decision.outcome if decision else None for _, _, decision in list_items(again.meeting_id)] == [
        DecisionOutcome.PENDED, None,
    ]  # fmt: skip
    assert count_undecided(again.meeting_id) == 1
    with pytest.raises(Conflict, match="Files not decided yet: 1"), committed():
        close_meeting(again.meeting, lead)
    decide(application, DecisionOutcome.APPROVED)
    assert [decision.outcome for _, _, decision in list_items(again.meeting_id) if decision] == [
        DecisionOutcome.PENDED, DecisionOutcome.APPROVED,
    ]  # fmt: skip
    rows = count_committee_load().rows
    assert [row[1:] for row in rows] == [(1, 1)]


def test_who_is_recused_stays_recused_on_the_next_agenda_and_records_no_decision(app: Flask) -> None:
    application, head = make_case(Status.IN_COMMITTEE), director()
    convene([*members(), make_staff(name=head.name)])
    lead = coordinator()
    with committed():
        item = find_agenda_item(application.id)
        recuse(item, get_application(application.id, for_change=True), lead, head.id, "Shares an office")
    later = place(application, today() + timedelta(days=28))
    assert [one.staff_id for one in list_recusals([later.id])] == [head.id]
    with on_day(today() + timedelta(days=28)):
        vote(application)
        with pytest.raises(NotReady, match="You are recused from this file"), committed():
            found = get_application(application.id, for_change=True)
            decide_in_committee(found, head, DecisionOutcome.APPROVED, reason="As the committee voted.")


def test_a_member_at_the_table_without_a_vote_holds_the_decision_until_it_is_recorded(app: Flask) -> None:
    item, (lena, tom, priya), lead = at_the_table()
    head = director()
    cast(item, lead, {lena.id: _A, tom.id: _A})

    def record_it() -> None:
        with committed():
            found = get_application(item.application_id, for_change=True)
            decide_in_committee(found, head, DecisionOutcome.APPROVED, reason="As the committee voted.")

    with pytest.raises(NotReady, match="1 member at the table has no vote on this file"):
        record_it()
    cast(item, lead, {priya.id: VoteChoice.ABSTAIN})
    record_it()
    assert get_application(item.application_id).status is Status.APPROVED


def test_the_load_of_a_committee_counts_a_file_where_it_stayed(app: Flask) -> None:
    moved, stays = make_case(Status.IN_COMMITTEE), make_case(Status.IN_COMMITTEE)
    place(moved, today() + timedelta(days=28))
    decide(stays, DecisionOutcome.PENDED, reason="Ask the carrier about the claim of 2021.")
    assert [row[1:] for row in count_committee_load().rows] == [(1, 0), (1, 0)]


# Minutes and terms


def test_who_chaired_the_meeting_attests_and_not_the_chair_who_was_away(app: Flask) -> None:
    application, (lena, tom, priya), lead = make_case(Status.IN_COMMITTEE), convene(), coordinator()
    meeting = find_agenda_item(application.id).meeting
    extra = convene(others())[0]
    present = {tom.id, priya.id, extra.id}
    for chair in (None, lena.id):
        with pytest.raises(BadInput, match="Choose who chairs, among those present"), committed():
            record_attendance(meeting, lead, present, chair_id=chair)
    with committed():
        record_attendance(meeting, lead, present, chair_id=tom.id)
    cast(find_agenda_item(application.id), lead, dict.fromkeys(present, _A))
    decide(application, DecisionOutcome.APPROVED, table=[tom, priya, extra])
    with committed():
        close_meeting(meeting, lead)
        told = draft_minutes(meeting, lead).text
    assert "Chaired by: Tom Arden" in told and "Absent: Lena Fisk (chair, Family medicine)" in told
    with pytest.raises(Conflict, match="Who chaired the meeting attests"), committed():
        attest_minutes(meeting, actor_of(lena), 1)
    with committed():
        attest_minutes(meeting, actor_of(tom), 1)


def test_where_the_account_of_the_chair_is_closed_a_member_who_was_there_attests(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.APPROVED)
    lena, tom, _ = convene()
    meeting, lead = find_agenda_item(application.id).meeting, coordinator()
    with committed():
        close_meeting(meeting, lead)
        close_account(lena, OPERATOR)
    with on_day(today() + timedelta(days=1)):
        assert lena.id in {term.staff_id for term in list_in_office(meeting.held_on)}
        assert lena.id not in {term.staff_id for term in list_in_office(today())}
        with committed():
            draft_minutes(meeting, lead)
        outsider = actor_of(convene(others())[0])
        with pytest.raises(Conflict, match="Who chaired the meeting attests"), committed():
            attest_minutes(meeting, outsider, 1)
        with committed():
            attest_minutes(meeting, actor_of(tom), 1)
    told = db.session.scalars(select(AuditEvent.what).where(AuditEvent.action == "attest_minutes")).one()
    assert told.endswith("minutes attested in place of the chair and locked")


def test_a_file_tabled_at_the_meeting_stays_in_its_minutes_with_recusal_and_votes(app: Flask) -> None:
    early = make_case(Status.IN_COMMITTEE)
    place(early, today() + timedelta(days=14))
    place(early, today() + timedelta(days=28))  # moved before the day of that meeting
    with on_day(today() + timedelta(days=14)):
        application = make_case(Status.IN_COMMITTEE)
        item, (lena, tom, priya), lead = find_agenda_item(application.id), convene(), coordinator()
        with committed():
            found = get_application(application.id, for_change=True)
            record_attendance(item.meeting, lead, {lena.id, tom.id, priya.id})
            recuse(item, found, lead, priya.id, "Shares an office")
        cast(item, lead, {tom.id: VoteChoice.PEND})
        place(application, today() + timedelta(days=14))  # two weeks later
        told = minutes_text(item.meeting)
    for words in (
        f"1. {application.name}", "Recused: Priya Menon. Shares an office", "Tom Arden: pend with questions",
        "Tabled to the meeting of March 30, 2026.",
    ):  # fmt: skip
        assert words in told
    assert early.public_id not in told


def test_minutes_edited_meanwhile_are_not_drafted_over(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.APPROVED)
    meeting, lead = find_agenda_item(application.id).meeting, coordinator()
    with committed():
        close_meeting(meeting, lead)
        draft_minutes(meeting, lead, None)
        edit_minutes(meeting, lead, "What the coordinator has edited by hand.", 1)
    for version in (None, 1):
        with pytest.raises(Conflict, match="changed after you opened"), committed():
            draft_minutes(meeting, lead, version)
    with committed():
        assert "Minutes of the meeting" in draft_minutes(meeting, lead, 2).text


def test_a_term_that_has_ended_is_not_opened_again_nor_made_longer(app: Flask) -> None:
    (lena, tom, _), lead = convene(), coordinator()
    of = {term.staff_id: term for term in list_in_office(today())}
    with committed():
        end_term(of[lena.id], lead, today() - timedelta(days=1))
        end_term(of[tom.id], lead, today() + timedelta(days=10))
    with committed():
        seat_member(lena, lead, specialty="Family medicine", chair=True, term_from=today(), term_to=None)
    for term, says in ((of[lena.id], "ended on March 1, 2026"), (of[tom.id], "ends on March 12, 2026")):
        with pytest.raises(BadInput, match=says), committed():
            end_term(term, lead, today() + timedelta(days=90))
    with committed():
        end_term(of[tom.id], lead, today())
