"""After a decision: the appeal with its other panel, the report to the data bank, provisional credentialing, coming back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from onboarding.clock import today
from onboarding.config import Settings
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.jobs.sweeps import end_provisional
from onboarding.models import (
    AdverseAction,
    Appeal,
    Application,
    AuditEvent,
    Letter,
    Participation,
    ProvisionalCredentialing,
)
from onboarding.policy.adverse import amendment
from onboarding.policy.committee import outcome_row
from onboarding.policy.file import Past
from onboarding.policy.people import Actor, applicant
from onboarding.policy.verifications import required, verification_row
from onboarding.policy.vocabulary import (
    AdverseKind,
    AppealOutcome,
    DecisionOutcome,
    LetterKind,
    ParticipationState,
    Status,
    VerificationKind,
)
from onboarding.queries.after_decisions import list_follow_ups, list_reports_due
from onboarding.queries.appeals import find_appealable_letter, find_last_decision
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.services.adverse import amend_report, mark_adverse_action, record_report
from onboarding.services.appeals import accept_appeal, ask_appeal, refuse_appeal, set_hearing
from onboarding.services.decisions import decide_in_committee, terminate_participation
from onboarding.services.letter_facts import letter_view
from onboarding.services.provisional import approve_provisionally
from tests.support.cases import (
    actor_of,
    appeal,
    approve,
    coordinator,
    decide,
    director,
    letters_leave,
    make_case,
    on_day,
    others,
    place,
    restrict,
    screen,
    verify,
    verify_all,
    vote,
    withdraw,
)


def kinds(application: Application) -> list[LetterKind]:
    query = select(Letter.kind).where(Letter.application_id == application.id).order_by(Letter.id)
    return list(db.session.scalars(query))


def changed(application: Application) -> Application:
    return get_application(application.id, for_change=True)


def test_the_panel_that_decided_does_not_decide_the_appeal(app: Flask) -> None:
    application = make_case(Status.DENIED)
    appeal(application)
    place(application)
    with pytest.raises(NotReady, match="took part in the decision appealed against"):
        decide(application, DecisionOutcome.APPROVED)


def test_an_appeal_that_is_won_is_told_with_its_reasons_beside_the_welcome_letter(app: Flask) -> None:
    application = make_case(Status.DENIED)
    asked = appeal(application)
    with on_day(today() + timedelta(days=7)):
        place(application)
        decide(application, DecisionOutcome.APPROVED, reason="The board's record was wrong.", table=others())
    assert (asked.outcome, asked.outcome_reason) == (AppealOutcome.REVERSED, "The board's record was wrong.")
    assert kinds(application)[-2:] == [LetterKind.WELCOME, LetterKind.APPEAL_DECIDED]
    assert get_application(application.id).status is Status.APPROVED


def test_an_appeal_that_is_lost_is_final_and_has_one_letter(app: Flask) -> None:
    application = make_case(Status.DENIED)
    asked = appeal(application)
    with on_day(today() + timedelta(days=7)):
        place(application)
        decide(application, DecisionOutcome.DENIED, table=others())
    assert asked.outcome is AppealOutcome.UPHELD
    assert kinds(application).count(LetterKind.DENIAL) == 1
    assert kinds(application)[-1] is LetterKind.APPEAL_DECIDED
    assert find_appealable_letter(get_application(application.id)) is None
    assert len(list(db.session.scalars(select(AdverseAction)))) == 1  # the first decision's


def test_an_appeal_is_confirmed_in_writing_and_asked_for_once(app: Flask) -> None:
    application = make_case(Status.DENIED)
    who = applicant("Dana Reyes")
    with committed():
        asked = ask_appeal(changed(application), who, "The board has corrected its record.")
    assert (asked.due_on, asked.late) == (today() + timedelta(days=60), False)
    assert kinds(application)[-1] is LetterKind.APPEAL_RECEIVED
    with pytest.raises(Conflict), committed():
        ask_appeal(changed(application), who, "Once more, please.")


def test_after_the_time_only_staff_record_an_appeal_and_a_reason_lets_it_in(app: Flask) -> None:
    application = make_case(Status.DENIED)
    letters_leave()
    lead = coordinator()
    with on_day(today() + timedelta(days=31)):
        with pytest.raises(Conflict, match="The time to appeal ended"), committed():
            ask_appeal(changed(application), applicant("Dana Reyes"), "I was in the hospital.")
        with committed():
            asked = ask_appeal(changed(application), lead, "I was in the hospital.", "Dana Reyes")
        assert asked.late and asked.asked_by == "Dana Reyes"
        with pytest.raises(NotReady, match="Give the reason"), committed():
            accept_appeal(changed(application), lead, "")
        with committed():
            accept_appeal(changed(application), lead, "In the hospital until last week.")
        assert asked.accepted_because == "In the hospital until last week."


def test_a_late_appeal_that_is_not_let_in_is_refused_in_writing_and_over(app: Flask) -> None:
    application, lead = make_case(Status.DENIED), coordinator()
    letters_leave()
    with on_day(today() + timedelta(days=31)):
        with committed():
            asked = ask_appeal(changed(application), lead, "I forgot to write.", "Dana Reyes")
        with pytest.raises(BadInput, match="why the appeal is not taken"), committed():
            refuse_appeal(changed(application), asked, lead, " ")
        with committed():
            again = db.session.get_one(Appeal, asked.id)
            refuse_appeal(changed(application), again, lead, "Nothing kept you from asking in time.")
        found = db.session.get_one(Appeal, asked.id)
        assert (found.outcome, found.decided_on) == (AppealOutcome.REFUSED, today())
        with pytest.raises(NotReady, match="Nobody has asked"), committed():
            accept_appeal(changed(application), lead, "We changed our mind.")
        with pytest.raises(Conflict), committed():
            ask_appeal(changed(application), lead, "Once more.", "Dana Reyes")
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    view = letter_view(letter, "https://plan.example")
    assert view.kind is LetterKind.APPEAL_DECIDED and view.refused
    assert view.reasons == ("Nothing kept you from asking in time.",)


def test_an_appeal_that_came_in_time_is_not_refused(app: Flask) -> None:
    application, lead = make_case(Status.DENIED), coordinator()
    with committed():
        asked = ask_appeal(
            changed(application), applicant("Dana Reyes"), "The board has corrected its record."
        )
    with pytest.raises(Conflict, match="came in time"), committed():
        refuse_appeal(changed(application), db.session.get_one(Appeal, asked.id), lead, "Nothing new in it.")


def test_an_appeal_is_over_with_its_file(app: Flask) -> None:
    application = make_case(Status.DENIED)
    asked = appeal(application)
    withdraw(application)
    found = db.session.get_one(Appeal, asked.id)
    assert (found.outcome, found.decided_on) == (AppealOutcome.WITHDRAWN, today())


def test_a_hearing_is_told_at_least_thirty_days_before(app: Flask) -> None:
    application, lead = make_case(Status.TERMINATED), coordinator()
    asked = appeal(application)
    with pytest.raises(BadInput, match="at least 30 days before"), committed():
        set_hearing(changed(application), asked, lead, today() + timedelta(days=29))
    with committed():
        set_hearing(
            changed(application), db.session.get_one(Appeal, asked.id), lead, today() + timedelta(days=30)
        )
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    assert letter_view(letter, "https://plan.example").hearing_on == today() + timedelta(days=30)


def test_who_ended_a_participation_does_not_decide_on_the_appeal_against_it(app: Flask) -> None:
    asked = appeal(make_case(Status.TERMINATED))
    assert asked.panel == [director().id]


def test_only_an_approval_with_conditions_can_be_appealed_against_and_its_letter_says_until_when(
    app: Flask,
) -> None:
    application, plain = make_case(Status.IN_COMMITTEE), make_case(Status.PARTICIPATING)
    restrict(application)
    letter = find_appealable_letter(get_application(application.id))
    assert (letter.kind, letter.respond_by) == (LetterKind.WELCOME, today() + timedelta(days=30))
    assert find_appealable_letter(plain) is None


RELIEVED, SAME, OTHER = (
    (DecisionOutcome.APPROVED, "The board's record was wrong."),
    (DecisionOutcome.APPROVED_WITH_CONDITIONS, "Supervised for six months."),
    (DecisionOutcome.APPROVED_WITH_CONDITIONS, "Supervised for two months."),
)


@pytest.mark.parametrize(
    ("says", "made"),
    [(RELIEVED, AppealOutcome.REVERSED), (SAME, AppealOutcome.UPHELD), (OTHER, AppealOutcome.MODIFIED)],
)
def test_an_appeal_against_conditions_is_decided_by_others_while_the_provider_stays_in_the_network(
    app: Flask, says: tuple[DecisionOutcome, str], made: AppealOutcome
) -> None:
    application = make_case(Status.APPEAL_IN_COMMITTEE)
    asked = db.session.scalars(select(Appeal)).one()
    joined = application.participation.credentialed_on, application.participation.recredentialing_due_on
    first = find_last_decision(application.id)
    with pytest.raises(NotReady, match="took part in the decision appealed against"):
        decide(application, says[0], reason=says[1])
    vote(application, outcome_row(says[0]).choice, table=others())
    with committed():
        decide_in_committee(
            changed(application),
            actor_of(others()[0]),
            says[0],
            reason=says[1],
            codes=first.reason_codes,
            follow_up_on=first.follow_up_on,
        )
    found = get_application(application.id)
    assert (found.status, asked.outcome) == (Status.PARTICIPATING, made)
    assert (found.participation.credentialed_on, found.participation.recredentialing_due_on) == joined
    assert kinds(application)[-1] is LetterKind.APPEAL_DECIDED
    assert kinds(application).count(LetterKind.WELCOME) == 1
    assert find_appealable_letter(found) is None
    follow_ups = {decision.number for decision, *_ in list_follow_ups()}
    assert follow_ups == (set() if made is AppealOutcome.REVERSED else {2})


def test_an_appeal_against_conditions_is_over_with_the_participation(app: Flask) -> None:
    application, who = make_case(Status.APPEAL_IN_COMMITTEE), director()
    with committed():
        terminate_participation(changed(application), who, "The provider moved out of the state.", ["left"])
    assert db.session.scalars(select(Appeal)).one().outcome is AppealOutcome.OVERTAKEN
    letter = find_appealable_letter(get_application(application.id))
    assert letter is not None and letter.kind is LetterKind.TERMINATION


def test_a_participation_ends_for_a_coded_reason_and_so_is_a_provider_restricted(app: Flask) -> None:
    ended, who = make_case(Status.PARTICIPATING), director()
    with pytest.raises(BadInput, match="coded reason"), committed():
        terminate_participation(changed(ended), who, "Moved out of the State.", [])
    restricted = make_case(Status.IN_COMMITTEE)
    decide(restricted, DecisionOutcome.APPROVED_WITH_CONDITIONS, reason="Supervised for six months.")
    action = db.session.scalars(select(AdverseAction)).one()
    assert (action.kind, action.codes) == (AdverseKind.RESTRICTION, ["license"])


@pytest.mark.parametrize(
    ("status", "kind"), [(Status.DENIED, AdverseKind.DENIAL), (Status.TERMINATED, AdverseKind.TERMINATION)]
)
def test_a_decision_against_a_provider_waits_for_an_answer_whether_it_is_reported(
    app: Flask, status: Status, kind: AdverseKind
) -> None:
    application, who = make_case(status), director()
    action = db.session.scalars(select(AdverseAction)).one()
    assert (action.kind, action.reportable, len(action.codes)) == (kind, None, 1)
    assert action.report_by == action.acted_on + timedelta(days=30)
    with pytest.raises(BadInput), committed():
        mark_adverse_action(changed(application), action, who, reportable=True, why="")
    with pytest.raises(Conflict), committed():
        record_report(changed(application), action, who, "5500-1234")
    with committed():
        mark_adverse_action(
            changed(application), action, who, reportable=True, why="It rests on the quality of care."
        )
        record_report(changed(application), action, who, "5500-1234")
    with pytest.raises(Conflict, match="reported already"), committed():
        mark_adverse_action(changed(application), action, who, reportable=False, why="A mistake of ours.")


def reported(application: Application, who: Actor) -> AdverseAction:
    action = db.session.scalars(select(AdverseAction)).one()
    with committed():
        mark_adverse_action(changed(application), action, who, reportable=True, why="Quality of care.")
        record_report(changed(application), action, who, "5500-1234")
    return action


def win(application: Application, outcome: DecisionOutcome = DecisionOutcome.APPROVED) -> None:
    """Another panel decides the appeal a week later."""
    appeal(application)
    with on_day(today() + timedelta(days=7)):
        place(application)
        decide(application, outcome, reason="The board's record was wrong.", table=others())


@pytest.mark.parametrize(
    ("outcome", "task"),
    [
        (DecisionOutcome.APPROVED, "Mark the report void"),
        (DecisionOutcome.APPROVED_WITH_CONDITIONS, "Report the revision"),
    ],
)
def test_a_report_whose_action_an_appeal_overturned_is_to_be_amended_within_thirty_days(
    app: Flask, outcome: DecisionOutcome, task: str
) -> None:
    application, who = make_case(Status.DENIED), director()
    action = reported(application, who)
    assert list_reports_due() == []
    win(application, outcome)
    decided_on = today() + timedelta(days=7)
    ((due, _),) = list_reports_due()
    assert (due.id, due.due_on) == (action.id, decided_on + timedelta(days=30))
    assert amendment(due.overturned).task == task
    with on_day(decided_on):
        with pytest.raises(BadInput), committed():
            amend_report(changed(application), action, who, "", "")
        with committed():
            amend_report(changed(application), action, who, "5500-1235", "The panel reversed the denial.")
    assert (action.amended_on, action.amended_by_id, action.due_on) == (decided_on, who.id, None)
    with pytest.raises(Conflict), committed():
        amend_report(changed(application), action, who, "5500-1236", "Once more.")


def test_what_was_not_reported_needs_no_report_once_an_appeal_has_reversed_it(app: Flask) -> None:
    application, who = make_case(Status.DENIED), director()
    win(application)
    action = db.session.scalars(select(AdverseAction)).one()
    assert (action.reportable, action.due_on, list_reports_due()) == (False, None, [])
    assert action.why == "The decision was reversed on appeal: there is nothing to report."
    with pytest.raises(Conflict, match="nothing to report"), committed():
        mark_adverse_action(changed(application), action, who, reportable=True, why="A mistake of ours.")


def test_a_decision_that_stands_on_appeal_leaves_its_report(app: Flask) -> None:
    application = make_case(Status.DENIED)
    action = reported(application, director())
    win(application, DecisionOutcome.DENIED)
    assert (action.overturned, action.due_on) == (None, None)


def test_the_history_says_that_a_report_was_made_and_nothing_of_what_it_says(app: Flask) -> None:
    application, who = make_case(Status.DENIED), director()
    action = db.session.scalars(select(AdverseAction)).one()
    with committed():
        mark_adverse_action(
            changed(application), action, who, reportable=True, why="Quality of care of a patient."
        )
        record_report(changed(application), action, who, "5500-1234")
    told = " ".join(
        f"{event.what} {event.why} {event.details}"
        for event in db.session.scalars(
            select(AuditEvent).where(AuditEvent.action.in_(("mark_adverse_action", "record_report")))
        )
    )
    assert "report made" in told and "5500" not in told and "Quality of care" not in told


def provisionally(application: Application) -> Participation:
    verify(application, verification_row(VerificationKind.LICENCE))
    verify(application, verification_row(VerificationKind.MALPRACTICE_HISTORY))
    screen(application)
    who = director()
    with committed():
        return approve_provisionally(changed(application), who)


def test_provisional_credentialing_needs_its_conditions(app: Flask) -> None:
    application, who = make_case(Status.VERIFYING), director()
    screen(application)
    with pytest.raises(NotReady, match="License to practice"), committed():
        approve_provisionally(changed(application), who)


def test_who_is_in_provisionally_has_sixty_days_and_the_letter_says_so(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    participation = provisionally(application)
    assert participation.provisional_until == today() + timedelta(days=60)
    assert get_application(application.id).status is Status.VERIFYING
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.PROVISIONAL)).one()
    view = letter_view(letter, "https://plan.example")
    assert (view.until, view.provider_number) == (
        participation.provisional_until,
        participation.provider_number,
    )


def test_full_approval_takes_provisional_participation_up(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    number = provisionally(application).provider_number
    verify_all(application)
    approve(application)
    found = get_application(application.id).participation
    assert (found.provider_number, found.provisional_until, found.cycle) == (number, None, 1)


def test_provisional_participation_ends_after_its_last_day_by_itself(app: Flask, settings: Settings) -> None:
    application = make_case(Status.VERIFYING)
    application_id, until = application.id, provisionally(application).provisional_until
    with on_day(until):
        assert end_provisional(settings) == {"ended": 0}
    with on_day(until + timedelta(days=1)):
        assert end_provisional(settings) == {"ended": 1}
        assert end_provisional(settings) == {"ended": 0}
    found = get_application(application_id).participation
    assert (found.state, found.ended_on) == (ParticipationState.TERMINATED, until)
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    view = letter_view(letter, "https://plan.example")
    assert (view.kind, view.ended_on, view.ended) == (LetterKind.PROVISIONAL_ENDED, until, False)
    file = get_credentialing_file(get_application(application_id))
    assert file.provisional_before and file.past == {Past.PROVISIONAL}
    assert "Education and training" in {row.label for row in required(file)}


def test_provisional_participation_ends_with_its_application(app: Flask, settings: Settings) -> None:
    application = make_case(Status.VERIFYING)
    provisionally(application)
    withdraw(application)
    assert end_provisional(settings) == {"ended": 1}
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.PROVISIONAL_ENDED)).one()
    assert letter_view(letter, "https://plan.example").ended


def test_nobody_is_in_provisionally_twice(app: Flask) -> None:
    application, who = make_case(Status.VERIFYING), director()
    provisionally(application)
    with pytest.raises(NotReady, match="nobody is twice"), committed():
        approve_provisionally(changed(application), who)
    with pytest.raises(DatabaseError), committed() as session:
        session.add(
            ProvisionalCredentialing(
                npi=application.npi,
                application_id=application.id,
                approved_on=today(),
                until=today(),
                approved_by_id=who.id,
            )
        )


@pytest.mark.parametrize(("days", "anew"), [(30, False), (31, True)])
def test_who_comes_back_within_thirty_days_is_recredentialed(app: Flask, days: int, anew: bool) -> None:
    first = make_case(Status.TERMINATED)
    with on_day(today() + timedelta(days=days)):
        again = make_case(Status.RECEIVED, npi=first.npi, tax_id=first.form.answers["tax_id"])
        asked = {row.label for row in required(get_credentialing_file(again))}
    assert ("Education and training" in asked) is anew
