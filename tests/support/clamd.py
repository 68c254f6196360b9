"""A ClamAV daemon as far as INSTREAM goes: a real server on this machine, TCP or Unix socket."""

import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """What it has been sent, and how it behaves: as it should, or answering `says` after `waits` seconds."""

    def __init__(self) -> None:
        self.address = ""
        self.seen: list[bytes] = []
        self.says: bytes | None = None
        self.waits = 0.0
        self.most = 25 * 2**20

    def answer(self, data: bytes) -> bytes:
        if self.says is not None:
            return self.says
        if len(data) > self.most:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        daemon: Clamd = self.server.daemon  # type: ignore[attr-defined]
        assert self.rfile.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
        daemon.seen.append(data)
        time.sleep(daemon.waits)
        self.wfile.write(daemon.answer(data))


@contextmanager
def clamd(path: str = "") -> Iterator[Clamd]:
    """A running daemon on a free port, or on the socket of this path."""
    daemon = Clamd()
    server: socketserver.BaseServer
    if path:
        server = socketserver.ThreadingUnixStreamServer(path, _Talk)
        daemon.address = path
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        daemon.address = f"127.0.0.1:{server.server_address[1]}"
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is tested elsewhere
    server.daemon = daemon  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield daemon
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
