"""Real files, made small: what an applicant uploads, and what an attacker would."""

import io
import random
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

A_MEGABYTE = 2**20


def pdf_bytes(text: str = "Certificate of insurance", pages: int = 1) -> bytes:
    """A PDF whose every page shows the text, which a reader can find again."""
    return _saved(_document(text, pages))


def locked_pdf_bytes() -> bytes:
    """A PDF that needs a password to open."""
    return _saved(_document(), encryption=pikepdf.Encryption(owner="owner", user="secret"))


def restricted_pdf_bytes() -> bytes:
    """A PDF that anybody can open, encrypted against copying and changes."""
    return _saved(_document(), encryption=pikepdf.Encryption(owner="owner", user=""))


def javascript_pdf_bytes() -> bytes:
    """A PDF that runs a script when opened."""
    return opening_pdf_bytes(S=Name.JavaScript, JS=String("app.alert('hello')"))


def launch_pdf_bytes() -> bytes:
    """A PDF with a link that starts a program."""
    pdf = _document()
    action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    return _saved(pdf)


def attachment_pdf_bytes() -> bytes:
    """A PDF with another file inside."""
    pdf = _document()
    pdf.attachments["notes.txt"] = b"carried along"
    return _saved(pdf)


def opening_pdf_bytes(**action: Any) -> bytes:
    """A PDF that does this action when opened, e.g. S=Name.GoTo, D=..."""
    pdf = _document()
    pdf.Root.OpenAction = Dictionary(**action)
    return _saved(pdf)


def linked_pdf_bytes() -> bytes:
    """A harmless PDF: a web link, a bookmark's jump, and opening at the first page."""
    pdf = _document()
    action = Dictionary(S=Name.URI, URI=String("https://example.org"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))
    return _saved(pdf)


def form_pdf_bytes() -> bytes:
    """A form of Adobe's own kind, which carries its page and its scripts as XML, and says who made it."""
    pdf = _document()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp>script</xdp>"))
    pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta>Jane Doe</x:xmpmeta>")
    pdf.docinfo[Name.Author] = String("Jane Doe")
    return _saved(pdf)


def unpacking_pdf_bytes(megabytes: int = 300) -> bytes:
    """A PDF whose only page unpacks to so many MiB, from about a two-hundredth of that."""
    pdf = _document()
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(A_MEGABYTE)) for _ in range(megabytes)) + packer.flush()
    pdf.pages[0].obj.Contents = pdf.make_indirect(Stream(pdf, packed, Filter=Name.FlateDecode))
    return _saved(pdf, compress_streams=False)


def jpeg_bytes(width: int = 800, height: int = 1000) -> bytes:
    """A photograph-like JPEG."""
    return _picture(width, height, "JPEG")


def png_bytes(width: int = 800, height: int = 1000) -> bytes:
    """A photograph-like PNG."""
    return _picture(width, height, "PNG")


def tiff_bytes(width: int = 800, height: int = 1000, pages: int = 1) -> bytes:
    """A scan as fax machines and scanners write it: a TIFF of so many pages."""
    first, *rest = [_grain(width, height).convert("L") for _ in range(pages)]
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")
    return out.getvalue()


def located_jpeg_bytes(width: int = 400, height: int = 300) -> bytes:
    """A photograph that says where it was taken, on which telephone, and that it is to be turned."""
    exif = Image.Exif()
    exif[0x0110] = "Telephone 7"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 44.0, 47.0), 3: "W", 4: (92.0, 17.0, 22.0)})
    out = io.BytesIO()
    _grain(width, height).save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_bomb_bytes(side: int = 12_000) -> bytes:
    """A PNG of a few kilobytes that unpacks to side x side pixels, of one bit each."""
    return _saved_image(Image.new("1", (side, side)), "PNG")


def _document(text: str = "Certificate of insurance", pages: int = 1) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    shown = (
        text.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    )
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(612, 792))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(b"BT /F1 14 Tf 72 700 Td (" + shown + b") Tj ET")
    return pdf


def _saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def _picture(width: int, height: int, file_format: str) -> bytes:
    return _saved_image(_grain(width, height), file_format)


def _grain(width: int, height: int) -> Image.Image:
    grain = Image.frombytes("L", (64, 64), random.Random(7).randbytes(64 * 64))
    return grain.resize((width, height)).convert("RGB")


def _saved_image(image: Image.Image, file_format: str) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format)
    return out.getvalue()
