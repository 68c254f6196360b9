"""The uploader's name for a file, made harmless: shown to people, never used to find the file."""

import re
import unicodedata
from collections.abc import Sequence

from onboarding.policy.identifiers import hide_ssn

LONGEST_NAME = 120
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?=\s*(?:\.|$))", re.IGNORECASE
)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*/\\]')
_OURS = {"pdf", "jpg", "jpeg", "jpe", "jfif", "png", "tif", "tiff"}


def safe_name(file_name: str, extensions: Sequence[str]) -> str:
    """Return a file name fit to show and to offer for download, ending in one of the extensions given (no dot).

    Path parts, control and bidirectional characters are gone, Windows' device names and forbidden characters
    defused, the digits of a social security number hidden. 1 to 120 characters, never empty; a name that is already safe comes back as it is. Raises nothing.
    """
    name = re.split(r"[/\\]", file_name)[-1]
    name = "".join(
        " " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    name = _defused(hide_ssn(_defused(name), bare=True)).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or extension.lower() not in _OURS:
        stem, extension = name, extensions[0]
    elif extension.lower() not in extensions:
        extension = extensions[0]
    stem = stem.strip(". ") or "document"
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip('. ')}.{extension}"


def _defused(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", " ".join(name.split()))
