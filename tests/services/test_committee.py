"""Members, statements, recusal and votes; the record that is locked; papers made once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict, NotAllowed, NotReady
from onboarding.extensions import committed, db
from onboarding.models import AgendaItem, Application, AuditEvent, Decision, Letter, MeetingPaper, Vote
from onboarding.policy.vocabulary import (
    Action,
    DecisionOutcome,
    LetterKind,
    PaperKind,
    Role,
    Status,
    VoteChoice,
)
from onboarding.queries.committee import find_minutes, list_in_office, list_items, read_table
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.services.committee import (
    close_meeting,
    end_term,
    move_item,
    record_attendance,
    seat_member,
)
from onboarding.services.decisions import decide_in_committee, place_on_agenda
from onboarding.services.minutes import attest_minutes, draft_minutes, edit_minutes
from onboarding.services.papers import ask_for_paper, claim_paper, complete_paper
from onboarding.services.votes import declare_tie, record_votes, recuse
from onboarding.services.workflow import take_step
from tests.support.cases import (
    actor_of,
    convene,
    coordinator,
    decide,
    director,
    make_case,
    make_staff,
    meeting_on,
    on_day,
    place,
    vote,
)

_A = VoteChoice.APPROVE


def step_out(item: AgendaItem, who: int, reason: str = "Shares an office with the applicant") -> None:
    lead = coordinator()
    with committed():
        recuse(item, get_application(item.application_id, for_change=True), lead, who, reason)


def cast(item: AgendaItem, **votes: object) -> None:
    lead = coordinator()
    with committed():
        found = get_application(item.application_id, for_change=True)
        record_votes(item, found, lead, {int(who[1:]): choice for who, choice in votes.items()})


# Members


def test_a_member_has_one_open_term_a_seats_role_and_the_committee_one_chair(app: Flask) -> None:
    table, lead = convene(), coordinator()
    with pytest.raises(BadInput) as refused, committed():
        seat_member(
            table[1], lead, specialty="", chair=True, term_from=today(), term_to=today() - timedelta(days=1)
        )
    assert refused.value.fields.keys() == {"staff", "specialty", "term_to", "chair"}
    outsider = make_staff(Role.SPECIALIST)
    with pytest.raises(BadInput, match="role of a committee member"), committed():
        seat_member(outsider, lead, specialty="None", chair=False, term_from=today(), term_to=None)


def test_who_is_out_of_office_on_the_day_neither_sits_nor_votes(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    table, lead = convene(), coordinator()
    with committed():
        term = next(term for term in list_in_office(today()) if term.staff_id == table[2].id)
        end_term(term, lead, today() - timedelta(days=1))
    item = find_agenda_item(application.id)
    with pytest.raises(BadInput, match="in office"), committed():
        record_attendance(item.meeting, lead, {table[2].id})


def test_without_the_statement_of_the_year_in_force_a_member_has_no_vote_and_no_seat_in_the_quorum(
    app: Flask,
) -> None:
    with on_day(today() - timedelta(days=366)):
        office = {member.id for member in convene()}  # what they signed then ran out yesterday
    application, lead = make_case(Status.READY), coordinator()
    with committed():
        placed = place_on_agenda(get_application(application.id, for_change=True), lead, meeting_on(today()))
        record_attendance(placed.meeting, lead, office)
    with pytest.raises(BadInput, match="no vote on this file"):
        cast(placed, **{f"m{min(office)}": _A})
    assert read_table(placed).attendance == frozenset()


# Conflicts and votes


def test_a_recused_members_vote_does_not_count_and_the_member_is_not_in_the_quorum(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    table = vote(application)
    item = find_agenda_item(application.id)
    assert read_table(item).votes == (_A,) * 3
    step_out(item, table[0].id)
    found = read_table(item)
    assert (found.attendance, found.votes) == (frozenset({table[1].id, table[2].id}), (_A, _A))
    with pytest.raises(BadInput, match="no vote on this file"):
        cast(item, **{f"m{table[0].id}": VoteChoice.DENY})
    with pytest.raises(NotReady, match="and 2 are recorded"):
        decide_now(application, DecisionOutcome.APPROVED)
    with pytest.raises(Conflict, match="recused from this file already"):
        step_out(item, table[0].id)


def decide_now(application: Application, outcome: DecisionOutcome) -> Decision:
    who = director()
    with committed():
        found = get_application(application.id, for_change=True)
        return decide_in_committee(found, who, outcome, reason="As the committee voted.", codes=["license"])


def test_a_recusal_is_appended_and_never_taken_back(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    step_out(find_agenda_item(application.id), convene()[0].id)
    for change in ("UPDATE recusal SET reason = 'none'", "DELETE FROM recusal"):
        with pytest.raises(DatabaseError, match="appended"), committed() as work:
            work.execute(text(change))


def test_an_outcome_the_votes_do_not_carry_is_refused_and_votes_stand_after_the_decision(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    table = vote(application)
    with pytest.raises(NotReady, match="carry “Approve”"):
        decide_now(application, DecisionOutcome.DENIED)
    item = find_agenda_item(application.id)
    decide_now(application, DecisionOutcome.APPROVED)
    with pytest.raises(Conflict, match="what was recorded stays"):
        cast(item, **{f"m{table[0].id}": VoteChoice.DENY})
    assert db.session.scalars(select(Vote.choice)).all() == [_A] * 3


def test_the_history_says_that_members_voted_and_never_what(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    vote(application, VoteChoice.DENY)
    (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "record_votes"))
    assert "Lena Fisk" in event.what and "deny" not in (event.what + event.why + repr(event.details)).lower()


def test_a_tie_declared_closes_the_file_to_its_declarer_at_every_step_and_at_the_table(app: Flask) -> None:
    application, table = make_case(Status.IN_COMMITTEE), convene()
    member = actor_of(table[1])
    with committed():
        declare_tie(get_application(application.id, for_change=True), member, "My brother-in-law")
    with pytest.raises(BadInput, match="no vote on this file"):
        vote(application)
    item = find_agenda_item(application.id)
    lead = coordinator()
    with committed():
        record_attendance(item.meeting, lead, {who.id for who in table})
    cast(item, **{f"m{who.id}": _A for who in (table[0], table[2])})
    with pytest.raises(NotReady, match="has a tie to this provider"):
        decide_now(application, DecisionOutcome.APPROVED)
    own = make_staff(Role.MEDICAL_DIRECTOR, name="Own File")
    with committed():
        own.npi = application.npi
    with pytest.raises(NotAllowed, match="your own NPI"), committed():
        take_step(
            get_application(application.id, for_change=True),
            Action.BACK_TO_VERIFYING,
            actor_of(own),
            reason="To look again",
        )


# Outcomes


def test_conditions_carry_their_follow_up_into_record_and_letter_and_a_denial_its_codes(app: Flask) -> None:
    joined, refused = make_case(Status.IN_COMMITTEE), make_case(Status.IN_COMMITTEE)
    decide(joined, DecisionOutcome.APPROVED_WITH_CONDITIONS, reason="Send the supervision plan.")
    decide(refused, DecisionOutcome.DENIED, reason="The license was suspended in May.")
    found = {one.application_id: one for one in db.session.scalars(select(Decision))}
    assert found[joined.id].follow_up_on == today() + timedelta(days=90)
    assert found[refused.id].reason_codes == ["license"] and found[joined.id].reason_codes == ["license"]
    letter = db.session.scalars(
        select(Letter).where(Letter.application_id == joined.id, Letter.kind == LetterKind.WELCOME)
    ).one()
    assert letter.facts["conditions"] == "Send the supervision plan.\nWe look at this again on May 31, 2026."


# Agenda, minutes, papers


def test_the_agenda_is_put_in_order_and_a_file_moved_to_a_later_meeting_leaves_it(app: Flask) -> None:
    first, second, lead = make_case(Status.IN_COMMITTEE), make_case(Status.IN_COMMITTEE), coordinator()
    item = find_agenda_item(second.id)

    def order() -> list[int]:
        return [application.id for _, application, _ in list_items(item.meeting_id)]

    assert order() == [first.id, second.id]
    with committed():
        move_item(find_agenda_item(second.id), lead, up=True)
    assert order() == [second.id, first.id]
    place(second, today() + timedelta(days=28))
    assert order() == [first.id]


def test_minutes_say_who_voted_what_and_are_locked_by_the_database_once_the_chair_attests(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    table = convene()
    absent = make_staff(Role.COMMITTEE_MEMBER, name="Nora Quell")
    lead = coordinator()
    with committed():
        seat_member(absent, lead, specialty="Surgery", chair=False, term_from=today(), term_to=None)
    decide(application, DecisionOutcome.DENIED, reason="The license was suspended in May.")
    meeting = find_agenda_item(application.id).meeting
    with pytest.raises(Conflict, match="stays in the record"), committed():
        record_attendance(meeting, lead, {absent.id})
    with pytest.raises(Conflict, match="once the meeting is closed"), committed():
        draft_minutes(meeting, lead)
    with committed():
        close_meeting(meeting, lead)
        draft_minutes(meeting, lead)
    told = find_minutes(meeting.id).text
    for words in (
        "Present: Lena Fisk (chair, Family medicine)", "Absent: Nora Quell (Surgery)", "Lena Fisk: deny", "Decision: deny.",
        "Reason code: License or certification not in force", "The license was suspended in May.",
    ):  # fmt: skip
        assert words in told
    with committed():
        attest_minutes(meeting, actor_of(table[0]), 1)
    with pytest.raises(Conflict, match="locked"), committed():
        edit_minutes(meeting, lead, "Other words than were attested.", 2)
    for change in ("UPDATE minutes SET text = 'other'", "UPDATE minutes SET attested_at = NULL"):
        with pytest.raises(DatabaseError, match="locked"), committed() as work:
            work.execute(text(change))
    with pytest.raises(DatabaseError), committed() as work:
        work.execute(text("DELETE FROM minutes"))


def test_a_paper_that_another_process_took_over_is_not_kept_twice(app: Flask) -> None:
    application, lead = make_case(Status.IN_COMMITTEE), coordinator()
    with committed():
        ask_for_paper(find_agenda_item(application.id).meeting, PaperKind.PACKET, lead)
    with committed():
        first = claim_paper(MeetingPaper)
    with committed():
        assert claim_paper(MeetingPaper) is None
        db.session.execute(text("UPDATE meeting_paper SET claimed_until = 0"))
        second = claim_paper(MeetingPaper)
    with committed():
        assert not complete_paper(first, storage_key="one", sha256="1")
        assert complete_paper(second, storage_key="two", sha256="2")
