"""The files of one page of the queue as the policy needs them to say what is next: all of them in one statement.

Each status needs only a part of its evidence, so only that part is read. What is left out of a file here (letters,
answers) no rule of policy/queue.py looks at.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Row,
    and_,
    bindparam,
    func,
    select,
)

from onboarding.clock import today
from onboarding.extensions import db
from onboarding.models import (
    Application,
    ContractForm,
    ExclusionList,
    Letter,
    Organization,
    Participation,
    Practitioner,
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
    ParticipationState,
    ScreeningOutcome,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.policy.workflow import SIGNABLE_STATUSES
from onboarding.queries.evidence_parts import PARTS, evidence_query
from onboarding.queries.facts import traits_of
from onboarding.queries.files import LEIE, unsettled_letters
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
    ids: dict[str, list[int]] = {part: [] for part in PARTS}
    for row in rows:
        for part in NEEDS.get(row.status, ()):
            ids[part].append(row.id)
    found: dict[int, Parts] = defaultdict(lambda: defaultdict(list))
    if any(ids.values()):
        for fact in db.session.connection().execute(evidence_query(), ids):
            found[fact.application_id][fact.part].append(fact)
    return found


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
