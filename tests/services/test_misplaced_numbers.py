"""A social security number, or the form's own tax ID, comes neither into the history nor into a letter."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding.errors import BadInput
from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent, Letter
from onboarding.policy.people import CLOCK, applicant
from onboarding.policy.vocabulary import DocumentKind, LetterKind, ProviderType, Status
from onboarding.queries.files import get_application, list_documents
from onboarding.services.apply import withdraw_application
from onboarding.services.audit import record_event
from onboarding.services.documents import reject_document
from onboarding.services.letters import write_letter
from onboarding.services.returns import return_to_applicant
from onboarding.services.rights import answer_request, ask_correction
from tests.support.cases import ask, make_case, specialist, upload

TAX_ID = "714556203"
WHO = applicant("Dana Whitlow")
Say = Callable[[Application, str], object]
SAID: dict[str, tuple[str, Say]] = {
    "withdrawal": ("reason", lambda file, text: withdraw_application(file, WHO, text)),
    "rejected document": ("reason", lambda file, text: reject_document(file, list_documents(file.id)[0], specialist(), text)),
    "question": ("ask-licence_number", lambda file, text: return_to_applicant(file, specialist(), "", {"licence_number": text})),
    "reason of a return": ("reason", lambda file, text: return_to_applicant(file, specialist(), text)),
    "correction": ("wrong", lambda file, text: ask_correction(file, WHO, about="License to practice", wrong=text, right="Other.")),
}  # fmt: skip


@pytest.fixture
def case(app: Flask) -> Application:
    case = make_case(Status.GATHERING, ProviderType.LCSW, tax_id=TAX_ID)
    upload(case, DocumentKind.W9)
    return case


def count(model: type[AuditEvent] | type[Letter]) -> int | None:
    return db.session.scalar(select(func.count()).select_from(model))


def test_nobody_can_say_it_where_it_would_be_kept_or_mailed(case: Application) -> None:
    request = ask(case)
    says = SAID | {"answer": ("answer", lambda file, text: answer_request(file, request, specialist(), text))}
    specialist()
    before = count(AuditEvent), count(Letter)
    for name, (field, say) in says.items():
        for text in ("It is 219-09-9998, look.", "My SSN is 219099998.", f"It is {TAX_ID}."):
            with pytest.raises(BadInput, match=r"(?i)social security number") as refused, committed():
                say(get_application(case.id, for_change=True), text)
            assert field in refused.value.fields, name
    assert (count(AuditEvent), count(Letter)) == before


def test_what_the_clock_found_out_is_kept_without_the_digits(case: Application) -> None:
    with committed():
        event = record_event(
            actor=CLOCK, action="look", what="Looked", why="No 219-09-9998", application=case
        )
    assert event.why == "No XXX-XX-XXXX"


def test_a_letter_that_would_say_it_is_not_written(case: Application) -> None:
    facts = {"items": [{"label": "License", "state": "219 09 9998", "how": ""}]}
    with pytest.raises(BadInput, match="social security number"), committed():
        write_letter(get_application(case.id), LetterKind.DISCREPANCY, facts=facts)
