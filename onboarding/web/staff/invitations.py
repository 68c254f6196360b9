"""Providers somebody referred to us: invite them, see who has applied, close what leads nowhere; and the ideas sent."""

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for

from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed
from onboarding.models import Invitation
from onboarding.policy.opportunity import STATES, invitation_text
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Capability
from onboarding.queries.invitations import get_invitation, list_ideas, list_invitations
from onboarding.services.invitations import close_invitation as close_this
from onboarding.services.invitations import invite_provider
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import text


@bp.get("/invitations")
@staff_who(Capability.FOLLOW_INVITATIONS)
def invitations() -> str:
    """Everybody referred to us, newest first, and the newest ideas."""
    return _page()


@bp.post("/invitations/<int:invitation_id>/invite")
@staff_who(Capability.FOLLOW_INVITATIONS)
def invite(invitation_id: int) -> Answer:
    """Note that the invitation has been sent from our own mailbox."""
    actor = current_actor()
    return _write(
        invitation_id, "invite", lambda found: invite_provider(found, actor, npi=text("npi")), "Invited."
    )


@bp.post("/invitations/<int:invitation_id>/close")
@staff_who(Capability.FOLLOW_INVITATIONS)
def close_invitation(invitation_id: int) -> Answer:
    """Follow this one no further."""
    actor = current_actor()
    return _write(invitation_id, "close", lambda found: close_this(found, actor, text("reason")), "Closed.")


def _write(invitation_id: int, form: str, do: Callable[[Invitation], None], says: str) -> Answer:
    try:
        with committed():
            do(get_invitation(invitation_id))
    except (BadInput, Conflict) as error:
        fields = getattr(error, "fields", {})
        trouble = Trouble(f"{form}:{invitation_id}", (error.message,), fields, request.form)
        return _page(trouble), error.status_code
    flash(says, "success")
    return redirect(url_for("staff.invitations"), 303)


def _page(trouble: Trouble | None = None) -> str:
    number = max(1, request.args.get("page", 1, int))
    rows, more = list_invitations(number)
    apply_url = current_app.extensions["settings"].public_url.rstrip("/") + "/"
    return render_template(
        "staff/invitations.html", rows=rows, number=number, more=more, ideas=list_ideas() if number == 1 else [],
        states=STATES, trouble=trouble, subject=f"Join the provider network of {PLAN.name}",
        text_for=lambda name: invitation_text(name, apply_url),
    )  # fmt: skip
