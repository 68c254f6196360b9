"""Laying out the packet and the minutes of a meeting, and the summary of an audit packet. Nothing is laid out inside a
transaction."""

import hashlib

import structlog

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.letters.render import lay_out, lay_out_page
from onboarding.models import FileSummary, MeetingPaper
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

STYLE, SUMMARY_STYLE = "packet.css", "audit.css"


def make_papers(settings: Settings) -> dict[str, int]:
    """Lay out every paper that waits, once each, and keep the bytes."""
    store, done = Store(settings.storage), {"made": 0, "failed": 0}
    while True:
        with committed():
            claim = claim_paper(MeetingPaper) or claim_paper(FileSummary)
        if claim is None:
            return done
        done["made" if _make(claim, store) else "failed"] += 1


def _make(claim: PaperClaim, store: Store) -> bool:
    try:
        stored = store.put("papers", _bytes(claim, store))
    except Exception as error:
        log.exception("a paper could not be laid out", table=claim.table.__tablename__, paper=claim.paper_id)
        with committed():
            release_paper(claim, type(error).__name__)
        return False
    with committed():
        kept = complete_paper(claim, storage_key=stored.key, sha256=stored.sha256)
    if not kept:
        store.delete(stored.key)
    return kept


def _bytes(claim: PaperClaim, store: Store) -> bytes:
    paper = db.session.get_one(claim.table, claim.paper_id)
    if isinstance(paper, FileSummary):
        key, sha256 = paper.page_key, paper.page_sha256
        db.session.rollback()
        page = store.read(key)
        if hashlib.sha256(page).hexdigest() != sha256:
            raise ValueError("the page was changed on disk after it was stored")
        return lay_out_page(page.decode(), SUMMARY_STYLE)
    assert isinstance(paper, MeetingPaper)
    meeting, kind = get_meeting(paper.meeting_id), paper.kind
    words = {"view": packet_view(meeting)} if kind is PaperKind.PACKET else minutes_words(meeting)
    db.session.rollback()
    return lay_out(f"committee/{kind.value}.html", STYLE, **words)
