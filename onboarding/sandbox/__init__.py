"""Having a limited child look at a stranger's file: so many seconds, so much memory, no network, no other file.

A program here is a file run by its path, that nothing else of ours is loaded with: `load(arguments)` loads its
libraries, all of them without arguments, and `answer(data, arguments)` gives what goes back, in bytes.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onboarding.sandbox.inside import landlock_version

__all__ = ["Forks", "Limits", "landlock_version", "run_command", "run_program"]

_INSIDE = Path(__file__).with_name("inside.py")
_LONGEST_ANSWER = 4096
_START, _END = 20, 5  # seconds a server may take to load its libraries, and to end


@dataclass(frozen=True)
class Limits:
    """What a child may use: seconds of its own time and of the clock, and MiB of memory."""

    seconds: int
    memory_mb: int

    @property
    def words(self) -> list[str]:
        return [str(self.seconds), str(self.memory_mb)]


def run_program(
    program: Path, arguments: Sequence[str], data: bytes, limits: Limits, longest: int = _LONGEST_ANSWER
) -> bytes:
    """Start one of our programs for this data; so many bytes of its answer. Raises OSError when it cannot be started."""
    return _run([*_inside("once"), str(program), *limits.words, *arguments], data, limits.seconds, longest)


def run_command(command: Sequence[str], data: bytes, limits: Limits, longest: int = _LONGEST_ANSWER) -> bytes:
    """The same for a program that is not ours, such as tesseract."""
    return _run([*_inside("become"), *limits.words, *command], data, limits.seconds, longest)


def _inside(way: str) -> list[str]:
    return [sys.executable, "-I", "-B", str(_INSIDE), way]


def _run(command: list[str], data: bytes, seconds: int, longest: int) -> bytes:
    """Kill it and all it started after so many seconds, and once it has answered."""
    with subprocess.Popen(  # noqa: S603 - our own file, a fixed list of arguments, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
        start_new_session=True,
    ) as child:  # fmt: skip
        assert child.stdin is not None and child.stdout is not None
        bell = threading.Timer(seconds, os.killpg, (child.pid, signal.SIGKILL))
        bell.start()
        try:
            with suppress(BrokenPipeError):  # it ended early; what it said, or did not say, tells why
                child.stdin.write(data)
                child.stdin.close()
            return child.stdout.read(longest)
        finally:
            bell.cancel()
            bell.join()
            os.killpg(child.pid, signal.SIGKILL)  # not yet waited for, so the number is still the child's


class Forks:
    """A program's server: it has the libraries loaded and forks a fresh, limited child for each file.

    Started when it is first asked and again when it is gone; it ends with this process. Any thread may ask. It is a
    program of its own, so no child has a connection or a secret of ours.
    """

    def __init__(self, program: Path) -> None:
        self._program = program
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._forget)

    def run(
        self, arguments: Sequence[str], data: bytes, limits: Limits, longest: int = _LONGEST_ANSWER
    ) -> bytes:
        """So many bytes of the answer of a child of its own. Raises OSError when there is none to ask."""
        wanted = {"seconds": limits.seconds, "memory_mb": limits.memory_mb, "arguments": list(arguments)}
        mine, its = socket.socketpair()
        with mine:
            with its:
                server = self._ask(json.dumps(wanted).encode(), its)
            mine.settimeout(limits.seconds + _START)
            with suppress(BrokenPipeError, ConnectionResetError):  # it ended early
                mine.sendall(data)
                mine.shutdown(socket.SHUT_WR)
            said = _read(mine, longest)
        if not said:
            with suppress(subprocess.TimeoutExpired):  # the child alone has ended, which is an answer
                server.wait(0.05)
                raise ChildProcessError("the server of the sandbox has ended")
        return said

    def close(self) -> None:
        """End the server, and with it what it has running."""
        with self._lock:
            self._end()

    def _ask(self, message: bytes, its: socket.socket) -> subprocess.Popen[bytes]:
        with self._lock:
            try:
                return self._send(message, its)
            except OSError:  # it is gone: a new one
                self._end()
                return self._send(message, its)

    def _send(self, message: bytes, its: socket.socket) -> subprocess.Popen[bytes]:
        if self._server is None or self._door is None:
            self._door, door = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with door:
                self._server = subprocess.Popen(  # noqa: S603 - our own file, a fixed list of arguments, no shell
                    [*_inside("serve"), str(self._program)], stdin=door.fileno(), stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, env={}, cwd="/", start_new_session=True,
                )  # fmt: skip
        socket.send_fds(self._door, [message], [its.fileno()])
        return self._server

    def _end(self) -> None:
        if self._door is not None:
            self._door.close()  # which it takes for the end
        if self._server is not None:
            try:
                self._server.wait(_END)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        self._server = self._door = None

    def _forget(self) -> None:
        """In a fork of this process: the server is its parent's."""
        if self._door is not None:
            self._door.close()
        self._lock, self._server, self._door = threading.Lock(), None, None


def _read(stream: socket.socket, longest: int) -> bytes:
    said = b""
    with suppress(ConnectionResetError):
        while len(said) < longest and (part := stream.recv(min(longest - len(said), 1 << 16))):
            said += part
    return said
