"""What a mail to the desk about files that stand still may know: Application IDs and where they stand, nobody's name
but its reader's."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class StalledFile:
    """One file: its Application ID, its stage in the desk's word, and since when nothing was done."""

    public_id: str
    stage: str
    since: date


@dataclass(frozen=True)
class StallView:
    """One mail. `days`: so long nothing was done; `more`: so many files beside those named."""

    name: str
    address: str
    files: tuple[StalledFile, ...]
    more: int
    days: int
    public_url: str

    @property
    def title(self) -> str:
        return "A file stands still" if len(self.files) + self.more == 1 else "Files stand still"
