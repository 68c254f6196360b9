"""Samples of decided files drawn for an audit, appended only: a sample stays as it was drawn. Summaries for packets."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.models.decision import Decision
from onboarding.models.laid_out import LaidOut
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import ApplicationKind


class FileSample(Base):
    """One sample: who drew it and when, of which period, by which seed, out of how many files of each kind."""

    __tablename__ = "file_sample"

    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    initial: Mapped[int] = mapped_column(Integer)
    recredentialing: Mapped[int] = mapped_column(Integer)
    drawn_at: Mapped[datetime] = mapped_column(Moment)
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    drawn_by: Mapped[Staff] = relationship(lazy="joined")
    files: Mapped[list["SampledFile"]] = relationship(
        back_populates="sample", lazy="selectin", order_by="SampledFile.number"
    )


class SampledFile(Base):
    """One file of a sample, by the decision for which it is audited; `number` is its place in the drawing."""

    __tablename__ = "sampled_file"
    __table_args__ = (UniqueConstraint("sample_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("file_sample.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[ApplicationKind] = mapped_column(word(ApplicationKind))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))

    sample: Mapped[FileSample] = relationship(back_populates="files")
    application: Mapped[Application] = relationship(lazy="joined")
    decision: Mapped[Decision] = relationship(lazy="joined")


class FileSummary(LaidOut, Base):
    """The summary in the audit packet of one file, as it stood at this version: the page, and the PDF made of it."""

    __tablename__ = "file_summary"
    __table_args__ = (
        Index("ix_file_summary_application", "application_id", "id"),
        Index("ix_file_summary_state", "state", "id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    version: Mapped[int] = mapped_column(Integer)
    page_key: Mapped[str] = mapped_column(String(200))
    page_sha256: Mapped[str] = mapped_column(String(64))
