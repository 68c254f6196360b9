"""What staff asked back when they returned a form."""

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base
from onboarding.policy.corrections import LONGEST_COMMENT


class ReturnedQuestion(Base):
    """One question of the form to be corrected in one round, with what is wrong with its answer; where the form came back
    with the same answer, why."""

    __tablename__ = "returned_question"
    __table_args__ = (UniqueConstraint("application_id", "round", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    round: Mapped[int] = mapped_column(Integer)
    page: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(60))
    comment: Mapped[str] = mapped_column(String(LONGEST_COMMENT))
    left_because: Mapped[str] = mapped_column(String(LONGEST_COMMENT), default="")
