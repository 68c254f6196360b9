"""Files that a source gave us, kept as evidence: each once, for one application, for the checks of the day it came."""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import Application, EvidenceFile
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.verifications import VerificationRow
from onboarding.queries.evidence import find_evidence_file, is_document_elsewhere


@dataclass(frozen=True)
class NewFile:
    """A file that was checked and stored: its name, what it is, its bytes' hash, where they are."""

    file_name: str
    media_type: str
    size: int
    sha256: str
    storage_key: str


def keep_file(
    application: Application,
    row: VerificationRow | None,
    file: NewFile,
    actor: Actor,
    on: date | None = None,
) -> EvidenceFile:
    """The evidence of a check made today, or `on` that day; without a row, of a monitoring finding. A file is taken only for
    a check of the day it came, and one that is here already only for this application, or where the source gives out one
    list of everybody.

    Raises BadInput for a file that is evidence of something else.
    """
    one_list = row is not None and row.one_list
    if not one_list and is_document_elsewhere(application, file.sha256):
        raise _refused("This very file is a document of another application. Get this provider's own.")
    known, checked_on = find_evidence_file(file.sha256), on or today()
    if known is None:
        if checked_on != today():
            raise _refused(
                f"This file came today and says nothing of {say(checked_on)}. Use “Check again” to record what it shows."
            )
        try:
            with db.session.begin_nested():
                return _keep(application, file, actor)
        except IntegrityError:  # somebody sent the same file in this moment
            known = find_evidence_file(file.sha256)
            assert known is not None, "its bytes are here already"
    if known.application_id != application.id and not one_list:
        raise _refused("This very file is evidence in another application. Get this provider's own.")
    if known.received_on != checked_on:
        raise _refused(
            f"This very file came on {say(known.received_on)} and shows what the source said then. Get a new one."
        )
    return known


def _keep(application: Application, file: NewFile, actor: Actor) -> EvidenceFile:
    kept = EvidenceFile(
        public_id=secrets.token_urlsafe(18),
        application_id=application.id,
        sha256=file.sha256,
        storage_key=file.storage_key,
        file_name=file.file_name[:160],
        media_type=file.media_type,
        size=file.size,
        received_on=today(),
        received_at=now(),
        received_by_id=actor.id,
    )
    db.session.add(kept)
    return kept


def _refused(says: str) -> BadInput:
    return BadInput(says, {"evidence": says})
