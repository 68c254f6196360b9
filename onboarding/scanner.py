"""Asking ClamAV about a file, by clamd's INSTREAM command over TCP or a Unix socket.

There are three answers: clean, infected (with the signature's name), and none. No answer is never clean.
"""

import socket
import struct
from contextlib import closing

from onboarding.clock import seconds

_CHUNK = 64 * 1024
_LENGTH = struct.Struct("!L")
_LONGEST_REPLY = 1024


class ScannerDown(Exception):
    """The scanner cannot be reached, or did not answer in time: ask again later, about this file and all others."""


class ScanFailed(Exception):
    """The scanner answered, but not whether this file is clean."""


def scan(address: str, data: bytes, timeout: float = 60.0) -> str:
    """The name of what was found in these bytes; empty when they are clean.

    `address` is host:port, or the path of a Unix socket; `timeout` is in seconds, for the whole conversation. Raises
    ScannerDown or ScanFailed.
    """
    until = seconds() + timeout
    try:
        with closing(_connect(address, timeout)) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                _wait(line, until)
                line.sendall(_LENGTH.pack(len(chunk)) + chunk)
            line.sendall(_LENGTH.pack(0))
            reply = _reply(line, until)
    except OSError as error:
        raise ScannerDown(f"The scanner gave no answer: {error or type(error).__name__}") from error
    return _verdict(reply)


def _connect(address: str, timeout: float) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(timeout)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout)


def _wait(line: socket.socket, until: float) -> None:
    """Give the next step only what is left of the time. Raises TimeoutError when nothing is."""
    left = until - seconds()
    if left <= 0:
        raise TimeoutError("it took too long")
    line.settimeout(left)


def _reply(line: socket.socket, until: float) -> str:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_REPLY:
        _wait(line, until)
        part = line.recv(_LONGEST_REPLY)
        if not part:
            break
        said += part
    whole, end, _ = said.partition(b"\0")
    return whole.decode("ascii", "replace").strip() if end else ""


def _verdict(reply: str) -> str:
    """`stream: OK`, `stream: Eicar-Signature FOUND`; anything else, or half of it, is no answer."""
    if reply == "stream: OK":
        return ""
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return reply.removeprefix("stream: ").removesuffix(" FOUND").strip() or "unnamed"
    raise ScanFailed(f"The scanner answered: {reply[:120] or 'nothing'}")
