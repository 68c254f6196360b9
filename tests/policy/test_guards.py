"""Each condition of the workflow, as a sentence that holds and as one that does not, with the reason it gives."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from onboarding.policy import guards
from onboarding.policy.asking import ASKING_LETTERS, CLOSING_LETTERS
from onboarding.policy.committee import MAJORITY, MajorityRow, carried, quorum_row
from onboarding.policy.days import say
from onboarding.policy.file import AuthorizationFact, CredentialingFile, Past, Request, ScreeningFact
from onboarding.policy.plan import PLAN
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    AuthorizationKind,
    DocumentKind,
    DocumentState,
    LetterKind,
    MeetingState,
    ProviderType,
    QuorumRule,
    Role,
    ScreeningOutcome,
    VerificationKind,
    VerificationResult,
    VoteChoice,
)
from onboarding.policy.warnings import warnings
from tests.policy.casefile import (
    DIRECTOR,
    SPECIALIST,
    TABLE_OF_THREE,
    TODAY,
    ask,
    complete_file,
    days_ago,
    document,
    letter,
    verified,
)

FIRST_DAY_OF_120 = date(2025, 7, 1)


def only(reasons: list[str]) -> str:
    """The one reason given."""
    assert len(reasons) == 1, reasons
    return reasons[0]


def with_verification(file: CredentialingFile, kind: VerificationKind, **changes) -> CredentialingFile:
    """The same file with this fact recorded otherwise, and once."""
    others = tuple(fact for fact in file.verifications if fact.kind is not kind)
    return replace(file, verifications=(*others, replace(verified(kind, today=file.today), **changes)))


def with_document(file: CredentialingFile, *documents) -> CredentialingFile:
    kinds = {fact.kind for fact in documents}
    return replace(file, documents=(*(fact for fact in file.documents if fact.kind not in kinds), *documents))


def caqh(attested_on: date | None, *, listed: bool = True) -> AuthorizationFact:
    return AuthorizationFact(
        AuthorizationKind.CAQH, plan_listed=listed, attested_on=attested_on, recorded_by=SPECIALIST
    )


# Words


def test_a_date_is_said_as_people_say_it() -> None:
    assert say(date(2027, 3, 4)) == "March 4, 2027"
    assert say(date(2026, 12, 31)) == "December 31, 2026"


@pytest.mark.parametrize("code", ProviderType)
def test_nothing_stands_in_the_way_of_a_complete_file(code: ProviderType) -> None:
    file = complete_file(code)
    for name, guard in guards.GUARDS.items():
        if name not in (
            "something_missing",
            "draft_too_old",
            "letter_has_left",
            "response_time_over",
            "welcome_letter_left",
            "conditions_of_provisional",  # of practitioners only, below
            "appeal_accepted",  # none is let in yet
        ):
            assert guard(file, ask()) == [], name


def test_every_reason_is_a_sentence() -> None:
    bare = complete_file(
        documents=(), verifications=(), screening=None, exclusion_list_imported_on=None, signed_on=None, authorization=None,
        other_open_application=True, disclosures=("A felony?",), form_problems=("Enter NPI.",),
    )  # fmt: skip
    nobody = ask(reason="", actor_id=None, meeting_on=None, attendance=frozenset(), decided_on=None)
    for name, guard in guards.GUARDS.items():
        for reason in guard(bare, nobody):
            assert reason[0].isupper(), (name, reason)
            assert reason.endswith((".", "?")), (name, reason)


def test_who_is_in_the_network_comes_to_the_table_by_an_accepted_appeal_and_an_appeal_is_accepted_once() -> (
    None
):
    asked = complete_file()
    accepted = replace(asked, appeal=replace(asked.appeal, accepted=True))
    for file in (asked, replace(asked, appeal=None)):
        assert "only an accepted appeal" in only(guards.appeal_accepted(file, ask()))
    assert guards.appeal_accepted(accepted, ask()) == []
    assert only(guards.appeal_asked(accepted, ask())) == "The appeal is accepted already."


# The form


def test_a_form_with_something_wrong_is_not_complete_and_says_what() -> None:
    assert guards.form_complete(complete_file(form_problems=("Enter city.", "Enter NPI.")), ask()) == [
        "Enter city.", "Enter NPI.",
    ]  # fmt: skip


def test_an_unsigned_form_is_not_attested() -> None:
    assert "Sign the attestation" in only(guards.attestation_signed(complete_file(signed_on=None), ask()))


def test_a_second_open_application_is_refused_with_whom_to_call() -> None:
    reason = only(guards.only_open_application(complete_file(other_open_application=True), ask()))
    assert "already open" in reason
    assert PLAN.provider_services_phone in reason


@pytest.mark.parametrize(("age", "old"), [(0, False), (59, False), (60, False), (61, True), (400, True)])
def test_a_draft_is_too_old_from_its_sixty_first_day(age: int, old: bool) -> None:
    reasons = guards.draft_too_old(complete_file(changed_on=days_ago(age)), ask())
    assert (reasons == []) == old
    assert old or reasons == ["A draft is kept 60 days after its last change."]


def test_a_recredentialing_draft_never_gets_too_old() -> None:
    file = complete_file(kind=ApplicationKind.RECREDENTIALING, changed_on=days_ago(4000))
    assert only(guards.draft_too_old(file, ask())) == "A recredentialing draft does not expire."


def test_a_renewal_is_not_the_applicants_to_delete() -> None:
    renewal = complete_file(kind=ApplicationKind.RECREDENTIALING)
    assert PLAN.provider_services_phone in only(guards.not_a_renewal(renewal, ask()))


def test_a_draft_without_a_date_is_kept() -> None:
    assert guards.draft_too_old(complete_file(changed_on=None), ask())


@pytest.mark.parametrize("said", ["", "    ", "ok", " yes ", "\n\n\n\n\n\n"])
def test_a_few_letters_are_no_reason(said: str) -> None:
    assert guards.reason_given(complete_file(), ask(reason=said))


@pytest.mark.parametrize("said", ["Moved", "Moved away", " Moved away \n to Tennessee "])
def test_a_word_or_two_are_a_reason(said: str) -> None:
    assert guards.reason_given(complete_file(), ask(reason=said)) == []


# Authorization


@pytest.mark.parametrize(("age", "good"), [(0, True), (119, True), (120, True), (121, False), (900, False)])
def test_caqh_must_have_been_attested_within_120_days(age: int, good: bool) -> None:
    reasons = guards.authorization_confirmed(complete_file(authorization=caqh(days_ago(age))), ask())
    assert (reasons == []) == good


def test_a_lapsed_attestation_is_told_with_its_last_good_day() -> None:
    reason = only(guards.authorization_confirmed(complete_file(authorization=caqh(days_ago(121))), ask()))
    assert reason == "The CAQH attestation lapsed after March 1, 2026: the provider must attest again."


def test_an_attestation_of_tomorrow_is_refused() -> None:
    reason = only(guards.authorization_confirmed(complete_file(authorization=caqh(days_ago(-1))), ask()))
    assert "future" in reason


def test_caqh_must_list_the_plan_by_its_caqh_name() -> None:
    reason = only(
        guards.authorization_confirmed(complete_file(authorization=caqh(days_ago(1), listed=False)), ask())
    )
    assert reason == "CareSource Management Group is not listed as an authorized plan in CAQH."


def test_an_unlisted_plan_and_a_lapsed_attestation_are_both_told() -> None:
    file = complete_file(authorization=caqh(days_ago(200), listed=False))
    assert len(guards.authorization_confirmed(file, ask())) == 2


@pytest.mark.parametrize("given", [None, caqh(None)])
def test_caqh_that_nobody_has_looked_at_is_not_confirmed(given: AuthorizationFact | None) -> None:
    assert "CAQH" in only(guards.authorization_confirmed(complete_file(authorization=given), ask()))


@pytest.mark.parametrize("code", [ProviderType.MD, ProviderType.DO])
def test_physicians_need_the_ccvs_profile_ordered_and_received(code: ProviderType) -> None:
    ordered = AuthorizationFact(AuthorizationKind.CCVS, ordered_on=days_ago(9))
    here = replace(ordered, received_on=days_ago(2))
    file = complete_file(code)
    confirmed = guards.authorization_confirmed
    assert only(confirmed(replace(file, authorization=None), ask())) == "Order the CCVS profile."
    assert "not received" in only(confirmed(replace(file, authorization=ordered), ask()))
    assert confirmed(replace(file, authorization=here), ask()) == []


def test_caqh_does_not_stand_in_for_the_ccvs_profile_of_a_physician() -> None:
    file = complete_file(ProviderType.MD, authorization=caqh(days_ago(1)))
    assert only(guards.authorization_confirmed(file, ask())) == "Order the CCVS profile."


def test_organizations_need_neither_caqh_nor_ccvs() -> None:
    assert (
        guards.authorization_confirmed(complete_file(ProviderType.HOSPITAL, authorization=None), ask()) == []
    )


# Documents


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        (None, "not sent yet"),
        (document(DocumentKind.W9, DocumentState.RECEIVED, expires=None), "sent, waits for review"),
        (document(DocumentKind.W9, DocumentState.REJECTED, expires=None), "rejected, waits for a new one"),
        (document(DocumentKind.W9, expires=-1), "expired"),
    ],
)
def test_a_document_that_is_not_accepted_and_in_date_is_told_with_its_state(fact, says: str) -> None:
    file = complete_file()
    sent = tuple(one for one in file.documents if one.kind is not DocumentKind.W9)
    reason = only(guards.documents_accepted(replace(file, documents=(*sent, fact) if fact else sent), ask()))
    assert reason == f"IRS Form W-9, signed: {says}."


def test_a_document_that_does_not_apply_is_not_missed() -> None:
    file = complete_file(documents=(document(DocumentKind.W9), document(DocumentKind.MALPRACTICE_FACE_SHEET)))
    assert guards.documents_accepted(file, ask()) == []


def test_something_is_missing_when_a_document_is_outstanding() -> None:
    assert guards.something_missing(complete_file(documents=()), ask()) == []


@pytest.mark.parametrize(("looked", "missing"), [(3, True), (40, False), (50, False)])
def test_caqh_is_missing_only_if_staff_looked_there_after_the_letter_left(looked: int, missing: bool) -> None:
    lapsed = replace(caqh(days_ago(121)), recorded_on=days_ago(looked))
    asked = letter(respond_by=days_ago(9), left_on=days_ago(40))
    reasons = guards.something_missing(complete_file(authorization=lapsed, letters=(asked,)), ask())
    assert (reasons == []) == missing
    assert missing or "look first" in only(reasons)


def test_whoever_screened_or_resolved_a_match_does_not_decide() -> None:
    assert guards.verifier_is_not_decider(complete_file(hands=frozenset({DIRECTOR})), ask())


@pytest.mark.parametrize(("left", "good"), [(1, True), (0, True), (-1, False)])
def test_the_license_runs_through_the_day_of_decision(left: int, good: bool) -> None:
    file = complete_file(licence_expires_on=days_ago(-left))
    assert (guards.license_in_force(file, ask()) == []) == good


def test_nobody_in_the_network_applies_again() -> None:
    assert "in the network already" in only(
        guards.only_open_application(complete_file(in_network_already=True), ask())
    )


def test_a_renewed_participation_is_ended_on_the_later_application() -> None:
    assert guards.not_renewed_since(complete_file(), ask()) == []
    assert "end it there" in only(guards.not_renewed_since(complete_file(renewed_since=True), ask()))


def test_nothing_is_missing_when_the_last_document_waits_for_our_review() -> None:
    file = with_document(complete_file(), document(DocumentKind.W9, DocumentState.RECEIVED, expires=None))
    assert "Nothing that we asked for is missing" in only(guards.something_missing(file, ask()))


@pytest.mark.parametrize("given", [None, AuthorizationFact(AuthorizationKind.CCVS, ordered_on=days_ago(60))])
def test_a_ccvs_profile_that_has_not_come_is_not_missing_from_the_physician(
    given: AuthorizationFact | None,
) -> None:
    """The plan orders it from the Medical Board: nobody is discontinued for what others owe (A.C.A. 23-99-411 tolls)."""
    assert guards.something_missing(complete_file(ProviderType.MD, authorization=given), ask())


# Verifications and their age


@pytest.mark.parametrize("code", ProviderType)
def test_each_fact_a_file_needs_is_missed_when_it_was_not_checked(code: ProviderType) -> None:
    file = complete_file(code)
    for row in required(file):
        without = replace(
            file, verifications=tuple(fact for fact in file.verifications if fact.kind is not row.kind)
        )
        assert (
            only(guards.verifications_complete(without, ask()))
            == f"{row.label}: not checked at its source yet."
        )
        not_checked = with_verification(file, row.kind, result=VerificationResult.NOT_CHECKED)
        assert (
            only(guards.verifications_complete(not_checked, ask()))
            == f"{row.label}: not checked at its source yet."
        )


@pytest.mark.parametrize("result", [VerificationResult.DISCREPANCY, VerificationResult.ADVERSE])
def test_a_bad_finding_is_a_finding(result: VerificationResult) -> None:
    file = with_verification(complete_file(), VerificationKind.LICENCE, result=result)
    assert guards.verifications_complete(file, ask()) == []


def test_a_later_not_checked_takes_away_an_earlier_verified() -> None:
    file = complete_file()
    later = verified(VerificationKind.LICENCE, 0, VerificationResult.NOT_CHECKED)
    assert guards.verifications_complete(replace(file, verifications=(*file.verifications, later)), ask())


@pytest.mark.parametrize(
    ("decided_on", "age", "good"),
    [
        (date(2026, 3, 2), 119, True),
        (date(2026, 3, 2), 120, True),
        (date(2026, 3, 2), 121, False),
        (FIRST_DAY_OF_120, 120, True),
        (FIRST_DAY_OF_120, 121, False),
        (FIRST_DAY_OF_120, 180, False),
        (FIRST_DAY_OF_120 - timedelta(days=1), 121, True),
        (FIRST_DAY_OF_120 - timedelta(days=1), 180, True),
        (FIRST_DAY_OF_120 - timedelta(days=1), 181, False),
        (date(2024, 1, 15), 180, True),
        (date(2024, 1, 15), 181, False),
    ],
)
def test_evidence_is_good_for_120_days_and_180_before_july_2025(
    decided_on: date, age: int, good: bool
) -> None:
    file = complete_file(today=decided_on)
    old = with_verification(file, VerificationKind.LICENCE, checked_on=decided_on - timedelta(days=age))
    signed = replace(file, signed_on=decided_on - timedelta(days=age))
    screened = replace(file, screening=replace(file.screening, screened_on=decided_on - timedelta(days=age)))
    for aged in (old, signed, screened):
        reasons = guards.evidence_in_date(aged, ask(decided_on=decided_on))
        assert (reasons == []) == good, reasons
        assert good or f"{age} days old" in only(reasons)


def test_the_limit_is_the_one_in_force_on_the_day_of_the_decision_not_of_its_recording() -> None:
    decided_on = date(2025, 6, 30)
    file = complete_file(today=date(2025, 7, 3))
    file = with_verification(file, VerificationKind.LICENCE, checked_on=decided_on - timedelta(days=150))
    file = replace(file, screening=replace(file.screening, screened_on=decided_on),
                   verifications=tuple(replace(v, checked_on=min(v.checked_on, decided_on)) for v in file.verifications))  # fmt: skip
    assert guards.evidence_in_date(file, ask(decided_on=decided_on)) == []
    assert guards.evidence_in_date(file, ask(decided_on=None))


def test_old_evidence_is_told_with_its_age_and_the_limit() -> None:
    file = with_verification(complete_file(), VerificationKind.LICENCE, checked_on=days_ago(130))
    reason = only(guards.evidence_in_date(file, ask()))
    assert reason == "License to practice is 130 days old at the decision; the limit is 120. Check it again."


@pytest.mark.parametrize("kind", [VerificationKind.DEA_REGISTRATION, VerificationKind.EDUCATION])
def test_a_fact_without_an_age_limit_may_be_old(kind: VerificationKind) -> None:
    file = complete_file(ProviderType.CNP, prescribes=True)
    assert guards.evidence_in_date(with_verification(file, kind, checked_on=days_ago(4000)), ask()) == []


@pytest.mark.parametrize(
    "kind", [VerificationKind.LICENCE, VerificationKind.DEA_REGISTRATION, VerificationKind.EDUCATION]
)
def test_no_evidence_may_be_younger_than_the_decision_it_carries(kind: VerificationKind) -> None:
    file = with_verification(complete_file(ProviderType.CNP, prescribes=True), kind, checked_on=days_ago(0))
    reason = only(guards.evidence_in_date(file, ask(decided_on=days_ago(1))))
    assert "is dated March 2, 2026, after the decision date March 1, 2026." in reason


def test_evidence_of_the_day_of_the_decision_is_good() -> None:
    file = complete_file(ProviderType.CNP, prescribes=True, signed_on=TODAY)
    today = tuple(replace(fact, checked_on=TODAY) for fact in file.verifications)
    screened = replace(file.screening, screened_on=TODAY)
    assert guards.evidence_in_date(replace(file, verifications=today, screening=screened), ask()) == []


def test_evidence_a_day_too_young_is_told_with_both_dates() -> None:
    file = complete_file(signed_on=TODAY)
    reason = only(guards.evidence_in_date(file, ask(decided_on=days_ago(1))))
    assert reason == "The signed application is dated March 2, 2026, after the decision date March 1, 2026."


def test_an_unsigned_or_unscreened_file_is_no_matter_of_age() -> None:
    assert guards.evidence_in_date(complete_file(signed_on=None, screening=None), ask()) == []


# Exclusion screening


def test_without_a_list_nobody_is_screened() -> None:
    reason = only(guards.screening_done(complete_file(exclusion_list_imported_on=None), ask()))
    assert reason == "Exclusion screening: not checked. No OIG LEIE list has been imported."


@pytest.mark.parametrize(("age", "good"), [(0, True), (34, True), (35, True), (36, False), (400, False)])
def test_a_stale_list_is_not_checked_and_blocks(age: int, good: bool) -> None:
    imported_on = days_ago(age)
    screening = ScreeningFact(ScreeningOutcome.CLEAR, TODAY, imported_on)
    file = complete_file(exclusion_list_imported_on=imported_on, screening=screening)
    reasons = guards.screening_done(file, ask())
    assert (reasons == []) == good
    assert good or "older than 35 days" in only(reasons)


def test_a_list_from_the_future_is_not_checked() -> None:
    assert guards.screening_done(complete_file(exclusion_list_imported_on=days_ago(-1)), ask())


def test_a_screening_that_was_not_run_or_not_done_is_not_checked() -> None:
    unchecked = ScreeningFact(ScreeningOutcome.NOT_CHECKED, TODAY, days_ago(10))
    for screening in (None, unchecked):
        assert only(guards.screening_done(complete_file(screening=screening), ask())).endswith(
            "A specialist has to run the screening."
        )


def test_a_screening_against_an_older_list_is_run_again() -> None:
    file = complete_file(exclusion_list_imported_on=days_ago(1))
    assert "newer OIG LEIE list" in only(guards.screening_done(file, ask()))


@pytest.mark.parametrize("decided_on", [days_ago(4), TODAY])
def test_a_newer_list_asks_for_a_new_screening_whenever_the_committee_met(decided_on: date) -> None:
    at_the_meeting = ScreeningFact(ScreeningOutcome.CLEAR, days_ago(6), days_ago(10), superseded=True)
    file = complete_file(exclusion_list_imported_on=days_ago(1), screening=at_the_meeting)
    assert "newer OIG LEIE list is here" in only(guards.screening_done(file, ask(decided_on=decided_on)))


def test_a_screening_younger_than_the_decision_carries_it() -> None:
    screening = ScreeningFact(ScreeningOutcome.CLEAR, TODAY, days_ago(1))
    file = complete_file(exclusion_list_imported_on=days_ago(1), screening=screening)
    assert guards.evidence_in_date(file, ask(decided_on=days_ago(4))) == []


def test_a_committee_decision_is_recorded_within_fourteen_days() -> None:
    held = days_ago(14)
    assert guards.meeting_held(complete_file(meeting_on=held), ask(decided_on=held)) == []
    late = days_ago(15)
    assert "within 14 days" in only(guards.meeting_held(complete_file(meeting_on=late), ask(decided_on=late)))


@pytest.mark.parametrize(("age", "good"), [(119, True), (120, True), (121, False)])
def test_the_ccvs_profile_is_at_most_120_days_old_at_the_decision(age: int, good: bool) -> None:
    profile = AuthorizationFact(
        AuthorizationKind.CCVS, ordered_on=days_ago(age), received_on=days_ago(age), recorded_by=SPECIALIST
    )
    file = complete_file(ProviderType.MD, authorization=profile)
    assert (guards.authorization_confirmed(file, ask()) == []) == good


def test_what_caqh_showed_after_the_meeting_does_not_carry_its_decision() -> None:
    seen_today = replace(caqh(days_ago(1)), recorded_on=TODAY)
    file = complete_file(authorization=seen_today)
    assert "younger than the decision" in only(
        guards.authorization_confirmed(file, ask(decided_on=days_ago(3)))
    )


def test_a_document_is_judged_as_it_stood_on_the_day_of_the_decision() -> None:
    sheet = replace(document(DocumentKind.MALPRACTICE_FACE_SHEET), expires_on=days_ago(1))
    w9 = document(DocumentKind.W9)
    file = complete_file(documents=(sheet, w9))
    assert guards.documents_accepted(file, ask(decided_on=days_ago(2))) == []
    assert guards.documents_accepted(file, ask(decided_on=TODAY))
    accepted_later = replace(sheet, expires_on=None, reviewed_on=TODAY)
    file = complete_file(documents=(accepted_later, w9))
    assert "waits for review" in only(guards.documents_accepted(file, ask(decided_on=days_ago(2))))


def test_a_renewal_is_not_sent_after_the_participation_has_ended() -> None:
    renewal = complete_file(kind=ApplicationKind.RECREDENTIALING)
    assert guards.participation_goes_on(renewal, ask()) == []
    assert "new application" in only(
        guards.participation_goes_on(replace(renewal, participation_ended=True), ask())
    )


@pytest.mark.parametrize(("late", "anew"), [(0, False), (30, False), (31, True)])
def test_more_than_thirty_days_late_a_renewal_is_verified_like_a_first_application(
    late: int, anew: bool
) -> None:
    file = complete_file(kind=ApplicationKind.RECREDENTIALING, recredentialing_due_on=days_ago(late))
    assert (VerificationKind.EDUCATION in {row.kind for row in required(file)}) == anew


def test_a_welcome_letter_of_an_earlier_time_in_the_network_does_not_count() -> None:
    before = letter(LetterKind.WELCOME, respond_by=None, left_on=days_ago(300))
    now = letter(LetterKind.WELCOME, respond_by=None, left_on=None)
    assert guards.welcome_letter_left(complete_file(letters=(before, now)), ask())


def test_what_no_letter_asked_for_is_not_missing() -> None:
    asked = replace(letter(respond_by=days_ago(5), left_on=days_ago(40)), asked=frozenset({"w9"}))
    no_sheet = replace(complete_file(), documents=(document(DocumentKind.W9),), letters=(asked,))
    assert guards.something_missing(no_sheet, ask())
    no_w9 = replace(no_sheet, documents=(document(DocumentKind.MALPRACTICE_FACE_SHEET),))
    assert guards.something_missing(no_w9, ask()) == []


def test_an_ended_participation_is_the_committees_to_take_back() -> None:
    assert guards.file_is_clean(complete_file(past=frozenset({Past.ENDED})), ask())


def test_a_possible_match_waits_for_a_person() -> None:
    found = ScreeningFact(ScreeningOutcome.POSSIBLE, TODAY, days_ago(10), unresolved=2, confirmed=0)
    assert "2 possible match(es)" in only(guards.matches_resolved(complete_file(screening=found), ask()))
    assert guards.matches_resolved(complete_file(screening=replace(found, unresolved=0)), ask()) == []
    assert guards.screening_done(complete_file(screening=found), ask()) == []


def test_a_confirmed_match_cannot_join() -> None:
    found = ScreeningFact(ScreeningOutcome.POSSIBLE, TODAY, days_ago(10), unresolved=0, confirmed=1)
    assert "An excluded provider cannot join." in only(
        guards.not_excluded(complete_file(screening=found), ask())
    )
    assert guards.not_excluded(complete_file(screening=replace(found, confirmed=0)), ask()) == []


# Who decides


@pytest.mark.parametrize("result", [VerificationResult.DISCREPANCY, VerificationResult.ADVERSE])
def test_a_file_with_a_finding_is_not_clean(result: VerificationResult) -> None:
    file = with_verification(complete_file(), VerificationKind.MALPRACTICE_HISTORY, result=result)
    assert guards.file_is_clean(file, ask()) == [
        f"Malpractice claims, five years: {result.value} found."
    ]  # fmt: skip


def test_a_file_with_a_disclosure_is_not_clean() -> None:
    said = "Answered yes: Have you ever been convicted of a felony?"
    assert guards.file_is_clean(complete_file(disclosures=(said,)), ask()) == [said]


def test_a_possible_match_makes_a_file_unclean_even_after_it_was_ruled_out() -> None:
    found = ScreeningFact(ScreeningOutcome.POSSIBLE, TODAY, days_ago(10))
    assert guards.file_is_clean(complete_file(screening=found), ask())


def test_a_finding_in_a_fact_the_file_does_not_need_does_not_count() -> None:
    file = with_verification(
        complete_file(), VerificationKind.ACCREDITATION, result=VerificationResult.ADVERSE
    )
    assert guards.file_is_clean(file, ask()) == []


def test_a_finding_put_right_by_a_correction_or_before_the_form_was_signed_anew_does_not_count() -> None:
    file = complete_file()
    bad = verified(VerificationKind.LICENCE, 9, VerificationResult.DISCREPANCY)
    assert guards.file_is_clean(replace(file, verifications=(bad, *file.verifications)), ask())
    corrected = replace(file, verifications=(replace(bad, replaced=True), *file.verifications))
    assert guards.file_is_clean(corrected, ask()) == []
    signed_since = replace(file, verifications=(bad, *file.verifications), signed_on=days_ago(8))
    assert guards.file_is_clean(signed_since, ask()) == []


def test_a_file_once_before_the_committee_is_not_signed_by_one_person() -> None:
    """After a denial and an appeal, or a question of the committee, the committee decides again."""
    reasons = guards.file_is_clean(
        complete_file(placed_on_agenda_on=days_ago(40), meeting_on=days_ago(30)), ask()
    )
    assert reasons[0] == "The file is, or was, on an agenda of the committee, so the committee decides it."


@pytest.mark.parametrize("hand", ["a verification", "a document", "the authorization"])
def test_whoever_has_a_hand_in_the_evidence_does_not_decide(hand: str) -> None:
    file = complete_file(documents=(), verifications=(), authorization=None)
    if hand == "a verification":
        file = replace(
            file, verifications=(replace(verified(VerificationKind.LICENCE), verified_by=DIRECTOR),)
        )
    if hand == "a document":
        file = replace(file, documents=(replace(document(DocumentKind.W9), reviewed_by=DIRECTOR),))
    if hand == "the authorization":
        file = replace(file, authorization=replace(caqh(TODAY), recorded_by=DIRECTOR))
    assert only(guards.verifier_is_not_decider(file, ask())).startswith("You recorded evidence")
    assert guards.verifier_is_not_decider(file, ask(actor_id=99)) == []


def test_an_earlier_verification_counts_as_a_hand_in_the_evidence_too() -> None:
    file = complete_file()
    first = replace(verified(VerificationKind.LICENCE, 40), verified_by=DIRECTOR)
    assert guards.verifier_is_not_decider(replace(file, verifications=(first, *file.verifications)), ask())


def test_rejecting_a_document_puts_no_hand_in_the_evidence() -> None:
    rejected = replace(document(DocumentKind.W9, DocumentState.REJECTED), reviewed_by=DIRECTOR)
    assert guards.verifier_is_not_decider(with_document(complete_file(), rejected), ask()) == []


def test_who_verified_does_not_sit_at_the_table() -> None:
    reasons = guards.verifier_is_not_decider(complete_file(), ask(attendance=TABLE_OF_THREE | {SPECIALIST}))
    assert "must step out" in only(reasons)


def test_evidence_nobody_put_a_name_to_bars_nobody() -> None:
    nameless = replace(verified(VerificationKind.LICENCE), verified_by=None)
    file = complete_file(documents=(), verifications=(nameless,), authorization=None)
    assert guards.verifier_is_not_decider(file, ask(actor_id=None)) == []


# The committee


@pytest.mark.parametrize(
    ("meeting_on", "good"), [(None, False), (days_ago(1), False), (TODAY, True), (days_ago(-30), True)]
)
def test_an_agenda_belongs_to_a_meeting_today_or_later(meeting_on: date | None, good: bool) -> None:
    assert (
        guards.meeting_dated(complete_file(), ask(Action.PLACE_ON_AGENDA, meeting_on=meeting_on)) == []
    ) == good


PLACED_ON, MEETING_ON = days_ago(14), days_ago(7)


@pytest.mark.parametrize(
    ("decided_on", "says"),
    [
        (None, "on the agenda"),
        (TODAY + timedelta(days=1), "not been held yet"),
        (PLACED_ON, "agenda of the meeting of February 23, 2026"),
        (MEETING_ON - timedelta(days=1), "agenda of the meeting of February 23, 2026"),
        (MEETING_ON, None),
        (TODAY, "place it on that agenda"),
    ],
)
def test_a_committee_decision_carries_the_date_of_the_meeting_it_was_on_the_agenda_of(
    decided_on, says: str | None
) -> None:
    file = complete_file(placed_on_agenda_on=PLACED_ON, meeting_on=MEETING_ON)
    reasons = guards.meeting_held(file, ask(decided_on=decided_on))
    if says is None:
        assert reasons == []
    else:
        assert says in only(reasons)


def test_a_file_placed_on_the_agenda_on_the_day_of_the_meeting_can_be_decided_that_day() -> None:
    file = complete_file(placed_on_agenda_on=TODAY, meeting_on=TODAY)
    assert guards.meeting_held(file, ask(decided_on=TODAY)) == []


def test_nothing_is_decided_before_the_day_of_the_meeting() -> None:
    file = complete_file(placed_on_agenda_on=days_ago(3), meeting_on=TODAY + timedelta(days=4))
    assert "agenda of the meeting of March 6, 2026" in only(guards.meeting_held(file, ask(decided_on=TODAY)))


def test_nothing_is_decided_before_the_meeting_is_opened() -> None:
    file = complete_file(placed_on_agenda_on=TODAY, meeting_on=TODAY, meeting_state=MeetingState.PLANNED)
    assert "coordinator opens it" in only(guards.meeting_held(file, ask(decided_on=TODAY)))
    assert guards.meeting_held(replace(file, meeting_state=MeetingState.HELD), ask(decided_on=TODAY)) == []


_V = VoteChoice


@pytest.mark.parametrize(
    ("votes", "says"),
    [
        ((_V.APPROVE, _V.APPROVE, _V.DENY), None),
        ((_V.APPROVE, _V.ABSTAIN, _V.ABSTAIN), None),
        ((_V.APPROVE, _V.DENY), "more than half"),
        ((_V.APPROVE, _V.APPROVE_WITH_CONDITIONS, _V.PEND, _V.DENY), "more than half"),
        ((_V.ABSTAIN,), "more than half"),
        ((_V.DENY, _V.DENY, _V.APPROVE), "carry “Deny”"),
        ((), "No vote is recorded"),
    ],
)
def test_the_outcome_is_what_more_than_half_of_the_votes_ask_for(votes, says: str | None) -> None:
    reasons = guards.vote_carried(complete_file(), ask(Action.APPROVE, votes=votes))
    assert reasons == [] if says is None else says in only(reasons)


def _ballot(approve: int, deny: int = 0, abstain: int = 0) -> list[VoteChoice]:
    return [_V.APPROVE] * approve + [_V.DENY] * deny + [_V.ABSTAIN] * abstain


def test_what_carries_is_the_rule_in_force_on_the_day_of_the_meeting() -> None:
    last_day = date(2026, 12, 31)
    rows = (
        replace(MAJORITY[0], in_force_to=last_day),
        MajorityRow("Two thirds", lambda votes: -(-votes * 2 // 3), True, last_day + timedelta(days=1)),
    )
    half, thirds = last_day, last_day + timedelta(days=1)
    for on, ballot, wins in (
        (half, _ballot(2, 1), _V.APPROVE), (half, _ballot(2, 2), None), (half, _ballot(3, 2), _V.APPROVE),
        (half, _ballot(1, 0, 5), _V.APPROVE), (half, _ballot(0, 0, 3), None), (half, [], None),
        (thirds, _ballot(4, 2), _V.APPROVE), (thirds, _ballot(3, 2), None), (thirds, _ballot(4, 1, 2), None),
        (thirds, _ballot(0, 0, 3), None),
    ):  # fmt: skip
        assert carried(ballot, on, rows) is wins, (on, ballot)


def test_on_every_day_one_rule_says_what_carries_and_never_two_outcomes_at_once() -> None:
    for on in (date.min, date(2025, 7, 1), date.max):
        assert len([row for row in MAJORITY if row.in_force_from <= on <= row.in_force_to]) == 1
    assert [MAJORITY[0].needed(votes) for votes in range(1, 8)] == [1, 2, 2, 3, 3, 4, 4]
    assert all(2 * row.needed(votes) > votes for row in MAJORITY for votes in range(1, 50))


@pytest.mark.parametrize(("members", "needed"), [(0, 3), (5, 3), (6, 4), (9, 5)])
def test_the_quorum_of_half_the_members_is_never_below_the_plans_own(members: int, needed: int) -> None:
    assert quorum_row(QuorumRule.HALF_OF_MEMBERS).needed(members) == needed
    assert quorum_row(QuorumRule.FIXED).needed(members) == PLAN.committee_quorum


def test_a_decision_needs_a_quorum() -> None:
    assert PLAN.committee_quorum == 3
    assert "at least 3" in only(guards.quorum_met(complete_file(), ask(attendance=frozenset({11, 12}))))
    assert guards.quorum_met(complete_file(), ask(attendance=frozenset({11, 12, 13}))) == []


# Discontinuation


def silent(*letters, round: int = 1) -> CredentialingFile:
    return complete_file(documents=(), letters=letters, round=round)


def stop(reason: str = "") -> Request:
    return ask(Action.DISCONTINUE, Role.COORDINATOR, reason=reason)


def test_nobody_is_discontinued_without_a_letter() -> None:
    assert "No letter has asked" in only(guards.letter_has_left(silent(), stop("They called.")))
    assert "not begun" in only(guards.response_time_over(silent(), stop("They called.")))


def test_nobody_is_discontinued_while_the_letter_has_not_left() -> None:
    unsent = letter(respond_by=days_ago(100), left_on=None)
    assert "no proof" in only(guards.letter_has_left(silent(unsent), stop()))
    assert "not begun" in only(guards.response_time_over(silent(unsent), stop()))


@pytest.mark.parametrize(("respond_by", "stands"), [(days_ago(1), True), (TODAY, False)])
def test_a_persons_reason_stands_in_place_of_the_proof_and_never_of_the_time(respond_by, stands) -> None:
    file = silent(letter(LetterKind.MISSING_DOCUMENTS, respond_by=respond_by, left_on=None))
    request = stop("Both letters came back; nobody answers the telephone.")
    assert guards.letter_has_left(file, request) == []
    assert (guards.response_time_over(file, request) == []) == stands


@pytest.mark.parametrize("kind", ASKING_LETTERS)
def test_the_final_letter_that_has_left_is_proof(kind: LetterKind) -> None:
    file = silent(letter(kind, respond_by=TODAY, left_on=days_ago(30)))
    assert (guards.letter_has_left(file, stop()) == []) == (kind in CLOSING_LETTERS)


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - set(ASKING_LETTERS)))
def test_a_letter_that_asks_for_nothing_is_no_proof(kind: LetterKind) -> None:
    assert guards.letter_has_left(silent(letter(kind, respond_by=days_ago(9), left_on=days_ago(99))), stop())


def test_a_letter_of_an_earlier_round_is_no_proof() -> None:
    old = letter(round=1, respond_by=days_ago(100), left_on=days_ago(130))
    assert guards.letter_has_left(silent(old, round=2), stop())
    assert guards.response_time_over(silent(old, round=2), stop())


def test_the_last_letter_of_the_round_counts() -> None:
    first = letter(respond_by=days_ago(100), left_on=days_ago(130))
    second = letter(respond_by=days_ago(-20), left_on=None)
    assert guards.letter_has_left(silent(first, second), stop())


@pytest.mark.parametrize(
    ("respond_by", "left_on", "until"),
    [
        (days_ago(0), days_ago(30), TODAY),
        (days_ago(1), days_ago(31), None),
        (days_ago(10), days_ago(30), TODAY),
        (days_ago(10), days_ago(31), None),
        (days_ago(60), days_ago(29), TODAY + timedelta(days=1)),
        (days_ago(60), days_ago(0), TODAY + timedelta(days=30)),
        (TODAY + timedelta(days=5), days_ago(90), TODAY + timedelta(days=5)),
    ],
)
def test_the_time_to_answer_runs_from_the_later_of_the_letters_date_and_its_leaving(
    respond_by, left_on, until
) -> None:
    reasons = guards.response_time_over(silent(letter(respond_by=respond_by, left_on=left_on)), stop())
    assert reasons == ([] if until is None else [f"The applicant has until {say(until)}."])


def test_a_letter_that_gave_no_date_never_runs_out() -> None:
    assert guards.response_time_over(silent(letter(respond_by=None, left_on=days_ago(400))), stop())


@pytest.mark.parametrize(
    ("respond_by", "left_on", "until"),
    [
        (TODAY, None, TODAY),
        (None, TODAY, None),
        (None, None, None),
        (TODAY, days_ago(31), TODAY),
        (TODAY, days_ago(29), TODAY + timedelta(days=1)),
    ],
)
def test_the_last_day_for_an_answer_is_told_before_the_letter_has_left_too(
    respond_by, left_on, until
) -> None:
    assert guards.answer_until(letter(respond_by=respond_by, left_on=left_on)) == until


# Welcome


def test_a_provider_joins_when_the_welcome_letter_has_left() -> None:
    welcome = letter(LetterKind.WELCOME, respond_by=None, left_on=TODAY)
    assert guards.welcome_letter_left(complete_file(letters=(welcome,)), ask()) == []


def test_no_other_letter_and_no_unsent_letter_is_a_welcome() -> None:
    unsent = letter(LetterKind.WELCOME, respond_by=None, left_on=None)
    other = letter(LetterKind.CONFIRMATION, respond_by=None, left_on=TODAY)
    assert only(guards.welcome_letter_left(complete_file(letters=(unsent, other)), ask()))


def test_provisional_credentialing_has_its_three_conditions() -> None:
    assert guards.conditions_of_provisional(complete_file(), ask()) == []
    for spoiled, says in (
        (complete_file(signed_on=days_ago(121)), "signed too long ago"),
        (
            complete_file(verifications=(verified(VerificationKind.MALPRACTICE_HISTORY),)),
            "License to practice",
        ),
        (
            complete_file(verifications=(verified(VerificationKind.LICENCE),)),
            "Malpractice claims, five years",
        ),
    ):
        assert says in only(guards.conditions_of_provisional(spoiled, ask()))


@pytest.mark.parametrize(
    "changes", [{"kind": ApplicationKind.RECREDENTIALING}, {"code": ProviderType.HOSPITAL}]
)
def test_provisional_credentialing_is_for_a_practitioners_first_application(changes: dict) -> None:
    reasons = guards.conditions_of_provisional(complete_file(**changes), ask())
    assert reasons[0] == "Provisional credentialing is for a practitioner's first application."


@pytest.mark.parametrize(
    ("age", "blocked", "warned"), [(0, False, True), (120, False, True), (121, True, False)]
)
def test_enrollment_with_the_state_may_be_pending_for_120_days(age: int, blocked: bool, warned: bool) -> None:
    pending = replace(
        verified(VerificationKind.MEDICAID_ENROLMENT),
        result=VerificationResult.NOT_FOUND,
        checked_on=days_ago(age),
    )
    later = replace(pending, checked_on=TODAY)  # asked again: the time runs since it was first not confirmed
    file = complete_file(verifications=(pending, later))
    assert bool(guards.state_enrolment_settled(file, ask())) is blocked
    assert bool(warnings(file)) is warned
    settled = complete_file(verifications=(pending, verified(VerificationKind.MEDICAID_ENROLMENT)))
    assert not guards.state_enrolment_settled(settled, ask()) and not warnings(settled)


def test_owners_that_were_disclosed_are_a_warning_to_whoever_decides() -> None:
    assert "check each by hand" in only(warnings(complete_file(owners_disclosed=True)))


@pytest.mark.parametrize(
    ("days", "opened"), [(180, False), (121, False), (120, True), (0, True), (-30, True)]
)
def test_a_renewal_is_verified_in_the_last_120_days_only(days: int, opened: bool) -> None:
    due_on = TODAY + timedelta(days=days)
    renewal = complete_file(kind=ApplicationKind.RECREDENTIALING, recredentialing_due_on=due_on)
    reasons = guards.verification_opened(renewal, ask(Action.COMPLETE_FILE))
    assert (reasons == []) == opened
    assert opened or f"opens on {say(due_on - timedelta(days=120))}" in only(reasons)
    assert guards.verification_opened(complete_file(), ask(Action.COMPLETE_FILE)) == []
