"""What the answers of one form say of each other: whose number stands where, who is disclosed, whose share is whose.

Source: 42 CFR 455.104(b): owners and managing employees by name and number, their family ties, their shares in others.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onboarding.policy.identifiers import digits_of

Answers = Mapping[str, Any]

# Where a form asks for a tax ID or a social security number: alone, and entry by entry.
_ASKED_ONCE = ("tax_id",)
_ASKED_EACH = {"owners": "owner_tax_id", "managers": "manager_ssn"}


def own_numbers(answers: Answers) -> frozenset[str]:
    """The tax IDs and social security numbers this form holds where it asks for them: nine digits each."""
    return frozenset(digits for given in _given(answers) if len(digits := digits_of(str(given or ""))) == 9)


def _given(answers: Answers) -> Iterator[Any]:
    yield from (answers.get(code) for code in (*_ASKED_ONCE, *_ASKED_EACH.values()))
    for group, code in _ASKED_EACH.items():
        yield from (entry.get(code) for entry in answers.get(group) or ())
