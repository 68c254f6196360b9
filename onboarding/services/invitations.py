"""The Access Opportunity Form: an idea kept, a provider referred; the referred one invited by staff, or closed."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Idea, Invitation
from onboarding.policy.identifiers import digits_of, npi_problem
from onboarding.policy.opportunity import (
    IDEA,
    LONGEST_WHY,
    REFERRAL,
    Question,
    problems,
    referred_again,
)
from onboarding.policy.people import Actor, applicant
from onboarding.policy.vocabulary import InvitationState
from onboarding.services.audit import record_event


def share_idea(answers: Mapping[str, str]) -> Idea:
    """Keep an idea. Raises BadInput."""
    idea = Idea(sent_on=today(), **_checked(IDEA, answers))
    db.session.add(idea)
    return idea


def refer_provider(answers: Mapping[str, str]) -> Invitation:
    """Keep who was referred to us, for staff to invite. Somebody whose NPI is referred already stays one invitation: the
    reason is added to it, and how to reach the provider too. Raises BadInput with what to fix at each field."""
    kept = _checked(REFERRAL, {**answers, "npi": digits_of(answers.get("npi", ""))})
    again = _find_open(kept["npi"])
    if again is None:
        try:
            with db.session.begin_nested():
                invitation = Invitation(referred_on=today(), state=InvitationState.NEW, **kept)
                db.session.add(invitation)
        except IntegrityError:  # somebody referred the same NPI in this moment
            again = _find_open(kept["npi"])
            assert again is not None, "its NPI is followed already"
    if again is not None:
        again.why = f"{again.why}\n\n{referred_again(kept, today())}"[:LONGEST_WHY]
        _record(applicant(kept["referred_by"]), again, "refer_provider", "Provider referred again")
        return again
    _record(applicant(invitation.referred_by), invitation, "refer_provider", "Provider referred")
    return invitation


def _find_open(npi: str) -> Invitation | None:
    """The invitation of this NPI that is still followed, locked; None without an NPI."""
    query = select(Invitation).where(Invitation.npi == npi, Invitation.state != InvitationState.CLOSED)
    newest = query.order_by(Invitation.id.desc()).limit(1).with_for_update(of=Invitation)
    return db.session.scalars(newest).unique().one_or_none() if npi else None


def invite_provider(invitation: Invitation, actor: Actor, *, npi: str = "") -> None:
    """Note that the invitation was sent, by this person and today, and the NPI where it was not known.

    Raises Conflict when it is closed, BadInput for an NPI that is none or whose invitation is followed already.
    """
    _must_be_open(invitation)
    npi = digits_of(npi)
    if npi and not invitation.npi:
        if says := npi_problem(npi):
            raise BadInput(says, {"npi": says})
        if _find_open(npi):
            says = "This NPI has an invitation already. Close this one, and say so."
            raise BadInput(says, {"npi": says})
        invitation.npi = npi
    invitation.state, invitation.invited_on = InvitationState.INVITED, today()
    invitation.handled_by_id = actor.id
    _record(actor, invitation, "invite_provider", "Provider invited")


def close_invitation(invitation: Invitation, actor: Actor, reason: str) -> None:
    """Follow it no further, and say why. Raises Conflict when it is closed, BadInput without a reason."""
    _must_be_open(invitation)
    if not 5 <= len(reason) <= 500:
        says = "Give the reason, in a few words and at most 500 characters."
        raise BadInput(says, {"reason": says})
    invitation.state, invitation.closed_on, invitation.closed_because = (
        InvitationState.CLOSED, today(), reason,
    )  # fmt: skip
    invitation.handled_by_id = actor.id
    _record(actor, invitation, "close_invitation", "Invitation closed", reason)


def _must_be_open(invitation: Invitation) -> None:
    if invitation.state is InvitationState.CLOSED:
        raise Conflict("This invitation is closed.")


def _checked(questions: tuple[Question, ...], answers: Mapping[str, str]) -> dict[str, str]:
    kept = {question.code: answers.get(question.code, "").strip() for question in questions}
    refused = problems(questions, kept)
    if refused:
        raise BadInput(" ".join(refused.values()), refused)
    return kept


def _record(actor: Actor, invitation: Invitation, action: str, what: str, why: str = "") -> None:
    record_event(
        actor=actor,
        action=action,
        what=f"{what}: {invitation.name}",
        why=why,
        details={"invitation": invitation.id},
    )
