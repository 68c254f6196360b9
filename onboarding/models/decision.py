"""Meetings, agenda items and decisions."""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.columns import Moment, word
from onboarding.models.staff import Staff
from onboarding.policy.returning import days_late
from onboarding.policy.vocabulary import DecisionOutcome, MeetingState, QuorumRule

decision_attendance = Table(
    "decision_attendance",
    Base.metadata,
    Column("decision_id", ForeignKey("decision.id"), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
)

_FOLLOWED = text("follow_up_on IS NOT NULL")


def _new_uid() -> str:
    return str(uuid4())


class Meeting(Base):
    """A dated meeting of the credentialing committee. `starts_at` is a time of day of the plan's zone: 12:30.

    Calendars know it by `uid` and take the entry with the higher `sequence` (RFC 5545); `changed_at` and
    `changed_because` are of its last move, cancellation or being planned again.
    """

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[date] = mapped_column(Date, unique=True)
    starts_at: Mapped[str] = mapped_column(String(5), default="12:00", server_default="12:00")
    place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # who chaired it
    quorum_rule: Mapped[QuorumRule] = mapped_column(
        word(QuorumRule), default=QuorumRule.FIXED, server_default="fixed"
    )
    state: Mapped[MeetingState] = mapped_column(
        word(MeetingState), default=MeetingState.PLANNED, server_default="planned"
    )
    uid: Mapped[str] = mapped_column(String(36), default=_new_uid, server_default="")
    sequence: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    changed_because: Mapped[str] = mapped_column(String(300), default="", server_default="")


class AgendaItem(Base):
    """One application on the agenda of one meeting: in which place, the flags that brought it there, and what was decided
    on it there."""

    __tablename__ = "agenda_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    placed_on: Mapped[date] = mapped_column(Date)
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    place: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    why: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True, unique=True)

    meeting: Mapped[Meeting] = relationship(lazy="joined", innerjoin=True)
    decision: Mapped["Decision | None"] = relationship()


class Decision(Base):
    """One decision: by the medical director alone (no meeting) or by the committee (meeting, attendance, reason)."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        Index("ix_decision_decided_on", "decided_on"),
        Index(
            "ix_decision_follow_up", "follow_up_on", "id", sqlite_where=_FOLLOWED, postgresql_where=_FOLLOWED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[DecisionOutcome] = mapped_column(word(DecisionOutcome))
    decided_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    reason: Mapped[str] = mapped_column(String(2000), default="")
    reason_codes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    follow_up_on: Mapped[date | None] = mapped_column(Date)
    renewal_due_on: Mapped[date | None] = mapped_column(Date)  # by when a renewal had to be decided

    decided_by: Mapped[Staff] = relationship(lazy="joined")
    meeting: Mapped[Meeting | None] = relationship(lazy="joined")
    attendance: Mapped[list[Staff]] = relationship(
        secondary=decision_attendance, lazy="selectin", order_by=Staff.name
    )

    @property
    def days_late(self) -> int:
        """So many days after it was due a renewal was decided; 0 for one decided in time, and for a first application."""
        return days_late(self.decided_on, self.renewal_due_on)
