"""Handing out stored files: only here, only whole, only as they were when they came in."""

import hashlib
import io

from flask import Response, current_app, send_file

from onboarding.errors import NotFound, OnboardingError
from onboarding.storage import Store
from onboarding.web.log import log


class ChangedOnDisk(OnboardingError):
    """The stored bytes are not those whose hash was kept: nobody gets them."""

    status_code = 500

    def __init__(self) -> None:
        super().__init__(
            "This file was changed on disk after it was stored, so it is not handed out. Tell the operator."
        )


def read_kept(key: str, sha256: str) -> bytes:
    """The stored bytes. Raises NotFound where they are gone, ChangedOnDisk where they are others."""
    try:
        data = Store(current_app.extensions["settings"].storage).read(key)
    except FileNotFoundError:
        log.error("stored file is gone", key=key)
        raise NotFound("This file is no longer stored. Tell the operator.") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        log.error("stored file was changed", key=key)
        raise ChangedOnDisk
    return data


def hand_out(key: str, sha256: str, media_type: str, name: str) -> Response:
    """The bytes as a download: never shown inside our own pages, never guessed at, never kept by a cache."""
    data = read_kept(key, sha256)
    name = "".join(character if character.isprintable() else "_" for character in name)
    response = send_file(
        io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
