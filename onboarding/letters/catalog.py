"""TABLE: every letter the plan writes: its subject, its templates, the channels it leaves by, the time it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import Channel, LetterKind


@dataclass(frozen=True)
class LetterRow:
    """One letter. With `pdf` it is a letter on letterhead (templates/letters/KIND.html) that mail carries as an
    attachment; without, it is the mail itself (templates/mail/KIND.txt). `respond_clock` names the clock of
    policy/deadlines.py that gives the date of an answer or an appeal, counted from the letter, or, with `respond_since`, from
    when that clock began (policy/asking.py); `respond_if` the fact without which it gives none. `renewal_title` stands over it where an application to renew is
    meant. `secret`: the mail carries what only its reader may know; the text that is kept has LINK_MARK and CODE_MARK in
    its place. `optional`: it only tells, so its reader can turn it off, by a link that stands in the text kept as LINK_MARK."""

    kind: LetterKind
    title: str
    channels: tuple[Channel, ...]
    pdf: bool
    respond_clock: str | None = None
    renewal_title: str = ""
    secret: bool = False
    optional: bool = False
    respond_if: str = ""
    respond_since: str = ""

    def respond_by(self, facts: Mapping[str, Any], on: date) -> date | None:
        """The date that this letter of that day gives; of one that gives it with some facts only, with these."""
        if self.respond_clock is None or (self.respond_if and not facts.get(self.respond_if)):
            return None
        return after(self.respond_clock, on, since=self.respond_since)

    def title_for(self, *, renewed: bool) -> str:
        """The title as it stands over a first application, or over one to renew."""
        return self.renewal_title if renewed and self.renewal_title else self.title


LINK_MARK, CODE_MARK = "[link]", "[code]"

_MAIL = (Channel.MAIL,)
_BOTH = (Channel.MAIL, Channel.PRINT)
_L = LetterKind

TABLE: tuple[LetterRow, ...] = (
    LetterRow(_L.CONFIRMATION, "We received your application", _MAIL, pdf=False),
    LetterRow(_L.RETURNED, "Please correct your application", _BOTH, pdf=True, respond_clock="response_time"),
    LetterRow(
        _L.MISSING_DOCUMENTS,
        "Documents we still need",
        _BOTH,
        pdf=True,
        respond_clock="missing_documents_over",
        respond_since="missing_documents_first",
    ),
    LetterRow(
        _L.MISSING_DOCUMENTS_SECOND,
        "Second request: documents we still need",
        _BOTH,
        pdf=True,
        respond_clock="missing_documents_over",
        respond_since="missing_documents_second",
    ),
    LetterRow(
        _L.MISSING_DOCUMENTS_FINAL,
        "Final request: documents we still need",
        _BOTH,
        pdf=True,
        respond_clock="missing_documents_over",
        respond_since="missing_documents_final",
    ),
    LetterRow(
        _L.WELCOME,
        "Welcome to our network",
        _BOTH,
        pdf=True,
        renewal_title="Your participation is renewed",
        respond_clock="appeal",
        respond_if="appealable",
    ),
    LetterRow(_L.DENIAL, "Decision on your application", _BOTH, pdf=True, respond_clock="appeal"),
    LetterRow(_L.DISCONTINUATION, "We have stopped your application", _BOTH, pdf=True),
    LetterRow(_L.TERMINATION, "Your participation has ended", _BOTH, pdf=True, respond_clock="appeal"),
    LetterRow(_L.RECREDENTIALING_REMINDER, "Time to renew your credentials", _BOTH, pdf=True),
    LetterRow(_L.PAYMENT_NOTICE, "Your payment choice was recorded", _MAIL, pdf=False),
    LetterRow(_L.ACCESS_CODE, "Your link and code", _MAIL, pdf=False, secret=True),
    LetterRow(_L.DRAFT_EXPIRES, "Your saved form will be deleted", _MAIL, pdf=False),
    LetterRow(_L.DRAFTS_EXPIRE, "Saved forms of your practitioners will be deleted", _MAIL, pdf=False),
    LetterRow(_L.DISCREPANCY, "We found a difference", _BOTH, pdf=True, respond_clock="discrepancy_response"),
    LetterRow(_L.RIGHTS_ANSWER, "Our answer to your request for a correction", _MAIL, pdf=False),
    LetterRow(_L.CAQH_REATTEST, "Please attest again in CAQH", _MAIL, pdf=False),
    LetterRow(_L.CAQH_WITHDRAWN, "CAQH no longer lists our plan", _MAIL, pdf=False),
    LetterRow(_L.STATUS_CHANGED, "Where your application stands", _MAIL, pdf=False, optional=True),
    LetterRow(_L.DISCREPANCY_REMINDER, "Please answer: we found a difference", _MAIL, pdf=False),
    LetterRow(_L.APPEAL_RECEIVED, "Your appeal", _BOTH, pdf=True),
    LetterRow(_L.APPEAL_DECIDED, "Decision on your appeal", _BOTH, pdf=True),
    LetterRow(_L.PROVISIONAL, "You are in our network provisionally", _BOTH, pdf=True),
    LetterRow(_L.PROVISIONAL_ENDED, "Your provisional participation has ended", _BOTH, pdf=True),
    LetterRow(_L.APPLICATION_ID, "Your Application ID", _MAIL, pdf=False),
    LetterRow(_L.DOCUMENT_EXPIRING, "Documents that expire soon", _BOTH, pdf=True),
    LetterRow(_L.PAYMENT_REMINDER, "Please choose how we pay you", _BOTH, pdf=True),
    LetterRow(_L.ANNUAL_NOTICE, "Our yearly notice to providers", _MAIL, pdf=True),
    LetterRow(
        _L.CCVS_REQUEST, "Please bring CCVS up to date", _BOTH, pdf=True, respond_clock="ccvs_response"
    ),
    LetterRow(_L.PENDED, "We have put off our decision", _BOTH, pdf=True, respond_clock="pended_response"),
)

_BY_KIND = {row.kind: row for row in TABLE}


def letter_row(kind: LetterKind | str) -> LetterRow:
    """The row of one letter; raises ValueError for a kind that is not in the catalog."""
    return _BY_KIND[LetterKind(kind)]
