"""What a file that changed, came back or was decided late may still stand on."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.clock import today
from onboarding.errors import NotAllowed, NotReady
from onboarding.extensions import committed
from onboarding.models import Application, Participation
from onboarding.policy.people import CLOCK, Actor
from onboarding.policy.verifications import required
from onboarding.policy.vocabulary import (
    Action,
    DecisionOutcome,
    DocumentState,
    MatchResolution,
    ParticipationState,
    Role,
    Status,
    VerificationKind,
)
from onboarding.queries.files import (
    find_renewal,
    find_screening,
    get_application,
    get_credentialing_file,
    list_documents,
)
from onboarding.services.apply import change_type, reopen_application, save_answers, submit_application
from onboarding.services.decisions import approve_clean_file, terminate_participation
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.reminders import write_due_reminders
from onboarding.services.returns import return_to_applicant
from onboarding.services.screening import resolve_match
from tests.support.cases import (
    actor_of,
    appeal,
    authorize,
    coordinator,
    decide,
    director,
    import_list,
    letters_leave,
    make_case,
    make_staff,
    on_day,
    others,
    place,
    screen,
    specialist,
    step,
)
from tests.support.people import npi, signature


def _return(application: Application) -> None:
    who = specialist()
    with committed():
        return_to_applicant(
            get_application(application.id, for_change=True), who, "The name is not on the license."
        )


def _send_again(application: Application, **changes: str) -> None:
    with committed():
        save_answers(get_application(application.id, for_change=True), changes)
    with committed():
        found = get_application(application.id, for_change=True)
        submit_application(found, signature=signature(found.form.answers), agreed=True)


def _approve(application: Application, actor: Actor | None = None) -> Participation:
    who = actor or director()
    with committed():
        return approve_clean_file(get_application(application.id, for_change=True), who)


def _excluded(application: Application, born: str = "19800417") -> str:
    person = application.practitioner
    return (
        f"{person.last_name},{person.first_name},,,,,,{application.npi},{born},,LITTLE ROCK,AR,72201,1128a1,"
        "20200101,00000000,00000000,"
    )


def _end(application: Application) -> None:
    who = director()
    with committed():
        found = get_application(application.id, for_change=True)
        terminate_participation(found, who, "The provider moved out of the state.", ["left"])


def _come_back(first: Application) -> Application:
    """In the network again, by the committee, as everybody whose participation ended before."""
    again = make_case(Status.IN_COMMITTEE, npi=first.npi, tax_id=first.form.answers["tax_id"])
    decide(again, DecisionOutcome.APPROVED)
    letters_leave()
    step(again, Action.CONFIRM_WELCOME, CLOCK)
    return get_application(again.id)


def _renew(application: Application) -> int:
    who = coordinator()
    with committed():
        return open_recredentialing(get_application(application.id).participation, who).id


# Who the provider is


def test_evidence_of_one_person_does_not_count_for_another(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    screen(application)
    _return(application)
    _send_again(application, first_name="Oswald", last_name="Zwickley", npi=npi(700_001))
    step(application, Action.ACCEPT, specialist())
    file = get_credentialing_file(get_application(application.id))
    assert file.authorization is None and file.screening is None and not file.verifications
    assert {document.state for document in list_documents(application.id)} == {DocumentState.RECEIVED}
    with pytest.raises(NotReady) as refused:
        step(application, Action.COMPLETE_FILE, specialist())
    assert any("CAQH authorization: not recorded yet" in reason for reason in refused.value.reasons)


def test_a_corrected_address_keeps_the_evidence(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    screen(application)
    _return(application)
    _send_again(application, city="Conway")
    step(application, Action.ACCEPT, specialist())
    file = get_credentialing_file(get_application(application.id))
    assert file.authorization and file.screening
    assert {document.state for document in list_documents(application.id)} == {DocumentState.ACCEPTED}


def test_changes_never_sent_are_forgotten_when_a_withdrawn_application_is_reopened(app: Flask) -> None:
    application = make_case(Status.RECEIVED)
    signed_type, specialty = application.provider_type, application.form.answers["specialty"]
    _return(application)
    with committed():
        draft = get_application(application.id, for_change=True)
        change_type(draft, draft.provider_kind, "lpc")
        save_answers(draft, {"specialty": "Never signed"})
    step(application, Action.WITHDRAW, coordinator(), reason="The applicant called.")
    who = coordinator()
    with committed():
        reopen_application(get_application(application.id, for_change=True), who, "They called again.")
    found = get_application(application.id)
    assert (found.provider_type, found.form.answers["specialty"]) == (signed_type, specialty)


# The day of the decision


def test_who_was_listed_after_the_meeting_is_not_approved_with_the_date_of_the_meeting(app: Flask) -> None:
    with on_day(today() - timedelta(days=3)):
        application = make_case(Status.IN_COMMITTEE)
    import_list(_excluded(application))
    with pytest.raises(NotReady, match="newer OIG LEIE list"):
        decide(application, DecisionOutcome.APPROVED)
    screen(application)
    with pytest.raises(NotReady, match="wait for a person"):
        decide(application, DecisionOutcome.APPROVED)


def test_what_one_person_confirmed_only_another_rules_out(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    import_list(_excluded(application))
    one, other = specialist(), actor_of(make_staff(Role.SPECIALIST, name="Otto Grahn"))

    def resolve(actor: Actor, resolution: MatchResolution) -> None:
        screen(application)
        with committed():
            match = find_screening(get_application(application.id)).matches[0]
            resolve_match(match, actor, resolution, "The OIG page was checked by number.")

    resolve(one, MatchResolution.SAME)
    with pytest.raises(NotAllowed, match="Somebody else"):
        resolve(one, MatchResolution.DIFFERENT)
    resolve(other, MatchResolution.DIFFERENT)


def test_a_hand_in_earlier_evidence_stays_a_hand(app: Flask) -> None:
    both = actor_of(make_staff(Role.COORDINATOR, Role.MEDICAL_DIRECTOR, name="Vera Doublehat"))
    application = make_case(Status.READY)
    authorize(application, both)
    authorize(application)
    with pytest.raises(NotReady, match="somebody else must decide"):
        _approve(application, both)


# Coming back


def test_an_appeal_on_an_old_application_leaves_a_later_participation_alone(app: Flask) -> None:
    first = make_case(Status.TERMINATED)
    _come_back(first)
    with pytest.raises(NotReady, match="in the network already"):
        step(first, Action.ACCEPT_APPEAL, coordinator(), reason="They wrote in time.")


def test_who_came_back_is_reminded_and_renewed_as_anybody(app: Flask) -> None:
    first = make_case(Status.PARTICIPATING)
    with on_day(first.participation.recredentialing_due_on - timedelta(days=60)):
        with committed():
            assert write_due_reminders() == 1
        early = _renew(first)
        _end(first)
    again = _come_back(first)
    participation = again.participation
    assert participation.provider_number == first.participation.provider_number
    assert find_renewal(participation) is None and get_application(early).status is Status.DRAFT
    with on_day(participation.recredentialing_due_on - timedelta(days=120)):
        with committed():
            assert write_due_reminders() == 1
        assert get_application(_renew(again)).cycle == participation.cycle + 1


def test_reminders_after_a_successful_appeal_begin_anew(app: Flask) -> None:
    application = make_case(Status.PARTICIPATING)
    _end(application)
    appeal(application)
    place(application)
    decide(application, DecisionOutcome.APPROVED, table=others())
    participation = get_application(application.id).participation
    assert (participation.state, participation.cycle) == (ParticipationState.ACTIVE, 2)


def test_a_denied_appeal_leaves_the_day_on_which_participation_ended(app: Flask) -> None:
    with on_day(today() - timedelta(days=5)):
        application = make_case(Status.PARTICIPATING)
        _end(application)
    ended_on = get_application(application.id).participation.ended_on
    appeal(application)
    place(application)
    decide(application, DecisionOutcome.DENIED, table=others())
    assert get_application(application.id).participation.ended_on == ended_on


def test_a_renewal_long_overdue_asks_for_education_again(app: Flask) -> None:
    joined = make_case(Status.PARTICIPATING)
    renewal = _renew(joined)
    due_on = joined.participation.recredentialing_due_on
    for days, anew in ((30, False), (31, True)):
        with on_day(due_on + timedelta(days=days)):
            kinds = {row.kind for row in required(get_credentialing_file(get_application(renewal)))}
            assert (VerificationKind.EDUCATION in kinds) is anew
