"""The sender: where it stands, what a person holds, and what left in a time this database does not know."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.columns import Moment, word
from onboarding.models.letter import Letter
from onboarding.policy.vocabulary import Channel, HoldCause, HoldOutcome

_OPEN = text("ended_at IS NULL")


class LetterHold(Base):
    """One letter waits for a person's release: since when, why and by whom; how it ended, by whom and with which reason.
    A letter has one open hold at most."""

    __tablename__ = "letter_hold"
    __table_args__ = (
        Index("ix_letter_hold_open", "letter_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_letter_hold_letter_id", "letter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    cause: Mapped[HoldCause] = mapped_column(word(HoldCause))
    because: Mapped[str] = mapped_column(String(500))
    held_on: Mapped[date] = mapped_column(Date)
    held_by: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[HoldOutcome | None] = mapped_column(word(HoldOutcome))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")

    letter: Mapped[Letter] = relationship()


class Sender(Base):
    """The one row that says how the sender stands. `epoch` is also kept outside the database: a new one begins when a
    restored database goes on. While it is paused, nothing leaves."""

    __tablename__ = "sender"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(String(16))
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_because: Mapped[str] = mapped_column(String(500), default="")


class LostHandOver(Base):
    """A hand-over that the journal outside the database tells of, and this database, restored, did not know. A letter
    with this key is not sent again by a machine."""

    __tablename__ = "lost_hand_over"
    __table_args__ = (UniqueConstraint("letter_key", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_key: Mapped[str] = mapped_column(String(200))
    channel: Mapped[Channel] = mapped_column(word(Channel))
    name: Mapped[str] = mapped_column(String(255))
    at: Mapped[str] = mapped_column(String(40))
