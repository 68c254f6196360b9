import io
import subprocess
import sys
import threading
import time
from dataclasses import fields, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from pypdf import PdfReader

from onboarding.config import ROOT
from onboarding.letters.catalog import TABLE
from onboarding.letters.render import _environment, letter_html, render_pdf, render_text
from onboarding.letters.tidy import tidy, tidy_view
from onboarding.letters.view import LetterItem, LetterView
from onboarding.policy.plan import LINES, PLAN
from onboarding.policy.vocabulary import AuthorizationKind, LetterKind, PaymentChoice
from tests.support.letters import APPLICATION_ID, ITEMS, PROVIDER_NUMBER, letter_view

ON_PAPER = [row.kind for row in TABLE if row.pdf]
MAIL_ONLY = [row.kind for row in TABLE if not row.pdf]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


# --- what each letter says ---------------------------------------------------------------------------------------


def test_every_letter_of_the_catalog_has_its_template_and_no_template_is_left_over():
    on_paper = {path.stem for path in (ROOT / "templates" / "letters").glob("*.html")} - {"base", "parts"}
    as_mail = {path.stem for path in (ROOT / "templates" / "mail").glob("*.txt")} - {"letter"}
    assert on_paper == {kind.value for kind in ON_PAPER}
    assert as_mail == {kind.value for kind in MAIL_ONLY}


@pytest.mark.parametrize("kind", ON_PAPER)
def test_every_letter_names_the_provider_the_application_and_whom_to_call(letters, kind):
    text = text_of(letters[kind])
    for fact in (
        "Marisol Whitfield, CNP",
        APPLICATION_ID,
        "1234567893",
        "November 23, 2026",
        "Dear Dana Okafor",
    ):
        assert fact in text
    assert PLAN.name in text and PLAN.provider_services_phone in text
    assert letter_view(kind).title in text
    assert "Credentialing staff" in text and "Page 1 of 1" in text


def test_the_welcome_letter_has_the_provider_number_the_dates_and_the_next_steps(letters):
    text = text_of(letters[LetterKind.WELCOME])
    assert PROVIDER_NUMBER in text
    assert "December 1, 2026" in text and "November 20, 2029" in text
    assert LINES["ces_waiver"] in text
    for step in (
        "portal account",
        "tax ID",
        "orientation",
        "prefer electronic funds transfer",
        "virtual card",
        "paper checks",
    ):
        assert step in text
    assert PLAN.echo_phone in text and PLAN.virtual_card_fee_note in text
    assert "Conditions" not in text


def test_the_welcome_letter_of_a_provider_with_every_line_is_one_page():
    lines = ("Suite 1200, Building C", "1200 West Capitol Avenue", "Little Rock, AR 72201")
    view = letter_view(LetterKind.WELCOME, lines=tuple(LINES.values()), address_lines=lines)
    assert len(read(render_pdf(view)).pages) == 1


def test_an_approval_with_conditions_says_them():
    view = letter_view(LetterKind.WELCOME, conditions="Supervised for six months.\nReport by June 1, 2027.")
    text = text_of(render_pdf(view))
    assert "Conditions of your approval" in text
    assert "Supervised for six months." in text and "Report by June 1, 2027." in text


def test_the_decision_on_an_appeal_says_the_conditions_that_stand_and_who_is_in_the_network_need_not_apply_again():
    view = letter_view(LetterKind.APPEAL_DECIDED, conditions="Supervised for two months.", ended=False)
    text = text_of(render_pdf(view))
    assert "The conditions of participation from now on" in text and "Supervised for two months." in text
    assert "apply again" not in text


def test_the_missing_document_letter_lists_each_item_the_date_and_what_follows(letters):
    text = text_of(letters[LetterKind.MISSING_DOCUMENTS])
    for item in ITEMS:
        assert item.label in text and item.how in text and item.state in text
    assert "by December 23, 2026" in text and "discontinue" in text and "network.plan.example/status" in text
    assert "right to review the information" in text and "correct what is wrong" in text


def test_one_missing_document_is_spoken_of_as_one():
    text = text_of(render_pdf(letter_view(LetterKind.MISSING_DOCUMENTS, items=ITEMS[:1])))
    assert "the document below" in text and "Please send it by" in text


def test_nine_missing_documents_go_on_to_a_second_page_with_its_own_head():
    reader = read(render_pdf(letter_view(LetterKind.MISSING_DOCUMENTS, items=ITEMS * 3)))
    assert len(reader.pages) == 2
    second = reader.pages[1].extract_text()
    assert "Page 2 of 2" in second and APPLICATION_ID in second and "What we have now" in second


def test_the_denial_gives_the_reasons_the_date_and_the_way_to_appeal(letters):
    text = text_of(letters[LetterKind.DENIAL])
    assert "November 20, 2026 we decided not to approve" in text
    assert "lapsed since June 30, 2026" in text and "September 15, 2026" in text
    assert "your appeal by December 23, 2026" in text
    assert "attorney" in text and "hearing" in text and "tell us what is wrong" in text


def test_the_discontinuation_says_what_was_asked_when_and_how_to_start_again(letters):
    text = text_of(letters[LetterKind.DISCONTINUATION])
    assert "On October 19, 2026 we asked" in text and "by November 18, 2026" in text
    assert ITEMS[1].label in text and "reopen" in text and "network.plan.example/apply" in text


def test_the_termination_says_when_why_and_how_to_appeal(letters):
    text = text_of(letters[LetterKind.TERMINATION])
    assert "ended on November 20, 2026" in text and PROVIDER_NUMBER in text
    assert "could not be completed by that day" in text and "your appeal by December 23, 2026" in text


def test_the_end_of_a_provisional_participation_says_why_and_what_goes_on(letters):
    text = text_of(letters[LetterKind.PROVISIONAL_ENDED])
    assert (
        "ended on January 19, 2027" in text
        and "60 days at most" in text
        and "check of the application goes on" in text
    )
    closed = letter_html(letter_view(LetterKind.PROVISIONAL_ENDED, ended=True))
    assert "The application is closed" in closed and "goes on" not in closed


def test_an_appeal_that_is_not_taken_is_told_as_such():
    told = letter_html(letter_view(LetterKind.APPEAL_DECIDED, refused=True))
    assert "Our first decision stands" in told and "have considered the appeal" not in told


def test_the_first_reminder_is_friendly_and_the_last_ones_are_plain():
    first = letter_html(letter_view(LetterKind.RECREDENTIALING_REMINDER))
    assert "It is\n      now the turn of" in first and "ends" not in first
    fifth = letter_html(
        letter_view(LetterKind.RECREDENTIALING_REMINDER, number=5, recredentialing_due_on=date(2026, 12, 8))
    )
    assert "network ends" in fifth and "reminder number 5" in fifth and "15 days from" in fifth


def test_the_letter_after_the_due_date_says_that_it_is_overdue_and_what_follows():
    view = letter_view(
        LetterKind.RECREDENTIALING_REMINDER, number=6, recredentialing_due_on=date(2026, 11, 22)
    )
    read = " ".join(letter_html(view).split())
    assert "<strong>overdue</strong>" in read and "within 30 days after that date" in read
    assert "was due by" in read and "the day before this letter" in read and "no grace period" in read


def test_a_first_reminder_that_comes_late_in_the_cycle_is_plain_too():
    view = letter_view(LetterKind.RECREDENTIALING_REMINDER, recredentialing_due_on=date(2026, 11, 24))
    html = letter_html(view)
    assert "network ends" in html and "one day from" in html


def test_physicians_are_sent_to_ccvs_everybody_else_to_caqh():
    def reminder(**changes):
        return letter_html(letter_view(LetterKind.RECREDENTIALING_REMINDER, **changes))

    assert PLAN.caqh_name in reminder(authorization=AuthorizationKind.CAQH)
    assert "CCVS" not in reminder(authorization=AuthorizationKind.CAQH)
    assert "CCVS" in reminder(authorization=AuthorizationKind.CCVS)
    assert "CAQH" not in reminder(authorization=AuthorizationKind.CCVS)
    both = reminder(authorization=None)
    assert "CCVS" in both and PLAN.caqh_name in both
    organization = reminder(authorization=None, organization=True)
    assert "CCVS" not in organization and "CAQH" not in organization


def test_a_late_letter_says_when_it_was_due_and_a_timely_one_does_not(letters):
    late = text_of(render_pdf(letter_view(LetterKind.MISSING_DOCUMENTS, days_late=10)))
    assert "This letter was due on November 13, 2026" in late
    assert "was due on" not in text_of(letters[LetterKind.MISSING_DOCUMENTS])


@pytest.mark.parametrize("kind", ON_PAPER)
def test_a_letter_with_the_least_facts_still_renders(kind):
    bare = LetterView(
        kind,
        "A title",
        date(2026, 1, 31),
        "Ada Reyes",
        "",
        (),
        APPLICATION_ID,
        "1234567893",
        "http://x.example",
    )
    assert "January 31, 2026" in letter_html(bare)


def test_a_mail_only_kind_has_no_letter_on_paper():
    with pytest.raises(ValueError, match="mail"):
        render_pdf(letter_view(LetterKind.CONFIRMATION))


# --- the texts of the mail ---------------------------------------------------------------------------------------


def test_the_confirmation_says_the_application_id_how_to_look_and_the_rights():
    text = render_text(letter_view(LetterKind.CONFIRMATION))
    assert f"    Application ID: {APPLICATION_ID}\n" in text
    assert "https://network.plan.example/status\n" in text and "1234567893" in text
    assert "You have the right to review" in text and PLAN.provider_services_phone in text


@pytest.mark.parametrize(
    ("choice", "words"),
    [(PaymentChoice.EFT, "Electronic funds transfer"), (PaymentChoice.VIRTUAL_CARD, "Virtual card"), (PaymentChoice.PAPER_CHECK, "Paper check")],
)  # fmt: skip
def test_the_payment_notice_says_the_choice_and_what_to_do_if_it_was_not_you(choice, words):
    text = render_text(letter_view(LetterKind.PAYMENT_NOTICE, payment_choice=choice.value))
    assert words in text and "If it was not you" in text
    assert ("standard fees" in text) == (choice is PaymentChoice.VIRTUAL_CARD)


def test_the_payment_notice_shows_four_digits_and_never_more():
    assert "ending in 4417" in render_text(letter_view(LetterKind.PAYMENT_NOTICE))
    assert "ending in" not in render_text(letter_view(LetterKind.PAYMENT_NOTICE, account_last4=""))
    assert "123456" not in render_text(letter_view(LetterKind.PAYMENT_NOTICE, account_last4="123456789"))


@pytest.mark.parametrize("kind", ON_PAPER)
def test_the_mail_around_a_letter_says_little_and_repeats_nothing_of_it(kind):
    view = letter_view(kind)
    text = render_text(view)
    assert APPLICATION_ID in text and view.title in text and "attached" in text
    for said in (*view.reasons, *(item.label for item in view.items), view.npi, PROVIDER_NUMBER):
        assert said not in text


def test_the_lines_of_a_mail_are_short_and_an_address_is_never_broken():
    home = "https://network.plan.example/a-rather-long-way-to-the-pages-of-this-plan-and-on"
    text = render_text(letter_view(LetterKind.CONFIRMATION, public_url=home))
    assert f"{home}/status" in text
    assert all(len(line) <= 72 for line in text.splitlines() if home not in line)


def test_nobody_advertises_a_web_address_through_our_mail():
    text = render_text(
        letter_view(LetterKind.CONFIRMATION, contact_name="Win at https://www.evil.example/now")
    )
    assert "://www.evil" not in text and "Dear Win at evil.example/now," in text


# --- the PDF -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ON_PAPER)
def test_every_letter_is_a_tagged_pdf_with_title_language_and_author(letters, kind):
    reader = read(letters[kind])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en-US"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"{letter_view(kind).title} | {PLAN.name}"
    assert PLAN.name in reader.metadata.author
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()
    assert len(reader.pages) == 1


def fonts_of(page) -> dict[str, bool]:
    fonts = {}
    for font in page["/Resources"]["/Font"].values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        fonts[inner["/BaseFont"]] = "/FontFile2" in inner["/FontDescriptor"]
    return fonts


def test_the_letter_brings_its_own_fonts(letters):
    fonts = fonts_of(read(letters[LetterKind.WELCOME]).pages[0])
    assert len(fonts) == 3
    assert all("Source-Sans-3" in name and embedded for name, embedded in fonts.items())


def test_a_name_from_another_alphabet_brings_its_letters_too():
    pdf = render_pdf(letter_view(LetterKind.RETURNED, provider_name="Łukasz Żółć"))
    assert "Łukasz Żółć" in text_of(pdf)
    assert any("Extended" in name for name in fonts_of(read(pdf).pages[0]))


def test_the_same_facts_give_the_same_bytes(letters):
    assert render_pdf(letter_view(LetterKind.WELCOME)) == letters[LetterKind.WELCOME]


def test_threads_that_render_at_once_get_their_own_letter():
    texts: dict[int, str] = {}

    def one(number: int) -> None:
        texts[number] = text_of(render_pdf(letter_view(LetterKind.TERMINATION, npi=f"100000000{number}")))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"100000000{number}" in texts[number] for number in range(4))


def test_loading_the_module_does_not_load_weasyprint():
    script = "import sys, onboarding.letters.render; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT).returncode == 0


# --- what a stranger typed ---------------------------------------------------------------------------------------


class Listener:
    """A web server that notes every request."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        hits = self.hits

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(404)
                self.end_headers()

            def log_message(self, *_) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


def filled_with(view: LetterView, payload: str) -> LetterView:
    """Every text of the letter is the payload."""
    texts = {
        field.name: payload for field in fields(LetterView) if isinstance(getattr(view, field.name), str)
    }
    texts.pop("kind")
    item = LetterItem(payload, payload, payload)
    return replace(
        view, **texts, address_lines=(payload,), lines=(payload,), reasons=(payload,), items=(item,)
    )


@pytest.mark.parametrize("kind", ON_PAPER)
def test_nothing_typed_into_a_field_fetches_attaches_or_styles(listener, kind):
    payload = (
        f'{{{{ 7*7 }}}}" style="background:url({listener.url}/attr)" x="<img src={listener.url}/img>'
        f"<link rel=attachment href=file:///etc/passwd>{{% include '/etc/passwd' %}}"
        f'<style>@import "{listener.url}/css";</style><object data={listener.url}/obj></object>'
    )
    pdf = render_pdf(filled_with(letter_view(kind), payload))
    reader = read(pdf)
    assert listener.hits == []
    assert "/EmbeddedFiles" not in reader.trailer["/Root"].get("/Names", {}) and not list(reader.attachments)
    assert not any(
        "/XObject" in page["/Resources"] and page["/Resources"]["/XObject"] for page in reader.pages
    )
    assert "{{7*7}}" in text_of(pdf).replace(" ", "") and "<imgsrc=" in text_of(pdf).replace(" ", "")


def test_even_markup_that_got_through_reaches_no_network_and_no_file(listener, tmp_path, monkeypatch):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n")
    evil = (
        f"<html lang=en><head><title>x</title><base href='{listener.url}/'>"
        f"<link rel=stylesheet href='{listener.url}/a.css'><link rel=attachment href='file:///etc/passwd'>"
        f"<style>@import '{listener.url}/b.css'; @font-face{{font-family:x;src:url({listener.url}/c.woff2)}}"
        f"body{{font-family:x;background:url({listener.url}/d.png)}}</style></head><body><img src='{listener.url}/e.png'>"
        f"<img src='{secret.as_uri()}'><img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>'>"
        f"<object data='{listener.url}/f'></object><a rel=attachment href='file:///etc/hostname'>a</a></body></html>"
    )
    monkeypatch.setattr("onboarding.letters.render.letter_html", lambda view: evil)
    reader = read(render_pdf(letter_view(LetterKind.RETURNED)))
    assert listener.hits == []
    assert not list(reader.attachments)
    assert not reader.pages[0]["/Resources"].get("/XObject")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/font.woff2", "https://plan.example/letter.css", "ftp://plan.example/letter.css",
        "data:text/css,body{}", "file:///etc/passwd", "file://plan.example/etc/passwd", "FILE:///etc/passwd",
        "{static}/letter/../../onboarding/config.py", "{static}/fonts/%2e%2e/%2e%2e/pyproject.toml",
        "{static}/fonts", "{static}/fonts/LICENSE-OFL.txt", "{static}/fonts/none.woff2", "file:", "", "letter.css",
        "file:///\x00", "file:///" + "a" * 5000, "{static}/letter/letter.css/x", "jar:file:///etc/passwd",
    ],
)  # fmt: skip
def test_the_fetcher_refuses_whatever_is_not_a_packaged_font_or_style_sheet(address):
    from onboarding.letters.assets import AssetRefused, PackagedAssets

    with pytest.raises(AssetRefused):
        PackagedAssets(ROOT / "static").fetch(address.replace("{static}", (ROOT / "static").as_uri()))


def test_the_fetcher_follows_no_link_out_of_its_folders(tmp_path):
    from onboarding.letters.assets import AssetRefused, PackagedAssets

    (tmp_path / "static" / "fonts").mkdir(parents=True)
    (tmp_path / "secret.css").write_text("secret")
    (tmp_path / "static" / "fonts" / "link.css").symlink_to(tmp_path / "secret.css")
    with pytest.raises(AssetRefused):
        PackagedAssets(tmp_path / "static").fetch((tmp_path / "static" / "fonts" / "link.css").as_uri())


def test_the_fetcher_gives_the_packaged_style_sheet_and_fonts():
    from onboarding.letters.assets import PackagedAssets

    fetcher = PackagedAssets(ROOT / "static")
    for path in ("letter/letter.css", "fonts/source-sans-3-latin-400-normal.woff2"):
        response = fetcher.fetch(f"{(ROOT / 'static' / path).as_uri()}?v=1#x")
        assert response.read() == (ROOT / "static" / path).read_bytes()


def test_two_hundred_thousand_words_are_cut_where_it_can_be_seen():
    flood = "word " * 200_000
    view = filled_with(letter_view(LetterKind.DENIAL), flood)
    began = time.monotonic()
    reader = read(
        render_pdf(replace(view, reasons=(flood,) * 500, items=(LetterItem(flood, flood, flood),) * 500))
    )
    assert time.monotonic() - began < 8
    assert len(reader.pages) < 15
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "word…" in text and "… and 485 more" in " ".join(text.split())


def test_one_endless_word_is_broken_and_stays_on_the_page():
    view = letter_view(LetterKind.DENIAL, reasons=("x" * 100_000,), provider_name="W" * 5000)
    assert len(read(render_pdf(view)).pages) <= 2


def test_more_items_than_a_letter_bears_end_with_how_many_are_left():
    items = tuple(LetterItem(f"Document {number}", "Missing", "Send it.") for number in range(60))
    tidied = tidy_view(letter_view(LetterKind.MISSING_DOCUMENTS, items=items))
    assert len(tidied.items) == 41 and tidied.items[-1].label == "… and 20 more"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ada\r\nBcc: x@y.example", "Ada Bcc: x@y.example"), ("  a \t b ", "a b"), ("a\x00b\x1b[0m", "ab[0m"),
        ("Mar\u202eisol\u2066", "Marisol"), ("e\u0301", "\u00e9"), ("a\u00a0b", "a b"), ("", ""), ("x" * 21, "x" * 19 + "…"),
    ],
)  # fmt: skip
def test_a_typed_text_becomes_one_clean_line(typed, shown):
    assert tidy(typed, 20) == shown


def test_a_fact_the_template_asks_for_and_does_not_get_is_an_error():
    with pytest.raises(UndefinedError):
        _environment().get_template("mail/letter.txt").render({"view": object()})


def test_the_web_fonts_are_all_there_with_their_licence():
    folder = ROOT / "static" / "fonts"
    styles = (folder / "fonts.css").read_text()
    files = {path.name for path in folder.glob("*.woff2")}
    assert {part.split('"')[0] for part in styles.split('url("')[1:]} == files
    assert styles.count("font-display: swap") == styles.count("@font-face") == len(files)
    assert "SIL OPEN FONT LICENSE" in (folder / "LICENSE-OFL.txt").read_text()
    assert not Path(folder / "index.css").exists()
