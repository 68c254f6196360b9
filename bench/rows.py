"""The rows of a bench network: blocks of a hundred applications, each block with the same spread of statuses.

Every id follows from the application's number, and every value from the seed and the block, so that a build that was
interrupted goes on where it stopped. Encrypted columns hold one value sealed once and used again: sealing costs 30 us,
which would make the build three times as long, and the size of the rows is the same.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from bench.people import FIRST_NAMES, LAST_NAMES, SPECIALTIES, application_id, npi_of, tax_id_of
from onboarding.extensions import Vault
from onboarding.policy.attestation import questions_for
from onboarding.policy.contract_form import fields_for
from onboarding.policy.deadlines import add_months, after
from onboarding.policy.identifiers import sort_key
from onboarding.policy.plan import COUNTIES, LINES
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import TABLE as VERIFICATIONS
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    Channel,
    DocumentKind,
    DocumentState,
    LetterKind,
    LetterState,
    MessageState,
    ParticipationState,
    ProviderType,
    ScanState,
    ScreeningOutcome,
    Status,
    Subject,
    VerificationMethod,
    VerificationResult,
)
from onboarding.policy.workflow import OPEN_STATUSES, WORK_CLOCKS

BLOCK = 100
WORKERS = 12  # staff who have work; staff ids are 1 to 12
CYCLE_DAYS = 1096  # 36 months

# How many of each hundred: ten open, three quarters in the network, the rest never sent or ended.
SPREAD: dict[Status, int] = {
    Status.PARTICIPATING: 76,
    Status.RECEIVED: 2, Status.RETURNED: 1, Status.GATHERING: 2, Status.VERIFYING: 2, Status.READY: 1,
    Status.IN_COMMITTEE: 1, Status.APPROVED: 1,
    Status.DRAFT: 3, Status.EXPIRED: 3, Status.DISCONTINUED: 3, Status.WITHDRAWN: 2, Status.TERMINATED: 2,
    Status.DENIED: 1,
}  # fmt: skip
IN_NETWORK = (Status.PARTICIPATING, Status.APPROVED, Status.TERMINATED)
CHECKED = (Status.VERIFYING, Status.READY, Status.IN_COMMITTEE)
TYPES = (ProviderType.MD, ProviderType.CNP, ProviderType.PA, ProviderType.PSYCHOLOGIST, ProviderType.LCSW,
         ProviderType.LPC, ProviderType.BCBA, ProviderType.OT, ProviderType.SLP,
         ProviderType.GROUP_PRACTICE)  # fmt: skip

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Seals:
    """What is encrypted: sealed once, used in every row."""

    answers: str
    attestation: str
    tax_id: str
    birth_date: str
    digest: Callable[[str], str]


def make_seals(vault: Vault) -> Seals:
    """Answers of ordinary length to every question of the form."""
    row = provider_type(ProviderType.CNP)
    answers: dict[str, Any] = {field.code: field.label[:24] for field in fields_for(row)}
    answers["lines"] = list(LINES)
    questions = questions_for(Subject.PRACTITIONER)
    attestation = {
        "answers": {question.code: False for question in questions},
        "explanations": {question.code: "" for question in questions},
    }
    return Seals(
        vault.seal(json.dumps(answers), "contract_form.answers"),
        vault.seal(json.dumps(attestation), "contract_form.attestation"),
        vault.seal("12-3456789", "contract_form.tax_id"),
        vault.seal("1980-04-17", "practitioner.birth_date"),
        vault.digest,
    )


@dataclass(frozen=True)
class Case:
    """One application before it is spread over the tables."""

    number: int
    status: Status
    renews: int | None  # the number of the application whose participation this one renews
    day: date
    draw: Random


def block_rows(block: int, last: int, seed: int, day: date, seals: Seals) -> Rows:
    """Every row of the block (the first is 0), as far as its applications are numbered up to `last`."""
    draw = Random(f"{seed}/{block}")
    statuses = [status for status, count in SPREAD.items() for _ in range(count)]
    draw.shuffle(statuses)
    first = block * BLOCK + 1
    renewed = first + statuses.index(Status.PARTICIPATING)
    renewal = first + statuses.index(Status.GATHERING)
    rows: Rows = defaultdict(list)
    for number, status in enumerate(statuses, start=first):
        if number > last:
            break
        renews = renewed if number == renewal and renewed <= last else None
        _add_case(rows, Case(number, status, renews, day, draw), seals, soon=number == renewed)
    return rows


def _add_case(rows: Rows, case: Case, seals: Seals, *, soon: bool) -> None:
    draw, day = case.draw, case.day
    provider = case.renews or case.number
    row = provider_type(TYPES[provider % len(TYPES)])
    last_name, first_name = (
        LAST_NAMES[provider * 7 % len(LAST_NAMES)],
        FIRST_NAMES[provider * 3 % len(FIRST_NAMES)],
    )
    person = row.subject is Subject.PRACTITIONER
    name = (
        f"{first_name} {last_name}" if person else f"{last_name} {COUNTIES[provider % len(COUNTIES)]} Clinic"
    )
    is_open = case.status in OPEN_STATUSES
    status_on = day - timedelta(days=draw.randrange(45) if is_open else draw.randrange(30, 1100))
    created_on = status_on - timedelta(days=draw.randrange(1, 60))
    sent = case.status not in (Status.DRAFT, Status.EXPIRED)
    tax_id = tax_id_of(provider // 8)
    common = {"id": case.number, "npi": npi_of(provider)}
    rows["contract_form"].append(_form(case, row, name, seals, created_on, sent, tax_id))
    rows["application"].append({
        **common,
        "public_id": application_id(draw),
        "form_id": case.number,
        "participation_id": case.renews or (case.number if case.status in IN_NETWORK else None),
        "kind": (ApplicationKind.RECREDENTIALING if case.renews else ApplicationKind.INITIAL).value,
        "cycle": 2 if case.renews else 1,
        "provider_kind": row.kinds[0].value,
        "subject": row.subject.value,
        "provider_type": row.code.value,
        "tax_id_digest": seals.digest(tax_id) if sent else "",
        "name": name,
        "given_key": sort_key(name),
        "name_key": sort_key(f"{last_name} {first_name}" if person else name),
        "specialty": SPECIALTIES[provider % len(SPECIALTIES)],
        "county": COUNTIES[provider % len(COUNTIES)],
        "prescribes": row.can_prescribe,
        "tests_on_site": draw.random() < 0.1,
        "independent": draw.random() < 0.2,
        "board_certified": draw.random() < 0.7,
        "status": case.status.value,
        "status_on": status_on.isoformat(),
        "due_on": after(WORK_CLOCKS[case.status], status_on).isoformat() if is_open else None,
        "received_on": (created_on + timedelta(days=1)).isoformat() if sent else None,
        "statement": 1, "round": 1 if case.status in (Status.RETURNED, Status.GATHERING, *CHECKED) else 0,
        "return_reason": "",
        "assignee_id": draw.randrange(1, WORKERS + 1) if is_open and draw.random() < 0.6 else None,
        "created_on": created_on.isoformat(),
        "changed_at": f"{status_on.isoformat()} 15:00:00.000000",
        "version": 4,
    })  # fmt: skip
    _add_subject(rows, case, person, first_name, last_name, name, seals)
    if sent:
        _add_documents(rows, case, status_on)
        _add_history(rows, case, created_on, status_on)
    if is_open:
        _add_evidence(rows, case, row.authorization, person, status_on)
    if case.status in IN_NETWORK:
        _add_participation(rows, case, seals.digest(tax_id), soon=soon)


def _form(
    case: Case, row: Any, name: str, seals: Seals, created_on: date, sent: bool, tax_id: str
) -> dict[str, Any]:
    return {
        "id": case.number,
        "kind": row.kinds[0].value,
        "subject": row.subject.value,
        "answers": seals.answers,
        "demographics": None,
        "created_at": f"{created_on.isoformat()} 15:00:00.000000",
        "sent_at": f"{created_on.isoformat()} 16:00:00.000000" if sent else None,
        "legal_name": name,
        "tax_id": seals.tax_id if sent else None,
        "tax_id_last4": tax_id[-4:],
        "contact_name": "Robin Sample",
        "contact_email": f"office{case.number}@practice.example",
        "contact_phone": "501-555-0142",
        "address": f"{case.number % 9000 + 100} Cedar Street",
        "city": "Little Rock",
        "state": "AR",
        "zip_code": f"72{case.number % 1000:03d}",
        "county": COUNTIES[case.number % len(COUNTIES)],
        "lines": json.dumps(list(LINES)),
        "attestation": seals.attestation if sent else None,
        "signature": "Robin Sample",
        "signed_on": created_on.isoformat() if sent else None,
    }


def _add_subject(
    rows: Rows, case: Case, person: bool, first_name: str, last_name: str, name: str, seals: Seals
) -> None:
    provider = case.renews or case.number
    common = {"id": case.number, "application_id": case.number, "npi": npi_of(provider), "licence_number": f"L-{provider:07d}",
              "licence_expires_on": (case.day + timedelta(days=provider % 700 + 30)).isoformat()}  # fmt: skip
    if not person:
        rows["organization"].append({**common, "legal_name": name, "trade_name": ""})
        return
    rows["practitioner"].append({
        **common, "first_name": first_name, "middle_name": "", "last_name": last_name, "suffix": "",
        "birth_date": seals.birth_date, "licence_state": "AR", "caqh_number": f"{10**7 + provider % 10**7}",
        "dea_number": "", "board_certification": "",
    })  # fmt: skip


def _add_documents(rows: Rows, case: Case, status_on: date) -> None:
    fresh = case.status in (Status.RECEIVED, Status.GATHERING)
    state = DocumentState.RECEIVED if fresh and case.draw.random() < 0.5 else DocumentState.ACCEPTED
    for place, kind in enumerate((DocumentKind.MALPRACTICE_FACE_SHEET, DocumentKind.W9)):
        dated = kind is DocumentKind.MALPRACTICE_FACE_SHEET
        token = f"{case.draw.getrandbits(128):032x}"
        rows["document"].append({
            "id": case.number * 2 - 1 + place, "public_id": token, "application_id": case.number, "kind": kind.value,
            "state": state.value, "file_name": f"{kind.value}.pdf", "media_type": "application/pdf", "size": 48_213,
            "pages": 1, "sha256": token * 2, "storage_key": f"documents/{token[:2]}/{token[2:4]}/{token[4:]}",
            "expires_on": (case.day + timedelta(days=200)).isoformat() if dated else None,
            "uploaded_at": f"{status_on.isoformat()} 15:00:00.000000", "uploaded_on": status_on.isoformat(),
            "uploaded_by": "Robin Sample",
            "reviewed_by_id": 1 if state is DocumentState.ACCEPTED else None, "reviewed_at": None, "reason": "",
            "scan_state": ScanState.NOT_CONFIGURED.value, "scan_note": "", "scanned_at": None,
            "looked_at": f"{status_on.isoformat()} 15:00:10.000000",
        })  # fmt: skip


def _add_history(rows: Rows, case: Case, created_on: date, status_on: date) -> None:
    """Sent, accepted, and the step that led to where it stands."""
    steps = ((created_on, Action.SUBMIT, Status.RECEIVED), (created_on, Action.ACCEPT, Status.GATHERING),
             (status_on, Action.FINISH_VERIFICATION, case.status))  # fmt: skip
    for place, (on, action, status) in enumerate(steps[: 1 if case.status is Status.RECEIVED else 3]):
        rows["audit_event"].append({
            "id": case.number * 3 - 2 + place, "at": f"{on.isoformat()} 15:00:00.000000", "on": on.isoformat(),
            "application_id": case.number, "actor_id": None, "actor": "bench", "role": "clock", "action": action.value,
            "what": f"Now {status.value}", "why": "", "details": f'{{"to": "{status.value}"}}',
        })  # fmt: skip


def _add_evidence(
    rows: Rows, case: Case, way: AuthorizationKind | None, person: bool, status_on: date
) -> None:
    at, on = f"{status_on.isoformat()} 15:00:00.000000", status_on.isoformat()
    if way is not None and case.status not in (Status.RECEIVED, Status.RETURNED):
        caqh = way is AuthorizationKind.CAQH
        rows["authorization"].append({
            "id": case.number, "application_id": case.number, "statement": 1, "kind": way.value, "plan_listed": caqh,
            "attested_on": on if caqh else None, "ordered_on": None if caqh else on,
            "received_on": None if caqh else on, "reference": "", "note": "", "recorded_by_id": 1, "recorded_at": at,
        })  # fmt: skip
    if case.status not in CHECKED:
        return
    kinds = [fact.kind for fact in VERIFICATIONS]
    wanted = kinds[: 3 if case.status is Status.VERIFYING else len(kinds)]
    for place, kind in enumerate(wanted):
        rows["verification"].append({
            "id": case.number * 20 + place, "application_id": case.number, "statement": 1, "kind": kind.value, "source": "Primary source",
            "method": VerificationMethod.WEBSITE.value, "result": VerificationResult.VERIFIED.value, "reference": "",
            "note": "", "checked_on": on, "recorded_at": at, "verified_by_id": 1,
        })  # fmt: skip
    rows["screening"].append({
        "id": case.number, "application_id": case.number, "statement": 1, "list_id": 1, "outcome": ScreeningOutcome.CLEAR.value,
        "reason": "", "screened_on": on, "screened_at": at, "screened_by_id": 1,
    })  # fmt: skip
    if case.status is Status.IN_COMMITTEE:
        rows["agenda_item"].append({
            "id": case.number, "meeting_id": 1, "application_id": case.number, "placed_on": on, "placed_by_id": 1,
        })  # fmt: skip


def _add_participation(rows: Rows, case: Case, digest: str, *, soon: bool) -> None:
    """Due dates spread evenly over 36 months; the one a renewal has been sent for falls due within 100 days."""
    active = case.status is not Status.TERMINATED
    days = case.draw.randrange(100) if soon else case.draw.randrange(-10, CYCLE_DAYS - 10)
    due_on = case.day + timedelta(days=days)
    began = add_months(due_on, -36).isoformat()
    rows["participation"].append({
        "id": case.number, "provider_number": f"P{case.number:09d}", "application_id": case.number,
        "npi": npi_of(case.number), "tax_id_digest": digest,
        "state": (ParticipationState.ACTIVE if active else ParticipationState.TERMINATED).value, "cycle": 1,
        "effective_on": began, "credentialed_on": began, "recredentialing_due_on": due_on.isoformat(),
        "ended_on": None if active else case.day.isoformat(),
    })  # fmt: skip
    if case.number % 20 == 0:  # few letters: most of a network joined before the program did
        _add_welcome(rows, case, began)


def _add_welcome(rows: Rows, case: Case, on: str) -> None:
    at = f"{on} 15:00:00.000000"
    rows["letter"].append({
        "id": case.number, "application_id": case.number, "participation_id": case.number,
        "kind": LetterKind.WELCOME.value, "cycle": 1, "number": 1, "round": 0, "written_on": on, "due_on": on,
        "respond_by": None, "facts": "{}", "state": LetterState.RENDERED.value, "attempts": 1, "error": "",
        "claimed_until": 0.0, "fence": 1, "rendered_at": at, "storage_key": "letters/bench", "sha256": "0" * 64,
        "size": 16_245,
    })  # fmt: skip
    for place, channel in enumerate(Channel):
        rows["outbox_message"].append({
            "id": case.number * 2 - 1 + place, "letter_id": case.number, "channel": channel.value,
            "state": MessageState.SENT.value, "recipient": "office@practice.example", "message_id": "", "attempts": 1,
            "not_before": 0.0, "claimed_until": 0.0, "fence": 1, "sent_at": at, "sent_on": on, "proof": "bench",
            "error": "",
        })  # fmt: skip
