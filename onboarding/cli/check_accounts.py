"""What the doctor says of staff accounts: does one hold roles of which only one counts?"""

from sqlalchemy import select

from onboarding.cli.findings import Findings, problem
from onboarding.extensions import db
from onboarding.models import Staff


def check_accounts() -> Findings:
    """Accounts made before a rule keep what the rule allows; the operator hears of each that is still open."""
    for staff in db.session.scalars(select(Staff).where(Staff.active).order_by(Staff.email)):
        if staff.role_set != staff.roles_given:
            given = ", ".join(sorted(staff.roles_given))
            says = f"{staff.email} holds the roles {given}, which do not go together: only {', '.join(staff.role_set)} counts."
            yield problem(
                "accounts", says, f"onboarding account close {staff.email}, then create one for each role"
            )
