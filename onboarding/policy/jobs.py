"""TABLE: the jobs of the clock in the order a tick runs them, how often the scheduler does, and why so often.

What a job does stands in onboarding/jobs; due dates are rows of the database, so a run that was missed is made up.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class JobRow:
    """One job: its name, what it looks for, how many seconds lie between two runs of the scheduler, and why so many."""

    name: str
    does: str
    every: int
    why: str


TABLE: tuple[JobRow, ...] = (
    JobRow(
        "look_into_documents",
        "uploaded files to scan and look into",
        10,
        "an applicant waits for the answer of the scanner",
    ),
    JobRow(
        "write_reminders",
        "recredentialing reminders that are due",
        900,
        "a reminder is due on a day; a quarter of an hour bounds how long after midnight it waits",
    ),
    JobRow(
        "open_renewals",
        "recredentialing applications to open",
        900,
        "a renewal opens on a day, as a reminder is due on one",
    ),
    JobRow(
        "ask_for_documents",
        "missing-document letters that are due",
        300,
        "a letter is due on a day, and at once after a step",
    ),
    JobRow(
        "discontinue_silent",
        "files whose answer date has passed",
        900,
        "a date passes on a day; nobody is discontinued within the hour of it",
    ),
    JobRow(
        "screen_again",
        "files to screen in a newer exclusion list",
        300,
        "whoever was listed since must be seen before the next decision",
    ),
    JobRow(
        "restate_forecasts",
        "the day on which each open file goes stale",
        86400,
        "what changes a file states it anew at once; this finds what only time has changed",
    ),
    JobRow(
        "tell_of_deletion",
        "drafts soon to be deleted",
        3600,
        "a deletion is told days before; the hour does not matter",
    ),
    JobRow(
        "remind_of_notices",
        "discrepancy notices whose time ends",
        3600,
        "a notice runs out on a day; the hour does not matter",
    ),
    JobRow("expire_drafts", "drafts never sent", 3600, "a draft ends with a day; the hour does not matter"),
    JobRow(
        "end_provisional",
        "provisional participations whose days are over",
        3600,
        "participation ends with a day; the hour does not matter",
    ),
    JobRow(
        "work_on_rosters",
        "rosters to check or import",
        5,
        "a contact watches the page while the rows are checked",
    ),
    JobRow(
        "forget_old_rosters",
        "rosters not imported in time",
        3600,
        "kept files are removed by the day; the hour does not matter",
    ),
    JobRow(
        "sync_caqh",
        "the roster at CAQH, and statuses asked there",
        900,
        "CAQH answers a batch after minutes, and bears no more questions",
    ),
    JobRow(
        "write_attestation_reminders",
        "CAQH attestations that lapse",
        900,
        "an attestation lapses on a day, as a reminder is due on one",
    ),
    JobRow(
        "tell_of_expiry",
        "documents of the network that run out",
        3600,
        "a document runs out on a day; the hour does not matter",
    ),
    JobRow(
        "remind_of_payment",
        "providers who have not chosen how they are paid",
        3600,
        "a reminder is due on a day; the hour does not matter",
    ),
    JobRow(
        "write_annual_notices",
        "yearly notices to the network",
        3600,
        "a year is over on a day; the hour does not matter",
    ),
    JobRow(
        "render_letters", "letters to render", 10, "a letter that a step wrote should leave within the minute"
    ),
    JobRow(
        "make_papers",
        "packets, minutes and summaries of files to lay out",
        5,
        "a person waits for the packet that was asked for",
    ),
    JobRow(
        "hand_over_print",
        "letters for the print folder",
        10,
        "a letter that was rendered should leave within the minute",
    ),
    JobRow("hand_over_mail", "messages to mail", 10, "a code to sign in is awaited before a page"),
    JobRow(
        "tell_of_stalls",
        "files that stand still, for the desk to be told",
        900,
        "a file stands still by the day; who is told in the morning can act on it",
    ),
    JobRow(
        "mail_calls",
        "invitations to meetings of the committee to mail",
        10,
        "a calendar that is told late of a move is wrong so long",
    ),
    JobRow(
        "forget_secrets",
        "links and codes never mailed",
        3600,
        "secrets of mails that never left are not kept past their hour",
    ),
    JobRow(
        "write_head",
        "the head of the history, kept outside the database",
        3600,
        "an hour bounds what could be changed before the day's head is outside the database",
    ),
    JobRow(
        "confirm_welcome",
        "approved providers whose welcome letter has left",
        10,
        "participation begins when the letter has left, not a day later",
    ),
)


def job_row(name: str) -> JobRow | None:
    """The job of this name; None where there is none, any more."""
    return next((row for row in TABLE if row.name == name), None)


def every_words(seconds: int) -> str:
    """How often, in words."""
    for unit, words in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % unit == 0:
            number = seconds // unit
            return f"every {words}" if number == 1 else f"every {number} {words}s"
    raise ValueError(f"{seconds} is no whole number of seconds")
