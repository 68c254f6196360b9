"""The counters of the limits: what has expired goes, and a counter file that fails keeps nobody out."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask

import onboarding
from onboarding.clock import seconds
from onboarding.web.limits import CounterFile, count_try, seconds_to_wait


def test_expired_counters_are_removed_while_a_connection_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "limits.db"
    counters = CounterFile(f"counterfile://{path}")
    counters.incr("old", 60)
    monkeypatch.setattr("onboarding.web.limits.SWEEP", 1)
    monkeypatch.setattr("onboarding.web.limits.seconds", lambda: seconds() + 61)
    counters.incr("new", 60)
    assert sqlite3.connect(path).execute("SELECT key FROM counter").fetchall() == [("new",)]


def test_a_counter_file_that_cannot_be_written_lets_pass(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_values: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(CounterFile, "_connection", broken)
    count_try("look-up", "192.0.2.1", 0)
    assert seconds_to_wait("sign-in", "an account") == 0


def test_every_limit_counts_an_address_as_visitor_address_gives_it() -> None:
    package = Path(onboarding.__file__).parent
    users = {path.name for path in package.rglob("*.py") if "get_remote_address" in path.read_text("utf-8")}
    assert users == {"extensions.py"}, (
        "elsewhere visitor_address(): one household's /64 of IPv6 is one address"
    )
