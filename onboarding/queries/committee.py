"""Reading the committee: who is in office, its meetings, and the table at which one file is decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select, union
from sqlalchemy.orm import aliased

from onboarding.clock import today
from onboarding.errors import NotFound
from onboarding.extensions import db, is_writing
from onboarding.models import (
    AgendaItem,
    Application,
    CommitteeMember,
    Decision,
    Meeting,
    MeetingCall,
    MeetingPaper,
    MeetingSeat,
    MemberStatement,
    Minutes,
    Recusal,
    Staff,
    Tie,
    Vote,
)
from onboarding.policy.committee import AGENDA_STATES, quorum_row
from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import PaperKind, PaperState, VoteChoice
from onboarding.policy.workflow import TABLE_STATUSES

MOST_SHOWN = 30


def list_terms() -> list[CommitteeMember]:
    """Every term that has not ended, by name; a term to come is among them."""
    query = select(CommitteeMember).join(Staff).where(_not_ended(today())).order_by(Staff.name)
    return list(db.session.scalars(query))


def list_in_office(on: date) -> list[CommitteeMember]:
    """The members in office on a day, the chair first, then by name."""
    query = (
        select(CommitteeMember)
        .join(Staff)
        .where(*_in_office(on))
        .order_by(CommitteeMember.chair.desc(), Staff.name)
    )
    by_person: dict[int, CommitteeMember] = {}
    for term in db.session.scalars(query):
        by_person.setdefault(term.staff_id, term)
    return list(by_person.values())


def _in_office(on: date) -> tuple[Any, ...]:
    return CommitteeMember.term_from <= on, _not_ended(on)


def _not_ended(on: date) -> Any:
    return or_(CommitteeMember.term_to.is_(None), CommitteeMember.term_to >= on)


def list_without_term() -> list[Staff]:
    """Who could be a member and is none now: everybody with a seat's role and no open term."""
    here = select(CommitteeMember.staff_id).where(_not_ended(today()))
    return list(
        db.session.scalars(select(Staff).where(Staff.active, Staff.id.not_in(here)).order_by(Staff.name))
    )


def statement_until(staff_ids: Iterable[int], on: date) -> dict[int, date]:
    """Until when the yearly statement of each of these is in force, as far as one was signed by that day."""
    query = (
        select(MemberStatement.staff_id, func.max(MemberStatement.signed_on))
        .where(MemberStatement.staff_id.in_(list(staff_ids)), MemberStatement.signed_on <= on)
        .group_by(MemberStatement.staff_id)
    )
    return {
        who: after("nondiscrimination_statement", signed_on) for who, signed_on in db.session.execute(query)
    }


def count_statements_owed(staff_id: int) -> int:
    """One where this member, in office now or later, has no statement in force today; else none."""
    term = CommitteeMember.staff_id == staff_id
    sits = select(CommitteeMember.id).where(term, _not_ended(today())).exists()
    signed_on = select(func.max(MemberStatement.signed_on)).where(MemberStatement.staff_id == staff_id)
    owes, last = db.session.execute(select(sits, signed_on.scalar_subquery())).one()
    return int(owes and (last is None or after("nondiscrimination_statement", last) < today()))


def get_meeting(meeting_id: int, *, for_change: bool = False) -> Meeting:
    """One meeting; locked and read afresh when it is about to be changed. Raises NotFound."""
    query = select(Meeting).where(Meeting.id == meeting_id)
    if for_change:
        assert is_writing(), "a meeting is read for a change inside committed() only"
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such meeting.")
    return found


def find_meeting_on(day: date) -> Meeting | None:
    """The meeting of that day, or None."""
    return db.session.scalars(select(Meeting).where(Meeting.held_on == day)).one_or_none()


def list_meetings_to_come() -> list[Meeting]:
    """The meetings an agenda is still made for, the next first: today's until it is closed."""
    query = select(Meeting).where(Meeting.held_on >= today(), Meeting.state.in_(AGENDA_STATES))
    return list(db.session.scalars(query.order_by(Meeting.held_on)))


def list_meetings() -> list[Row[Any]]:
    """The newest meetings, with how many files are, or were, on the agenda of each."""
    query = (
        select(
            Meeting,
            func.count(AgendaItem.id.distinct()).label("files"),
            Minutes.attested_at.label("attested_at"),
        )
        .outerjoin(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .group_by(Meeting.id, Minutes.attested_at)
        .order_by(Meeting.held_on.desc())
        .limit(MOST_SHOWN)
    )
    return list(db.session.execute(query))


def get_item(item_id: int) -> AgendaItem:
    """One item of an agenda. Raises NotFound."""
    found = db.session.get(AgendaItem, item_id)
    if found is None:
        raise NotFound("There is no such item on an agenda.")
    return found


def list_items(meeting_id: int) -> list[tuple[AgendaItem, Application, Decision | None]]:
    """The agenda of one meeting in its order: the item, its application, and the decision made on it. A file that was
    placed on another agenda since is no longer on this one, unless it was decided there."""
    other = aliased(AgendaItem)
    latest = select(func.max(other.id)).where(other.application_id == Application.id).scalar_subquery()
    query = (
        select(AgendaItem, Application, Decision)
        .join(Application, Application.id == AgendaItem.application_id)
        .outerjoin(Decision, Decision.id == AgendaItem.decision_id)
        .where(AgendaItem.meeting_id == meeting_id, or_(AgendaItem.id == latest, Decision.id.is_not(None)))
        .order_by(AgendaItem.place, AgendaItem.id)
    )
    return [
        (item, application, decision) for item, application, decision in db.session.execute(query).unique()
    ]


def list_tabled(meeting: Meeting) -> list[tuple[AgendaItem, Application, Meeting]]:
    """Files that were on the agenda when its day came and went undecided to another one, and to which."""
    then, after_it = aliased(AgendaItem), aliased(AgendaItem)
    following = (
        select(func.min(after_it.id))
        .where(after_it.application_id == AgendaItem.application_id, after_it.id > AgendaItem.id)
        .scalar_subquery()
    )
    query = (
        select(AgendaItem, Application, then)
        .join(Application, Application.id == AgendaItem.application_id)
        .join(then, then.id == following)
        .where(
            AgendaItem.meeting_id == meeting.id,
            AgendaItem.decision_id.is_(None),
            then.placed_on >= meeting.held_on,
        )
        .order_by(AgendaItem.place, AgendaItem.id)
    )
    return [
        (item, application, later.meeting) for item, application, later in db.session.execute(query).unique()
    ]


def count_undecided(meeting_id: int) -> int:
    """How many files of this agenda wait for their decision."""
    return sum(
        decision is None and application.status in TABLE_STATUSES
        for _, application, decision in list_items(meeting_id)
    )


def list_seats_of(meeting_id: int) -> list[MeetingSeat]:
    """Who was present, by name."""
    query = select(MeetingSeat).join(Staff).where(MeetingSeat.meeting_id == meeting_id).order_by(Staff.name)
    return list(db.session.scalars(query))


def list_calls(meeting_id: int) -> list[MeetingCall]:
    """What the members' calendars were told of one meeting, in its order."""
    query = select(MeetingCall).where(MeetingCall.meeting_id == meeting_id)
    return list(db.session.scalars(query.order_by(MeetingCall.sequence, MeetingCall.id)))


def may_attest(meeting: Meeting) -> frozenset[int]:
    """Who attests the minutes: who chaired the meeting. Where that account is closed, or an old record does not say who
    chaired, everybody who was present."""
    chair = db.session.get(Staff, meeting.chair_id) if meeting.chair_id else None
    if chair and chair.active:
        return frozenset({chair.id})
    return frozenset(seat.staff_id for seat in list_seats_of(meeting.id))


def list_recusals(item_ids: Iterable[int]) -> list[Recusal]:
    """Who stepped out of these items."""
    query = select(Recusal).where(Recusal.item_id.in_(list(item_ids))).order_by(Recusal.id)
    return list(db.session.scalars(query))


def list_votes(item_ids: Iterable[int]) -> list[Vote]:
    """The votes on these items."""
    query = select(Vote).where(Vote.item_id.in_(list(item_ids))).order_by(Vote.id)
    return list(db.session.scalars(query))


def seats_needed(meeting: Meeting) -> int:
    """How many members a decision of this meeting needs at the table."""
    office = select(func.count(CommitteeMember.staff_id.distinct())).where(*_in_office(meeting.held_on))
    return quorum_row(meeting.quorum_rule).needed(db.session.scalar(office) or 0)


def able_to_vote(meeting: Meeting) -> frozenset[int]:
    """Members in office on the day of the meeting whose yearly statement is in force that day."""
    office = select(CommitteeMember.staff_id).where(*_in_office(meeting.held_on))
    until = statement_until(db.session.scalars(office), meeting.held_on)
    return frozenset(who for who, last_day in until.items() if last_day >= meeting.held_on)


@dataclass(frozen=True)
class Table:
    """Who is at the table for one file, and what they voted: the recused, the absent and who cannot vote left out."""

    attendance: frozenset[int]
    votes: tuple[VoteChoice, ...]


def read_table(item: AgendaItem | None) -> Table:
    """The table of one item; an empty one for a file on no agenda."""
    if item is None:
        return Table(frozenset(), ())
    held_on = item.meeting.held_on
    seat, signed_on = MeetingSeat.staff_id, func.max(MemberStatement.signed_on)
    query = (
        select(seat, Vote.choice, signed_on)
        .join(CommitteeMember, CommitteeMember.staff_id == seat)
        .join(MemberStatement, and_(MemberStatement.staff_id == seat, MemberStatement.signed_on <= held_on))
        .outerjoin(Vote, and_(Vote.staff_id == seat, Vote.item_id == item.id))
        .where(
            MeetingSeat.meeting_id == item.meeting_id,
            *_in_office(held_on),
            ~exists().where(Recusal.item_id == item.id, Recusal.staff_id == seat),
        )
        .group_by(seat, Vote.choice)
    )
    here = [
        (who, choice)
        for who, choice, signed in db.session.execute(query)
        if after("nondiscrimination_statement", signed) >= held_on
    ]
    return Table(frozenset(who for who, _ in here), tuple(choice for _, choice in here if choice))


def concerned(npi: str) -> frozenset[int]:
    """Staff whose own NPI this is, or who declared a tie to the provider with it."""
    if not npi:
        return frozenset()
    query: Any = union(select(Staff.id).where(Staff.npi == npi), select(Tie.staff_id).where(Tie.npi == npi))
    return frozenset(db.session.scalars(query))


def is_concerned(staff_id: int, application_id: int) -> bool:
    """Has this member of staff a tie to the provider of this application?"""
    npi = (
        select(Application.npi)
        .where(Application.id == application_id, Application.npi != "")
        .scalar_subquery()
    )
    return is_tied(staff_id, npi)


def is_tied(staff_id: int, npi: Any) -> bool:
    """Has this member of staff a tie to the provider with this NPI, which is not empty? One look into two indexes."""
    query: Any = union(
        select(Staff.id).where(Staff.id == staff_id, Staff.npi == npi),
        select(Tie.staff_id).where(Tie.staff_id == staff_id, Tie.npi == npi),
    )
    return db.session.execute(query).first() is not None


def tied_npis(staff_id: int | None) -> frozenset[str]:
    """The NPIs of the providers one member of staff has a tie to: the own one, and those declared."""
    if staff_id is None:
        return frozenset()
    query: Any = union(
        select(Staff.npi).where(Staff.id == staff_id, Staff.npi != ""),
        select(Tie.npi).where(Tie.staff_id == staff_id, Tie.npi != ""),
    )
    return frozenset(db.session.scalars(query))


def concerns_meeting(staff_id: int | None, meeting_id: int) -> bool:
    """Was a provider this member of staff has a tie to ever on the agenda of this meeting?"""
    query = (
        select(AgendaItem.id)
        .join(Application, Application.id == AgendaItem.application_id)
        .where(AgendaItem.meeting_id == meeting_id, Application.npi.in_(tied_npis(staff_id)))
    )
    return db.session.scalar(query.limit(1)) is not None


def list_ties(staff_id: int) -> list[Row[Any]]:
    """What one member of staff declared, with a name where an application tells it."""
    name = (
        select(Application.name)
        .where(Application.npi == Tie.npi)
        .order_by(Application.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return list(
        db.session.execute(select(Tie, name.label("name")).where(Tie.staff_id == staff_id).order_by(Tie.id))
    )


def find_minutes(meeting_id: int) -> Minutes | None:
    """The minutes of one meeting, or None. What they say is for those who opened them."""
    return db.session.scalars(select(Minutes).where(Minutes.meeting_id == meeting_id)).one_or_none()


def find_paper(meeting_id: int, kind: PaperKind) -> MeetingPaper | None:
    """The paper of this kind that was asked for last."""
    query = select(MeetingPaper).where(MeetingPaper.meeting_id == meeting_id, MeetingPaper.kind == kind)
    return db.session.scalars(query.order_by(MeetingPaper.id.desc()).limit(1)).first()


def find_made_paper(meeting_id: int, kind: PaperKind) -> MeetingPaper | None:
    """The newest paper of this kind whose bytes are kept, or None."""
    query = select(MeetingPaper).where(
        MeetingPaper.meeting_id == meeting_id,
        MeetingPaper.kind == kind,
        MeetingPaper.state == PaperState.MADE,
    )
    return db.session.scalars(query.order_by(MeetingPaper.id.desc()).limit(1)).first()
