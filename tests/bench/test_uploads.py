"""The harness of malformed uploads: a sample of it, each kind of trouble, by the check's own code."""

from pathlib import Path

from bench.malformed import malformed
from bench.uploads import send_malformed


def test_a_sample_of_malformed_uploads_is_taken_or_refused_and_leaves_nothing_outside_the_store(
    tmp_path: Path,
) -> None:
    found = send_malformed(range(60), tmp_path)
    assert (found.failures, found.strays, found.sent) == ([], [], 60)
    assert found.taken >= 6, "the good files with odd names are taken"
    assert len(found.refused) >= 5


def test_an_upload_is_the_same_each_time_and_every_kind_of_trouble_comes() -> None:
    assert malformed(17) == malformed(17)
    troubles = {malformed(number).trouble for number in range(10)}
    assert troubles == {"mutated", "cut short", "spliced", "polyglot", "bomb", "tags", "noise", "odd name"}


def test_a_file_outside_the_store_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "stray").write_text("x")
    assert send_malformed(range(0), tmp_path).strays == [str(tmp_path / "stray")]
