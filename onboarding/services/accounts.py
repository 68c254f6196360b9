"""Staff accounts. Signing in is Flask-Security's work; who may exist and with which roles is ours."""

import secrets

from sqlalchemy import select

from onboarding.clock import today
from onboarding.errors import BadInput, NotAllowed
from onboarding.extensions import db, hash_password
from onboarding.models import CommitteeMember, RoleRecord, Staff
from onboarding.policy.access import ALONE, may, roles_in_force
from onboarding.policy.changes import changed
from onboarding.policy.identifiers import npi_problem
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import STAFF_ROLES, Capability, Role
from onboarding.services.audit import record_event

SHORTEST_PASSWORD = 15


def create_account(
    *, name: str, email: str, password: str, roles: list[Role], actor: Actor, npi: str = ""
) -> Staff:
    """A new staff account; a clinician's with the own NPI, so that the own file stays closed. Raises NotAllowed for
    an actor who does not manage accounts; BadInput for a short password, a role staff cannot have, roles that do not go
    together, a taken address, or an NPI that cannot be one."""
    _must_manage(actor)
    address = email.strip().lower()
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"Choose a password of at least {SHORTEST_PASSWORD} characters.")
    if not roles or any(role not in STAFF_ROLES for role in roles):
        raise BadInput("Give at least one staff role: " + ", ".join(STAFF_ROLES) + ".")
    if roles_in_force(frozenset(roles)) != frozenset(roles):
        words = " and ".join(f"“{role}”" for role in ALONE)
        raise BadInput(f"The roles {words} stand alone. Make an account for each role, with its own address.")
    if db.session.scalar(select(Staff.id).where(Staff.email == address)) is not None:
        raise BadInput(f"There is an account for {address} already.")
    staff = Staff(
        name=name.strip()[:120],
        email=address,
        npi=_own_npi(npi),
        password=hash_password(password),
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        roles=[_role(role) for role in roles],
    )
    db.session.add(staff)
    db.session.flush()
    record_event(actor=actor, action="create_account", what=f"Account for {staff.name}: {', '.join(roles)}")
    return staff


def set_npi(staff: Staff, actor: Actor, npi: str) -> None:
    """Give an account the NPI of its person, or take it away. Raises BadInput for one that cannot be one,
    NotAllowed for an actor who does not manage accounts."""
    _must_manage(actor)
    before, staff.npi = staff.npi, _own_npi(npi)
    record_event(
        actor=actor,
        action="set_npi",
        what=f"Account of {staff.name}: own NPI {staff.npi or 'taken away'}",
        details={"changes": [changed("npi", "Own NPI", before, staff.npi)]},
    )


def _own_npi(npi: str) -> str:
    problem = npi_problem(npi) if npi else None
    if problem:
        raise BadInput(problem)
    return npi


def close_account(staff: Staff, actor: Actor) -> None:
    """End an account; its sessions end with its next request, and today is the last day of its term in the committee.
    Raises NotAllowed for an actor who does not manage accounts."""
    _must_manage(actor)
    staff.active = False
    staff.fs_uniquifier = secrets.token_hex(32)
    record_event(actor=actor, action="close_account", what=f"Account of {staff.name} closed")
    not_ended = CommitteeMember.term_to.is_(None) | (CommitteeMember.term_to > today())
    for term in db.session.scalars(
        select(CommitteeMember).where(CommitteeMember.staff_id == staff.id, not_ended)
    ):
        term.term_to = today()
        record_event(actor=actor, action="end_term", what=f"Term of {staff.name} ends with the account")


def end_sessions(staff: Staff) -> None:
    """Make every session of this account worthless from its next request on."""
    staff.fs_uniquifier = secrets.token_hex(32)


def _must_manage(actor: Actor) -> None:
    if not may(actor.roles, Capability.MANAGE_ACCOUNTS):
        raise NotAllowed("Only an administrator makes, changes and closes accounts.")


def _role(role: Role) -> RoleRecord:
    found = db.session.scalars(select(RoleRecord).where(RoleRecord.name == role.value)).one_or_none()
    if found is None:
        found = RoleRecord(name=role.value, description=role.value.replace("_", " "))
        db.session.add(found)
        db.session.flush()
    return found
