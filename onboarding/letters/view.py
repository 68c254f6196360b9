"""What a letter template may know: plain facts, gathered by services/letters.py."""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.vocabulary import AuthorizationKind, LetterKind


@dataclass(frozen=True)
class LetterItem:
    """One thing that is missing or wrong: what, why it is asked, how to fix it."""

    label: str
    state: str
    how: str


@dataclass(frozen=True)
class LetterView:
    """One letter's facts. Dates are business dates; `days_late` counts from the day the letter was due.

    `respond_by` is the last day for an answer, or for an appeal. `asked_on` and `asked_until` belong to the discontinuation letter: when we asked, and until when an answer was
    awaited. `ended_on` belongs to the termination letter. `authorization` says which way a practitioner is checked
    (CAQH or CCVS); None names both. `reply_to` is the credentialing staff's mailbox, where the plan has one. `renewed`:
    the application is one to renew. `documents` belong to the reminder: what is asked of everybody of this type, and
    `documents_perhaps` what is asked by the answers given. `minutes`: so long a mailed link and code
    are good. `stage`, `stage_says`, `waits_for` and `until` belong to the mail of a change: how the application stood when
    it was written, `documents` what was still to be sent; `ended`: the journey is over. `drafts`: so many saved
    forms the letter to their group tells of. `appeal_outcome`, `hearing_on` and
    `late` belong to the letters of an appeal, as does `refused`: it is not let in; there `until` is by when we decide, and in the provisional letter its last day.
    """

    kind: LetterKind
    title: str
    written_on: date
    provider_name: str
    contact_name: str
    address_lines: tuple[str, ...]
    public_id: str
    npi: str
    public_url: str
    number: int = 1
    days_late: int = 0
    provider_number: str = ""
    lines: tuple[str, ...] = ()
    effective_on: date | None = None
    decided_on: date | None = None
    recredentialing_due_on: date | None = None
    respond_by: date | None = None
    items: tuple[LetterItem, ...] = ()
    reasons: tuple[str, ...] = ()
    conditions: str = ""
    payment_choice: str = ""
    account_last4: str = ""
    asked_on: date | None = None
    asked_until: date | None = None
    ended_on: date | None = None
    authorization: AuthorizationKind | None = None
    organization: bool = False
    reply_to: str = ""
    renewed: bool = False
    documents: tuple[str, ...] = ()
    documents_perhaps: tuple[str, ...] = ()
    minutes: int = 0
    drafts: int = 0
    stage: str = ""
    stage_says: str = ""
    waits_for: str = ""
    until: date | None = None
    ended: bool = False
    appeal_outcome: str = ""
    late: bool = False
    refused: bool = False
    hearing_on: date | None = None
