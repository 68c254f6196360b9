"""Inside the sandbox: shut in, then answer. Run by its path, `python -I -B inside.py`, in one of three ways:

once PROGRAM SECONDS MEMORY_MB ARGUMENT ...    answer for what stands on standard input
serve PROGRAM                                  load the program, and fork for each file that comes through the door
become SECONDS MEMORY_MB COMMAND ARGUMENT ...  hand the process over to a program that is not ours
"""

import ctypes
import json
import os
import resource
import select
import signal
import socket
import sys
import sysconfig
import time
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NoReturn

CLONE_NEWUSER, CLONE_NEWNET, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG = 0x10000000, 0x40000000, 38, 1
LONGEST_MESSAGE = 1 << 16
# Landlock (kernel 5.13 and later): its calls, which have one number on all machines, and the rights it knows by version.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF, ASK_VERSION, PATH_BENEATH = 444, 445, 446, 1, 1
EXECUTE, READ_FILE, READ_DIR = 1 << 0, 1 << 2, 1 << 3
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many of a file system; later ones have no more
TCP, ABSTRACT_SOCKETS_AND_SIGNALS = 0b11, 0b11
# What holds no secret and is needed to go on: libraries, fonts, chance; for a program that is not ours, all that is installed.
LIBRARIES = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/etc/fonts",
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
)
INSTALLED = (*LIBRARIES, "/usr", "/bin", "/etc/ld.so.cache")
TICK = 0.1  # seconds between two looks at what is running


def shut_in(seconds: int, memory_mb: int, readable: tuple[str, ...]) -> None:
    """Give up the network, new privileges, all files but the readable ones, the sight of other processes, and all but a
    little time and memory; what is refused is left.

    The process ends with the one that started it.
    """
    libc = ctypes.CDLL(None)
    if sys.platform == "linux":
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # a new namespace of users forgets it
        _lock_files(libc, readable)
    for limit, amount in (
        (resource.RLIMIT_AS, memory_mb * 2**20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (amount, amount))
        except (ValueError, OSError):
            continue


def landlock_version() -> int:
    """Which Landlock the kernel has; 0 for none: then a child can reach the files of its user."""
    if sys.platform != "linux":
        return 0
    asked = ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    return max(int(asked), 0)


def _lock_files(libc: ctypes.CDLL, readable: tuple[str, ...]) -> None:
    """Of the file system nothing is left but to read and run what is readable. With it goes every look into a process that
    is not shut in, and from version 6 on signals to it."""
    version = landlock_version()
    if not version:
        return
    handled = (1 << RIGHTS[min(version, max(RIGHTS))]) - 1
    words = (
        handled,
        *([TCP] if version >= 4 else []),
        *([ABSTRACT_SOCKETS_AND_SIGNALS] if version >= 6 else []),
    )
    rules = (ctypes.c_uint64 * len(words))(*words)
    ruleset = libc.syscall(CREATE_RULESET, rules, ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    if ruleset < 0:
        return
    for path in readable:
        _allow(libc, ruleset, path)
    libc.syscall(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    """Let what lies there be read and run; a path that is not there is left out."""
    with suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights = EXECUTE | READ_FILE | (READ_DIR if Path(path).is_dir() else 0)
        rule = rights.to_bytes(8, sys.byteorder) + place.to_bytes(4, sys.byteorder)
        libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
        os.close(place)


def _own_libraries() -> tuple[str, ...]:
    """Where Python and what is installed beside it lie; not our own code, which may lie beside the data."""
    paths = sysconfig.get_paths()
    return (*LIBRARIES, *(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")))


def _program(path: str) -> Any:
    spec = spec_from_file_location("program", path)
    assert spec is not None and spec.loader is not None
    program = module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


def _answer(program: Any, seconds: int, memory_mb: int, arguments: list[str]) -> NoReturn:
    """Load our own code while its files can still be read, shut in, answer on standard output, and leave at once."""
    try:
        program.load(arguments)
        shut_in(seconds, memory_mb, _own_libraries())
        with open(0, "rb", closefd=False) as stream:
            said = program.answer(stream.read(), arguments)
    except BaseException as failure:
        said = json.dumps({"failed": type(failure).__name__}).encode() + b"\n"
    with suppress(OSError):
        while said:
            said = said[os.write(1, said) :]
    os._exit(0)


def serve(path: str) -> None:
    """Fork for each file, each child with its own end of a connection, until the other side closes the door.

    A child that takes too long is killed, and so is, when it has ended, whatever it started.
    """
    door, program = socket.socket(fileno=0), _program(path)
    with suppress(Exception):  # what cannot be loaded is what each child answers
        program.load([])
    running: dict[int, float] = {}
    while True:
        if select.select([door], [], [], TICK if running else None)[0]:
            message, (*connections,), _, _ = socket.recv_fds(door, LONGEST_MESSAGE, 1)
            if not message:
                break
            wanted = json.loads(message)
            running[_fork(program, wanted, connections[0])] = time.monotonic() + wanted["seconds"]
            os.close(connections[0])
        now = time.monotonic()
        running = {number: end for number, end in running.items() if not _ended(number, overdue=now >= end)}
    for number in running:
        _ended(number, overdue=True)


def _fork(program: Any, wanted: dict[str, Any], connection: int) -> int:
    number = os.fork()
    if number:
        return number
    try:
        os.setsid()
        os.dup2(connection, 0)
        os.dup2(connection, 1)
        os.closerange(3, 1024)
        _answer(program, wanted["seconds"], wanted["memory_mb"], wanted["arguments"])
    finally:
        os._exit(1)


def _ended(number: int, *, overdue: bool) -> bool:
    """Whether the child has ended, made so where it is overdue. It is waited for last: until then its number is its own."""
    if os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None and not overdue:
        return False
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError):
            kill(number, signal.SIGKILL)
    os.waitpid(number, 0)
    return True


def main(way: str, *arguments: str) -> None:
    if way == "serve":
        serve(arguments[0])
    elif way == "once":
        path, seconds, memory_mb, *rest = arguments
        _answer(_program(path), int(seconds), int(memory_mb), rest)
    else:
        seconds, memory_mb, *command = arguments
        shut_in(int(seconds), int(memory_mb), (*INSTALLED, command[0]))
        os.execve(command[0], command, {"OMP_THREAD_LIMIT": "1"})  # noqa: S606 - our own argument, no shell


if __name__ == "__main__":
    main(*sys.argv[1:])
