"""The bench runs from end to end on a small network, so that it cannot rot. No time is asserted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from bench.people import npi_of, tax_id_of
from bench.report import missed_goals
from bench.result import compare
from bench.rows import BLOCK, SPREAD
from onboarding.config import ROOT
from onboarding.models import Application, Letter, Participation
from onboarding.policy.identifiers import npi_problem, parse_application_id, tax_id_problem
from onboarding.policy.vocabulary import LetterKind, Status
from onboarding.policy.workflow import OPEN_STATUSES

APPLICATIONS = 300


def _bench(folder: Path, *arguments: str) -> str:
    command = [
        sys.executable,
        "-m",
        "bench",
        "--applications",
        str(APPLICATIONS),
        "--folder",
        str(folder),
        *arguments,
    ]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("ONBOARDING_")}
    done = subprocess.run(command, cwd=ROOT, env=ours, capture_output=True, text=True)
    assert done.returncode == ("NOT IN ORDER" in done.stdout), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bench folder with its network, after the sweep, the letters and a roster were measured once."""
    made = tmp_path_factory.mktemp("bench")
    said = _bench(
        made,
        "--only",
        "c,d,e",
        "--rounds",
        "1",
        "--letters",
        "4",
        "--roster-rows",
        "60",
        "--json",
        str(made / "runs.json"),
    )
    assert "Building: 300 of 300" in said
    return made


def test_an_nppes_file_is_written_once_and_brought_in_beside_both_limits(folder: Path) -> None:
    said = _bench(folder, "--only", "n", "--providers", "400", "--json", str(folder / "nppes.json"))
    results = json.loads((folder / "nppes.json").read_text())["results"]
    assert [found["letter"] for found in results] == ["n", "n"]
    assert all(found["ours"] > 0 and found["limit"] > 0 for found in results)
    assert "400 rows" in said and "most memory held" in said and (folder / "nppes-names-400.csv").exists()


def test_each_measure_prints_both_figures_their_ratio_and_its_goal(folder: Path) -> None:
    results = json.loads((folder / "runs.json").read_text())["results"]
    assert [(found["letter"], found["goal"]) for found in results] == [
        ("c", 1.3),
        ("d", 0.9),
        ("d", 1.8),
        ("e", 0),
    ]
    assert all(found["ours"] > 0 and found["limit"] > 0 for found in results)
    assert all(found["ratio"] == found["ours"] / found["limit"] for found in results)


def test_a_missed_goal_is_said_loudly() -> None:
    slow = compare("b", "queue", "bare SQL", "s", 1.25, [2.0], [1.0], more_is_better=False)
    fine = compare("a", "look-up", "empty endpoint", "req/s", 0.3, [0.5], [1.0])
    assert missed_goals([slow, fine]) == ["b. queue: 2.00 misses its goal of 1.25."]


def test_a_measure_that_is_left_out_is_said_loudly(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "NOT IN ORDER. a was not measured: wrk is missing" in _bench(folder, "--only", "a")


def test_the_network_has_its_spread_of_statuses_and_due_dates(folder: Path) -> None:
    engine = create_engine(f"sqlite:///{folder / 'onboarding.db'}")
    with engine.connect() as connection:
        count = func.count()
        statuses = dict(
            connection.execute(select(Application.status, count).group_by(Application.status)).all()
        )
        months = connection.scalar(select(func.count(
            func.distinct(func.substr(Participation.recredentialing_due_on, 1, 7)))))  # fmt: skip
        left = connection.scalar(select(count).where(Letter.kind == LetterKind.RECREDENTIALING_REMINDER))
        pairs = connection.execute(select(Application.npi, Application.public_id)).all()
    engine.dispose()
    assert statuses == {status: share * APPLICATIONS // BLOCK for status, share in SPREAD.items()}
    assert sum(statuses[status] for status in OPEN_STATUSES) == APPLICATIONS // 10
    assert statuses[Status.PARTICIPATING] > APPLICATIONS // 2
    assert months and months > 30
    assert left == 0, "the letters that were measured are taken away again"
    assert all(
        npi_problem(npi) is None and parse_application_id(public_id) == public_id for npi, public_id in pairs
    )


def test_a_complete_network_is_used_again_and_an_interrupted_one_is_finished(folder: Path) -> None:
    assert "Building" not in _bench(folder, "--only", "c", "--rounds", "1")
    note = json.loads((folder / "network.json").read_text())
    (folder / "network.json").write_text(
        json.dumps({**note, "applications": 2 * APPLICATIONS, "complete": False})
    )
    said = _bench(folder, "--only", "c", "--rounds", "1", "--applications", str(2 * APPLICATIONS))
    assert f"Building: {2 * APPLICATIONS} of {2 * APPLICATIONS}" in said
    assert json.loads((folder / "network.json").read_text())["complete"]
    engine = create_engine(f"sqlite:///{folder / 'onboarding.db'}")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Application)) == 2 * APPLICATIONS
    engine.dispose()


def test_the_numbers_of_a_network_are_valid_and_each_its_own() -> None:
    numbers = [npi_of(number) for number in range(1, 20_000)]
    assert len(set(numbers)) == len(numbers)
    assert not any(map(npi_problem, numbers[:500]))
    assert not any(tax_id_problem(tax_id_of(number)) for number in range(500))
