"""Entries: every group takes its good entry, and says what is wrong with a bad one."""

from typing import Any

import pytest

from onboarding.policy.fields import Entry
from onboarding.policy.groups import GROUPS, Group, entry_problems, group_problems, group_row
from tests.policy.casefile import TODAY
from tests.support.people import ENTRIES

TYPED = [group for group in GROUPS if not group.found]


def wrong(code: str, **changes: Any) -> dict[str, str]:
    return entry_problems(group_row(code), {**ENTRIES[code], **changes}, TODAY)


@pytest.mark.parametrize("group", TYPED, ids=lambda group: group.code)
def test_a_good_entry_has_no_problem_and_a_name(group: Group) -> None:
    assert wrong(group.code) == {}
    assert group.title(ENTRIES[group.code]) == ENTRIES[group.code][group.called]
    assert group.title({}) == f"A {group.one} without a name"


@pytest.mark.parametrize("group", TYPED, ids=lambda group: group.code)
def test_a_social_security_number_is_refused_in_every_field_but_where_it_is_asked(group: Group) -> None:
    for field in group.fields:
        if field.entry in (Entry.TEXT, Entry.LONG_TEXT):
            says = wrong(group.code, **{field.code: "123-45-6789"}).get(field.code, "")
            assert "social security number" in says or field.max_length < 11 or field.check("x1x"), field.code
        if field.secret:
            assert wrong(group.code, **{field.code: "431556209"}) == {}


@pytest.mark.parametrize("group", TYPED, ids=lambda group: group.code)
def test_an_empty_entry_is_told_what_is_missing(group: Group) -> None:
    missing = entry_problems(group, {}, TODAY)
    assert set(missing) == {field.code for field in group.fields if field.required({})}
    assert all(says.endswith(".") and says[0].isupper() for says in missing.values())


@pytest.mark.parametrize(
    ("code", "field", "value", "says"),
    [
        ("jobs", "job_began", "2026-04", "This date lies in the future. Enter one up to today."),
        ("schools", "school_completed", "2026-04", "This date lies in the future. Enter one up to today."),
        ("boards", "board_expires_on", "2026-03-01", "This date has passed. Give what is in force today."),
        ("boards", "board_certified_on", "2026-03-03", "This date lies in the future. Enter one up to today."),
        ("policies", "policy_to", "2026-03-01", "This date has passed. Give what is in force today."),
        ("policies", "policy_per_claim", "lots", "Give the amount in whole dollars, for example 1,000,000."),
        ("other_licenses", "other_expires_on", "2026-03-01", "This license has expired. Renew it first, then apply."),
        ("policies", "policy_aggregate", "999999",
         "The limit in all is below the limit per claim. Check both on the policy."),
        ("owners", "owner_percent", "4.9", "Give the share in percent, from 5 to 100."),
        ("owners", "owner_percent", "101", "Give the share in percent, from 5 to 100."),
        ("owners", "owner_birth_date", "", "Enter the date of birth."),
        ("managers", "manager_birth_date", "2015-01-01", "Check the date of birth: it says younger than 18 or older than 110."),
        ("claims", "claim_state", "Arkansas", "Choose the state from the list."),
        ("ties", "tie_relation", "cousin", "Choose how they are related from the list."),
    ],
)  # fmt: skip
def test_a_wrong_answer_gets_these_words(code: str, field: str, value: str, says: str) -> None:
    assert wrong(code, **{field: value}) == {field: says}


def test_a_corporation_has_no_birth_date() -> None:
    assert wrong("owners", owner_kind="corporation", owner_birth_date="") == {}


def test_a_job_that_goes_on_has_no_end_and_another_has_one_after_its_beginning() -> None:
    assert wrong("jobs", job_current="no") == {"job_ended": "Enter the month it ended."}
    backwards = wrong("jobs", job_current="no", job_ended="2011-12")
    assert backwards == {"job_ended": "The end comes before the beginning. Check both dates."}
    assert wrong("jobs", job_current="no", job_ended="2012-01") == {}


def test_a_group_that_is_wanted_has_an_entry_and_each_is_good() -> None:
    boards = group_row("boards")
    assert group_problems(boards, {"board_certified": "no", "boards": [{"id": "a"}]}, TODAY) == {}
    assert group_problems(boards, {"board_certified": "yes"}, TODAY) == {
        "boards": "Add at least one certification."
    }
    bad = {"board_certified": "yes", "boards": [{"id": "a", **ENTRIES["boards"], "board_specialty": ""}]}
    assert group_problems(boards, bad, TODAY) == {"boards-a": "Board of Larkspur: Enter the specialty."}


def test_who_is_related_or_holds_a_share_stands_among_the_owners_and_managing_employees() -> None:
    owners, managers = ([{"id": "a", **ENTRIES[code]}] for code in ("owners", "managers"))
    form = {
        "has_owners": "yes",
        "owners": owners,
        "managers": managers,
        "has_ties": "yes",
        "has_interests": "yes",
    }
    for code, field in (("ties", "tie_other"), ("interests", "interest_owner")):
        for name in ("INES R. CALLOWAY, RN", "Orla Fennimore"):
            assert (
                group_problems(
                    group_row(code), {**form, code: [{"id": "b", **ENTRIES[code], field: name}]}, TODAY
                )
                == {}
            )
        stranger = {**form, code: [{"id": "b", **ENTRIES[code], field: "Basil Oakes"}]}
        (says,) = group_problems(group_row(code), stranger, TODAY).values()
        assert "Basil Oakes stands neither among the owners" in says
        assert group_problems(group_row(code), {**stranger, "managers": []}, TODAY) == {}, (
            "they may be named later"
        )
