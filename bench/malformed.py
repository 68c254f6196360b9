"""Malformed uploads without end: mutations of a seed corpus, files that are two things at once, bombs, odd names.

The same number always makes the same upload.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from PIL import Image

from tests.support import files

SEED = 20_261


class Upload(NamedTuple):
    """What a stranger sends: a name, the bytes, and what kind of trouble it is."""

    name: str
    data: bytes
    trouble: str


NAMES = (
    "license.pdf", "../../../../etc/cron.d/onboarding", "..\\..\\Windows\\System32\\drivers\\etc\\hosts",
    "/etc/passwd", "C:\\con.pdf", "a\0b.pdf", "\0", "gnp\u202efdp.exe", "\u202e\u2066\u200f.pdf", "CON", "LPT1.pdf",
    "nul.tar.pdf", "AUX.", "x" * 4096, "é" * 4096 + ".pdf", "", ".", "..", "...", " ", "~/.ssh/authorized_keys", "%2e%2e%2fetc",
    "$(touch owned).pdf", "`id`.png", "; rm -rf .pdf", "<script>alert(1)</script>.pdf", "a\r\nSet-Cookie: x=1.pdf",
    "file:///etc/passwd", "\\\\server\\share\\x.pdf", "x.pdf\0.exe", "\ud800.pdf", "\ufeff.pdf", "name.TIFF", "-rf", "|cat",
)  # fmt: skip


def malformed(number: int) -> Upload:
    """The upload of this number."""
    chance = random.Random(SEED * 1_000_003 + number)
    trouble, make = _TROUBLES[number % len(_TROUBLES)]
    name = (
        chance.choice(NAMES)
        if chance.random() < 0.8
        else "".join(chr(chance.randrange(0xD7FF)) for _ in range(9))
    )
    return Upload(name, make(chance), trouble)


@cache
def corpus() -> tuple[bytes, ...]:
    """The seeds: what is taken, and what is refused for a reason."""
    return (
        files.pdf_bytes(pages=2), files.linked_pdf_bytes(), files.javascript_pdf_bytes(), files.attachment_pdf_bytes(),
        files.locked_pdf_bytes(), files.restricted_pdf_bytes(), files.jpeg_bytes(220, 220), files.png_bytes(220, 220),
        files.tiff_bytes(220, 220), files.tiff_bytes(220, 220, pages=3),
    )  # fmt: skip


@cache
def bombs() -> tuple[bytes, ...]:
    """Little files that want much: pixels, pages, unpacked bytes, depth."""
    wide = bytearray(files.png_bytes(220, 220))
    wide[16:24] = struct.pack(">II", 60_000, 60_000)
    wide[29:33] = struct.pack(">I", zlib.crc32(bytes(wide[12:29])))
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 50_000 + b"\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF"
    circle = files.pdf_bytes().replace(b"/Count 1", b"/Count 999999")
    many = files.tiff_bytes(8, 8, pages=300)
    return (files.png_bomb_bytes(12_000), files.unpacking_pdf_bytes(120), bytes(wide), deep, circle, many)


def mutate(seed: bytes, chance: random.Random) -> bytes:
    """The seed with some of its bytes changed, lost, doubled or moved."""
    data = bytearray(seed)
    for _ in range(chance.choice((1, 3, 10, 50))):
        if len(data) < 64:
            break
        at = chance.randrange(len(data) - 16)
        match chance.randrange(6):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff"))
            case 2:
                del data[at : at + chance.randrange(1, 12)]
            case 3:
                data[at:at] = data[: chance.randrange(1, 90)]
            case 4:
                other = chance.randrange(len(data) - 16)
                data[at : at + 16] = data[other : other + 16]
            case _:
                data[at : at + 4] = struct.pack(">I", chance.getrandbits(32))
    return bytes(data)


def _mutated(chance: random.Random) -> bytes:
    return mutate(chance.choice(corpus()), chance)


def _cut(chance: random.Random) -> bytes:
    seed = chance.choice(corpus())
    end = chance.choice((b"", seed[-20:]))
    return seed[: chance.randrange(len(seed))] + end


def _spliced(chance: random.Random) -> bytes:
    one, other = chance.choice(corpus()), chance.choice(corpus())
    return one[: chance.randrange(len(one))] + other[chance.randrange(len(other)) :]


def _polyglot(chance: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as folder:
        folder.writestr("../../evil.html", "<script>alert(1)</script>")
    others = (b"<html><script>alert(1)</script>", b"<svg onload=alert(1)>", b"<?php system('id'); ?>", b"GIF89a",
              b"MZ\x90\0", b"\x7fELF", b"#!/bin/sh\n", packed.getvalue(), *corpus())  # fmt: skip
    seed, other = chance.choice(corpus()), chance.choice(others)
    at = chance.randrange(len(seed))
    return chance.choice(
        (seed + other, other + seed, seed[:at] + other + seed[at:], other + seed + seed[-30:])
    )


def _bomb(chance: random.Random) -> bytes:
    seed = chance.choice(bombs())
    return seed if chance.random() < 0.5 else mutate(seed, chance)


def _tags(chance: random.Random) -> bytes:
    """A TIFF whose directory says anything."""
    data = bytearray(files.tiff_bytes(220, 220))
    start = struct.unpack("<I", data[4:8])[0]
    for _ in range(chance.randrange(1, 5)):
        at = start + 2 + 12 * chance.randrange(8)
        data[at : at + 12] = (
            chance.randbytes(12) if chance.random() < 0.5 else data[at : at + 4] + chance.randbytes(8)
        )
    return bytes(data)


def _noise(chance: random.Random) -> bytes:
    starts = (b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"")
    return (
        chance.choice(starts)
        + chance.randbytes(chance.choice((0, 1, 60, 3000)))
        + chance.choice((b"%%EOF", b"\xff\xd9", b""))
    )


def _whole(chance: random.Random) -> bytes:
    """A good file: the trouble is its name."""
    side = chance.randrange(200, 260)
    image = Image.new("L", (side, side), chance.randrange(256))
    out = io.BytesIO()
    image.save(out, chance.choice(("PNG", "JPEG", "TIFF", "PDF")))
    return out.getvalue()


_TROUBLES: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    ("mutated", _mutated), ("mutated", _mutated), ("cut short", _cut), ("spliced", _spliced), ("polyglot", _polyglot),
    ("bomb", _bomb), ("mutated", _mutated), ("tags", _tags), ("noise", _noise), ("odd name", _whole),
)  # fmt: skip
