"""What we wrote to the applicant: listed on the status page, read again as it left."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, Response, render_template

from onboarding.letters.catalog import LINK_MARK, TABLE, letter_row
from onboarding.policy.vocabulary import LetterKind, LetterState, MessageState, Opening
from onboarding.queries.files import get_application
from onboarding.queries.messages import get_message_to, list_handed_over
from onboarding.web.access import applicant_who, open_application_id
from onboarding.web.handing_out import hand_out, read_kept

bp = Blueprint("status_messages", __name__, url_prefix="/status/messages")

# What only the reader of a mail may know is never shown on a page.
SHOWN_KINDS: tuple[LetterKind, ...] = tuple(row.kind for row in TABLE if not row.secret)
# Of several hand-overs the first of these that one of them is in is told; the words, and their tone.
_STATES: dict[MessageState, tuple[str, str]] = {
    MessageState.SENT: ("Sent", "good"),
    MessageState.IN_DOUBT: ("We are not sure that it reached you", "warn"),
    MessageState.FAILED: ("It could not be delivered", "bad"),
    MessageState.SENDING: ("On its way", "info"),
    MessageState.QUEUED: ("On its way", "info"),
    MessageState.HELD: ("On its way", "info"),
    MessageState.HELD_BACK: ("Not sent: you turned these off, or it no longer held", "neutral"),
}
_LINK_SAYS = "(this link is in the e-mail only)"


@dataclass(frozen=True)
class Message:
    """One letter as the applicant sees it; `readable` once its bytes are kept."""

    letter_id: int
    kind: LetterKind
    title: str
    written_on: date
    respond_by: date | None
    state: str
    tone: str
    sent_on: date | None
    readable: bool
    pdf: bool


def list_messages(application_id: int, *, renewed: bool) -> list[Message]:
    """Every message to the applicant, the newest first."""
    found = []
    for _, rows in groupby(list_handed_over(application_id, SHOWN_KINDS), key=lambda row: row.id):
        first, *others = rows
        states = [row.handed_over for row in (first, *others) if row.handed_over]
        state = next((known for known in _STATES if known in states), MessageState.QUEUED)
        row = letter_row(first.kind)
        found.append(
            Message(
                first.id, first.kind, row.title_for(renewed=renewed), first.written_on, first.respond_by, *_STATES[state],
                max((row.sent_on for row in (first, *others) if row.sent_on), default=None),
                first.state is LetterState.RENDERED, row.pdf,
            )
        )  # fmt: skip
    return found


@bp.get("/<int:letter_id>")
@applicant_who(Opening.SEE_DETAIL)
def message(letter_id: int) -> Response | str:
    """One message as it left: the letter as a PDF, a mail as text."""
    application_id = open_application_id() or 0
    found = get_message_to(application_id, letter_id, SHOWN_KINDS)
    row = letter_row(found.kind)
    if row.pdf:
        name = f"{found.written_on.isoformat()}-{found.kind.value.replace('_', '-')}.pdf"
        return hand_out(found.storage_key, found.sha256, "application/pdf", name)
    text = _as_a_page(read_kept(found.storage_key, found.sha256).decode(errors="replace"))
    return render_template(
        "status/message.html", application=get_application(application_id), text=text, written_on=found.written_on,
        title=row.title_for(renewed=bool(found.facts.get("renewed"))),
    )  # fmt: skip


def _as_a_page(mail: str) -> str:
    """The text of a mail without its line breaks and columns, which are those of a wide screen; its secret link left out."""
    text = re.sub(r"\S*" + re.escape(LINK_MARK), _LINK_SAYS, mail)
    return re.sub(r"(?<=\S) {2,}", " ", re.sub(r"(?<=\S)\n(?=\S)(?![^\n]{1,40}: )", " ", text))
