"""Looking into a file that came in: the copy that is safe to open, pictures of its pages, and its words.

All of it is made in a child process. What the child answers is not trusted further than its shape: a picture has to
begin as a JPEG, the copy as what it says it is.
"""

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from onboarding.filecheck.kinds import JPEG, KINDS, PDF, PNG
from onboarding.policy.vocabulary import ReadBy
from onboarding.sandbox import Limits, run_command, run_program

logger = logging.getLogger(__name__)

_COPIES = Path(__file__).with_name("copies.py")
_LONGEST_ANSWER = 120 * 2**20
_LONGEST_TEXT = 20_000
_FORMATS = {kind.media_type: kind.child_format for kind in KINDS}
_COPY_STARTS = {kind.media_type: kind.starts for kind in (PDF, JPEG, PNG)}


class Picture(NamedTuple):
    """One page as a JPEG."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Look:
    """What one look gave. `copy` is empty where none could be made; `words` is what was read, by `read_by`."""

    copy: bytes
    media_type: str
    pictures: tuple[Picture, ...]
    words: str
    read_by: ReadBy


NOTHING = Look(b"", "", (), "", ReadBy.NOTHING)


def look_into(
    data: bytes,
    media_type: str,
    *,
    max_pages: int = 200,
    max_pixels: int = 40_000_000,
    seconds: int = 60,
    memory_mb: int = 1024,
) -> Look:
    """Look into a file that `check_upload` has taken. Raises nothing: what cannot be looked into gives NOTHING."""
    arguments = (_FORMATS[media_type], str(max_pages), str(max_pixels))
    try:
        said = run_program(_COPIES, arguments, data, Limits(seconds, memory_mb), _LONGEST_ANSWER)
        line, _, parts = said.partition(b"\n")
        found = _read(json.loads(line), parts)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        logger.warning("a file could not be looked into: %s", type(error).__name__)
        return NOTHING
    if found is None:
        logger.warning("the child that looks into files ended saying %.80r", line)
        return NOTHING
    if found.words.strip():
        return found
    words, read_by = read_pictures(found.pictures)
    return Look(found.copy, found.media_type, found.pictures, words, read_by)


def _read(facts: dict[str, Any], parts: bytes) -> Look | None:
    if "failed" in facts:
        return None
    media_type, size = str(facts["media_type"]), int(facts["copy"])
    copy, rest = parts[:size], parts[size:]
    pictures = []
    for length, width, height in facts["pictures"]:
        picture, rest = rest[: int(length)], rest[int(length) :]
        if not picture.startswith(JPEG.starts):
            raise ValueError("not a JPEG")
        pictures.append(Picture(picture, int(width), int(height)))
    if len(copy) != size or rest or not copy.startswith(_COPY_STARTS[media_type]):
        raise ValueError("not the parts that were announced")
    words = str(facts["words"])[:_LONGEST_TEXT]
    return Look(copy, media_type, tuple(pictures), words, ReadBy.TEXT_LAYER)


def read_pictures(
    pictures: tuple[Picture, ...], *, seconds: int = 30, memory_mb: int = 1024
) -> tuple[str, ReadBy]:
    """Read the first two pages by tesseract, where it is installed; our own pictures are read, never the file itself."""
    program = shutil.which("tesseract")
    if program is None:
        return "", ReadBy.NO_OCR
    words = ""
    for picture in pictures[:2]:
        try:
            command = (program, "stdin", "stdout")
            said = run_command(command, picture.data, Limits(seconds, memory_mb), 4 * _LONGEST_TEXT)
        except OSError:
            continue
        words += said.decode("utf-8", "replace") + "\n"
    words = words[:_LONGEST_TEXT]
    return words, ReadBy.OCR if words.strip() else ReadBy.NOTHING
