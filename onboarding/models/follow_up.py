"""Conditions of an approval that were looked at again on their day."""

from datetime import date

from sqlalchemy import Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.staff import Staff


class FollowUp(Base):
    """Somebody looked again at the conditions of one decision, and what was found, sealed at rest. Appended only, one a
    decision."""

    __tablename__ = "follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    done_on: Mapped[date] = mapped_column(Date)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(Sealed)

    done_by: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)
