"""The decision: who may, at which table, after which."""

from onboarding.policy.committee import CHOICE_LABELS, carried, majority_row, row_of_action
from onboarding.policy.days import say
from onboarding.policy.deadlines import after, clock, in_date
from onboarding.policy.file import CredentialingFile, Past, Request
from onboarding.policy.guards.evidence import out_of_date
from onboarding.policy.verifications import (
    enrolment_pending_since,
    latest,
    required_provisionally,
)
from onboarding.policy.vocabulary import (
    ApplicationKind,
    MeetingState,
    Subject,
)


def verifier_is_not_decider(file: CredentialingFile, request: Request) -> list[str]:
    """Who gathered the evidence does not decide on it, alone or at the table."""
    if request.actor_id in file.evidence_by:
        return ["You recorded evidence in this file, so somebody else must decide."]
    if request.attendance & file.evidence_by:
        return ["Someone in attendance recorded evidence in this file and must step out of this decision."]
    return []


def nobody_concerned(file: CredentialingFile, request: Request) -> list[str]:
    """Nobody decides on a file with the own NPI, of somebody the person declared a tie to, or that the person stepped out
    of, alone or at the table."""
    if request.actor_id in file.concerned:
        return ["You have a tie to this provider, so somebody else must decide."]
    if request.attendance & file.concerned:
        return ["Someone at the table has a tie to this provider. Record that the member is recused."]
    if request.actor_id in file.recused:
        return ["You are recused from this file, so somebody else must decide."]
    return []


def appeal_asked(file: CredentialingFile, request: Request) -> list[str]:
    """An appeal is let in once, after it was asked for; a late one by the reason given with this step."""
    if file.appeal is None:
        return ["Nobody has asked for an appeal. Record that one was asked for, under “After the decision”."]
    return ["The appeal is accepted already."] if file.appeal.accepted else []


def appeal_accepted(file: CredentialingFile, request: Request) -> list[str]:
    """Who is in the network comes before the committee again by an appeal that was let in, and by nothing else."""
    if file.appeal is None or not file.appeal.accepted:
        return [
            "The provider is in the network: only an accepted appeal against conditions goes on an agenda."
        ]
    return []


def another_panel(file: CredentialingFile, request: Request) -> list[str]:
    """Nobody who made a decision decides on the appeal against it, alone or at the table."""
    if request.actor_id in file.first_panel:
        return ["You took part in the decision appealed against, so somebody else must decide."]
    if request.attendance & file.first_panel:
        return [
            "Someone at the table took part in the decision appealed against. Record that the member is recused."
        ]
    return []


def state_enrolment_settled(file: CredentialingFile, request: Request) -> list[str]:
    """Nobody joins whose enrollment with the State has been pending for more than 120 days (42 CFR 438.602(b)(2))."""
    since, on = enrolment_pending_since(file), request.decided_on or file.today
    if since is None or on <= after("state_enrolment_pending", since):
        return []
    days = clock("state_enrolment_pending", on).amount
    return [
        f"Arkansas Medicaid has not confirmed the enrollment since {say(since)}, which is more than {days} days. Check it "
        "again at the State; until it is confirmed the provider cannot join."
    ]


def conditions_of_provisional(file: CredentialingFile, request: Request) -> list[str]:
    """Before provisional credentialing (NCQA CR): a completed application with its attestation, the license at its primary
    source and five years of malpractice claims, all as they should be and in date. For a practitioner's first application."""
    reasons = []
    if file.kind is not ApplicationKind.INITIAL or file.subject is not Subject.PRACTITIONER:
        reasons.append("Provisional credentialing is for a practitioner's first application.")
    if Past.ENDED in file.past:
        reasons.append(
            "A participation of this provider ended before: provisional credentialing is for a first one."
        )
    if file.signed_on is None or not in_date(file.signed_on, file.today, "application_age"):
        reasons.append("The application is not signed, or was signed too long ago.")
    for row in required_provisionally(file):
        found = latest(file, row)
        if found is None or found.result not in row.good:
            reasons.append(f"{row.label}: not checked at its source yet, or not as it should be.")
        elif row.age_clock and not in_date(found.checked_on, file.today, row.age_clock):
            reasons.append(out_of_date(row.label, found.checked_on, file.today, row.age_clock))
        elif found.good_until and found.good_until < file.today:
            reasons.append(f"{row.label}: by its source it ran out on {say(found.good_until)}.")
    return reasons


def never_provisional_before(file: CredentialingFile, request: Request) -> list[str]:
    """A practitioner is credentialed provisionally once (NCQA CR), whatever becomes of it."""
    if file.provisional_before:
        return [
            "This practitioner was credentialed provisionally before, and nobody is twice: finish the whole check."
        ]
    return []


def meeting_dated(file: CredentialingFile, request: Request) -> list[str]:
    """The agenda belongs to a planned meeting, today or later; a late item is added until the meeting is closed."""
    if request.meeting_on is None:
        return ["Choose the committee meeting. The coordinator plans meetings on the committee page."]
    if request.meeting_on < file.today:
        return ["The meeting date has passed. Choose today or a later date."]
    if request.meeting_closed:
        return ["That meeting is closed or canceled. Choose another one."]
    return []


def meeting_held(file: CredentialingFile, request: Request) -> list[str]:
    """A committee decision carries the date of the meeting, which has been held and is not back-dated."""
    if request.decided_on is None:
        return ["Place the file on the agenda of a meeting first."]
    if request.decided_on > file.today:
        return ["The meeting has not been held yet. Record the decision on or after that day."]
    if file.meeting_state is MeetingState.PLANNED:
        return [
            "The meeting has not been held yet. The coordinator opens it on its day, on the committee page."
        ]
    if file.today > after("decision_recorded", request.decided_on):
        days = clock("decision_recorded", file.today).amount
        return [
            f"The committee met on {say(request.decided_on)}, and a decision is recorded within {days} days. Place the "
            "file on the agenda of the next meeting."
        ]
    if file.meeting_on and request.decided_on != file.meeting_on:
        return [
            f"The file is on the agenda of the meeting of {say(file.meeting_on)}. If the committee met on another day, "
            "place it on that agenda."
        ]
    return []


def everybody_voted(file: CredentialingFile, request: Request) -> list[str]:
    """Every member at the table voted, or abstained, before the outcome is recorded (plan policy)."""
    missing = len(request.attendance) - len(request.votes)
    if missing < 1:
        return []
    who = "1 member at the table has" if missing == 1 else f"{missing} members at the table have"
    return [f"{who} no vote on this file. Record each vote, or that the member abstains."]


def quorum_met(file: CredentialingFile, request: Request) -> list[str]:
    """Enough members were at the table for this file, the recused left out (the meeting's row of policy/committee.py)."""
    if len(request.attendance) >= file.seats_needed:
        return []
    return [
        f"A decision needs at least {file.seats_needed} members at the table for this file, and {len(request.attendance)} "
        "are recorded. A member who is recused, or whose yearly statement is not in force, does not count."
    ]


def vote_carried(file: CredentialingFile, request: Request) -> list[str]:
    """The outcome is what the votes carry, by the rule in force on the day of the meeting (policy/committee.py)."""
    row, met_on = row_of_action(request.action), request.decided_on or file.today
    wanted = carried(request.votes, met_on)
    if row is None or wanted is row.choice:
        return []
    if not request.votes:
        return ["No vote is recorded for this file yet."]
    if wanted is None:
        rule = majority_row(met_on).label.lower()
        return [f"No outcome has what it needs: {rule}. Vote again, or pend the file with questions."]
    return [f"The votes carry “{CHOICE_LABELS[wanted]}”, so nothing else is recorded."]
