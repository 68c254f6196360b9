"""The doctor says whether the virus scanner answers and whether pictures can be read."""

from pathlib import Path

import pytest

from onboarding.cli.check_uploads import check_uploads
from onboarding.cli.findings import Mark
from onboarding.config import Settings
from tests.conftest import make_settings
from tests.support.clamd import clamd


def found(settings: Settings) -> list[tuple[Mark, str]]:
    return [(finding.mark, finding.says) for finding in check_uploads(settings)]


def test_without_a_scanner_and_ocr_it_says_what_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    scanner, _, pictures = found(make_settings(tmp_path, ""))
    assert scanner[0] is Mark.NOTE and "No virus scanner is attached" in scanner[1]
    assert pictures[0] is Mark.NOTE and "tesseract is not installed" in pictures[1]


def test_a_scanner_that_answers_is_fine_and_one_that_does_not_is_a_problem(tmp_path: Path) -> None:
    with clamd() as daemon:
        settings = make_settings(tmp_path, "", clamav=daemon.address)
        assert found(settings)[0] == (Mark.OK, f"{daemon.address} answers")
        daemon.says = b"stream: Everything FOUND\0"
        assert found(settings)[0] == (Mark.PROBLEM, "It calls a harmless file Everything.")
    assert found(settings)[0][0] is Mark.PROBLEM


@pytest.mark.parametrize("address", ["somewhere", "host:", ":x", "tcp", "relative/path.sock", "a b:1"])
def test_an_address_that_is_none_stops_the_start_with_its_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="ONBOARDING_CLAMAV"):
        make_settings(tmp_path, "", clamav=address)
