"""Who wants no mail that only tells."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base
from onboarding.models.columns import Moment


class MailStop(Base):
    """An e-mail address, known by its keyed hash, whose reader has turned the optional mails off (letters/catalog.py).

    It counts for every application with this address, also for one that begins later. Turned on again, the row goes.
    """

    __tablename__ = "mail_stop"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    stopped_at: Mapped[datetime] = mapped_column(Moment)
