"""Looking: the workflow as it stands, the settings as they are."""

import click
from pydantic import SecretStr

from onboarding.cli.start import read_settings
from onboarding.policy.workflow import as_markdown, as_mermaid


@click.command()
@click.option("--diagram", is_flag=True, help="Print a Mermaid state diagram instead of the table.")
def workflow(diagram: bool) -> None:
    """Print the workflow table, or its diagram."""
    click.echo(as_mermaid() if diagram else as_markdown(), nl=False)


@click.command("settings")
def show_settings() -> None:
    """Print every setting, its value and what it is for; secrets are masked."""
    settings = read_settings()
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = ("(set)" if value and value.get_secret_value() else "(not set)") if isinstance(value, SecretStr) else value
        if name == "database_url" and "@" in str(value):
            shown = str(value).partition("://")[0] + "://(hidden)@" + str(value).rpartition("@")[2]
        click.echo(f"ONBOARDING_{name.upper():28} {shown!s:45} {field.description or ''}".rstrip())
