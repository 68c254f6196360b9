"""No file becomes clean by a second try: what was found, disclosed or weighed before is seen in the file and in the queue."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.clock import today
from onboarding.errors import NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application
from onboarding.policy.clean_file import flags
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    DecisionOutcome,
    MatchResolution,
    Status,
    VerificationKind,
    VerificationResult,
)
from onboarding.queries.files import find_screening, get_application, get_credentialing_file
from onboarding.queries.next_things import find_next_things
from onboarding.queries.queue import find_queue_page
from onboarding.queries.queue_filter import QueueFilter
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.provisional import approve_provisionally
from onboarding.services.screening import resolve_match
from tests.queries.test_glance import MARLOWE
from tests.support import cases
from tests.support.cases import (
    approve,
    director,
    import_list,
    make_case,
    on_day,
    screen,
    specialist,
    step,
    verify,
)
from tests.support.people import signature

MALPRACTICE = verification_row(VerificationKind.MALPRACTICE_HISTORY)


def flagged(application: Application) -> str:
    """The one reason why the file is not clean, which the queue knows too and no signature passes."""
    (reason,) = flags(get_credentialing_file(get_application(application.id)))
    db.session.rollback()
    rows = find_queue_page(QueueFilter(text=application.public_id), 0).rows
    assert find_next_things(rows)[application.id].says == "Not a clean file: place on an agenda"
    with pytest.raises(NotReady):
        approve(get_application(application.id))
    return reason


def again(before: Application, status: Status) -> Application:
    """Another application of the same provider."""
    same = ("npi", "tax_id", "first_name", "last_name")
    answers = before.form.answers
    return make_case(status, before.provider_type, **{code: answers[code] for code in same})


def test_who_was_terminated_or_denied_applies_anew_to_the_committee_and_not_provisionally(app: Flask) -> None:
    ended = make_case(Status.TERMINATED)
    with on_day(today() + timedelta(days=60)):
        import_list(MARLOWE)
        assert "ended before" in flagged(again(ended, Status.READY))
        renewed = make_case(Status.DENIED)
        assert "was before the committee" in flagged(again(renewed, Status.READY))


def test_who_was_terminated_is_not_credentialed_provisionally(app: Flask) -> None:
    application = again(make_case(Status.TERMINATED), Status.VERIFYING)
    cases.verify_all(application)
    screen(application)
    who = director()
    with pytest.raises(NotReady, match="ended before"), committed():
        approve_provisionally(get_application(application.id, for_change=True), who)


def test_a_finding_is_not_undone_by_a_second_record_but_a_difference_is_by_a_form_signed_anew(
    app: Flask,
) -> None:
    application = make_case(Status.READY)
    verify(application, MALPRACTICE, VerificationResult.DISCREPANCY)
    verify(application, MALPRACTICE)
    assert flagged(application).endswith("in an earlier record that no correction replaced.")
    with on_day(today() + timedelta(days=1)):
        with committed():
            get_application(application.id, for_change=True).form.signed_on = today()
        assert not flags(get_credentialing_file(get_application(application.id)))
        verify(application, MALPRACTICE, VerificationResult.ADVERSE)
        verify(application, MALPRACTICE)
        assert "in an earlier record" in flagged(application)


def test_a_disclosure_taken_back_is_still_weighed(app: Flask) -> None:
    application = make_case(Status.RETURNED, felony="yes", felony_explained="A conviction in 2004.")
    with committed():
        found = get_application(application.id, for_change=True)
        save_answers(found, {**found.form.answers, "felony": "no", "felony_explained": ""})
        submit_application(found, signature=signature(found.form.answers), agreed=True)
    for walk in (cases._accept, cases._gather, cases._verify):
        walk(application)
    assert flagged(application).endswith("Taken back when the form was sent again.")


def test_a_match_of_an_earlier_list_is_still_weighed(app: Flask) -> None:
    import_list(MARLOWE)
    application = make_case(
        Status.VERIFYING, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
    )
    cases.verify_all(application)
    screen(application)
    with committed():
        match = find_screening(get_application(application.id, for_change=True)).matches[0]
        resolve_match(match, specialist(), MatchResolution.SAME, "It is the same person.")
    import_list()
    screen(application)
    step(application, cases.Action.FINISH_VERIFICATION, specialist())
    assert "possible match" in flagged(application)


def test_the_committee_denies_on_the_evidence_whatever_the_provider_withholds(app: Flask) -> None:
    revoked = make_case(Status.IN_COMMITTEE)
    with committed():
        cases.record(
            get_application(revoked.id, for_change=True), verification_row(VerificationKind.LICENCE), specialist(),
            VerificationResult.ADVERSE, until=today() - timedelta(days=3),
        )  # fmt: skip
    assert cases.decide(revoked, DecisionOutcome.DENIED).outcome is DecisionOutcome.DENIED


def test_an_appeal_is_turned_down_though_the_evidence_is_old(app: Flask) -> None:
    application = make_case(Status.PARTICIPATING)
    with on_day(today() + timedelta(days=300)):
        cases._terminate(get_application(application.id))
        cases.appeal(get_application(application.id))
    with on_day(today() + timedelta(days=307)):
        cases.place(get_application(application.id))
        decision = cases.decide(get_application(application.id), DecisionOutcome.DENIED, table=cases.others())
        assert decision.outcome is DecisionOutcome.DENIED
