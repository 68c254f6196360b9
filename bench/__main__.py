"""`python -m bench`: build the network, measure, print each figure as a ratio to the limit it is named beside."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from bench import history, kills, letters, lookup, nppes, queue, roster, sweep, uploads
from bench.network import ready_network
from bench.place import Place, app_at, default_folder
from bench.report import load_warning, missed_goals, print_table, write_json
from bench.result import NotMeasured, Result

MEASURES = ("a", "b", "c", "d", "e", "f", "h", "k", "n")


def _chosen(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(value.replace(",", " ").split()))
    if not found or set(found) - set(MEASURES):
        raise click.BadParameter("give letters out of a to f, h, k and n, with commas between")
    return found


@click.command(help=__doc__)
@click.option("--applications", default=100_000, show_default=True, help="The size of the network.")
@click.option(
    "--only", callback=_chosen, default="a,b,c,d,e,f,h,k,n", show_default=True, help="Which measures."
)
@click.option("--fresh", is_flag=True, help="Build the network anew.")
@click.option("--rounds", default=5, show_default=True, help="How often each pair is run; the medians count.")
@click.option(
    "--letters", "letter_count", default=200, show_default=True, help="Letters to render in a run of d."
)
@click.option("--roster-rows", default=2_000, show_default=True, help="Rows of a roster in a run of e.")
@click.option(
    "--providers",
    default=1_000_000,
    show_default=True,
    help="Rows of the NPPES file of n; its pair is run once.",
)
@click.option(
    "--kill-letters",
    default=10_000,
    show_default=True,
    help="Letters of k, on each database, while senders are killed.",
)
@click.option("--kills", "kill_count", default=100, show_default=True, help="How many senders k kills.")
@click.option("--seconds", default=3.0, show_default=True, help="How long each run of a lasts.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where the network is; default instance/bench-N."
)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write every run to this file too."
)
def main(
    applications: int, only: tuple[str, ...], fresh: bool, rounds: int, letter_count: int, roster_rows: int, providers: int,
    kill_letters: int, kill_count: int, seconds: float,
    folder: Path | None, json_file: Path | None,
) -> None:  # fmt: skip
    console = Console() if sys.stdout.isatty() else Console(width=130)
    place = Place((folder or default_folder(applications, "sqlite")).absolute())
    network = ready_network(place, applications, console, fresh=fresh)
    load, warning = os.getloadavg()[0], load_warning()
    if warning:
        console.print(f"[yellow]{warning}[/yellow]")
    results: list[Result] = []
    left_out: list[str] = []
    with app_at(place, network.day) as app:
        measures: dict[str, Callable[[], list[Result]]] = {
            "a": lambda: lookup.measure(app, place, rounds, seconds),
            "b": lambda: queue.measure(app, rounds),
            "c": lambda: [sweep.measure(app, rounds)],
            "d": lambda: letters.measure(app, place, network.day, letter_count, rounds),
            "e": lambda: [roster.measure(place, network.day, roster_rows, rounds)],
            "f": lambda: uploads.measure(rounds),
            "h": lambda: [history.measure(rounds)],
            "k": lambda: kills.measure(network.day, kill_letters, kill_count, console),
            "n": lambda: nppes.measure(place, providers, console),
        }
        for letter in only:
            try:
                results += measures[letter]()
            except NotMeasured as reason:
                left_out.append(f"{letter} was not measured: {reason}")
    print_table(console, network, results)
    if json_file:
        write_json(json_file, network, results, load)
    amiss = [*left_out, *missed_goals(results)]
    for says in amiss:
        console.print(f"NOT IN ORDER. {says}", style="bold red", highlight=False, markup=False)
    if amiss:
        sys.exit(1)


if __name__ == "__main__":
    main()
