"""A letter becomes bytes: a template filled, laid out by WeasyPrint as a tagged PDF/UA, without a network.

WeasyPrint takes about a second to load, so it is loaded with the first PDF. Fonts and style sheet are read once a
process and shared; Pango's font map bears one thread at a time, so one letter is laid out at a time in a process.
Use one process per core for volume.
"""

import atexit
import re
import textwrap
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from threading import Lock
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from onboarding.config import ROOT
from onboarding.letters.catalog import CODE_MARK, LINK_MARK, letter_row
from onboarding.letters.tidy import tidy_view
from onboarding.letters.view import LetterView
from onboarding.policy.annual_notice import TABLE as ANNUAL_NOTICE
from onboarding.policy.attestation import RIGHTS
from onboarding.policy.days import say, say_time
from onboarding.policy.deadlines import REMINDER_DAYS_BEFORE, clock
from onboarding.policy.onboarding_list import TABLE as ONBOARDING_LIST
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import AuthorizationKind, PaymentChoice

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
STYLE = STATIC / "letter" / "letter.css"
PDF_VARIANT = "pdf/ua-1"

# The last reminders, counted from the end of the list, say plainly that participation ends.
PLAIN_REMINDERS = 3
MAIL_WIDTH = 72

_laying_out = Lock()


def render_pdf(view: LetterView) -> bytes:
    """The letter as a tagged PDF. The same facts give the same bytes.

    Raises ValueError for a kind that is mail only, OSError when a library WeasyPrint needs is not installed.
    """
    html = letter_html(view)
    engine = _engine()
    with _laying_out:
        document = engine.HTML(string=html, url_fetcher=engine.fetcher)
        pdf: bytes = document.write_pdf(
            stylesheets=[engine.style], font_config=engine.fonts, pdf_variant=PDF_VARIANT
        )
    return pdf


def lay_out(template: str, style: str, **words: Any) -> bytes:
    """Another paper of ours as a tagged PDF with bookmarks at its headings: a template below templates/, a style sheet
    of static/letter. Raises OSError when a library WeasyPrint needs is not installed."""
    return lay_out_page(_environment().get_template(template).render(words), style)


def lay_out_page(html: str, style: str) -> bytes:
    """The same of a page that is filled in already."""
    engine = _engine()
    with _laying_out:
        document = engine.HTML(string=html, url_fetcher=engine.fetcher)
        sheet = engine.CSS(
            filename=STATIC / "letter" / style, font_config=engine.fonts, url_fetcher=engine.fetcher
        )
        pdf: bytes = document.write_pdf(
            stylesheets=[sheet], font_config=engine.fonts, pdf_variant=PDF_VARIANT
        )
    return pdf


def render_text(view: LetterView) -> str:
    """The text of the mail: the whole letter for a kind that is mail only, else a few sentences about the PDF."""
    name = "letter" if letter_row(view.kind).pdf else view.kind.value
    return _wrapped(_environment().get_template(f"mail/{name}.txt").render(_words(view)))


def fill_text(template: str, **words: Any) -> str:
    """Another text of ours, as a mail carries it: a template below templates/."""
    return _wrapped(_environment().get_template(template).render(words))


def letter_html(view: LetterView) -> str:
    """The page that is laid out; also what a preview may show. Raises ValueError for a kind that is mail only."""
    if not letter_row(view.kind).pdf:
        raise ValueError(f"{view.kind.value} is a mail without a letter on paper")
    return _environment().get_template(f"letters/{view.kind.value}.html").render(_words(view))


@dataclass(frozen=True)
class _Engine:
    """What WeasyPrint needs and a process keeps."""

    HTML: Any
    CSS: Any
    fonts: Any
    style: Any
    fetcher: Any


@cache
def _engine() -> _Engine:
    # takes a second: only where a letter is laid out
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from onboarding.letters.assets import PackagedAssets

    fetcher, fonts = PackagedAssets(STATIC), FontConfiguration()
    # lets go of the fonts and their temporary folder while the interpreter still can
    atexit.register(_engine.cache_clear)
    style = CSS(filename=STYLE, font_config=fonts, url_fetcher=fetcher)
    return _Engine(HTML, CSS, fonts, style, fetcher)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["day"] = say
    environment.filters["hour"] = say_time
    environment.filters["sentence"] = _sentence
    environment.filters["bare"] = _bare
    environment.globals.update(
        plan=PLAN,
        rights=RIGHTS,
        steps=ONBOARDING_LIST,
        topics=ANNUAL_NOTICE,
        reminders=REMINDER_DAYS_BEFORE,
        plain_from=len(REMINDER_DAYS_BEFORE) - PLAIN_REMINDERS + 1,
        plain_days=REMINDER_DAYS_BEFORE[-PLAIN_REMINDERS],
        grace_days=clock("recredentialing_grace", date.max).amount,
        hearing_days=clock("hearing_after_notice", date.max).amount,
        provisional_days=clock("provisional", date.max).amount,
        AuthorizationKind=AuthorizationKind,
        PaymentChoice=PaymentChoice,
        LINK_MARK=LINK_MARK,
        CODE_MARK=CODE_MARK,
    )
    return environment


def _words(view: LetterView) -> dict[str, Any]:
    tidied = tidy_view(view)
    return {
        "view": tidied,
        "was_due_on": view.written_on - timedelta(days=view.days_late),
        "attested_within": clock("attestation_age", view.written_on).amount,
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bare(url: str) -> str:
    """An address as print shows it."""
    return re.sub("^https?://", "", url).rstrip("/")


def _wrapped(text: str) -> str:
    """Paragraphs filled to the width of a mail; indented lines stay as they are. An address is never broken."""
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n\n".join(_block(block) for block in blocks if block.strip()) + "\n"


def _block(block: str) -> str:
    if block.startswith("    "):
        return "\n".join(line.rstrip() for line in block.splitlines() if line.strip())
    return textwrap.fill(" ".join(block.split()), MAIL_WIDTH, break_long_words=False, break_on_hyphens=False)
