"""n. An NPPES file brought in by `onboarding import nppes`, beside the sqlite3 program's own `.import`.

The file is generated: the second layout, 330 columns, every value in quotes, a kilobyte a row; it is made once and kept.
Two limits: `.import` of the same file, and of a file that holds nothing but the columns we keep. All are whole processes
that begin without a row.
"""

import csv
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter

import flask_migrate
from rich.console import Console

from bench.people import FIRST_NAMES, LAST_NAMES, npi_of
from bench.place import SEED, Place, app_at, settle
from bench.progress import progress
from bench.result import NotMeasured, Result, compare
from onboarding.config import ROOT, Environment
from onboarding.importers.nppes import COLUMNS, FORMER, WANTED

GOAL = 0.8  # of `.import` of the same file
MOST_MEGABYTES = 300
DAY = date(2026, 3, 2)
BETWEEN, BEHIND = (
    28,
    220,
)  # columns we do not keep: addresses and such before the taxonomies, identifiers after them
HEADER = [
    *COLUMNS.values(),
    *(f"Left Out_{number}" for number in range(BETWEEN)),
    *WANTED[len(COLUMNS) :],
    *(f"Other Provider Identifier_{number}" for number in range(BEHIND)),
]
_CODES = ("363LF0000X", "207Q00000X", "1041C0700X", "101YM0800X", "225100000X", "235Z00000X", "251B00000X")


def ready_file(folder: Path, rows: int, console: Console) -> Path:
    """The file of so many rows, made anew where it is missing or was left half made."""
    path, half = folder / f"nppes-names-{rows}.csv", folder / "nppes-half.csv"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with half.open("w") as file, progress(console, f"Writing {path.name}", rows) as moved:
        file.write(",".join(f'"{name}"' for name in HEADER) + "\n")
        lines, done = _lines(rows), 0
        while block := list(islice(lines, 20_000)):
            file.writelines(block)
            done += len(block)
            moved(done)
    return half.rename(path)


def _lines(rows: int) -> Iterator[str]:
    draw = Random(SEED)
    nothing, between, behind = (',""' * count for count in (4, BETWEEN, len(FORMER) + BEHIND))
    for number in range(1, rows + 1):
        first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number * 7 % len(LAST_NAMES)]
        used = 1 + number % 3
        taxonomies = "".join(
            f',"{_CODES[(number + place) % len(_CODES)]}","L-{draw.randrange(10**6)}","AR","{"N" if place else "Y"}"'
            for place in range(used)
        )
        day = f"{number % 12 + 1:02}/{number % 28 + 1:02}/{2006 + number % 20}"
        yield (
            f'"{npi_of(number)}","1","","","","{last.upper()}","{first.upper()}","J","","MD",'
            f'"{number % 9000 + 100} CEDAR STREET","SUITE {number % 90}","LITTLE ROCK","AR","72{number % 1000:03}1234",'
            f'"501555{number % 10000:04}","","","N","{day}","",""'
            f"{between}{taxonomies}{nothing * (15 - used)}{behind}\n"
        )


def narrow_file(path: Path) -> Path:
    """The same rows with nothing but the columns we keep."""
    narrow = path.with_name(f"{path.stem}-narrow.csv")
    if not narrow.exists():
        places = [HEADER.index(name) for name in WANTED]
        half = narrow.with_suffix(".half")
        with path.open(newline="") as wide, half.open("w", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows([fields[place] for place in places] for fields in csv.reader(wide))
        half.rename(narrow)
    return narrow


@dataclass(frozen=True)
class Spent:
    """What one process took: seconds on the clock, seconds of a core, megabytes held at most."""

    seconds: float
    core_seconds: float
    megabytes: float


def measure(place: Place, rows: int, console: Console, rounds: int = 1) -> list[Result]:
    """Rows a second of ours and of both limits, and the most memory our process held."""
    path = ready_file(place.folder, rows, console)
    home = Place(place.folder / "nppes-import")
    empty, database = _empty_database(home), home.folder / "limit.db"
    limits = [
        ("the same file", GOAL, *_limit(database, path)),
        ("only the columns we keep", 0.0, *_limit(database, narrow_file(path))),
    ]
    ours: list[Spent] = []
    theirs: list[list[Spent]] = [[] for _ in limits]
    for _ in range(rounds):
        ours.append(_import(home, empty, path, rows))
        for spent, (*_, command) in zip(theirs, limits, strict=True):
            database.unlink(missing_ok=True)
            spent.append(_run(command))
    most = max(run.megabytes for run in ours)
    size = f"{rows:,} rows, {path.stat().st_size >> 20:,} MB; most memory held: {most:,.0f} MB of {MOST_MEGABYTES}"
    return [
        compare(
            "n", "NPPES file imported", f"{by}, {what}", "rows/s", goal, _rates(ours, rows), _rates(spent, rows),
            notes=(size, f"core seconds: ours {ours[0].core_seconds:.1f}, {what} {spent[0].core_seconds:.1f}"),
        )
        for spent, (what, goal, by, _) in zip(theirs, limits, strict=True)
    ]  # fmt: skip


def _rates(runs: list[Spent], rows: int) -> list[float]:
    return [rows / run.seconds for run in runs]


def _empty_database(place: Place) -> Path:
    """A migrated database without a row, made anew each time: it costs a second."""
    place.clear()
    place.folder.mkdir(parents=True)
    with app_at(place, DAY):
        flask_migrate.upgrade()
        settle()
    return (place.folder / "onboarding.db").rename(place.folder / "empty.db")


def _import(home: Place, empty: Path, path: Path, rows: int) -> Spent:
    """One import by the command, into a database without a row."""
    for left in ("-wal", "-shm"):
        (home.folder / f"onboarding.db{left}").unlink(missing_ok=True)
    shutil.copy(empty, home.folder / "onboarding.db")
    spent = _run(
        [sys.executable, "-c", "from onboarding.cli import main; main()", "import", "nppes", str(path)],
        home.environment(None, Environment.DEVELOPMENT),
    )
    if _count(home.folder / "onboarding.db", "nppes_provider") != rows:
        raise NotMeasured("The import did not bring in every row.")
    return spent


def _run(command: list[str], environment: dict[str, str] | None = None) -> Spent:
    began = perf_counter()
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        raise NotMeasured(f"{Path(command[0]).name} ended with an error.")
    return Spent(perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _limit(database: Path, path: Path) -> tuple[str, list[str]]:
    """The sqlite3 program's `.import`; where it is not installed, csv and executemany in Python."""
    if program := shutil.which("sqlite3"):
        return "sqlite3 .import", [program, str(database), f".import --csv '{path}' provider"]
    command = "import sys; from bench.nppes import executemany; executemany(*sys.argv[1:])"
    return "csv and executemany (no sqlite3 program here)", [
        sys.executable,
        "-c",
        command,
        str(database),
        str(path),
    ]


def executemany(database: str, path: str) -> None:
    """The stand-in for `.import`: every column of the file as it comes."""
    connection = sqlite3.connect(database)
    with Path(path).open(newline="") as file, connection:
        lines = csv.reader(file)
        names = next(lines)
        connection.execute(f"CREATE TABLE provider ({', '.join(f'c{place}' for place in range(len(names)))})")
        connection.executemany(f"INSERT INTO provider VALUES ({', '.join('?' * len(names))})", lines)
    connection.close()


def _count(database: Path, table: str) -> int:
    connection = sqlite3.connect(database)
    found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return int(found)
