"""The files of one page of the queue as the policy needs them to say what is next: all of them in one statement.

Each status needs only a part of its evidence, so only that part is read. What is left out of a file here (letters,
answers) no rule of policy/queue.py looks at.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    Row,
    Select,
    String,
    and_,
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

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import (
    AgendaItem,
    Application,
    Authorization,
    ContractForm,
    Document,
    ExclusionList,
    ExclusionMatch,
    Letter,
    Meeting,
    MonitoringFinding,
    Organization,
    Participation,
    Practitioner,
    Screening,
    Verification,
)
from onboarding.policy.attestation import disclosed_before, disclosures
from onboarding.policy.caqh import ProviderStatus
from onboarding.policy.file import (
    AuthorizationFact,
    CredentialingFile,
    DocumentFact,
    FindingFact,
    ScreeningFact,
    VerificationFact,
)
from onboarding.policy.licences import read_kept
from onboarding.policy.papers import Claims
from onboarding.policy.uploads import HELD_SCANS
from onboarding.policy.vocabulary import (
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    FindingKind,
    FindingSeverity,
    MatchResolution,
    ParticipationState,
    ScreeningOutcome,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.policy.workflow import SIGNABLE_STATUSES
from onboarding.queries.files import LEIE, traits_of, unsettled_letters
from onboarding.queries.monitoring import is_last_record, is_open
from onboarding.queries.papers import claims_said, files_with_papers
from onboarding.queries.past import find_past

Parts = dict[str, list[Any]]
Story = dict[str, Any]
Afterwards = tuple[int, date | None]
CurrentList = tuple[int, date] | None  # the exclusion list in force: its id, and the day it was imported
_NO_STORY: Story = {}

_UNDECIDED = ("document", "on_file", "authorization", "licence", "verification", "screening", "agenda")
# What each status must know of its files to say what is next.
NEEDS: dict[Status, tuple[str, ...]] = {
    Status.GATHERING: ("document", "on_file", "authorization"),
    Status.VERIFYING: ("licence", "verification", "screening"),
    Status.READY: (*_UNDECIDED, "finding"),
    Status.IN_COMMITTEE: _UNDECIDED,
    Status.APPEAL_IN_COMMITTEE: ("agenda",),
}
# Where the next thing rests on the exclusion list in force, and where on what was disclosed and signed.
LISTED = frozenset({Status.VERIFYING, Status.READY, Status.IN_COMMITTEE})
_SIGNED = frozenset({Status.READY, Status.IN_COMMITTEE})

# Where what comes next rests on the letters and the participation.
DECIDED = frozenset({Status.APPROVED, Status.PARTICIPATING})


def files_at_a_glance(
    rows: Sequence[Row[Any]], current_list: CurrentList, afterwards: dict[int, Afterwards]
) -> Iterator[tuple[Row[Any], CredentialingFile]]:
    """Each of these rows of the queue as a file, with the part of its evidence that its status needs; `afterwards` is
    what find_afterwards says of those that are decided."""
    facts = _facts(rows)
    nothing: Parts = defaultdict(list)
    stories, claims = _stories([row for row in rows if row.status in _SIGNED])
    imported_on = current_list[1] if current_list else None
    files = [
        _file(row, facts.get(row.id, nothing), imported_on, stories.get(row.id, _NO_STORY)) for row in rows
    ]
    signable = [
        place for place, row in enumerate(rows) if row.status in SIGNABLE_STATUSES and row.id in claims
    ]
    read = files_with_papers(
        [files[place] for place in signable], [claims[rows[place].id] for place in signable]
    )
    compared = dict(zip(signable, read, strict=True))
    for place, row in enumerate(rows):
        file = compared.get(place, files[place])
        if row.id in afterwards:
            unsettled, renew_by = afterwards[row.id]
            file = replace(file, unsettled_letters=unsettled, renew_by=renew_by)
        yield row, file


def _facts(rows: Sequence[Row[Any]]) -> dict[int, Parts]:
    ids: dict[str, list[int]] = {part: [] for part in _PARTS}
    for row in rows:
        for part in NEEDS.get(row.status, ()):
            ids[part].append(row.id)
    found: dict[int, Parts] = defaultdict(lambda: defaultdict(list))
    if any(ids.values()):
        for fact in db.session.connection().execute(evidence_query(), ids):
            found[fact.application_id][fact.part].append(fact)
    return found


@cache
def evidence_query() -> Any:
    """One statement for all the evidence, oldest first: part, application, words, dates, numbers. Made once.

    It takes the application ids that each part is wanted of.
    """
    wanted: dict[str, BindParameter[Any]] = {part: bindparam(part, expanding=True) for part in _PARTS}
    return union_all(*(query(wanted[part]) for part, query in _PARTS.items())).order_by(
        "application_id", "id"
    )


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


_PARTS = {
    "document": _documents,
    "on_file": _on_file,
    "authorization": _authorizations,
    "licence": _licences,
    "verification": _verifications,
    "screening": _screenings,
    "agenda": _agendas,
    "finding": _findings,
}


_CURRENT_LIST = select(ExclusionList.id, ExclusionList.imported_on).where(
    ExclusionList.source == LEIE, ExclusionList.current
)
_STORIES = (
    select(
        Application.id, Application.name, ContractForm.subject, ContractForm.legal_name, ContractForm.tax_id, ContractForm.attestation,
        ContractForm.signed_on,
        func.coalesce(Practitioner.licence_expires_on, Organization.licence_expires_on).label("licence_expires_on"),
    )
    .join(ContractForm, ContractForm.id == Application.form_id)
    .join(Practitioner, Practitioner.application_id == Application.id, isouter=True)
    .join(Organization, Organization.application_id == Application.id, isouter=True)
    .where(Application.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip

_AFTERWARDS = (
    select(
        Application.id,
        unsettled_letters()
        .where(Letter.application_id == Application.id)
        .scalar_subquery()
        .label("unsettled"),
        Participation.recredentialing_due_on.label("renew_by"),
    )
    .join(
        Participation,
        and_(
            Participation.application_id == Application.id, Participation.state == ParticipationState.ACTIVE
        ),
        isouter=True,
    )
    .where(Application.id.in_(bindparam("ids", expanding=True)))
)


def find_current_list() -> CurrentList:
    """The exclusion list in force."""
    found = db.session.connection().execute(_CURRENT_LIST).first()
    return (found.id, found.imported_on) if found else None


def _stories(rows: Sequence[Row[Any]]) -> tuple[dict[int, Story], dict[int, Claims]]:
    """Of files that wait for a decision, by application: what was disclosed and when it was signed, the license, and
    whether a participation ended before; and what the form says for its documents to agree with."""
    if not rows:
        return {}, {}
    signed = db.session.connection().execute(_STORIES, {"ids": [row.id for row in rows]}).all()
    past = find_past([row.id for row in rows if row.status in SIGNABLE_STATUSES])
    stories = {
        found.id: {
            "disclosures": disclosures(found.subject, (found.attestation or {}).get("answers", {})),
            "disclosed_before": disclosed_before(found.subject, found.attestation or {}),
            "signed_on": found.signed_on,
            "licence_expires_on": found.licence_expires_on,
            "past": past.get(found.id, frozenset()),
        }
        for found in signed
    }
    return stories, {found.id: claims_said(found) for found in signed}


def find_afterwards(rows: Sequence[Row[Any]]) -> dict[int, Afterwards]:
    """Of the files among these that are decided, by application: letters that wait for a person, the date to renew by."""
    ids = [row.id for row in rows if row.status in DECIDED]
    if not ids:
        return {}
    found = db.session.connection().execute(_AFTERWARDS, {"ids": ids})
    return {row.id: (row.unsettled, row.renew_by) for row in found}


def _file(row: Row[Any], by_part: Parts, list_date: Any, story: Story) -> CredentialingFile:
    agenda = by_part["agenda"][-1] if by_part["agenda"] else None
    return CredentialingFile(
        today=today(),
        **traits_of(row),
        round=row.round,
        authorization=_authorization(by_part["authorization"]),
        documents=tuple(
            DocumentFact(
                DocumentKind(f.word0),
                DocumentState(f.word1),
                f.day0,
                f.day1,
                held=f.word2 in HELD_SCANS,
                on_file=f.part == "on_file",
                id=f.id,
            )
            for f in (*by_part["on_file"], *by_part["document"])
        ),
        verifications=tuple(
            VerificationFact(
                VerificationKind(f.word0),
                VerificationResult(f.word1),
                f.day0,
                good_until=f.day1,
                recorded_on=f.day2,
                replaced=bool(f.number0),
                about=f.word2,
            )
            for f in by_part["verification"]
        ),
        further_licences=tuple(one for f in by_part["licence"] for one in read_kept(json.loads(f.word0))),
        screening=_screening(by_part["screening"]),
        exclusion_list_imported_on=list_date,
        findings=tuple(
            FindingFact(FindingKind(f.word0), FindingSeverity(f.word1), f.day0, bool(f.number0))
            for f in by_part["finding"]
        ),
        placed_on_agenda_on=agenda.day0 if agenda else None,
        meeting_on=agenda.day1 if agenda else None,
        **story,
    )


def _authorization(facts: list[Any]) -> AuthorizationFact | None:
    if not facts:
        return None
    last = facts[-1]
    return AuthorizationFact(
        AuthorizationKind(last.word0), bool(last.number0), last.day0, last.day1, last.day2,
        provider_status=ProviderStatus(last.word1) if last.word1 else None,
    )  # fmt: skip


def _screening(facts: list[Any]) -> ScreeningFact | None:
    if not facts:
        return None
    last = facts[-1]
    return ScreeningFact(
        ScreeningOutcome(last.word0),
        last.day0,
        last.day1,
        last.number0,
        last.number1,
        bool(last.word1),
    )
