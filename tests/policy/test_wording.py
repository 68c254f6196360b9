"""What people read is written in American English, in sentences an office manager understands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import onboarding.policy
from onboarding.config import ROOT

FOLDER = Path(onboarding.policy.__file__).parent
BRITISH = re.compile(
    r"\b(tick(ed|s)?|cheques?|licences?|enrol(s|ment|ments)?|organis\w*|authoris\w*|recognis\w*|specialis(e|es|ed|ing|ation)|behaviour\w*|"
    r"neighbour\w*|colour\w*|favour\w*|honour\w*|labour\w*|centres?|programmes?|practis\w*|cancelled|fulfil|whilst|"
    r"postcodes?|mobile|insurance cover|malpractice cover|judgement|catalogue|in force cover)\b",
    re.IGNORECASE,
)
STAFF_SLANG = re.compile(r"\b(null|none|invalid|error|boolean|enum|regex|uuid|foobar|todo)\b", re.IGNORECASE)


def sentences(path: Path) -> Iterator[str]:
    """Every text of the file that has a space in it and is no docstring: what may come before a reader."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in docstrings else None
        if isinstance(text, str) and " " in text.strip():
            yield text


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_what_people_read_is_american_english_without_jargon(path: Path) -> None:
    for text in sentences(path):
        assert not BRITISH.search(text), text
        assert not STAFF_SLANG.search(text), text


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.name)
def test_no_sentence_has_two_spaces_or_a_space_before_its_stop(path: Path) -> None:
    for text in sentences(path):
        assert not re.search(r"\S  \S", text), text
        assert not re.search(r"\w [.,;:?](\s|$)", text), text


# Words of ours that readers do not know, and what is said in their place.
OURS = {
    r"\btax ids?\b|\bTax ids?\b": "tax ID",
    r"\b[Tt]ick(s|ed)?\b": "check the box, mark as done",
    r"\bmend(s|ed)?\b": "fix",
    r"\b[Nn]obody yet\b|\bnobody's now\b": "unassigned",
    r"\bwork list\b": "review queue",
    r"\bperiod of grace\b": "grace period",
}
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_screens_and_letters_use_the_readers_words(path: Path) -> None:
    shown = re.sub(r'(?s)\{#.*?#\}|class="[^"]*"', "", path.read_text())
    for ours, instead in OURS.items():
        assert not re.search(ours, shown), instead
    read = re.sub(r"(?s)\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", shown)
    assert not BRITISH.search(read)


@pytest.mark.parametrize("folder", ["letters", "queries", "services", "web", "cli", "jobs"])
def test_what_people_are_told_is_american_english_in_the_readers_words(folder: str) -> None:
    for path in (ROOT / "onboarding" / folder).rglob("*.py"):
        for text in sentences(path):
            assert not BRITISH.search(text), f"{path.name}: {text}"
            assert not any(re.search(ours, text) for ours in OURS), f"{path.name}: {text}"
