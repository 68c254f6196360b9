"""All the evidence of many files in one statement: of each part only what the policy of the queue looks at."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    Select,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from onboarding.models import (
    AgendaItem,
    Application,
    Authorization,
    Document,
    ExclusionList,
    ExclusionMatch,
    Meeting,
    MonitoringFinding,
    Participation,
    Practitioner,
    Screening,
    Verification,
)
from onboarding.policy.vocabulary import (
    DocumentState,
    MatchResolution,
)
from onboarding.queries.monitoring import is_last_record, is_open


@cache
def evidence_query() -> Any:
    """One statement for all the evidence, oldest first: part, application, words, dates, numbers. Made once.

    It takes the application ids that each part is wanted of.
    """
    wanted: dict[str, BindParameter[Any]] = {part: bindparam(part, expanding=True) for part in PARTS}
    return union_all(*(query(wanted[part]) for part, query in PARTS.items())).order_by("application_id", "id")


def _part(
    name: str, key: Any, row_id: Any, words: Iterable[Any], dates: Iterable[Any], numbers: Iterable[Any]
) -> Any:
    columns = [literal(name).label("part"), key.label("application_id"), row_id.label("id")]
    columns += [cast(word, String).label(f"word{place}") for place, word in enumerate(words)]
    columns += [day.label(f"day{place}") for place, day in enumerate(dates)]
    columns += [number.label(f"number{place}") for place, number in enumerate(numbers)]
    return select(*columns)


def _counts(evidence: type[Authorization | Verification | Screening]) -> Any:
    """Was it recorded for who the provider is now said to be?"""
    stated = select(Application.statement).where(Application.id == evidence.application_id).scalar_subquery()
    return evidence.statement == stated


_NO_DAY, _NO_NUMBER, _NO_WORD = cast(null(), Date), literal(0), literal("")


def _documents(ids: BindParameter[Any]) -> Select[Any]:
    part: Select[Any] = _part(
        "document", Document.application_id, Document.id,
        (Document.kind, Document.state, Document.scan_state), (Document.uploaded_on, Document.expires_on, _NO_DAY),
        (_NO_NUMBER, _NO_NUMBER),
    )  # fmt: skip
    return part.where(Document.application_id.in_(ids))


def _on_file(ids: BindParameter[Any]) -> Select[Any]:
    """What an earlier application of the same participation left on file."""
    current, earlier = aliased(Application), aliased(Application)
    part: Select[Any] = _part(
        "on_file", current.id, Document.id,
        (Document.kind, Document.state, Document.scan_state), (Document.uploaded_on, Document.expires_on, _NO_DAY),
        (_NO_NUMBER, _NO_NUMBER),
    )  # fmt: skip
    of_one = (earlier.participation_id == current.participation_id) & (earlier.id < current.id)
    joined = part.join(earlier, earlier.id == Document.application_id).join(current, of_one)
    return joined.where(current.id.in_(ids), Document.state == DocumentState.ACCEPTED)


def _authorizations(ids: BindParameter[Any]) -> Select[Any]:
    listed = cast(Authorization.plan_listed, _NO_NUMBER.type)
    part: Select[Any] = _part(
        "authorization", Authorization.application_id, Authorization.id,
        (Authorization.kind, func.coalesce(Authorization.provider_status, ""), _NO_WORD),
        (Authorization.attested_on, Authorization.ordered_on, Authorization.received_on),
        (listed, _NO_NUMBER),
    )  # fmt: skip
    return part.where(Authorization.application_id.in_(ids), _counts(Authorization))


def _licences(ids: BindParameter[Any]) -> Select[Any]:
    part: Select[Any] = _part(
        "licence", Practitioner.application_id, Practitioner.id,
        (Practitioner.further_licences, _NO_WORD, _NO_WORD), (_NO_DAY, _NO_DAY, _NO_DAY), (_NO_NUMBER, _NO_NUMBER),
    )  # fmt: skip
    return part.where(Practitioner.application_id.in_(ids), Practitioner.further_licences.is_not(null()))


def _verifications(ids: BindParameter[Any]) -> Select[Any]:
    evidenced_on = func.coalesce(Verification.as_of, Verification.checked_on)
    reported_on = case((Verification.as_of.is_not(None), Verification.checked_on))
    late_on = func.coalesce(Verification.corrected_on, reported_on)  # Verification.recorded_late_on
    later = aliased(Verification)
    replaced = case((exists().where(later.replaces_id == Verification.id), 1), else_=0)
    part: Select[Any] = _part(
        "verification", Verification.application_id, Verification.id,
        (Verification.kind, Verification.result, func.coalesce(Verification.about, "")),
        (evidenced_on, Verification.good_until, late_on),
        (replaced, _NO_NUMBER),
    )  # fmt: skip
    return part.where(Verification.application_id.in_(ids), _counts(Verification))


def _count_matches(condition: Any) -> Any:
    counted = select(func.count()).select_from(ExclusionMatch)
    return counted.where(ExclusionMatch.screening_id == Screening.id, condition).scalar_subquery()


def _screenings(ids: BindParameter[Any]) -> Select[Any]:
    unresolved = _count_matches(ExclusionMatch.resolution.is_(None))
    confirmed = _count_matches(ExclusionMatch.resolution == MatchResolution.SAME)
    superseded = case((ExclusionList.current.is_(False), "superseded"), else_="")
    part: Select[Any] = _part(
        "screening", Screening.application_id, Screening.id,
        (Screening.outcome, superseded, _NO_WORD), (Screening.screened_on, ExclusionList.imported_on, _NO_DAY), (unresolved, confirmed),
    )  # fmt: skip
    joined = part.join(ExclusionList, ExclusionList.id == Screening.list_id, isouter=True)
    return joined.where(Screening.application_id.in_(ids), _counts(Screening))


def _agendas(ids: BindParameter[Any]) -> Select[Any]:
    part: Select[Any] = _part(
        "agenda", AgendaItem.application_id, AgendaItem.id,
        (_NO_WORD, _NO_WORD, _NO_WORD), (AgendaItem.placed_on, Meeting.held_on, _NO_DAY), (_NO_NUMBER, _NO_NUMBER),
    )  # fmt: skip
    return part.join(Meeting, Meeting.id == AgendaItem.meeting_id).where(AgendaItem.application_id.in_(ids))


def _findings(ids: BindParameter[Any]) -> Select[Any]:
    """What monitoring found since the last decision, and what is open still."""
    found, opened = MonitoringFinding, is_open()
    part: Select[Any] = _part(
        "finding", Application.id, found.id, (found.kind, found.severity, _NO_WORD), (found.received_on, _NO_DAY, _NO_DAY),
        (case((opened, 1), else_=0), _NO_NUMBER),
    )  # fmt: skip
    joined = part.join(Participation, Participation.id == found.participation_id).join(
        Application, Application.participation_id == Participation.id
    )
    counts = or_(opened, found.recorded_on >= Participation.credentialed_on)
    return joined.where(Application.id.in_(ids), is_last_record(), counts)


PARTS = {
    "document": _documents,
    "on_file": _on_file,
    "authorization": _authorizations,
    "licence": _licences,
    "verification": _verifications,
    "screening": _screenings,
    "agenda": _agendas,
    "finding": _findings,
}
