"""Does this exclusion record describe this applicant? A verdict, and one sentence that says what agreed and what did not.

TABLE gives the verdict from how far the names and the birth dates agree. A match and a suspicion both go to a person:
no machine excludes anybody, and no machine clears anybody whose name agrees while nothing tells the two apart.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onboarding.policy.days import say
from onboarding.policy.names import (
    FIRST_WIDTH,
    LAST_WIDTH,
    business_key,
    business_look_up,
    close_spelling,
    name_key,
    name_look_up,
    name_words,
    same_business,
    same_name,
)
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import MatchVerdict

SameFirst = Callable[[str, str], bool]
FirstForms = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class RecordFacts:
    """One row of an exclusion list, as far as matching needs it. Empty text and None mean the list does not say."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    business_name: str = ""
    npi: str = ""
    birth_date: date | None = None
    waiver_on: date | None = None
    waiver_state: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """Whom we screen: a person, a body, or a person with the business they are paid through."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_date: date | None = None
    npi: str = ""
    businesses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the record is to this applicant, and why."""

    verdict: MatchVerdict
    why: str


@dataclass(frozen=True)
class LookUp:
    """The keys under which records that could describe somebody are found."""

    npi: str
    last_keys: frozenset[str]
    first_keys: frozenset[str]
    business_keys: frozenset[str]
    last_key: str
    birth_date: date | None


class Names(StrEnum):
    """How far two names of persons agree."""

    SAME = "same"
    ALIKE = "alike"
    OTHER = "other"


class Births(StrEnum):
    """How far two birth dates agree. A slip: day and month swapped, or one digit wrong."""

    SAME = "same"
    SLIP = "slip"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


_V = MatchVerdict

TABLE: dict[Names, dict[Births, MatchVerdict]] = {
    Names.SAME: {
        Births.SAME: _V.MATCH,
        Births.SLIP: _V.SUSPECTED,
        Births.UNKNOWN: _V.SUSPECTED,
        Births.DIFFERENT: _V.NO_MATCH,
    },
    Names.ALIKE: {
        Births.SAME: _V.SUSPECTED,
        Births.SLIP: _V.NO_MATCH,
        Births.UNKNOWN: _V.NO_MATCH,
        Births.DIFFERENT: _V.NO_MATCH,
    },
    Names.OTHER: dict.fromkeys(Births, _V.NO_MATCH),
}

_BIRTHS_SAY = {
    Births.SAME: "same date of birth",
    Births.SLIP: "the dates of birth differ only by one digit or by day and month swapped",
    Births.UNKNOWN: "no date of birth to compare",
    Births.DIFFERENT: "different date of birth",
}
NO_DATA = Verdict(_V.INSUFFICIENT_DATA, "The applicant gives neither an NPI nor a name that can be compared.")


def judge(record: RecordFacts, person: PersonFacts, same_first: SameFirst = str.__eq__) -> Verdict:
    """Is this record about this applicant? `same_first` knows short forms of first names; it is given their keys.

    The same NPI is a match whatever the names say, since names change and an NPI does not. A different NPI alone
    clears nobody: excluded people have applied under a second one.
    """
    if not comparable(person):
        return NO_DATA
    names, names_say = _compare_names(record, person, same_first)
    births = _compare_births(record.birth_date, person.birth_date)
    business = next((name for name in person.businesses if same_business(record.business_name, name)), "")
    same_npi = bool(usable_npi(record.npi)) and record.npi == person.npi
    verdict = _verdict(same_npi, names, births, bool(business))
    says = [_npi_says(record.npi, person.npi)]
    if record.last_name and person.last_name:
        says = [names_say, _BIRTHS_SAY[births], *says]
    if record.business_name and person.businesses:
        says = [f"same business name ({business})" if business else "different business name", *says]
    return Verdict(verdict, _sentence(says) + _waiver_says(record))


def _verdict(same_npi: bool, names: Names, births: Births, same_business_name: bool) -> MatchVerdict:
    if same_npi:
        return _V.MATCH
    by_person = TABLE[names][births]
    return _V.SUSPECTED if by_person is _V.NO_MATCH and same_business_name else by_person


def comparable(person: PersonFacts) -> bool:
    """Is there anything to screen by: an NPI, a last and a first name, or a business name?"""
    by_name = bool(name_key(person.last_name) and name_key(person.first_name))
    return by_name or bool(usable_npi(person.npi)) or any(business_key(name) for name in person.businesses)


def usable_npi(npi: str) -> str:
    """The NPI, or nothing when it is empty or all zeros."""
    return npi if npi.strip("0") else ""


def look_up(person: PersonFacts, first_forms: FirstForms = lambda key: (key,)) -> LookUp:
    """Under which keys to look. `first_forms` gives the short and long forms of a first name's key."""
    last, first = name_key(person.last_name), name_key(person.first_name)
    lasts, firsts = name_look_up(person.last_name, LAST_WIDTH), name_look_up(person.first_name, FIRST_WIDTH)
    if last and first:
        lasts |= {word for word in name_words(person.last_name) if len(word) > 2} | {first}
        firsts |= {last, first + name_key(person.middle_name), *first_forms(first)}
    return LookUp(
        npi=usable_npi(person.npi),
        last_keys=frozenset(lasts),
        first_keys=frozenset(firsts),
        business_keys=frozenset(key for name in person.businesses for key in business_look_up(name)),
        last_key=last,
        birth_date=person.birth_date,
    )


def _compare_names(record: RecordFacts, person: PersonFacts, same_first: SameFirst) -> tuple[Names, str]:
    listed, own = name_key(record.last_name), name_key(person.last_name)
    listed_first, own_first = name_key(record.first_name), name_key(person.first_name)
    if not (listed and own and listed_first and own_first):
        return Names.OTHER, "no full name to compare"
    last = same_name(record.last_name, person.last_name, LAST_WIDTH)
    if last and _plain_first(record, person):
        return Names.SAME, "same last and first name"
    first = _plain_first(record, person) or same_first(listed_first, own_first)
    if last and first:
        return (
            Names.SAME,
            f"same last name, first names {record.first_name} and {person.first_name} are forms of one",
        )
    if last and listed_first[0] == own_first[0]:
        return Names.ALIKE, "same last name, first names begin with the same letter"
    if listed == own_first and own == listed_first:
        return Names.ALIKE, "last and first name are swapped"
    if first and _share_word(record.last_name, person.last_name):
        return Names.ALIKE, "same first name, one part of the last name is the same"
    if (last or close_spelling(listed, own)) and (first or close_spelling(listed_first, own_first)):
        return Names.ALIKE, "names spelled nearly the same"
    return Names.OTHER, _difference(last, first)


def _plain_first(record: RecordFacts, person: PersonFacts) -> bool:
    """The same first name as written, maybe cut, maybe with the middle name written into it."""
    if same_name(record.first_name, person.first_name, FIRST_WIDTH):
        return True
    listed, own = name_key(record.first_name), name_key(person.first_name)
    listed_middle, own_middle = name_key(record.middle_name), name_key(person.middle_name)
    return bool(own_middle and own + own_middle == listed) or bool(
        listed_middle and listed + listed_middle == own
    )


def _share_word(one: str, other: str) -> bool:
    return any(len(word) > 2 for word in set(name_words(one)) & set(name_words(other)))


def _difference(last: bool, first: bool) -> str:
    if last:
        return "same last name, different first name"
    return "different last name, same first name" if first else "different name"


def _compare_births(listed: date | None, own: date | None) -> Births:
    if listed is None or own is None:
        return Births.UNKNOWN
    if listed == own:
        return Births.SAME
    swapped = listed.year == own.year and (listed.month, listed.day) == (own.day, own.month)
    digits = sum(a != b for a, b in zip(listed.isoformat(), own.isoformat(), strict=True))
    return Births.SLIP if swapped or digits == 1 else Births.DIFFERENT


def _npi_says(listed: str, own: str) -> str:
    if not usable_npi(listed):
        return "no NPI on the list"
    if not usable_npi(own):
        return "no NPI of the applicant"
    return "same NPI" if listed == own else "different NPI"


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _waiver_says(record: RecordFacts) -> str:
    if record.waiver_state != PLAN.state:
        return ""
    since = f" since {say(record.waiver_on)}" if record.waiver_on else ""
    return f" The list notes a waiver for {PLAN.state}{since}."
