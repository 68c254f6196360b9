"""A CAQH that speaks the roster and status API over real HTTP, with its habits: HTTP Basic, letters of keys that differ
from one server to the next, batches that take their time, several exceptions in one text.

Set what it knows in `providers` (by CAQH number), and what goes wrong in `fault`.
"""

import json
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ORGANIZATION, USER, PASSWORD = "1234", "roster-user", "roster-password"
CASINGS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": lambda key: "_".join(part.capitalize() for part in key.split("_")),
}


@dataclass
class Provider:
    """One provider as CAQH knows them."""

    npi: str = ""
    last_name: str = ""
    authorized: bool = True
    status: str = "Re-Attestation"
    status_date: str = "20260220"
    exceptions: str = ""


@dataclass
class Caqh:
    """What the server knows, what was asked of it, and what it does wrong."""

    url: str = ""
    providers: dict[str, Provider] = field(default_factory=dict)
    roster: set[str] = field(default_factory=set)
    batches: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    looks_until_ready: int = 1
    casing: str = "lower"
    wrapped: bool = False  # the JSON in a JSON string, as one of its servers does
    fault: str = ""  # "html", "slow", "hangup", "redirect", or a status code
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    looks: dict[str, int] = field(default_factory=dict)

    def add(self, number: str, **facts: Any) -> Provider:
        self.providers[number] = Provider(**facts)
        return self.providers[number]

    def requests(self, path: str) -> list[Any]:
        """What was asked at addresses that end so: the query of a GET, the body of a POST."""
        return [body or query for _, asked, query, body in self.asked if asked.lower().endswith(path.lower())]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        asked = {key.lower(): value for key, value in query.items()}
        place = path.lower()
        if method == "GET" and place == "/rosterapi/api/providerstatus":
            return self._status(asked)
        if method == "POST" and place == "/rosterapi/api/roster" and asked.get("product") == "PV":
            return self._add(body)
        if method == "GET" and place == "/rosterapi/api/roster":
            return self._result(asked.get("batch_id", ""))
        if method == "POST" and place == "/proviewapi/api/deroster":
            self.roster -= {row["caqh_provider_id"] for row in body}
            return self._batch([])
        return 404, {"Message": "No such endpoint"}

    def _status(self, asked: dict[str, str]) -> tuple[int, Any]:
        if asked.get("product") != "PV" or asked.get("organization_id") != ORGANIZATION:
            return 400, {"Message": "Product and Organization_Id are required"}
        number = asked.get("caqh_provider_id", "")
        if not number:
            number = next((n for n, p in self.providers.items() if p.npi == asked.get("npi_provider_id")), "")
        known = self.providers.get(number)
        if known is None:
            return 200, {
                "organization_id": ORGANIZATION,
                "caqh_provider_id": number,
                "provider_found_flag": "N",
            }
        answer = {
            "organization_id": int(ORGANIZATION),
            "caqh_provider_id": int(number),
            "po_provider_id": "",
            "roster_status": "ACTIVE" if number in self.roster else "NOT ON ROSTER",
            "provider_status": known.status,
            "provider_status_date": known.status_date,
            "provider_practice_state": "AR",
            "provider_found_flag": "Y",
        }
        if number in self.roster:
            answer["authorization_flag"] = "Y" if known.authorized else "N"
        return 200, answer

    def _add(self, body: Any) -> tuple[int, Any]:
        if not isinstance(body, list):
            return 400, {"Message": "An array is required"}
        rows = []
        for row in body:
            number = row["caqh_provider_id"]
            known = self.providers.get(number)
            exceptions = known.exceptions if known else "Provider not found"
            if known and number in self.roster:
                exceptions = "Provider already on roster"
            if known and (not exceptions or exceptions.startswith("Warning")):
                self.roster.add(number)
            rows.append({
                "provider_last_name": known.last_name if known else "", "provider_npi": known.npi if known else "",
                "address_city": "", "caqh_provider_id": number, "po_provider_id": row["po_provider_id"],
                "organization_id": row["organization_id"], "exception_description": exceptions or None,
            })  # fmt: skip
        return self._batch(rows)

    def _batch(self, rows: list[dict[str, Any]]) -> tuple[int, Any]:
        batch_id = f"batch-{len(self.batches) + 1}"
        self.batches[batch_id] = rows
        return 200, {"batch_id": batch_id}

    def _result(self, batch_id: str) -> tuple[int, Any]:
        if batch_id not in self.batches:
            return 400, {"Message": "No such batch"}
        self.looks[batch_id] = self.looks.get(batch_id, 0) + 1
        if self.looks[batch_id] < self.looks_until_ready:
            return 200, {"batch_status": "Processing", "batch_time": "", "roster_result": None}
        return 200, {
            "batch_status": "Complete",
            "batch_time": "20260302",
            "roster_result": self.batches[batch_id],
        }


def _recased(value: Any, casing: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {casing(key): _recased(item, casing) for key, item in value.items()}
    return [_recased(item, casing) for item in value] if isinstance(value, list) else value


def _handler(caqh: Caqh) -> type[BaseHTTPRequestHandler]:
    allowed = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._serve("GET", None)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._serve("POST", json.loads(self.rfile.read(length) or "null"))

        def _serve(self, method: str, body: Any) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            caqh.asked.append((method, parts.path, query, body))
            if caqh.fault == "slow":
                time.sleep(0.4)
            if caqh.fault == "hangup":
                self.close_connection = True
                return
            if self.headers.get("Authorization") != allowed:
                self._send(401, b'{"Message":"Unauthorized"}', "application/json")
            elif caqh.fault == "redirect":
                self._send(302, b"", "text/html")
            elif caqh.fault == "html":
                self._send(200, b"<html><body>Down for maintenance</body></html>", "text/html")
            elif caqh.fault.isdigit():
                self._send(int(caqh.fault), b'{"Message":"Something is wrong"}', "application/json")
            else:
                status, answer = caqh.answer(method, parts.path, query, body)
                text = json.dumps(_recased(answer, CASINGS[caqh.casing]))
                self._send(status, (json.dumps(text) if caqh.wrapped else text).encode(), "application/json")

        def _send(self, status: int, data: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if status == 302:
                self.send_header("Location", f"{caqh.url}/elsewhere")
            self.end_headers()
            self.wfile.write(data)

    return Handler


@contextmanager
def caqh_server() -> Iterator[Caqh]:
    """A running server, gone at the end."""
    caqh = Caqh()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(caqh))
    server.daemon_threads = True
    caqh.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield caqh
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
