"""What every hand-over keeps: where it stands, the lease of its sender, and the proof."""

from datetime import datetime

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import MessageState


class HandOver:
    """The columns of one hand-over. `claimed_until` (seconds since the epoch) and `fence` are the lease of its sender."""

    state: Mapped[MessageState] = mapped_column(word(MessageState), default=MessageState.QUEUED)
    message_id: Mapped[str] = mapped_column(String(255), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[float] = mapped_column(Float, default=0)
    claimed_until: Mapped[float] = mapped_column(Float, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    proof: Mapped[str] = mapped_column(String(500), default="")
