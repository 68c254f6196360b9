"""Appeals against a decision, each its own track, and what is reported of decisions against a provider."""

from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.models.letter import Letter
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import AdverseKind, AppealOutcome


class Appeal(Base):
    """One appeal against the decision that one letter told: at most one a letter. `panel`: the accounts that took part in
    that decision. Without `outcome` it is open; without `accepted_on` nobody has let it in yet."""

    __tablename__ = "appeal"
    __table_args__ = (Index("ix_appeal_outcome", "outcome", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    asked_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(120))
    grounds: Mapped[str] = mapped_column(Sealed)
    last_day: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    panel: Mapped[list[int]] = mapped_column(JSON, default=list)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    accepted_because: Mapped[str] = mapped_column(String(500), default="")
    hearing_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[AppealOutcome | None] = mapped_column(word(AppealOutcome))
    outcome_reason: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date | None] = mapped_column(Date)

    application: Mapped[Application] = relationship()
    letter: Mapped[Letter] = relationship()

    @property
    def late(self) -> bool:
        """Was it asked for after the last day?"""
        return self.asked_on > self.last_day


_DUE = text("due_on IS NOT NULL")


class AdverseAction(Base):
    """One decision against a provider: to be reported to the data bank or not, and why. `reportable` is empty until a
    person has answered; `report_by` is the last day of the report. `overturned`: what an appeal made of the action.
    `due_on`: until when something is to be done, the report or its amendment after an appeal; empty when nothing is."""

    __tablename__ = "adverse_action"
    __table_args__ = (
        Index("ix_adverse_action_due", "due_on", "id", sqlite_where=_DUE, postgresql_where=_DUE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[AdverseKind] = mapped_column(word(AdverseKind))
    codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    acted_on: Mapped[date] = mapped_column(Date)
    report_by: Mapped[date] = mapped_column(Date)
    reportable: Mapped[bool | None] = mapped_column(Boolean)
    why: Mapped[str | None] = mapped_column(Sealed)
    marked_on: Mapped[date | None] = mapped_column(Date)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reported_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(Sealed)
    due_on: Mapped[date | None] = mapped_column(Date)
    overturned: Mapped[AppealOutcome | None] = mapped_column(word(AppealOutcome))
    amended_on: Mapped[date | None] = mapped_column(Date)
    amended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    amended_reference: Mapped[str | None] = mapped_column(Sealed)
    amended_why: Mapped[str | None] = mapped_column(Sealed)

    application: Mapped[Application] = relationship()
    marked_by: Mapped[Staff | None] = relationship(lazy="joined", foreign_keys=[marked_by_id])
    amended_by: Mapped[Staff | None] = relationship(lazy="joined", foreign_keys=[amended_by_id])
    earlier_marks: Mapped[list["EarlierMark"]] = relationship(order_by="EarlierMark.id.desc()")


class EarlierMark(Base):
    """An answer whether an action is reported, and why, in whose place came another. Appended only."""

    __tablename__ = "earlier_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    adverse_action_id: Mapped[int] = mapped_column(ForeignKey("adverse_action.id"), index=True)
    reportable: Mapped[bool] = mapped_column(Boolean)
    why: Mapped[str | None] = mapped_column(Sealed)
    marked_on: Mapped[date | None] = mapped_column(Date)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    marked_by: Mapped[Staff | None] = relationship(lazy="joined")
