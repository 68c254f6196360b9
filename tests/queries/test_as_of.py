"""A file as of a day equals what stood in it on that day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Application, Document
from onboarding.policy.vocabulary import DocumentKind, MatchResolution, ProviderType, Status
from onboarding.queries.as_of import get_file_as_of
from onboarding.queries.files import (
    find_screening,
    get_application,
    list_documents,
    list_letters,
    list_verifications,
)
from onboarding.queries.review import list_decisions, list_events
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.assignments import claim_application
from onboarding.services.documents import accept_document, reject_document
from onboarding.services.screening import resolve_match
from tests.support.cases import (
    WALKS,
    authorize,
    import_list,
    make_draft,
    on_day,
    screen,
    specialist,
    upload,
    verify_all,
)
from tests.support.people import signature

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
