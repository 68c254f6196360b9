"""Drafts of whose end the letter to their group has told: one letter for many."""

from datetime import date

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base


class DraftNotice(Base):
    """One draft in one letter to its group: the day the notice fell due, and the last day the draft is kept."""

    __tablename__ = "draft_notice"
    __table_args__ = (UniqueConstraint("application_id", "letter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    due_on: Mapped[date] = mapped_column(Date)
    respond_by: Mapped[date] = mapped_column(Date)
