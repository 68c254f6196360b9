"""TABLE: the jobs of the clock, in the order a tick runs them."""

from collections.abc import Callable
from dataclasses import dataclass

from onboarding.config import Settings
from onboarding.jobs import audit, caqh, documents, letters, meetings, papers, rosters, sweeps


@dataclass(frozen=True)
class Job:
    """One job: its name, what it does, and how many seconds lie between two runs of the scheduler."""

    name: str
    does: str
    every: int
    run: Callable[[Settings], dict[str, int]]


TABLE: tuple[Job, ...] = (
    Job("look_into_documents", "uploaded files to scan and look into", 10, documents.look_into_documents),
    Job("write_reminders", "recredentialing reminders that are due", 900, sweeps.write_reminders),
    Job("open_renewals", "recredentialing applications to open", 900, sweeps.open_renewals),
    Job("ask_for_documents", "missing-document letters that are due", 300, sweeps.ask_for_documents),
    Job("discontinue_silent", "files whose answer date has passed", 900, sweeps.discontinue_silent),
    Job("screen_again", "files to screen in a newer exclusion list", 300, sweeps.screen_again),
    Job("restate_forecasts", "the day on which each open file goes stale", 86400, sweeps.restate_forecasts),
    Job("tell_of_deletion", "drafts soon to be deleted", 3600, sweeps.tell_of_deletion),
    Job("remind_of_notices", "discrepancy notices whose time ends", 3600, sweeps.remind_of_notices),
    Job("expire_drafts", "drafts never sent", 3600, sweeps.expire_drafts),
    Job("end_provisional", "provisional participations whose days are over", 3600, sweeps.end_provisional),
    Job("work_on_rosters", "rosters to check or import", 5, rosters.work_on_rosters),
    Job("forget_old_rosters", "rosters not imported in time", 3600, rosters.forget_old_rosters),
    Job("sync_caqh", "the roster at CAQH, and statuses asked there", 900, caqh.sync_caqh),
    Job("write_attestation_reminders", "CAQH attestations that lapse", 900, caqh.write_attestation_reminders),
    Job("render_letters", "letters to render", 10, letters.render_letters),
    Job("make_papers", "packets, minutes and summaries of files to lay out", 5, papers.make_papers),
    Job("hand_over_print", "letters for the print folder", 10, letters.hand_over_print),
    Job("hand_over_mail", "messages to mail", 10, letters.hand_over_mail),
    Job("mail_calls", "invitations to meetings of the committee to mail", 10, meetings.mail_calls),
    Job("forget_secrets", "links and codes never mailed", 3600, sweeps.forget_secrets),
    Job("write_head", "the head of the history, kept outside the database", 3600, audit.write_head),
    Job("confirm_welcome", "approved providers whose welcome letter has left", 10, sweeps.confirm_welcome),
)
