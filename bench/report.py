"""The table of ratios, and the same as JSON."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.place import Network
from bench.result import Result


def load_warning() -> str:
    """A sentence when others use the machine as well, else nothing."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load < 0.5 * cores:
        return ""
    return (
        f"The machine is busy already (load {load:.1f} on {cores} cores): figures and even ratios may be off."
    )


def missed_goals(results: Sequence[Result]) -> list[str]:
    """One sentence for each ratio that is not what it should be."""
    return [
        f"{found.letter}. {found.what}: {found.ratio:.2f} misses its goal of {found.goal:.2f}."
        for found in results
        if found.goal and not found.met
    ]


def print_table(console: Console, network: Network, results: Sequence[Result]) -> None:
    """One row a ratio."""
    shown = Table(title=f"{network.applications:,} applications")
    for name in ("", "measured", "ours", "its limit", "ratio", "goal", "met"):
        shown.add_column(name, justify="right" if name in ("ours", "its limit", "ratio") else "left")
    for result in results:
        sign = "at least" if result.more_is_better else "at most"
        shown.add_row(
            result.letter,
            result.what,
            _figure(result.ours, result.unit),
            f"{_figure(result.limit, result.unit)}\n{result.limit_what}",
            f"{result.ratio:.2f}",
            f"{sign} {result.goal:.2f}" if result.goal else "",
            ("yes" if result.met else "no") if result.goal else "",
        )
    console.print(shown)
    for result in results:
        for note in result.notes:
            console.print(f"{result.letter}. {result.what}: {note}", highlight=False)


def _figure(value: float, unit: str) -> str:
    if unit == "s":
        return f"{value * 1000:,.2f} ms" if value < 1 else f"{value:,.2f} s"
    return f"{value:,.1f} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


def write_json(path: Path, network: Network, results: Sequence[Result], load_before: float) -> None:
    """Everything, with each single run."""
    body = {
        "applications": network.applications,
        "as_of": network.day.isoformat(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load_before": load_before,
        "results": [{**asdict(result), "ratio": result.ratio, "met": result.met} for result in results],
    }
    path.write_text(json.dumps(body, indent=1) + "\n")
