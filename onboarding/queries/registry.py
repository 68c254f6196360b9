"""What is known of an NPI and of a taxonomy code without asking anybody: kept answers first, then the imported file."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, union

from onboarding.clock import day_start, now, on_day, today
from onboarding.extensions import db
from onboarding.models import NppesDeactivation, NppesLookup, NppesProvider, NuccTaxonomy, RegistryFile
from onboarding.policy.deadlines import clock, in_date
from onboarding.policy.nppes import NppesFacts, Taxonomy, zip_and_four
from onboarding.policy.vocabulary import NppesOutcome, Subject

NPPES, NPPES_DEACTIVATED, NUCC = "nppes", "nppes_deactivated", "nucc"
SERVICE = "NPPES"
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
    known = _answered(npi, kept) or find_in_file(npi)
    if known is None:
        older = find_in_file(npi, in_date_only=False) or (_known(kept) if kept else NOTHING)
        known = replace(older, outcome=NppesOutcome.NOT_CHECKED)
    return replace(known, asked_at=kept.asked_at, problem=kept.problem) if kept else known


def find_answer(npi: str) -> Known | None:
    """What the service answered, as long as the policy keeps it and it did not fail since, and CMS did not take the NPI
    out of service after it."""
    return _answered(npi, db.session.get(NppesLookup, npi))


def _answered(npi: str, kept: NppesLookup | None) -> Known | None:
    known = _in_date(kept)
    return _deactivated_since(npi, known, find_registry_file(NPPES_DEACTIVATED)) if known else None


def _in_date(kept: NppesLookup | None) -> Known | None:
    if kept is None or kept.answered_at is None or kept.outcome is NppesOutcome.NOT_CHECKED:
        return None
    return _known(kept) if in_date(on_day(kept.answered_at), today(), "nppes_answer_kept") else None


def find_in_file(npi: str, *, in_date_only: bool = True) -> Known | None:
    """What the imported files say; by default only while they are in date."""
    files = _current_files()
    file, report = files.get(NPPES), files.get(NPPES_DEACTIVATED)
    known = _in_full_file(npi, file) if _is_fresh(file) or not in_date_only else None
    return _deactivated_since(npi, known, report)


def _current_files() -> dict[str, RegistryFile]:
    query = select(RegistryFile).where(RegistryFile.current).execution_options(populate_existing=True)
    return {file.source: file for file in db.session.scalars(query)}


def _in_full_file(npi: str, file: RegistryFile | None) -> Known | None:
    row = db.session.get(NppesProvider, npi)
    if row is None:
        return None
    facts = _named(_facts(row))
    outcome = NppesOutcome.DEACTIVATED if facts.deactivated else NppesOutcome.FOUND
    return Known(outcome, facts, "NPPES file", file.imported_on if file else None)


def _deactivated_since(npi: str, known: Known | None, report: RegistryFile | None) -> Known | None:
    """What is known, unless the report of deactivations, in date, lists the NPI: then the order of the dates decides. An
    NPI given back later, or of which the service said on a later day that it is good, stays what it is."""
    if report is None or not _is_fresh(report):
        return known
    listed = db.session.get(NppesDeactivation, npi)
    if listed is None:
        return known
    if known and known.source == SERVICE and known.as_of and known.as_of > listed.deactivated_on:
        return known
    told = known or _in_full_file(npi, find_registry_file(NPPES))
    facts = told.facts if told and told.facts else NppesFacts(npi)
    facts = replace(facts, deactivated_on=max(listed.deactivated_on, facts.deactivated_on or date.min))
    if not facts.deactivated:
        return known
    return Known(NppesOutcome.DEACTIVATED, facts, "NPPES deactivation report", report.imported_on)


def _is_fresh(file: RegistryFile | None) -> bool:
    return file is not None and in_date(file.imported_on, today(), "nppes_file_age")


def list_on_file(npis: Collection[str]) -> dict[str, bool]:
    """Those of these NPIs of which anything is kept: an answer only as long as it is in date. True where it may speak against one, which find_known then tells."""
    in_file = select(
        NppesProvider.npi, or_(NppesProvider.deactivated_on.is_not(None), NppesProvider.entity_type != "1")
    ).where(NppesProvider.npi.in_(npis))
    oldest = day_start(today() - timedelta(days=clock("nppes_answer_kept", today()).amount))
    answered = select(NppesLookup.npi).where(
        NppesLookup.npi.in_(npis),
        NppesLookup.outcome != NppesOutcome.NOT_CHECKED,
        NppesLookup.answered_at >= oldest,
    )
    spoken_of = union(
        answered,
        select(NppesDeactivation.npi).where(NppesDeactivation.npi.in_(npis)),
    )
    found = {npi: bool(against) for npi, against in db.session.execute(in_file)}
    return found | dict.fromkeys(db.session.scalars(spoken_of), True)


def may_ask_again(npi: str) -> bool:
    """Has no try to ask about this NPI failed just now?"""
    kept = db.session.get(NppesLookup, npi)
    return (
        kept is None or kept.outcome is not NppesOutcome.NOT_CHECKED or now() - kept.asked_at >= RETRY_AFTER
    )


def _known(kept: NppesLookup) -> Known:
    facts = _named(NppesFacts.from_json(kept.facts)) if kept.facts else None
    as_of = on_day(kept.answered_at) if kept.answered_at else None
    return Known(kept.outcome, facts, SERVICE, as_of, kept.asked_at, kept.problem)


def _named(facts: NppesFacts) -> NppesFacts:
    """The facts with the NUCC display names of the taxonomies, as far as they have been imported."""
    names = list_taxonomy_names({row.code for row in facts.taxonomies})
    named = (replace(row, description=names.get(row.code, row.description)) for row in facts.taxonomies)
    return replace(facts, taxonomies=tuple(named))


def _facts(row: NppesProvider) -> NppesFacts:
    person = _SUBJECTS.get(row.entity_type) is Subject.PRACTITIONER
    return NppesFacts(
        npi=row.npi,
        subject=_SUBJECTS.get(row.entity_type),
        organization_name=row.organization_name,
        other_name="" if person else row.other_name,
        other_names=(row.other_name,) if person and row.other_name else (),
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
