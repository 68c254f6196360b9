"""What a paper has that the clock lays out: who asked for it, where its bytes are kept, and the lease of its maker."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import PaperState


class LaidOut:
    """A PDF that was asked for; the clock lays it out. `claimed_until` and `fence` are its lease."""

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[PaperState] = mapped_column(word(PaperState), default=PaperState.QUEUED)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    claimed_until: Mapped[float] = mapped_column(Float, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    storage_key: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
