"""The status page, drawn once for each shape of it: every text of one applicant is a blank, filled in at the end.

Two applicants at the same stage with the same papers get the same page but for their names, dates and tokens, and
filling blanks costs a twentieth of drawing the page. What is kept cannot hold anybody's data, because the template is
given nothing but the shape and the blanks. A test holds that a filled shape is the page the template would draw.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask import current_app, render_template
from markupsafe import escape

from onboarding.policy.documents import Requirement
from onboarding.policy.file import DocumentFact
from onboarding.policy.guards import say
from onboarding.policy.vocabulary import ProviderType
from onboarding.policy.workflow import JOURNEY
from onboarding.web.status_words import StatusPage

KEPT = 512
MOST_BLANKS = 300
_NONCE = secrets.token_hex(8)  # so that nobody can type a blank
_MARKS = tuple(f"[{_NONCE}:{number}]" for number in range(MOST_BLANKS))
_MARK = re.compile(rf"\[{_NONCE}:(\d+)\]")
_said = lru_cache(4096)(say)


@dataclass(frozen=True)
class Person:
    """What the page says of the application itself."""

    public_id: str
    name: str
    provider_type: ProviderType
    received_on: date | str | None
    return_reason: str


class Blanks:
    """Hands out blanks in order, and keeps what belongs in them."""

    def __init__(self) -> None:
        self.filled: list[str] = []

    def text(self, text: str) -> str:
        """A blank for this text; nothing for none."""
        if not text:
            return text
        self.filled.append(str(escape(text)))
        return _MARKS[len(self.filled) - 1]

    def day(self, day: Any) -> Any:
        """A blank for this date; None for none."""
        if day is None:
            return None
        self.filled.append(_said(day))
        return _MARKS[len(self.filled) - 1]


def draw(application: Any, page: StatusPage) -> str:
    """The status page of this application, without a form that came back."""
    blanks = Blanks()
    words: Any = current_app.jinja_env.globals
    token = blanks.text(words["csrf_token"]())
    person = Person(
        blanks.text(application.public_id),
        blanks.text(application.name),
        application.provider_type,
        blanks.day(application.received_on),
        application.return_reason if page.may_edit else "",
    )
    shape = StatusPage(
        page.stage,
        blanks.day(page.until),
        page.awaited,
        tuple([_without_days(item, blanks) for item in page.asked]),
        page.not_asked,
        page.authorization,
        tuple([(blanks.day(on), says) for on, says in page.history]),
        page.how_to_go_on,
        page.may_edit,
        page.may_upload,
        page.may_withdraw,
        page.has_portal,
    )
    pieces = _pieces_of(current_app.jinja_env, person, shape, token)
    filled = blanks.filled
    return "".join([piece if type(piece) is str else filled[piece] for piece in pieces])  # type: ignore[index]


def _without_days(item: Requirement, blanks: Blanks) -> Requirement:
    if not item.versions:
        return item
    versions = tuple([_without_days_of(sent, blanks) for sent in item.versions])
    counts = None if item.document is None else versions[item.versions.index(item.document)]
    return Requirement(item.row, item.state, item.why, counts, versions)


def _without_days_of(sent: DocumentFact, blanks: Blanks) -> DocumentFact:
    days = blanks.day(sent.uploaded_on), blanks.day(sent.expires_on)
    return DocumentFact(sent.kind, sent.state, *days, None, blanks.text(sent.reason), sent.held, sent.on_file)


@lru_cache(KEPT)
def _pieces_of(_environment: Any, person: Person, shape: StatusPage, token: str) -> tuple[str | int, ...]:
    """The page cut at its blanks: text, number of the blank, text and so on."""
    megabytes = current_app.extensions["settings"].upload_megabytes
    drawn = render_template(
        "status/application.html", application=person, shown=shape, typed={}, megabytes=megabytes, journey=JOURNEY,
        csrf_token=lambda: token, get_flashed_messages=lambda **_options: [],
    )  # fmt: skip
    pieces = _MARK.split(drawn)
    return tuple(int(piece) if place % 2 else piece for place, piece in enumerate(pieces))
