"""The history tells old and new of each change: what was corrected, marked, renewed, ended, sent and voted."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import AdverseAction, AuditEvent, Participation, Staff, Verification
from onboarding.policy.changes import changes_of, say_change
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    DecisionOutcome,
    ParticipationState,
    Role,
    Status,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)
from onboarding.queries.committee import find_meeting_on
from onboarding.queries.files import find_agenda_item, get_application
from onboarding.queries.integrity import list_changes
from onboarding.services.accounts import set_npi
from onboarding.services.adverse import mark_adverse_action
from onboarding.services.committee import close_meeting
from onboarding.services.evidence_files import NewFile
from onboarding.services.minutes import draft_minutes, edit_minutes
from onboarding.services.verifications import Finding, correct_verification, record_verification
from onboarding.services.votes import recuse
from tests.support.cases import (
    OPERATOR,
    convene,
    coordinator,
    decide,
    make_case,
    make_staff,
    members,
    on_day,
    others,
    specialist,
    withdraw,
)
from tests.support.people import npi


def told(action: str) -> list[list[str]]:
    """What each event of this action tells of old and new, oldest first."""
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
    return [[say_change(one) for one in changes_of(event.details)] for event in db.session.scalars(query)]


def test_a_correction_tells_old_and_new_of_everything_it_corrects(app: Flask) -> None:
    application, source = make_case(Status.VERIFYING), verification_row(VerificationKind.LICENCE).sources[0]
    page = NewFile("page.pdf", "application/pdf", 1200, "ab" * 32, "evidence/page")
    good: dict[str, Any] = {
        "source": source, "method": VerificationMethod.WEBSITE, "result": VerificationResult.VERIFIED,
        "reference": "L-1", "good_until": date(2027, 1, 31), "found": "Active",
    }  # fmt: skip
    with committed():
        file = get_application(application.id, for_change=True)
        wrong = record_verification(file, VerificationKind.LICENCE, specialist(), **good)
    right = Finding(
        **{**good, "reference": "L-2", "good_until": date(2026, 6, 30), "found": "", "file": page}
    )
    who = coordinator()
    with committed() as work:
        file = get_application(application.id, for_change=True)
        correct_verification(
            file, work.get_one(Verification, wrong.id), right, who, why="Another line was read."
        )
    assert told("correct_verification") == [[
        "Reference: L-1 → L-2",
        "What the source shows: Active → (none)",
        "Good until: 2027-01-31 → 2026-06-30",
        f"Evidence file: (none) → page.pdf, SHA-256 {'ab' * 32}",
    ]]  # fmt: skip


def test_marking_an_adverse_action_anew_tells_both_answers_and_keeps_both_reasons_sealed(app: Flask) -> None:
    application, lead = make_case(Status.DENIED), coordinator()
    for answer, why in ((True, "Professional conduct."), (False, "Administrative alone, after all.")):
        with committed() as work:
            action = work.scalars(select(AdverseAction)).one()
            file = get_application(application.id, for_change=True)
            mark_adverse_action(file, action, lead, reportable=answer, why=why)
    assert told("mark_adverse_action") == [["Reportable: (none) → yes"], ["Reportable: yes → no"]]
    action = db.session.scalars(select(AdverseAction)).one()
    assert action.why == "Administrative alone, after all."
    assert [(mark.reportable, mark.why) for mark in action.earlier_marks] == [(True, "Professional conduct.")]
    assert "Professional" not in str(db.session.scalar(text("SELECT why FROM earlier_mark")))
    with pytest.raises(DatabaseError, match="appended"), committed() as work:
        work.execute(text("DELETE FROM earlier_mark"))


def test_a_participation_tells_what_it_was_and_what_it_became(app: Flask) -> None:
    begun = make_case(Status.APPROVED)
    number = begun.participation.provider_number
    with on_day(today() + timedelta(days=7)):
        withdraw(begun)
    assert told("change_participation") == [
        [
            f"Provider number: (none) → {number}", "Participation: (none) → active", "Cycle: (none) → 1",
            "Effective: (none) → 2026-03-02", "Credentialed: (none) → 2026-03-02",
            "Recredentialing due: (none) → 2029-03-02",
        ],
        ["Participation: active → terminated", "Ended: (none) → 2026-03-09"],
    ]  # fmt: skip
    assert db.session.scalars(select(Participation)).one().state is ParticipationState.TERMINATED


def test_the_own_npi_of_an_account_tells_the_one_before(app: Flask) -> None:
    staff = make_staff(Role.SPECIALIST, name="Own File")
    for number in (npi(777001), ""):
        with committed() as work:
            set_npi(work.get_one(Staff, staff.id), OPERATOR, number)
    assert told("set_npi") == [[f"Own NPI: (none) → {npi(777001)}"], [f"Own NPI: {npi(777001)} → (none)"]]


def test_a_document_is_received_with_its_state_and_date(app: Flask) -> None:
    make_case(Status.VERIFYING)
    received = [line for lines in told("receive_document") for line in lines]
    assert "State: (none) → received" in received
    assert f"Expires: (none) → {today() + timedelta(days=300)}" in received


def test_votes_recusals_and_minutes_stand_in_the_integrity_report_without_their_words(app: Flask) -> None:
    application, lead = make_case(Status.IN_COMMITTEE), coordinator()
    *voters, out = convene([*members(), others()[0]])
    with committed():
        file = get_application(application.id, for_change=True)
        item = find_agenda_item(file.id)
        assert item is not None
        recuse(item, file, lead, out.id, "Shares an office with her.")
    decide(application, DecisionOutcome.DENIED)
    with committed():
        meeting = find_meeting_on(today())
        assert meeting is not None
        close_meeting(meeting, lead)
        draft = draft_minutes(meeting, lead)
        edit_minutes(meeting, lead, f"{draft.text}\nA sentence of nobody's business.", draft.version)
    report = {(change.label, change.name): change for change in list_changes(today(), today())}
    assert report["Conflict of interest recorded", application.name].what.startswith(out.name)
    votes = report["Vote recorded", application.name].changes
    assert [say_change(one) for one in votes] == [f"Vote of {who.name}: (none) → (changed)" for who in voters]
    assert [say_change(one) for one in report["Minutes edited", ""].changes] == [
        "Minutes: (not shown) → (changed)"
    ]
    assert ("Minutes drafted", "") in report
    assert "nobody's business" not in str(report)
