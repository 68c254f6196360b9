"""Who decides, on what evidence, and what a decision makes."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding.clock import today
from onboarding.errors import Conflict, NotAllowed, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent, Decision, Letter, Participation
from onboarding.policy.deadlines import recredentialing_due
from onboarding.policy.people import Actor
from onboarding.policy.verifications import required, verification_row
from onboarding.policy.vocabulary import (
    Action,
    DecisionOutcome,
    LetterKind,
    MatchResolution,
    ProviderType,
    Role,
    Status,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.services.apply import submit_application
from onboarding.services.committee import record_attendance, seat_member, sign_statement
from onboarding.services.decisions import approve_clean_file, decide_in_committee
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.screening import resolve_match, screen_application
from onboarding.services.verifications import record_verification
from tests.support.cases import (
    accept_all,
    actor_of,
    authorize,
    coordinator,
    decide,
    director,
    import_list,
    make_case,
    make_staff,
    members,
    on_day,
    place,
    screen,
    specialist,
    step,
    upload_all,
    verify,
    verify_all,
    vote,
)
from tests.support.people import contract_answers


def approve(
    application: Application, actor: Actor | None = None, version: int | None = None
) -> Participation:
    who = actor or director()
    with committed():
        return approve_clean_file(
            get_application(application.id, for_change=True), who, expected_version=version
        )


def test_approval_makes_the_participation_with_its_number_and_dates(app: Flask) -> None:
    application = make_case(Status.READY)
    participation = approve(application)
    assert participation.provider_number.startswith("P")
    assert participation.effective_on == participation.credentialed_on == today()
    assert participation.recredentialing_due_on == recredentialing_due(today())
    assert get_application(application.id).participation is participation


def test_approval_writes_one_welcome_letter_in_the_same_transaction(app: Flask) -> None:
    application = make_case(Status.READY)
    approve(application)
    query = select(func.count()).where(
        Letter.application_id == application.id, Letter.kind == LetterKind.WELCOME
    )
    assert db.session.scalar(query) == 1


def test_the_specialist_cannot_decide(app: Flask) -> None:
    application = make_case(Status.READY)
    with pytest.raises(NotAllowed):
        approve(application, specialist())


def test_whoever_verified_cannot_decide_even_as_medical_director(app: Flask) -> None:
    both = actor_of(make_staff(Role.SPECIALIST, Role.MEDICAL_DIRECTOR, name="Vera Doublehat"))
    application = make_case(Status.GATHERING)
    upload_all(application)
    accept_all(application, both)
    authorize(application)
    step(application, Action.COMPLETE_FILE, specialist())
    verify_all(application)
    screen(application)
    step(application, Action.FINISH_VERIFICATION, specialist())
    with pytest.raises(NotReady, match="somebody else must decide"):
        approve(application, both)


def test_whoever_verified_cannot_sit_at_the_table(app: Flask) -> None:
    verifier = make_staff(Role.SPECIALIST, Role.COMMITTEE_MEMBER, name="Vera Doublehat")
    application = make_case(Status.VERIFYING)
    verify_all(application)
    screen(application)
    both = actor_of(verifier)
    with committed():
        record_verification(
            get_application(application.id, for_change=True), VerificationKind.LICENCE, both,
            source=verification_row(VerificationKind.LICENCE).sources[0], method=VerificationMethod.WEBSITE,
            result=VerificationResult.VERIFIED, reference="L-204417", good_until=today() + timedelta(days=90),
        )  # fmt: skip
    step(application, Action.FINISH_VERIFICATION, specialist())
    item, lead = place(application), coordinator()
    with committed():
        seat_member(verifier, lead, specialty="Counseling", chair=False, term_from=today(), term_to=None)
        sign_statement(both)
        record_attendance(item.meeting, lead, {verifier.id, *(member.id for member in members())})
    with pytest.raises(NotReady, match="must step out"), committed():
        decide_in_committee(
            get_application(application.id, for_change=True),
            director(),
            DecisionOutcome.APPROVED,
            reason="In order.",
        )


def test_evidence_of_120_days_carries_the_decision_and_of_121_blocks_it(app: Flask) -> None:
    application = make_case(Status.READY)
    began = today()
    with on_day(began + timedelta(days=121)):
        import_list("STRANGER,SOME,,,,,,,19600101,,,TX,,1128a1,20200101,00000000,00000000,")
        with pytest.raises(NotReady, match="121 days old"):
            approve(application)
    with on_day(began + timedelta(days=120)):
        reasons = reasons_of(application)
        assert not any("days old" in reason for reason in reasons)


def reasons_of(application: Application) -> tuple[str, ...]:
    try:
        approve(application)
    except NotReady as refusal:
        return refusal.reasons
    return ()


def test_a_stale_exclusion_list_blocks_the_decision(app: Flask) -> None:
    application = make_case(Status.READY)
    with on_day(today() + timedelta(days=36)), pytest.raises(NotReady, match="not checked"):
        approve(application)


def test_a_list_imported_later_the_same_day_makes_the_screening_run_again(app: Flask) -> None:
    application = make_case(Status.READY)
    import_list("STRANGER,SOME,,,,,,,19600101,,,TX,,1128a1,20200101,00000000,00000000,")
    with pytest.raises(NotReady, match="newer OIG LEIE list"):
        approve(application)


def test_a_disclosure_takes_the_file_to_the_committee(app: Flask) -> None:
    application = make_case(
        Status.READY, felony="yes", felony_explained="A conviction in 2004, pardoned in 2011."
    )
    with pytest.raises(NotReady, match="Answered yes: Have you ever been convicted"):
        approve(application)
    place(application)
    decide(application, DecisionOutcome.APPROVED)
    assert get_application(application.id).status is Status.APPROVED


def test_a_discrepancy_found_makes_the_file_not_clean(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    verify_all(application)
    verify(
        application, verification_row(VerificationKind.MALPRACTICE_HISTORY), VerificationResult.DISCREPANCY
    )
    screen(application)
    step(application, Action.FINISH_VERIFICATION, specialist())
    with pytest.raises(NotReady, match="discrepancy"):
        approve(application)


def test_a_committee_decision_needs_an_open_meeting_a_quorum_votes_and_a_reason(app: Flask) -> None:
    application, chair = make_case(Status.IN_COMMITTEE), director()
    with pytest.raises(NotReady) as refusal, committed():
        decide_in_committee(
            get_application(application.id, for_change=True), chair, DecisionOutcome.APPROVED, reason=""
        )
    said = " ".join(refusal.value.reasons)
    assert "has not been held yet" in said and "at least 3 members" in said and "reason" in said
    vote(application, most=2)
    with pytest.raises(NotReady, match="and 2 are recorded"):
        _approve_in_committee(application)


def _approve_in_committee(application: Application) -> None:
    chair = director()
    with committed():
        found = get_application(application.id, for_change=True)
        decide_in_committee(found, chair, DecisionOutcome.APPROVED, reason="Complete and in order.")


def test_a_denial_writes_the_letter_with_reasons_and_the_way_to_appeal(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(
        application, DecisionOutcome.DENIED, reason="License lapsed in May.\nCover below the required limits."
    )
    letter = db.session.scalars(
        select(Letter).where(Letter.application_id == application.id, Letter.kind == LetterKind.DENIAL)
    ).one()
    assert letter.facts["reasons"] == ["License lapsed in May.", "Cover below the required limits."]
    assert letter.respond_by == today() + timedelta(days=30)


def test_the_decision_keeps_date_attendance_and_reason(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(
        application, DecisionOutcome.APPROVED_WITH_CONDITIONS, reason="Supervision report after six months."
    )
    decision = db.session.scalars(select(Decision).where(Decision.application_id == application.id)).one()
    assert decision.decided_on == today() and decision.meeting is not None
    assert {member.name for member in decision.attendance} == {member.name for member in members()}
    assert decision.reason == "Supervision report after six months."


def test_a_pended_file_goes_back_to_verification_and_can_be_decided_later(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE)
    decide(application, DecisionOutcome.PENDED, reason="Ask the board about 2019.")
    assert get_application(application.id).status is Status.VERIFYING


def test_a_page_looked_at_before_the_file_changed_cannot_decide(app: Flask) -> None:
    application = make_case(Status.READY)
    seen = application.version
    verify(application, verification_row(VerificationKind.LICENCE), VerificationResult.VERIFIED)
    with pytest.raises(Conflict, match="changed after you opened"):
        approve(application, version=seen)


def test_every_step_is_in_the_history_with_who_what_when_and_why(app: Flask) -> None:
    application = make_case(Status.DENIED)
    events = list(
        db.session.scalars(
            select(AuditEvent).where(AuditEvent.application_id == application.id).order_by(AuditEvent.id)
        )
    )
    denial = events[-1]
    assert (denial.actor, denial.action, denial.on) == ("Amara Nwosu", "deny", today())
    assert "In committee → Denied" in denial.what
    assert denial.why == "The license was lapsed on the day of the meeting."


def test_a_confirmed_exclusion_match_cannot_be_approved_by_anyone(app: Flask) -> None:
    application = make_case(Status.VERIFYING, code=ProviderType.LCSW)
    verify_all(application)
    import_list(f"{application.practitioner.last_name},{application.practitioner.first_name},,,,,,"
                f"{application.npi},19800417,,LITTLE ROCK,AR,72201,1128a1,20200101,00000000,00000000,")  # fmt: skip
    who = specialist()
    with committed():
        screening = screen_application(get_application(application.id, for_change=True), who)
    with committed():
        (match,) = screening.matches
        resolve_match(match, who, MatchResolution.SAME, "Same NPI, same name, same date of birth.")
    step(application, Action.FINISH_VERIFICATION, specialist())
    place(application)
    with pytest.raises(NotReady, match="cannot join"):
        decide(application, DecisionOutcome.APPROVED)
    decide(application, DecisionOutcome.DENIED, reason="Excluded by the OIG since 2020.")


def test_recredentialing_renews_the_same_participation(app: Flask) -> None:
    first = make_case(Status.PARTICIPATING)
    number, due_on = first.participation.provider_number, first.participation.recredentialing_due_on
    participation_id = first.participation.id
    lead = coordinator()
    with on_day(due_on - timedelta(days=60)):
        import_list("STRANGER,SOME,,,,,,,19600101,,,TX,,1128a1,20200101,00000000,00000000,")
        with committed() as session:
            renewal = open_recredentialing(session.get_one(Participation, participation_id), lead)
            said = {**contract_answers(renewal.provider_type), **renewal.form.answers}
            renewal.form.answers = {**said, "licence_expires_on": "2032-06-30"}
        with committed():
            submit_application(
                get_application(renewal.id, for_change=True), signature="Maribel Thornquist", agreed=True
            )
        step(renewal, Action.ACCEPT, specialist())
        upload_all(renewal)
        accept_all(renewal)
        authorize(renewal)
        step(renewal, Action.COMPLETE_FILE, specialist())
        kinds = {row.kind for row in required(get_credentialing_file(renewal))}
        assert VerificationKind.EDUCATION not in kinds
        verify_all(renewal)
        screen(renewal)
        step(renewal, Action.FINISH_VERIFICATION, specialist())
        renewed = approve(renewal)
        assert (renewed.id, renewed.provider_number, renewed.cycle) == (participation_id, number, 2)
        last = db.session.scalars(select(Decision).where(Decision.application_id == renewal.id)).one()
        assert (last.renewal_due_on, last.days_late) == (due_on, 0)
        assert renewed.recredentialing_due_on == recredentialing_due(today())
