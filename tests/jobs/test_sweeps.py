"""The sweeps of the clock: each letter that is due, once, late rather than never."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Insert, Select, event, select, update

from onboarding.clock import now
from onboarding.config import Settings
from onboarding.errors import NotReady
from onboarding.extensions import WRITING, committed, db
from onboarding.jobs import sweeps
from onboarding.jobs.letters import render_letters
from onboarding.jobs.runner import tick
from onboarding.models import (
    AccessCode,
    Application,
    AuditEvent,
    Document,
    Letter,
    OutboxMessage,
    Participation,
)
from onboarding.policy.asking import DOCUMENT_LETTERS
from onboarding.policy.deadlines import DRAFT_NOTICE_DAYS_BEFORE, clock
from onboarding.policy.vocabulary import (
    ApplicationKind,
    DocumentKind,
    DocumentState,
    LetterKind,
    LetterState,
    MessageState,
    ParticipationState,
    ProviderType,
    ScreeningOutcome,
    Status,
)
from onboarding.queries.drafts import near_their_end
from onboarding.queries.files import find_screening, get_application, list_letters
from onboarding.queries.queue import find_queue_page
from onboarding.queries.queue_filter import QueueFilter, Why
from onboarding.queries.review import list_letters_to_settle
from onboarding.queries.sweeps import list_awaiting_welcome, list_to_ask
from onboarding.services.access_codes import ask_access
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.documents import accept_document, reject_document
from onboarding.services.drafts import discard_draft
from onboarding.services.missing_documents import discontinue_application
from onboarding.services.reminders import reminder_statement
from onboarding.storage import Store
from tests.conftest import TODAY
from tests.support.cases import (
    authorize,
    coordinator,
    import_list,
    letters_leave,
    make_case,
    make_draft,
    on_day,
    participating,
    screen,
    specialist,
    upload,
    upload_all,
)
from tests.support.mails import mail_leaves, text_of
from tests.support.people import contract_answers

MARLOWE = (
    "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,20210420,"
    "00000000,00000000,"
)


def letters(kind: LetterKind) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def test_after_months_off_only_the_latest_reminder_goes(app: Flask, settings: Settings) -> None:
    due_on = participating(TODAY + timedelta(days=400)).recredentialing_due_on
    with on_day(due_on - timedelta(days=20)):
        sweeps.write_reminders(settings)
    assert [letter.number for letter in letters(LetterKind.RECREDENTIALING_REMINDER)] == [4]


def test_a_terminated_provider_gets_no_reminder(app: Flask, settings: Settings) -> None:
    participation = participating(TODAY + timedelta(days=30))
    with committed() as session:
        session.get_one(Participation, participation.id).state = ParticipationState.TERMINATED
    sweeps.write_reminders(settings)
    assert letters(LetterKind.RECREDENTIALING_REMINDER) == []


def plan_of(statement: Insert | Select[Any]) -> str:
    """The plan of the sweep as SQLite tells it, with the parameters it runs with."""
    compiled = statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.construct_params()[name] for name in compiled.positiontup or ())
    processed = tuple(
        process(value) if (process := compiled._bind_processors.get(name)) else value
        for name, value in zip(compiled.positiontup or (), values, strict=True)
    )
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", processed)
    return " | ".join(str(tuple(row)) for row in rows)


def test_the_reminder_sweep_uses_its_indexes(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    plan = plan_of(reminder_statement(TODAY, "sqlite"))
    assert "ix_participation_due" in plan
    assert "ix_application_participation_id" in plan
    assert "SCAN" not in plan


def test_a_renewal_is_opened_once_half_a_year_before_and_stops_the_reminders_when_sent(
    app: Flask, settings: Settings
) -> None:
    due_on = participating(TODAY + timedelta(days=400)).recredentialing_due_on
    with on_day(due_on - timedelta(days=181)):
        assert sweeps.open_renewals(settings) == {"opened": 0}
    with on_day(due_on - timedelta(days=180)):
        assert sweeps.open_renewals(settings) == {"opened": 1}
        assert sweeps.open_renewals(settings) == {"opened": 0}
    renewal = db.session.scalars(
        select(Application).where(Application.kind == ApplicationKind.RECREDENTIALING)
    ).unique().one()  # fmt: skip
    assert renewal.status is Status.DRAFT
    with on_day(due_on - timedelta(days=125)), committed():
        file = get_application(renewal.id, for_change=True)
        save_answers(file, {**contract_answers(file.provider_type), **file.form.answers})
        submit_application(file, signature="Maribel Thornquist", agreed=True)
    with on_day(due_on - timedelta(days=90)):
        assert sweeps.write_reminders(settings) == {"reminders": 0}


def asked(application_id: int) -> list[Letter]:
    """The letters that asked this applicant for documents, oldest first."""
    return [found for found in list_letters(application_id) if found.kind in DOCUMENT_LETTERS]


def test_documents_are_asked_for_at_once_and_after_14_and_30_days_and_45_days_end_it(
    app: Flask, settings: Settings
) -> None:
    application_id = make_case(Status.GATHERING).id
    for day in range(47):
        with on_day(TODAY + timedelta(days=day)):
            for _ in range(2):
                sweeps.ask_for_documents(settings)
                sweeps.discontinue_silent(settings)
            if day == 3:
                upload(get_application(application_id), DocumentKind.W9)
            letters_leave()
            assert (get_application(application_id).status is Status.DISCONTINUED) == (day == 46)
    written = [(letter.kind, (letter.written_on - TODAY).days) for letter in asked(application_id)]
    assert written == list(zip(DOCUMENT_LETTERS, (0, 14, 30), strict=True))
    assert {letter.respond_by for letter in asked(application_id)} == {TODAY + timedelta(days=45)}
    assert [letter.facts["codes"] for letter in asked(application_id)] == [
        ["malpractice_face_sheet", "w9"], ["malpractice_face_sheet"], ["malpractice_face_sheet"],
    ]  # fmt: skip
    assert len(letters(LetterKind.DISCONTINUATION)) == 1


def test_the_second_letter_waits_until_the_first_has_left_and_after_days_off_goes_once_and_late(
    app: Flask, settings: Settings
) -> None:
    application_id = make_case(Status.GATHERING).id
    sweeps.ask_for_documents(settings)
    with on_day(TODAY + timedelta(days=60)):
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
        assert sweeps.discontinue_silent(settings) == {"discontinued": 0}
    with on_day(TODAY + timedelta(days=12)):
        letters_leave()
    with on_day(TODAY + timedelta(days=25)):
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
    with on_day(TODAY + timedelta(days=32)):
        assert sweeps.ask_for_documents(settings) == {"letters": 1}
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
    second = asked(application_id)[-1]
    assert (second.kind, second.due_on) == (DOCUMENT_LETTERS[1], TODAY + timedelta(days=26))
    assert second.respond_by == TODAY + timedelta(days=32 + 31)


def test_a_coordinators_reason_stands_in_place_of_the_proof_and_is_kept(
    app: Flask, settings: Settings
) -> None:
    application_id, who = make_case(Status.GATHERING).id, coordinator()
    sweeps.ask_for_documents(settings)
    for day, reason in ((45, "Returned by the post."), (46, "")):
        with on_day(TODAY + timedelta(days=day)), pytest.raises(NotReady), committed():
            discontinue_application(get_application(application_id, for_change=True), who, reason)
    with on_day(TODAY + timedelta(days=46)), committed():
        file = get_application(application_id, for_change=True)
        discontinue_application(file, who, "Returned by the post.")
    query = select(AuditEvent.why).where(AuditEvent.action == "discontinue")
    assert db.session.scalars(query).all() == ["Returned by the post."]


def test_an_older_row_with_its_own_number_in_it_stops_no_sweep(app: Flask, settings: Settings) -> None:
    older = make_case(Status.GATHERING, ProviderType.LCSW, tax_id="714556203")
    make_case(Status.GATHERING)
    document = upload(older, DocumentKind.W9)
    with committed() as session:
        get_application(older.id, for_change=True).form.address = "12 Elm, EIN 71-4556203"
        found = session.get_one(Document, document.id)
        found.state, found.reason = DocumentState.REJECTED, "It shows 219-09-9998."
    assert sweeps.ask_for_documents(settings) == {"letters": 2}
    said = str([letter.facts for letter in letters(LetterKind.MISSING_DOCUMENTS)])
    assert "12 Elm, EIN XX-XXXXXXX" in said and "219-09-9998" not in said


def test_nobody_is_asked_again_or_discontinued_while_the_letter_is_in_doubt(
    app: Flask, settings: Settings
) -> None:
    application_id = make_case(Status.GATHERING).id
    tick(settings)
    with committed() as session:
        letter = letters(LetterKind.MISSING_DOCUMENTS)[0]
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.letter_id == letter.id)).first()
        assert message is not None
        message.state = MessageState.IN_DOUBT
    with on_day(TODAY + timedelta(days=300)):
        tick(settings)
    assert get_application(application_id).status is Status.GATHERING
    assert len(asked(application_id)) == 1


def test_a_draft_never_sent_expires_and_what_was_typed_is_forgotten(app: Flask, settings: Settings) -> None:
    draft = make_draft(ProviderType.MD)
    draft_id = draft.id
    assert draft.npi and draft.name and draft.form.answers
    with on_day(TODAY + timedelta(days=57)):
        sweeps.tell_of_deletion(settings)
    with on_day(TODAY + timedelta(days=60)):
        assert sweeps.expire_drafts(settings) == {"expired": 0}
    with on_day(TODAY + timedelta(days=61)):
        assert sweeps.expire_drafts(settings) == {"expired": 1}
    found = get_application(draft_id)
    assert found.status is Status.EXPIRED
    assert found.form.answers == {} and (found.npi, found.name, found.name_key) == ("", "", "")


def _kept_days() -> int:
    return clock("draft_kept", TODAY).amount


def test_the_end_of_a_draft_is_told_fourteen_and_three_days_before_once_each(
    app: Flask, settings: Settings
) -> None:
    draft_id = make_draft(ProviderType.MD).id
    ends_on = TODAY + timedelta(days=_kept_days())
    for day in range(_kept_days() - 16, _kept_days() + 1):
        with on_day(TODAY + timedelta(days=day)):
            sweeps.tell_of_deletion(settings)
            sweeps.tell_of_deletion(settings)
    told = [(letter.written_on, letter.respond_by) for letter in letters(LetterKind.DRAFT_EXPIRES)]
    assert told == [(ends_on - timedelta(days=before), ends_on) for before in DRAFT_NOTICE_DAYS_BEFORE]
    assert letters(LetterKind.DRAFT_EXPIRES)[0].application_id == draft_id
    with on_day(ends_on + timedelta(days=1)):
        assert sweeps.expire_drafts(settings) == {"expired": 1}


def test_after_days_off_one_notice_goes_and_the_draft_is_kept_the_days_it_names(
    app: Flask, settings: Settings
) -> None:
    make_draft(ProviderType.MD)
    late = TODAY + timedelta(days=_kept_days() + 30)
    with on_day(late):
        assert sweeps.tell_of_deletion(settings) == {"notices": 1}
        assert sweeps.expire_drafts(settings) == {"expired": 0}
    with on_day(late + timedelta(days=3)):
        assert sweeps.tell_of_deletion(settings) == {"notices": 0}
        assert sweeps.expire_drafts(settings) == {"expired": 0}
    with on_day(late + timedelta(days=4)):
        assert sweeps.expire_drafts(settings) == {"expired": 1}


def test_a_draft_changed_after_a_notice_is_told_anew(app: Flask, settings: Settings) -> None:
    draft_id = make_draft(ProviderType.MD).id
    changed_on = TODAY + timedelta(days=_kept_days() - 5)
    with on_day(changed_on):
        assert sweeps.tell_of_deletion(settings) == {"notices": 1}
        with committed():
            save_answers(get_application(draft_id, for_change=True), {"first_name": "Ada"})
    with on_day(changed_on + timedelta(days=_kept_days() - 15)):
        assert sweeps.tell_of_deletion(settings) == {"notices": 0}
    with on_day(changed_on + timedelta(days=_kept_days() - 14)):
        assert sweeps.tell_of_deletion(settings) == {"notices": 1}


def test_a_draft_without_an_address_is_told_nothing_and_goes_in_time(app: Flask, settings: Settings) -> None:
    make_draft(ProviderType.MD, contact_email="")
    with on_day(TODAY + timedelta(days=_kept_days() + 1)):
        assert sweeps.tell_of_deletion(settings) == {"notices": 0}
        assert sweeps.expire_drafts(settings) == {"expired": 1}


def test_drafts_of_which_all_is_said_or_that_have_no_address_are_not_looked_at_singly(
    app: Flask, settings: Settings
) -> None:
    for number in range(6):
        make_draft(ProviderType.MD, **({"contact_email": ""} if number % 2 else {}))
    with on_day(TODAY + timedelta(days=_kept_days() - 10)):
        assert sweeps.tell_of_deletion(settings) == {"notices": 3}
        asked: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *found: asked.append(found[2]))
        assert sweeps.tell_of_deletion(settings) == {"notices": 0}
    said = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(said) == 6, (
        "for groups and for drafts: the drafts, what was written; whose groups and addresses"
    )


def test_the_drafts_near_their_end_are_found_by_index(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read in the words of SQLite")
    plan = plan_of(near_their_end(0))
    assert "ix_application_status_since" in plan and "SCAN" not in plan


def test_the_mails_about_an_expired_draft_no_longer_say_of_whom(app: Flask, settings: Settings) -> None:
    draft_id, address = (draft := make_draft(ProviderType.MD)).id, draft.form.email_on_file
    with on_day(TODAY + timedelta(days=_kept_days() - 3)):
        sweeps.tell_of_deletion(settings)
        (mail,) = mail_leaves().mails
        assert address in str(mail["To"]) and "delete everything that was typed" in " ".join(
            text_of(mail).split()
        )
    (key,) = [letter.storage_key for letter in letters(LetterKind.DRAFT_EXPIRES)]
    with on_day(TODAY + timedelta(days=_kept_days() + 1)):
        sweeps.expire_drafts(settings)
    (letter,) = letters(LetterKind.DRAFT_EXPIRES)
    assert get_application(draft_id).status is Status.EXPIRED
    assert not letter.facts["npi"] and not letter.facts["provider_name"]
    assert [(message.recipient, message.state) for message in letter.messages] == [("", MessageState.SENT)]
    with pytest.raises(FileNotFoundError):
        Store(settings.storage).read(key)


def test_what_has_not_left_when_a_draft_is_deleted_is_held_back_and_waits_for_nobody(
    app: Flask, settings: Settings
) -> None:
    draft_id = make_draft(ProviderType.MD).id
    with committed():
        ask_access(get_application(draft_id, for_change=True), 30)
    render_letters(settings)
    with committed():
        ask_access(get_application(draft_id, for_change=True), 30)
    with committed():
        (key,) = discard_draft(get_application(draft_id, for_change=True))
    assert key and mail_leaves().mails == []
    first, second = letters(LetterKind.ACCESS_CODE)
    assert [message.state for message in first.messages] == [MessageState.HELD_BACK]
    assert (second.messages, second.state, first.state) == ([], LetterState.FORGOTTEN, LetterState.FORGOTTEN)
    assert list_letters_to_settle() == []
    assert set(db.session.scalars(select(AccessCode.secret).where(AccessCode.letter_id == first.id))) == {
        None
    }


def test_a_newer_exclusion_list_screens_every_file_again_once_and_a_match_waits_for_a_person(
    app: Flask, settings: Settings
) -> None:
    clear = make_case(Status.READY).id
    person = make_case(Status.VERIFYING, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17")
    screen(person)
    matched_id = person.id
    ended = make_case(Status.PARTICIPATING).id
    assert sweeps.screen_again(settings) == {"screened": 0}
    import_list(MARLOWE)
    with committed() as work:
        work.execute(update(Application).values(changed_at=now() - timedelta(days=40)))
    version = get_application(clear).version
    assert sweeps.screen_again(settings) == {"screened": 2}
    assert get_application(clear).version > version
    stuck = find_queue_page(QueueFilter(why=Why.ESCALATED), 0).rows
    assert clear in {row.id for row in stuck}, "what the clock notes does not make a file look busy"
    assert sweeps.screen_again(settings) == {"screened": 0}
    again, matched = (find_screening(get_application(number)) for number in (clear, matched_id))
    assert again and matched
    assert (again.outcome, again.screened_by_id) == (ScreeningOutcome.CLEAR, None)
    assert matched.outcome is ScreeningOutcome.POSSIBLE
    assert [match.resolution for match in matched.matches] == [None]
    left_alone = find_screening(get_application(ended))
    assert left_alone and left_alone.list_id != again.list_id


def test_a_draft_is_kept_from_its_last_change(app: Flask, settings: Settings) -> None:
    draft_id = make_draft(ProviderType.MD).id
    with on_day(TODAY + timedelta(days=60)), committed():
        save_answers(get_application(draft_id, for_change=True), {"first_name": "Ada"})
    for days, expired in ((61, 0), (117, 0), (120, 0), (121, 1)):
        with on_day(TODAY + timedelta(days=days)):
            assert sweeps.expire_drafts(settings) == {"expired": expired}
            sweeps.tell_of_deletion(settings)


@pytest.fixture
def write_transactions(app: Flask) -> Iterator[list[bool]]:
    """One entry for each write transaction that begins."""
    begun: list[bool] = []

    def note(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITING):
            begun.append(True)

    event.listen(db.engine, "begin", note)
    yield begun
    event.remove(db.engine, "begin", note)


def test_where_nothing_is_to_be_done_nothing_is_locked(
    app: Flask, settings: Settings, write_transactions: list[bool]
) -> None:
    make_case(Status.APPROVED)
    sent = make_case(Status.GATHERING)
    upload_all(sent)
    waits = make_case(Status.GATHERING).id
    tick(settings)
    with on_day(TODAY + timedelta(days=7)):
        upload_all(get_application(waits))
    waiting = make_case(Status.APPROVED).id
    with on_day(TODAY + timedelta(days=60)):
        write_transactions.clear()
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
        assert sweeps.discontinue_silent(settings) == {"discontinued": 0}
        assert sweeps.confirm_welcome(settings) == {"joined": 0}
        assert sweeps.expire_drafts(settings) == {"expired": 0}
    assert write_transactions == [] and get_application(waiting).status is Status.APPROVED
    assert list(list_awaiting_welcome()) == []


def test_caqh_that_lapses_while_we_verify_or_wait_for_a_decision_is_asked_for_once(
    app: Flask, settings: Settings
) -> None:
    for status in (Status.VERIFYING, Status.READY):
        make_case(status)
    with on_day(TODAY + timedelta(days=100)):  # the attestation of the cases was 20 days old
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
    with on_day(TODAY + timedelta(days=101)):
        assert sweeps.ask_for_documents(settings) == {"letters": 2}
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
    assert [letter.facts["codes"] for letter in letters(LetterKind.MISSING_DOCUMENTS)] == [["caqh"]] * 2


def test_caqh_that_lapses_after_we_asked_for_something_else_is_asked_for_too(
    app: Flask, settings: Settings
) -> None:
    application = make_case(Status.GATHERING)
    application_id = application.id
    authorize(application, attested_on=TODAY - timedelta(days=85))
    assert sweeps.ask_for_documents(settings) == {"letters": 1}
    with on_day(TODAY + timedelta(days=13)):
        assert list(list_to_ask()) == []
    with on_day(TODAY + timedelta(days=36)):
        assert list(list_to_ask()) == [application_id]
        assert sweeps.ask_for_documents(settings) == {"letters": 1}
    assert "caqh" in letters(LetterKind.MISSING_DOCUMENTS)[-1].facts["codes"]


def test_nobody_is_discontinued_for_what_no_letter_asked_and_is_asked_for_it_first(
    app: Flask, settings: Settings
) -> None:
    application = make_case(Status.GATHERING)
    application_id = application.id
    sheet = upload(application, DocumentKind.MALPRACTICE_FACE_SHEET, TODAY + timedelta(days=45)).id
    who = specialist()
    with committed() as session:
        file = get_application(application_id, for_change=True)
        accept_document(file, session.get_one(Document, sheet), who)
    for day in (0, 14, 30, 46):
        with on_day(TODAY + timedelta(days=day)):
            sweeps.ask_for_documents(settings)
            letters_leave()
            if day == 30:
                upload(get_application(application_id), DocumentKind.W9)
    assert get_application(application_id).status is Status.GATHERING
    codes = [letter.facts["codes"] for letter in asked(application_id)]
    assert codes == [["w9"]] * 3 + [["malpractice_face_sheet"]]
    assert asked(application_id)[-1].kind is DOCUMENT_LETTERS[0]


def test_a_document_sent_after_the_final_letter_and_rejected_is_asked_for_anew(
    app: Flask, settings: Settings
) -> None:
    application_id, who = make_case(Status.GATHERING).id, specialist()
    for day in (0, 14, 30):
        with on_day(TODAY + timedelta(days=day)):
            sweeps.ask_for_documents(settings)
            letters_leave()
    with on_day(TODAY + timedelta(days=44)):
        upload_all(get_application(application_id))
    with on_day(TODAY + timedelta(days=60)):
        for document_id in list(db.session.scalars(select(Document.id))):
            with committed() as session:
                file = get_application(application_id, for_change=True)
                reject_document(file, session.get_one(Document, document_id), who, "The page is cut off.")
        assert sweeps.ask_for_documents(settings) == {"letters": 1}
        assert sweeps.discontinue_silent(settings) == {"discontinued": 0}
    assert asked(application_id)[-1].kind is DOCUMENT_LETTERS[0]


def test_a_document_that_runs_out_while_we_verify_is_asked_for(app: Flask, settings: Settings) -> None:
    application = make_case(Status.VERIFYING)
    with on_day(application.status_on + timedelta(days=301)):
        assert sweeps.ask_for_documents(settings) == {"letters": 1}
        assert sweeps.ask_for_documents(settings) == {"letters": 0}
