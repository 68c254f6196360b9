"""Recording evidence: documents reviewed, authorizations, exclusion screening."""

from flask import request

from onboarding.models import Application
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, MatchResolution
from onboarding.queries.files import get_application
from onboarding.queries.review import get_document_of, get_match_of
from onboarding.services.authorizations import order_ccvs, receive_ccvs, record_caqh
from onboarding.services.documents import accept_document, check_expiry, reject_document
from onboarding.services.registry import SAID, record_asked
from onboarding.services.screening import resolve_match, screen_application
from onboarding.web.access import staff_who
from onboarding.web.nppes import ask_again
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import chosen, day, text


@bp.post("/applications/<int:application_id>/documents/<int:document_id>/accept")
@staff_who(Capability.REVIEW_DOCUMENT)
def accept(application_id: int, document_id: int) -> Answer:
    """Accept one document, its expiration date as the reviewer reads it."""

    def do(application: Application, actor: Actor) -> str:
        document, expires_on = get_document_of(application_id, document_id), day("expires_on")
        check_expiry(document.kind, expires_on)
        accept_document(application, document, actor, expires_on)
        return "Document accepted."

    return write(application_id, f"documents:{document_id}", do)


@bp.post("/applications/<int:application_id>/documents/<int:document_id>/reject")
@staff_who(Capability.REVIEW_DOCUMENT)
def reject(application_id: int, document_id: int) -> Answer:
    """Reject one document, with a reason the applicant will read."""

    def do(application: Application, actor: Actor) -> str:
        reject_document(application, get_document_of(application_id, document_id), actor, text("reason"))
        return "Document rejected. The applicant sees the reason on the status page."

    return write(application_id, f"documents:{document_id}", do)


@bp.post("/applications/<int:application_id>/authorization/caqh")
@staff_who(Capability.RECORD_AUTHORIZATION)
def record_authorization(application_id: int) -> Answer:
    """Record what CAQH shows today."""

    def do(application: Application, actor: Actor) -> str:
        record_caqh(
            application,
            actor,
            plan_listed={"yes": True, "no": False}.get(request.form.get("plan_listed", "")),
            attested_on=day("attested_on"),
            evidence=text("evidence"),
            note=text("note"),
        )
        return "CAQH authorization recorded."

    return write(application_id, "authorization", do)


@bp.post("/applications/<int:application_id>/authorization/ccvs-ordered")
@staff_who(Capability.RECORD_AUTHORIZATION)
def order_profile(application_id: int) -> Answer:
    """Record that the CCVS profile was ordered today."""

    def do(application: Application, actor: Actor) -> str:
        order_ccvs(application, actor, reference=text("reference"))
        return "CCVS order recorded."

    return write(application_id, "authorization", do)


@bp.post("/applications/<int:application_id>/authorization/ccvs-received")
@staff_who(Capability.RECORD_AUTHORIZATION)
def receive_profile(application_id: int) -> Answer:
    """Record that the CCVS profile arrived today."""

    def do(application: Application, actor: Actor) -> str:
        receive_ccvs(application, actor, reference=text("reference"))
        return "Arrival of the CCVS profile recorded."

    return write(application_id, "authorization", do)


@bp.post("/applications/<int:application_id>/screening")
@staff_who(Capability.RUN_SCREENING)
def screen(application_id: int) -> Answer:
    """Look for this applicant in the current exclusion list."""

    def do(application: Application, actor: Actor) -> str:
        screening = screen_application(application, actor)
        return f"Exclusion screening: {screening.outcome.value.replace('_', ' ')}."

    return write(application_id, "screening", do)


@bp.post("/applications/<int:application_id>/matches/<int:match_id>")
@staff_who(Capability.RESOLVE_MATCH)
def resolve(application_id: int, match_id: int) -> Answer:
    """Say whether a possible match is the applicant, and why."""

    def do(application: Application, actor: Actor) -> str:
        match = get_match_of(application_id, match_id)
        resolve_match(
            match,
            actor,
            chosen(MatchResolution, "resolution", "Say whether this is the applicant."),
            text("reason"),
        )
        return "Match resolved."

    return write(application_id, f"screening:{match_id}", do)


@bp.post("/applications/<int:application_id>/nppes")
@staff_who(Capability.RECORD_VERIFICATION)
def ask_nppes(application_id: int) -> Answer:
    """Ask NPPES about this NPI again. Nothing is locked while it answers; that it was asked stands in the history."""
    outcome = ask_again(get_application(application_id).npi)

    def do(application: Application, actor: Actor) -> str:
        record_asked(application, actor, outcome)
        return f"NPPES: {SAID[outcome]}."

    return write(application_id, "nppes", do)
