"""A file as of a day equals what stood in it on that day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Appeal, Application, Document, Participation, Verification
from onboarding.policy.verifications import verification_row
from onboarding.policy.vocabulary import (
    DecisionOutcome,
    DocumentKind,
    MatchResolution,
    ProviderType,
    Status,
    VerificationKind,
    VerificationMethod,
    VerificationResult,
)
from onboarding.queries.as_of import FileThen, get_file_as_of
from onboarding.queries.files import (
    find_screening,
    get_application,
    list_documents,
    list_letters,
    list_verifications,
)
from onboarding.queries.review import list_decisions, list_events
from onboarding.services.appeals import set_hearing
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.assignments import claim_application
from onboarding.services.decisions import terminate_participation
from onboarding.services.documents import accept_document, reject_document
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.screening import resolve_match
from onboarding.services.verifications import Finding, correct_verification
from tests.support.cases import (
    WALKS,
    appeal,
    authorize,
    coordinator,
    decide,
    director,
    import_list,
    make_case,
    make_draft,
    on_day,
    others,
    place,
    screen,
    specialist,
    upload,
    verify,
    verify_all,
)
from tests.support.people import npi, signature

START = date(2026, 3, 2)
LUCINDA = (
    "MARLOWE,LUCINDA,A,,IND- LIC HC SERV PRO,NURSE,,0000000000,19800417,88 Pine,LITTLE ROCK,AR,72205,1128a1,"
    "20210420,00000000,00000000,"
)


def _now(application: Application) -> dict[str, Any]:
    """What stands in the file today, from the tables as they are now."""
    found = get_application(application.id)
    db.session.refresh(found)
    screening = find_screening(found)
    copies = found.form.sent_copies or []
    return {
        "status": (found.status, found.status_on),
        "assignee": found.assignee.name if found.assignee else "",
        "licence": copies[-1]["answers"]["licence_number"] if copies else None,
        "documents": {
            row.id: (row.state, row.expires_on and row.expires_on.isoformat(), row.reason)
            for row in list_documents(found.id)
        },
        "verifications": [(row.kind, row.result, row.checked_on) for row in list_verifications(found.id)],
        "matches": [match.resolution for match in screening.matches] if screening else [],
        "decisions": [(row.outcome, row.decided_on) for row in list_decisions(found.id)],
        "letters": [row.kind for row in list_letters(found.id)],
        "events": [event.id for event in list_events(found.id)],
    }


def _then(application: Application, day: date) -> dict[str, Any]:
    """The same, as of that day."""
    then = get_file_as_of(get_application(application.id), day)
    return {
        "status": (then.status, then.since),
        "assignee": then.assignee,
        "licence": then.form["answers"]["licence_number"] if then.form else None,
        "documents": {
            row.document.id: (row.state, row.expires_on or None, row.reason) for row in then.documents
        },
        "verifications": [(row.kind, row.result, row.checked_on) for row in then.verifications[::-1]],
        "matches": [resolution for _, resolution in then.screenings[0].matches] if then.screenings else [],
        "decisions": [(row.outcome, row.decided_on) for row in then.decisions[::-1]],
        "letters": [row.kind for row in then.letters[::-1]],
        "events": [event.id for event in then.events],
    }


def _life(application: Application) -> Iterator[None]:
    """One step of a file's life a day, with a form sent twice, a date corrected, a document rejected after acceptance."""
    number, who = application.id, specialist()

    def file() -> Application:
        return get_application(number, for_change=True)

    yield
    for walk in WALKS[Status.RETURNED]:
        walk(application)
        yield
    with committed():
        save_answers(file(), {"licence_number": "C009999"})
        submit_application(file(), signature=signature(file().form.answers), agreed=True)
    yield
    WALKS[Status.GATHERING][1](application)
    with committed():
        claim_application(file(), who)
    yield
    sent = [upload(application, kind) for kind in (DocumentKind.W9, DocumentKind.MALPRACTICE_FACE_SHEET)]
    yield
    with committed():
        for one in sent:
            accept_document(file(), db.session.get_one(Document, one.id), who, START + timedelta(days=90))
    authorize(application)
    yield
    with committed():
        reject_document(file(), db.session.get_one(Document, sent[1].id), who, "The second page is missing.")
    verify_all(application)
    import_list(LUCINDA)
    screen(application)
    yield
    with committed():
        screening = find_screening(get_application(number))
        assert screening is not None and screening.matches
        for match in screening.matches:
            resolve_match(match, who, MatchResolution.DIFFERENT, "The license numbers differ.")
    yield


def test_each_day_of_a_file_is_shown_afterwards_as_it_was(app: Flask) -> None:
    shown: dict[date, dict[str, Any]] = {}
    with on_day(START):
        application = make_draft(
            ProviderType.CNP, first_name="Lucinda", last_name="Marlowe", birth_date="1980-04-17"
        )
    life = _life(application)
    for number in range(20):
        with on_day(START + timedelta(days=number)):
            if next(life, "over") == "over":
                break
            shown[START + timedelta(days=number)] = _now(application)
    assert len(shown) >= 9
    for day, expected in shown.items():
        assert _then(application, day) == expected, day
    assert get_file_as_of(get_application(application.id), START - timedelta(days=1)).status is None
    assert db.session.scalar(select(Document.id).limit(1)) is not None


def _as_of(application: Application, days: int) -> FileThen:
    return get_file_as_of(get_application(application.id), START + timedelta(days=days))


def test_a_corrected_record_is_shown_as_it_stood_before_it_was_corrected(app: Flask) -> None:
    application, who = make_case(Status.VERIFYING), coordinator()
    row = verification_row(VerificationKind.NPPES)
    verify(application, row, VerificationResult.ADVERSE)
    with on_day(START + timedelta(days=10)), committed() as work:
        wrong = work.scalars(select(Verification)).one()
        right = Finding(row.sources[0], VerificationMethod.WEBSITE, VerificationResult.VERIFIED, "N-1")
        file = get_application(application.id, for_change=True)
        correct_verification(file, wrong, right, who, why="Another line was read.")
    assert [v.result for v in _as_of(application, 9).verifications] == ["adverse"]
    assert [v.result for v in _as_of(application, 10).verifications] == ["verified", "adverse"]


def test_a_file_is_shown_under_the_name_that_it_had(app: Flask) -> None:
    application = make_case(Status.RETURNED, last_name="Pellworth")
    with on_day(START + timedelta(days=5)), committed():
        file = get_application(application.id, for_change=True)
        save_answers(file, {"last_name": "Quimby", "npi": npi(777002)})
        submit_application(file, signature=signature(file.form.answers), agreed=True)
    assert "Pellworth" in _as_of(application, 4).name and _as_of(application, 4).npi != npi(777002)
    assert "Quimby" in _as_of(application, 5).name and _as_of(application, 5).npi == npi(777002)
    assert make_draft().name and _as_of(make_draft(), 0).name == ""


def test_participation_and_what_is_on_file_are_shown_as_they_were(app: Flask) -> None:
    first, lead, head = make_case(Status.PARTICIPATING), coordinator(), director()
    with on_day(START + timedelta(days=10)), committed() as work:
        begun = open_recredentialing(work.get_one(Participation, first.participation_id), lead)
    with on_day(START + timedelta(days=20)), committed():
        file = get_application(first.id, for_change=True)
        terminate_participation(file, head, "The provider moved out of the state.", ["left"])
    then = [_as_of(first, day).participation for day in (-1, 0, 19, 20)]
    assert then[0] is None
    assert [found and (found.state, found.ended_on) for found in then[1:]] == [
        ("active", None), ("active", None), ("terminated", START + timedelta(days=20)),
    ]  # fmt: skip
    assert _as_of(begun, 9).on_file == []
    kept = {found.document.id for found in _as_of(begun, 10).on_file}
    assert kept == {row.id for row in list_documents(first.id)} and _as_of(begun, 10).participation == then[1]


def test_an_appeal_is_shown_as_it_stood(app: Flask) -> None:
    application, lead = make_case(Status.DENIED), coordinator()
    with on_day(START + timedelta(days=2)):
        asked = appeal(application)
    with on_day(START + timedelta(days=3)), committed() as work:
        file = get_application(application.id, for_change=True)
        set_hearing(file, work.get_one(Appeal, asked.id), lead, START + timedelta(days=60))
    with on_day(START + timedelta(days=9)):
        place(application)
        decide(application, DecisionOutcome.DENIED, table=others())
    told = [
        [
            (one.accepted_on is not None, one.hearing_on, one.outcome)
            for one in _as_of(application, day).appeals
        ]
        for day in (1, 2, 3, 9)
    ]
    hearing = START + timedelta(days=60)
    assert told == [[], [(True, None, None)], [(True, hearing, None)], [(True, hearing, "upheld")]]
