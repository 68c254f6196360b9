"""Separation of duties, at the one place every change passes: no tie, and a role that makes this change."""

import pytest
from flask import Flask
from sqlalchemy import event, select

from onboarding.errors import BadInput, NotAllowed, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, Staff
from onboarding.models.staff import RoleRecord
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import Role, Status, VerificationKind, VoteChoice
from onboarding.queries.files import find_agenda_item, get_application, get_credentialing_file
from onboarding.services.accounts import close_account, create_account, set_npi
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.assignments import assign_application, claim_application
from onboarding.services.audit import record_event
from onboarding.services.decisions import terminate_participation
from onboarding.services.votes import declare_tie, record_votes, recuse
from tests.support.cases import (
    OPERATOR,
    PASSWORD,
    actor_of,
    coordinator,
    make_case,
    make_staff,
    members,
    record,
    specialist,
    vote,
)
from tests.support.people import npi, signature


def own(staff: Staff, application: Application) -> Actor:
    """The application's NPI is this person's own."""
    with committed() as work:
        work.get_one(Staff, staff.id).npi = get_application(application.id).npi
    return actor_of(staff)


def check_license(application: Application, actor: Actor) -> None:
    with committed():
        record(
            get_application(application.id, for_change=True),
            verification_row(VerificationKind.LICENCE),
            actor,
        )


def test_who_has_a_tie_changes_nothing_in_the_file_by_whatever_service(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    tied = own(make_staff(Role.SPECIALIST, name="Own File"), application)
    with pytest.raises(NotAllowed, match="You have a tie"):
        check_license(application, tied)
    with pytest.raises(NotAllowed), committed():
        claim_application(get_application(application.id, for_change=True), tied)
    with pytest.raises(BadInput, match="Own File has a tie"), committed():
        assign_application(
            get_application(application.id, for_change=True),
            coordinator(),
            db.session.get_one(Staff, tied.id),
        )
    check_license(application, specialist())


def test_who_has_a_tie_may_declare_it_and_step_out_and_speaks_for_nobody_else(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    vote(application)
    lead = coordinator()
    with committed():
        declare_tie(get_application(application.id, for_change=True), lead, "My brother")
    member = members()[0]
    me = own(member, application)
    item = find_agenda_item(application.id)
    assert item is not None
    with pytest.raises(NotAllowed), committed():
        record_votes(item, get_application(application.id), lead, {members()[1].id: VoteChoice.DENY})
    with pytest.raises(NotAllowed), committed():
        recuse(item, get_application(application.id), lead, member.id, "They know the provider")
    with committed():
        recuse(item, get_application(application.id), me, member.id, "It is my own file")


def test_a_tie_goes_with_the_provider_whose_npi_is_corrected(app: Flask) -> None:
    application = make_case(Status.RETURNED)
    sister = actor_of(make_staff(Role.SPECIALIST, name="Sister"))
    with committed():
        declare_tie(get_application(application.id, for_change=True), sister, "My sister")
    with committed():
        found = get_application(application.id, for_change=True)
        save_answers(found, {"npi": npi(777_777)})
        submit_application(found, signature=signature(found.form.answers), agreed=True)
    assert sister.id in get_credentialing_file(get_application(application.id)).concerned


def test_a_role_that_gathers_no_evidence_records_none_by_the_service_either(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.COMMITTEE_MEMBER):
        with pytest.raises(NotAllowed, match="Your role"):
            check_license(application, actor_of(make_staff(role)))


def test_who_gathered_evidence_of_a_file_does_not_end_its_participation(app: Flask) -> None:
    application = make_case(Status.PARTICIPATING)
    both = actor_of(make_staff(Role.SPECIALIST, name="Rosa Delgado"))
    both = Actor(both.id, both.name, both.roles | {Role.MEDICAL_DIRECTOR})
    with pytest.raises(NotReady, match=r"You recorded evidence"), committed():
        terminate_participation(
            get_application(application.id, for_change=True), both, "Fraud was found in the claims.", ["left"]
        )


def test_only_an_administrator_makes_changes_and_closes_accounts(app: Flask) -> None:
    lead, other = coordinator(), make_staff(Role.SPECIALIST)
    with pytest.raises(NotAllowed), committed():
        create_account(
            name="Me Two",
            email="me2@plan.example",
            password=PASSWORD,
            roles=[Role.MEDICAL_DIRECTOR],
            actor=lead,
        )
    with pytest.raises(NotAllowed), committed():
        set_npi(other, lead, "")
    with pytest.raises(NotAllowed), committed():
        close_account(other, lead)


@pytest.mark.parametrize("alone", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_an_auditor_and_an_administrator_are_nothing_else(app: Flask, alone: Role) -> None:
    with pytest.raises(BadInput, match="stand alone"), committed():
        create_account(
            name="Both",
            email="both@plan.example",
            password=PASSWORD,
            roles=[Role.SPECIALIST, alone],
            actor=OPERATOR,
        )


def test_an_older_account_of_two_such_roles_keeps_only_what_the_rule_allows(app: Flask) -> None:
    staff = make_staff(Role.AUDITOR, name="Both Hats")
    make_staff(Role.SPECIALIST)
    with committed() as work:
        specialists = work.scalars(select(RoleRecord).where(RoleRecord.name == Role.SPECIALIST.value)).one()
        work.get_one(Staff, staff.id).roles.append(specialists)
    assert db.session.get_one(Staff, staff.id).role_set == {Role.AUDITOR}


def test_the_clock_and_the_operator_are_asked_about_no_tie_and_staff_by_one_statement(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    staff, statements = specialist(), []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for actor, looks in ((CLOCK, 0), (OPERATOR, 0), (staff, 1)):
        with committed():
            found = get_application(application.id)
            _ = found.npi
            statements.clear()
            record_event(actor=actor, application=found, action="test", what="Tested")
            assert len(statements) == looks, actor.name
