"""What public registries say: NPPES by NPI, the NUCC taxonomy by code, and the files they came from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.extensions import Base
from onboarding.models.columns import Moment, word
from onboarding.policy.vocabulary import NppesOutcome


class RegistryFile(Base):
    """One imported file, written when its last row was in. Only the newest of a source is current."""

    __tablename__ = "registry_file"
    __table_args__ = (
        Index("ix_registry_file_one_current", "source", unique=True,
              sqlite_where=text("current = 1"), postgresql_where=text("current")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(160))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(Integer)
    current: Mapped[bool] = mapped_column(default=False)
    imported_on: Mapped[date] = mapped_column(Date)
    imported_at: Mapped[datetime] = mapped_column(Moment)


class NppesProvider(Base):
    """One NPI as the NPPES file has it; the latest file wins. A deactivated NPI has little more than its dates.

    `taxonomies` are lists of code, license number, its state and whether it is the primary one. `other_name` is what an
    organization is called too, or what a person was called before. Names keep the file's capitals; the widths are the file's to choose.
    """

    __tablename__ = "nppes_provider"

    npi: Mapped[str] = mapped_column(String(10), primary_key=True)
    entity_type: Mapped[str] = mapped_column(String(1))
    replaced_by: Mapped[str] = mapped_column(String(10))
    organization_name: Mapped[str] = mapped_column(Text)
    other_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    middle_name: Mapped[str] = mapped_column(Text)
    suffix: Mapped[str] = mapped_column(Text)
    credential: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    address_2: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    zip_code: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    official_last: Mapped[str] = mapped_column(Text)
    official_first: Mapped[str] = mapped_column(Text)
    sole_proprietor: Mapped[str] = mapped_column(String(1))
    updated_on: Mapped[date | None] = mapped_column(Date)
    deactivated_on: Mapped[date | None] = mapped_column(Date)
    reactivated_on: Mapped[date | None] = mapped_column(Date)
    taxonomies: Mapped[list[list[Any]]] = mapped_column(JSON)


class NppesDeactivation(Base):
    """One NPI out of service, by the monthly report: since when. The report is taken whole, in the place of the last."""

    __tablename__ = "nppes_deactivation"

    npi: Mapped[str] = mapped_column(String(10), primary_key=True)
    deactivated_on: Mapped[date] = mapped_column(Date)


class NppesLookup(Base):
    """The last time the NPPES service was asked about an NPI, and the last time it answered, which may be earlier."""

    __tablename__ = "nppes_lookup"

    npi: Mapped[str] = mapped_column(String(10), primary_key=True)
    outcome: Mapped[NppesOutcome] = mapped_column(word(NppesOutcome))
    problem: Mapped[str] = mapped_column(String(300), default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class NuccTaxonomy(Base):
    """One code of the NUCC Health Care Provider Taxonomy."""

    __tablename__ = "nucc_taxonomy"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    grouping: Mapped[str] = mapped_column(Text)
    classification: Mapped[str] = mapped_column(Text)
    specialization: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    section: Mapped[str] = mapped_column(Text)
