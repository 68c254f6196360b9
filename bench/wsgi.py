"""What the measured server serves: /empty from the bare app, everything else from the program itself."""

from collections.abc import Iterable
from typing import Any

from bench import empty
from wsgi import app as program


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/empty":
        return empty.app(environ, start_response)
    return program(environ, start_response)
