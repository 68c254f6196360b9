"""Being in the network, the onboarding list, and how the provider is paid."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.application import Application
from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import AccountType, OnboardingStep, ParticipationState, PaymentChoice

_PENDING = text("state_pending_since IS NOT NULL")


class Participation(Base):
    """A provider in the network: number, dates, and the application that last credentialed it. With `provisional_until`
    it is, or was, in the network provisionally, through that day; with `state_pending_since` the State has been asked since
    that day and has not confirmed its enrollment."""

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("npi", "tax_id_digest"),
        Index("ix_participation_due", "state", "recredentialing_due_on", "id"),
        Index("ix_participation_effective", "effective_on", "id"),
        Index(
            "ix_participation_state_pending", "state_pending_since", "id",
            sqlite_where=_PENDING, postgresql_where=_PENDING,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_number: Mapped[str] = mapped_column(String(20), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    npi: Mapped[str] = mapped_column(String(10))
    tax_id_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[ParticipationState] = mapped_column(word(ParticipationState))
    cycle: Mapped[int] = mapped_column(Integer, default=1)
    effective_on: Mapped[date] = mapped_column(Date)
    credentialed_on: Mapped[date] = mapped_column(Date)
    recredentialing_due_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    provisional_until: Mapped[date | None] = mapped_column(Date, index=True)
    state_pending_since: Mapped[date | None] = mapped_column(Date)

    application: Mapped[Application] = relationship(foreign_keys=[application_id])


class ProvisionalCredentialing(Base):
    """A practitioner was credentialed provisionally. Appended only, one an NPI: nobody is twice."""

    __tablename__ = "provisional_credentialing"

    id: Mapped[int] = mapped_column(primary_key=True)
    npi: Mapped[str] = mapped_column(String(10), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    approved_on: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    approved_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class OnboardingItem(Base):
    """One item of the onboarding list that is done, and who said so."""

    __tablename__ = "onboarding_item"
    __table_args__ = (UniqueConstraint("participation_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"))
    step: Mapped[OnboardingStep] = mapped_column(word(OnboardingStep))
    done_on: Mapped[date] = mapped_column(Date)
    done_by: Mapped[str] = mapped_column(String(120))


class PaymentEnrolment(Base):
    """The choice made for payment through ECHO. Bank numbers are sealed; the last four digits are for display."""

    __tablename__ = "payment_enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    participation_id: Mapped[int] = mapped_column(ForeignKey("participation.id"), index=True)
    choice: Mapped[PaymentChoice] = mapped_column(word(PaymentChoice))
    bank_name: Mapped[str] = mapped_column(String(120), default="")
    routing_number: Mapped[str | None] = mapped_column(Sealed)
    account_number: Mapped[str | None] = mapped_column(Sealed)
    account_type: Mapped[AccountType | None] = mapped_column(word(AccountType))
    account_last4: Mapped[str] = mapped_column(String(4), default="")
    chosen_at: Mapped[datetime] = mapped_column(Moment)
    chosen_by: Mapped[str] = mapped_column(String(120))
