"""What stands in the credentialing file: documents, authorizations, verifications, screenings. Appended, not edited."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.models.evidence_file import EvidenceFile
from onboarding.models.staff import Staff
from onboarding.policy.caqh import ProviderStatus
from onboarding.policy.verifications import Element
from onboarding.policy.vocabulary import (
    AuthorizationKind,
    AuthorizationSource,
    DocumentKind,
    DocumentState,
    MatchResolution,
    MatchVerdict,
    ScanState,
    ScreeningOutcome,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)

_UNSEEN = text("looked_at IS NULL")
_TO_REVIEW = text(f"state = '{DocumentState.RECEIVED.value}'")
_RUNS_OUT = text(f"state = '{DocumentState.ACCEPTED.value}' AND expires_on IS NOT NULL")
_DATED = text("good_until IS NOT NULL")
_UNRESOLVED = text("resolution IS NULL")


class Document(Base):
    """One uploaded file. `public_id` is random and is what a URL may show; `file_name` is only a label.

    The bytes under `storage_key` are kept as they came. `looked_at` is empty until the clock has looked into them.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_application_kind", "application_id", "kind", "id"),
        Index("ix_document_sha256", "sha256"),
        Index(
            "ix_document_new",
            "uploaded_on",
            "application_id",
            sqlite_where=_TO_REVIEW,
            postgresql_where=_TO_REVIEW,
        ),
        Index("ix_document_runs_out", "expires_on", "id", sqlite_where=_RUNS_OUT, postgresql_where=_RUNS_OUT),
        Index("ix_document_to_look_into", "id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[DocumentKind] = mapped_column(word(DocumentKind))
    state: Mapped[DocumentState] = mapped_column(word(DocumentState))
    file_name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer, default=1)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_key: Mapped[str] = mapped_column(String(200))
    expires_on: Mapped[date | None] = mapped_column(Date)
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_on: Mapped[date] = mapped_column(Date)
    uploaded_by: Mapped[str] = mapped_column(String(120))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(500), default="")
    scan_state: Mapped[ScanState] = mapped_column(word(ScanState), default=ScanState.NOT_CONFIGURED)
    scan_note: Mapped[str] = mapped_column(String(200), default="")
    scanned_at: Mapped[datetime | None] = mapped_column(Moment)
    looked_at: Mapped[datetime | None] = mapped_column(Moment)

    application: Mapped[Application] = relationship()
    reviewed_by: Mapped[Staff | None] = relationship(lazy="joined")


class Authorization(Base):
    """Leave to read the credentials, as recorded by staff or answered by CAQH; the latest row counts.

    `evidence` says what staff looked at; `answer` keeps the facts of CAQH's own answer, which has nobody behind it.
    """

    __tablename__ = "authorization"
    __table_args__ = (
        CheckConstraint("recorded_by_id IS NOT NULL OR source = 'caqh'", name="somebody_recorded"),
        Index("ix_authorization_attested", "attested_on", "application_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    statement: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    kind: Mapped[AuthorizationKind] = mapped_column(word(AuthorizationKind))
    plan_listed: Mapped[bool] = mapped_column(Boolean, default=False)
    attested_on: Mapped[date | None] = mapped_column(Date)
    ordered_on: Mapped[date | None] = mapped_column(Date)
    received_on: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[AuthorizationSource] = mapped_column(
        word(AuthorizationSource), default=AuthorizationSource.STAFF, server_default="staff"
    )
    evidence: Mapped[str] = mapped_column(String(200), default="", server_default="")
    provider_status: Mapped[ProviderStatus | None] = mapped_column(word(ProviderStatus))
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)

    recorded_by: Mapped[Staff | None] = relationship(lazy="joined")


class Verification(Base):
    """One fact checked at its source. The system sets the date; nobody types it.

    `found` is what the source shows, `good_until` until when it says it holds, `as_of` the day on which an organization
    that reports to us checked it. A correction names the record it replaces and why, was made on `corrected_on`, and
    keeps the day of the check. `about` is which further license the fact is of: its state and number; empty for the
    license of the license page, which the statement holds, and for every other fact.
    """

    __tablename__ = "verification"
    __table_args__ = (
        CheckConstraint("(replaces_id IS NULL) = (corrected_on IS NULL)", name="correction_dated"),
        CheckConstraint("replaces_id IS NULL OR replaces_why <> ''", name="correction_has_reason"),
        CheckConstraint("as_of IS NULL OR as_of <= checked_on", name="checked_before_recorded"),
        Index("ix_verification_application_kind", "application_id", "kind", "id"),
        Index("ix_verification_evidence_file", "evidence_file_id"),
        Index("ix_verification_reference", "reference", "source"),
        Index("ix_verification_runs_out", "good_until", "id", sqlite_where=_DATED, postgresql_where=_DATED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    statement: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    kind: Mapped[VerificationKind] = mapped_column(word(VerificationKind))
    about: Mapped[str | None] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(120))
    method: Mapped[VerificationMethod] = mapped_column(word(VerificationMethod))
    result: Mapped[VerificationResult] = mapped_column(word(VerificationResult))
    reference: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    found: Mapped[str] = mapped_column(String(200), default="", server_default="")
    checked_on: Mapped[date] = mapped_column(Date)
    as_of: Mapped[date | None] = mapped_column(Date)
    good_until: Mapped[date | None] = mapped_column(Date)
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_file.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("verification.id"), unique=True)
    replaces_why: Mapped[str] = mapped_column(String(500), default="", server_default="")
    corrected_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    verified_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    verified_by: Mapped[Staff] = relationship(lazy="joined")
    evidence_file: Mapped[EvidenceFile | None] = relationship(lazy="joined")

    @property
    def element(self) -> Element:
        """The line of the plan of elements that this record counts for."""
        return self.kind, self.about or ""

    @property
    def evidenced_on(self) -> date:
        """The day of the check at the source, from which its age is counted."""
        return self.as_of or self.checked_on

    @property
    def recorded_late_on(self) -> date | None:
        """The day it came into the file, where that is later than the check: by a correction, or by who reports to us."""
        return self.corrected_on or (self.checked_on if self.as_of else None)


class ExclusionList(Base):
    """One imported list. Only the newest of a source is current; its rows are the exclusion records."""

    __tablename__ = "exclusion_list"
    __table_args__ = (
        Index("ix_exclusion_list_one_current", "source", unique=True,
              sqlite_where=text("current = 1"), postgresql_where=text("current")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(20), index=True)
    file_name: Mapped[str] = mapped_column(String(160))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(Integer)
    current: Mapped[bool] = mapped_column(Boolean, default=False)
    imported_on: Mapped[date] = mapped_column(Date)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_on: Mapped[date] = mapped_column(Date)
    newest_exclusion_on: Mapped[date | None] = mapped_column(Date)


class ExclusionRecord(Base):
    """One excluded person or body, with the keys by which it is found."""

    __tablename__ = "exclusion_record"
    __table_args__ = (
        Index("ix_exclusion_record_npi", "list_id", "npi"),
        Index("ix_exclusion_record_last", "list_id", "last_key", "first_key"),
        Index("ix_exclusion_record_business", "list_id", "business_key"),
        Index("ix_exclusion_record_birth", "list_id", "birth_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("exclusion_list.id"))
    last_name: Mapped[str] = mapped_column(String(60), default="")
    first_name: Mapped[str] = mapped_column(String(60), default="")
    middle_name: Mapped[str] = mapped_column(String(60), default="")
    business_name: Mapped[str] = mapped_column(String(120), default="")
    last_key: Mapped[str] = mapped_column(String(60), default="")
    first_key: Mapped[str] = mapped_column(String(60), default="")
    business_key: Mapped[str] = mapped_column(String(120), default="")
    general: Mapped[str] = mapped_column(String(40), default="")
    specialty: Mapped[str] = mapped_column(String(40), default="")
    npi: Mapped[str] = mapped_column(String(10), default="")
    birth_date: Mapped[date | None] = mapped_column(Date)
    city: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(2), default="")
    zip_code: Mapped[str] = mapped_column(String(10), default="")
    exclusion_type: Mapped[str] = mapped_column(String(12), default="")
    excluded_on: Mapped[date | None] = mapped_column(Date)
    waiver_on: Mapped[date | None] = mapped_column(Date)
    waiver_state: Mapped[str] = mapped_column(String(2), default="")


class Screening(Base):
    """One look for one applicant in one list: by whom, on which day, with which outcome."""

    __tablename__ = "screening"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    statement: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    list_id: Mapped[int | None] = mapped_column(ForeignKey("exclusion_list.id"))
    outcome: Mapped[ScreeningOutcome] = mapped_column(word(ScreeningOutcome))
    reason: Mapped[str] = mapped_column(String(300), default="")
    screened_on: Mapped[date] = mapped_column(Date)
    screened_at: Mapped[datetime] = mapped_column(Moment)
    screened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    exclusion_list: Mapped[ExclusionList | None] = relationship(lazy="joined")
    screened_by: Mapped[Staff | None] = relationship(lazy="joined")
    matches: Mapped[list["ExclusionMatch"]] = relationship(
        back_populates="screening", lazy="selectin", order_by="ExclusionMatch.id"
    )


class ExclusionMatch(Base):
    """A record that may describe the applicant, kept as it stood on that day, and what a person made of it."""

    __tablename__ = "exclusion_match"
    __table_args__ = (
        Index(
            "ix_exclusion_match_unresolved",
            "screening_id",
            sqlite_where=_UNRESOLVED,
            postgresql_where=_UNRESOLVED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    screening_id: Mapped[int] = mapped_column(ForeignKey("screening.id"), index=True)
    verdict: Mapped[MatchVerdict] = mapped_column(word(MatchVerdict))
    why: Mapped[str] = mapped_column(Text, default="")
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    resolution: Mapped[MatchResolution | None] = mapped_column(word(MatchResolution))
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(500), default="")

    screening: Mapped[Screening] = relationship(back_populates="matches")
    resolved_by: Mapped[Staff | None] = relationship(lazy="joined")
