"""What the doctor says of uploaded files: does the virus scanner answer, can pictures be read, is the parser shut in?"""

import shutil

from onboarding.cli.findings import Finding, Findings, note, ok, problem
from onboarding.config import Settings
from onboarding.sandbox import landlock_version
from onboarding.scanner import ScanFailed, ScannerDown, scan

SECONDS = 10.0


def check_uploads(settings: Settings) -> Findings:
    """The scanner is asked about a harmless file; Landlock and the program that reads pictures are looked for."""
    yield _scanner(settings)
    yield _sandbox()
    if shutil.which("tesseract") is None:
        says = "tesseract is not installed: dates on scanned pictures are not read, only those in PDFs with text."
        yield note("text in pictures", says, "apt-get install -y --no-install-recommends tesseract-ocr")
    else:
        yield ok("text in pictures", "tesseract reads them, as a suggestion")


def _sandbox() -> Finding:
    version = landlock_version()
    if version:
        return ok("sandbox", f"Landlock {version}: who parses an uploaded file reaches no other file")
    says = "The kernel has no Landlock: who parses an uploaded file can reach the files of its user."
    return note(
        "sandbox", says, "Run it on Linux 5.13 or later with landlock among the security modules (lsm=)."
    )


def _scanner(settings: Settings) -> Finding:
    if not settings.clamav:
        says = "No virus scanner is attached: uploaded files are checked for form and active content only."
        return note("virus scanner", says, "Set ONBOARDING_CLAMAV to clamd's host:port or socket.")
    try:
        found = scan(settings.clamav, b"harmless", SECONDS)
    except (ScannerDown, ScanFailed) as error:
        return problem(
            "virus scanner", f"Uploaded files are held: {error}.", "Start clamd, or check ONBOARDING_CLAMAV."
        )
    if found:
        return problem("virus scanner", f"It calls a harmless file {found}.", "Check clamd's signatures.")
    return ok("virus scanner", f"{settings.clamav} answers")
