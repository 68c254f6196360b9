"""What the plan's own people are told of files that stand still: one mail to one person for what newly does."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.application import Application
from onboarding.models.columns import Moment
from onboarding.models.mailing import HandOver
from onboarding.models.staff import Staff


class StallMail(HandOver, Base):
    """One mail to one person."""

    __tablename__ = "stall_mail"
    __table_args__ = (Index("ix_stall_mail_state", "state", "not_before"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    written_on: Mapped[date] = mapped_column(Date)

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)

    @property
    def called(self) -> str:
        """What its Message-ID begins with."""
        return f"stall-{self.id}"


class StallNotice(Base):
    """One file of one such mail, untouched since this moment: a person is told once of each time it stands still, and
    anew when it has moved and stands still again."""

    __tablename__ = "stall_notice"
    __table_args__ = (UniqueConstraint("application_id", "untouched_since", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("stall_mail.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    untouched_since: Mapped[datetime] = mapped_column(Moment)

    mail: Mapped[StallMail] = relationship()
    application: Mapped[Application] = relationship()
