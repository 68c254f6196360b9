"""Recredentialing: which providers of the network are past their due date or near it, and where each renewal stands."""

from flask import render_template, request

from onboarding.clock import today
from onboarding.policy.access import may
from onboarding.policy.extensions import cause_row
from onboarding.policy.vocabulary import Capability
from onboarding.queries.renewals import RenewalDue, count_renewals, days_ahead, list_renewals
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.room import bp

LONGEST_CURSOR = 40


def due_labels() -> dict[RenewalDue, str]:
    """The parts of the list, in words."""
    return {
        due: "Overdue" if due is RenewalDue.OVERDUE else f"Due in {days_ahead(due)} days"
        for due in RenewalDue
    }


@bp.get("/recredentialing")
@staff_who(Capability.SEE_QUEUE)
def recredentialing() -> str:
    """Who has to be credentialed again, the longest due first."""
    wanted = request.args.get("due", "")
    due = RenewalDue(wanted) if wanted in set(RenewalDue) else RenewalDue.OVERDUE
    rows, following = list_renewals(due, request.args.get("after", "")[:LONGEST_CURSOR])
    return render_template(
        "staff/recredentialing.html",
        due=due,
        rows=rows,
        following=following,
        counts=count_renewals(),
        labels=due_labels(),
        cause_row=cause_row,
        today=today(),
        sees_files=may(current_actor().roles, Capability.SEE_FILE),
    )
