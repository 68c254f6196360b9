"""Staff accounts."""

import click
from flask import Flask
from sqlalchemy import select

from onboarding.cli.start import with_app
from onboarding.extensions import committed, db
from onboarding.models import Staff
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import STAFF_ROLES, Role
from onboarding.services.accounts import close_account, create_account, set_npi

OPERATOR = Actor(None, "Operator", frozenset({Role.ADMINISTRATOR}))


@click.group()
def account() -> None:
    """Create, list and close staff accounts."""


@account.command()
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option(
    "--role", "roles", required=True, multiple=True, type=click.Choice([role.value for role in STAFF_ROLES])
)
@click.option(
    "--npi", default="", help="A clinician's own NPI: the file with it stays closed to this account."
)
@click.password_option(help="At least 15 characters; asked for when not given.")
@with_app
def create(app: Flask, name: str, email: str, roles: tuple[str, ...], npi: str, password: str) -> None:
    """Create a staff account."""
    with committed():
        create_account(
            name=name, email=email, password=password, roles=[Role(r) for r in roles], actor=OPERATOR, npi=npi
        )
    click.echo(f"Created the account of {name}.")


@account.command("list")
@with_app
def list_accounts(app: Flask) -> None:
    """List the staff accounts."""
    for staff in db.session.scalars(select(Staff).order_by(Staff.name)):
        state = "" if staff.active else " (closed)"
        click.echo(f"{staff.email:40} {staff.name:30} {', '.join(role.name for role in staff.roles)}{state}")


@account.command()
@click.argument("email")
@click.argument("number", default="")
@with_app
def npi(app: Flask, email: str, number: str) -> None:
    """Give an account its person's own NPI, or without one take it away."""
    with committed():
        staff = db.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).one_or_none()
        if staff is None:
            raise click.ClickException(f"There is no account for {email}.")
        set_npi(staff, OPERATOR, number)
    click.echo(f"{staff.name}: own NPI {staff.npi or 'none'}.")


@account.command()
@click.argument("email")
@with_app
def close(app: Flask, email: str) -> None:
    """Close an account; its sessions end with their next request."""
    with committed():
        staff = db.session.scalars(select(Staff).where(Staff.email == email.strip().lower())).one_or_none()
        if staff is None:
            raise click.ClickException(f"There is no account for {email}.")
        close_account(staff, OPERATOR)
    click.echo(f"Closed the account of {staff.name}.")
