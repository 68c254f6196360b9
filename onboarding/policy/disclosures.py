"""What the answers of one form say of each other: whose number stands where, who is disclosed, whose share is whose.

Source: 42 CFR 455.104(b): owners and managing employees by name and number, their family ties, their shares in others.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from onboarding.policy.fields import Answers, Field
from onboarding.policy.identifiers import digits_of, holds_number, may_hold_ssn
from onboarding.policy.names import business_key
from onboarding.policy.signer import same_person

OWN_NUMBER_SAYS = (
    "This is a tax ID or social security number you gave elsewhere on this form. Please take it out: it belongs only where "
    "we ask for it."
)
# Where a form asks for a tax ID or a social security number: alone, and entry by entry.
_ASKED_ONCE = ("tax_id",)
_ASKED_EACH = {"owners": "owner_tax_id", "managers": "manager_ssn"}


def own_numbers(answers: Answers) -> frozenset[str]:
    """The tax IDs and social security numbers this form holds where it asks for them: nine digits each."""
    return frozenset(digits for given in _given(answers) if len(digits := digits_of(str(given or ""))) == 9)


def misplaced(field: Field, answers: Answers, *forms: Answers) -> str | None:
    """What to say where an answer repeats a number that these forms give where it is asked for; else None."""
    value = answers.get(field.code)
    if field.secret or not isinstance(value, str) or not may_hold_ssn(value):
        return None
    return OWN_NUMBER_SAYS if any(holds_number(value, own_numbers(form)) for form in forms) else None


def _given(answers: Answers) -> Iterator[Any]:
    yield from (answers.get(code) for code in (*_ASKED_ONCE, *_ASKED_EACH.values()))
    for group, code in _ASKED_EACH.items():
        yield from (entry.get(code) for entry in answers.get(group) or ())


def disclosed(answers: Answers) -> tuple[str, ...]:
    """The names of the owners, where there are any, and of the managing employees."""
    owners = answers.get("owners") or () if answers.get("has_owners") == "yes" else ()
    named = [
        *(owner.get("owner_name") for owner in owners),
        *(manager.get("manager_name") for manager in answers.get("managers") or ()),
    ]
    return tuple(str(name) for name in named if name)


def is_disclosed(name: str, answers: Answers) -> bool:
    """Does this person or body stand among the owners and managing employees?"""
    return any(
        same_person(known, name) or business_key(known) == business_key(name) for known in disclosed(answers)
    )


def undisclosed(*codes: str) -> Callable[[Mapping[str, Any], Answers], dict[str, str]]:
    """A check of one entry: what these of its fields name must stand among the owners and managing employees.

    It waits until managing employees are given: who is not listed yet may be one.
    """

    def check(entry: Mapping[str, Any], answers: Answers) -> dict[str, str]:
        if not answers.get("managers"):
            return {}
        names = {code: str(entry.get(code) or "") for code in codes}
        return {
            code: f"{name} stands neither among the owners nor among the managing employees. Write the name as it "
            "stands there, or add the person there."
            for code, name in names.items()
            if name and not is_disclosed(name, answers)
        }

    return check


def shares(answers: Answers) -> float:
    """What the owners' shares add up to, in percent; 0 while one cannot be read."""
    owners = answers.get("owners") or () if answers.get("has_owners") == "yes" else ()
    try:
        return sum(float(owner.get("owner_percent") or 0) for owner in owners)
    except ValueError:
        return 0.0
