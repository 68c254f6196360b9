"""Look inside one stranger's file, alone and on a short lead.

A program of the sandbox with the arguments FORMAT MAX_PAGES MAX_PIXELS.
"""

import io
import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

# pikepdf and Pillow are imported where they are used: only one is needed, and loading it is most of the run time.

SMALLEST_SIDE = 200  # pixels; of the longer side
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF"})
ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData"})
SUSPECT = re.compile(rb"/(?:JS|JavaScript|EmbeddedFiles?|EF|Launch|ImportData|OpenAction|AA)\b")


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


def load(arguments: list[str]) -> None:
    """The library of one format; without arguments, those of all."""
    if not arguments or arguments[0] == "PDF":
        import pikepdf  # noqa: F401
    if not arguments or arguments[0] != "PDF":
        from PIL import Image

        Image.preinit() if arguments else Image.init()


def answer(data: bytes, arguments: list[str]) -> bytes:
    """A line of JSON: the facts, or the refusal as a code, which the parent puts into words."""
    file_format, max_pages, max_pixels = arguments[0], int(arguments[1]), int(arguments[2])
    found: dict[str, Any]
    try:
        found = dict(inspect(data, file_format, max_pages, max_pixels))
    except Refused as refused:
        found = {"refused": refused.code, "found": refused.found, "limit": refused.limit}
    return json.dumps(found).encode() + b"\n"
