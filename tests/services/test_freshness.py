"""The day on which a file goes stale stands on its row, always the same as the forecast says."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import update

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.jobs.sweeps import restate_forecasts
from onboarding.models import Application, Document, Meeting
from onboarding.policy.forecast import FORECAST_STATUSES, stale_on
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import ProviderType, Status, VerificationKind
from onboarding.queries.files import get_application, get_credentialing_file, list_documents
from onboarding.queries.meetings import find_next_meetings
from onboarding.services.documents import reject_document
from tests.support.cases import DAYS_AGO, authorize, make_case, on_day, screen, specialist, verify


def kept(application_id: int) -> date | None:
    db.session.rollback()
    db.session.expire_all()
    return get_application(application_id).stale_on


def said(application: Application) -> date | None:
    return stale_on(get_credentialing_file(get_application(application.id)))


def test_it_is_kept_in_every_status_a_decision_lies_ahead_of_and_in_no_other(app: Flask) -> None:
    for status in sorted(Status, key=lambda status: -DAYS_AGO.get(status, 0)):  # what lies back comes first
        application = make_case(status)
        expected = said(application) if status in FORECAST_STATUSES else None
        assert kept(application.id) == expected, status
        assert (expected is not None) == (status in FORECAST_STATUSES), status


def test_whatever_changes_the_evidence_states_it_anew(app: Flask) -> None:
    application = make_case(Status.READY, ProviderType.CNP)
    assert kept(application.id) == today() + timedelta(days=101)  # CAQH was attested twenty days ago
    authorize(application, attested_on=today())
    assert kept(application.id) == today() + timedelta(days=121)
    with on_day(today() + timedelta(days=40)):
        authorize(application, attested_on=today())
        screen(application)
        verify(application, verification_row(VerificationKind.LICENCE))
        assert kept(application.id) == said(application)
    version = get_application(application.id).version
    with committed() as work:
        paper = work.get_one(Document, list_documents(application.id)[0].id)
        reject_document(
            get_application(application.id, for_change=True), paper, specialist(), "It is last year's."
        )
    assert kept(application.id) == said(application)
    assert get_application(application.id).version == version + 1  # the file changed once, not twice


def test_the_clock_states_it_anew_for_every_open_file(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    number = application.id
    before = kept(number)
    with committed() as work:
        work.execute(update(Application).values(stale_on=None))
    assert restate_forecasts(app.extensions["settings"]) == {"restated": 1}
    assert kept(number) == before
    assert restate_forecasts(app.extensions["settings"]) == {"restated": 0}


def test_a_meeting_that_was_called_comes_before_the_calendar(app: Flask) -> None:
    assert find_next_meetings() == (date(2026, 3, 5), date(2026, 3, 19))
    with committed() as work:
        work.add_all([Meeting(held_on=date(2026, 2, 26)), Meeting(held_on=date(2026, 3, 12))])
    assert find_next_meetings() == (date(2026, 3, 12), date(2026, 3, 19))
