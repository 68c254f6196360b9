"""Reading ideas and referred providers, each with the application that came of it."""

from dataclasses import dataclass

from sqlalchemy import func, select

from onboarding.errors import NotFound
from onboarding.extensions import db, is_writing
from onboarding.models import Application, Idea, Invitation
from onboarding.policy.vocabulary import InvitationState, Status

PAGE = 50


@dataclass(frozen=True)
class Followed:
    """One referred provider, and the newest application with the same NPI: its id, Application ID and status."""

    invitation: Invitation
    application_id: int | None
    public_id: str | None
    status: Status | None

    @property
    def state(self) -> InvitationState:
        """Where it stands: an application that came says more than what was kept, unless it is closed."""
        kept = self.invitation.state
        return InvitationState.APPLIED if self.application_id and kept is not InvitationState.CLOSED else kept


def list_invitations(page: int) -> tuple[list[Followed], bool]:
    """One page of the referred providers, newest first, and whether there is another."""
    newest = (
        select(func.max(Application.id))
        .where(Application.npi == Invitation.npi, Invitation.npi != "")
        .correlate(Invitation)
        .scalar_subquery()
    )
    query = (
        select(Invitation, Application.id, Application.public_id, Application.status)
        .outerjoin(Application, Application.id == newest)
        .order_by(Invitation.id.desc())
        .offset(PAGE * (min(max(page, 1), 10_000) - 1))
        .limit(PAGE + 1)
    )
    rows = [Followed(*row) for row in db.session.execute(query).unique()]
    return rows[:PAGE], len(rows) > PAGE


def get_invitation(invitation_id: int) -> Invitation:
    """One referred provider, locked and read afresh for a change. Raises NotFound."""
    assert is_writing(), "an invitation is read for a change inside committed() only"
    query = select(Invitation).where(Invitation.id == invitation_id).with_for_update(of=Invitation)
    found = db.session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
    if found is None:
        raise NotFound("There is no such invitation.")
    return found


def list_ideas() -> list[Idea]:
    """The newest ideas."""
    return list(db.session.scalars(select(Idea).order_by(Idea.id.desc()).limit(PAGE)))


def count_new_invitations() -> int:
    """How many were referred and neither invited nor closed."""
    query = select(func.count()).select_from(Invitation).where(Invitation.state == InvitationState.NEW)
    return db.session.scalar(query) or 0
