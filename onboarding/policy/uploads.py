"""TABLE: what the virus scanner's states mean for a file, and how many files are taken."""

from onboarding.policy.vocabulary import ScanState

# Nobody opens or accepts a file in these states of its scan.
HELD_SCANS = frozenset({ScanState.PENDING, ScanState.FAILED})
CLOSED_SCANS = HELD_SCANS | {ScanState.INFECTED}
SCAN_SAYS: dict[ScanState, str] = {
    ScanState.NOT_CONFIGURED: "Not scanned: no virus scanner is attached.",
    ScanState.PENDING: "This file waits for the virus scanner, and nobody opens it before.",
    ScanState.CLEAN: "The virus scanner found nothing.",
    ScanState.INFECTED: "The virus scanner found something harmful in this file, and nobody opens it.",
    ScanState.FAILED: "The virus scanner gave no answer about this file, so nobody opens it yet. It is asked again by itself.",
}

# Files at once, and files in all for one application: more is a flood.
MOST_FILES_AT_ONCE = 10
MOST_FILES = 200
