"""How far a long build is: a bar on a terminal, plain lines elsewhere, with rate and time left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 5


@contextmanager
def progress(console: Console, what: str, total: int, done: int = 0) -> Iterator[Callable[[int], None]]:
    """Yields a function to be told how many are done so far."""
    began, before = time.monotonic(), done

    def rate(so_far: int) -> float:
        return (so_far - before) / max(time.monotonic() - began, 1e-6)

    if console.is_terminal:
        columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
                   TimeRemainingColumn())  # fmt: skip
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(what, total=total, completed=done, rate="")
            yield lambda so_far: bar.update(task, completed=so_far, rate=f"{rate(so_far):,.0f}/s")
        return
    said = 0.0

    def say(so_far: int) -> None:
        nonlocal said
        if time.monotonic() - said < SECONDS_BETWEEN_LINES and so_far < total:
            return
        said = time.monotonic()
        left = (total - so_far) / max(rate(so_far), 1e-6)
        console.print(
            f"{what}: {so_far:,} of {total:,}, {rate(so_far):,.0f}/s, {left:,.0f} s left", highlight=False
        )

    yield say
