"""Make of one stranger's file what the desk may look at: a copy without anything active, pictures of its pages, its words.

A program of the sandbox as child.py is, with the same arguments. A line of JSON goes out, then the bytes it announces, one part after the other: the copy, the pictures.
"""

import io
import json
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

PICTURES = 5  # of the first pages
LONGER_SIDE = 1400  # pixels of a picture
TEXT_PAGES, LONGEST_TEXT = 10, 20_000


def _beside(name: str) -> ModuleType:
    """A file of this folder, without the package around it."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


child = _beside("child")


def look(
    data: bytes, file_format: str, max_pages: int, max_pixels: int
) -> tuple[dict[str, Any], list[bytes]]:
    """What is to be known of the parts, and the parts: the copy where one could be made, then the pictures.

    Raises whatever a parser trips over: then there is nothing to look at but the original.
    """
    if file_format == "PDF":
        return _look_at_pdf(data)
    return _look_at_image(data, file_format, max_pages, max_pixels)


def _look_at_pdf(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    import pypdfium2

    copy = _clean_pdf(data)
    pictures, words = [], _typed_in(copy)[:LONGEST_TEXT]
    with pypdfium2.PdfDocument(copy) as pdf:
        for number in range(min(len(pdf), TEXT_PAGES)):
            page = pdf[number]
            if number < PICTURES:
                scale = LONGER_SIDE / max(1.0, *page.get_size())
                pictures.append(page.render(scale=min(scale, 4.0), may_draw_forms=False).to_pil())
            words = f"{words}\n{page.get_textpage().get_text_bounded()}"[:LONGEST_TEXT]
    return _parts("application/pdf", copy, pictures, words)


def _typed_in(copy: bytes) -> str:
    """What was typed into the fields of a PDF form, such as the fillable W-9, a line each: no page's text has it."""
    import pikepdf

    lines = []
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        for page in list(pdf.pages)[:TEXT_PAGES]:
            marks: Any = page.obj.get("/Annots", [])
            for mark in marks if isinstance(marks, pikepdf.Array) else []:
                value = mark.get("/V") if isinstance(mark, pikepdf.Dictionary) else None
                if isinstance(value, pikepdf.String):
                    lines.append(str(value)[:200])
    return "\n".join(lines)


def _clean_pdf(data: bytes) -> bytes:
    """The PDF without scripts, attachments, media and anything that leads out of it. Raises Refused if some is left."""
    import pikepdf
    from pikepdf import sanitize

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for remove in (
            sanitize.remove_javascript, sanitize.remove_attachments, sanitize.remove_external_access,
            sanitize.remove_multimedia, sanitize.remove_private_app_data, sanitize.remove_thumbnails,
            sanitize.remove_web_capture,
        ):  # fmt: skip
            remove(pdf)
        for key in ("/OpenAction", "/AA", "/Metadata"):
            if key in pdf.Root:
                del pdf.Root[key]
        form = pdf.Root.get("/AcroForm")
        if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
            del form["/XFA"]
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        pdf.save(out, encryption=False)
    with pikepdf.open(io.BytesIO(out.getvalue())) as pdf:
        if any(child._holds_active_content(item) for item in pdf.objects):
            raise child.Refused("active")
    return out.getvalue()


def _look_at_image(
    data: bytes, file_format: str, max_pages: int, max_pixels: int
) -> tuple[dict[str, Any], list[bytes]]:
    """A picture drawn anew: what stood beside its pixels, such as the place where it was taken, is left behind."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = max_pixels
    out = io.BytesIO()
    with Image.open(io.BytesIO(data), formats=[file_format]) as image:
        pages = child._count_pages(image, max_pages)
        drawn = _pages_of(image, pages)
        first = next(drawn)
        pictures = [_smaller(first)]
        if pages == 1:
            kind = "JPEG" if file_format == "JPEG" else "PNG"
            first.save(out, kind, quality=92)
            media_type = f"image/{kind.lower()}"
        else:
            rest = _noting(drawn, pictures)
            first.save(out, "PDF", save_all=True, append_images=rest, resolution=200)
            media_type = "application/pdf"
    return _parts(media_type, out.getvalue(), pictures, "")


def _pages_of(image: Any, pages: int) -> Iterator[Any]:
    """Each page upright, as plain color or gray, with nothing but its pixels."""
    from PIL import Image, ImageOps

    for page in range(pages):
        if pages > 1:
            image.seek(page)
        upright = ImageOps.exif_transpose(image)
        plain = upright.convert("L" if upright.mode in ("1", "L", "I;16") else "RGB")
        bare = Image.new(plain.mode, plain.size)
        bare.paste(plain)
        yield bare


def _noting(drawn: Iterator[Any], pictures: list[Any]) -> Iterator[Any]:
    for page in drawn:
        if len(pictures) < PICTURES:
            pictures.append(_smaller(page))
        yield page


def _smaller(page: Any) -> Any:
    small = page.copy()
    small.thumbnail((LONGER_SIDE, LONGER_SIDE))
    return small


def _parts(
    media_type: str, copy: bytes, pictures: list[Any], words: str
) -> tuple[dict[str, Any], list[bytes]]:
    jpegs = []
    for picture in pictures:
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=80)
        jpegs.append(out.getvalue())
    facts = {
        "media_type": media_type,
        "copy": len(copy),
        "pictures": [[len(jpeg), *picture.size] for jpeg, picture in zip(jpegs, pictures, strict=True)],
        "words": words,
    }
    return facts, [copy, *jpegs]


def load(arguments: list[str]) -> None:
    child.load(arguments)
    from PIL import Image

    Image.init()
    if arguments[0] == "PDF":
        import pypdfium2  # noqa: F401


def answer(data: bytes, arguments: list[str]) -> bytes:
    """The line, then the parts it announces."""
    file_format, max_pages, max_pixels = arguments
    facts, parts = look(data, file_format, int(max_pages), int(max_pixels))
    return json.dumps(facts).encode() + b"\n" + b"".join(parts)
