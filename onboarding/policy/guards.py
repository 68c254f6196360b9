"""One question per "only if" of the workflow table. A guard answers with reasons in plain English; none means yes.

A guard is a statement that must hold: `documents_accepted`, `quorum_met`. It reads the file and the request, nothing
else, and changes nothing.
"""

from collections.abc import Callable
from datetime import date

from onboarding.policy.caqh import Standing, status_row
from onboarding.policy.clean_file import flags
from onboarding.policy.committee import CHOICE_LABELS, carried, row_of_action
from onboarding.policy.deadlines import after, clock, good_until, in_date
from onboarding.policy.documents import Requirement, requirements
from onboarding.policy.file import AuthorizationFact, CredentialingFile, LetterFact, Request
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.returning import credentialed_as
from onboarding.policy.verifications import (
    enrolment_pending_since,
    latest,
    required,
    required_provisionally,
)
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    LetterKind,
    MeetingState,
    RequirementState,
    ScreeningOutcome,
    Subject,
    VerificationResult,
)

Reasons = list[str]
Guard = Callable[[CredentialingFile, Request], Reasons]

ASKING_LETTERS = (LetterKind.MISSING_DOCUMENTS, LetterKind.RETURNED)


def say(day: date) -> str:
    """A date as a person reads it: March 4, 2027."""
    return f"{day:%B} {day.day}, {day.year}"


def form_complete(file: CredentialingFile, request: Request) -> Reasons:
    """Every answer the form needs is there."""
    return list(file.form_problems)


def attestation_signed(file: CredentialingFile, request: Request) -> Reasons:
    """The applicant has signed the attestation (NCQA CR 3 C)."""
    return [] if file.signed_on else ["Sign the attestation: type your full name and check the box."]


def only_open_application(file: CredentialingFile, request: Request) -> Reasons:
    """At most one open application per NPI and tax id."""
    if file.other_open_application:
        return [
            "An application with this NPI and tax ID is already open. Look it up on the status page, or call "
            f"{PLAN.provider_services_phone}."
        ]
    if file.in_network_already:
        return [
            "This NPI and tax ID is in the network already. Renewing happens by the recredentialing application, which "
            f"we open in time; for anything else call {PLAN.provider_services_phone}."
        ]
    return []


def participation_goes_on(file: CredentialingFile, request: Request) -> Reasons:
    """Who is in the network renews, and who left it not long ago; whose participation ended longer ago applies anew
    (policy/returning.py)."""
    too_late = (
        file.ended_on is None
        or credentialed_as(file.kind, file.today, ended_on=file.ended_on) is ApplicationKind.INITIAL
    )
    if file.kind is ApplicationKind.RECREDENTIALING and file.participation_ended and too_late:
        return [
            "Your participation has ended, so this renewal cannot be sent. Start a new application on the first page, "
            f"or call {PLAN.provider_services_phone}."
        ]
    return []


def draft_too_old(file: CredentialingFile, request: Request) -> Reasons:
    """A draft never sent is kept a set number of days after its last change; where an e-mail address was given, also until
    the last day that a notice named. A recredentialing draft, which the plan opens, never expires."""
    if file.kind is ApplicationKind.RECREDENTIALING:
        return ["A recredentialing draft does not expire."]
    if file.changed_on is None or after("draft_kept", file.changed_on) >= file.today:
        return [f"A draft is kept {clock('draft_kept', file.today).amount} days after its last change."]
    if file.email_given and not _deletion_told(file, after("draft_kept", file.changed_on)):
        return ["A draft is kept until a notice has told its end and the day it named has passed."]
    return []


def not_a_renewal(file: CredentialingFile, request: Request) -> Reasons:
    """A renewal is opened by the plan, and decided it goes on with a participation: its applicant does not let it go alone."""
    if file.kind is ApplicationKind.RECREDENTIALING:
        return [
            f"This is the renewal of a participation. If you do not want to renew, call {PLAN.provider_services_phone}."
        ]
    return []


def _deletion_told(file: CredentialingFile, kept_until: date) -> bool:
    return any(
        letter.kind is LetterKind.DRAFT_EXPIRES
        and letter.respond_by is not None
        and kept_until <= letter.respond_by < file.today
        for letter in file.letters
    )


def reason_given(file: CredentialingFile, request: Request) -> Reasons:
    """Whoever takes this step says why, in words another person can follow."""
    return [] if len(request.reason.strip()) >= 5 else ["Give the reason, in a few words at least."]


def authorization_confirmed(file: CredentialingFile, request: Request) -> Reasons:
    """On the day of decision CAQH lists the plan and was attested in time, or the CCVS profile is here and in date."""
    kind = provider_type(file.provider_type).authorization
    if kind is None:
        return []
    given, on = file.authorization, request.decided_on or file.today
    if given and given.recorded_on and given.recorded_on > on:
        return [f"What was recorded of {kind.value.upper()} is younger than the decision of {say(on)}."]
    if kind is AuthorizationKind.CCVS:
        return _ccvs_reasons(given, on)
    if given is None or not given.looked_up:
        return [
            "CAQH authorization: not recorded yet (is the plan listed, and when was the last attestation?)."
        ]
    reasons = []
    if not given.plan_listed:
        reasons.append(f"{PLAN.caqh_name} is not listed as an authorized plan in CAQH.")
    return reasons + _attestation_reasons(given, on)


def _attestation_reasons(given: AuthorizationFact, on: date) -> Reasons:
    row = status_row(given.provider_status) if given.provider_status else None
    if row and row.standing is not Standing.ATTESTED:
        return [row.says]
    if given.attested_on is None:
        return ["CAQH shows no attestation yet: the provider must attest."]
    if given.attested_on > on:
        return ["The CAQH attestation date lies in the future."]
    if not in_date(given.attested_on, on, "attestation_age"):
        lapsed = good_until(given.attested_on, on, "attestation_age")
        return [f"The CAQH attestation lapsed after {say(lapsed)}: the provider must attest again."]
    return []


def _ccvs_reasons(given: AuthorizationFact | None, on: date) -> Reasons:
    if given is None or given.ordered_on is None:
        return ["Order the CCVS profile."]
    if given.received_on is None:
        return ["The CCVS profile is ordered but not received."]
    if not in_date(given.received_on, on):
        return [_out_of_date("The CCVS profile", given.received_on, on)]
    return []


_REQUIREMENT_SAYS = {
    RequirementState.NEEDED: "not sent yet",
    RequirementState.BEING_SCANNED: "sent, held until the virus scanner has passed it",
    RequirementState.RECEIVED: "sent, waits for review",
    RequirementState.REJECTED: "rejected, waits for a new one",
    RequirementState.EXPIRED: "expired",
}


def documents_accepted(file: CredentialingFile, request: Request) -> Reasons:
    """Every document this file needs is accepted and in date on the day of decision."""
    return [
        f"{item.row.label}: {_REQUIREMENT_SAYS[item.state]}."
        for item in requirements(file.as_of(request.decided_on or file.today))
        if not item.settled
    ]


def something_missing(file: CredentialingFile, request: Request) -> Reasons:
    """Something the last letter asked for is still not here: no document of that kind came since the letter left, or
    CAQH is not in order though staff looked there since."""
    letter, given = _last_request(file), file.authorization
    if any(item.outstanding and _unanswered(item, file, letter) for item in requirements(file)):
        return []
    if not authorization_owed(file):
        return ["Nothing that we asked for is missing from the applicant: the file can go on."]
    left_on, looked_on = letter and letter.left_on, given and given.recorded_on
    if left_on and looked_on and looked_on > left_on:
        return []
    return ["Only CAQH is missing, and nobody has looked there since the letter left: look first."]


def _unanswered(item: Requirement, file: CredentialingFile, letter: LetterFact | None) -> bool:
    if letter is None or letter.left_on is None:
        return True
    sent_since = any(d.kind is item.row.kind and d.uploaded_on >= letter.left_on for d in file.documents)
    return item.row.kind in letter.asked and not sent_since


def authorization_owed(file: CredentialingFile) -> Reasons:
    """What the provider must mend in CAQH, once staff have looked there. What staff have not looked up yet nobody
    owes, nor a CCVS profile: the plan orders it; nor what CAQH leaves to staff to find out."""
    given = file.authorization
    if given is None or given.kind is not AuthorizationKind.CAQH or not given.looked_up:
        return []
    if given.provider_status and status_row(given.provider_status).standing is Standing.NEEDS_STAFF:
        return []
    return authorization_confirmed(file, Request(Action.COMPLETE_FILE, frozenset()))


def verifications_complete(file: CredentialingFile, request: Request) -> Reasons:
    """Every fact has been checked at its source. 'Not checked' is not checked."""
    reasons = []
    for row in required(file):
        found = latest(file, row.kind)
        if found is None or found.result is VerificationResult.NOT_CHECKED:
            reasons.append(f"{row.label}: not checked at its source yet.")
    return reasons


def evidence_in_date(file: CredentialingFile, request: Request) -> Reasons:
    """No evidence is older than the limit at the decision (NCQA CR 2025: 120 days), none younger than the decision, but
    for the screening: a later look into a newer list proves more, not less."""
    decided_on = request.decided_on or file.today
    reasons = []
    for row in required(file):
        found = latest(file, row.kind)
        if found is None:
            continue
        if found.recorded_on and found.recorded_on > decided_on:
            reasons.append(_out_of_date(row.label, found.recorded_on, decided_on))
        elif found.checked_on > decided_on or (
            row.age_clock and not in_date(found.checked_on, decided_on, row.age_clock)
        ):
            reasons.append(_out_of_date(row.label, found.checked_on, decided_on, row.age_clock))
    if file.signed_on and not in_date(file.signed_on, decided_on, "application_age"):
        reasons.append(_out_of_date("The signed application", file.signed_on, decided_on, "application_age"))
    screened_on = file.screening and min(file.screening.screened_on, decided_on)
    if screened_on and not in_date(screened_on, decided_on):
        reasons.append(_out_of_date("Exclusion screening", screened_on, decided_on))
    return reasons


def _out_of_date(
    what: str, checked_on: date, decided_on: date, age_clock: str | None = "evidence_age"
) -> str:
    if checked_on > decided_on or age_clock is None:
        return f"{what} is dated {say(checked_on)}, after the decision date {say(decided_on)}."
    age, limit = (decided_on - checked_on).days, clock(age_clock, decided_on).amount
    return f"{what} is {age} days old at the decision; the limit is {limit}. Check it again."


def license_in_force(file: CredentialingFile, request: Request) -> Reasons:
    """License and registrations run at least through the day of decision (NCQA CR 3: current at the decision): by the date
    the source gave, and only where it gave none of the license by the applicant's."""
    decided_on = request.decided_on or file.today
    reasons = [
        f"{row.label}: by its source it ran out on {say(found.good_until)}. Check whether it was renewed."
        for row in required(file)
        if (found := latest(file, row.kind)) and found.good_until and found.good_until < decided_on
    ]
    stated = licence_stated_until(file)
    if stated and stated < decided_on:
        reasons.append(
            f"The license expired on {say(stated)}. Return the form so that the applicant gives the renewed one."
        )
    return reasons


def licence_stated_until(file: CredentialingFile) -> date | None:
    """Until when the license runs by the applicant's word: nothing once its source has said it."""
    found = [latest(file, row.kind) for row in required(file) if row.is_licence]
    return None if any(fact and fact.good_until for fact in found) else file.licence_expires_on


def screening_done(file: CredentialingFile, request: Request) -> Reasons:
    """Screened against the current exclusion list, which is there and fresh today, whenever the committee met: who was
    listed since does not join. A missing or stale list is not checked."""
    imported_on = file.exclusion_list_imported_on
    if imported_on is None:
        return ["Exclusion screening: not checked. No OIG LEIE list has been imported."]
    if not in_date(imported_on, file.today, "exclusion_list_age"):
        limit = clock("exclusion_list_age", file.today).amount
        return [
            f"Exclusion screening: not checked. The OIG LEIE list was imported on {say(imported_on)} and is older than "
            f"{limit} days."
        ]
    if file.screening is None or file.screening.outcome is ScreeningOutcome.NOT_CHECKED:
        return ["Exclusion screening: not checked. A specialist has to run the screening."]
    if file.screening.superseded or file.screening.list_imported_on != imported_on:
        return [
            "Exclusion screening: a newer OIG LEIE list is here. The clock screens again soon; a specialist can at once."
        ]
    return []


def matches_resolved(file: CredentialingFile, request: Request) -> Reasons:
    """A person has looked at every possible exclusion match."""
    if file.screening and file.screening.unresolved:
        return [
            f"Exclusion screening: {file.screening.unresolved} possible match(es) wait for a person to resolve."
        ]
    return []


def not_excluded(file: CredentialingFile, request: Request) -> Reasons:
    """No excluded person joins (42 CFR 438.214(d), 438.610): a confirmed match cannot be approved by anyone."""
    if file.screening and file.screening.confirmed:
        return [
            "Exclusion screening: a match with the OIG LEIE is confirmed. An excluded provider cannot join."
        ]
    return []


def file_is_clean(file: CredentialingFile, request: Request) -> Reasons:
    """Nothing of policy/clean_file.py is found in the file; else it goes to the committee."""
    reasons = flags(file)
    return [*reasons, "A file that is not clean goes to the committee."] if reasons else []


def verifier_is_not_decider(file: CredentialingFile, request: Request) -> Reasons:
    """Who gathered the evidence does not decide on it, alone or at the table."""
    if request.actor_id in file.evidence_by:
        return ["You recorded evidence in this file, so somebody else must decide."]
    if request.attendance & file.evidence_by:
        return ["Someone in attendance recorded evidence in this file and must step out of this decision."]
    return []


def nobody_concerned(file: CredentialingFile, request: Request) -> Reasons:
    """Nobody decides on a file with the own NPI or of somebody the person declared a tie to, alone or at the table."""
    if request.actor_id in file.concerned:
        return ["You have a tie to this provider, so somebody else must decide."]
    if request.attendance & file.concerned:
        return ["Someone at the table has a tie to this provider. Record that the member is recused."]
    return []


def appeal_asked(file: CredentialingFile, request: Request) -> Reasons:
    """An appeal is let in once, after it was asked for; a late one by the reason given with this step."""
    if file.appeal is None:
        return ["Nobody has asked for an appeal. Record that one was asked for, under “After the decision”."]
    return []


def another_panel(file: CredentialingFile, request: Request) -> Reasons:
    """Nobody who made a decision decides on the appeal against it, alone or at the table."""
    if file.appeal is None or not file.appeal.accepted:
        return []
    if request.actor_id in file.appeal.panel:
        return ["You took part in the decision appealed against, so somebody else must decide."]
    if request.attendance & file.appeal.panel:
        return [
            "Someone at the table took part in the decision appealed against. Record that the member is recused."
        ]
    return []


def state_enrolment_settled(file: CredentialingFile, request: Request) -> Reasons:
    """Nobody joins whose enrollment with the State has been pending for more than 120 days (42 CFR 438.602(b)(2))."""
    since, on = enrolment_pending_since(file), request.decided_on or file.today
    if since is None or on <= after("state_enrolment_pending", since):
        return []
    days = clock("state_enrolment_pending", on).amount
    return [
        f"Arkansas Medicaid has not confirmed the enrollment since {say(since)}, which is more than {days} days. Check it "
        "again at the State; until it is confirmed the provider cannot join."
    ]


def conditions_of_provisional(file: CredentialingFile, request: Request) -> Reasons:
    """Before provisional credentialing (NCQA CR): a completed application with its attestation, the license at its primary
    source and five years of malpractice claims, all as they should be and in date. For a practitioner's first application."""
    reasons = []
    if file.kind is not ApplicationKind.INITIAL or file.subject is not Subject.PRACTITIONER:
        reasons.append("Provisional credentialing is for a practitioner's first application.")
    if file.signed_on is None or not in_date(file.signed_on, file.today, "application_age"):
        reasons.append("The application is not signed, or was signed too long ago.")
    for row in required_provisionally(file):
        found = latest(file, row.kind)
        if found is None or found.result not in row.good:
            reasons.append(f"{row.label}: not checked at its source yet, or not as it should be.")
        elif row.age_clock and not in_date(found.checked_on, file.today, row.age_clock):
            reasons.append(_out_of_date(row.label, found.checked_on, file.today, row.age_clock))
        elif found.good_until and found.good_until < file.today:
            reasons.append(f"{row.label}: by its source it ran out on {say(found.good_until)}.")
    return reasons


def never_provisional_before(file: CredentialingFile, request: Request) -> Reasons:
    """A practitioner is credentialed provisionally once (NCQA CR), whatever becomes of it."""
    if file.provisional_before:
        return [
            "This practitioner was credentialed provisionally before, and nobody is twice: finish the whole check."
        ]
    return []


def meeting_dated(file: CredentialingFile, request: Request) -> Reasons:
    """The agenda belongs to a planned meeting, today or later; a late item is added until the meeting is closed."""
    if request.meeting_on is None:
        return ["Choose the committee meeting. The coordinator plans meetings on the committee page."]
    if request.meeting_on < file.today:
        return ["The meeting date has passed. Choose today or a later date."]
    if request.meeting_closed:
        return ["That meeting is closed. Choose a later one."]
    return []


def meeting_held(file: CredentialingFile, request: Request) -> Reasons:
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


def quorum_met(file: CredentialingFile, request: Request) -> Reasons:
    """Enough members were at the table for this file, the recused left out (the meeting's row of policy/committee.py)."""
    if len(request.attendance) >= file.seats_needed:
        return []
    return [
        f"A decision needs at least {file.seats_needed} members at the table for this file, and {len(request.attendance)} "
        "are recorded. A member who is recused, or whose yearly statement is not in force, does not count."
    ]


def vote_carried(file: CredentialingFile, request: Request) -> Reasons:
    """The outcome is what more than half of the votes ask for (policy/committee.py)."""
    row = row_of_action(request.action)
    wanted = carried(request.votes)
    if row is None or wanted is row.choice:
        return []
    if not request.votes:
        return ["No vote is recorded for this file yet."]
    if wanted is None:
        return ["No outcome has more than half of the votes. Vote again, or pend the file with questions."]
    return [f"The votes carry “{CHOICE_LABELS[wanted]}”, so nothing else is recorded."]


def _last_request(file: CredentialingFile) -> LetterFact | None:
    found = [
        letter for letter in file.letters if letter.kind in ASKING_LETTERS and letter.round == file.round
    ]
    return found[-1] if found else None


def letter_has_left(file: CredentialingFile, request: Request) -> Reasons:
    """Nobody is discontinued without proof that the letter which asked has left, by every channel it goes by."""
    letter = _last_request(file)
    if letter is None:
        return ["No letter has asked the applicant for what is missing."]
    if letter.left_on is None:
        return ["There is no proof that the letter has left: see its hand-over on the file."]
    return []


def response_time_over(file: CredentialingFile, request: Request) -> Reasons:
    """The date given in the letter has passed, and the full time has run since the letter left."""
    letter = _last_request(file)
    if letter is None or letter.left_on is None or letter.respond_by is None:
        return ["The time to answer has not begun."]
    until = answer_until(letter)
    return (
        []
        if until and file.today > until
        else [f"The applicant has until {say(until or letter.respond_by)}."]
    )


def answer_until(letter: LetterFact) -> date | None:
    """The last day for an answer: the date in the letter, or the full time after it left where that is later."""
    if letter.respond_by is None or letter.left_on is None:
        return letter.respond_by
    return max(letter.respond_by, after("response_time", letter.left_on))


def not_renewed_since(file: CredentialingFile, request: Request) -> Reasons:
    """A participation is ended on the application that last credentialed it."""
    if file.renewed_since:
        return ["A later application renewed this participation: end it there."]
    return []


def welcome_letter_left(file: CredentialingFile, request: Request) -> Reasons:
    """The welcome letter has been handed over by every channel it goes by."""
    welcome = [letter for letter in file.letters if letter.kind is LetterKind.WELCOME]
    if welcome and welcome[-1].left_on:
        return []
    return ["The welcome letter has not left yet."]


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        form_complete,
        attestation_signed,
        only_open_application,
        participation_goes_on,
        draft_too_old,
        not_a_renewal,
        reason_given,
        authorization_confirmed,
        documents_accepted,
        something_missing,
        verifications_complete,
        evidence_in_date,
        license_in_force,
        screening_done,
        matches_resolved,
        not_excluded,
        file_is_clean,
        verifier_is_not_decider,
        nobody_concerned,
        appeal_asked,
        another_panel,
        state_enrolment_settled,
        conditions_of_provisional,
        never_provisional_before,
        meeting_dated,
        meeting_held,
        quorum_met,
        vote_carried,
        letter_has_left,
        response_time_over,
        not_renewed_since,
        welcome_letter_left,
    )
}
