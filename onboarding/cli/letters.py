"""Letters: what the plan writes."""

import click

from onboarding.letters.catalog import TABLE
from onboarding.policy.letter_duties import duty_of


@click.group("letters")
def letters_group() -> None:
    """Letters: the catalog of what the plan writes."""


@letters_group.command()
def catalog() -> None:
    """Print every letter: to whom it goes, when, how, what it must state, and what waits for it."""
    for row in TABLE:
        duty = duty_of(row.kind)
        template = f"templates/letters/{row.kind}.html" if row.pdf else f"templates/mail/{row.kind}.txt"
        click.echo(f"{row.kind}: {row.title}")
        lines = {
            "to": duty.to,
            "when": duty.when,
            "by": f"{' and '.join(row.channels)}, from {template}",
            "states": ", ".join(duty.carries),
            "gates": duty.gates,
        }
        for name, says in lines.items():
            if says:
                click.echo(f"    {name:8}{says}")
