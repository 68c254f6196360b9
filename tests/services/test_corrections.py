"""The evidence of a verification: what is taken as such, whose it is, and how a wrong record is corrected."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, Verification
from onboarding.policy.file import CredentialingFile
from onboarding.policy.integrity import Flag
from onboarding.policy.verifications import latest, verification_row
from onboarding.policy.vocabulary import (
    Action,
    DecisionOutcome,
    ProviderType,
    Status,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)
from onboarding.queries.files import (
    get_application,
    get_credentialing_file,
    list_documents,
    list_verifications,
)
from onboarding.queries.glance import files_at_a_glance
from onboarding.queries.integrity import list_changes
from onboarding.services.evidence_files import NewFile
from onboarding.services.verifications import Finding, correct_verification, record_verification
from tests.support.cases import coordinator, decide, director, make_case, on_day, specialist, step

_K, _R = VerificationKind, VerificationResult
CCVS = "Arkansas CCVS profile"


def file_of(words: str) -> NewFile:
    return NewFile(
        "page.pdf", "application/pdf", 1200, sha256(words.encode()).hexdigest(), f"evidence/{words}"
    )


def finding(kind: VerificationKind = _K.LICENCE, **changes: Any) -> Finding:
    good = {
        "source": verification_row(kind).sources[0],
        "method": VerificationMethod.WEBSITE,
        "result": _R.VERIFIED,
        "reference": "L-204417",
        "good_until": date(2027, 1, 31),
    }
    return Finding(**{**good, **changes})


def record(application: Application, kind: VerificationKind = _K.LICENCE, **changes: Any) -> Verification:
    who = specialist()
    with committed():
        return record_verification(
            get_application(application.id, for_change=True), kind, who, **vars(finding(kind, **changes))
        )


def correct(
    application: Application, wrong: Verification, why: str = "The wrong line was read.", **changes: Any
) -> Verification:
    who = coordinator()
    with committed() as work:
        return correct_verification(
            get_application(application.id, for_change=True), work.get_one(Verification, wrong.id),
            finding(wrong.kind, **changes), who, why=why,
        )  # fmt: skip


def counts(application: Application, kind: VerificationKind = _K.LICENCE) -> Any:
    return latest(get_credentialing_file(get_application(application.id)), verification_row(kind))


def seen_in_the_queue(application: Application) -> CredentialingFile:
    ((_, file),) = files_at_a_glance([get_application(application.id)], None, {})  # type: ignore[list-item]
    return file


def test_what_was_found_has_a_file_or_a_reference(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    with pytest.raises(BadInput, match="Attach what the source gave you"):
        record(application, reference=" ")
    assert record(application, reference="", file=file_of("board page")).evidence_file is not None
    assert record(application, reference="", result=_R.NOT_CHECKED, note="Its site was down.").id


def test_a_license_is_recorded_with_the_date_its_source_shows(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    for day, says in (
        (None, "Enter until when"),
        (today() - timedelta(days=1), "had run out"),
        (date(2099, 1, 1), "Check the year"),
    ):
        with pytest.raises(BadInput, match=says):
            record(application, good_until=day)
    record(application, good_until=today())
    assert counts(application).good_until == today()


def test_the_date_of_the_source_counts_and_not_the_applicants(app: Flask) -> None:
    application = make_case(Status.READY)
    record(application, good_until=today() + timedelta(days=10))
    with on_day(today() + timedelta(days=11)), pytest.raises(NotReady, match="by its source it ran out"):
        step(application, Action.APPROVE_CLEAN_FILE, director(), decided_on=today())


@pytest.mark.parametrize(("days", "good"), [(89, True), (90, True), (91, False)])
def test_what_ccvs_checked_counts_from_its_own_date_and_is_reported_in_time(
    app: Flask, days: int, good: bool
) -> None:
    application = make_case(Status.VERIFYING, ProviderType.MD)
    checked = today() - timedelta(days=days)
    if not good:
        with pytest.raises(BadInput, match="more than 90 days"):
            record(application, source=CCVS, as_of=checked)
        return
    record(application, source=CCVS, as_of=checked)
    assert counts(application).checked_on == checked


def test_ccvs_without_its_date_or_with_one_to_come_is_refused(app: Flask) -> None:
    application = make_case(Status.VERIFYING, ProviderType.MD)
    for day in (None, today() + timedelta(days=1)):
        with pytest.raises(BadInput, match="day on which they checked"):
            record(application, source=CCVS, as_of=day)


def test_not_found_is_good_on_a_list_of_bad_news_alone(app: Flask) -> None:
    application = make_case(Status.READY)
    record(application, _K.DEATH_FILE, result=_R.NOT_FOUND)
    step(application, Action.APPROVE_CLEAN_FILE, director(), decided_on=today())
    other = make_case(Status.READY)
    record(other, result=_R.NOT_FOUND, note="No such license at the board.")
    with pytest.raises(NotReady, match="not found at its source"):
        step(other, Action.APPROVE_CLEAN_FILE, director(), decided_on=today())


def test_evidence_of_one_application_is_no_evidence_in_another(app: Flask) -> None:
    first, second = make_case(Status.VERIFYING), make_case(Status.VERIFYING)
    record(first, file=file_of("board page"))
    record(first, _K.LICENCE_SANCTIONS, file=file_of("board page"))  # one page, two facts of one provider
    with pytest.raises(BadInput, match="evidence in another application"):
        record(second, file=file_of("board page"))


def test_what_another_applicant_sent_is_no_evidence_and_a_reference_of_another_is_flagged(app: Flask) -> None:
    first, second = make_case(Status.VERIFYING), make_case(Status.VERIFYING)
    sent = list_documents(first.id)[0]
    page = NewFile(sent.file_name, sent.media_type, sent.size, sent.sha256, "evidence/again")
    with pytest.raises(BadInput, match="a document of another application"):
        record(second, file=page)
    record(first, reference="Letter of May 4")
    for reference in ("Letter of May 4", "Letter of May 5", "Letter of May 5"):
        record(second, reference=reference)
    for application in (first, second):
        record(application, _K.STATE_EXCLUSIONS, reference="List of May", good_until=None)
    flagged = [
        change for change in list_changes(today(), today()) if Flag.REFERENCE_OF_ANOTHER in change.flags
    ]
    assert [change.application_id for change in flagged] == [second.id]


def test_one_list_of_everybody_is_evidence_in_many_applications(app: Flask) -> None:
    for application in (make_case(Status.VERIFYING), make_case(Status.VERIFYING)):
        record(application, _K.STATE_EXCLUSIONS, file=file_of("list of the state"))


def test_an_old_file_is_no_evidence_of_a_new_check(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    record(application, file=file_of("board page"))
    with (
        on_day(today() + timedelta(days=1)),
        pytest.raises(BadInput, match="came on March 2, 2026 and shows"),
    ):
        record(application, file=file_of("board page"))


def test_a_correction_is_a_new_record_that_keeps_the_day_and_the_evidence(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    wrong = record(application, file=file_of("board page"), result=_R.ADVERSE, note="Suspended in May.")
    with on_day(today() + timedelta(days=30)):
        right = correct(application, wrong, reference="")
        assert (right.checked_on, right.corrected_on) == (wrong.checked_on, today())
    assert right.evidence_file_id == wrong.evidence_file_id
    assert (right.replaces_id, right.replaces_why) == (wrong.id, "The wrong line was read.")
    assert [v.result for v in list_verifications(application.id) if v.kind is _K.LICENCE] == [
        _R.ADVERSE, _R.VERIFIED,
    ]  # fmt: skip
    assert counts(application).result is _R.VERIFIED


def test_a_correction_made_after_the_meeting_does_not_carry_its_decision(app: Flask) -> None:
    application = make_case(Status.READY)
    wrong = [v for v in list_verifications(application.id) if v.kind is _K.LICENCE][-1]
    with on_day(today() + timedelta(days=2)):
        correct(application, wrong)
        with pytest.raises(NotReady, match="License to practice is dated March 4, 2026, after the decision"):
            step(application, Action.APPROVE_CLEAN_FILE, director(), decided_on=today() - timedelta(days=1))


def test_what_ccvs_reports_after_the_meeting_does_not_carry_its_decision(app: Flask) -> None:
    application = make_case(Status.IN_COMMITTEE, ProviderType.MD)
    held = today()
    with on_day(held + timedelta(days=3)):
        record(application, source=CCVS, as_of=held - timedelta(days=5))
        for file in (get_credentialing_file(get_application(application.id)), seen_in_the_queue(application)):
            assert latest(file, verification_row(_K.LICENCE)).recorded_on == held + timedelta(days=3)  # type: ignore[union-attr]
        with pytest.raises(NotReady, match="License to practice is dated March 5, 2026, after the decision"):
            decide(application, DecisionOutcome.APPROVED)


def test_a_correction_neither_makes_a_check_nor_makes_one_younger(app: Flask) -> None:
    application, first = make_case(Status.VERIFYING, ProviderType.MD), today()
    old = record(application, source=CCVS, as_of=first - timedelta(days=80))
    for fresher in (
        {"source": CCVS, "as_of": first - timedelta(days=79)},
        {},
    ):  # its own day, or a board asked
        with pytest.raises(BadInput, match="would make the check younger"):
            correct(application, old, **fresher)
    with on_day(first + timedelta(days=1)):
        with pytest.raises(BadInput, match="came today"):
            correct(application, old, source=CCVS, as_of=old.as_of, file=file_of("page of today"))
        correct(application, old, source=CCVS, as_of=first - timedelta(days=81))
    nothing = record(application, _K.NPPES, result=_R.NOT_CHECKED, note="Its site was down.")
    with pytest.raises(Conflict, match="Check again"):
        correct(application, nothing)


def test_a_correction_needs_a_reason_and_is_made_once_of_the_record_that_counts(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    first = record(application)
    with pytest.raises(BadInput, match="recorded wrongly"):
        correct(application, first, why=" ")
    correct(application, first)
    with pytest.raises(Conflict, match="corrected this record before"):
        correct(application, first)
    earlier = record(application)
    record(application)
    with pytest.raises(Conflict, match="Only the record that counts"):
        correct(application, earlier)


def test_the_database_itself_keeps_records_files_and_the_day_of_what_is_corrected(app: Flask) -> None:
    application = make_case(Status.VERIFYING)
    record(application, file=file_of("board page"))
    correct(application, record(application))
    for change in ("UPDATE evidence_file SET received_on = '2020-01-01'", "DELETE FROM evidence_file"):
        with pytest.raises(DatabaseError, match="appended"), committed() as work:
            work.execute(text(change))
    last = list_verifications(application.id)[-1]
    forged = Verification(
        **{c.key: getattr(last, c.key) for c in Verification.__table__.columns if c.key != "id"}
    )
    forged.replaces_id, forged.checked_on = last.id, date(2020, 1, 1)
    with pytest.raises(DatabaseError, match="of the same day"), committed() as work:
        work.add(forged)
    db.session.rollback()


def test_the_database_itself_takes_no_check_dated_another_day_than_it_was_recorded(app: Flask) -> None:
    application, who = make_case(Status.GATHERING), specialist()
    values = {
        "application_id": application.id, "kind": _K.NPPES, "source": "NPPES NPI Registry", "result": _R.VERIFIED,
        "method": VerificationMethod.WEBSITE, "reference": "N-1", "verified_by_id": who.id, "recorded_at": now(),
    }  # fmt: skip
    for days in (-1, 0, 1):  # the moment is in UTC, the day in the zone of the plan
        with committed() as work:
            work.add(Verification(checked_on=now().date() + timedelta(days=days), **values))
    for days in (-2, 2):
        with pytest.raises(DatabaseError, match="dated by the system"), committed() as work:
            work.add(Verification(checked_on=now().date() + timedelta(days=days), **values))
        db.session.rollback()
