"""Rosters: the lists of practitioners a group sends, row by row, and what it told us of their columns."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, SealedJSON
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import ProviderType, RosterRowState, RosterState


class Roster(Base):
    """One file of a group, sent once: unique on (application, SHA-256). The file itself is kept until it is imported.

    `reading` holds what was found in it (headers, columns, notes). `progress` of `progress_of` rows are done in the
    check or the import that runs, which began at `run_started_at` with `run_from`. `claimed_until` and `fence` are
    the lease of the process at work.
    """

    __tablename__ = "roster"
    __table_args__ = (UniqueConstraint("application_id", "sha256"), Index("ix_roster_state", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[RosterState] = mapped_column(word(RosterState))
    says: Mapped[str] = mapped_column(String(500), default="")
    reading: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)
    rows: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    imported: Mapped[int] = mapped_column(Integer, default=0)
    already_here: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    progress_of: Mapped[int] = mapped_column(Integer, default=0)
    run_from: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime] = mapped_column(Moment)
    sent_by: Mapped[str] = mapped_column(String(120))
    run_started_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    claimed_until: Mapped[float] = mapped_column(Float, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0)

    application: Mapped[Application] = relationship()

    @property
    def valid(self) -> int:
        """The rows that can be taken."""
        return self.rows - self.refused


class RosterRow(Base):
    """One row: its number in the file, and what became of it.

    `answers` holds what was read until it is imported, `cells` the row as it was sent while it waits to be corrected.
    `application_id` is the application made from it, or the one that was here already.
    """

    __tablename__ = "roster_row"
    __table_args__ = (
        UniqueConstraint("roster_id", "number"),
        Index("ix_roster_row_state", "roster_id", "state", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey("roster.id"))
    number: Mapped[int] = mapped_column(Integer)
    npi: Mapped[str] = mapped_column(String(10), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    name_key: Mapped[str] = mapped_column(String(200), default="")
    provider_type: Mapped[ProviderType | None] = mapped_column(word(ProviderType))
    state: Mapped[RosterRowState] = mapped_column(word(RosterRowState))
    problems: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    answers: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)
    cells: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)


class RosterMapping(Base):
    """What a group told us once: under this header stands this column; an empty column is not read."""

    __tablename__ = "roster_mapping"
    __table_args__ = (UniqueConstraint("application_id", "header"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    header: Mapped[str] = mapped_column(String(200))
    column: Mapped[str] = mapped_column(String(40), default="")
