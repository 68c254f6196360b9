"""Files that a source gave us: the evidence behind verifications. Kept as they came, never edited or deleted."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base
from onboarding.models.columns import Moment


class EvidenceFile(Base):
    """One file, known by its bytes: `sha256` is unique, so that the same file cannot come in twice.

    It belongs to the application it was first recorded for; only a source's list of everybody is evidence in others.
    """

    __tablename__ = "evidence_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    storage_key: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    received_on: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(Moment)
    received_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
