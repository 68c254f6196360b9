"""Verifications: one fact, its source, its result. The system sets the date, so none can be back-dated."""

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Verification
from onboarding.policy.changes import changed
from onboarding.policy.people import Actor
from onboarding.policy.verifications import required, verification_row
from onboarding.policy.vocabulary import VerificationKind, VerificationMethod, VerificationResult
from onboarding.policy.workflow import EVIDENCE_STATUSES
from onboarding.queries.files import get_credentialing_file, list_verifications
from onboarding.services.audit import record_event


def record_verification(
    application: Application,
    kind: VerificationKind,
    actor: Actor,
    *,
    source: str,
    method: VerificationMethod,
    result: VerificationResult,
    reference: str = "",
    note: str = "",
) -> Verification:
    """Append one verification, dated today. The latest record of a fact counts; earlier ones stay in the file.

    Raises BadInput when the source is not one of the policy's, or a finding other than 'verified' has no note;
    Conflict when this file does not need the fact or takes no evidence now.
    """
    row = verification_row(kind)
    if application.status not in EVIDENCE_STATUSES:
        raise Conflict("Evidence is not recorded at this stage.")
    if row not in required(get_credentialing_file(application)):
        raise Conflict(f"{row.label} is not verified for this provider type.")
    if source not in row.sources:
        raise BadInput(
            "Choose one of the sources that count.", {"source": "Choose one of the sources that count."}
        )
    if result is not VerificationResult.VERIFIED and len(note.strip()) < 5:
        says = "Say in a note what was found, or why it was not checked."
        raise BadInput(says, {"note": says})
    record = Verification(
        application_id=application.id,
        statement=application.statement,
        kind=kind,
        source=source,
        method=method,
        result=result,
        reference=reference.strip()[:120],
        note=note.strip()[:1000],
        checked_on=today(),
        recorded_at=now(),
        verified_by_id=actor.id,
    )
    earlier = [found.result for found in list_verifications(application.id) if found.kind is kind]
    db.session.add(record)
    record_event(
        actor=actor,
        application=application,
        action="record_verification",
        what=f"{row.label}: {result.value.replace('_', ' ')} ({source}, {method.value})",
        why=record.note,
        details={"changes": [changed("result", row.label, earlier[-1] if earlier else None, result)]},
    )
    return record
