"""The agenda of one meeting as its page shows it: each file with its flags, its table, its votes, what can be done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.models import AgendaItem, Application, CommitteeMember, Decision, Meeting, Recusal, Staff
from onboarding.policy.committee import AGENDA_STATES, CHOICE_LABELS, OUTCOMES, carried
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import MeetingState, MessageState, Status, VoteChoice
from onboarding.policy.workflow import TABLE_STATUSES, find_step
from onboarding.queries.appeals import find_last_decision
from onboarding.queries.committee import (
    Table,
    able_to_vote,
    list_calls,
    list_in_office,
    list_items,
    list_recusals,
    list_seats_of,
    list_votes,
    read_table,
    tied_npis,
)
from onboarding.queries.files import get_credentialing_file
from onboarding.queries.monitoring import Found
from onboarding.services.papers import findings_since_decision, says_stale
from onboarding.web.staff.step_forms import StepForm, step_forms

CALL_SAYS: dict[MessageState, str] = {
    MessageState.QUEUED: "Mail on its way to",
    MessageState.SENDING: "Mail on its way to",
    MessageState.SENT: "Mailed to",
    MessageState.IN_DOUBT: "Mail may not have reached",
    MessageState.FAILED: "Mail could not be sent to",
    MessageState.HELD_BACK: "Not mailed, the day has passed:",
}
_NOT_MAILED = "Not mailed yet to"
_LACKING = {_NOT_MAILED, CALL_SAYS[MessageState.IN_DOUBT], CALL_SAYS[MessageState.FAILED]}


@dataclass(frozen=True)
class Calls:
    """How far the mails to the members' calendars are with a meeting as it stands: the names of whom, by how far; and
    whether somebody lacks it."""

    said: dict[str, list[str]]

    @property
    def lacking(self) -> bool:
        return bool(self.said.keys() & _LACKING)


@dataclass(frozen=True)
class Chair:
    """One member at one item: why without a vote, if so, the vote, and whether it was cast from the own account."""

    staff: Staff
    out: str
    choice: VoteChoice | None
    own: bool


@dataclass(frozen=True)
class Line:
    """One file of the agenda. `late`: what will not carry a decision on the day; `tied`: who has to be recused;
    `findings`: what monitoring found since the last decision; `before`: what was decided of the file last, at another
    meeting; `closed`: the reader has a tie to the provider."""

    item: AgendaItem
    application: Application
    decision: Decision | None
    open: bool
    chairs: list[Chair]
    recusals: list[Recusal]
    tied: list[str]
    table: Table
    tally: list[tuple[str, int]]
    carries: VoteChoice | None
    late: list[str]
    form: StepForm | None
    needed: int
    findings: list[Found]
    choices: list[tuple[str, str]]
    before: Decision | None
    on_appeal: bool
    closed: bool = False


def agenda_lines(meeting: Meeting, actor: Actor) -> list[Line]:
    """Every file in its order."""
    present = {seat.staff_id: seat.staff for seat in list_seats_of(meeting.id)}
    office = {term.staff_id: term.staff for term in list_in_office(meeting.held_on)}
    able, closed = able_to_vote(meeting), tied_npis(actor.id)
    return [_line(meeting, actor, present, office, able, closed, *row) for row in list_items(meeting.id)]


def _line(
    meeting: Meeting, actor: Actor, present: dict[int, Staff], office: dict[int, Staff], able: frozenset[int],
    closed: frozenset[str], item: AgendaItem, application: Application, decision: Decision | None,
) -> Line:  # fmt: skip
    waits = decision is None and application.status in TABLE_STATUSES
    recusals = list_recusals([item.id])
    out = {recusal.staff_id for recusal in recusals}
    votes = list_votes([item.id])
    cast = {vote.staff_id: vote.choice for vote in votes}
    own = {vote.staff_id for vote in votes if vote.recorded_by_id == vote.staff_id}
    table = _as_decided(decision, cast) if decision else read_table(item)
    counted = Counter(table.votes)
    wins = carried(table.votes, meeting.held_on)
    file = get_credentialing_file(application) if waits else None
    tied = (file.concerned | file.evidence_by | file.first_panel) - out if file else frozenset()
    late, form = [], None
    if file:
        late = says_stale(file, meeting.held_on)
        if meeting.state is MeetingState.HELD:
            form = _outcome_form(step_forms(file, actor, table), wins)
    return Line(
        item,
        application,
        decision,
        waits,
        [
            Chair(staff, _out(who, out, able, tied), cast.get(who), who in own)
            for who, staff in present.items()
        ],
        recusals,
        [staff.name for who, staff in office.items() if who in tied],
        table,
        [(CHOICE_LABELS[choice], counted[choice]) for choice in VoteChoice if counted[choice]],
        wins,
        late,
        form,
        file.seats_needed if file else 0,
        findings_since_decision(application),
        _choices(application.status),
        find_last_decision(application.id) if form else None,
        bool(file and file.first_panel),
        application.npi in closed,
    )


def _choices(status: Status) -> list[tuple[str, str]]:
    """What a member can vote: what the workflow lets the committee decide here, and to abstain."""
    shut = {row.choice for row in OUTCOMES if find_step(status, row.action) is None}
    return [(choice.value, label) for choice, label in CHOICE_LABELS.items() if choice not in shut]


def _as_decided(decision: Decision, cast: dict[int, VoteChoice]) -> Table:
    """The table of a decision, whoever came later."""
    here = frozenset(member.id for member in decision.attendance)
    return Table(here, tuple(choice for who, choice in cast.items() if who in here))


def _out(who: int, out: set[int], able: frozenset[int], concerned: frozenset[int]) -> str:
    if who in out:
        return "recused"
    if who not in able:
        return "statement not signed"
    return "must be recused" if who in concerned else ""


def _outcome_form(forms: list[StepForm], wins: VoteChoice | None) -> StepForm | None:
    """The step that records what the votes carry, where this person may take it."""
    return next((form for form in forms if form.outcome and form.outcome.choice is wins), None)


def current_calls(meeting: Meeting, office: Sequence[CommitteeMember]) -> Calls:
    """The mails about the meeting as it stands, and who in office has none."""
    found: dict[str, list[str]] = {}
    calls = [call for call in list_calls(meeting.id) if call.sequence == meeting.sequence]
    for call in calls:
        found.setdefault(CALL_SAYS[call.state], []).append(call.staff.name)
    told = {call.staff_id for call in calls}
    if meeting.state in AGENDA_STATES:
        for term in office:
            if term.staff_id not in told:
                found.setdefault(_NOT_MAILED, []).append(term.staff.name)
    return Calls(found)


def progress(lines: list[Line]) -> dict[str, Any]:
    """How far the meeting is."""
    waits = [line for line in lines if line.open]
    return {"files": len(lines), "left": len(waits), "next": waits[0].item.id if waits else None}
