"""Using the pages as a browser does: with the form's own token, through the test client."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.models import Application
from onboarding.policy.contract_form import fields_for, pages_for
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType
from onboarding.queries.files import get_application
from onboarding.queries.mail_stops import digest_of_address
from onboarding.services.apply import save_answers
from tests.support.people import contract_answers

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_NAMED = re.compile(r'name="for_application" value="([^"]+)"')


def token(client: FlaskClient, path: str) -> str:
    """The token of the form on a page."""
    found = _TOKEN.search(client.get(path).text)
    assert found, f"no form on {path}"
    return found[1]


def hidden(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden fields of the forms on a page: the token, and the application they are for where they name one."""
    text = client.get(path).text
    found, named = _TOKEN.search(text), _NAMED.search(text)
    assert found, f"no form on {path}"
    return {"csrf_token": found[1], **({"for_application": named[1]} if named else {})}


def send(client: FlaskClient, page: str, to: str = "", **data: Any) -> TestResponse:
    """Open a page and send its form, to the page itself unless another address is given."""
    return client.post(to or page, data={**hidden(client, page), **data})


def start(client: FlaskClient, kind: str, code: ProviderType) -> None:
    """From the first page to a draft of this type."""
    chosen = send(client, "/", "/start", kind=kind)
    assert (chosen.status_code, chosen.location) == (303, f"/apply?kind={kind}")
    began = send(client, chosen.location, provider_type=code.value)
    assert (began.status_code, began.location) == (303, "/apply/identity")


def fill(client: FlaskClient, code: ProviderType, **changes: Any) -> dict[str, Any]:
    """Fill in the newest draft with good answers, without walking its pages; the answers come back."""
    answers = contract_answers(code, **changes)
    with committed():
        save_answers(
            get_application(db.session.scalar(select(func.max(Application.id))), for_change=True), answers
        )
    return answers


def walk(client: FlaskClient, code: ProviderType, **changes: Any) -> dict[str, Any]:
    """Send every page of the form with good answers, entries one by one; the answers come back."""
    answers = contract_answers(code, **changes)
    row = provider_type(code)
    for page in pages_for(row):
        if not page.when(answers, today()):
            continue
        for entry in answers.get(page.group.code, ()) if page.group else ():
            sent = send(
                client, f"/apply/{page.code}/new", **{name: entry[name] for name in entry if name != "id"}
            )
            assert (sent.status_code, sent.location) == (303, f"/apply/{page.code}"), (
                f"{page.code}: {sent.text}"
            )
        asked = {field.code for field in fields_for(row, page.code)}
        sent = send(
            client, f"/apply/{page.code}", **{code: answers[code] for code in asked if code in answers}
        )
        assert sent.status_code == 303, f"{page.code}: {sent.text}"
    return answers


def sign(client: FlaskClient, name: str = "Maribel Thornquist") -> TestResponse:
    """Sign and send."""
    return send(client, "/apply/check", signature=name, agreed="y")


def look_up(client: FlaskClient, application: Application) -> TestResponse:
    """The status page of this application."""
    found = send(client, "/status", npi=application.npi, application_id=application.public_id)
    return client.get(found.location) if found.status_code == 303 else found


def without_token(body: str) -> str:
    """The page with its tokens blanked."""
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]+', r"\1", body)


def come_in(client: FlaskClient, application: Application) -> TestResponse:
    """The status page of this application, in a session in which the pair and the mailed code were shown just now.
    tests/web/test_codes.py goes the whole way."""
    look_up(client, application)
    with client.session_transaction() as session:
        by_code = session.get("by_code", {})
        session["by_code"] = {**by_code, str(application.id): session["application"]["seen"]}
        address = digest_of_address(application.form.email_on_file)
        session["mailed"] = {**session.get("mailed", {}), str(application.id): address}
    return client.get("/status/application")
