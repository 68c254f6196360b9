"""Counts: open work, letters to settle, rights requests, CAQH attestations, recredentialing, referrals, partners."""

from flask import render_template

from onboarding.clock import today
from onboarding.policy.access import may
from onboarding.policy.deadlines import STALE_SOON_DAYS, clock
from onboarding.policy.plan import PARTNERS
from onboarding.policy.vocabulary import Capability
from onboarding.queries.caqh import count_caqh
from onboarding.queries.holds import count_held
from onboarding.queries.invitations import count_new_invitations
from onboarding.queries.notices import list_lapsed_notices
from onboarding.queries.queue import count_open_work, count_rows
from onboarding.queries.queue_filter import NOBODY, Due, QueueFilter, Why
from onboarding.queries.renewals import count_renewals
from onboarding.queries.review import count_letters_to_settle, count_referrals, list_letters_to_settle
from onboarding.queries.rights import list_waiting
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.renewals import due_labels
from onboarding.web.staff.room import bp

_COUNTED = (
    QueueFilter(due=Due.OVERDUE), QueueFilter(assignee=NOBODY), QueueFilter(why=Why.NOTICE_LATE),
    QueueFilter(why=Why.NOTICE_AMBER),
)  # fmt: skip


@bp.get("/counts")
@staff_who(Capability.SEE_COUNTS)
def counts() -> str:
    """Open work by stage, and the referrals counted."""
    overdue, unassigned, late, amber = count_rows(_COUNTED, 0)
    referrals = {row.kind: row for row in count_referrals()}
    return render_template(
        "staff/counts.html",
        counts=count_open_work(),
        overdue=overdue,
        unassigned=unassigned,
        notices_late=late,
        notices_amber=amber,
        notice_days=clock("decision_notice", today()).amount,
        rights=list_waiting(),
        lapsed_notices=list_lapsed_notices(),
        new_invitations=count_new_invitations(),
        may_follow=may(current_actor().roles, Capability.FOLLOW_INVITATIONS),
        held=count_held(),
        to_settle=count_letters_to_settle(),
        caqh=count_caqh(),
        soon_days=STALE_SOON_DAYS,
        letters=list_letters_to_settle(),
        sees_files=may(current_actor().roles, Capability.SEE_FILE),
        renewals=count_renewals(),
        renewal_labels=due_labels(),
        referrals=[(partner, referrals.get(kind)) for kind, partner in PARTNERS.items()],
    )
