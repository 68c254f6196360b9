"""Where each applicant stands on our CAQH roster, and when CAQH is asked next."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.policy.caqh import RosterState


class CaqhRosterEntry(Base):
    """One application on, or on its way to or from, the roster. What CAQH said is evidence and stands elsewhere too
    (Authorization); this row is only where the conversation with CAQH has come to.

    `next_at` is when the clock takes it up again; while a request is under way it is also the lease of who asks.
    `trouble` is why the last request got no answer; empty once one came.
    """

    __tablename__ = "caqh_roster_entry"
    __table_args__ = (
        Index("ix_caqh_roster_entry_next", "state", "next_at", "id"),
        Index("ix_caqh_roster_entry_batch", "batch_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    state: Mapped[RosterState] = mapped_column(word(RosterState))
    caqh_number: Mapped[str] = mapped_column(String(10), default="")
    batch_id: Mapped[str] = mapped_column(String(80), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    exceptions: Mapped[list[str]] = mapped_column(JSON, default=list)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    trouble: Mapped[str] = mapped_column(String(300), default="")
    next_at: Mapped[datetime] = mapped_column(Moment)

    application: Mapped[Application] = relationship()
