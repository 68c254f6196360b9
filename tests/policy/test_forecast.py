"""The forecast looks ahead and never promises what the guards would refuse; each limit to the day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onboarding.policy import guards
from onboarding.policy.deadlines import clock, in_date, last_day
from onboarding.policy.file import CredentialingFile, LicenceFact, ScreeningFact, VerificationFact
from onboarding.policy.forecast import dated, forecast, next_meetings, stale_on
from onboarding.policy.verifications import TABLE, required
from onboarding.policy.vocabulary import (
    ApplicationKind,
    ProviderType,
    ScreeningOutcome,
    Status,
    Subject,
    VerificationKind,
    VerificationResult,
)
from tests.policy.casefile import TODAY, ask, complete_file, days_ago, document, verified

OLD_LIMIT, NEW_LIMIT = date(2025, 6, 30), date(2025, 7, 1)
DATED_GUARDS = (
    guards.evidence_in_date,
    guards.license_in_force,
    guards.authorization_confirmed,
    guards.documents_accepted,
    guards.verifications_complete,
    guards.state_enrolment_settled,
)
AGES = {
    "evidence_age": {OLD_LIMIT: 180, NEW_LIMIT: 120},
    "history_age": {OLD_LIMIT: 180, NEW_LIMIT: 120},
    "application_age": {OLD_LIMIT: 180, NEW_LIMIT: 120},
    "cvo_evidence_age": {OLD_LIMIT: 120, NEW_LIMIT: 90},
}


def refused(file: CredentialingFile, on: date) -> list[str]:
    """What the guards that look at dates would say of a decision on that day, with nothing done until then."""
    then, request = replace(file, today=on), ask(decided_on=on)
    return [reason for guard in DATED_GUARDS for reason in guard(then, request)]


def test_the_limits_are_these_days_on_either_side_of_july_2025() -> None:
    for name, limits in AGES.items():
        for on, days in limits.items():
            assert clock(name, on).amount == days
            for age, good in ((days - 1, True), (days, True), (days + 1, False)):
                assert in_date(on - timedelta(days=age), on, name) is good, (name, on, age)


@pytest.mark.parametrize("on", [OLD_LIMIT, NEW_LIMIT, TODAY])
def test_each_element_is_good_one_day_before_its_limit_and_on_it_and_not_the_day_after(on: date) -> None:
    for code in ProviderType:
        file = with_licences(complete_file(code, today=on, prescribes=True, board_certified=True))
        for row in required(file):
            limit = AGES[row.age_clock][min(on, NEW_LIMIT)] if row.age_clock else 4000
            for age, good in ((limit - 1, True), (limit, True), (limit + 1, row.age_clock is None)):
                aged = with_fact(file, row.kind, row.about, checked_on=on - timedelta(days=age))
                said = guards.evidence_in_date(aged, ask(decided_on=on))
                assert (said == []) is good, (code, row.element, age, said)
                assert good or (said[0].startswith(row.label) and f"the limit is {limit}" in said[0])


def test_each_date_of_a_source_is_good_through_its_last_day() -> None:
    file = with_licences(complete_file(ProviderType.CNP, prescribes=True, board_certified=True))
    for element in (row.element for row in required(file) if row.runs_out != "never"):
        for left, good in ((1, True), (0, True), (-1, False)):
            dated_so = with_fact(file, *element, good_until=days_ago(-left))
            assert (guards.license_in_force(dated_so, ask()) == []) is good, (element, left)


def test_the_date_of_the_source_takes_the_place_of_the_applicants() -> None:
    file = complete_file(licence_expires_on=days_ago(1))
    assert guards.license_in_force(file, ask())
    renewed = with_fact(file, VerificationKind.LICENCE, good_until=days_ago(-700))
    assert guards.license_in_force(renewed, ask()) == []


@pytest.mark.parametrize(
    ("checked_on", "until"),
    [
        (date(2024, 11, 1), date(2025, 4, 30)),  # 180 days, all of them under the old limit
        (date(2025, 3, 1), date(2025, 6, 30)),  # 121 days old on the first day of the new limit
        (date(2025, 3, 3), date(2025, 7, 1)),  # 120 days old on that day
        (date(2025, 7, 1), date(2025, 10, 29)),
    ],
)
def test_evidence_lasts_as_long_as_the_limit_of_each_day_lets_it(checked_on: date, until: date) -> None:
    assert last_day(checked_on) == until


def with_fact(
    file: CredentialingFile, kind: VerificationKind, about: str = "", **changes: Any
) -> CredentialingFile:
    facts = tuple(
        replace(v, **changes) if (v.kind, v.about) == (kind, about) else v for v in file.verifications
    )
    return replace(file, verifications=facts)


def with_licences(file: CredentialingFile, until: date | None = None) -> CredentialingFile:
    """The file of a practitioner with two licenses more, both checked; that of a body stays as it is."""
    if file.subject is Subject.ORGANIZATION:
        return file
    more = LicenceFact("TX", "T-5512", until), LicenceFact("OK")
    facts = (replace(verified(VerificationKind.LICENCE, today=file.today), about=one.about) for one in more)
    return replace(file, further_licences=more, verifications=(*file.verifications, *facts))


DAYS = st.integers(-30, 400)


@st.composite
def files(draw: st.DrawFn) -> CredentialingFile:
    """A file of any type on any day around the change of limits, each of its dates drawn."""
    today = date(2025, 3, 1) + timedelta(days=draw(st.integers(0, 500)))
    file = complete_file(
        draw(st.sampled_from(ProviderType)),
        today,
        prescribes=draw(st.booleans()),
        board_certified=draw(st.booleans()),
        kind=draw(st.sampled_from(ApplicationKind)),
        signed_on=today - timedelta(days=draw(st.integers(0, 130))),
        licence_expires_on=draw(st.none() | DAYS.map(lambda days: today + timedelta(days=days))),
    )
    if draw(st.booleans()):
        file = with_licences(file, draw(st.none() | DAYS.map(lambda days: today + timedelta(days=days))))
    for row in draw(st.lists(st.sampled_from((*TABLE, *required(file))), max_size=4)):
        until = draw(st.none() | DAYS) if row.runs_out != "never" else None
        file = with_fact(
            file, row.kind, row.about,
            checked_on=today - timedelta(days=draw(st.integers(0, 130))),
            good_until=None if until is None else today + timedelta(days=until),
            result=draw(st.sampled_from([VerificationResult.VERIFIED] * 4 + [VerificationResult.NOT_CHECKED])),
        )  # fmt: skip
    papers = tuple(
        document(d.kind, expires=draw(st.none() | DAYS), today=today)
        for d in file.documents
        for _ in range(draw(st.integers(1, 2)))
    )
    due = today + timedelta(days=draw(DAYS)) if file.kind is ApplicationKind.RECREDENTIALING else None
    return replace(file, documents=papers, recredentialing_due_on=due)


@settings(deadline=None, max_examples=120)
@given(files(), st.lists(st.integers(0, 450), min_size=1, max_size=6))
def test_a_meeting_is_in_date_just_when_the_guards_would_let_a_complete_file_pass(
    file: CredentialingFile, ahead: list[int]
) -> None:
    complete = not guards.verifications_complete(file, ask(decided_on=file.today))
    for outlook in forecast(file, [file.today + timedelta(days=days) for days in ahead]).meetings:
        said = refused(file, outlook.day)
        assert not (outlook.in_date and complete and said), (outlook, said)
        assert outlook.in_date or said, (outlook, said)


@settings(deadline=None, max_examples=60)
@given(files())
def test_the_day_it_goes_stale_is_the_first_on_which_it_is_refused(file: CredentialingFile) -> None:
    day = stale_on(file)
    assert day is not None
    assert refused(file, max(day, file.today))
    if day > file.today and not guards.verifications_complete(file, ask(decided_on=file.today)):
        assert refused(file, day - timedelta(days=1)) == []


def test_what_goes_first_is_named_and_what_is_not_dated_is_not() -> None:
    file = with_fact(complete_file(), VerificationKind.LICENCE, checked_on=days_ago(110))
    seen = forecast(file, [days_ago(-10), days_ago(-11)])
    assert seen.ready
    assert seen.first is not None
    assert (seen.first.label, seen.first.stale_on) == ("License to practice", days_ago(-11))
    assert [meeting.in_date for meeting in seen.meetings] == [True, False]
    assert (
        dated(
            complete_file(verifications=(), documents=(), signed_on=None, screening=None, authorization=None)
        )
        == ()
    )


def test_a_file_with_something_open_is_not_ready() -> None:
    assert forecast(complete_file(screening=None), ()).open == 1


def test_nothing_is_ready_that_a_decision_would_refuse_or_whose_form_is_with_the_applicant() -> None:
    excluded = complete_file(screening=ScreeningFact(ScreeningOutcome.POSSIBLE, TODAY, TODAY, confirmed=1))
    assert not forecast(excluded, ()).ready
    assert not forecast(complete_file(status=Status.RETURNED), ()).ready


def test_an_enrollment_still_pending_at_the_state_goes_stale_with_the_limit_of_the_state() -> None:
    pending = [
        VerificationFact(VerificationKind.MEDICAID_ENROLMENT, VerificationResult.DISCREPANCY, day)
        for day in (days_ago(100), days_ago(5))
    ]
    file = complete_file()
    other = [fact for fact in file.verifications if fact.kind is not VerificationKind.MEDICAID_ENROLMENT]
    file = replace(file, verifications=(*other, *pending))
    seen = forecast(file, [days_ago(-20), days_ago(-21)])
    assert seen.ready and seen.first and seen.first.last_day == days_ago(-20)
    assert [meeting.in_date for meeting in seen.meetings] == [True, False]
    assert not forecast(replace(file, today=days_ago(-21)), ()).ready


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)))
@example(date(2026, 1, 8))
def test_the_committee_meets_every_second_thursday_unless_a_meeting_was_called(today: date) -> None:
    first, second = next_meetings(today)
    assert today <= first < second
    assert {day.weekday() for day in (first, second)} == {3}
    assert (second - first).days == 14
    called = today + timedelta(days=1)
    assert next_meetings(today, [called])[0] == called
    assert next_meetings(today, [called, called + timedelta(days=1)])[1] == called + timedelta(days=1)


def test_a_license_that_runs_out_is_named_and_the_others_are_not() -> None:
    file = replace(with_licences(complete_file(), days_ago(-9)), licence="AR L-204417")
    seen = forecast(file, [days_ago(-9), days_ago(-10)])
    assert [[part.label for part in meeting.stale] for meeting in seen.meetings] == [
        [], ["License to practice (TX T-5512), as the applicant gave it"],
    ]  # fmt: skip
    renewed = with_fact(file, VerificationKind.LICENCE, "TX T-5512", good_until=days_ago(-700))
    assert "TX" not in dated(renewed)[0].label


def test_a_rule_that_comes_into_force_is_seen_ahead_and_one_that_ends_is_not_feared() -> None:
    comes, ends = days_ago(-20), days_ago(-40)
    table = tuple(
        replace(row, in_force_from=comes) if row.kind == "death_file"
        else replace(row, in_force_to=ends) if row.kind == "nppes"
        else row for row in TABLE
    )  # fmt: skip
    whole = complete_file()
    known = tuple(fact for fact in whole.verifications if fact.kind != "death_file")
    parts = dated(replace(whole, verifications=known), table)
    assert (parts[0].label, parts[0].stale_on) == ("A new rule asks for: SSA Death Master File", comes)
    labels = {part.label for part in dated(whole, table)}
    assert "SSA Death Master File" in labels and "NPI in NPPES" not in labels
