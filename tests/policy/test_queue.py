"""What is next on a file, and who is awaited."""

from dataclasses import replace
from datetime import timedelta

import pytest

from onboarding.policy.file import AuthorizationFact, CredentialingFile
from onboarding.policy.queue import TABLE, NextThing, next_thing
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import (
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    ProviderType,
    ScreeningOutcome,
    Status,
    VerificationResult,
)
from onboarding.policy.workflow import OPEN_STATUSES, TABLE_STATUSES
from tests.policy import casefile as cf


def gathering(**changes) -> CredentialingFile:
    return cf.complete_file(status=Status.GATHERING, **changes)


def caqh(days: int) -> AuthorizationFact:
    return AuthorizationFact(
        AuthorizationKind.CAQH, plan_listed=True, attested_on=cf.days_ago(days), recorded_by=cf.SPECIALIST
    )


def says(file: CredentialingFile) -> str:
    found = next_thing(file)
    return f"{found.says} | {found.who}" if found else ""


@pytest.mark.parametrize("status", OPEN_STATUSES)
def test_every_open_file_has_something_next(status: Status) -> None:
    assert isinstance(next_thing(cf.complete_file(status=status)), NextThing)


@pytest.mark.parametrize(
    "status", [status for status in Status if status not in (*OPEN_STATUSES, *TABLE_STATUSES)]
)
def test_nothing_is_next_where_the_work_is_over(status: Status) -> None:
    assert next_thing(cf.complete_file(status=status)) is None


def test_the_last_row_of_each_status_says_something_of_every_file() -> None:
    empty = replace(cf.complete_file(), documents=(), verifications=(), screening=None, authorization=None)
    for status in OPEN_STATUSES:
        last = [row for row in TABLE if row.status is status][-1]
        assert last.says(replace(empty, status=status))


def test_a_file_held_for_the_scanner_is_not_complete() -> None:
    held = replace(cf.document(DocumentKind.W9, DocumentState.RECEIVED), held=True)
    others = tuple(cf.document(kind) for kind in DocumentKind if kind is not DocumentKind.W9)
    assert says(gathering(documents=(*others, held))) == "Held for the virus scanner: 1 | Virus scanner"


def test_documents_that_wait_for_us_come_before_what_we_wait_for() -> None:
    file = gathering(documents=(cf.document(DocumentKind.W9, DocumentState.RECEIVED, expires=None),))
    assert says(file) == "Documents to review: 1 | Staff"


def test_caqh_not_looked_up_is_for_staff_and_not_for_the_applicant() -> None:
    assert says(gathering(authorization=None)) == "CAQH not recorded | Staff"


def test_missing_documents_are_named_two_at_a_time() -> None:
    file = gathering(documents=())
    assert says(file).endswith("| Applicant")
    assert says(file).startswith("Waits for: Malpractice insurance face sheet, IRS Form W-9, signed")


def test_a_lapsed_attestation_waits_for_the_applicant() -> None:
    file = gathering(authorization=caqh(121))
    assert says(file) == "CAQH attestation lapsed | Applicant"


def test_a_plan_not_listed_in_caqh_waits_for_the_applicant() -> None:
    file = gathering(authorization=replace(caqh(3), plan_listed=False))
    assert says(file) == "CAQH does not list the plan | Applicant"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "CCVS profile not ordered"),
        (
            AuthorizationFact(AuthorizationKind.CCVS, ordered_on=cf.days_ago(3)),
            "CCVS profile ordered, not received",
        ),
    ],
)
def test_a_physicians_profile_is_ours_to_order(given: AuthorizationFact | None, words: str) -> None:
    file = replace(cf.complete_file(ProviderType.MD), status=Status.GATHERING, authorization=given)
    assert says(file) == f"{words} | Staff"


def test_a_full_file_can_go_on_to_verification() -> None:
    assert says(gathering()) == "Everything is here: start verification | Staff"


def test_verifications_are_counted() -> None:
    file = cf.complete_file(status=Status.VERIFYING)
    total = len(required(file))
    less = replace(
        file, verifications=tuple(v for v in file.verifications if v.kind is not required(file)[0].kind)
    )
    assert says(less) == f"Verifications: {total - 1} of {total} | Staff"
    assert says(file) == "Everything checked: finish verification | Staff"


def test_a_possible_match_comes_first() -> None:
    file = cf.complete_file(status=Status.VERIFYING, verifications=())
    screening = replace(file.screening, outcome=ScreeningOutcome.POSSIBLE, unresolved=2)
    assert says(replace(file, screening=screening)) == "Possible exclusion matches to resolve: 2 | Staff"


def test_a_screening_that_was_never_run_is_next() -> None:
    file = replace(cf.complete_file(status=Status.VERIFYING), screening=None)
    assert says(file) == "Exclusion screening to run | Staff"


def test_a_clean_file_waits_for_the_medical_director_and_no_other_does() -> None:
    file = cf.complete_file(status=Status.READY)
    assert says(file) == "Clean file: sign or send to committee | Medical director"
    disclosed = replace(file, disclosures=("Have you ever been convicted of a felony?",))
    assert says(disclosed) == "Not a clean file: place on an agenda | Coordinator"
    first, *rest = file.verifications
    odd = replace(file, verifications=(replace(first, result=VerificationResult.DISCREPANCY), *rest))
    assert says(odd) == "Not a clean file: place on an agenda | Coordinator"


@pytest.mark.parametrize("status", [Status.READY, Status.IN_COMMITTEE])
def test_a_file_that_ran_out_while_it_waited_is_not_put_before_anybody(status: Status) -> None:
    file = cf.complete_file(status=status)
    assert says(replace(file, authorization=caqh(121))) == "To renew before a decision: 1 | Staff"
    lapsed = replace(file, licence_expires_on=cf.days_ago(1), authorization=caqh(121))
    assert says(lapsed) == "To renew before a decision: 2 | Staff"


def test_what_will_have_run_out_at_the_meeting_is_said_before_it() -> None:
    file = cf.complete_file(status=Status.IN_COMMITTEE, signed_on=cf.days_ago(110))
    on_the_tenth, on_the_eleventh = (
        replace(file, meeting_on=file.today + timedelta(days=n)) for n in (10, 11)
    )
    assert says(on_the_tenth).startswith("On the agenda of ")
    assert says(on_the_eleventh) == "To renew before a decision: 1 | Staff"


def test_the_committee_decides_from_the_day_of_its_meeting() -> None:
    file = cf.complete_file(status=Status.IN_COMMITTEE)
    later = replace(file, meeting_on=file.today + timedelta(days=2))
    assert says(later).startswith("On the agenda of ")
    assert says(replace(file, meeting_on=file.today)) == "Record the committee's decision | Committee"
