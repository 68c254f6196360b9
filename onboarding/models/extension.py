"""Extensions of the recredentialing cycle. Appended, never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.columns import Moment, word
from onboarding.models.evidence_file import EvidenceFile
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import ExtensionCause


class RecredentialingExtension(Base):
    """A person let the recredentialing of one provider wait, for a cause of the policy and with its evidence: it was due
    on `due_before`, and is due on `due_on`."""

    __tablename__ = "recredentialing_extension"
    __table_args__ = (
        UniqueConstraint("participation_id", "due_before"),
        CheckConstraint("due_on > due_before", name="later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    cause: Mapped[ExtensionCause] = mapped_column(word(ExtensionCause))
    returns_on: Mapped[date] = mapped_column(Date)
    due_before: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    why: Mapped[str] = mapped_column(String(500))
    evidence_file_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"))
    granted_on: Mapped[date] = mapped_column(Date)
    granted_at: Mapped[datetime] = mapped_column(Moment)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    evidence_file: Mapped[EvidenceFile] = relationship(lazy="joined")
    granted_by: Mapped[Staff] = relationship(lazy="joined")
