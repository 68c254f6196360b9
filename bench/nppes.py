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
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

import flask_migrate
from rich.console import Console

from bench.people import FIRST_NAMES, LAST_NAMES, npi_of
from bench.place import SEED, Place, app_at, settle
from bench.progress import progress
from bench.result import NotMeasured, Result, compare, seconds_of
from onboarding.config import ROOT, Environment
from onboarding.importers.nppes import COLUMNS, WANTED

GOAL = 1.0  # of `.import` of the same file
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
    path, half = folder / f"nppes-{rows}.csv", folder / "nppes-half.csv"
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
    nothing, between, behind = (',""' * count for count in (4, BETWEEN, BEHIND))
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


def measure(place: Place, rows: int, console: Console, rounds: int = 1) -> list[Result]:
    """Rows a second of ours and of both limits, and the most memory our process held."""
    path = ready_file(place.folder, rows, console)
    ours = Place(place.folder / "nppes-import")
    empty = _empty_database(ours)
    peaks: list[float] = []

    def bring() -> float:
        shutil.copy(empty, ours.folder / "onboarding.db")
        seconds, peak = _import(ours, path)
        peaks.append(peak)
        if _count(ours.folder / "onboarding.db", "nppes_provider") != rows:
            raise NotMeasured("The import did not bring in every row.")
        return rows / seconds

    limits = [
        (what, goal, *_limit(ours.folder / "limit.db", file, rows), [])
        for what, file, goal in (
            ("the same file", path, GOAL),
            ("only the columns we keep", narrow_file(path), 0.0),
        )
    ]
    rates = []
    for _ in range(rounds):
        rates.append(bring())
        for *_, limit, runs in limits:
            runs.append(limit())
    notes = (
        f"{rows:,} rows, {path.stat().st_size >> 20:,} MB; most memory held: {max(peaks):,.0f} MB of {MOST_MEGABYTES}",
    )
    return [
        compare("n", "NPPES file imported", f"{by}, {what}", "rows/s", goal, rates, runs, notes=notes)
        for what, goal, by, _, runs in limits
    ]


def _empty_database(place: Place) -> Path:
    """A migrated database without a row, made anew each time: it costs a second."""
    place.clear()
    place.folder.mkdir(parents=True)
    with app_at(place, DAY):
        flask_migrate.upgrade()
        settle()
    return (place.folder / "onboarding.db").rename(place.folder / "empty.db")


def _import(place: Place, path: Path) -> tuple[float, float]:
    """Seconds of one import, and the megabytes its process held at most."""
    for left in ("-wal", "-shm"):
        (place.folder / f"onboarding.db{left}").unlink(missing_ok=True)
    command = [sys.executable, "-c", "from onboarding.cli import main; main()", "import", "nppes", str(path)]
    child = subprocess.Popen(
        command, cwd=ROOT, env=place.environment(None, Environment.DEVELOPMENT),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ended: list[tuple[int, float]] = []

    def wait() -> None:
        _, status, used = os.wait4(child.pid, 0)
        ended.append((status, used.ru_maxrss / 1024))

    seconds = seconds_of(wait)
    child.returncode, peak = ended[0]
    if child.returncode:
        raise NotMeasured("The import ended with an error.")
    return seconds, peak


def _limit(database: Path, path: Path, rows: int) -> tuple[str, Callable[[], float]]:
    """`.import` by the sqlite3 program; where it is not installed, csv and executemany in this process."""
    program = shutil.which("sqlite3")

    def by_program() -> float:
        database.unlink(missing_ok=True)
        script = f".import --csv '{path}' provider"
        return rows / seconds_of(lambda: subprocess.run([str(program), str(database), script], check=True))

    def by_python() -> float:
        database.unlink(missing_ok=True)
        return rows / seconds_of(lambda: _executemany(database, path))

    if program:
        return "sqlite3 .import", by_program
    return "csv and executemany (no sqlite3 program here)", by_python


def _executemany(database: Path, path: Path) -> None:
    connection = sqlite3.connect(database)
    with path.open(newline="") as file, connection:
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
