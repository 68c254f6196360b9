"""What happened: audit events, counted referrals, runs of the clock's jobs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base
from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import ProviderKind


class AuditEvent(Base):
    """Who, what, when and why, for each change. Appended only: the database refuses to change or delete a row."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_application", "application_id", "id"),
        Index("ix_audit_event_on", "on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    on: Mapped[date] = mapped_column(Date)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    actor: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AuditSeal(Base):
    """The place of one audit event in the chain, and its keyed hash. `id` counts the places from 1 without a gap.

    A table of its own, since the event's id is known only when it is in the database, which then refuses to change it;
    and since places follow the order of commits, which ids do not.
    """

    __tablename__ = "audit_seal"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class PartnerReferral(Base):
    """Somebody was sent to a partner that enrols their kind of provider. Counted, nothing else."""

    __tablename__ = "partner_referral"
    __table_args__ = (Index("ix_partner_referral_kind", "kind", "referred_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ProviderKind] = mapped_column(word(ProviderKind))
    referred_on: Mapped[date] = mapped_column(Date)


_WAITING, _FAILED = text("finished_at IS NULL"), text("error <> ''")


class JobRequest(Base):
    """Somebody asked for one job now: the clock takes it up before all else. One waits at a time for each job."""

    __tablename__ = "job_request"
    __table_args__ = (
        Index("ix_job_request_waiting", "job", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    done: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    failed: Mapped[bool] = mapped_column(Boolean, default=False)


class JobRun(Base):
    """One run of one job of the clock: when, how it ended, what it did."""

    __tablename__ = "job_run"
    __table_args__ = (
        Index("ix_job_run_job", "job", "id"),
        Index("ix_job_run_failed", "job", "started_at", sqlite_where=_FAILED, postgresql_where=_FAILED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    done: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
