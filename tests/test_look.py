"""Looking into a file: the copy holds nothing active, the pictures are pictures, and no file makes it fail."""

import io
import random
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from onboarding.filecheck import check_upload, look
from onboarding.filecheck.copies import look as look_inside
from onboarding.filecheck.look import NOTHING, look_into
from onboarding.policy.vocabulary import ReadBy
from tests.support import files

ACTIVE = (
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/EmbeddedFile",
    b"/URI",
    b"/OpenAction",
    b"/AA",
    b"/XFA",
    b"/Metadata",
)


def without_ocr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_pdf_gives_a_copy_pictures_of_its_first_pages_and_its_words() -> None:
    found = look_into(files.pdf_bytes("Expires 12/31/2027", pages=7), "application/pdf")
    assert len(pikepdf.open(io.BytesIO(found.copy)).pages) == 7
    assert (found.media_type, found.read_by) == ("application/pdf", ReadBy.TEXT_LAYER)
    assert found.words.count("Expires 12/31/2027") == 7
    assert len(found.pictures) == 5
    for picture in found.pictures:
        with Image.open(io.BytesIO(picture.data)) as image:
            assert (image.format, image.size) == ("JPEG", (picture.width, picture.height))
            assert max(image.size) == 1400


@pytest.mark.parametrize(
    "data",
    [
        files.javascript_pdf_bytes(), files.launch_pdf_bytes(), files.attachment_pdf_bytes(), files.linked_pdf_bytes(),
        files.restricted_pdf_bytes(), files.form_pdf_bytes(),
    ],
)  # fmt: skip
def test_the_copy_of_a_pdf_holds_nothing_active_and_leads_nowhere(data: bytes) -> None:
    _, (copy, *pictures) = look_inside(data, "PDF", 200, 40_000_000)
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert not pdf.is_encrypted
        text = b"".join(item.unparse(resolved=True) for item in pdf.objects)
        assert not [mark for mark in ACTIVE if mark in text]
    assert len(pictures) == 1


def test_a_photograph_is_drawn_anew_upright_and_without_the_place_where_it_was_taken() -> None:
    data = files.located_jpeg_bytes(400, 300)
    with Image.open(io.BytesIO(data)) as original:
        assert original.getexif().get_ifd(0x8825)
    found = look_into(data, "image/jpeg")
    for drawn in (found.copy, found.pictures[0].data):
        assert b"Exif" not in drawn and b"Telephone" not in drawn
        with Image.open(io.BytesIO(drawn)) as image:
            assert image.size == (300, 400)
            assert not image.getexif()


def test_a_scan_of_several_pages_becomes_a_pdf_and_one_of_one_page_a_picture() -> None:
    several = look_into(files.tiff_bytes(300, 400, pages=7), "image/tiff")
    assert (several.media_type, len(several.pictures)) == ("application/pdf", 5)
    assert len(pikepdf.open(io.BytesIO(several.copy)).pages) == 7
    one = look_into(files.tiff_bytes(300, 400), "image/tiff")
    assert (one.media_type, len(one.pictures)) == ("image/png", 1)


def test_a_picture_says_that_nothing_reads_it_where_no_ocr_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without_ocr(monkeypatch, tmp_path)
    found = look_into(files.png_bytes(300, 300), "image/png")
    assert (found.words, found.read_by) == ("", ReadBy.NO_OCR)


def program(folder: Path, lines: str) -> None:
    """A tesseract of our own, as far as the program is asked: a picture in, words out."""
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("lines", "words", "read_by"),
    [
        ('[ "$1 $2" = "stdin stdout" ] && echo Expires 12/31/2027', "Expires 12/31/2027", ReadBy.OCR),
        ('[ "$OMP_THREAD_LIMIT" = 1 ] && [ -z "$HOME" ] && echo alone', "alone", ReadBy.OCR),
        ("exit 1", "", ReadBy.NOTHING),
        ("while :; do :; done", "", ReadBy.NOTHING),
    ],
)
def test_pictures_are_read_where_tesseract_is_installed_on_a_short_lead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: str, words: str, read_by: ReadBy
) -> None:
    program(tmp_path, lines)
    without_ocr(monkeypatch, tmp_path)
    picture = look.Picture(files.jpeg_bytes(300, 300), 300, 300)
    said, by = look.read_pictures((picture,), seconds=1)
    assert (said.strip(), by) == (words, read_by)


@pytest.mark.parametrize(
    "lines",
    [
        "import os; os._exit(0)",
        "import time; time.sleep(60)",
        'import os; os.write(1, b\'{"failed": "x"}\\n\'); os._exit(0)',
        "import os; os.write(1, b'[' * 4000); os._exit(0)",
        'import os; os.write(1, b\'{"media_type": "text/html", "copy": 3, "pictures": [], "words": ""}\\n<a>\'); '
        "os._exit(0)",
        'import os; os.write(1, b\'{"media_type": "image/png", "copy": 9, "pictures": [], "words": ""}\\n<script>a\'); '
        "os._exit(0)",
    ],
)
def test_a_child_that_dies_or_lies_leaves_nothing_to_look_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: str
) -> None:
    body = look._COPIES.read_text()
    for name in ("child", "copies"):
        (tmp_path / f"{name}.py").write_text(look._COPIES.with_name(f"{name}.py").read_text())
    (tmp_path / "copies.py").write_text(
        body.replace("    facts, parts = look(", f"    {lines}\n    facts, parts = look(")
    )
    monkeypatch.setattr(look, "_COPIES", tmp_path / "copies.py")
    assert look_into(files.jpeg_bytes(300, 300), "image/jpeg", seconds=1) == NOTHING


def test_a_file_that_no_parser_reads_leaves_nothing_to_look_at() -> None:
    chance = random.Random(5)
    for data, media_type in ((b"%PDF-1.7 %%EOF", "application/pdf"), (chance.randbytes(900), "image/tiff")):
        assert look_into(data, media_type) == NOTHING


def test_what_was_taken_can_be_looked_into() -> None:
    for data in (files.pdf_bytes(), files.jpeg_bytes(300, 300), files.tiff_bytes(300, 300, pages=2)):
        facts = check_upload(data, "scan", max_bytes=10**7)
        assert len(look_into(data, facts.media_type).pictures) == facts.pages


def test_what_was_typed_into_a_form_is_read_though_no_page_shows_it() -> None:
    pdf = pikepdf.open(io.BytesIO(files.pdf_bytes("Form W-9")))
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("f1_01"),
        V=pikepdf.String("Odalys Brightwater"), Rect=pikepdf.Array([0, 0, 99, 20]),
    )  # fmt: skip
    field = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = pikepdf.Array([field])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    out = io.BytesIO()
    pdf.save(out)
    facts, _ = look_inside(out.getvalue(), "PDF", 200, 40_000_000)
    assert "Odalys Brightwater" in facts["words"] and "Form W-9" in facts["words"]
