"""A filter of the queue that somebody gave a name."""

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base
from onboarding.models.staff import Staff

_SHARED = text("shared")


class SavedView(Base):
    """A view of one person, or shared with everybody at the desk. `query` is the URL's query as the queue writes it: it
    is read again each time, as a link from outside would be."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("staff_id", "name"),
        Index("ix_saved_view_shared", "name", sqlite_where=_SHARED, postgresql_where=_SHARED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(500))
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    saved_on: Mapped[date] = mapped_column(Date)

    staff: Mapped[Staff] = relationship(lazy="joined")
