"""What the members' calendars are told of a meeting: one mail to one member for each change."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.columns import Moment, word
from onboarding.models.decision import Meeting
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import CallMethod, MessageState


class MeetingCall(Base):
    """One member is told of one `sequence` of one meeting. `claimed_until` and `fence` are the lease of its sender."""

    __tablename__ = "meeting_call"
    __table_args__ = (
        UniqueConstraint("meeting_id", "staff_id", "sequence"),
        Index("ix_meeting_call_state", "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    method: Mapped[CallMethod] = mapped_column(word(CallMethod))
    state: Mapped[MessageState] = mapped_column(word(MessageState), default=MessageState.QUEUED)
    message_id: Mapped[str] = mapped_column(String(255), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[float] = mapped_column(Float, default=0)
    claimed_until: Mapped[float] = mapped_column(Float, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    proof: Mapped[str] = mapped_column(String(500), default="")

    meeting: Mapped[Meeting] = relationship(lazy="joined", innerjoin=True)
    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)
