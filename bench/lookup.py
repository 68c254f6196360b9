"""a. Status look-ups a second on the real server, beside an empty Flask endpoint in the same worker processes.

A look-up is what a browser does: POST /status with a session cookie and its CSRF token, counted by the rate limit, and
then GET of the page it leads to, in the settings of production. Pairs are random out of ten thousand of the network.
"""

import html
import http.client
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.place import SEED, Place
from bench.result import NotMeasured, Result, alternate, compare
from onboarding.cli.run import server_command
from onboarding.config import ROOT, Environment
from onboarding.extensions import db
from onboarding.models import Application
from onboarding.policy.vocabulary import Status
from onboarding.queries.status import find_application_id

GOAL = 0.30
LONG_AIM = 0.65
PAIRS = 10_000
SESSIONS = 16
OPENED = 500  # applications that are open in a browser, out of which the pages are asked for
WORKERS = 2
START_SECONDS = 60
PAGE = "/status/application"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

Pair = tuple[str, str]


def measure(app: Flask, place: Place, rounds: int = 5, seconds: float = 3.0) -> list[Result]:
    """Requests a second, the median of rounds in alternation."""
    if shutil.which("wrk") is None:
        raise NotMeasured("wrk is missing: scripts/setup bench installs it.")
    pairs = _pairs(app)
    for npi, public_id in pairs:  # a disk that has to be read first is not what is measured here
        find_application_id(public_id, npi)
    with served(place) as port:
        sessions = [open_session(port) for _ in range(SESSIONS)]
        size = _check(port, sessions[0], pairs)
        opened = [(_let_in(port, sessions[0], pair),) for pair in pairs[:OPENED]]
        files = [place.folder / f"{name}.tsv" for name in ("sessions", "pairs", "opened")]
        for file, rows in zip(files, (sessions, pairs, opened), strict=True):
            file.write_text("".join("\t".join(row) + "\n" for row in rows))
        names = [str(file) for file in files]
        _wrk(port, 1, *names)
        _wrk(port, 1, "empty")
        runs = alternate(
            lambda: _wrk(port, seconds, *names, least_bytes=size // 4).rate,
            lambda: _wrk(port, seconds, "empty").rate,
            rounds,
        )
    notes = (f"two requests a look-up, {size:,} bytes a page; the long aim is {LONG_AIM}",)
    return [compare("a", "status look-up", "empty endpoint, same server", "req/s", GOAL, *runs, notes=notes)]


def _pairs(app: Flask) -> list[Pair]:
    """Random pairs of the network; drafts that have run out are left aside, as nobody keeps those."""
    draw = Random(SEED)
    last = db.session.scalar(select(Application.id).order_by(Application.id.desc()).limit(1)) or 0
    numbers = sorted(draw.sample(range(1, last + 1), min(last, PAIRS)))
    pairs: list[Pair] = []
    for start in range(0, len(numbers), 500):
        wanted = Application.id.in_(numbers[start : start + 500]) & (Application.status != Status.EXPIRED)
        pairs += [(npi, public_id) for npi, public_id in
                  db.session.execute(select(Application.npi, Application.public_id).where(wanted))]  # fmt: skip
    db.session.rollback()
    draw.shuffle(pairs)
    return pairs


@contextmanager
def served(place: Place) -> Iterator[int]:
    """The server as `onboarding serve` starts it, with the empty endpoint beside the program; yields its port."""
    port = _free_port()
    command = [*server_command("127.0.0.1", port, WORKERS)[:-1], "bench.wsgi:app"]
    environment = place.environment(None, Environment.PRODUCTION)
    with (place.folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait(server, port, place.folder / "server.log")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen, port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if _ask(port, "GET", "/empty")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise NotMeasured(f"The server did not start: {log.read_text()[-2000:]}")


def _ask(
    port: int, method: str, path: str, body: str | None = None, cookie: str = ""
) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    try:
        connection.request(method, path, body, {**headers, **({"Cookie": cookie} if cookie else {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers
    finally:
        connection.close()


def open_session(port: int) -> Pair:
    """Open the status page as a browser does: its session cookie and the CSRF token of its form."""
    status, page, headers = _ask(port, "GET", "/status")
    token, cookie = _TOKEN.search(page), headers.get("Set-Cookie", "").split(";")[0]
    if status != 200 or token is None or not cookie:
        raise NotMeasured(f"GET /status answered {status} without a form and a session.")
    return cookie, html.unescape(token.group(1))


def _check(port: int, session: Pair, pairs: list[Pair]) -> int:
    """That right pairs get their page, wrong ones do not, and no token gets nothing; answers the bytes of a page."""
    cookie, token = session

    def status_of(npi: str, public_id: str, token: str = token) -> int:
        body = urlencode({"npi": npi, "application_id": public_id, "csrf_token": token})
        return _ask(port, "POST", "/status", body, cookie)[0]

    sizes = []
    for pair in pairs[:50]:
        status, page, _ = _ask(port, "GET", PAGE, cookie=_let_in(port, session, pair))
        if status != 200 or pair[1] not in page:
            raise NotMeasured(f"GET {PAGE} answered {status} for a right pair, or not with its page.")
        sizes.append(len(page))
    (npi, public_id), (other, _) = pairs[0], pairs[1]
    if status_of(other, public_id) != 422 and other != npi:
        raise NotMeasured("POST /status took a wrong pair.")
    if status_of(npi, public_id, token="wrong") != 400:
        raise NotMeasured("POST /status took a form without its CSRF token.")
    return sum(sizes) // len(sizes)


def _let_in(port: int, session: Pair, pair: Pair) -> str:
    """The session cookie after a look-up that found its application."""
    cookie, token = session
    body = urlencode({"npi": pair[0], "application_id": pair[1], "csrf_token": token})
    status, _, headers = _ask(port, "POST", "/status", body, cookie)
    found = headers.get("Set-Cookie", "").split(";")[0]
    if status != 303 or headers.get("Location") != PAGE or not found:
        raise NotMeasured(f"POST /status answered {status} for a right pair, or did not lead to its page.")
    return found


@dataclass(frozen=True)
class Load:
    """What wrk counted in one run."""

    requests: int
    microseconds: int
    size: int
    refused: int
    broken: int

    @property
    def rate(self) -> float:
        return self.requests / self.microseconds * 1e6


def _wrk(port: int, seconds: float, *arguments: str, least_bytes: int = 0) -> Load:
    """One run of one thread with sixteen connections. Raises NotMeasured when an answer was not the page."""
    script = Path(__file__).with_name("lookup.lua")
    command = ["wrk", "-t1", f"-c{SESSIONS}", f"-d{max(1, round(seconds))}s", "-s", str(script),
               f"http://127.0.0.1:{port}", "--", *arguments]  # fmt: skip
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"^figures (\d+) (\d+) (\d+) (\d+) (\d+)$", said.stdout, re.MULTILINE)
    if found is None:
        raise NotMeasured(f"wrk: {said.stdout}{said.stderr}")
    load = Load(*map(int, found.groups()))
    if load.refused or load.broken or load.size < least_bytes * load.requests:
        raise NotMeasured(f"Not every answer was the page: {load}")
    return load
