"""One case of the demonstration while its story is told: whose it is, who works on it, and on which days."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from onboarding.config import Settings
from onboarding.models import Application
from onboarding.policy.people import Actor, applicant
from onboarding.policy.verifications import Element
from onboarding.policy.vocabulary import ProviderKind, ProviderType, Role
from onboarding.queries.files import get_application


@dataclass
class Desk:
    """Who works in the demonstration, with what, and the day from which days ago are counted."""

    settings: Settings
    base: date
    staff: dict[Role, list[Actor]]

    def actor(self, role: Role, place: int = 0) -> Actor:
        """One member of staff with this role."""
        people = self.staff[role]
        return people[place % len(people)]


@dataclass
class Case:
    """One applicant of the demonstration while the story is told; `number` shares out the work at the desk."""

    desk: Desk
    number: int
    kind: ProviderKind
    code: ProviderType
    answers: dict[str, Any]
    application_id: int = 0
    done: set[Element] = field(default_factory=set)

    @property
    def specialist(self) -> Actor:
        return self.desk.actor(Role.SPECIALIST, self.number)

    @property
    def applicant(self) -> Actor:
        """The person at the practice."""
        return applicant(self.answers["contact_name"])

    @property
    def file(self) -> Application:
        """The application, read afresh; inside committed() only."""
        return get_application(self.application_id, for_change=True)


Act = Callable[[Case], None]


def working_day(base: date, ago: int) -> date:
    """So many days ago, or the Friday before when that was on a weekend."""
    day = base - timedelta(days=ago)
    return day - timedelta(days=max(0, day.weekday() - 4))
