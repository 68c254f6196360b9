"""The New Health Partner contract form: one tax id, one contact, one signature."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Date, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed, SealedJSON
from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import ProviderKind, Subject

if TYPE_CHECKING:
    from onboarding.models.application import Application


class ContractForm(Base):
    """What the applicant typed (`answers`, sealed) and the columns drawn from it when it was sent.

    `sent_copies` keeps each sending as it was signed, oldest first: signature, day, provider type and answers.

    `demographics` holds the optional race, ethnicity and language answers apart; no page of the desk reads it.
    """

    __tablename__ = "contract_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ProviderKind] = mapped_column(word(ProviderKind))
    subject: Mapped[Subject] = mapped_column(word(Subject))
    answers: Mapped[dict[str, Any]] = mapped_column(SealedJSON, default=dict)
    sent_copies: Mapped[list[dict[str, Any]] | None] = mapped_column(SealedJSON, deferred=True)
    demographics: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    legal_name: Mapped[str] = mapped_column(String(200), default="")
    tax_id: Mapped[str | None] = mapped_column(Sealed)
    tax_id_last4: Mapped[str] = mapped_column(String(4), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(255), default="")
    contact_phone: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[str] = mapped_column(String(2), default="")
    zip_code: Mapped[str] = mapped_column(String(10), default="")
    county: Mapped[str] = mapped_column(String(60), default="")
    lines: Mapped[list[str]] = mapped_column(JSON, default=list)
    attestation: Mapped[dict[str, Any] | None] = mapped_column(SealedJSON)
    signature: Mapped[str] = mapped_column(String(120), default="")
    signed_on: Mapped[date | None] = mapped_column(Date)

    applications: Mapped[list["Application"]] = relationship(back_populates="form")

    @property
    def email_on_file(self) -> str:
        """Where mail goes: the address of the form as it was last sent; of a draft, the one typed so far, or none."""
        return self.contact_email or str(self.answers.get("contact_email") or "")
