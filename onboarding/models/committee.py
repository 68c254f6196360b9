"""The credentialing committee: members, who sat at a meeting, recusals and votes, statements, ties, minutes, papers."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.columns import Moment, word
from onboarding.models.laid_out import LaidOut
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import PaperKind, VoteChoice


class CommitteeMember(Base):
    """One term of one member: `term_to` is its last day, empty while it is open."""

    __tablename__ = "committee_member"
    __table_args__ = (Index("ix_committee_member_staff", "staff_id", "term_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    specialty: Mapped[str] = mapped_column(String(120))
    chair: Mapped[bool] = mapped_column(Boolean, default=False)
    term_from: Mapped[date] = mapped_column(Date)
    term_to: Mapped[date | None] = mapped_column(Date)

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class MemberStatement(Base):
    """The non-discrimination statement, signed by one member on one day. Appended only."""

    __tablename__ = "member_statement"
    __table_args__ = (Index("ix_member_statement_staff", "staff_id", "signed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    signed_on: Mapped[date] = mapped_column(Date)
    signed_at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)


class Tie(Base):
    """A member of staff said: this provider is family, or I have an interest. Appended only."""

    __tablename__ = "tie"
    __table_args__ = (Index("ix_tie_npi", "npi"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    npi: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(200))
    declared_at: Mapped[datetime] = mapped_column(Moment)


class MeetingSeat(Base):
    """One member who was present at one meeting."""

    __tablename__ = "meeting_seat"
    __table_args__ = (UniqueConstraint("meeting_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class Recusal(Base):
    """One member steps out of one item of the agenda, and why. Appended only: nobody steps in again."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("item_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class Vote(Base):
    """What one member wants for one item; it may be changed until the item is decided."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("item_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    choice: Mapped[VoteChoice] = mapped_column(word(VoteChoice))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True, foreign_keys=[staff_id])


class Minutes(Base):
    """The minutes of one meeting, sealed at rest: peer review. Once attested by the chair the database locks them."""

    __tablename__ = "minutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), unique=True)
    text: Mapped[str] = mapped_column(Sealed)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    attested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    attested_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer, default=1)

    attested_by: Mapped[Staff | None] = relationship(lazy="joined", foreign_keys=[attested_by_id])

    __mapper_args__ = {"version_id_col": version}


class MeetingPaper(LaidOut, Base):
    """One PDF of one meeting that was asked for."""

    __tablename__ = "meeting_paper"
    __table_args__ = (
        Index("ix_meeting_paper_meeting", "meeting_id", "kind", "id"),
        Index("ix_meeting_paper_state", "state", "id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    kind: Mapped[PaperKind] = mapped_column(word(PaperKind))
