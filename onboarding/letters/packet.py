"""What the packet of a meeting may know: plain facts, gathered by services/papers.py."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PacketEvidence:
    """One line of evidence: what was asked, what was found, where, when, and until when it carries a decision."""

    label: str
    found: str
    source: str
    checked_on: date | None
    good_until: date | None
    odd: bool = False


@dataclass(frozen=True)
class PacketFinding:
    """One monitoring finding: when it came, of which kind and severity, what it says, where it stands, what was done."""

    received_on: date
    kind: str
    severity: str
    says: str
    state: str
    done: tuple[str, ...]
    open: bool


@dataclass(frozen=True)
class PacketFile:
    """One file of the agenda."""

    number: int
    name: str
    provider: str
    npi: str
    public_id: str
    kind: str
    received_on: date | None
    specialty: str
    county: str
    flags: tuple[str, ...]
    disclosed: tuple[tuple[str, str], ...]
    evidence: tuple[PacketEvidence, ...]
    stale: tuple[str, ...]
    earlier: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...] | None
    monitored: tuple[str, ...] | None
    reached: tuple[str, ...]
    findings: tuple[PacketFinding, ...]


@dataclass(frozen=True)
class PacketView:
    """The packet: the meeting, who is expected, and every file in the order of the agenda."""

    held_on: date
    starts_at: str
    place: str
    quorum: str
    members: tuple[str, ...]
    made_at: str
    files: tuple[PacketFile, ...]
