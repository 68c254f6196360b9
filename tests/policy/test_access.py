"""Which role may do what beside the steps of the workflow."""

import pytest

from onboarding.policy.access import ALONE, TABLE, may, roles_in_force
from onboarding.policy.people import CLOCK, Actor, applicant
from onboarding.policy.vocabulary import STAFF_ROLES, Capability, Role

# S specialist, C coordinator, M medical director, B committee member, U auditor, X administrator.
MANUAL = """
see_queue              S C M B U -
see_file               S C M B U -
see_document           S C M B U -
claim_work             S C - - - -
do_in_bulk             S C M - - -
assign_work            - C - - - -
review_document        S C - - - -
record_authorization   S C - - - -
record_verification    S C - - - -
run_screening          S C - - - -
resolve_match          S C - - - -
settle_letter          - C - - - -
see_letter             S C M B U -
see_counts             S C M B U X
see_jobs               - C - - U X
ask_job                - C - - - X
start_recredentialing  - C - - - -
extend_recredentialing - C - - - -
confirm_onboarding     S C - - - -
answer_rights          S C - - - -
follow_invitations     S C - - - -
see_past               S C M - U -
draw_sample            - - - - U -
see_sample             - C M - U -
take_packet            - - - - U -
see_integrity          - C M - U -
save_view              S C M B - -
share_view             - C - - - -
take_queue             - C M - - -
see_reports            - C M - U -
manage_accounts        - - - - - X
see_committee          - C M B U -
manage_committee       - C - - - -
vote                   - C M B - -
sign_statement         - - M B - -
see_peer_review        - C M B U -
write_minutes          - C - - - -
attest_minutes         - - M B - -
sign_clean_files       - - M - - -
declare_tie            S C M B - -
record_appeal          - C - - - -
mark_adverse_action    - C M - - -
see_findings           S C M B U -
record_finding         S C - - - -
confirm_state_enrolment - C - - - -
close_follow_up        - C M - - -
"""
# What an auditor does beside looking: it is noted in the history and changes no file.
OF_THE_AUDIT = {Capability.DRAW_SAMPLE, Capability.TAKE_PACKET}
ORDER = (
    Role.SPECIALIST, Role.COORDINATOR, Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER, Role.AUDITOR, Role.ADMINISTRATOR,
)  # fmt: skip
ROWS = {line.split()[0]: line.split()[1:] for line in MANUAL.strip().splitlines()}


def test_every_capability_has_a_row_and_the_manual_a_line() -> None:
    assert set(TABLE) == set(Capability)
    assert set(ROWS) == {str(capability) for capability in Capability}


@pytest.mark.parametrize("capability", Capability)
def test_each_role_may_do_what_the_manual_says_and_no_more(capability: Capability) -> None:
    allowed = {role for role, sign in zip(ORDER, ROWS[capability], strict=True) if sign != "-"}
    assert {role for role in Role if may(frozenset({role}), capability)} == allowed


def test_an_auditor_only_looks() -> None:
    for capability in set(Capability) - OF_THE_AUDIT:
        assert not may(frozenset({Role.AUDITOR}), capability) or capability.value.startswith("see_")


def test_an_administrator_of_accounts_sees_no_file() -> None:
    for capability in (
        Capability.SEE_QUEUE, Capability.SEE_FILE, Capability.SEE_DOCUMENT, Capability.SEE_LETTER,
    ):  # fmt: skip
        assert not may(frozenset({Role.ADMINISTRATOR}), capability)


def test_who_decides_gathers_no_evidence() -> None:
    deciding = frozenset({Role.MEDICAL_DIRECTOR, Role.COMMITTEE_MEMBER})
    for capability in (
        Capability.REVIEW_DOCUMENT, Capability.RECORD_AUTHORIZATION, Capability.RECORD_VERIFICATION,
        Capability.RUN_SCREENING, Capability.RESOLVE_MATCH, Capability.RECORD_FINDING,
    ):  # fmt: skip
        assert not may(deciding, capability)


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.APPLICANT}), frozenset({Role.CLOCK})])
def test_without_a_staff_role_nothing_is_open(roles: frozenset[Role]) -> None:
    assert not any(may(roles, capability) for capability in Capability)


def test_two_roles_open_what_either_opens() -> None:
    both = frozenset({Role.SPECIALIST, Role.MEDICAL_DIRECTOR})
    assert may(both, Capability.RECORD_VERIFICATION)
    assert may(both, Capability.SIGN_CLEAN_FILES)
    assert roles_in_force(both) == both


@pytest.mark.parametrize("alone", ALONE)
@pytest.mark.parametrize("other", STAFF_ROLES)
def test_who_administers_or_audits_does_nothing_else_by_the_same_account(alone: Role, other: Role) -> None:
    assert roles_in_force(frozenset({alone, other})) in ({alone}, {Role.ADMINISTRATOR})


def test_applicant_and_clock_are_no_staff_roles() -> None:
    assert set(Role) - set(STAFF_ROLES) == {Role.APPLICANT, Role.CLOCK}


def test_the_applicant_and_the_clock_have_a_name_and_a_role_but_no_account() -> None:
    assert applicant("Dana Reyes") == Actor(None, "Dana Reyes", frozenset({Role.APPLICANT}))
    assert applicant("").name == "Applicant"
    assert (CLOCK.id, CLOCK.roles) == (None, {Role.CLOCK})


def test_roles_are_written_in_the_order_of_the_vocabulary() -> None:
    both = Actor(7, "Curtis Bell", frozenset({Role.AUDITOR, Role.SPECIALIST}))
    assert both.role_text == "specialist, auditor"
