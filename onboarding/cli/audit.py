"""The history: does its chain of seals hold?"""

import sys
from time import perf_counter

import click
from flask import Flask

from onboarding.cli.start import with_app
from onboarding.clock import today
from onboarding.jobs.audit import read_heads
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.queries.audit import Broken, Tampering, check_chain, count_events, find_unkept

PLAIN_STEP = 10_000

SAYS: dict[Tampering, str] = {
    Tampering.CHANGED: "Event {event} (place {place}) was changed: it does not bear its seal.",
    Tampering.REMOVED: "Event {event} (place {place}) was removed.",
    Tampering.INSERTED: "Event {event} was inserted: it has no seal.",
    Tampering.REORDERED: "Event {event} (place {place}) was moved: its seal does not follow the one before.",
    Tampering.CUT_OFF: "The history was cut off: from place {place} on it is gone, and the heads kept outside know of it.",
    Tampering.REWRITTEN: "Event {event} (place {place}) bears another seal than the head kept outside: rewritten, or restored "
    "from a backup and gone on from there.",
}  # fmt: skip


@click.group()
def audit() -> None:
    """The history and its proof."""


@audit.command()
@with_app
def verify(app: Flask) -> None:
    """Check every event of the history against its seal and the heads kept outside; name the first bad row."""
    folder = app.extensions["settings"].audit_heads
    try:
        heads = list(read_heads(folder))
    except ValueError as unread:
        raise click.ClickException(str(unread)) from unread
    total, began = count_events(), perf_counter()
    report = check_chain(heads, lambda checked: _tell(checked, total))
    seconds = max(perf_counter() - began, 0.001)
    if sys.stderr.isatty():
        click.echo(err=True)
    click.echo(
        f"{report.checked:,} of {total:,} events checked in {seconds:.1f} s ({report.checked / seconds:,.0f} a second)."
    )
    for broken in report.broken:
        click.echo(say_broken(broken))
    if report.broken:
        if report.broken[0].place == 1:
            click.echo(
                "Where every event is fine and the first is named, the key is not the one it was sealed with."
            )
        raise click.exceptions.Exit(1)
    unkept = find_unkept(heads)
    if unkept and after("head_kept", unkept) < today():
        click.echo(
            f"WARNING: no head outside knows of what was recorded from {say(unkept)} on. The clock writes one a day into "
            f"{folder}: either no scheduler runs, or heads were taken away. Compare with your copy on another machine."
        )
        raise click.exceptions.Exit(1)
    if heads:
        click.echo(f"The chain holds, and the {len(heads):,} heads in {folder} agree.")
    else:
        click.echo(f"The chain holds. No head is kept in {folder} yet: the clock writes one a day.")


def say_broken(broken: Broken) -> str:
    """One bad row in a sentence."""
    event = broken.event_id if broken.event_id is not None else "of unknown number"
    return SAYS[broken.what].format(event=event, place=broken.place)


def _tell(checked: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rChecking: {checked:,} of {total:,}", nl=False, err=True)
    elif checked % PLAIN_STEP == 0 and checked:
        click.echo(f"Checking: {checked:,} of {total:,}", err=True)
