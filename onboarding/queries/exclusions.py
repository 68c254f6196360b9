"""Finding exclusion records that could describe somebody: by NPI, by name, by birth date, by business name.

Each question is one narrow search of an index; what it finds is judged in policy/matching.py.
"""

from functools import lru_cache

from nicknames import NickNamer
from sqlalchemy import ColumnElement, Select, select

from onboarding.extensions import db
from onboarding.models import ExclusionList, ExclusionRecord
from onboarding.policy.matching import LookUp

MOST_CANDIDATES = 500


def find_current_list(source: str) -> ExclusionList | None:
    """The list of this source that counts today, however old it is."""
    query = select(ExclusionList).where(ExclusionList.source == source, ExclusionList.current)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def find_list_by_hash(source: str, sha256: str) -> ExclusionList | None:
    """The latest list that came from exactly these bytes."""
    query = select(ExclusionList).where(ExclusionList.source == source, ExclusionList.sha256 == sha256)
    return db.session.scalars(query.order_by(ExclusionList.id.desc()).limit(1)).first()


def list_candidates(list_id: int, look_up: LookUp) -> list[ExclusionRecord]:
    """Every record of one list that could describe the one looked up, in the order of the list.

    At most MOST_CANDIDATES + 1: one more than that means the search was cut off, and nobody may be called clear by it.
    """
    found: dict[int, ExclusionRecord] = {}
    for query in candidate_queries(list_id, look_up):
        for record in db.session.scalars(query.limit(MOST_CANDIDATES + 1)):
            found[record.id] = record
    return [found[key] for key in sorted(found)][: MOST_CANDIDATES + 1]


def candidate_queries(list_id: int, look_up: LookUp) -> list[Select[ExclusionRecord]]:
    """The searches that apply to what is known of somebody; none of them looks for an empty key."""
    record = ExclusionRecord
    wanted: list[tuple[ColumnElement[bool], ...]] = []
    if look_up.npi:
        wanted.append((record.npi == look_up.npi,))
    if look_up.last_keys and look_up.first_keys:
        lasts, firsts = sorted(look_up.last_keys), sorted(look_up.first_keys)
        wanted.append((record.last_key.in_(lasts), record.first_key.in_(firsts)))
    if look_up.last_key and look_up.birth_date:
        wanted.append((record.birth_date == look_up.birth_date,))  # misspelt names: the same birth date
    if look_up.business_keys:
        wanted.append((record.business_key.in_(sorted(look_up.business_keys)),))
    return [select(record).where(record.list_id == list_id, *conditions) for conditions in wanted]


@lru_cache(maxsize=1)
def _nicknames() -> NickNamer:
    return NickNamer()


def first_name_forms(key: str) -> frozenset[str]:
    """The keys of every short and long form of a first name, itself among them: BILL gives WILLIAM, WILL, BILLY."""
    names, name = _nicknames(), key.lower()
    long_forms = {name} | names.canonicals_of(name)
    forms = long_forms.union(*(names.nicknames_of(long_form) for long_form in long_forms))
    return frozenset(form.upper() for form in forms if form.isascii() and form.isalnum()) | {key}


def same_first_name(one: str, other: str) -> bool:
    """Are these two keys forms of one first name?"""
    return one == other or other in first_name_forms(one)
