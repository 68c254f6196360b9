"""What follows a decision in the demonstration network: appeals, reports to the data bank, a provisional approval."""

from sqlalchemy import select

from onboarding.cli.demo_case import Act, Case
from onboarding.extensions import committed, db
from onboarding.models import AdverseAction
from onboarding.policy.vocabulary import Role
from onboarding.services.adverse import mark_adverse_action
from onboarding.services.appeals import accept_appeal, ask_appeal
from onboarding.services.provisional import approve_provisionally


def appeal(grounds: str) -> Act:
    """The applicant asks for an appeal."""

    def act(case: Case) -> None:
        with committed():
            ask_appeal(case.file, case.applicant, grounds)

    return act


def let_in(reason: str) -> Act:
    """The coordinator accepts the appeal."""

    def act(case: Case) -> None:
        with committed():
            accept_appeal(case.file, case.desk.actor(Role.COORDINATOR), reason)

    return act


def mark_report(why: str, *, reportable: bool) -> Act:
    """The medical director answers whether the decision is reported to the data bank."""

    def act(case: Case) -> None:
        query = select(AdverseAction).where(AdverseAction.application_id == case.application_id)
        with committed():
            action = db.session.scalars(query).one()
            mark_adverse_action(
                case.file, action, case.desk.actor(Role.MEDICAL_DIRECTOR), reportable=reportable, why=why
            )

    return act


def approve_for_now(case: Case) -> None:
    """The medical director approves provisionally, while the check goes on."""
    with committed():
        approve_provisionally(case.file, case.desk.actor(Role.MEDICAL_DIRECTOR))
