"""The status page reads by index, in one statement, and the same on both databases as the objects would tell."""

import pytest
from flask import Flask
from sqlalchemy import text

from onboarding.extensions import db
from onboarding.policy.vocabulary import ProviderType, Status
from onboarding.queries.files import get_credentialing_file
from onboarding.queries.prepared import Prepared
from onboarding.queries.status import _ASKED, _BY_ID, _BY_PAIR, find_application_id, find_status_view
from tests.support.cases import authorize, make_case, upload_all
from tests.support.people import npi


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.EXPIRED])
def test_the_row_tells_what_the_objects_tell(app: Flask, status: Status) -> None:
    case = make_case(status)
    view = find_status_view(case.id)
    assert view is not None
    row, seen, whole = view.application, view.file, get_credentialing_file(case)
    for name in ("id", "public_id", "npi", "name", "kind", "provider_type", "status", "status_on", "due_on"):
        assert getattr(row, name) == getattr(case, name) and type(getattr(row, name)) is type(
            getattr(case, name)
        )
    assert [(fact.kind, fact.state, fact.expires_on) for fact in seen.documents] == [
        (fact.kind, fact.state, fact.expires_on) for fact in whole.documents
    ]


def test_the_latest_authorization_and_every_document_are_read(app: Flask) -> None:
    case = make_case(Status.GATHERING, ProviderType.CNP)
    upload_all(case)
    authorize(case, plan_listed=False)
    authorize(case)
    view, whole = find_status_view(case.id), get_credentialing_file(case)
    assert view is not None
    seen = view.file
    assert seen.authorization is not None and whole.authorization is not None
    assert (
        seen.authorization.plan_listed and seen.authorization.attested_on == whole.authorization.attested_on
    )
    assert len(seen.documents) == len(whole.documents) > 2


def test_a_pair_is_found_whole_or_not_at_all(app: Flask) -> None:
    case = make_case(Status.RECEIVED)
    other = make_case(Status.RECEIVED)
    assert find_application_id(case.public_id, case.npi) == case.id
    assert find_application_id(case.public_id, other.npi) is None
    assert find_application_id("", case.npi) is None
    assert find_application_id(case.public_id, "") is None
    assert find_application_id(case.public_id, npi(999_983)) is None
    expired = make_case(Status.EXPIRED)
    assert find_application_id(expired.public_id, expired.npi) is None, "what was typed into it is forgotten"


@pytest.mark.parametrize("statement", [_BY_PAIR, _BY_ID, _ASKED], ids=["pair", "id", "asked"])
def test_every_statement_of_the_status_page_uses_an_index(app: Flask, statement: Prepared) -> None:
    sqlite = db.engine.dialect.name == "sqlite"
    if not sqlite:
        db.session.execute(
            text("SET LOCAL enable_seqscan = off")
        )  # the tables are too small for an index to pay
    bound = statement.statement.params({"public_id": "x", "npi": "x", "id": 1})
    compiled = bound.compile(db.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
    plan = "\n".join(
        str(row[-1]) for row in db.session.execute(text(f"{explain} {compiled}".replace(":", r"\:")))
    )
    assert "SCAN application" not in plan and "SCAN document" not in plan and "Seq Scan" not in plan, plan
    assert "INDEX" in plan.upper()
