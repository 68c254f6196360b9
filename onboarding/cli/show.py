"""Looking: the workflow as it stands, the settings as they are."""

from pathlib import Path

import click
from pydantic import SecretStr

from onboarding.cli.start import read_settings
from onboarding.policy.jobs import TABLE, every_words
from onboarding.policy.workflow import as_markdown, as_mermaid


@click.command()
@click.option("--diagram", is_flag=True, help="Print a Mermaid state diagram instead of the table.")
@click.option(
    "--write", type=click.Path(exists=True, path_type=Path), help="Put the table between the marks in FILE."
)
def workflow(diagram: bool, write: Path | None) -> None:
    """Print the workflow table, or its diagram."""
    if write is None:
        click.echo(as_mermaid() if diagram else as_markdown(), nl=False)
        return
    before, opens, rest = write.read_text().partition("<!-- workflow -->\n")
    _, closes, after = rest.partition("<!-- /workflow -->")
    if not opens or not closes:
        raise click.ClickException(f"{write} has no <!-- workflow --> marks.")
    write.write_text(f"{before}{opens}{as_markdown()}{closes}{after}")


@click.command()
def jobs() -> None:
    """Print the jobs of the clock: what each looks for, how often, and why so often."""
    for row in TABLE:
        click.echo(f"{row.name:28} {every_words(row.every):18} {row.does}\n{'':28} {'':18} because {row.why}")


@click.command("settings")
def show_settings() -> None:
    """Print every setting, its value and what it is for; secrets are masked."""
    settings = read_settings()
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = (
            ("(set)" if value and value.get_secret_value() else "(not set)")
            if isinstance(value, SecretStr)
            else value
        )
        if name == "database_url" and "@" in str(value):
            shown = str(value).partition("://")[0] + "://(hidden)@" + str(value).rpartition("@")[2]
        click.echo(f"ONBOARDING_{name.upper():28} {shown!s:45} {field.description or ''}".rstrip())
