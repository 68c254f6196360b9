"""Which changes need a reason, and what the history may tell of old and new values."""

import ast
from pathlib import Path

import pytest

from onboarding.config import ROOT
from onboarding.policy.changes import TABLE, changed, changes_of, find_change, reason_missing, roles_of
from onboarding.policy.vocabulary import Action, Role

# Recorded in the history, and no change of credentialing data.
NOT_DATA = {
    "ask_for_paper", "ask_for_summary", "call_again", "close_meeting", "declare_tie", "end_term", "move_item", "plan_meeting", "record_attendance",
    "seat_member", "set_npi", "sign", "sign_statement", "save_view", "remove_view", "export_queue", "export_findings",
    "start", "claim", "assign", "ask_access", "use_right", "ask_for_documents", "send_discrepancy_notice", "finish_onboarding_step",
    "undo_onboarding_step", "create_account", "close_account", "import_exclusion_list", "import_registry_file", "ask_nppes",
    "ask_job", "resume_sender", "draw_sample", "take_packet", "choose_mails", "forget_roster", "ask_application_id",
}  # fmt: skip


def _recorded() -> set[str]:
    """Every action that a service writes into the history, where its name stands in the code."""
    names = set()
    for path in Path(ROOT / "onboarding" / "services").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record_event":
                values = [word.value for word in call.keywords if word.arg == "action"]
                names |= {
                    node.value
                    for value in values
                    for node in ast.walk(value)
                    if isinstance(node, ast.Constant)
                }
    return {name for name in names if isinstance(name, str) and not name.startswith("_")}


def test_every_action_that_is_recorded_is_in_the_table_or_named_as_no_change_of_data() -> None:
    assert _recorded() - NOT_DATA <= {row.action for row in TABLE}
    assert not NOT_DATA & {row.action for row in TABLE}


@pytest.mark.parametrize(
    ("action", "why", "missing"),
    [("resolve_match", "", True), ("resolve_match", "Other birth date", False), ("accepted_document", "", False),
     ("return", " no ", True), ("terminate", "", True), ("discontinue", "", False), ("claim", "", False)],
)  # fmt: skip
def test_a_reason_is_asked_where_the_policy_says(action: str, why: str, missing: bool) -> None:
    assert reason_missing(action, why) is missing


def test_every_change_has_somebody_who_may_make_it() -> None:
    assert all(roles_of(row) for row in TABLE)
    for action in Action:
        row = find_change(action)
        assert row and roles_of(row)
    assert Role.AUDITOR not in {role for row in TABLE for role in roles_of(row)}


@pytest.mark.parametrize(
    ("code", "old", "new", "told"),
    [
        ("licence_number", "1234-C", "1235-C", ("1234-C", "1235-C")),
        ("plan_listed", False, True, ("no", "yes")),
        ("lines", ["behavioral_health"], ["hcbs", "medical"], ("behavioral_health", "hcbs, medical")),
        ("tax_id", "714556203", "719876543", ("(not shown)", "(changed)")),
        ("birth_date", "", "1977-11-05", ("", "(changed)")),
        ("owners", [{"owner_name": "Orla"}], [], ("(not shown)", "")),
        ("specialty", "Social work", "521-30-4471", ("(not shown)", "(changed)")),
    ],
)
def test_old_and_new_are_told_of_what_stands_open_and_of_nothing_else(
    code: str, old: object, new: object, told: tuple[str, str]
) -> None:
    change = changed(code, code, old, new)
    assert (change["old"], change["new"]) == told


def test_a_step_tells_both_statuses() -> None:
    (change,) = changes_of({"from": "ready", "to": "approved"})
    assert (change["old"], change["new"]) == ("ready", "approved")
    assert changes_of({"document": 3}) == []
