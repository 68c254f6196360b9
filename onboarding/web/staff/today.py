"""Today: what is late, due, new, waiting and running out. TABLE: each number is a filter of the queue, and its link."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from flask import render_template, request, url_for
from sqlalchemy import Row

from onboarding.clock import today as this_day
from onboarding.policy.access import may
from onboarding.policy.deadlines import EXPIRING_DAYS, clock
from onboarding.policy.documents import document_row
from onboarding.policy.verifications import label_of
from onboarding.policy.vocabulary import STAFF_ROLES, Capability, DocumentKind, Role, Status
from onboarding.queries.committee import count_statements_owed
from onboarding.queries.expiring import Expiring, count_expiring, list_expiring
from onboarding.queries.holds import count_held
from onboarding.queries.monitoring import FindingFilter, count_open_findings
from onboarding.queries.queue import MOST_COUNTED, count_rows
from onboarding.queries.queue_filter import ME, NOBODY, Due, QueueFilter, Stale, Why
from onboarding.queries.renewals import RenewalDue, count_renewals_to, days_ahead
from onboarding.queries.views import list_views
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.counts import counts
from onboarding.web.staff.findings import findings_url
from onboarding.web.staff.queue import DUE_LABELS, STALE_LABELS, WHY_LABELS, filter_url
from onboarding.web.staff.room import bp

LONGEST_CURSOR = 40


Counts = TypeVar("Counts", QueueFilter, FindingFilter, RenewalDue, None)


@dataclass(frozen=True)
class Number(Generic[Counts]):
    """One number: under which heading, what it says, which rows it counts, and who is told."""

    heading: str
    words: str
    counts: Counts
    who: frozenset[Role] = frozenset(STAFF_ROLES)
    late: bool = False


_LATE, _WHOSE, _NEW, _YOU = "Late and due", "Whose work", "Just come in", "Waiting for you"
_Q, _S = QueueFilter, Status
_LEAD, _DIRECTOR = frozenset({Role.COORDINATOR}), frozenset({Role.MEDICAL_DIRECTOR})
_OFFICE = _LEAD | _DIRECTOR
_DESK, _TABLE = _LEAD | {Role.SPECIALIST}, _DIRECTOR | {Role.COMMITTEE_MEMBER}

TABLE: tuple[Number[QueueFilter], ...] = (
    Number(_LATE, DUE_LABELS[Due.OVERDUE], _Q(due=Due.OVERDUE), late=True),
    Number(_LATE, DUE_LABELS[Due.TODAY], _Q(due=Due.TODAY)),
    Number(_LATE, DUE_LABELS[Due.WEEK], _Q(due=Due.WEEK)),
    Number(_LATE, STALE_LABELS[Stale.NOW], _Q(stale=Stale.NOW), late=True),
    Number(_LATE, STALE_LABELS[Stale.NEXT], _Q(stale=Stale.NEXT)),
    Number(_LATE, WHY_LABELS[Why.STALLED], _Q(why=Why.STALLED)),
    Number(_LATE, WHY_LABELS[Why.NOTICE_LATE], _Q(why=Why.NOTICE_LATE), late=True),
    Number(_LATE, WHY_LABELS[Why.NOTICE_AMBER], _Q(why=Why.NOTICE_AMBER)),
    Number(_WHOSE, "Mine", _Q(assignee=ME), _DESK),
    Number(_WHOSE, "Mine and overdue", _Q(assignee=ME, due=Due.OVERDUE), _DESK, late=True),
    Number(_WHOSE, "Unassigned", _Q(assignee=NOBODY)),
    Number(_WHOSE, "All open work", _Q()),
    Number(_NEW, WHY_LABELS[Why.UPLOADED], _Q(why=Why.UPLOADED)),
    Number(_NEW, WHY_LABELS[Why.MATCHED], _Q(why=Why.MATCHED), late=True),
    Number(_YOU, "Forms to read", _Q(status=_S.RECEIVED), _DESK),
    Number(_YOU, WHY_LABELS[Why.ANSWERED], _Q(why=Why.ANSWERED), _DESK),
    Number(_YOU, WHY_LABELS[Why.RIGHTS], _Q(why=Why.RIGHTS), _DESK),
    Number(_YOU, "Files to place on an agenda, or that wait for the director", _Q(status=_S.READY), _LEAD),
    Number(_YOU, WHY_LABELS[Why.LETTERS], _Q(why=Why.LETTERS), _LEAD),
    Number(_YOU, WHY_LABELS[Why.REPORTS], _Q(why=Why.REPORTS), _LEAD | _DIRECTOR),
    Number(_YOU, WHY_LABELS[Why.APPEALS], _Q(why=Why.APPEALS), _OFFICE),
    Number(_YOU, WHY_LABELS[Why.PROVISIONAL], _Q(why=Why.PROVISIONAL), _OFFICE),
    Number(_YOU, WHY_LABELS[Why.FOLLOW_UPS], _Q(why=Why.FOLLOW_UPS), _OFFICE),
    Number(_YOU, WHY_LABELS[Why.STATE_PENDING], _Q(why=Why.STATE_PENDING), _OFFICE),
    Number(_YOU, WHY_LABELS[Why.STATE_LATE], _Q(why=Why.STATE_LATE), _OFFICE, late=True),
    Number(_YOU, WHY_LABELS[Why.ESCALATED], _Q(why=Why.ESCALATED), _LEAD, late=True),
    Number(_YOU, "Files that wait for your decision", _Q(status=_S.READY), _DIRECTOR),
    Number(_YOU, "Files on an agenda of the committee", _Q(status=_S.IN_COMMITTEE), _TABLE),
    Number(_YOU, WHY_LABELS[Why.VOTES], _Q(why=Why.VOTES), _TABLE),
)  # fmt: skip
# Of one's own: a member without it has no vote. Its link is the form that signs it.
STATEMENT = Number(_YOU, "Statement for you to sign: without it you cannot vote", None, _TABLE, late=True)

_MONITORING = "Monitoring"
FINDINGS: tuple[Number[FindingFilter], ...] = (
    Number(_MONITORING, "Findings that are not closed", FindingFilter()),
    Number(_MONITORING, "Findings not acted on in time", FindingFilter(late=True), late=True),
)

_RENEWING = "Recredentialing"
RENEWALS: tuple[Number[RenewalDue], ...] = (
    Number(_RENEWING, "Providers past their due date", RenewalDue.OVERDUE, late=True),
    Number(
        _RENEWING,
        f"Due in {clock('recredentialing_opens', date.max).amount} days: the renewal opens",
        RenewalDue.OPENING,
    ),
)


@bp.get("/today")
@staff_who(Capability.SEE_COUNTS)
def today() -> str:
    """Where the day begins: every number leads to the rows it counts. Who opens no rows begins with the counts."""
    actor = current_actor()
    if not may(actor.roles, Capability.SEE_QUEUE):
        return counts()
    rows = [row for row in TABLE if row.who & actor.roles]
    numbers = count_rows(tuple(row.counts for row in rows), actor.id or 0)
    headings: dict[str, list[tuple[Number[Any], int, str]]] = {}
    for row, number in zip(rows, numbers, strict=True):
        headings.setdefault(row.heading, []).append((row, number, filter_url(row.counts)))
    if STATEMENT.who & actor.roles:
        sign = url_for("staff.committee", _anchor="statement")
        headings[_YOU].append((STATEMENT, count_statements_owed(actor.id or 0), sign))
    if may(actor.roles, Capability.SEE_FINDINGS):
        wanted = tuple(row.counts for row in FINDINGS)
        found = count_open_findings(wanted, actor.id or 0, MOST_COUNTED)
        headings[_MONITORING] = [
            (row, number, findings_url(row.counts)) for row, number in zip(FINDINGS, found, strict=True)
        ]
    due = count_renewals_to(tuple(row.counts for row in RENEWALS), MOST_COUNTED)
    headings[_RENEWING] = [
        (row, number, url_for("staff.recredentialing", due=row.counts.value))
        for row, number in zip(RENEWALS, due, strict=True)
    ]
    return render_template(
        "staff/today.html",
        headings=headings,
        expiring=count_expiring(MOST_COUNTED),
        expiring_days=EXPIRING_DAYS,
        held=count_held() if may(actor.roles, Capability.SETTLE_LETTER) else 0,
        renewals={days_ahead(due): due for due in reversed(RenewalDue) if due is not RenewalDue.OVERDUE},
        views=list_views(actor.id or 0),
        today=this_day(),
    )


@bp.get("/expiring")
@staff_who(Capability.SEE_QUEUE)
def expiring() -> str:
    """Documents, or licenses and registrations, that run out within 30, 60 or 90 days."""
    given = request.args.get("what", "")
    what = Expiring(given) if given in set(Expiring) else Expiring.DOCUMENTS
    days = next((days for days in EXPIRING_DAYS if str(days) == request.args.get("within")), EXPIRING_DAYS[0])
    rows, following = list_expiring(what, days, request.args.get("after", "")[:LONGEST_CURSOR])
    return render_template(
        "staff/expiring.html",
        what=what,
        days=days,
        rows=rows,
        following=following,
        label=_label,
        counts=count_expiring(MOST_COUNTED),
        expiring_days=EXPIRING_DAYS,
        today=this_day(),
        sees_files=may(current_actor().roles, Capability.SEE_FILE),
    )


def _label(row: Row[Any]) -> str:
    return (
        document_row(row.kind).label if isinstance(row.kind, DocumentKind) else label_of(row.kind, row.about)
    )
