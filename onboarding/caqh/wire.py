"""One exchange with CAQH over HTTP: JSON there, JSON back, or NotAnswered. No redirect is followed, nothing retried."""

import http.client
import json
import ssl
import time
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode, urlsplit

LARGEST = 4_000_000
_CHUNK = 65_536
_SAYS = {
    401: "CAQH does not accept our user and password (401).",
    403: "CAQH does not let our user do this (403).",
    429: "CAQH asks us to slow down (429).",
}


class NotAnswered(Exception):
    """CAQH could not be asked, or its answer cannot be understood: nothing is known. The message is fit for staff.

    With `whole` the service as a whole is out of reach, and there is no use in asking about the next provider.
    """

    def __init__(self, message: str, *, whole: bool = True):
        super().__init__(message)
        self.message = message
        self.whole = whole


class Wire:
    """Speaks HTTP Basic to one server, each exchange within `seconds` from connect to last byte."""

    def __init__(self, url: str, user: str, password: str, seconds: float = 20.0):
        self._parts = urlsplit(url.rstrip("/"))
        self._seconds = seconds
        credentials = b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json"}

    def exchange(self, method: str, path: str, query: dict[str, str], body: Any = None) -> Any:
        """What CAQH answers, its keys in lower case. Raises NotAnswered for anything but JSON with a good status."""
        connection = self._connect()
        try:
            status, data = self._exchange(connection, method, f"{path}?{urlencode(query)}", body)
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswered("CAQH could not be reached. Nothing was checked; ask again later.") from error
        finally:
            connection.close()
        if status != 200:
            says = _SAYS.get(status, f"CAQH answered with an error ({status}).")
            raise NotAnswered(says, whole=status in _SAYS or status < 400 or status >= 500)
        try:
            return _lowered(_decoded(data))
        except (ValueError, RecursionError) as error:
            raise NotAnswered("CAQH answered with a page instead of data.") from error

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname, self._parts.port
        if self._parts.scheme not in ("http", "https") or not host:
            raise NotAnswered("ONBOARDING_CAQH_URL is not an address CAQH can be reached at.")
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(
                host, port, timeout=self._seconds, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(host, port, timeout=self._seconds)

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, target: str, body: Any
    ) -> tuple[int, bytes]:
        until = time.monotonic() + self._seconds
        headers, data = dict(self._headers), None
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        connection.request(method, self._parts.path + target, data, headers)
        response = connection.getresponse()
        read = bytearray()
        while chunk := response.read1(_CHUNK):
            read += chunk
            if len(read) > LARGEST:
                raise http.client.HTTPException("longer than any answer")
            if time.monotonic() > until:
                raise TimeoutError
        return response.status, bytes(read)


def _decoded(data: bytes) -> Any:
    """The JSON; some servers wrap it in a JSON string once more."""
    found = json.loads(data)
    return json.loads(found) if isinstance(found, str) else found


def _lowered(value: Any) -> Any:
    """The same with every key in lower case: servers differ in how they write them."""
    if isinstance(value, dict):
        return {str(key).lower(): _lowered(item) for key, item in value.items()}
    return [_lowered(item) for item in value] if isinstance(value, list) else value
