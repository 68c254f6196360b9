"""Small words of the desk's templates."""

from collections.abc import Iterable
from typing import Any

from flask_security import current_user

from onboarding.policy.access import may
from onboarding.policy.committee import ENDING_CODES
from onboarding.policy.days import say_time
from onboarding.policy.vocabulary import Capability
from onboarding.queries.queue import MOST_COUNTED
from onboarding.web.staff.room import bp


@bp.app_template_global("allowed")
def allowed(capability: str) -> bool:
    """May whoever is signed in do this?"""
    return may(current_user.role_set, Capability(capability))


@bp.app_template_filter("pairs")
def pairs(values: Iterable[Any]) -> list[tuple[str, str]]:
    """The options of a select: each value and how it is read."""
    return [
        (str(value), str(value).replace("_", " ") if str(value).islower() else str(value)) for value in values
    ]


@bp.app_template_filter("counted")
def counted(number: int) -> str:
    """A number counted to MOST_COUNTED, as it is read."""
    return f"{number:,}" if number <= MOST_COUNTED else f"{MOST_COUNTED:,}+"


@bp.app_template_filter("hour")
def hour(clock_time: str) -> str:
    """A time of day as people read it: 14:05 is 2:05 PM."""
    return say_time(clock_time)


@bp.app_template_filter("reason_code")
def reason_code(code: str) -> str:
    """A coded reason in words."""
    return ENDING_CODES.get(code, code)
