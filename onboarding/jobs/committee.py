"""Laying out the packet and the minutes of a meeting. Nothing is laid out inside a transaction."""

import structlog

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.letters.render import lay_out
from onboarding.policy.vocabulary import PaperKind
from onboarding.queries.committee import get_meeting
from onboarding.services.papers import (
    PaperClaim,
    claim_paper,
    complete_paper,
    minutes_words,
    packet_view,
    release_paper,
)
from onboarding.storage import Store

log = structlog.get_logger("onboarding.jobs")

STYLE = "packet.css"


def make_papers(settings: Settings) -> dict[str, int]:
    """Lay out every packet and every copy of minutes that waits, once each, and keep the bytes."""
    store, done = Store(settings.storage), {"made": 0, "failed": 0}
    while True:
        with committed():
            claim = claim_paper()
        if claim is None:
            return done
        done["made" if _make(claim, store) else "failed"] += 1


def _make(claim: PaperClaim, store: Store) -> bool:
    try:
        stored = store.put("papers", _bytes(claim))
    except Exception as error:
        log.exception("a paper could not be laid out", paper=claim.paper_id)
        with committed():
            release_paper(claim, type(error).__name__)
        return False
    with committed():
        kept = complete_paper(claim, storage_key=stored.key, sha256=stored.sha256)
    if not kept:
        store.delete(stored.key)
    return kept


def _bytes(claim: PaperClaim) -> bytes:
    meeting = get_meeting(claim.meeting_id)
    packet = claim.kind is PaperKind.PACKET
    words = {"view": packet_view(meeting)} if packet else minutes_words(meeting)
    db.session.rollback()
    return lay_out(f"committee/{claim.kind.value}.html", STYLE, **words)
