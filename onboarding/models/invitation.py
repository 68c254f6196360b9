"""What comes in by the Access Opportunity Form: ideas, and providers somebody refers to us."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.columns import word
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import InvitationState

# An NPI has one invitation that is followed; one without an NPI is like no other.
_FOLLOWED = text(f"npi <> '' AND state <> '{InvitationState.CLOSED.value}'")


class Invitation(Base):
    """A provider who was referred, and what we made of it. That an application came is read from the NPI, not kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_state", "state", "id"),
        Index(
            "ix_invitation_one_open", "npi", unique=True, sqlite_where=_FOLLOWED, postgresql_where=_FOLLOWED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    npi: Mapped[str] = mapped_column(String(10), default="")
    specialty: Mapped[str] = mapped_column(String(120))
    county: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    why: Mapped[str] = mapped_column(Text)
    referred_by: Mapped[str] = mapped_column(String(120))
    referrer_contact: Mapped[str] = mapped_column(String(200), default="")
    referred_on: Mapped[date] = mapped_column(Date)
    state: Mapped[InvitationState] = mapped_column(word(InvitationState), default=InvitationState.NEW)
    invited_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_because: Mapped[str] = mapped_column(String(500), default="")
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    handled_by: Mapped[Staff | None] = relationship(lazy="joined")


class Idea(Base):
    """A suggestion, with the name and address of who sent it where they were given."""

    __tablename__ = "idea"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    sent_on: Mapped[date] = mapped_column(Date)
