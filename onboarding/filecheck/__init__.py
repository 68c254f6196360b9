"""Decide whether a stranger's file may come in: what it is, by its bytes; then a closer look in a child process."""

import hashlib
import json
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onboarding.errors import BadFile
from onboarding.filecheck.kinds import KINDS, kind_of, refuse_mixed
from onboarding.filecheck.names import safe_name
from onboarding.sandbox import Forks, Limits

__all__ = ["EXTENSIONS", "FileFacts", "check_upload", "safe_name"]

EXTENSIONS = {kind.media_type: kind.extensions for kind in KINDS}

logger = logging.getLogger(__name__)

_CHILD = Path(__file__).with_name("child.py")
children = Forks(_CHILD)
_NOT_SAFELY = (
    "We could not read this file safely. Print it to a new PDF, or scan it again, and upload that copy."
)

_REFUSALS = {
    "locked": "This PDF is locked with a password. Save a copy without the password and upload that copy.",
    "damaged": (
        "This file is damaged or not complete, and we cannot read it. Open it on your computer; if it looks right, "
        "print it to a new PDF, or scan it again, and upload that copy."
    ),
    "no_pages": "This PDF has no pages. Check that it is the right file and upload it again.",
    "too_many_pages": (
        "This file has {found:,} pages. The limit is {limit:,}. Upload only the pages we ask for, or split it."
    ),
    "active": (
        "This PDF contains active content, such as a script or an attached file. "
        "Print it to PDF and upload the printed copy."
    ),
    "too_many_pixels": (
        "This picture has more than {limit:,} pixels, our limit. Scan or photograph it at a lower resolution."
    ),
    "too_small": (
        "This picture is too small to read: its longer side is {found:,} pixels, and we need at least {limit:,}. "
        "Scan or photograph the document again and upload that."
    ),
}


@dataclass(frozen=True)
class FileFacts:
    """What an accepted file is.

    `extension` has no dot and follows the content, as does the end of `safe_name`. `width` and `height` are the
    pixels of an image (of its first page), None for a PDF. `size` is in bytes, `sha256` in hexadecimal.
    """

    media_type: str
    extension: str
    pages: int
    width: int | None
    height: int | None
    safe_name: str
    sha256: str
    size: int


def check_upload(
    data: bytes,
    file_name: str,
    *,
    max_bytes: int,
    max_pages: int = 200,
    max_pixels: int = 40_000_000,
    seconds: int = 20,
    memory_mb: int = 1024,
) -> FileFacts:
    """Look at an uploaded file and return what it is, or refuse it with a reason the uploader can act on.

    PDF, JPEG, PNG and TIFF are taken; the bytes decide which, never the name. The file is parsed in a child process that
    may use `seconds` and `memory_mb` (MiB). Raises BadFile, and nothing else for any bytes and any name.
    """
    if not data:
        raise BadFile("This file is empty. Check that it opens on your computer and upload it again.")
    if len(data) > max_bytes:
        raise BadFile(
            f"This file is {_megabytes(len(data))} MB. The limit is {_megabytes(max_bytes)} MB. "
            "Scan it at a lower resolution or split it into smaller files."
        )
    kind = kind_of(data)
    refuse_mixed(data, kind)
    answer = _ask_child(data, kind.child_format, max_pages, max_pixels, seconds, memory_mb)
    return FileFacts(
        media_type=kind.media_type,
        extension=kind.extensions[0],
        pages=answer["pages"],
        width=answer["width"],
        height=answer["height"],
        safe_name=safe_name(file_name, kind.extensions),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def _ask_child(
    data: bytes, child_format: str, max_pages: int, max_pixels: int, seconds: int, memory_mb: int
) -> dict[str, Any]:
    """Have the child look, and trust only the shape of what it says."""
    arguments = (child_format, str(max_pages), str(max_pixels))
    try:
        said = children.run(arguments, data, Limits(seconds, memory_mb))
    except OSError:
        logger.exception("the file check's child could not be started")
        raise BadFile("We could not check this file just now. Upload it again in a few minutes.") from None
    try:
        answer = json.loads(said)
        if "refused" in answer:
            raise BadFile(
                _REFUSALS[answer["refused"]].format_map({k: int(answer[k]) for k in ("found", "limit")})
            )
        return {
            "pages": int(answer["pages"]),
            "width": None if answer["width"] is None else int(answer["width"]),
            "height": None if answer["height"] is None else int(answer["height"]),
        }
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        logger.warning("the file check's child ended saying %.80r", said)
        raise BadFile(_NOT_SAFELY) from None


def _megabytes(size: int) -> str:
    """Bytes as megabytes with at most one decimal, rounded up so that a file over the limit never looks equal."""
    return f"{math.ceil(size * 10 / 2**20) / 10:g}"
