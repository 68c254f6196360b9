"""What a file is by its first bytes: the kinds we take, and the kinds we know well enough to name."""

import re
from typing import NamedTuple

from onboarding.errors import BadFile


class Kind(NamedTuple):
    """A kind of file we take. The first of `extensions` is the one it is stored with."""

    media_type: str
    extensions: tuple[str, ...]
    child_format: str
    starts: bytes
    ends: bytes


class Other(NamedTuple):
    """A kind of file we do not take: how it starts at which byte, its name, and what the uploader can do."""

    at: int
    starts: bytes
    name: str
    way_out: str


PDF = Kind("application/pdf", ("pdf",), "PDF", b"%PDF-", b"%%EOF")
JPEG = Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "JPEG", b"\xff\xd8\xff", b"\xff\xd9")
PNG = Kind("image/png", ("png",), "PNG", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")
# A TIFF begins in one of two byte orders, and has no end of its own.
TIFF, TIFF_BIG_ENDIAN = (
    Kind("image/tiff", ("tif", "tiff"), "TIFF", start, b"") for start in (b"II*\0", b"MM\0*")
)
KINDS = (PDF, JPEG, PNG, TIFF, TIFF_BIG_ENDIAN)

_SAVE = "Open it, save or print it as a PDF and upload the PDF."
_PICTURE = "Save it as a JPEG or a PDF and upload that."
_IPHONE = "On an iPhone choose Settings, Camera, Formats, Most Compatible and take it again; or save it as a JPEG or PDF."
_UNPACK = "Take the documents out and upload each one as a PDF, JPEG, PNG or TIFF."
_SCAN = "Upload a PDF, or a JPEG or PNG picture, of the document."

OTHERS = (
    Other(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Word, Excel or Outlook file", _SAVE),
    Other(0, b"{\\rtf", "a rich text document", _SAVE),
    Other(0, b"%!PS", "a PostScript document", _SAVE),
    Other(4, b"ftypheic", "a HEIC photo from an iPhone", _IPHONE),
    Other(4, b"ftypheix", "a HEIC photo from an iPhone", _IPHONE),
    Other(4, b"ftypmif1", "a HEIC photo from an iPhone", _IPHONE),
    Other(4, b"ftypavif", "an AVIF picture", _PICTURE),
    Other(4, b"ftyp", "a video", _SCAN),
    Other(0, b"GIF8", "a GIF picture", _PICTURE),
    Other(0, b"BM", "a BMP picture", _PICTURE),
    Other(8, b"WEBP", "a WebP picture", _PICTURE),
    Other(0, b"Rar!", "a compressed folder", _UNPACK),
    Other(0, b"7z\xbc\xaf\x27\x1c", "a compressed folder", _UNPACK),
    Other(0, b"\x1f\x8b", "a compressed file", _UNPACK),
    Other(0, b"MZ", "a Windows program", _SCAN),
    Other(0, b"\x7fELF", "a program", _SCAN),
    Other(0, b"\xcf\xfa\xed\xfe", "a program", _SCAN),
    Other(0, b"\xca\xfe\xba\xbe", "a program", _SCAN),
    Other(0, b"#!", "a script", _SCAN),
)

# What a ZIP holds tells what it is. Looked for in this order.
PACKED = (
    (b"word/", "a Word document", _SAVE),
    (b"xl/", "an Excel workbook", _SAVE),
    (b"ppt/", "a PowerPoint presentation", _SAVE),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", _SAVE),
    (b"", "a compressed folder (ZIP)", _UNPACK),
)

_BLANK = b"\xef\xbb\xbf\0\t\n\f\r "  # a byte order mark or white space, as some programs write before a PDF
_EDGE = 2048  # bytes; browsers read less to guess a type, and PDF readers to find the end
_MARKUP = re.compile(rb"<(?:!doctype|html|script|iframe|svg|\?php)[\s>/]", re.IGNORECASE)
_ZIP_DIRECTORY, _ZIP_TAIL = b"PK\x05\x06", 22 + 65_535

_MIXED = (
    "This file has something else, such as a web page or a compressed folder, inside it. "
    "Print it to a new PDF, or scan it again, and upload that copy."
)


def kind_of(data: bytes) -> Kind:
    """Return the kind of the file. Raises BadFile, with the name of what it seems to be, for one we do not take."""
    head = data[:_EDGE].lstrip(_BLANK)
    for kind in KINDS:
        if (head if kind is PDF else data).startswith(kind.starts):
            return kind
    if PDF.starts in data[:_EDGE]:
        raise BadFile(_MIXED)
    name, way_out = _other(data, head)
    seems = f"seems to be {name}" if name else "is of a kind we do not know"
    raise BadFile(f"This file {seems}. We take PDF, JPEG, PNG and TIFF files. {way_out}")


def refuse_mixed(data: bytes, kind: Kind) -> None:
    """Raise BadFile if the file is also something else to a browser or an unpacker, or if its end is missing."""
    start = len(data.rstrip(_BLANK)) - _EDGE if kind is PDF else 0
    end = data.rfind(kind.ends, max(0, start))
    if end < 0:
        raise BadFile(
            "This file is not complete: its end is missing. Open it on your computer; if it looks right, "
            "print it to a new PDF, or scan it again, and upload that copy."
        )
    edges = (data[:_EDGE], data[min(end, len(data) - _EDGE) if len(data) > _EDGE else 0 :])
    if any(_MARKUP.search(edge) for edge in edges) or _ZIP_DIRECTORY in data[-_ZIP_TAIL:]:
        raise BadFile(_MIXED)


def _other(data: bytes, head: bytes) -> tuple[str, str]:
    if data.startswith(b"PK\x03\x04"):
        return next((name, way_out) for mark, name, way_out in PACKED if mark in data)
    for other in OTHERS:
        if data.startswith(other.starts, other.at):
            return other.name, other.way_out
    if _MARKUP.match(head) or head.startswith(b"<?xml"):
        return "a web page", _SAVE
    if b"\0" not in data[:_EDGE] and head.isascii():
        return "plain text", _SAVE
    return "", _SCAN
