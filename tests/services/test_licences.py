"""A license in another state is verified by its own record, wherever the file is looked at."""

from datetime import timedelta

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from onboarding.clock import today
from onboarding.errors import Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, Verification
from onboarding.policy.verifications import VerificationRow, required
from onboarding.policy.vocabulary import Action, Status, VerificationKind
from onboarding.queries.expiring import Expiring, count_expiring, list_expiring
from onboarding.queries.files import get_application, get_credentialing_file, list_verifications
from onboarding.services.form_columns import draw_columns
from onboarding.services.papers import evidence_lines
from onboarding.services.verifications import Finding, correct_verification
from tests.services.test_corrections import finding
from tests.support.cases import make_case, specialist, step, verify

LICENCE = VerificationKind.LICENCE
TEXAS = "TX T-5512"


def licences(application: Application) -> list[VerificationRow]:
    file = get_credentialing_file(get_application(application.id))
    return [row for row in required(file) if row.kind is LICENCE]


def give_up_texas(application: Application) -> None:
    """The form sent again without the license."""
    with committed():
        found = get_application(application.id, for_change=True)
        found.form.answers = {**found.form.answers, "has_other_licenses": "no"}
        draw_columns(found)


def test_each_license_needs_a_record_that_says_which_one_it_is_about(app: Flask) -> None:
    application = make_case(Status.VERIFYING, has_other_licenses="yes")
    own, texas = licences(application)
    verify(application, own)
    with pytest.raises(NotReady, match=r"License to practice \(TX T-5512\): not checked"):
        step(application, Action.FINISH_VERIFICATION, specialist())
    verify(application, texas)
    assert [record.about for record in list_verifications(application.id)] == [None, TEXAS]
    with pytest.raises(NotReady) as refused:
        step(application, Action.FINISH_VERIFICATION, specialist())
    assert not any("License to practice" in reason for reason in refused.value.reasons)
    packet = evidence_lines(application, get_credentialing_file(application))
    assert [(line.label, line.found) for line in packet][:2] == [
        ("License to practice (AR L-204417)", "agrees"), ("License to practice (TX T-5512)", "agrees"),
    ]  # fmt: skip


def test_a_license_that_the_form_no_longer_states_is_neither_asked_nor_recorded(app: Flask) -> None:
    application = make_case(Status.VERIFYING, has_other_licenses="yes")
    _, texas = licences(application)
    give_up_texas(application)
    assert [row.about for row in licences(application)] == [""]
    with pytest.raises(Conflict, match="no longer states the license TX T-5512"):
        verify(application, texas)


def test_what_runs_out_is_told_of_each_license_that_is_stated(app: Flask) -> None:
    application = make_case(Status.VERIFYING, has_other_licenses="yes")
    for days, row in zip((20, 80), licences(application), strict=True):
        verify(application, row)
        record = list_verifications(application.id)[-1]
        with committed():
            run_out = {**vars(finding(LICENCE)), "good_until": today() + timedelta(days=days)}
            correct_verification(
                get_application(application.id, for_change=True),
                db.session.get_one(Verification, record.id), Finding(**run_out), specialist(), why="Another date.",
            )  # fmt: skip
    assert [count_expiring(9)["licenses", days] for days in (30, 60, 90)] == [1, 1, 2]
    rows, _ = list_expiring(Expiring.LICENSES, 90)
    assert [row.about for row in rows] == [None, TEXAS]
    give_up_texas(application)
    assert [count_expiring(9)["licenses", days] for days in (30, 60, 90)] == [1, 1, 1]


def test_the_database_takes_no_correction_about_another_license(app: Flask) -> None:
    application = make_case(Status.VERIFYING, has_other_licenses="yes")
    verify(application, licences(application)[0])
    (own,) = list_verifications(application.id)
    columns = "application_id, statement, kind, source, method, result, reference, note, checked_on, recorded_at, verified_by_id"
    with pytest.raises(DatabaseError, match="same fact"), committed() as session:
        session.execute(
            text(
                f"INSERT INTO verification ({columns}, about, replaces_id, replaces_why, corrected_on) "
                f"SELECT {columns}, :about, id, 'Another license.', checked_on FROM verification WHERE id = :id"
            ),
            {"about": TEXAS, "id": own.id},
        )


def test_the_migration_states_the_licenses_of_files_that_wait_for_a_decision(app: Flask) -> None:
    application = make_case(Status.VERIFYING, has_other_licenses="yes")
    before = application.practitioner.further_licences if application.practitioner else None
    db.session.rollback()
    flask_migrate.downgrade(revision="0230")
    flask_migrate.upgrade()
    after = get_application(application.id).practitioner
    assert before and after and after.further_licences == before
