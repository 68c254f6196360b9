"""Look inside one stranger's file, alone and on a short lead.

Run by its path, `python -I -B child.py FORMAT MAX_PAGES MAX_PIXELS SECONDS MEMORY_MB`, so that nothing else of the
program is loaded. The file comes on standard input; one line of JSON goes out: the facts, a refusal, or a failure.
Refusals are codes, which the parent puts into words.
"""

import ctypes
import io
import json
import os
import re
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

# pikepdf and Pillow are imported where they are used: only one is needed, and loading it is most of the run time.

SMALLEST_SIDE = 200  # pixels; of the longer side
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF"})
ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData"})
SUSPECT = re.compile(rb"/(?:JS|JavaScript|EmbeddedFiles?|EF|Launch|ImportData|OpenAction|AA)\b")

CLONE_NEWUSER, CLONE_NEWNET, PR_SET_NO_NEW_PRIVS = 0x10000000, 0x40000000, 38


class Refused(Exception):
    """The file is not acceptable: a code, with what was found and what the limit is where a number says it."""

    def __init__(self, code: str, found: int = 0, limit: int = 0) -> None:
        super().__init__(code)
        self.code, self.found, self.limit = code, found, limit


def inspect(data: bytes, file_format: str, max_pages: int, max_pixels: int) -> dict[str, int | None]:
    """Read the whole file and return its pages, width and height.

    Raises Refused, or MemoryError when the memory allowed does not suffice.
    """
    try:
        if file_format == "PDF":
            return _inspect_pdf(data, max_pages)
        return _inspect_image(data, file_format, max_pages, max_pixels)
    except (Refused, MemoryError):
        raise
    except Exception:  # whatever a parser trips over in a stranger's bytes, to us the file is damaged
        raise Refused("damaged") from None


def _inspect_pdf(data: bytes, max_pages: int) -> dict[str, int | None]:
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        raise Refused("locked") from None
    except pikepdf.PdfError:
        raise Refused("locked" if b"/Encrypt" in data else "damaged") from None
    with pdf:
        pages = len(pdf.pages)
        if pages == 0:
            raise Refused("no_pages")
        if pages > max_pages:
            raise Refused("too_many_pages", pages, max_pages)
        if any(_holds_active_content(item) for item in pdf.objects):
            raise Refused("active")
        for page in pdf.pages:
            contents: Any = page.obj.get("/Contents")
            for part in contents if isinstance(contents, pikepdf.Array) else [contents]:
                if isinstance(part, pikepdf.Stream):
                    part.read_bytes()  # a page that cannot be unpacked would be shown blank
    return {"pages": pages, "width": None, "height": None}


def _holds_active_content(item: Any) -> bool:
    """Whether this numbered object, which any page or none may use, holds something active.

    Its text tells at once that almost none does; walking them all takes 13 s where there are 200,000.
    """
    import pikepdf

    text = (item.stream_dict if isinstance(item, pikepdf.Stream) else item).unparse(resolved=True)
    if not SUSPECT.search(text):
        return False
    if isinstance(item, pikepdf.Name):
        return True  # "/S 12 0 R": nobody numbers a name but to hide it
    return any(_is_active(dictionary) for dictionary in _dictionaries(item))


def _dictionaries(item: Any) -> Iterator[Any]:
    """The dictionaries of one numbered object, itself and those nested in it."""
    import pikepdf

    waiting = [item]
    while waiting:
        value = waiting.pop()
        if isinstance(value, pikepdf.Array):
            parts = list(value)
        elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            yield value
            parts = [part for _, part in value.items()]
        else:
            continue
        waiting += [part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect]


def _is_active(dictionary: Any) -> bool:
    """Whether this dictionary runs a script or a program, carries a file, or acts when the document is opened."""
    import pikepdf

    if not ACTIVE_KEYS.isdisjoint(dictionary.keys()) or dictionary.get("/Type") == "/EmbeddedFile":
        return True
    if any(dictionary.get("/S") == action for action in ACTIVE_ACTIONS):
        return True
    by_itself = [dictionary.get("/OpenAction")]
    if isinstance(triggers := dictionary.get("/AA"), pikepdf.Dictionary):
        by_itself += [action for _, action in triggers.items()]
    return any(
        isinstance(action, pikepdf.Dictionary) and (action.get("/S") != "/GoTo" or "/Next" in action)
        for action in by_itself
    )


def _inspect_image(data: bytes, file_format: str, max_pages: int, max_pixels: int) -> dict[str, int | None]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = max_pixels  # asked before any pixel is unpacked
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a TIFF's odd tags
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[file_format]) as image:
                pages = _count_pages(image, max_pages)
                width, height = image.size
                for page in range(pages):
                    if pages > 1:
                        image.seek(page)
                    _check_size(image.size, max_pixels)
                    image.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("too_many_pixels", limit=max_pixels) from None
    return {"pages": pages, "width": width, "height": height}


def _count_pages(image: Any, max_pages: int) -> int:
    """How many pages a TIFF has; any other picture is one page, whatever else is packed into it."""
    pages = int(image.n_frames) if image.format == "TIFF" else 1
    if pages > max_pages:
        raise Refused("too_many_pages", pages, max_pages)
    return pages


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    if max(size) < SMALLEST_SIDE:
        raise Refused("too_small", max(size), SMALLEST_SIDE)
    if size[0] * size[1] > max_pixels:
        raise Refused("too_many_pixels", limit=max_pixels)


def _load(file_format: str) -> None:
    if file_format == "PDF":
        import pikepdf  # noqa: F401
    else:
        from PIL import Image

        Image.preinit()


def _shut_in(seconds: int, memory_mb: int) -> None:
    """Give up the network, new privileges, and all but a little time, memory and files; what is refused is left."""
    libc = ctypes.CDLL(None)
    if sys.platform == "linux":
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(CLONE_NEWNET) != 0:
            libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    for limit, amount in (
        (resource.RLIMIT_AS, memory_mb * 2**20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (amount, amount))
        except (ValueError, OSError):
            continue


def main(arguments: list[str]) -> None:
    """Answer for the file on standard input, then leave at once."""
    file_format = arguments[0]
    max_pages, max_pixels, seconds, memory_mb = map(int, arguments[1:])
    answer: dict[str, Any]
    try:
        _load(file_format)  # our own code, while its files can still be read
        _shut_in(seconds, memory_mb)
        answer = dict(inspect(sys.stdin.buffer.read(), file_format, max_pages, max_pixels))
    except Refused as refused:
        answer = {"refused": refused.code, "found": refused.found, "limit": refused.limit}
    except BaseException as failure:
        answer = {"failed": type(failure).__name__}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
