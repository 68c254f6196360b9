"""What is made of an uploaded file for the desk, and the ledger of what the applicant was asked for."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.models.evidence import Document
from onboarding.models.letter import Letter
from onboarding.policy.vocabulary import AskedBy, DocumentKind, ReadBy

_OPEN = text("answered_on IS NULL")


class DocumentLook(Base):
    """What one look into a file gave: a copy that is safe to open, and what was read. A suggestion, never a decision.

    `view_key` is empty where no copy could be made. `seen_name` and, of a W-9, `seen_tax_id` are what stands there most
    like the form's: None where nothing was read, "" where nothing like it was found.
    """

    __tablename__ = "document_look"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    view_key: Mapped[str] = mapped_column(String(200), default="")
    view_sha256: Mapped[str] = mapped_column(String(64), default="")
    view_media_type: Mapped[str] = mapped_column(String(40), default="")
    read_by: Mapped[ReadBy] = mapped_column(word(ReadBy))
    read_expires_on: Mapped[date | None] = mapped_column(Date)
    read_name: Mapped[str] = mapped_column(String(200), default="")
    seen_name: Mapped[str | None] = mapped_column(String(200))
    seen_tax_id: Mapped[str | None] = mapped_column(Sealed)

    document: Mapped[Document] = relationship()
    previews: Mapped[list["DocumentPreview"]] = relationship(
        lazy="selectin", order_by="DocumentPreview.page", cascade="all"
    )


class DocumentPreview(Base):
    """The picture of one page, a JPEG."""

    __tablename__ = "document_preview"
    __table_args__ = (UniqueConstraint("look_id", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    look_id: Mapped[int] = mapped_column(ForeignKey("document_look.id"))
    page: Mapped[int] = mapped_column(Integer)
    storage_key: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)


class DocumentRequest(Base):
    """One time the applicant was asked for one document. At most one is open for a kind; only the answer is added."""

    __tablename__ = "document_request"
    __table_args__ = (
        Index("ix_document_request_application", "application_id", "id"),
        Index("ix_document_request_one_open", "application_id", "kind", unique=True,
              sqlite_where=_OPEN, postgresql_where=_OPEN),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[DocumentKind] = mapped_column(word(DocumentKind))
    what: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(600))
    through: Mapped[AskedBy] = mapped_column(word(AskedBy))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    asked_on: Mapped[date] = mapped_column(Date)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(120))
    answered_by_document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    answered_on: Mapped[date | None] = mapped_column(Date)

    application: Mapped[Application] = relationship()
    letter: Mapped[Letter | None] = relationship()
    answered_by: Mapped[Document | None] = relationship()
