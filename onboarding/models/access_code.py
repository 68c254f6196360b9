"""Links and codes by which an applicant comes back: known by their keyed hash, good once and not for long."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base, Sealed
from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import CodePurpose


class AccessCode(Base):
    """One link or one code, mailed to the e-mail on file.

    `secret` is sealed and kept only until the mail that carries it has left (services/outbox.py wipes it); what is
    typed or followed is compared by `digest`. It opens nothing once it is used, expired or out of tries.
    """

    __tablename__ = "access_code"
    __table_args__ = (
        Index("ix_access_code_application", "application_id", "purpose"),
        Index("ix_access_code_digest", "digest"),
        Index("ix_access_code_letter", "letter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    purpose: Mapped[CodePurpose] = mapped_column(word(CodePurpose))
    digest: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str | None] = mapped_column(Sealed)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    tries_left: Mapped[int] = mapped_column(Integer)
