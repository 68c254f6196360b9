"""TABLE: every clock the plan works by, and the one place where dates are reckoned.

A clock has a name, an amount, a unit, the dates between which it is in force, and its source. A file is judged by
the clock in force on the day of its decision.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from onboarding.policy.plan import PLAN


class Unit(StrEnum):
    """What a clock counts."""

    DAYS = "calendar days"
    MONTHS = "calendar months"


@dataclass(frozen=True)
class Clock:
    """One dated rule: so much time, counted so, in force from and to, because of this source."""

    name: str
    amount: int
    unit: Unit
    source: str
    in_force_from: date = date.min
    in_force_to: date = date.max


_D, _M = Unit.DAYS, Unit.MONTHS
_BEFORE_2025, _SINCE_2025 = date(2025, 6, 30), date(2025, 7, 1)
_OLD = "NCQA CR, decisions before 2025-07-01"
_DISPUTED = (
    "NCQA CR 2025; 365 days by older sources: a setting of the plan, the strict one unless it says otherwise"
)

TABLE: tuple[Clock, ...] = (
    Clock("evidence_age", 180, _D, _OLD, in_force_to=_BEFORE_2025),
    Clock("evidence_age", 120, _D, "NCQA CR 2025, decisions on or after 2025-07-01", _SINCE_2025),
    Clock("cvo_evidence_age", 120, _D, f"{_OLD}: a certified CVO's own checks", in_force_to=_BEFORE_2025),
    Clock(
        "cvo_evidence_age", 90, _D, "NCQA CR 2025: a certified CVO's own checks when it reports", _SINCE_2025
    ),
    Clock("history_age", 180, _D, _OLD, in_force_to=_BEFORE_2025),
    Clock("history_age", PLAN.work_history_days, _D, _DISPUTED, _SINCE_2025),
    Clock("application_age", 180, _D, _OLD, in_force_to=_BEFORE_2025),
    Clock("application_age", PLAN.application_days, _D, _DISPUTED, _SINCE_2025),
    Clock("attestation_age", 120, _D, "CAQH re-attestation cycle; NCQA CR 2025"),
    Clock(
        "exclusion_list_age",
        35,
        _D,
        "OIG publishes monthly, by the 10th; 42 CFR 455.436 asks a monthly check",
    ),
    Clock("nondiscrimination_statement", 12, _M, "NCQA CR 1: committee members affirm each year"),
    Clock("decision_notice", 60, _D, "NCQA CR, decisions before 2025-07-01", in_force_to=date(2025, 6, 30)),
    Clock("decision_notice", 30, _D, "NCQA CR 2025: notice within 30 calendar days", date(2025, 7, 1)),
    Clock(
        "notice_turns_amber",
        20,
        _D,
        "plan setting: how long after a decision its notice is amber at the desk",
    ),
    Clock(
        "notice_looked_back",
        365,
        _D,
        "plan setting: how far back the desk looks for a decision whose notice never left",
    ),
    Clock("amber_before", 10, _D, "plan setting: what is due within so many days is amber at the desk"),
    Clock("npdb_report", 30, _D, "45 CFR 60.5: an adverse action is reported within 30 days"),
    Clock(
        "finding_acted_on",
        30,
        _D,
        "NCQA CR 2025: what monitoring finds is acted on within 30 days; a member's grievance is answered in as many",
    ),
    Clock(
        "finding_history",
        6,
        _M,
        "NCQA CR: the history of complaints and adverse events is evaluated at least every six months",
    ),
    Clock(
        "npdb_amendment",
        30,
        _D,
        "45 CFR 60.6(b): a reversal or other revision of what was reported, within the time of 60.5",
    ),
    Clock("provisional", 60, _D, "NCQA CR: provisional credentialing lasts at most 60 calendar days, once"),
    Clock(
        "break_in_participation", 30, _D, "NCQA CR: a longer break is credentialed as if for the first time"
    ),
    Clock(
        "state_enrolment_pending",
        120,
        _D,
        "42 CFR 438.602(b)(2): a plan may contract while the State screens, up to 120 days",
    ),
    Clock("decision_recorded", 14, _D, "plan setting: time to record what the committee decided"),
    Clock(
        "exclusion_list_content",
        62,
        _D,
        "plan setting: OIG adds exclusions each month, so a list without any of the last two months is an old one",
    ),
    Clock(
        "head_kept", 2, _D, "plan setting: what was recorded stands in a head outside the database by then"
    ),
    Clock("nppes_answer_kept", 30, _D, "plan setting; NPPES publishes its full file monthly"),
    Clock("nppes_file_age", 35, _D, "plan setting; NPPES publishes its full file monthly"),
    Clock("recredentialing_cycle", 36, _M, "NCQA CR: 36 months, no grace"),
    Clock(
        "recredentialing_grace",
        30,
        _D,
        "NCQA CR FAQ 000014858: more than 30 days late is initial credentialing",
    ),
    Clock(
        "extension_after_return",
        60,
        _D,
        "NCQA CR, as recalled: who was away for a cause it names is recredentialed within 60 days of the return",
    ),
    Clock("work_history", 60, _M, "NCQA CR 3: the latest five years, or since first licensed"),
    Clock("work_gap_explained", 6, _M, "NCQA CR 3: a gap of more than six months is explained"),
    Clock(
        "work_gap_in_writing", 12, _M, "NCQA CR 3: a gap of more than twelve months is explained in writing"
    ),
    Clock("draft_kept", 60, _D, "plan setting"),
    Clock("roster_kept", 60, _D, "plan setting: a roster its group does not import, as long as a draft"),
    Clock("missing_documents_first", 0, _D, "plan setting: asked at once; other states ask within 15 days"),
    Clock("missing_documents_second", 14, _D, "plan setting: days from the first letter to the second"),
    Clock("missing_documents_final", 30, _D, "plan setting: days from the first letter to the final one"),
    Clock(
        "missing_documents_over",
        45,
        _D,
        "plan setting: days from the first letter to discontinuation; seed 002 names no number of days",
    ),
    Clock("response_time", 30, _D, "plan setting: time to correct a form that was sent back"),
    Clock("appeal", 30, _D, "plan setting; NCQA (former CR 6): at least 30 days to ask"),
    Clock(
        "hearing_after_notice",
        30,
        _D,
        "42 USC 11112(b): a hearing is not held sooner than 30 days after its notice",
    ),
    Clock("appeal_decided", 60, _D, "plan setting: time to decide an appeal"),
    Clock(
        "rights_review",
        7,
        _D,
        "plan setting; others arrange the review in 5 business days, which 7 days hold",
    ),
    Clock(
        "rights_correct", 14, _D, "plan setting; others correct within 10 business days, which 14 days hold"
    ),
    Clock("rights_leave", 14, _D, "plan setting"),
    Clock("rights_leave_ahead", 365, _D, "plan setting: how far ahead a wish to leave the network may lie"),
    Clock(
        "rights_status",
        5,
        _D,
        "plan setting; CareSource answers within 3 business days, which 5 days hold with a weekend",
    ),
    Clock(
        "discrepancy_response",
        14,
        _D,
        "plan setting; others ask for an answer within 10 business days, which 14 days hold",
    ),
    Clock(
        "discrepancy_reminder",
        4,
        _D,
        "plan setting: who has not answered a discrepancy notice is reminded once, so many days before its time ends",
    ),
    Clock(
        "recredentialing_opens",
        180,
        _D,
        "plan setting: staff see a renewal so long ahead, and its draft opens",
    ),
    Clock(
        "verification_opens",
        120,
        _D,
        "NCQA CR 2025: evidence is good for 120 days, so of a renewal nothing is verified longer before it is due",
    ),
    Clock("recredentialing_soon", 90, _D, "plan setting: how far ahead staff look at renewals"),
    Clock("document_ahead", 120, _M, "plan setting: a later expiration date is a slip of the pen"),
    Clock("document_expiring", 30, _D, "plan setting: the applicant is told before a document runs out"),
    Clock(
        "payment_reminders_over",
        60,
        _D,
        "plan setting: so long after the welcome letter left nobody is reminded of the payment choice any more",
    ),
    Clock("annual_notice", 12, _M, "seed 003; NCQA: practitioners are told each year what the plan offers"),
    Clock(
        "annual_notice_late",
        60,
        _D,
        "NCQA: what is yearly is done after 12 months, with two months of grace; later it is left to the next year",
    ),
    Clock("ccvs_response", 30, _D, "plan setting: time to become current with CCVS once we have ordered"),
    Clock(
        "pended_response", 14, _D, "plan setting: time to answer what the committee asks; it meets as often"
    ),
    Clock("work_received", 3, _D, "plan setting: time to read a new form"),
    Clock("work_returned", 30, _D, "plan setting: time the applicant has to correct"),
    Clock("work_gathering", 30, _D, "plan setting: time to gather documents"),
    Clock("work_verifying", 21, _D, "plan setting: time to verify"),
    Clock("work_ready", 10, _D, "plan setting: time to decide a clean file or set an agenda"),
    Clock("work_in_committee", 30, _D, "plan setting: time to the committee's decision"),
    Clock("work_approved", 5, _D, "plan setting: time for the welcome letter to leave"),
    Clock("stalled", 14, _D, "plan setting: an open file nobody has touched this long is looked at again"),
    Clock("stalled_escalated", 30, _D, "plan setting: untouched this long, it goes to the coordinator"),
    Clock("caqh_asked_again", 1, _D, "plan setting: an open file is asked about at most daily"),
    Clock("caqh_asked_again_in_network", 7, _D, "plan setting: a participating provider, weekly"),
    Clock("caqh_added_again", 7, _D, "plan setting: after CAQH refused to put a provider on our roster"),
    Clock("caqh_batch_lost", 3, _D, "plan setting: a batch without result this long is sent again"),
    Clock("caqh_noted_again", 7, _D, "plan setting: an unchanged answer that blocks is noted weekly"),
    Clock("caqh_told_late", 30, _D, "plan setting: a reminder this late is not sent any more"),
    Clock("state_decision_physician", 90, _D, "A.C.A. 23-99-411, physicians"),
    Clock("state_decision_other", 180, _D, "A.C.A. 23-99-411, all others"),
)

# Recredentialing reminders: days before the due date, first to last. The last one goes on the day after: it is overdue.
# Staff see a renewal before the provider does, from recredentialing_opens on.
REMINDER_DAYS_BEFORE: tuple[int, ...] = (120, 90, 60, 30, 15, -1)

# A provider in the network is told so many days before a document on file runs out, first to last.
DOCUMENT_EXPIRING_DAYS_BEFORE: tuple[int, ...] = (90, 60, 30, 14, 7)

# Who has not chosen how to be paid is reminded so many days after the welcome letter left, first to last.
PAYMENT_REMINDER_DAYS_AFTER: tuple[int, ...] = (14, 30)

# How far ahead the desk looks at what runs out: documents, licenses, renewals. The last one is recredentialing_soon.
EXPIRING_DAYS: tuple[int, ...] = (30, 60, 90)

# Days before a saved form is deleted at which whoever gave an e-mail address is told, first to last.
DRAFT_NOTICE_DAYS_BEFORE: tuple[int, ...] = (14, 3)

# Days before CAQH attestation lapses at which the applicant, or the provider in the network, is told: by mail on each, on
# the status page from the first. The last one goes on the day after: it has lapsed.
REATTEST_DAYS_BEFORE: tuple[int, ...] = (15, 5, -1)
STALE_SOON_DAYS = REATTEST_DAYS_BEFORE[0]


# What an installation has set for the clocks that the sources dispute: days by name.
_set: dict[str, int] = {}


def set_disputed(**days: int) -> None:
    """Set, once as the program starts, the limits that the sources dispute; raises KeyError for any other clock."""
    for name, amount in days.items():
        if not any(row.name == name and row.source is _DISPUTED for row in TABLE):
            raise KeyError(f"{name!r} is not disputed")
        _set[name] = amount


def _as_set(row: Clock) -> Clock:
    return replace(row, amount=_set[row.name]) if row.name in _set and row.source is _DISPUTED else row


_BY_NAME: dict[str, tuple[Clock, ...]] = {
    name: tuple(row for row in TABLE if row.name == name) for name in dict.fromkeys(row.name for row in TABLE)
}


def clock(name: str, on: date) -> Clock:
    """The clock of this name in force on that day; raises KeyError when the policy has none."""
    for row in _BY_NAME.get(name, ()):
        if row.in_force_from <= on <= row.in_force_to:
            return _as_set(row)
    raise KeyError(f"no clock {name!r} in force on {on}")


def add_months(start: date, months: int) -> date:
    """The same day so many calendar months on; the last day of the month where that month is shorter.

    31 August plus six months is 28 (or 29) February; 29 February plus 36 months is 28 February.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def after(name: str, start: date, since: str = "") -> date:
    """The day on which the clock of this name, started on `start`, runs out. With `since` both clocks, in days, began
    together and that one ran out on `start`: only what is left of the longer one runs."""
    row = clock(name, start)
    if row.unit is Unit.MONTHS:
        return add_months(start, row.amount)
    return start + timedelta(days=row.amount - (clock(since, start).amount if since else 0))


def ran_out(name: str, on: date) -> list[tuple[date, date]]:
    """Between which days a clock of this name, which counts days, was started where it has run out by `on`: first and
    last, for each row in force."""
    rows = [row for row in TABLE if row.name == name]
    found = [(row.in_force_from, min(row.in_force_to, on - timedelta(days=row.amount))) for row in rows]
    return [(first, last) for first, last in found if first <= last]


def recredentialing_due(decided_on: date, *, to_the_month: bool = PLAN.recredentialing_to_the_month) -> date:
    """36 calendar months after the decision (NCQA CR; the clock starts at the decision): to the day, or, where the plan
    counts `to_the_month`, to the last day of that month. There is no grace."""
    due_on = after("recredentialing_cycle", decided_on)
    if not to_the_month:
        return due_on
    return due_on.replace(day=calendar.monthrange(due_on.year, due_on.month)[1])


def in_date(checked_on: date, decided_on: date, name: str = "evidence_age") -> bool:
    """Is evidence of `checked_on` still good on the day of decision? Never when it comes after that day."""
    return 0 <= (decided_on - checked_on).days <= clock(name, decided_on).amount


def last_day(checked_on: date, name: str = "evidence_age") -> date:
    """The last day on which evidence of `checked_on` may carry a decision, each day by the clock in force on it."""
    last = checked_on
    for row in sorted((row for row in TABLE if row.name == name), key=lambda row: row.in_force_from):
        if row.in_force_to < checked_on:
            continue
        until = checked_on + timedelta(days=_as_set(row).amount)
        if until < row.in_force_from:
            break
        last = min(until, row.in_force_to)
    return last


def good_until(checked_on: date, on: date, name: str = "evidence_age") -> date:
    """The last day on which evidence of `checked_on` may carry a decision, by the clock in force on `on`."""
    return checked_on + timedelta(days=clock(name, on).amount)


def draft_notice_fell_due(kept_until: date, on: date) -> date | None:
    """The day on which the latest notice that a saved form will be deleted fell due; None when none has yet.

    After days off the latest one is sent, once.
    """
    days = [kept_until - timedelta(days=before) for before in DRAFT_NOTICE_DAYS_BEFORE]
    return max((day for day in days if day <= on), default=None)


def reminder_number(due_on: date, on: date) -> int:
    """Which reminder (1 is the first) is the one to send today; 0 when it is too early for any.

    After days off the latest one that fell due is sent, once; earlier ones it overtakes are not sent behind it.
    """
    left = (due_on - on).days
    return sum(1 for days in REMINDER_DAYS_BEFORE if left <= days)
