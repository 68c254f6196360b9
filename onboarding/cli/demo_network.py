"""The demonstration network: fictional cases at every stage, told day by day through the services.

The stories of all cases are merged into one timeline. The business date walks along it, and at the end of a day the
clock's jobs run, so letters leave, files are discontinued and reminders go out on the days on which they would have.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from flask import Flask
from sqlalchemy import exists, select

from onboarding.cli import demo_opportunity
from onboarding.cli.accounts import OPERATOR
from onboarding.cli.demo_case import Case, Desk, working_day
from onboarding.cli.demo_cases import TABLE, answers_of, demo_npi
from onboarding.cli.demo_desk import (
    close_record,
    import_list,
    make_packet,
    refer,
    seat_members,
    sign_statements,
)
from onboarding.clock import today
from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.jobs.runner import tick
from onboarding.jobs.schedule import TABLE as JOBS
from onboarding.models import Application, AuditEvent, Roster, Staff
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import ProviderKind, Role, Status
from onboarding.queries.files import get_application
from onboarding.services.accounts import create_account
from onboarding.services.audit import record_event

PASSWORD = "demonstration-only"  # noqa: S105 - printed on the screen, for invented data
LOADED = "load_demonstration"

# Role, name, e-mail address.
ACCOUNTS: tuple[tuple[Role, str, str], ...] = (
    (Role.SPECIALIST, "Nadia Kessler", "specialist@demo.example"),
    (Role.SPECIALIST, "Owen Tran", "specialist2@demo.example"),
    (Role.COORDINATOR, "Beatriz Lowell", "coordinator@demo.example"),
    (Role.MEDICAL_DIRECTOR, "Samuel Adeyemi, MD", "director@demo.example"),
    (Role.COMMITTEE_MEMBER, "Ruth Castellan, MD", "committee1@demo.example"),
    (Role.COMMITTEE_MEMBER, "Ibrahim Noor, DO", "committee2@demo.example"),
    (Role.COMMITTEE_MEMBER, "Carla Whitcomb, LCSW", "committee3@demo.example"),
    (Role.COMMITTEE_MEMBER, "Lorraine Petty, MD", "committee4@demo.example"),
    (Role.COMMITTEE_MEMBER, "Devan Rao, PhD", "committee5@demo.example"),
    (Role.COMMITTEE_MEMBER, "Hollis Granger, PA", "committee6@demo.example"),
    (Role.AUDITOR, "Elaine Porter", "auditor@demo.example"),
    (Role.ADMINISTRATOR, "Victor Haines", "administrator@demo.example"),
)

# Days ago on which the exclusion list of the month was imported, and on which somebody was sent to a partner.
LISTS_IMPORTED = (1045, 1018, 155, 125, 95, 66, 38, 4)
REFERRED = ((60, ProviderKind.VISION), (44, ProviderKind.LABORATORY), (9, ProviderKind.VISION))
# What the committee does beside its decisions, so many days ago.
COMMITTEE: tuple[tuple[int, Callable[[Desk], None]], ...] = (
    (170, sign_statements),
    (36, partial(close_record, meeting_ago=37, attested=False)),
    (21, partial(close_record, meeting_ago=23, attested=True)),
    (1, partial(make_packet, meeting_ago=-8)),
)
# The clock's jobs run on these days besides those on which something happens.
QUIET_DAYS = range(0, 180, 7)

# Loading does not wait for the pictures of every paper: the clock makes them as soon as it runs.
_JOBS = [job for job in JOBS if job.name != "look_into_documents"]


class HalfLoaded(Exception):
    """An earlier loading was broken off; what is there is not a whole demonstration."""


@dataclass(frozen=True)
class Happening:
    """One thing that happens on one day; `says` is told when it was the last of its case."""

    on: date
    do: Callable[[], None]
    last_of: Case | None = None


def is_loaded() -> bool:
    """Is the demonstration network in this database? Raises HalfLoaded when only part of it is."""
    if db.session.scalar(select(AuditEvent.id).where(AuditEvent.action == LOADED).limit(1)) is not None:
        return True
    if db.session.scalar(select(exists().where(Staff.email.in_([email for _, _, email in ACCOUNTS])))):
        raise HalfLoaded
    return False


def is_empty() -> bool:
    """Has nobody an account or an application here?"""
    return not db.session.scalar(select(exists().select_from(Staff))) and not db.session.scalar(
        select(exists().select_from(Application))
    )


def load_network(app: Flask, settings: Settings, tell: Callable[[str], None]) -> None:
    """Tell every story from its first day to today, in the current app context of an empty database.

    The business date of the app is moved meanwhile and restored in any case.
    """
    base = today()
    with _date_moved(app) as move:
        first = base - timedelta(days=max(LISTS_IMPORTED))
        move(first)
        desk = Desk(settings, base, _hire())
        seat_members(desk)
        done = 0
        for day, of_day in groupby(_timeline(desk), key=lambda happening: happening.on):
            move(day)
            for happening in of_day:
                happening.do()
                if happening.last_of:
                    done += 1
                    tell(f"{done} of {len(TABLE)}: {_title(happening.last_of)}")
            tick(settings, jobs=_JOBS)
        with committed():
            record_event(
                actor=OPERATOR, action=LOADED, what="Demonstration network loaded: nothing in it is real"
            )


def list_showpieces() -> list[Application]:
    """The applications named on the screen, in the order of the journey."""
    numbers = [demo_npi(number) for number, cast in enumerate(TABLE, start=1) if cast.shown]
    found = db.session.scalars(select(Application).where(Application.npi.in_(numbers)))
    return sorted(found, key=lambda application: list(Status).index(application.status))


def find_group() -> Application | None:
    """The group that has sent a roster."""
    return db.session.scalars(
        select(Application).where(Application.id.in_(select(Roster.application_id))).order_by(Application.id)
    ).first()


@contextmanager
def _date_moved(app: Flask) -> Iterator[Callable[[date], None]]:
    before = app.config["TODAY"]
    try:
        yield lambda day: app.config.update(TODAY=day)
    finally:
        app.config["TODAY"] = before


def _hire() -> dict[Role, list[Actor]]:
    hired: dict[Role, list[Actor]] = {}
    with committed():
        for role, name, email in ACCOUNTS:
            person = create_account(name=name, email=email, password=PASSWORD, roles=[role], actor=OPERATOR)
            hired.setdefault(role, []).append(Actor(person.id, person.name, person.role_set))
    return hired


def _timeline(desk: Desk) -> list[Happening]:
    base = desk.base
    happenings = [Happening(working_day(base, ago), import_list) for ago in LISTS_IMPORTED]
    for ago, kind in REFERRED:
        happenings.append(Happening(working_day(base, ago), lambda kind=kind: refer(kind)))  # type: ignore[misc]
    happenings += [Happening(working_day(base, ago), do) for ago, do in demo_opportunity.TABLE]
    invited_on = working_day(base, demo_opportunity.INVITED_AGO)
    happenings.append(Happening(invited_on, lambda: demo_opportunity.invite(desk.actor(Role.SPECIALIST))))
    for number, cast in enumerate(TABLE, start=1):
        answers = answers_of(cast, number, working_day(base, cast.story[0][0]))
        case = Case(desk, number, cast.kind, cast.code, answers)
        last = len(cast.story) - 1
        for place, (ago, act) in enumerate(cast.story):
            do = _bound(act, case)
            happenings.append(Happening(working_day(base, ago), do, case if place == last else None))
    # After what happened to the files of that day: on a weekend's Friday both are told of one day.
    happenings += [Happening(working_day(base, ago), partial(act, desk)) for ago, act in COMMITTEE]
    happenings += [Happening(base - timedelta(days=ago), lambda: None) for ago in QUIET_DAYS]
    return sorted(happenings, key=lambda happening: happening.on)


def _bound(act: Callable[[Case], None], case: Case) -> Callable[[], None]:
    return lambda: act(case)


def _title(case: Case) -> str:
    application = get_application(case.application_id)
    return f"{application.name}, {application.status.value.replace('_', ' ')}"
