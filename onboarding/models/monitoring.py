"""What monitoring finds about a provider in the network, and what was done about it. Appended, never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.columns import Moment, word
from onboarding.models.evidence_file import EvidenceFile
from onboarding.models.participation import Participation
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import FindingKind, FindingSeverity, FindingState

_TO_ACT_ON = text("act_by IS NOT NULL")
_CLOSED = text(f"state = '{FindingState.CLOSED.value}'")


class MonitoringFinding(Base):
    """One finding. What it says is sealed at rest: peer review. `act_by` is empty where nobody has to act.

    A correction is a new row that names the one it replaces (`replaces_id`), why, and the first of them (`first_id`), to
    which everything that was done about the finding stays bound. Nobody recorded what a file brought in. `measure` and
    `period` are filled for a quality result from a file.
    """

    __tablename__ = "monitoring_finding"
    __table_args__ = (
        CheckConstraint("(replaces_id IS NULL) = (first_id IS NULL)", name="correction_has_first"),
        CheckConstraint("replaces_id IS NULL OR replaces_why <> ''", name="correction_has_reason"),
        CheckConstraint("received_on <= recorded_on", name="received_before_recorded"),
        Index("ix_monitoring_finding_participation", "participation_id", "id"),
        Index(
            "ix_monitoring_finding_act_by",
            "act_by",
            "id",
            sqlite_where=_TO_ACT_ON,
            postgresql_where=_TO_ACT_ON,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("monitoring_finding.id"))
    kind: Mapped[FindingKind] = mapped_column(word(FindingKind))
    severity: Mapped[FindingSeverity] = mapped_column(word(FindingSeverity))
    received_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(160))
    says: Mapped[str] = mapped_column(Sealed)
    measure: Mapped[str] = mapped_column(String(120), default="")
    period: Mapped[str] = mapped_column(String(40), default="")
    act_by: Mapped[date | None] = mapped_column(Date)
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_file.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("monitoring_finding.id"), unique=True)
    replaces_why: Mapped[str] = mapped_column(String(500), default="")
    recorded_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    participation: Mapped[Participation] = relationship()
    recorded_by: Mapped[Staff | None] = relationship(lazy="joined")
    evidence_file: Mapped[EvidenceFile | None] = relationship(lazy="joined")

    @property
    def root_id(self) -> int:
        """The first record of this finding."""
        return self.first_id or self.id


class FindingStep(Base):
    """One thing done about a finding, of which `finding_id` is the first record: looked into, or closed, once."""

    __tablename__ = "finding_step"
    __table_args__ = (
        Index("ix_finding_step_finding", "finding_id", "id"),
        Index(
            "ix_finding_step_closed",
            "finding_id",
            unique=True,
            sqlite_where=_CLOSED,
            postgresql_where=_CLOSED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("monitoring_finding.id"))
    state: Mapped[FindingState] = mapped_column(word(FindingState))
    done: Mapped[str] = mapped_column(Sealed)
    taken_on: Mapped[date] = mapped_column(Date)
    taken_at: Mapped[datetime] = mapped_column(Moment)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    taken_by: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)
