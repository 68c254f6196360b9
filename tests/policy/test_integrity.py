"""What the policy calls an inappropriate change: each flag raised by its own cause alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from onboarding.policy.integrity import MANY, SHORT_TIME, TABLE, Flag, Modification, Pace, flags_of, roles_in
from onboarding.policy.vocabulary import Role

AT, ON = datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 2)
GOOD = Modification("record_verification", 7, frozenset({Role.SPECIALIST}), AT, ON, ON, "")


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({}, ()),
        ({"last_turn": "approve"}, (Flag.AFTER_DECISION,)),
        ({"last_turn": "accept_appeal"}, ()),
        ({"last_turn": "approve", "action": "settle_letter", "roles": frozenset({Role.COORDINATOR}), "why": "Log says so"}, ()),
        ({"last_turn": "approve", "action": "screen", "roles": frozenset({Role.CLOCK})}, ()),
        ({"roles": frozenset({Role.AUDITOR})}, (Flag.WITHOUT_ROLE,)),
        ({"roles": frozenset({Role.AUDITOR, Role.COORDINATOR})}, ()),
        ({"day": ON + timedelta(days=1)}, (Flag.BACK_DATED,)),
        ({"action": "deny", "roles": frozenset({Role.MEDICAL_DIRECTOR}), "why": "The license had lapsed.",
          "decided_on": ON - timedelta(days=14)}, ()),
        ({"action": "deny", "roles": frozenset({Role.MEDICAL_DIRECTOR}), "why": "The license had lapsed.",
          "decided_on": ON - timedelta(days=15)}, (Flag.BACK_DATED,)),
        ({"lately": MANY}, ()),
        ({"lately": MANY + 1}, (Flag.MANY_AT_ONCE,)),
        ({"lately": MANY + 1, "actor_id": None}, ()),
        ({"reference_of_another": True}, (Flag.REFERENCE_OF_ANOTHER,)),
        ({"action": "resolve_match", "why": "Other birth date"}, ()),
        ({"action": "resolve_match", "why": " "}, (Flag.WITHOUT_REASON,)),
    ],
)  # fmt: skip
def test_each_cause_raises_its_flag_and_no_other(changes: dict[str, object], flags: tuple[Flag, ...]) -> None:
    assert flags_of(replace(GOOD, **changes)) == flags  # type: ignore[arg-type]


def test_every_flag_has_its_row() -> None:
    assert [row.flag for row in TABLE] == list(Flag)


def test_the_pace_of_one_person_counts_only_the_short_time() -> None:
    pace = Pace()
    assert [pace.count(7, AT + timedelta(minutes=number)) for number in range(5)] == [1, 2, 3, 4, 5]
    assert pace.count(7, AT + SHORT_TIME + timedelta(minutes=2, seconds=1)) == 3
    assert pace.count(8, AT) == 1


def test_the_roles_of_an_event_are_read_as_they_were_written() -> None:
    assert roles_in("specialist, medical_director") == {Role.SPECIALIST, Role.MEDICAL_DIRECTOR}
    assert roles_in("janitor") == frozenset()
