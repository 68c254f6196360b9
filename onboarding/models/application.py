"""One request to join, or to stay: the heart of the program."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.extensions import Base, Sealed
from onboarding.models.columns import Moment, word
from onboarding.models.contract_form import ContractForm
from onboarding.models.staff import Staff
from onboarding.policy.vocabulary import ApplicationKind, ProviderKind, ProviderType, Status, Subject
from onboarding.policy.workflow import UNIQUE_STATUSES

if TYPE_CHECKING:
    from onboarding.models.participation import Participation

_OPEN = text("due_on IS NOT NULL")
_ANSWERED = text(f"status = '{Status.RECEIVED.value}' AND round > 0")
_DATED = text("due_on IS NOT NULL AND stale_on IS NOT NULL")
_ONE_OPEN = text(f"status IN ({', '.join(repr(status.value) for status in UNIQUE_STATUSES)})")


class Application(Base):
    """One application. Its status is set by services/workflow.py alone; `due_on` is empty when no work is awaited;
    `stale_on` is the first day on which something in an open file is out of date.

    `public_id` is the Application ID the applicant keeps. `statement` rises when the form is sent again with another
    answer to who the provider is: evidence of an earlier statement does not count. `version` rises with every change to the file, so that
    two people who looked at the same page give one decision and one refusal. `round` counts how often the applicant
    has been asked anew.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_one_open", "npi", "tax_id_digest", unique=True,
              sqlite_where=_ONE_OPEN, postgresql_where=_ONE_OPEN),
        Index("ix_application_open_due", "due_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_application_open_age", "received_on", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_application_open_stale", "stale_on", "id", sqlite_where=_DATED, postgresql_where=_DATED),
        Index("ix_application_open_moved", "changed_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_application_answered", "due_on", "id", sqlite_where=_ANSWERED, postgresql_where=_ANSWERED),
        Index("ix_application_open_name", "name_key", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_application_open_status", "status", "assignee_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_application_status_due", "status", "due_on", "id"),
        Index("ix_application_status_age", "status", "received_on", "id"),
        Index("ix_application_status_stale", "status", "stale_on", "id"),
        Index("ix_application_status_name", "status", "name_key", "id"),
        Index("ix_application_assignee_due", "assignee_id", "due_on", "id"),
        Index("ix_application_status_since", "status", "status_on", "id"),
        Index("ix_application_name_key", "name_key"),
        Index("ix_application_given_key", "given_key"),
        Index("ix_application_npi", "npi"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("contract_form.id"), index=True)
    participation_id: Mapped[int | None] = mapped_column(
        Integer, index=True
    )  # participation points back with a key
    kind: Mapped[ApplicationKind] = mapped_column(word(ApplicationKind), default=ApplicationKind.INITIAL)
    cycle: Mapped[int] = mapped_column(Integer, default=1)
    provider_kind: Mapped[ProviderKind] = mapped_column(word(ProviderKind))
    subject: Mapped[Subject] = mapped_column(word(Subject))
    provider_type: Mapped[ProviderType] = mapped_column(word(ProviderType))
    npi: Mapped[str] = mapped_column(String(10), default="")
    tax_id_digest: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    name_key: Mapped[str] = mapped_column(String(200), default="")  # last name first: how the queue sorts
    given_key: Mapped[str] = mapped_column(String(200), default="")  # as it is said: first name first
    specialty: Mapped[str] = mapped_column(String(120), default="")
    county: Mapped[str] = mapped_column(String(60), default="")
    prescribes: Mapped[bool] = mapped_column(Boolean, default=False)
    tests_on_site: Mapped[bool] = mapped_column(Boolean, default=False)
    independent: Mapped[bool] = mapped_column(Boolean, default=False)
    board_certified: Mapped[bool] = mapped_column(Boolean, default=False)

    status: Mapped[Status] = mapped_column(word(Status))
    status_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    stale_on: Mapped[date | None] = mapped_column(Date)  # derived: services/freshness.py
    received_on: Mapped[date | None] = mapped_column(Date)
    round: Mapped[int] = mapped_column(Integer, default=0)
    statement: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    return_reason: Mapped[str] = mapped_column(String(2000), default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_on: Mapped[date] = mapped_column(Date)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(Integer, default=1)

    form: Mapped[ContractForm] = relationship(back_populates="applications", lazy="joined", innerjoin=True)
    assignee: Mapped[Staff | None] = relationship(lazy="joined")
    practitioner: Mapped["Practitioner | None"] = relationship(back_populates="application", uselist=False)
    organization: Mapped["Organization | None"] = relationship(back_populates="application", uselist=False)
    participation: Mapped["Participation | None"] = relationship(
        primaryjoin="foreign(Application.participation_id) == Participation.id"
    )

    __mapper_args__ = {"version_id_col": version}


class Practitioner(Base):
    """A person, as this application states them. `further_licences`: policy/licences.py."""

    __tablename__ = "practitioner"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    npi: Mapped[str] = mapped_column(String(10), index=True)
    first_name: Mapped[str] = mapped_column(String(60))
    middle_name: Mapped[str] = mapped_column(String(60), default="")
    last_name: Mapped[str] = mapped_column(String(60))
    suffix: Mapped[str] = mapped_column(String(10), default="")
    birth_date: Mapped[str | None] = mapped_column(Sealed)
    licence_number: Mapped[str] = mapped_column(String(40), default="")
    licence_state: Mapped[str] = mapped_column(String(2), default="")
    licence_expires_on: Mapped[date | None] = mapped_column(Date)
    further_licences: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    caqh_number: Mapped[str] = mapped_column(String(9), default="")
    dea_number: Mapped[str] = mapped_column(String(9), default="")
    board_certification: Mapped[str] = mapped_column(String(120), default="")

    application: Mapped[Application] = relationship(back_populates="practitioner")


class Organization(Base):
    """A group, agency or facility, as this application states it."""

    __tablename__ = "organization"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    npi: Mapped[str] = mapped_column(String(10), index=True)
    legal_name: Mapped[str] = mapped_column(String(200))
    trade_name: Mapped[str] = mapped_column(String(200), default="")
    licence_number: Mapped[str] = mapped_column(String(40), default="")
    licence_expires_on: Mapped[date | None] = mapped_column(Date)

    application: Mapped[Application] = relationship(back_populates="organization")
