import hashlib
import io
import random
import shutil
import subprocess
import sys
import time
import zipfile

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from onboarding import filecheck
from onboarding.errors import BadFile
from onboarding.filecheck import FileFacts, check_upload, safe_name
from onboarding.filecheck.child import Refused, inspect
from onboarding.filecheck.kinds import KINDS, OTHERS, kind_of, refuse_mixed
from onboarding.sandbox import Forks
from tests.support import files

LIMIT = 15 * 2**20


def check(data: bytes, file_name: str = "scan.pdf", **limits: int) -> FileFacts:
    return check_upload(data, file_name, **{"max_bytes": LIMIT, **limits})


def refusal(data: bytes, file_name: str = "scan.pdf", **limits: int) -> str:
    with pytest.raises(BadFile) as caught:
        check(data, file_name, **limits)
    return caught.value.message


# what is taken


def test_a_pdf_is_taken_and_described():
    data = files.pdf_bytes(pages=3)
    assert check(data, "W-9 signed.PDF") == FileFacts(
        media_type="application/pdf", extension="pdf", pages=3, width=None, height=None,
        safe_name="W-9 signed.PDF", sha256=hashlib.sha256(data).hexdigest(), size=len(data),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "media_type", "extension"),
    [(files.jpeg_bytes(640, 480), "image/jpeg", "jpg"), (files.png_bytes(640, 480), "image/png", "png")],
)
def test_a_picture_is_taken_and_measured(data, media_type, extension):
    facts = check(data, "license")
    assert (facts.media_type, facts.extension, facts.pages) == (media_type, extension, 1)
    assert (facts.width, facts.height) == (640, 480)
    assert facts.safe_name == f"license.{extension}"


@pytest.mark.parametrize("pages", [1, 3])
def test_a_scan_as_a_tiff_is_taken_with_all_its_pages(pages):
    facts = check(files.tiff_bytes(640, 480, pages), "fax.TIF")
    assert (facts.media_type, facts.extension, facts.safe_name) == ("image/tiff", "tif", "fax.TIF")
    assert (facts.pages, facts.width, facts.height) == (pages, 640, 480)


def test_a_tiff_of_either_byte_order_is_taken():
    out = io.BytesIO()
    Image.new("I;16B", (300, 300)).save(out, "TIFF")
    assert out.getvalue().startswith(b"MM")
    assert check(out.getvalue()).media_type == "image/tiff"


def test_a_tiff_with_too_many_pages_or_pixels_on_a_later_page_is_refused():
    assert "has 3 pages. The limit is 2." in refusal(files.tiff_bytes(220, 220, pages=3), max_pages=2)
    first, later = Image.new("1", (300, 300)), Image.new("1", (7_000, 7_000))
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=[later], compression="group4")
    assert "40,000,000 pixels" in refusal(out.getvalue())


def test_the_content_decides_and_the_name_follows():
    facts = check(files.png_bytes(300, 300), "license.pdf")
    assert (facts.extension, facts.safe_name) == ("png", "license.png")


def test_links_and_a_jump_to_the_first_page_are_harmless():
    assert check(files.linked_pdf_bytes()).pages == 1


def test_words_that_look_like_a_script_in_a_title_are_harmless():
    pdf = pikepdf.open(io.BytesIO(files.pdf_bytes()))
    pdf.docinfo[Name.Title] = String("About /JS and /Launch")
    assert check(saved(pdf)).pages == 1


def test_white_space_before_a_pdf_is_harmless():
    assert check(b"\r\n" + files.pdf_bytes()).pages == 1


def test_a_telephone_may_add_its_own_data_after_a_picture():
    assert check(files.jpeg_bytes(300, 300) + b"MotionPhoto_Data" + bytes(5000)).width == 300


# what is refused, and the way out


def test_an_empty_file_is_refused():
    assert "is empty" in refusal(b"")


def test_a_file_over_the_limit_is_refused_with_both_numbers():
    message = refusal(files.pdf_bytes() + bytes(19_000_000))
    assert "This file is 18.2 MB. The limit is 15 MB." in message
    assert "split it" in message


def test_one_byte_too_many_never_looks_like_the_limit():
    assert "This file is 15.1 MB. The limit is 15 MB." in refusal(bytes(LIMIT + 1))


def word_bytes(member: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(member, "text")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (word_bytes(), "a Word document"),
        (word_bytes("xl/workbook.xml"), "an Excel workbook"),
        (word_bytes("anything.txt"), "a compressed folder"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC photo"),
        (b"MZ\x90\0" + bytes(60), "a Windows program"),
        (b"\x7fELF" + bytes(60), "a program"),
        (b"#!/bin/sh\nrm", "a script"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"<svg onload='alert(1)'></svg>", "a web page"),
        (b"Dear Sir or Madam,", "plain text"),
        (bytes(range(1, 256)), "a kind we do not know"),
    ],
)
def test_another_kind_of_file_is_named_and_refused(data, name):
    message = refusal(data)
    assert name in message
    assert "PDF" in message


def test_no_kind_we_name_hides_a_kind_we_take():
    for kind in KINDS:
        assert not [other for other in OTHERS if kind.starts.startswith(other.starts, other.at)]
        assert kind_of(kind.starts + bytes(20)) is kind


def test_a_locked_pdf_is_refused_with_the_way_out():
    message = refusal(files.locked_pdf_bytes())
    assert "locked with a password" in message
    assert "Save a copy without the password" in message


def test_a_pdf_protected_against_changes_is_taken_because_everyone_can_read_it():
    facts = check_upload(files.restricted_pdf_bytes(), "license.pdf", max_bytes=1_000_000)
    assert facts.media_type == "application/pdf"


def test_a_pdf_locked_in_an_unknown_way_counts_as_locked():
    with pytest.raises(Refused, match="locked"):
        inspect(files.locked_pdf_bytes().replace(b"/Standard", b"/Adobe.PK"), "PDF", 200, 1)


def test_a_pdf_without_pages_is_refused():
    assert "has no pages" in refusal(files.pdf_bytes(pages=0))


def test_a_pdf_with_too_many_pages_is_refused_with_both_numbers():
    message = refusal(files.pdf_bytes(pages=4), max_pages=3)
    assert "has 4 pages. The limit is 3." in message


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def pdf_with(**entries: object) -> bytes:
    """A PDF with these entries in a numbered dictionary that no page leads to."""
    pdf = pikepdf.open(io.BytesIO(files.pdf_bytes()))
    pdf.Root.Extra = pdf.make_indirect(Dictionary(Deep=Array([Array([Dictionary(**entries)])])))
    return saved(pdf)


def pdf_with_a_numbered_action_name() -> bytes:
    pdf = pikepdf.open(io.BytesIO(files.pdf_bytes()))
    pdf.pages[0].obj.Extra = Dictionary(S=pdf.make_indirect(Name.Launch))
    return saved(pdf)


@pytest.mark.parametrize(
    "data",
    [
        files.javascript_pdf_bytes(),
        files.launch_pdf_bytes(),
        files.attachment_pdf_bytes(),
        files.javascript_pdf_bytes().replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4AS"),
        files.opening_pdf_bytes(S=Name.URI, URI=String("https://example.org")),
        files.opening_pdf_bytes(S=Name.GoTo, Next=Dictionary(S=Name.URI)),
        pdf_with(AA=Dictionary(O=Dictionary(S=Name.SubmitForm))),
        pdf_with(Names=Dictionary(JavaScript=Dictionary())),
        pdf_with(S=Name.ImportData),
        pdf_with(EF=Dictionary()),
        pdf_with_a_numbered_action_name(),
    ],
)
def test_a_pdf_with_active_content_is_refused_with_the_way_out(data):
    with pytest.raises(Refused, match="active"):
        inspect(data, "PDF", 200, 1)


def test_the_refusal_of_active_content_reaches_the_uploader():
    message = refusal(files.javascript_pdf_bytes())
    assert "active content" in message
    assert "Print it to PDF" in message


def test_a_pdf_whose_page_cannot_be_unpacked_is_refused():
    pdf = pikepdf.open(io.BytesIO(files.pdf_bytes()))
    broken = pikepdf.Stream(pdf, b"not packed at all", Filter=Name.FlateDecode)
    pdf.pages[0].obj.Contents = pdf.make_indirect(broken)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert "damaged" in refusal(out.getvalue())


@pytest.mark.parametrize("data", [files.pdf_bytes(), files.jpeg_bytes(300, 300), files.png_bytes(300, 300)])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9, 0.99])
def test_a_file_cut_short_is_refused(data, part):
    assert "its end is missing" in refusal(data[: int(len(data) * part)])


def test_a_picture_with_its_middle_missing_is_refused():
    data = files.png_bytes(300, 300)
    assert "damaged" in refusal(data[: len(data) // 2] + data[-20:])


def test_a_photograph_cut_short_after_its_thumbnail_is_refused():
    photograph = files.jpeg_bytes(300, 300)
    comment_with_an_end = b"\xff\xfe\x00\x04\xff\xd9"
    whole = photograph[:2] + comment_with_an_end + photograph[2:]
    assert check(whole).width == 300
    assert "damaged" in refusal(whole[: len(whole) // 2])


def test_a_picture_that_is_all_header_is_refused():
    assert "damaged" in refusal(b"\xff\xd8\xff\xe0" + bytes(500) + b"\xff\xd9")


def test_a_picture_too_small_to_read_is_refused():
    assert "too small to read" in refusal(files.png_bytes(100, 199))
    assert check(files.png_bytes(100, 200)).height == 200


@pytest.mark.parametrize("side", [7_000, 12_000])
def test_a_small_file_with_too_many_pixels_is_refused_before_it_is_unpacked(side):
    data = files.png_bomb_bytes(side)
    assert len(data) < 20_000
    assert "40,000,000 pixels" in refusal(data)


@pytest.mark.parametrize("seed", [files.pdf_bytes(), files.jpeg_bytes(300, 300), files.png_bytes(300, 300)])
@pytest.mark.parametrize(
    "markup", [b"<html><script>alert(1)</script>", b"<SVG\nonload=alert(1)>", b"<?php x"]
)
def test_a_file_that_is_also_a_web_page_is_refused(seed, markup):
    for data in (seed + markup, markup + seed, seed[:10] + markup + seed[10:], seed + markup + seed[-10:]):
        assert "something else" in refusal(data) or "web page" in refusal(data)


def test_a_pdf_behind_foreign_bytes_is_refused():
    assert "something else" in refusal(b"MZ program" + files.pdf_bytes())


def test_a_picture_that_is_also_an_archive_is_refused():
    assert "something else" in refusal(files.png_bytes(300, 300) + word_bytes("Main.class"))


# the child process


def test_a_page_that_unpacks_to_more_than_the_memory_is_refused():
    assert "upload that copy" in refusal(files.unpacking_pdf_bytes(300), memory_mb=200)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Replace something in the text of the child, for a server of its own."""

    def replace(old: str, new: str) -> None:
        body = filecheck._CHILD.read_text()
        assert old in body
        (tmp_path / "child.py").write_text(body.replace(old, new))
        monkeypatch.setattr(filecheck, "children", made := Forks(tmp_path / "child.py"))
        ending.append(made)

    ending: list[Forks] = []
    yield replace
    for made in ending:
        made.close()


@pytest.fixture
def child(program):
    """Replace the child by a few lines of our own, run after it has shut itself in."""

    def replace(lines: str) -> None:
        lines = f"import ctypes, os, resource, sys\n        {lines}"
        program("found = dict(inspect(", f"{lines}\n        found = dict(inspect(")

    return replace


@pytest.mark.parametrize(
    "lines",
    [
        "ctypes.string_at(0)",
        "os.kill(os.getpid(), 9)",
        "raise MemoryError",
        "bytearray(2**31)",
        "os._exit(0)",
        "os.write(1, b'[' * 4000); os._exit(0)",
        "os.write(1, b'x' * 10**7); os._exit(0)",
        'os.write(1, b\'{"refused": "<b>hello</b>"}\'); os._exit(0)',
        'os.write(1, b\'{"pages": 1e999, "width": 1}\'); os._exit(0)',
    ],
)
def test_a_child_that_dies_or_talks_nonsense_is_a_refusal(child, lines):
    child(lines)
    assert "could not read this file safely" in refusal(files.jpeg_bytes(), seconds=2)


def test_a_child_that_cannot_be_started_is_a_refusal(monkeypatch):
    monkeypatch.setattr(filecheck, "children", Forks(filecheck._CHILD))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "could not check this file just now" in refusal(files.jpeg_bytes())


@pytest.mark.parametrize("lines", ["import time; time.sleep(60)", "while True: pass"])
def test_a_child_that_takes_too_long_is_stopped(child, lines):
    child(lines)
    began = time.monotonic()
    assert "could not read this file safely" in refusal(files.jpeg_bytes(1500, 1500), seconds=1)
    assert time.monotonic() - began < 3


def says(lines: str) -> str:
    """Lines that report what they find as a failure of that name."""
    return f"raise type({lines}, (BaseException,), {{}})"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("'v' + str(len(os.environ.keys() - {'LC_CTYPE'}))", "v0"),
        ("'v' + str(resource.getrlimit(resource.RLIMIT_FSIZE)[1])", "v0"),
        ("'v' + str(resource.getrlimit(resource.RLIMIT_CORE)[1])", "v0"),
        ("'v' + str(resource.getrlimit(resource.RLIMIT_NPROC)[1])", "v0"),
        ("'v' + str(resource.getrlimit(resource.RLIMIT_AS)[1])", f"v{2**30}"),
        ("'v' + str('onboarding' in sys.modules or 'flask' in sys.modules)", "vFalse"),
        ("'v' + os.getcwd()", "v/"),
    ],
)
def test_the_child_has_almost_nothing(child, caplog, lines, found):
    child(says(lines))
    refusal(files.jpeg_bytes())
    assert f'"failed": "{found}"' in caplog.text


def test_a_library_that_is_missing_is_our_fault_and_logged_not_the_files(program, caplog):
    program("import pikepdf  # noqa", "import pikepdf_is_gone  # noqa")
    assert "could not read this file safely" in refusal(files.pdf_bytes())
    assert "ModuleNotFoundError" in caplog.text


def test_the_child_has_no_network(child, caplog):
    if not shutil.which("unshare") or subprocess.run(["unshare", "-n", "true"], check=False).returncode:
        pytest.skip("this machine does not let a process give up its network")
    child("import socket\n        " + says("'v' + '-'.join(name for _, name in socket.if_nameindex())"))
    refusal(files.jpeg_bytes())
    assert '"failed": "vlo"' in caplog.text


def test_the_child_cannot_write_a_file(child, caplog, tmp_path):
    child(f"f = open({str(tmp_path / 'written')!r}, 'wb'); f.write(b'x'); f.flush()")
    refusal(files.jpeg_bytes())
    assert '"failed": "PermissionError"' in caplog.text or '"failed": "OSError"' in caplog.text
    written = tmp_path / "written"
    assert not written.exists() or written.stat().st_size == 0


def test_the_log_says_why_and_holds_nothing_of_the_file(child, caplog):
    child("raise RuntimeError('Jane Doe 123-45-6789')")
    refusal(files.jpeg_bytes())
    assert "RuntimeError" in caplog.text
    assert "Jane" not in caplog.text


def test_the_child_loads_no_library_by_itself():
    text = f"import runpy, sys; runpy.run_path({str(filecheck._CHILD)!r}); print('PIL' in sys.modules)"
    ran = subprocess.run([sys.executable, "-I", "-c", text], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


# names


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("W-9 (signed).pdf", "W-9 (signed).pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Ann\\Desktop\\license.PDF", "license.PDF"),
        ("photo.jpeg", "photo.pdf"),
        ("invoice.pdf.exe", "invoice.pdf.exe.pdf"),
        ("Dr. Smith", "Dr. Smith.pdf"),
        ("a\0b\r\nc.pdf", "ab c.pdf"),
        ("gnp\u202efdp.exe", "gnpfdp.exe.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.backup.pdf", "_LPT1.backup.pdf"),
        ("console.pdf", "console.pdf"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        (".pdf", "document.pdf"),
        ("   \u200b\u202e ", "document.pdf"),
        ("Łukasz Żółć 許可.pdf", "Łukasz Żółć 許可.pdf"),
        ("x" * 4096 + ".pdf", "x" * 116 + ".pdf"),
        ("\udcff.pdf", "document.pdf"),
        ("219-09-9998 W9.pdf", "XXX-XX-XXXX W9.pdf"),
        ("219:09:9998\uff0fx 219099998.pdf", "XXX_XX_XXXX_x XXXXXXXXX.pdf"),
        ("scan 20261124 of 5015550142.pdf", "scan 20261124 of 5015550142.pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless(given_name, shown):
    assert safe_name(given_name, ["pdf"]) == shown


@given(st.text() | st.text(alphabet="./\\ conCON1\0\u202e\u2028:pdfjpg"))
def test_every_name_becomes_a_harmless_one_and_stays_it(name):
    shown = safe_name(name, ["jpg", "jpeg"])
    assert 5 <= len(shown) <= 120
    assert shown.lower().endswith((".jpg", ".jpeg"))
    assert shown.isprintable() or "\u00a0" in shown
    assert not set(shown) & set('/\\<>:"|?*\0')
    assert shown == shown.strip(". ")
    assert safe_name(shown, ["jpg", "jpeg"]) == shown


# whatever the bytes


SEEDS = [
    files.pdf_bytes(pages=2), files.linked_pdf_bytes(), files.attachment_pdf_bytes(), files.locked_pdf_bytes(),
    files.jpeg_bytes(220, 220), files.png_bytes(220, 220), files.tiff_bytes(220, 220, pages=2),
]  # fmt: skip


def mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.choice([1, 3, 10, 50])):
        at = chance.randrange(len(data) - 8)
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
            case 2:
                del data[at : at + chance.randrange(1, 8)]
            case 3:
                data[at:at] = data[: chance.randrange(1, 60)]
            case _:
                other = chance.randrange(len(data) - 8)
                data[at : at + 8] = data[other : other + 8]
    return bytes(data)


@pytest.fixture
def no_file_is_written(monkeypatch):
    """Fail when this process opens a file for writing."""

    def watch(event: str, arguments: tuple) -> None:
        if watching and event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
            written.append(arguments[0])

    written: list = []
    watching = [True]
    sys.addaudithook(watch)
    yield
    watching.clear()
    assert written == []


def test_a_mutated_file_is_read_or_refused_and_nothing_else(no_file_is_written):
    chance = random.Random(20_240_229)
    for seed in SEEDS * 120:
        data = mutated(seed, chance)
        try:
            kind = kind_of(data)
            refuse_mixed(data, kind)
            facts = inspect(data, kind.child_format, 200, 40_000_000)
            assert facts["pages"] >= 1
        except (BadFile, Refused):
            continue


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
def test_a_mutated_file_is_read_or_refused_by_the_real_child(seed):
    chance = random.Random(7)
    for _ in range(6):
        try:
            assert check(mutated(seed, chance), "odd.pdf").pages >= 1
        except BadFile as refused:
            assert refused.message.startswith(("This ", "We "))


@given(st.binary(max_size=200), st.sampled_from(KINDS))
def test_any_bytes_behind_a_right_beginning_are_read_or_refused(rest, kind):
    data = kind.starts + rest + kind.ends
    try:
        refuse_mixed(data, kind_of(data))
        inspect(data, kind.child_format, 200, 40_000_000)
    except (BadFile, Refused):
        pass


def test_the_makers_make_what_they_say():
    with pikepdf.open(io.BytesIO(files.pdf_bytes("Ann (RN)"))) as pdf:
        assert rb"Ann \(RN\)" in pdf.pages[0].obj.Contents.read_bytes()
    assert Image.open(io.BytesIO(files.jpeg_bytes(300, 400))).size == (300, 400)
