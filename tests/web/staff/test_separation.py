"""Separation of duties, over every route there is: roles nobody gives to himself, administrators who read no file,
auditors who write nothing."""

import ast
from pathlib import Path

from flask import Flask

from onboarding.config import ROOT
from onboarding.policy.access import may
from onboarding.policy.vocabulary import Capability, Role
from onboarding.policy.workflow import TABLE
from onboarding.web.access import rule_of

# What an auditor sends: none of it changes a file; each opening of peer review is itself noted in the history.
OF_THE_AUDIT = {"staff.draw", "staff.packet", "staff.make_packet", "staff.open_paper", "staff.open_minutes"}


def routes_open_to(app: Flask, role: Role) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """Every route that asks for a capability this role has: its endpoint, its arguments, its methods."""
    found = []
    for rule in app.url_map.iter_rules():
        declared = rule_of(app, rule.endpoint)
        if declared and declared.capability and may(frozenset({role}), declared.capability):
            found.append((rule.endpoint, frozenset(rule.arguments), frozenset(rule.methods or ())))
    return found


def test_an_administrator_opens_no_route_that_names_a_file(app: Flask) -> None:
    for endpoint, arguments, _ in routes_open_to(app, Role.ADMINISTRATOR):
        assert arguments <= {"name"}, endpoint  # a job of the clock, no file


def test_an_administrator_takes_no_step_of_the_workflow() -> None:
    assert not [step for step in TABLE if Role.ADMINISTRATOR in step.who]


def test_an_auditor_writes_nothing_but_the_audit(app: Flask) -> None:
    writes = {endpoint for endpoint, _, methods in routes_open_to(app, Role.AUDITOR) if "POST" in methods}
    # the step's own route opens to whoever reads the file; the workflow table then refuses the auditor each step
    assert writes - {"staff.step"} <= OF_THE_AUDIT
    assert not [step for step in TABLE if Role.AUDITOR in step.who]


def test_no_page_gives_a_role(app: Flask) -> None:
    """Accounts and their roles are made by the operator, on the command line; no route manages them."""
    for rule in app.url_map.iter_rules():
        declared = rule_of(app, rule.endpoint)
        assert declared is None or declared.capability is not Capability.MANAGE_ACCOUNTS, rule.endpoint


def test_roles_are_written_in_one_place_which_no_page_reaches() -> None:
    """Only services/accounts.py gives roles, when it makes an account; nothing in the pages calls that."""
    writers, callers = set(), set()
    for path in Path(ROOT / "onboarding").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ("Staff", "RoleRecord"):
                    writers.add(path.name)
                if name == "create_account":
                    callers.add(path.relative_to(ROOT / "onboarding").parts[0])
            targets = node.targets if isinstance(node, ast.Assign) else ()
            if any(isinstance(target, ast.Attribute) and target.attr == "roles" for target in targets):
                writers.add(path.name)
    assert writers == {"accounts.py"}
    assert callers == {"cli"}
