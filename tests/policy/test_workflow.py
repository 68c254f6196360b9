"""The workflow as the manual states it: who takes which step from where, on what condition, and what is sent.

The manual is written out here once more, apart from the table: a change of either alone fails.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from onboarding.letters.catalog import TABLE as CATALOG
from onboarding.policy.appeals import APPEALABLE
from onboarding.policy.asking import ASKING_LETTERS
from onboarding.policy.asking import TABLE as ASKING
from onboarding.policy.deadlines import TABLE as CLOCKS
from onboarding.policy.file import AppealFact, CredentialingFile, Request, ScreeningFact
from onboarding.policy.guards import GUARDS
from onboarding.policy.stages import JOURNEY, STAGES
from onboarding.policy.vocabulary import (
    STAFF_ROLES,
    Action,
    DocumentKind,
    DocumentState,
    LetterKind,
    MeetingState,
    Role,
    ScreeningOutcome,
    Status,
    VerificationKind,
    VerificationResult,
    VoteChoice,
)
from onboarding.policy.workflow import (
    ACTION_LABELS,
    ASKABLE_STATUSES,
    ASKING_STATUSES,
    EDITABLE_STATUSES,
    EVIDENCE_STATUSES,
    OPEN_STATUSES,
    STATUS_LABELS,
    TABLE,
    UNIQUE_STATUSES,
    UPLOAD_STATUSES,
    WORK_CLOCKS,
    as_markdown,
    as_mermaid,
    find_step,
    reasons_against,
    steps_for,
)
from tests.policy.casefile import (
    DIRECTOR,
    SPECIALIST,
    TODAY,
    ask,
    complete_file,
    days_ago,
    document,
    letter,
    verified,
)

# A applicant, K clock, S specialist, C coordinator, M medical director, B committee member.
# The auditor and the administrator take no step at all.
INITIALS = {
    "A": Role.APPLICANT, "K": Role.CLOCK, "S": Role.SPECIALIST, "C": Role.COORDINATOR, "M": Role.MEDICAL_DIRECTOR,
    "B": Role.COMMITTEE_MEMBER,
}  # fmt: skip

MANUAL = """
draft         submit                   received       A    confirmation
draft         expire                   expired        K    -
draft         discard                  expired        A    -
received      accept                   gathering      SC   status_changed
received      return                   returned       SC   returned
received      withdraw                 withdrawn      AC   status_changed
returned      resubmit                 received       A    confirmation
returned      withdraw                 withdrawn      AC   status_changed
returned      discontinue              discontinued   CK   discontinuation
gathering     complete_file            verifying      SC   status_changed
gathering     return                   returned       SC   returned
gathering     discontinue              discontinued   CK   discontinuation
gathering     withdraw                 withdrawn      AC   status_changed
verifying     finish_verification      ready          SC   status_changed
verifying     approve_provisionally    verifying      M    provisional
verifying     back_to_gathering        gathering      SC   status_changed
verifying     return                   returned       SC   returned
verifying     discontinue              discontinued   CK   discontinuation
verifying     withdraw                 withdrawn      AC   status_changed
ready         approve_clean_file       approved       M    welcome
ready         place_on_agenda          in_committee   CM   status_changed
ready         back_to_verifying        verifying      SCM  status_changed
ready         discontinue              discontinued   CK   discontinuation
ready         withdraw                 withdrawn      AC   status_changed
in_committee  approve                  approved       MB   welcome
in_committee  approve_with_conditions  approved       MB   welcome
in_committee  pend                     verifying      MB   pended
in_committee  deny                     denied         MB   denial
in_committee  place_on_agenda          in_committee   CM   -
in_committee  take_off_agenda          ready          CM   status_changed
in_committee  back_to_verifying        verifying      CM   status_changed
in_committee  withdraw                 withdrawn      AC   status_changed
approved      withdraw                 withdrawn      AC   status_changed
approved      confirm_welcome          participating  K    -
participating terminate                terminated     M    termination
participating accept_appeal            participating  C    -
participating place_on_agenda          appeal_in_committee CM status_changed
appeal_in_committee approve                 participating MB appeal_decided
appeal_in_committee approve_with_conditions participating MB appeal_decided
appeal_in_committee place_on_agenda         appeal_in_committee CM -
appeal_in_committee terminate               terminated    M  termination
terminated    accept_appeal            ready          C    status_changed
denied        accept_appeal            ready          C    status_changed
discontinued  reopen                   received       C    status_changed
withdrawn     reopen                   received       C    status_changed
"""

COMPLETE = {
    "authorization_confirmed", "documents_accepted", "verifications_complete", "evidence_in_date", "license_in_force",
    "screening_done", "matches_resolved",
}  # fmt: skip
ON_EVIDENCE = COMPLETE | {"verifier_is_not_decider", "nobody_concerned"}
AT_THE_TABLE = {
    "meeting_held",
    "quorum_met",
    "everybody_voted",
    "vote_carried",
    "reason_given",
    "another_panel",
}
ON_CONDITIONS = AT_THE_TABLE | {"verifier_is_not_decider", "nobody_concerned", "not_excluded"}
CONDITIONS: dict[tuple[str, str], set[str]] = {
    ("draft", "submit"): {
        "form_complete",
        "attestation_signed",
        "only_open_application",
        "participation_goes_on",
    },
    ("draft", "expire"): {"draft_too_old"},
    ("draft", "discard"): {"not_a_renewal"},
    ("received", "accept"): set(),
    ("returned", "resubmit"): {
        "form_complete",
        "attestation_signed",
        "only_open_application",
        "participation_goes_on",
    },
    ("returned", "discontinue"): {"letter_has_left", "response_time_over"},
    ("gathering", "complete_file"): {"verification_opened", "authorization_confirmed", "documents_accepted"},
    ("gathering", "discontinue"): {"something_missing", "letter_has_left", "response_time_over"},
    ("verifying", "discontinue"): {"something_missing", "letter_has_left", "response_time_over"},
    ("ready", "discontinue"): {"something_missing", "letter_has_left", "response_time_over"},
    ("verifying", "finish_verification"): COMPLETE,
    ("verifying", "approve_provisionally"): {
        "conditions_of_provisional",
        "never_provisional_before",
        "screening_done",
        "matches_resolved",
        "not_excluded",
        "state_enrolment_settled",
        "verifier_is_not_decider",
        "nobody_concerned",
    },
    ("ready", "approve_clean_file"): ON_EVIDENCE
    | {"not_excluded", "state_enrolment_settled", "file_is_clean"},
    ("ready", "place_on_agenda"): {"meeting_dated"},
    ("in_committee", "approve"): ON_EVIDENCE | AT_THE_TABLE | {"not_excluded", "state_enrolment_settled"},
    ("in_committee", "approve_with_conditions"): ON_EVIDENCE
    | AT_THE_TABLE
    | {"not_excluded", "state_enrolment_settled"},
    ("in_committee", "pend"): AT_THE_TABLE | {"verifier_is_not_decider", "nobody_concerned"},
    ("in_committee", "deny"): AT_THE_TABLE
    | {"denied_on_evidence", "verifier_is_not_decider", "nobody_concerned"},
    ("in_committee", "place_on_agenda"): {"meeting_dated"},
    ("participating", "terminate"): {"reason_given", "not_renewed_since", "verifier_is_not_decider"},
    ("participating", "accept_appeal"): {"appeal_asked", "reason_given", "not_renewed_since"},
    ("participating", "place_on_agenda"): {"appeal_accepted", "meeting_dated"},
    ("appeal_in_committee", "approve"): ON_CONDITIONS,
    ("appeal_in_committee", "approve_with_conditions"): ON_CONDITIONS,
    ("appeal_in_committee", "place_on_agenda"): {"meeting_dated"},
    ("appeal_in_committee", "terminate"): {"reason_given", "not_renewed_since", "verifier_is_not_decider"},
    ("terminated", "accept_appeal"): {"appeal_asked", "reason_given", "only_open_application"},
    ("approved", "withdraw"): {"reason_given", "not_a_renewal"},
    ("approved", "confirm_welcome"): {"welcome_letter_left"},
    ("denied", "accept_appeal"): {"appeal_asked", "reason_given", "only_open_application"},
    ("discontinued", "reopen"): {"reason_given", "only_open_application"},
    ("withdrawn", "reopen"): {"reason_given", "only_open_application"},
}  # every other step asks for a reason and for nothing else

ROWS = [line.split() for line in MANUAL.strip().splitlines()]
TO = {(row[0], row[1]): row[2] for row in ROWS}
TRIPLES = {(row[0], row[1], INITIALS[initial]) for row in ROWS for initial in row[3]}
FINAL = {Status.EXPIRED}


def test_the_table_has_exactly_the_rows_of_the_manual() -> None:
    assert [(step.from_status, step.action, step.to_status) for step in TABLE] == [
        tuple(row[:3]) for row in ROWS
    ]


@pytest.mark.parametrize("status", Status)
def test_each_role_may_take_the_steps_of_the_manual_and_no_other(status: Status) -> None:
    for action in Action:
        step = find_step(status, action)
        assert (step is not None) == ((status, action) in TO), (status, action)
        for role in Role:
            allowed = (status, action, role) in TRIPLES
            assert (step is not None and role in step.who) == allowed, (status, action, role)
            assert (step in steps_for(status, frozenset({role}))) == allowed, (status, action, role)


def test_nobody_without_a_role_and_neither_auditor_nor_administrator_takes_a_step() -> None:
    for status in Status:
        assert steps_for(status, frozenset()) == ()
        assert steps_for(status, frozenset({Role.AUDITOR, Role.ADMINISTRATOR})) == ()


def test_two_roles_of_one_person_open_the_steps_of_both() -> None:
    both = frozenset({Role.SPECIALIST, Role.MEDICAL_DIRECTOR})
    assert {step.action for step in steps_for(Status.READY, both)} == {
        Action.APPROVE_CLEAN_FILE, Action.PLACE_ON_AGENDA, Action.BACK_TO_VERIFYING,
    }  # fmt: skip


@pytest.mark.parametrize("step", TABLE, ids=lambda step: f"{step.from_status}-{step.action}")
def test_each_step_has_the_conditions_and_the_letter_of_the_manual(step) -> None:
    row = next(row for row in ROWS if row[:2] == [step.from_status, step.action])
    assert set(step.only_if) == CONDITIONS.get((step.from_status, step.action), {"reason_given"})
    assert len(step.only_if) == len(set(step.only_if))
    assert list(step.sends) == ([] if row[4] == "-" else row[4].split(","))


def test_no_two_rows_say_where_one_action_leads_from_one_status() -> None:
    assert not [
        pair for pair, count in Counter((s.from_status, s.action) for s in TABLE).items() if count > 1
    ]


def test_every_condition_named_is_a_guard_and_every_guard_is_named() -> None:
    assert {name for step in TABLE for name in step.only_if} == set(GUARDS)


def test_a_guard_stands_under_its_own_name() -> None:
    assert all(name == guard.__name__ and guard.__doc__ for name, guard in GUARDS.items())


def test_every_action_is_a_step_somewhere_and_has_words_for_its_button() -> None:
    assert {step.action for step in TABLE} == set(Action) == set(ACTION_LABELS)
    assert len(set(ACTION_LABELS.values())) == len(Action)


def test_every_status_can_be_reached_from_a_draft() -> None:
    reached = {Status.DRAFT}
    while more := {step.to_status for step in TABLE if step.from_status in reached} - reached:
        reached |= more
    assert reached == set(Status)


def test_every_status_but_the_last_two_has_a_way_out() -> None:
    assert set(Status) - {step.from_status for step in TABLE} == FINAL


def test_from_every_open_status_an_end_can_be_reached_without_the_applicant() -> None:
    staff_and_clock = {*STAFF_ROLES, Role.CLOCK}
    ends = {Status.PARTICIPATING, Status.DENIED, Status.DISCONTINUED, Status.WITHDRAWN}
    for start in OPEN_STATUSES:
        reached = {start}
        while (
            more := {s.to_status for s in TABLE if s.from_status in reached and s.who & staff_and_clock}
            - reached
        ):
            reached |= more
        assert reached & ends, start


def test_only_the_medical_director_and_the_committee_decide() -> None:
    deciding = [
        step for step in TABLE if step.to_status in (Status.APPROVED, Status.DENIED, Status.TERMINATED)
    ]
    assert deciding
    for step in deciding:
        assert step.who <= {Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER}, step


def test_the_clock_never_decides_on_evidence() -> None:
    assert {step.action for step in TABLE if Role.CLOCK in step.who} == {
        Action.EXPIRE, Action.DISCONTINUE, Action.CONFIRM_WELCOME,
    }  # fmt: skip


def test_whatever_discontinues_asks_for_proof_that_the_letter_left() -> None:
    stopping = [step for step in TABLE if step.to_status is Status.DISCONTINUED]
    assert stopping
    assert all({"letter_has_left", "response_time_over"} <= set(step.only_if) for step in stopping)


def test_every_adverse_end_sends_a_letter() -> None:
    for status in (Status.DENIED, Status.DISCONTINUED, Status.TERMINATED, Status.RETURNED):
        assert all(step.sends for step in TABLE if step.to_status is status), status


def test_whatever_changes_what_the_applicant_sees_is_told_by_one_letter_and_nothing_else_is() -> None:
    # the deletion of a draft is told beforehand, or is the applicant's own; and the welcome letter has told of the network
    told_before = {Action.EXPIRE, Action.DISCARD, Action.CONFIRM_WELCOME}
    for step in TABLE:
        # provisionally in the network, while the check goes on as before
        joins = step.action is Action.APPROVE_PROVISIONALLY
        changes = STAGES[step.from_status] != STAGES[step.to_status] or joins
        assert len(step.sends) == (changes and step.action not in told_before), step


def test_only_the_mail_that_tells_of_a_change_can_be_turned_off_and_it_asks_for_nothing() -> None:
    (row,) = [row for row in CATALOG if row.optional]
    assert row.kind is LetterKind.STATUS_CHANGED
    assert (row.respond_clock, row.secret, row.pdf) == (None, False, False)


def test_every_letter_that_is_sent_is_in_the_catalog_once() -> None:
    assert Counter(row.kind for row in CATALOG) == Counter(LetterKind)
    assert {kind for step in TABLE for kind in step.sends} <= {row.kind for row in CATALOG}


def test_every_letter_that_sets_a_time_names_a_clock_of_the_policy() -> None:
    clocks = {row.name for row in CLOCKS}
    asking = {row.kind: row.respond_clock for row in CATALOG if row.respond_clock}
    rows = {row.kind: (row.respond_clock, row.respond_since) for row in CATALOG}
    assert all(rows[row.kind] == (row.over, row.written) for row in ASKING)
    appealable = {
        LetterKind.DENIAL,
        LetterKind.TERMINATION,
        LetterKind.WELCOME,
    }  # the last: only with conditions
    assert {kind for kind, name in asking.items() if name == "appeal"} == appealable == set(APPEALABLE)
    assert {row.kind for row in CATALOG if row.respond_if} == {
        row.letter for row in APPEALABLE.values() if row.if_dated
    }
    assert set(asking.values()) <= clocks


def test_every_status_has_a_label_and_a_stage_that_fits_the_journey() -> None:
    assert set(STAGES) == set(STATUS_LABELS) == set(Status)
    assert {stage.step for stage in STAGES.values()} == set(range(len(JOURNEY) + 1))
    for stage in STAGES.values():
        assert stage.title
        assert stage.title[0].islower()
        assert stage.says.endswith(".")
        assert stage.waits_for


def test_a_stage_has_a_step_exactly_while_the_journey_goes_on() -> None:
    ended = {Status.DENIED, Status.DISCONTINUED, Status.WITHDRAWN, Status.EXPIRED, Status.TERMINATED}
    assert {status for status, stage in STAGES.items() if stage.step == 0} == ended


def test_the_stage_rises_with_every_step_forward() -> None:
    journey = [
        Status.DRAFT,
        *[status for status in OPEN_STATUSES if status is not Status.RETURNED],
        Status.PARTICIPATING,
    ]
    steps = [STAGES[status].step for status in journey]
    assert steps == sorted(steps)


def test_every_open_status_has_a_clock_for_the_work_and_no_other_has() -> None:
    assert set(WORK_CLOCKS) == set(OPEN_STATUSES)
    assert set(WORK_CLOCKS.values()) <= {row.name for row in CLOCKS}


def test_the_sets_of_statuses_are_what_the_manual_says() -> None:
    assert [str(status) for status in OPEN_STATUSES] == [
        "received", "returned", "gathering", "verifying", "ready", "in_committee", "approved",
    ]  # fmt: skip
    assert UNIQUE_STATUSES == OPEN_STATUSES
    assert set(EDITABLE_STATUSES) == {Status.DRAFT, Status.RETURNED}
    assert {step.from_status for step in TABLE if step.action in (Action.SUBMIT, Action.RESUBMIT)} == set(
        EDITABLE_STATUSES
    )
    assert set(UPLOAD_STATUSES) < set(OPEN_STATUSES)
    assert set(EVIDENCE_STATUSES) < set(OPEN_STATUSES)
    silent = {step.from_status for step in TABLE if step.action is Action.DISCONTINUE}
    assert silent == set(ASKING_STATUSES) | set(ASKABLE_STATUSES)


def test_the_markdown_has_one_line_for_each_row_with_all_it_says() -> None:
    head, rule_line, *lines = as_markdown().splitlines()
    assert head == "| from | action | to | who | only if | sends |"
    assert set(rule_line) == {"|", "-"}
    assert len(lines) == len(TABLE)
    for step, line in zip(TABLE, lines, strict=True):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        words = [step.from_status, step.action, step.to_status]
        assert cells[:3] == [word.value.replace("_", " ") for word in words]
        assert {word.strip() for word in cells[3].split(",")} == {
            role.value.replace("_", " ") for role in step.who
        }
        assert cells[4] == ", ".join(step.only_if).replace("_", " ")
        assert cells[5] == ", ".join(step.sends).replace("_", " ")


def test_the_diagram_draws_each_row_once() -> None:
    lines = [line.strip() for line in as_mermaid().splitlines()]
    assert lines[:2] == ["stateDiagram-v2", "[*] --> draft"]
    assert lines[2:] == [f"{row[0]} --> {row[2]}: {row[1].replace('_', ' ')}" for row in ROWS]


def test_the_same_reason_is_given_once() -> None:
    step = find_step(Status.READY, Action.APPROVE_CLEAN_FILE)
    file = complete_file(
        verifications=(), screening=None, exclusion_list_imported_on=None, authorization=None
    )
    reasons = reasons_against(step, file, ask())
    assert reasons
    assert len(reasons) == len(set(reasons))


# One thing wrong with a file, and the steps it stands in the way of. "completion" is File complete and
# Verification finished; "decision" is every decision on evidence; "approval" is every approval.
def _flawed_verification(kind: VerificationKind, **changes):
    def spoil(file: CredentialingFile) -> CredentialingFile:
        return replace(file, verifications=(*file.verifications, replace(verified(kind), **changes)))

    return spoil


VERIFICATION = {"finish_verification"}
COMMITTEE = {"approve", "approve_with_conditions", "deny"}
DECISION = {"approve_clean_file", *COMMITTEE}
APPEAL = {"appeal approve", "appeal approve_with_conditions"}
TABLE_STEPS = {*COMMITTEE, "pend", *APPEAL}
APPROVAL = {"approve_clean_file", "approve", "approve_with_conditions"}
SENT = {"submit", "resubmit"}
BACK_IN = {"accept_appeal", "reopen"}
HEARD_AGAIN = {"accept_appeal", "network accept_appeal"}
PROVISIONAL = {"approve_provisionally"}

FLAWS = {
    "CAQH lapsed": (
        lambda file: replace(file, authorization=replace(file.authorization, attested_on=days_ago(121))),
        {"complete_file"} | VERIFICATION | APPROVAL,
    ),
    "the face sheet ran out": (
        lambda file: replace(file, documents=(document(DocumentKind.MALPRACTICE_FACE_SHEET, expires=-1),
                                              document(DocumentKind.W9))),
        {"complete_file"} | VERIFICATION | APPROVAL,
    ),
    "the W-9 waits for review": (
        lambda file: replace(file, documents=(document(DocumentKind.MALPRACTICE_FACE_SHEET),
                                              document(DocumentKind.W9, DocumentState.RECEIVED))),
        {"complete_file"} | VERIFICATION | APPROVAL,
    ),
    "the license was not checked": (
        _flawed_verification(VerificationKind.LICENCE, result=VerificationResult.NOT_CHECKED), VERIFICATION | DECISION | PROVISIONAL,
    ),
    "the license was checked 121 days ago": (
        _flawed_verification(VerificationKind.LICENCE, checked_on=days_ago(121)), VERIFICATION | DECISION | PROVISIONAL,
    ),
    "the license is not what was said": (
        _flawed_verification(VerificationKind.LICENCE, result=VerificationResult.DISCREPANCY), {"approve_clean_file"} | PROVISIONAL,
    ),
    "the renewal is due in 121 days": (lambda file: replace(file, recredentialing_due_on=days_ago(-121)), {"complete_file"}),
    "the signature is 121 days old": (lambda file: replace(file, signed_on=days_ago(121)), VERIFICATION | APPROVAL | PROVISIONAL),
    "nothing was signed": (lambda file: replace(file, signed_on=None), SENT | PROVISIONAL),
    "an answer is missing": (lambda file: replace(file, form_problems=("Enter city.",)), SENT),
    "another application is open": (lambda file: replace(file, other_open_application=True), SENT | BACK_IN),
    "the license expired yesterday": (lambda file: replace(file, licence_expires_on=days_ago(1)), VERIFICATION | APPROVAL),
    "the provider is in the network": (lambda file: replace(file, in_network_already=True), SENT | BACK_IN),
    "a later application renewed it": (lambda file: replace(file, renewed_since=True), {"terminate", "network accept_appeal"}),
    "no exclusion list": (lambda file: replace(file, exclusion_list_imported_on=None), VERIFICATION | APPROVAL | PROVISIONAL),
    "a match waits for a person": (
        lambda file: replace(file, screening=ScreeningFact(ScreeningOutcome.POSSIBLE, TODAY, days_ago(10), unresolved=1)),
        VERIFICATION | APPROVAL | PROVISIONAL,
    ),
    "the applicant is excluded": (
        lambda file: replace(file, screening=ScreeningFact(ScreeningOutcome.POSSIBLE, TODAY, days_ago(10), confirmed=1)),
        APPROVAL | APPEAL | PROVISIONAL,
    ),
    "the applicant disclosed a felony": (lambda file: replace(file, disclosures=("Felony?",)), {"approve_clean_file"}),
    "the committee had the file before": (
        lambda file: replace(file, placed_on_agenda_on=days_ago(3), meeting_on=TODAY), {"approve_clean_file"},
    ),
    "the meeting was never opened": (
        lambda file: replace(file, placed_on_agenda_on=days_ago(3), meeting_on=TODAY, meeting_state=MeetingState.PLANNED),
        {"approve_clean_file"} | TABLE_STEPS,
    ),
    "the director is the provider": (lambda file: replace(file, concerned=frozenset({DIRECTOR})), DECISION | TABLE_STEPS | PROVISIONAL),
    "a member is family": (lambda file: replace(file, concerned=frozenset({12})), DECISION | TABLE_STEPS | PROVISIONAL),
    "the meeting is tomorrow": (
        lambda file: replace(file, placed_on_agenda_on=days_ago(3), meeting_on=days_ago(-1)),
        {"approve_clean_file"} | TABLE_STEPS,
    ),
    "nobody asked for an appeal": (lambda file: replace(file, appeal=None), HEARD_AGAIN),
    "a member decided before": (
        lambda file: replace(file, appeal=AppealFact(days_ago(3), late=False, accepted=True, panel=frozenset({12}))),
        TABLE_STEPS | HEARD_AGAIN | {"approve_clean_file"},
    ),
    "the State has not confirmed for 121 days": (
        _flawed_verification(
            VerificationKind.MEDICAID_ENROLMENT, result=VerificationResult.NOT_FOUND, checked_on=days_ago(121)
        ),
        VERIFICATION | DECISION | PROVISIONAL,
    ),
    "provisional before": (lambda file: replace(file, provisional_before=True), PROVISIONAL),
}  # fmt: skip
# The last one put on wins where two spoil the same fact, so they are not drawn together.
SAME_FACT = (
    {"the face sheet ran out", "the W-9 waits for review"},
    {
        "the license was not checked",
        "the license was checked 121 days ago",
        "the license is not what was said",
    },
    {"the signature is 121 days old", "nothing was signed"},
    {"nobody asked for an appeal", "a member decided before"},
    {"a match waits for a person", "the applicant is excluded"},
    {"the committee had the file before", "the meeting is tomorrow", "the meeting was never opened"},
    {"the director is the provider", "a member is family"},
)
REASONED = {
    "return", "withdraw", "back_to_gathering", "back_to_verifying", "take_off_agenda", "terminate", *BACK_IN, *HEARD_AGAIN, *TABLE_STEPS,
}  # fmt: skip
WRONG_REQUESTS = {
    "no reason": ({"reason": "  "}, REASONED),
    "no date of the meeting": ({"decided_on": None}, TABLE_STEPS),
    "a meeting yet to come": ({"decided_on": TODAY + timedelta(days=1)}, TABLE_STEPS),
    "two at the table": ({"attendance": frozenset({11, 12})}, TABLE_STEPS),
    "nobody voted": ({"votes": ()}, TABLE_STEPS),
    "as many for as against": ({"votes": (VoteChoice.APPROVE, VoteChoice.DENY)}, TABLE_STEPS),
    "a meeting that is closed": ({"meeting_closed": True}, {"place_on_agenda"}),
    "decided by who verified": (
        {"actor_id": SPECIALIST},
        DECISION | TABLE_STEPS | PROVISIONAL | {"terminate"},
    ),
    "no date for the agenda": ({"meeting_on": None}, {"place_on_agenda"}),
}
# Steps that need a letter, an old draft or an accepted appeal have their sentences in test_guards.py.
BY_THE_CLOCK = {Action.EXPIRE, Action.DISCONTINUE, Action.CONFIRM_WELCOME}


def _name(step) -> str:
    """An action by its name; where the appeal of who is in the network asks for other things, with that before it."""
    if step.action in (Action.PLACE_ON_AGENDA, Action.TERMINATE):
        return step.action
    before = {Status.APPEAL_IN_COMMITTEE: "appeal ", Status.PARTICIPATING: "network "}
    return before.get(step.from_status, "") + step.action


def _spoil(file: CredentialingFile, names: set[str]) -> CredentialingFile:
    for name, (spoil, _) in FLAWS.items():
        if name in names:
            file = spoil(file)
    return file


def _apart(names: set[str]) -> bool:
    return all(len(names & same) < 2 for same in SAME_FACT)


@settings(max_examples=150, deadline=None)
@given(
    flaws=st.sets(st.sampled_from(sorted(FLAWS)), max_size=3).filter(_apart),
    wrong=st.none() | st.sampled_from(sorted(WRONG_REQUESTS)),
)
def test_a_step_is_open_exactly_when_nothing_the_manual_names_stands_in_its_way(
    flaws: set[str], wrong: str | None
) -> None:
    file = _spoil(complete_file(), flaws)
    changes, stopped_by_request = WRONG_REQUESTS[wrong] if wrong else ({}, set())
    for step in TABLE:
        if step.action in BY_THE_CLOCK or "appeal_accepted" in step.only_if:
            continue
        blocked = {flaw for flaw in flaws if _name(step) in FLAWS[flaw][1]}
        if _name(step) in stopped_by_request:
            blocked.add(wrong)
        reasons = reasons_against(step, file, ask(step.action, **changes))
        assert bool(reasons) == bool(blocked), (step.action, blocked, reasons)


class OneApplication(RuleBasedStateMachine):
    """An application goes wherever people, the clock and chance take it; what must never happen never does."""

    @initialize()
    def begin(self) -> None:
        self.status = Status.DRAFT
        self.flaws: set[str] = set()
        self.letters: tuple = ()
        self.came_by: str | None = None
        self.file = self._file()

    def _file(self) -> CredentialingFile:
        return replace(_spoil(complete_file(), self.flaws), status=self.status, letters=self.letters)

    @rule(name=st.sampled_from(sorted(FLAWS)))
    def something_goes_wrong(self, name: str) -> None:
        self.flaws = {flaw for flaw in self.flaws if _apart({flaw, name})} | {name}

    @rule()
    def everything_is_mended(self) -> None:
        self.flaws = set()

    @rule(age=st.integers(0, 40), left=st.booleans(), kind=st.sampled_from(LetterKind))
    def a_letter_is_written(self, age: int, left: bool, kind: LetterKind) -> None:
        left_on = days_ago(age) if left else None
        self.letters = (
            *self.letters,
            letter(kind, respond_by=days_ago(age) + timedelta(days=30), left_on=left_on),
        )

    @rule(
        role=st.sampled_from(Role), action=st.sampled_from(Action), reason=st.sampled_from(["", "A good reason."]),
        actor=st.sampled_from([SPECIALIST, DIRECTOR]),
        attendance=st.sampled_from([frozenset(), frozenset({11, 12, 13}), frozenset({SPECIALIST, 12, 13})]),
    )  # fmt: skip
    def somebody_tries(
        self, role: Role, action: Action, reason: str, actor: int, attendance: frozenset[int]
    ) -> None:
        self._try(role, action, ask(action, role, reason=reason, actor_id=actor, attendance=attendance))

    @rule(data=st.data(), reason=st.sampled_from(["", "A good reason."]))
    def the_right_person_tries(self, data, reason: str) -> None:
        steps = [step for step in TABLE if step.from_status is self.status]
        if steps:
            step = data.draw(st.sampled_from(steps))
            self._try(min(step.who), step.action, ask(step.action, reason=reason))

    def _try(self, role: Role, action: Action, request: Request) -> None:
        file = self._file()
        step = find_step(self.status, action)
        if step is None or role not in step.who or reasons_against(step, file, request):
            return
        assert (self.status, action, role) in TRIPLES
        self.file, self.request, self.flaws_then = file, request, set(self.flaws)
        self.came_by, self.status = _name(step), step.to_status

    @invariant()
    def nothing_is_decided_on_a_spoiled_file(self) -> None:
        if self.came_by in APPROVAL | APPEAL | {"deny"}:
            assert not {flaw for flaw in self.flaws_then if self.came_by in FLAWS[flaw][1]}

    @invariant()
    def nobody_excluded_is_ever_approved(self) -> None:
        if self.came_by in APPROVAL:
            assert not self.file.screening.confirmed
            assert not self.file.screening.unresolved

    @invariant()
    def who_verified_never_decides(self) -> None:
        if self.came_by in DECISION | APPEAL:
            assert self.request.actor_id != SPECIALIST
            assert self.came_by == "approve_clean_file" or SPECIALIST not in self.request.attendance

    @invariant()
    def nobody_is_discontinued_before_the_time_in_the_last_letter_is_over(self) -> None:
        if self.came_by == "discontinue":
            asked = [one for one in self.file.letters if one.kind in ASKING_LETTERS]
            assert asked[-1].respond_by < TODAY
            if not self.request.reason:
                given = {LetterKind.RETURNED: 30, LetterKind.MISSING_DOCUMENTS_FINAL: 15}[asked[-1].kind]
                assert asked[-1].left_on + timedelta(days=given) < TODAY

    @invariant()
    def a_final_status_is_kept(self) -> None:
        if self.came_by in ("expire", "terminate"):
            assert self.status in FINAL


OneApplication.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestWhereverChanceTakesAnApplication = OneApplication.TestCase
