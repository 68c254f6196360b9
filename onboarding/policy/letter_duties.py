"""TABLE: of every letter to whom it goes, by what cause and on which day, what it must state, and what waits for the proof
that it has left. Its title, template and channels stand in letters/catalog.py; days are those of policy/deadlines.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import (
    DOCUMENT_EXPIRING_DAYS_BEFORE,
    DRAFT_NOTICE_DAYS_BEFORE,
    PAYMENT_REMINDER_DAYS_AFTER,
    REATTEST_DAYS_BEFORE,
    REMINDER_DAYS_BEFORE,
    clock,
)
from onboarding.policy.vocabulary import Carries, LetterKind


@dataclass(frozen=True)
class Duty:
    """What one letter is for. `to` and `when` are words; `gates` says what is not done before the letter has provably left,
    empty for most. Where the letter goes on paper, `one_page` says that it is one page."""

    to: str
    when: str
    carries: tuple[Carries, ...]
    gates: str = ""
    one_page: bool = True


def _days(name: str) -> str:
    row = clock(name, date.max)
    return f"{row.amount} {row.unit.value.removeprefix('calendar ')}"


def _since(name: str) -> str:
    """After which time: "14 days after", or "at once after" where the clock gives none."""
    return f"{_days(name) if clock(name, date.max).amount else 'at once'} after"


def _listed(days: Iterable[int]) -> str:
    """Days before something, first to last: "120, 90 and 60 days before"; one that is negative is after it."""
    before, after = [str(one) for one in days if one >= 0], [-one for one in days if one < 0]
    words = f"{', '.join(before[:-1])} and {before[-1]} days before"
    return words + "".join(f", and {one} {'day' if one == 1 else 'days'} after" for one in after)


_L, _C = LetterKind, Carries
_APPLICANT, _PROVIDER = "the contact of the application", "the contact of a provider in the network"
_ID, _CALL = _C.APPLICATION_ID, _C.CONTACT
_ASKS = (_ID, _C.ITEMS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS)

TABLE: dict[LetterKind, Duty] = {
    _L.CONFIRMATION: Duty(
        _APPLICANT, "at once, when the form has been sent", (_ID, _C.DATE, _CALL, _C.RIGHTS)
    ),
    _L.RETURNED: Duty(
        _APPLICANT,
        f"at once, when the form goes back; an answer is awaited {_days('response_time')}",
        (_ID, _C.ITEMS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS),
        gates="the application is not discontinued before it has left",
    ),
    _L.MISSING_DOCUMENTS: Duty(
        _APPLICANT,
        f"{_since('missing_documents_first')} the file began to gather, or when something runs out or is rejected",
        _ASKS,
        gates="the second letter",
        one_page=False,
    ),
    _L.MISSING_DOCUMENTS_SECOND: Duty(
        _APPLICANT,
        f"{_days('missing_documents_second')} after the first letter left, while something is owed",
        _ASKS,
        gates="the final letter",
        one_page=False,
    ),
    _L.MISSING_DOCUMENTS_FINAL: Duty(
        _APPLICANT,
        f"{_days('missing_documents_final')} after the first letter left, while something is owed",
        _ASKS,
        gates=f"the application is not discontinued, {_days('missing_documents_over')} after the first letter, before it has left",
        one_page=False,
    ),
    _L.WELCOME: Duty(
        _APPLICANT,
        f"at once, when the application or the renewal is approved, within {_days('decision_notice')} of the decision",
        (_ID, _C.PROVIDER_NUMBER, _C.DATE, _CALL),
        gates="participation, or its renewal, begins when it has left",
        one_page=False,
    ),
    _L.DENIAL: Duty(
        _APPLICANT,
        f"at once, when the committee denies, within {_days('decision_notice')} of the decision",
        (_ID, _C.REASONS, _C.DATE, _CALL, _C.RIGHTS, _C.APPEAL),
        one_page=False,
    ),
    _L.PENDED: Duty(
        _APPLICANT,
        f"at once, when the committee asks for more; an answer is awaited {_days('pended_response')}",
        (_ID, _C.REASONS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS),
        one_page=False,
    ),
    _L.DISCONTINUATION: Duty(
        _APPLICANT,
        "at once, when the application is discontinued because no answer came",
        (_ID, _C.ITEMS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS),
        one_page=False,
    ),
    _L.TERMINATION: Duty(
        _PROVIDER,
        "at once, when a participation is ended",
        (_ID, _C.PROVIDER_NUMBER, _C.REASONS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS, _C.APPEAL),
        one_page=False,
    ),
    _L.RECREDENTIALING_REMINDER: Duty(
        _PROVIDER,
        f"{_listed(REMINDER_DAYS_BEFORE)} the day by which recredentialing is due, {_days('recredentialing_cycle')} after the decision",
        (_ID, _C.DATE, _CALL),
    ),
    _L.CAQH_REATTEST: Duty(
        "the contact of an application or provider checked through CAQH",
        f"{_listed(REATTEST_DAYS_BEFORE)} the attestation lapses, {_days('attestation_age')} after it was made",
        (_ID, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.CAQH_WITHDRAWN: Duty(
        "the contact of an application or provider checked through CAQH",
        "at once, when CAQH does not list the plan any more",
        (_ID, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.CCVS_REQUEST: Duty(
        "the contact of an Arkansas MD or DO",
        f"at once, when the CCVS profile is ordered; it is awaited {_days('ccvs_response')}",
        (_ID, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS),
    ),
    _L.DISCREPANCY: Duty(
        _APPLICANT,
        f"at once, when a source says something else than the form; an answer is awaited {_days('discrepancy_response')}",
        (_ID, _C.ITEMS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS),
        one_page=False,
    ),
    _L.DISCREPANCY_REMINDER: Duty(
        _APPLICANT,
        f"{_days('discrepancy_reminder')} before the time to answer the notice ends",
        (_ID, _C.ITEMS, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.RIGHTS_ANSWER: Duty(
        "whoever asked for a correction",
        f"when it is answered, within {_days('rights_correct')}",
        (_ID, _C.ITEMS, _C.REASONS, _C.DATE, _CALL),
    ),
    _L.APPEAL_RECEIVED: Duty(
        "whoever appeals",
        f"at once, when an appeal is asked for, and when its hearing is set; it is decided within {_days('appeal_decided')}",
        (_ID, _C.DATE, _CALL, _C.RIGHTS),
    ),
    _L.APPEAL_DECIDED: Duty(
        "whoever appealed",
        f"at once, when the appeal is decided, within {_days('decision_notice')} of the decision",
        (_ID, _C.REASONS, _C.DATE, _CALL, _C.RIGHTS),
        one_page=False,
    ),
    _L.PROVISIONAL: Duty(
        _APPLICANT,
        f"at once, when a provider is approved provisionally, for {_days('provisional')} at most",
        (_ID, _C.PROVIDER_NUMBER, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.PROVISIONAL_ENDED: Duty(
        _APPLICANT,
        "at once, when a provisional participation is over",
        (_ID, _C.PROVIDER_NUMBER, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.DOCUMENT_EXPIRING: Duty(
        _PROVIDER,
        f"{_listed(DOCUMENT_EXPIRING_DAYS_BEFORE)} a document on file expires, all of one day in one letter",
        (_ID, _C.PROVIDER_NUMBER, _C.ITEMS, _C.DATE, _C.CONSEQUENCE, _CALL, _C.RIGHTS),
    ),
    _L.PAYMENT_REMINDER: Duty(
        _PROVIDER,
        f"{' and '.join(map(str, PAYMENT_REMINDER_DAYS_AFTER))} days after the welcome letter left, without a payment choice",
        (_ID, _C.PROVIDER_NUMBER, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.PAYMENT_NOTICE: Duty(_PROVIDER, "at once, when a payment choice is recorded", (_ID, _C.DATE, _CALL)),
    _L.ANNUAL_NOTICE: Duty(
        _PROVIDER,
        f"each {_days('annual_notice')} after participation began",
        (_ID, _C.PROVIDER_NUMBER, _C.ITEMS, _CALL, _C.RIGHTS),
    ),
    _L.STATUS_CHANGED: Duty(
        "the contact of the application, who can turn these mails off",
        "at once, when a step changes the stage and has no letter of its own",
        (_ID, _C.DATE, _CALL),
    ),
    _L.APPLICATION_ID: Duty(
        "the contact of an application that somebody fills in again", "at once", (_ID, _CALL)
    ),
    _L.ACCESS_CODE: Duty(
        "the contact of the application",
        "at once, when somebody asks to open it",
        (_ID, _CALL),
    ),
    _L.DRAFT_EXPIRES: Duty(
        "the contact of a saved form",
        f"{_listed(DRAFT_NOTICE_DAYS_BEFORE)} it is deleted, {_days('draft_kept')} after its last change",
        (_ID, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
    _L.DRAFTS_EXPIRE: Duty(
        "the contact of a group with saved forms of its practitioners",
        f"{_listed(DRAFT_NOTICE_DAYS_BEFORE)} the first of them is deleted",
        (_ID, _C.DATE, _C.CONSEQUENCE, _CALL),
    ),
}


def duty_of(kind: LetterKind) -> Duty:
    """What this letter is for; raises KeyError for a kind that is not in the table."""
    return TABLE[kind]
