"""Letters and their hand-over. A letter is a row first: unique on (subject, kind, cycle, number)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.models.mailing import HandOver
from onboarding.policy.vocabulary import Channel, LetterKind, LetterState


class Letter(Base):
    """What is to be said to whom. Rendered once; the bytes are kept with their SHA-256.

    `facts` freezes what the letter says (items, reasons) when it is written. `claimed_until` and `fence` are the lease
    of the process that renders it. `admitted_on`: the day on which it was let pass the limits of a day
    (policy/letter_limits.py); nothing leaves before. `epoch`: of the sender when it was rendered, part of its names.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("application_id", "kind", "cycle", "number"),
        Index("ix_letter_state", "state", "id"),
        Index("ix_letter_admitted", "admitted_on", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    participation_id: Mapped[int | None] = mapped_column(ForeignKey("participation.id"))
    kind: Mapped[LetterKind] = mapped_column(word(LetterKind))
    cycle: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    round: Mapped[int] = mapped_column(Integer, default=0)
    written_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    respond_by: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[LetterState] = mapped_column(word(LetterState), default=LetterState.QUEUED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    claimed_until: Mapped[float] = mapped_column(Float, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    rendered_at: Mapped[datetime | None] = mapped_column(Moment)
    storage_key: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(Integer, default=0)
    admitted_on: Mapped[date | None] = mapped_column(Date)
    epoch: Mapped[str | None] = mapped_column(String(16))

    application: Mapped[Application] = relationship()
    messages: Mapped[list["OutboxMessage"]] = relationship(
        back_populates="letter", lazy="selectin", order_by="OutboxMessage.id"
    )


class OutboxMessage(HandOver, Base):
    """One hand-over of one letter by one channel, with its proof."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("letter_id", "channel"),
        Index("ix_outbox_message_state", "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    channel: Mapped[Channel] = mapped_column(word(Channel))
    recipient: Mapped[str] = mapped_column(String(255))
    sent_on: Mapped[date | None] = mapped_column(Date)
    error: Mapped[str] = mapped_column(String(500), default="")

    letter: Mapped[Letter] = relationship(back_populates="messages")
