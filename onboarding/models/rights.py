"""What an applicant asks of us by right: each request with its last day, and our answer."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.models.letter import Letter
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import RightsKind, RightsState


class RightsRequest(Base):
    """One request. A correction says what it is about, what is wrong and what is right; `letter_id` is the discrepancy
    notice it answers. Without `answered_by_id` a page answered at once."""

    __tablename__ = "rights_request"
    __table_args__ = (Index("ix_rights_request_state", "state", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), unique=True)
    kind: Mapped[RightsKind] = mapped_column(word(RightsKind))
    about: Mapped[str] = mapped_column(String(200), default="")
    wrong: Mapped[str | None] = mapped_column(Sealed)
    right: Mapped[str | None] = mapped_column(Sealed)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[RightsState] = mapped_column(word(RightsState), default=RightsState.ASKED)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_on: Mapped[date | None] = mapped_column(Date)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    application: Mapped[Application] = relationship()
    letter: Mapped[Letter | None] = relationship()
    answered_by: Mapped[Staff | None] = relationship(lazy="joined")
