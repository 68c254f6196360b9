"""Minutes: drafted from the record, edited by the coordinator, attested by the chair, then locked. Peer review: every
opening is written down, and no word of them goes anywhere else."""

from collections.abc import Sequence

from onboarding.clock import now
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import AgendaItem, Application, Decision, Meeting, Minutes
from onboarding.policy.changes import changed
from onboarding.policy.committee import CHOICE_LABELS, REASON_CODES, majority_row, outcome_row, quorum_row
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import MeetingState
from onboarding.queries.committee import (
    find_minutes,
    list_in_office,
    list_items,
    list_recusals,
    list_seats_of,
    list_tabled,
    list_votes,
    may_attest,
    read_table,
    seats_needed,
)
from onboarding.services.audit import record_event

LONGEST_MINUTES = 60_000
_Entry = tuple[AgendaItem, Application, Decision | None, Meeting | None]


def draft_minutes(meeting: Meeting, actor: Actor, expected_version: int | None = None) -> Minutes:
    """Write the minutes from what the tables hold, over the draft of this version. Raises Conflict before the meeting is
    closed, when they changed meanwhile, and once they are attested."""
    if meeting.state is not MeetingState.CLOSED:
        raise Conflict("Minutes are drafted once the meeting is closed.")
    found = find_minutes(meeting.id)
    if found:
        _must_be_open(found)
        _must_be_as_read(found, expected_version)
    return _keep(meeting, actor, minutes_text(meeting), "draft_minutes", "drafted from the record")


def edit_minutes(meeting: Meeting, actor: Actor, text: str, expected_version: int | None) -> Minutes:
    """Keep the coordinator's wording. Raises BadInput, and Conflict when they changed meanwhile or are attested."""
    found = find_minutes(meeting.id)
    if found is None:
        raise Conflict("Draft the minutes first.")
    _must_be_as_read(found, expected_version)
    if not 20 <= len(text.strip()) <= LONGEST_MINUTES:
        says = (
            f"Minutes have between 20 and {LONGEST_MINUTES:,} characters; these have {len(text.strip()):,}."
        )
        raise BadInput(says, {"text": says})
    return _keep(meeting, actor, text.strip(), "edit_minutes", "edited")


def attest_minutes(meeting: Meeting, actor: Actor, expected_version: int | None) -> Minutes:
    """Who chaired the meeting says that the minutes are true, or in place of a chair whose account is closed a member who
    was there; from now on nobody changes them."""
    found = find_minutes(meeting.id)
    if found is None:
        raise Conflict("Draft the minutes first.")
    _must_be_open(found)
    if found.version != expected_version:
        raise Conflict("The minutes changed after you opened them: read them again before you attest.")
    if actor.id not in may_attest(meeting):
        raise Conflict("Who chaired the meeting attests its minutes.")
    found.attested_by_id, found.attested_at = actor.id, now()
    who = "by the chair" if actor.id == meeting.chair_id else "in place of the chair"
    _record(meeting, actor, "attest_minutes", f"attested {who} and locked")
    return found


def record_opening(meeting: Meeting, actor: Actor, what: str, reason: str) -> None:
    """Write down that peer-review papers were opened, by whom and why. Raises BadInput without a reason."""
    if len(reason.strip()) < 5:
        says = "Say in a few words why you open them. It is kept with your name."
        raise BadInput(says, {"reason": says})
    _record(meeting, actor, "open_peer_review", f"{what} opened", reason.strip()[:500])


def minutes_text(meeting: Meeting) -> str:
    """The record of one meeting as plain text: who was there, each file with recusals, votes, outcome and reasons."""
    office, seats = list_in_office(meeting.held_on), list_seats_of(meeting.id)
    present = {seat.staff_id for seat in seats}
    names = {
        term.staff_id: f"{term.staff.name} ({'chair, ' if term.chair else ''}{term.specialty})"
        for term in office
    }
    absent = [name for who, name in names.items() if who not in present]
    chair = [seat.staff.name for seat in seats if seat.staff_id == meeting.chair_id]
    lines = [
        f"{PLAN.name}, Credentialing Committee",
        f"Minutes of the meeting of {say(meeting.held_on)}, {meeting.starts_at}",
        f"Place: {meeting.place or 'not recorded'}",
        "",
        f"Present: {', '.join(names.get(seat.staff_id, seat.staff.name) for seat in seats) or 'nobody'}",
        f"Absent: {', '.join(absent) or 'nobody'}",
        f"Chaired by: {''.join(chair) or 'not recorded'}",
        f"Quorum: {quorum_row(meeting.quorum_rule).label.lower()}; a decision needed {seats_needed(meeting)} at the table.",
        f"What carries: {majority_row(meeting.held_on).label.lower()}.",
        "",
    ]
    entries: list[_Entry] = [
        (item, application, decision, None) for item, application, decision in list_items(meeting.id)
    ]
    entries += [(item, application, None, to) for item, application, to in list_tabled(meeting)]
    for number, entry in enumerate(sorted(entries, key=lambda one: (one[0].place, one[0].id)), start=1):
        lines += [*_entry_lines(number, *entry), ""]
    if not entries:
        lines += ["No file was on the agenda.", ""]
    return "\n".join([*lines, "Confidential peer review record."])


def _entry_lines(
    number: int,
    item: AgendaItem,
    application: Application,
    decision: Decision | None,
    tabled_to: Meeting | None,
) -> list[str]:
    here = {member.id for member in decision.attendance} if decision else read_table(item).attendance
    lines = [
        f"{number}. {application.name}, NPI {application.npi}, Application ID {application.public_id}",
        f"   Why before the committee: {' '.join(item.why) or 'placed by the coordinator'}",
    ]
    for recusal in list_recusals([item.id]):
        lines += [f"   Recused: {recusal.staff.name}. {recusal.reason}"]
    votes = [f"{vote.staff.name}: {CHOICE_LABELS[vote.choice].lower()}" for vote in list_votes([item.id])
             if vote.staff_id in here]  # fmt: skip
    lines += [f"   At the table: {len(here)}. Votes: {'; '.join(votes) or 'none'}."]
    if tabled_to:
        return [*lines, f"   Tabled to the meeting of {say(tabled_to.held_on)}."]
    if decision is None:
        return [*lines, "   No decision."]
    lines += [f"   Decision: {outcome_row(decision.outcome).label.lower()}."]
    lines += [f"   Reason code: {REASON_CODES[code]}." for code in decision.reason_codes]
    lines += [f"   {line.strip()}" for line in decision.reason.splitlines() if line.strip()]
    if decision.follow_up_on:
        lines += [f"   Follow-up on {say(decision.follow_up_on)}."]
    return lines


def _keep(meeting: Meeting, actor: Actor, text: str, action: str, did: str) -> Minutes:
    found = find_minutes(meeting.id)
    if found is None:
        found = Minutes(meeting_id=meeting.id)
        db.session.add(found)
    else:
        _must_be_open(found)
    told = changed("minutes", "Minutes", found.text, text)  # that they changed; no word of them
    found.text, found.changed_at, found.changed_by_id = text, now(), actor.id or 0
    db.session.flush()
    _record(meeting, actor, action, did, changes=[told])
    return found


def _must_be_as_read(minutes: Minutes, expected_version: int | None) -> None:
    if minutes.version != expected_version:
        raise Conflict(
            "The minutes changed after you opened them. Nothing was saved over them: open them again."
        )


def _must_be_open(minutes: Minutes) -> None:
    if minutes.attested_at is not None:
        raise Conflict("The minutes are attested and locked.")


def _record(
    meeting: Meeting,
    actor: Actor,
    action: str,
    did: str,
    why: str = "",
    changes: Sequence[dict[str, str]] = (),
) -> None:
    what = f"Meeting of {say(meeting.held_on)}: {did if ' opened' in did else 'minutes ' + did}"
    record_event(
        actor=actor, action=action, what=what, why=why, details={"meeting": meeting.id, "changes": [*changes]}
    )
