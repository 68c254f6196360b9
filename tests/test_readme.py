"""The README says what the code does."""

from onboarding.config import ROOT
from onboarding.policy.workflow import as_markdown


def test_the_workflow_in_the_readme_is_the_workflow_table() -> None:
    printed = (
        (ROOT / "README.md")
        .read_text()
        .partition("<!-- workflow -->\n")[2]
        .partition("<!-- /workflow -->")[0]
    )
    assert printed.strip() == as_markdown().strip(), "run `make readme`"
