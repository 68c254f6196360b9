"""What the members' calendars are told of a meeting: one mail to one member for each change."""

from sqlalchemy import ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.columns import word
from onboarding.models.decision import Meeting
from onboarding.models.mailing import HandOver
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import CallMethod


class MeetingCall(HandOver, Base):
    """One member is told of one `sequence` of one meeting."""

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

    meeting: Mapped[Meeting] = relationship(lazy="joined", innerjoin=True)
    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)

    @property
    def called(self) -> str:
        """What its Message-ID begins with."""
        return f"meeting-{self.meeting.uid}.{self.id}"
