"""What is known of an NPI and of a taxonomy code without asking anybody: kept answers first, then the imported file."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select

from onboarding.clock import now, on_day, today
from onboarding.extensions import db
from onboarding.models import NppesLookup, NppesProvider, NuccTaxonomy, RegistryFile
from onboarding.policy.deadlines import in_date
from onboarding.policy.nppes import NppesFacts, Taxonomy, zip_and_four
from onboarding.policy.vocabulary import NppesOutcome, Subject

NPPES, NUCC = "nppes", "nucc"
RETRY_AFTER = timedelta(
    minutes=5
)  # after a failure, so that a registry that is down does not hold up every page

_SUBJECTS = {"1": Subject.PRACTITIONER, "2": Subject.ORGANIZATION}


@dataclass(frozen=True)
class Known:
    """What we know of one NPI. `as_of` is the day of the facts, `asked_at` when the service was last asked, if ever."""

    outcome: NppesOutcome
    facts: NppesFacts | None = None
    source: str = ""
    as_of: date | None = None
    asked_at: datetime | None = None
    problem: str = ""


NOTHING = Known(NppesOutcome.NOT_CHECKED)


def find_known(npi: str) -> Known:
    """What is known of this NPI: a kept answer still in date, else the file, else older facts, which decide nothing."""
    kept = db.session.get(NppesLookup, npi)
    known = _in_date(kept) or find_in_file(npi)
    if known is None:
        older = find_in_file(npi, in_date_only=False) or (_known(kept) if kept else NOTHING)
        known = replace(older, outcome=NppesOutcome.NOT_CHECKED)
    return replace(known, asked_at=kept.asked_at, problem=kept.problem) if kept else known


def find_answer(npi: str) -> Known | None:
    """What the service answered, as long as the policy keeps it and it did not fail since."""
    return _in_date(db.session.get(NppesLookup, npi))


def _in_date(kept: NppesLookup | None) -> Known | None:
    if kept is None or kept.answered_at is None or kept.outcome is NppesOutcome.NOT_CHECKED:
        return None
    return _known(kept) if in_date(on_day(kept.answered_at), today(), "nppes_answer_kept") else None


def find_in_file(npi: str, *, in_date_only: bool = True) -> Known | None:
    """What the imported file says; by default only while it is in date."""
    file = find_registry_file(NPPES)
    if in_date_only and (file is None or not in_date(file.imported_on, today(), "nppes_file_age")):
        return None
    row = db.session.get(NppesProvider, npi)
    if row is None:
        return None
    facts = _named(_facts(row))
    outcome = NppesOutcome.DEACTIVATED if facts.deactivated else NppesOutcome.FOUND
    return Known(outcome, facts, "NPPES file", file.imported_on if file else None)


def list_on_file(npis: Collection[str]) -> dict[str, bool]:
    """Those of these NPIs of which anything is kept. True where it may speak against one, which find_known then tells."""
    in_file = select(
        NppesProvider.npi, or_(NppesProvider.deactivated_on.is_not(None), NppesProvider.entity_type != "1")
    ).where(NppesProvider.npi.in_(npis))
    asked = select(NppesLookup.npi).where(NppesLookup.npi.in_(npis))
    found = {npi: bool(against) for npi, against in db.session.execute(in_file)}
    return found | dict.fromkeys(db.session.scalars(asked), True)


def may_ask_again(npi: str) -> bool:
    """Has no try to ask about this NPI failed just now?"""
    kept = db.session.get(NppesLookup, npi)
    return (
        kept is None or kept.outcome is not NppesOutcome.NOT_CHECKED or now() - kept.asked_at >= RETRY_AFTER
    )


def _known(kept: NppesLookup) -> Known:
    facts = _named(NppesFacts.from_json(kept.facts)) if kept.facts else None
    as_of = on_day(kept.answered_at) if kept.answered_at else None
    return Known(kept.outcome, facts, "NPPES", as_of, kept.asked_at, kept.problem)


def _named(facts: NppesFacts) -> NppesFacts:
    """The facts with the NUCC display names of the taxonomies, as far as they have been imported."""
    names = list_taxonomy_names({row.code for row in facts.taxonomies})
    named = (replace(row, description=names.get(row.code, row.description)) for row in facts.taxonomies)
    return replace(facts, taxonomies=tuple(named))


def _facts(row: NppesProvider) -> NppesFacts:
    return NppesFacts(
        npi=row.npi,
        subject=_SUBJECTS.get(row.entity_type),
        organization_name=row.organization_name,
        other_name=row.other_name,
        last_name=row.last_name,
        first_name=row.first_name,
        middle_name=row.middle_name,
        suffix=row.suffix,
        credential=row.credential,
        address=", ".join(line for line in (row.address, row.address_2) if line),
        city=row.city,
        state=row.state,
        zip_code=zip_and_four(row.zip_code),
        phone=row.phone,
        official_name=f"{row.official_first} {row.official_last}".strip(),
        sole_proprietor=row.sole_proprietor,
        replaced_by=row.replaced_by,
        taxonomies=tuple(Taxonomy(*line) for line in row.taxonomies),
        deactivated_on=row.deactivated_on,
        reactivated_on=row.reactivated_on,
        updated_on=row.updated_on,
    )


def find_registry_file(source: str) -> RegistryFile | None:
    """The file of this source that was imported last."""
    query = select(RegistryFile).where(RegistryFile.source == source, RegistryFile.current)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_registry_file_by_hash(source: str, sha256: str) -> RegistryFile | None:
    """The latest import of exactly these bytes."""
    query = select(RegistryFile).where(RegistryFile.source == source, RegistryFile.sha256 == sha256)
    return db.session.scalars(query.order_by(RegistryFile.id.desc()).limit(1)).first()


def list_taxonomy_names(codes: set[str]) -> dict[str, str]:
    """The display names of these taxonomy codes, as far as the imported NUCC file has them."""
    if not codes:
        return {}
    query = select(NuccTaxonomy.code, NuccTaxonomy.display_name).where(NuccTaxonomy.code.in_(sorted(codes)))
    return {row.code: row.display_name for row in db.session.execute(query)}


def is_taxonomy_listed(code: str) -> bool | None:
    """Is this code on the imported NUCC list? None where no list has been imported."""
    if find_registry_file(NUCC) is None:
        return None
    return db.session.get(NuccTaxonomy, code) is not None
