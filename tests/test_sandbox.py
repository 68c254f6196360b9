"""The sandbox: the same limits whichever way a child is started, no state that survives, a server that is replaced."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onboarding.sandbox import Forks, Limits, landlock_version, run_command, run_program

PROGRAM = """
import os, resource, socket, subprocess, sys, time
seen = []
def load(arguments):
    pass
def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
def answer(data, arguments):
    return str(eval(data)).encode()
"""
SMALL = Limits(seconds=1, memory_mb=300)
Ask = Callable[[str], bytes]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that answers what an expression comes to."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture
def forks(program: Path) -> Iterator[Forks]:
    made = Forks(program)
    yield made
    made.close()


@pytest.fixture(params=["once", "forked"])
def ask(request: pytest.FixtureRequest, program: Path, forks: Forks) -> Ask:
    """Both ways to have a program answer."""
    if request.param == "once":
        return lambda text: run_program(program, (), text.encode(), SMALL)
    return lambda text: forks.run((), text.encode(), SMALL)


def test_a_child_has_little_of_everything(ask: Ask) -> None:
    limits = "[resource.getrlimit(getattr(resource, 'RLIMIT_' + kind))[1] for kind in 'AS CPU FSIZE NPROC CORE NOFILE'.split()]"
    assert json.loads(ask(limits)) == [300 * 2**20, 1, 0, 0, 0, 32]
    assert ask("len(bytearray(2**30))") == b'{"failed": "MemoryError"}\n'
    assert (
        ask("[os.getcwd(), len(os.environ.keys() - {'LC_CTYPE'}), 'onboarding' in sys.modules]")
        == b"['/', 0, False]"
    )
    assert ask("[at for at in range(32) if os.closerange(at + 32, 99) or is_open(at)]") == b"[0, 1, 2]"


def test_a_child_writes_no_file_and_has_no_network(ask: Ask, tmp_path: Path) -> None:
    written = tmp_path / "written"
    said = ask(f"os.write(os.open({str(written)!r}, os.O_CREAT | os.O_WRONLY), b'x')")
    assert b"PermissionError" in said if landlock_version() else b"OSError" in said
    assert not written.exists() or (not landlock_version() and written.stat().st_size == 0)
    if not shutil.which("unshare") or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("this machine does not let a process give up its network")
    assert ask("[name for _, name in socket.if_nameindex()]") == b"['lo']"


@pytest.mark.skipif(not landlock_version(), reason="the kernel of this machine has no Landlock")
@pytest.mark.parametrize(
    "does",
    ["os.unlink(FILE)", "os.truncate(FILE, 0)", "os.rename(FILE, FILE + '2')", "open(FILE).read()", "os.listdir(FOLDER)",
     "os.mkdir(FILE + '2')", "open('/etc/passwd').read()", "open('/proc/%d/environ' % os.getppid(), 'rb').read()",
     f"open('/proc/{os.getpid()}/environ', 'rb').read()"],
)  # fmt: skip
def test_a_child_reaches_no_file_and_no_other_process(ask: Ask, tmp_path: Path, does: str) -> None:
    kept = tmp_path / "kept"
    kept.write_text("secret")
    said = ask(does.replace("FILE", repr(str(kept))).replace("FOLDER", repr(str(tmp_path))))
    assert said == b'{"failed": "PermissionError"}\n'
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir() if one.suffix == ""] == [
        ("kept", "secret")
    ]


@pytest.mark.skipif(landlock_version() < 6, reason="Landlock holds back signals from version 6 on")
def test_a_child_signals_nobody_outside(ask: Ask) -> None:
    assert ask("os.kill(os.getppid(), 0)") == b'{"failed": "PermissionError"}\n'


@pytest.mark.skipif(not landlock_version(), reason="the kernel of this machine has no Landlock")
def test_another_program_reads_what_is_installed_and_no_more(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("secret")
    does = f"read line < {kept}; echo $line; true > {kept}; read line < /usr/bin/env && echo runs; echo end"
    assert run_command(("/bin/sh", "-c", does), b"", SMALL).split() == [b"runs", b"end"]
    assert kept.read_text() == "secret"


@pytest.mark.parametrize("text", ["time.sleep(60)", "sum(1 for _ in iter(int, 1))"])
def test_a_child_that_takes_too_long_is_ended(ask: Ask, text: str) -> None:
    began = time.monotonic()
    assert ask(text) == b""
    assert time.monotonic() - began < 4


def test_an_answer_is_cut_where_nobody_reads_on(program: Path, forks: Forks) -> None:
    assert len(run_program(program, (), b"'x' * 10**6", SMALL)) == 4096
    assert len(forks.run((), b"'x' * 10**6", SMALL)) == 4096
    assert len(forks.run((), b"'x' * 10**6", SMALL, longest=10**7)) == 10**6


def test_another_program_is_confined_too() -> None:
    assert run_command(("/bin/sh", "-c", "ulimit -f"), b"", SMALL) == b"0\n"


def test_no_state_survives_from_one_file_to_the_next(forks: Forks) -> None:
    first = forks.run((), b"[seen.append(1), len(seen), os.getppid(), os.getpid()]", SMALL)
    second = forks.run((), b"[seen.append(1), len(seen), os.getppid(), os.getpid()]", SMALL)
    (_, one, server, child), (_, other, same, another) = eval(first), eval(second)
    assert (one, other, server, child == another) == (1, 1, same, False)
    assert server != os.getpid()


def test_many_threads_ask_at_once_and_each_gets_its_own_answer(forks: Forks) -> None:
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = forks.run((), f"time.sleep(0.1) or {number}".encode(), SMALL)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number).encode() for number in range(6)}


def test_a_server_that_was_killed_is_replaced_and_its_children_end_with_it(forks: Forks) -> None:
    server = int(forks.run((), b"os.getppid()", SMALL))
    running: list[object] = []

    def ask() -> None:
        try:
            running.append(forks.run((), b"time.sleep(60)", Limits(60, 300)))
        except OSError as ended:
            running.append(ended)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    os.kill(server, signal.SIGKILL)
    thread.join(timeout=5)
    assert isinstance(running[0], ChildProcessError)
    assert int(forks.run((), b"os.getppid()", SMALL)) != server


def test_a_fork_of_the_worker_has_a_server_of_its_own_that_ends_with_it(forks: Forks) -> None:
    server = forks.run((), b"os.getppid()", SMALL)
    read, write = os.pipe()
    worker = os.fork()
    if worker == 0:
        try:
            os.write(write, forks.run((), b"os.getppid()", SMALL))
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(worker, 0)
    os.close(write)
    with os.fdopen(read, "rb") as found:
        other = found.read()
    assert other and other != server
    assert has_ended(int(other)), "a worker that is killed takes its server with it"
    assert forks.run((), b"os.getppid()", SMALL) == server, "the first one goes on"


def has_ended(process: int) -> bool:
    """Whether the process is gone, or waits for nothing but to be asked how it ended."""
    for _ in range(60):
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False
