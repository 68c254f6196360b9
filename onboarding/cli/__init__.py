"""Doors for the operator: the command `onboarding`."""

import os

import click

from onboarding.cli.accounts import account
from onboarding.cli.audit import audit
from onboarding.cli.database import database
from onboarding.cli.demo import demo
from onboarding.cli.doctor import doctor
from onboarding.cli.imports import import_group
from onboarding.cli.letters import letters_group
from onboarding.cli.run import scheduler, serve, tick
from onboarding.cli.sender import sender
from onboarding.cli.show import jobs, show_settings, workflow
from onboarding.cli.start import keys

GROUPS: dict[str, tuple[click.Command, ...]] = {
    "Run": (demo, serve, scheduler, tick, sender),
    "Set up": (doctor, keys, database, account),
    "Data": (import_group,),
    "Look": (workflow, jobs, letters_group, show_settings, audit),
}


class Grouped(click.Group):
    """A group whose help lists the commands by what they are for."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(str(c.name), c.get_short_help_str(80)) for c in commands])


@click.group(cls=Grouped, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Provider onboarding and credentialing: the web pages, the clock, the data."""
    os.umask(0o027)  # what this installation writes is nobody else's to read


for _commands in GROUPS.values():
    for _command in _commands:
        main.add_command(_command)
