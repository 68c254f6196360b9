"""The scanner's three answers: clean, infected, none; against a real server that speaks INSTREAM."""

import socket
import time
from pathlib import Path

import pytest

from onboarding.scanner import ScanFailed, ScannerDown, scan
from tests.support.clamd import EICAR, clamd


def test_a_clean_file_has_no_finding_and_arrives_whole() -> None:
    with clamd() as daemon:
        data = bytes(range(256)) * 1000
        assert scan(daemon.address, data) == ""
        assert daemon.seen == [data]


def test_what_is_found_is_named() -> None:
    with clamd() as daemon:
        assert scan(daemon.address, b"before" + EICAR) == "Eicar-Signature"


def test_a_unix_socket_is_asked_the_same_way(tmp_path: Path) -> None:
    with clamd(str(tmp_path / "clamd.sock")) as daemon:
        assert scan(daemon.address, b"harmless") == ""
        assert scan(daemon.address, EICAR) == "Eicar-Signature"


@pytest.mark.parametrize(
    "says",
    [
        b"stream: OK and more\0", b"OK\0", b"", b"\0", b"stream: ERROR\0", b"INSTREAM size limit exceeded. ERROR\0",
        b"\xff\xfe\0", b"x" * 5000, b"stream: OK",
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_never_clean(says: bytes) -> None:
    with clamd() as daemon:
        daemon.says = says
        with pytest.raises((ScanFailed, ScannerDown)):
            scan(daemon.address, b"harmless")


def test_a_scanner_that_is_down_is_said_to_be(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{probe.getsockname()[1]}"
    for address in (nobody, str(tmp_path / "none.sock")):
        with pytest.raises(ScannerDown):
            scan(address, b"harmless")


def test_a_slow_scanner_is_given_up() -> None:
    with clamd() as daemon:
        daemon.waits = 1.0
        began = time.monotonic()
        with pytest.raises(ScannerDown):
            scan(daemon.address, b"harmless", timeout=0.2)
        assert time.monotonic() - began < 0.9
