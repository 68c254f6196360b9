"""What every importer needs to know of a file before it reads a row: that it is text, in which encoding, its hash."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from onboarding.errors import BadFile

MAX_MEGABYTES = 500
_CHUNK = 1 << 20


@dataclass(frozen=True)
class RowError:
    """A row that cannot be taken: the line of the file (the header is line 1) and what is wrong with it."""

    line: int
    problem: str


@dataclass(frozen=True)
class FileFacts:
    """A text file as it lies on disk."""

    sha256: str
    size: int
    encoding: str


def read_facts(path: Path, advice: str) -> FileFacts:
    """Read the bytes once, a megabyte at a time. UTF-8 when every byte is, else Windows-1252; nothing else is guessed.

    Raises BadFile when there is no such file, it is empty, too big, or not text.
    """
    digest, size = hashlib.sha256(), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding = "utf-8-sig"
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                _must_be_text(chunk, size, advice)
                encoding = _still(encoding, decoder, chunk)
    except OSError as error:
        raise BadFile(f"The file cannot be read: {error.strerror}. {advice}") from error
    if not size:
        raise BadFile(f"The file is empty. {advice}")
    return FileFacts(digest.hexdigest(), size, _still(encoding, decoder, b"", last=True))


def _must_be_text(chunk: bytes, size: int, advice: str) -> None:
    if b"\0" in chunk:
        raise BadFile(
            f"This is not a CSV text file: it may be a workbook, an archive or UTF-16 text. {advice}"
        )
    if size > MAX_MEGABYTES << 20:
        raise BadFile(f"The file is larger than {MAX_MEGABYTES} MB. {advice}")


def _still(encoding: str, decoder: codecs.IncrementalDecoder, chunk: bytes, *, last: bool = False) -> str:
    if encoding == "utf-8-sig":
        try:
            decoder.decode(chunk, last)
        except UnicodeDecodeError:
            return "cp1252"
    return encoding
