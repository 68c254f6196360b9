"""The file check's child without its start: one process that has the libraries loaded and forks for each file.

Starting Python takes ten times as long as looking at a small file. Each fork shuts itself in and looks as the real
child does, by the same code; only who starts it differs. For the harness alone: a fork inherits what is loaded.
"""

import importlib.util
import json
import os
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

CHILD = Path(__file__).resolve().parent.parent / "onboarding" / "filecheck" / "child.py"
_LENGTH = struct.Struct(">I")
_LONGEST_ANSWER = 4096


class Nursery:
    """Answers what `filecheck` asks of a child: a command and the data in, an exit status and what was said out."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-B", str(Path(__file__)), "serve"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}, cwd="/"
        )

    def run(
        self, command: list[str], data: bytes, seconds: int, longest: int = _LONGEST_ANSWER
    ) -> tuple[int, bytes]:
        """The same as filecheck's own way of running its child."""
        assert self.process.stdin is not None and self.process.stdout is not None
        asked = json.dumps({"arguments": command[4:], "seconds": seconds}).encode()
        self.process.stdin.write(_LENGTH.pack(len(asked)) + asked + _LENGTH.pack(len(data)) + data)
        self.process.stdin.flush()
        (status,) = struct.unpack(">i", self.process.stdout.read(4))
        return status, _read(self.process.stdout)

    def close(self) -> None:
        """End the process and wait for it, so that what it used is counted."""
        self.process.communicate()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A nursery that ends with the block."""
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


def _read(stream: object) -> bytes:
    head = stream.read(4)  # type: ignore[attr-defined]
    return stream.read(_LENGTH.unpack(head)[0]) if len(head) == 4 else b""  # type: ignore[attr-defined]


def _child() -> ModuleType:
    spec = importlib.util.spec_from_file_location("child", CHILD)
    assert spec is not None and spec.loader is not None
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    return child


def _serve() -> None:
    """Fork for each file until the other end closes; a fork that takes too long is killed, with all it started."""
    child = _child()
    for name in ("PDF", "TIFF"):
        child._load(name)
    stream, out = sys.stdin.buffer, sys.stdout.buffer
    while asked := _read(stream):
        data, wanted = _read(stream), json.loads(asked)
        status, said = _fork(child, wanted["arguments"], data, wanted["seconds"])
        out.write(struct.pack(">i", status) + _LENGTH.pack(len(said)) + said)
        out.flush()


def _fork(child: ModuleType, arguments: list[str], data: bytes, seconds: int) -> tuple[int, bytes]:
    answer_from, answer_to = os.pipe()
    number = os.fork()
    if number == 0:
        os.setsid()
        data_from = os.memfd_create("upload")
        os.write(data_from, data)
        os.lseek(data_from, 0, os.SEEK_SET)
        nothing = os.open(os.devnull, os.O_WRONLY)
        for given, place in ((data_from, 0), (answer_to, 1), (nothing, 2)):
            os.dup2(given, place)
        os.closerange(3, 64)
        sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115
        child.main(arguments)
    os.close(answer_to)
    said = b""
    while len(said) < _LONGEST_ANSWER and select.select([answer_from], [], [], seconds)[0]:
        part = os.read(answer_from, _LONGEST_ANSWER)
        if not part:
            break
        said += part
    os.close(answer_from)
    os.kill(number, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), said


if __name__ == "__main__":
    _serve()
