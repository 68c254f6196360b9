"""How the sender stands, and what this database knows of the hand-overs that the journal outside it tells of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from sqlalchemy import select

from onboarding.extensions import db
from onboarding.models import Letter, LostHandOver, OutboxMessage, Sender
from onboarding.policy.vocabulary import Channel

ONLY = 1
PAGE = 500


class Step(StrEnum):
    """What a line of the journal says of one hand-over: it begins; what became of it."""

    BEGINS = "begins"
    LEFT = "left"
    IN_DOUBT = "in_doubt"
    NOT_SENT = "not_sent"


@dataclass(frozen=True)
class JournalLine:
    """One line of the journal: the moment, the epoch, the step, the channel; the message with its fence; its name (the
    Message-ID, or the name of the printed file); the key of its letter."""

    at: str
    epoch: str
    step: Step
    channel: Channel
    message_id: int
    fence: int
    name: str
    letter_key: str

    @property
    def attempt(self) -> tuple[str, int, int]:
        """What one hand-over is known by: its name, its message and the fence it was claimed with."""
        return self.name, self.message_id, self.fence


def letter_key(letter: Letter) -> str:
    """What a letter is on any copy of the database: of whom, what, for which cycle, which one."""
    return f"{letter.application.public_id}/{letter.kind.value}/{letter.cycle}/{letter.number}"


def find_sender() -> Sender | None:
    """The row of the sender; None before it ran for the first time."""
    return db.session.get(Sender, ONLY, populate_existing=True)


def find_pause() -> Sender | None:
    """The sender where it is paused, else None."""
    return db.session.scalars(select(Sender).where(Sender.paused_at.is_not(None))).one_or_none()


def find_lost(letter: Letter, channel: Channel) -> LostHandOver | None:
    """The hand-over of this letter that left in a time this database does not know, if there was one."""
    query = select(LostHandOver).where(
        LostHandOver.letter_key == letter_key(letter), LostHandOver.channel == channel
    )
    return db.session.scalars(query).one_or_none()


def list_unknown(lines: Iterable[JournalLine]) -> Iterator[JournalLine]:
    """The hand-overs that left, or may have left, and that this database does not know: each by its last line.

    A message is claimed, with a higher fence, and committed before its line is written. So a database without that message, or
    with a lower fence, is older than the journal. What an earlier comparison has settled is known.
    """
    last: dict[tuple[str, int, int], JournalLine] = {line.attempt: line for line in lines}
    left = (line for line in last.values() if line.step is not Step.NOT_SENT)
    while page := list(islice(left, PAGE)):
        known, settled = _known(page), _settled(page)
        for line in page:
            unknown = line.fence > known.get((line.message_id, line.name), -1)
            if unknown and (line.letter_key, line.channel, line.name) not in settled:
                yield line


def _known(lines: list[JournalLine]) -> dict[tuple[int, str], int]:
    """The fences of these messages, under the names they have here."""
    query = select(
        OutboxMessage.id, OutboxMessage.channel, OutboxMessage.message_id, OutboxMessage.recipient,
        OutboxMessage.fence,
    ).where(OutboxMessage.id.in_([line.message_id for line in lines]))  # fmt: skip
    return {
        (row.id, row.message_id if row.channel is Channel.MAIL else row.recipient): row.fence
        for row in db.session.execute(query)
    }


def _settled(lines: list[JournalLine]) -> set[tuple[str, Channel, str]]:
    query = select(LostHandOver).where(LostHandOver.letter_key.in_([line.letter_key for line in lines]))
    return {(lost.letter_key, lost.channel, lost.name) for lost in db.session.scalars(query)}
