"""Two or more processes that live and end together, under one parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from onboarding.clock import seconds
from onboarding.config import ROOT

START_SECONDS = 60
END_SECONDS = 8
TAIL_LINES, TAIL_BYTES = 12, 8_000
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ChildEnded(Exception):
    """A process ended, or did not start to work, without being asked to; the message says what its log says."""


@dataclass
class Child:
    """One process: what it is called, how it is started, where its output goes; without a log where ours goes."""

    name: str
    command: Sequence[str]
    log: Path | None


def run_together(
    children: Sequence[Child], environment: Mapping[str, str], ready_url: str, when_ready: Callable[[], None]
) -> None:
    """Start them, call `when_ready` once the address answers, and go on until SIGINT, SIGTERM or SIGHUP ends them all.

    Ctrl-C reaches this process alone, since each child has a process group of its own. Raises ChildEnded when one
    ends by itself or the address does not answer in time; the others are ended first.
    """
    with _asked_to_end() as asked, ExitStack() as running:
        processes = [running.enter_context(_running(child, environment)) for child in children]
        ready, give_up_at = False, seconds() + START_SECONDS
        while not asked.wait(0.2):
            for child, process in zip(children, processes, strict=True):
                if process.poll() is not None:
                    raise ChildEnded(f"The {child.name} ended by itself. {_last_words(child)}")
            if ready:
                continue
            if ready := _answers(ready_url):
                when_ready()
            elif seconds() > give_up_at:
                raise ChildEnded(
                    f"{ready_url} did not answer in {START_SECONDS} seconds. {_last_words(children[0])}"
                )


def run_until_asked(child: Child) -> int:
    """Run one process until it ends or SIGINT, SIGTERM or SIGHUP asks for the end; answers its exit code, 0 when asked."""
    with _asked_to_end() as asked, _running(child, None) as process:
        while not asked.wait(0.2):
            if (code := process.poll()) is not None:
                return code
    return 0


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    asked = threading.Event()
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in _ENDING}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _running(child: Child, environment: Mapping[str, str] | None) -> Iterator[subprocess.Popen[bytes]]:
    with _log_of(child) as log:
        process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            child.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, env=environment if environment is None else dict(environment),
            process_group=0, preexec_fn=_end_with_parent,
        )  # fmt: skip
    try:
        yield process
    finally:
        _end(process)


def _log_of(child: Child) -> AbstractContextManager[IO[bytes] | None]:
    if child.log is None:
        return nullcontext()
    child.log.parent.mkdir(parents=True, exist_ok=True)
    return child.log.open("wb")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and after some seconds end it; then whatever of its group is left.

    A worker of the web server that is just starting does not hear the signal its parent passes on, and would live on.
    """
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_with_parent() -> None:
    """Ask Linux to end the child should the parent be killed without a chance to do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _last_words(child: Child) -> str:
    if child.log is None:
        return ""
    with child.log.open("rb") as log:
        log.seek(0, 2)
        log.seek(max(0, log.tell() - TAIL_BYTES))
        lines = log.read().decode("utf-8", "replace").strip().splitlines()[-TAIL_LINES:]
    said = "\n".join(f"  {line}" for line in lines) or "  (nothing)"
    return f"The end of {child.log} says:\n{said}"
