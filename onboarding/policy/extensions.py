"""TABLE: the causes for which a recredentialing may wait, as NCQA names them, and what shows each. Nothing else extends
the 36 months."""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.deadlines import after
from onboarding.policy.vocabulary import ExtensionCause


@dataclass(frozen=True)
class CauseRow:
    """One cause: its name, what evidence shows it, and the source."""

    cause: ExtensionCause
    label: str
    shown_by: str
    source: str


_FAQ = "NCQA CR FAQ 000014858"

TABLE: tuple[CauseRow, ...] = (
    CauseRow(ExtensionCause.ACTIVE_DUTY, "Active military assignment", "the orders", _FAQ),
    CauseRow(
        ExtensionCause.MEDICAL_LEAVE,
        "Medical or maternity leave",
        "the employer's or the practice's letter; no diagnosis",
        _FAQ,
    ),
    CauseRow(
        ExtensionCause.SABBATICAL, "Sabbatical", "the letter that grants it", "NCQA CR, as commonly described"
    ),
)

_BY_CAUSE = {row.cause: row for row in TABLE}


def cause_row(cause: ExtensionCause) -> CauseRow:
    """The row of one cause."""
    return _BY_CAUSE[cause]


def extended_to(returns_on: date) -> date:
    """By when somebody who practices again from this day is recredentialed."""
    return after("extension_after_return", returns_on)
