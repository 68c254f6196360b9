"""Every letter that goes on paper, made once."""

import pytest

from onboarding.letters.catalog import TABLE
from onboarding.letters.render import render_pdf
from onboarding.policy.vocabulary import LetterKind
from tests.support.letters import letter_view


@pytest.fixture(scope="session")
def letters() -> dict[LetterKind, bytes]:
    """The PDF of each kind, to a fictional nurse practitioner."""
    return {row.kind: render_pdf(letter_view(row.kind)) for row in TABLE if row.pdf}
