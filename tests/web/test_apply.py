"""The contract form in the browser's way: page by page, check, signature; nothing typed is lost."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from onboarding.errors import Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, Letter, Participation
from onboarding.policy.attestation import NON_DISCRIMINATION, RIGHTS, STATEMENT
from onboarding.policy.contract_form import pages_for
from onboarding.policy.identifiers import parse_application_id
from onboarding.policy.people import CLOCK
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import LetterKind, ProviderType, Role, Status, Subject
from onboarding.queries.files import get_application
from onboarding.services.apply import save_answers
from onboarding.services.drafts import discard_draft
from onboarding.services.recredentialing import open_recredentialing
from tests.support.cases import make_case, make_draft, make_staff
from tests.support.pages import come_in, fill, send, sign, start, walk
from tests.support.people import npi, signature
from tests.support.sessions import signed_in


def _only() -> Application:
    return db.session.scalars(select(Application)).unique().one()


def _typed(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers to plain fields, as a page sends them."""
    return {code: value for code, value in answers.items() if not value or not isinstance(value[0], dict)}


@pytest.mark.parametrize(
    ("kind", "code", "changes"),
    [
        ("medical", ProviderType.MD, {"prescribes": "yes"}),
        ("medical", ProviderType.CNP, {"prescribes": "yes", "independent": "yes"}),
        ("medical", ProviderType.PA, {"tests_on_site": "yes"}),
        ("behavioral_health", ProviderType.LCSW, {}),
        ("hcbs", ProviderType.HCBS_PROVIDER, {}),
    ],
)
def test_an_applicant_fills_in_signs_and_gets_an_application_id(
    client: FlaskClient, kind: str, code: ProviderType, changes: dict[str, str]
) -> None:
    start(client, kind, code)
    answers = walk(client, code, **changes)
    assert send(client, "/apply/background", skip="yes").location == "/apply/check"
    sent = sign(client, signature(answers))
    assert (sent.status_code, sent.location) == (303, "/apply/done")
    application = _only()
    assert application.status is Status.RECEIVED and application.provider_type is code
    assert parse_application_id(application.public_id) == application.public_id
    done = client.get("/apply/done").text
    assert f'class="reference">{application.public_id}<' in done and "Step 2 of 6" in done
    assert "March 5, 2026" in done and "dana@thornquist.example" in done
    assert "We e-mail you a confirmation." in done and 'href="/apply/sent"' in done
    printed = client.get("/apply/sent").text
    assert application.npi in printed and "Change<" not in printed
    kinds = db.session.scalars(select(Letter.kind)).all()
    assert kinds == [LetterKind.CONFIRMATION]


def test_errors_keep_what_was_typed_and_save_what_is_good(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    answer = send(
        client,
        "/apply/identity",
        npi="1000000005",
        first_name="Maribel",
        last_name="Th<b>",
        birth_date="13/45/1980",
    )
    assert answer.status_code == 422 and "<title>Error: " in answer.text
    for typed in ('value="1000000005"', 'value="Maribel"', 'value="Th&lt;b&gt;"', 'value="13/45/1980"'):
        assert typed in answer.text
    assert (
        'role="alert"' in answer.text
        and 'href="#npi"' in answer.text
        and 'aria-invalid="true"' in answer.text
    )
    assert answer.text.count("This NPI is not valid") == 2
    assert _only().form.answers == {"first_name": "Maribel", "middle_name": "", "suffix": ""}


def test_questions_left_open_are_told_apart_in_the_list_of_errors(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    page = send(client, "/apply/conduct").text
    assert "Answer yes or no: do you currently use illegal drugs?" in page
    assert "Answer yes or no: have you ever been convicted of a felony?" in page


def test_a_social_security_number_in_a_wrong_field_is_refused_and_not_kept(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    page = send(client, "/apply/license", specialty="Family care 123-45-6789")
    assert page.status_code == 422 and "This looks like a social security number" in page.text
    assert "specialty" not in _only().form.answers


def test_an_answer_that_must_be_explained_is_explained(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    answers = fill(client, ProviderType.CNP)
    page = send(client, "/apply/conduct", **{**_typed(answers), "felony": "yes"})
    assert page.status_code == 422 and 'id="felony_explained-error"' in page.text
    explained = {"felony": "yes", "felony_explained": "A fine in 2004, paid."}
    assert send(client, "/apply/conduct", **{**_typed(answers), **explained}).status_code == 303
    check = client.get("/apply/check").text
    assert "A fine in 2004, paid." in check and check.count("please explain") == 2


def test_the_check_page_hides_the_tax_id_and_links_straight_back(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP)
    page = client.get("/apply/check").text
    assert "Ending in 6203" in page and "714556203" not in page and "April 17, 1980" in page
    assert "/apply/practice?back=check#city" in page and STATEMENT in page and RIGHTS in page
    answers = _typed(_only().form.answers)
    for path in ("/apply/practice?back=check", "/apply/payee?back=check"):
        back = send(client, path, **{**answers, "tax_id": "", "city": "Conway"})
        assert back.location == "/apply/check"
    assert _only().form.answers["city"] == "Conway" and _only().form.answers["tax_id"] == "714556203"


def test_the_tax_id_is_never_printed_back(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP)
    page = client.get("/apply/payee").text
    assert "714556203" not in page and "ending in 6203" in page


def test_a_draft_is_deleted_at_its_applicants_word_with_everything_typed(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP)
    assert 'href="/apply/delete"' in client.get("/apply/list").text
    assert "Delete this form?" in client.get("/apply/delete").text and _only().form.answers
    gone = send(client, "/apply/delete")
    assert (gone.status_code, gone.location) == (303, "/")
    left = _only()
    assert (left.status, left.npi, left.name, left.form.answers) == (Status.EXPIRED, "", "", {})
    assert client.get("/apply/list").location == "/status"


def test_a_renewal_and_a_form_that_was_sent_cannot_be_deleted(app: Flask) -> None:
    returned, joined = make_case(Status.RETURNED), make_case(Status.PARTICIPATING)
    with committed():
        renewal = open_recredentialing(db.session.get_one(Participation, joined.participation_id), CLOCK)
    for application in (returned, renewal):
        client = app.test_client()
        come_in(client, application)
        assert 'href="/apply/delete"' not in client.get("/apply/list").text
        assert client.get("/apply/delete").status_code == 404
        with pytest.raises((Conflict, NotReady)), committed():
            discard_draft(get_application(application.id, for_change=True))


@pytest.mark.parametrize("missing", [{"signature": ""}, {"agreed": ""}])
def test_without_name_and_tick_nothing_is_sent(client: FlaskClient, missing: dict[str, str]) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP)
    given = {"signature": "Maribel Thornquist", "agreed": "y", **missing}
    page = send(client, "/apply/check", **{name: value for name, value in given.items() if value})
    assert page.status_code == 422 and "<title>Error: " in page.text
    assert given["signature"] in page.text
    assert _only().status is Status.DRAFT


def test_an_incomplete_form_is_not_sent_and_says_what_is_missing(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    page = _sign_from_an_old_page(client)
    assert page.status_code == 422 and "Enter the NPI." in page.text
    assert _only().status is Status.DRAFT


def test_what_is_open_stands_where_the_signature_will_be(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP, city="")
    page = client.get("/apply/check").text
    assert "You sign here as soon as this is done" in page and 'name="signature"' not in page
    assert page.count('<a href="/apply/practice?back=check">') == 2
    fill(client, ProviderType.CNP)
    page = client.get("/apply/check").text
    assert 'name="signature"' in page and "Not ready to send yet" not in page


def test_a_second_open_application_for_the_same_npi_and_tax_id_is_refused(client: FlaskClient) -> None:
    make_case(Status.RECEIVED, ProviderType.CNP, npi=npi(777), tax_id="714556203")
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP, npi=npi(777))
    assert 'name="signature"' not in client.get("/apply/check").text
    page = _sign_from_an_old_page(client)
    assert page.status_code == 422 and "is already open" in page.text


def _sign_from_an_old_page(client: FlaskClient) -> TestResponse:
    """Send the form that an earlier look at the page had shown."""
    return send(client, "/apply/background", "/apply/check", signature="Maribel Thornquist", agreed="y")


def test_sending_twice_shows_the_status(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    fill(client, ProviderType.CNP)
    sign(client)
    for path in ("/apply/check", "/apply/identity", "/apply/list", "/apply/background", "/apply/type"):
        assert client.get(path).location == "/status/application"


def test_the_list_tells_how_far_each_part_is(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    send(client, "/apply/identity", first_name="Maribel")
    page = client.get("/apply/list").text
    parts = pages_for(provider_type(ProviderType.CNP))
    waiting = [part for part in parts if part.after]
    assert page.count("Not started") == len(parts) - len(waiting) - 1 and page.count("In progress") == 1
    assert page.count("Cannot start yet") == len(waiting) + 1 and "Opens when “Work history” is done." in page
    fill(client, ProviderType.CNP)
    page = client.get("/apply/list").text
    assert page.count(">Done<") == len(parts) - 2 and "Gaps in your work history" not in page


def test_physicians_are_told_of_ccvs_and_everybody_else_of_caqh(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.MD)
    page = client.get("/apply/license").text
    assert "CCVS" in page and 'name="caqh_number"' not in page
    start(client, "medical", ProviderType.PA)
    page = client.get("/apply/caqh").text
    assert "CareSource Management Group" in page and "Authorization" in page and 'name="caqh_number"' in page


def test_the_optional_question_is_kept_apart_and_may_be_skipped(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    page = client.get("/apply/background").text
    assert NON_DISCRIMINATION.split(".")[0] in page
    send(client, "/apply/background", race=["White", "Martian"], languages=["Spanish"])
    assert _only().form.demographics == {"race": ["White"], "ethnicity": "", "languages": ["Spanish"]}
    assert "race" not in _only().form.answers
    send(client, "/apply/background", skip="yes")
    assert _only().form.demographics is None


def test_another_type_keeps_the_answers_that_still_apply(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    send(
        client,
        "/apply/identity",
        npi=npi(5),
        first_name="Maribel",
        last_name="Thornquist",
        birth_date="04/17/1980",
    )
    assert send(client, "/apply/type", provider_type="hospital").location == "/apply/list"
    assert _only().subject is Subject.ORGANIZATION and _only().form.answers["npi"] == npi(5)
    assert 'name="organization_name"' in client.get("/apply/identity").text


@pytest.mark.parametrize(
    "path", ["/apply", "/apply/", *(f"/apply?kind={kind}" for kind in ("", "vision", "laboratory", "none"))]
)
def test_the_form_opens_only_for_kinds_we_enroll(client: FlaskClient, path: str) -> None:
    assert client.get(path).location == "/"
    assert 'First choose what kind of provider you are. <a href="#kind-0">' in client.get("/").text


def test_a_type_of_another_kind_is_refused(client: FlaskClient) -> None:
    assert send(client, "/apply?kind=medical", provider_type="lcsw").status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0


def test_a_draft_is_continued_by_npi_and_application_id(app: Flask) -> None:
    application = make_draft(ProviderType.PA)
    client = app.test_client()
    page = come_in(client, application).text
    assert "Continue your application" in page and "Step 1 of 6" in page
    assert client.get("/apply/identity").status_code == 200
    assert application.form.answers["last_name"] in client.get("/apply/identity").text


def test_a_returned_form_shows_what_to_correct_and_goes_out_again(app: Flask) -> None:
    application = make_case(Status.RETURNED, ProviderType.CNP)
    client = app.test_client()
    assert "The license number is not the one your board shows." in come_in(client, application).text
    assert "The license number is not the one your board shows." in client.get("/apply/license").text
    refused = sign(client)
    assert refused.status_code == 422 and 'href="#left_form"' in refused.text
    assert "Correct the form, or say why you send it again as it is." in refused.text
    why = {"left_form": "The board has a typing error."}
    sent = send(client, "/apply/check", signature="Maribel Thornquist", agreed="y", **why)
    assert sent.location == "/apply/done"
    desk = signed_in(app, make_staff(Role.SPECIALIST)).get(f"/staff/applications/{application.id}").text
    assert "Left as it was: The board has a typing error." in desk
    assert get_application(application.id).status is Status.RECEIVED


def test_nobody_opens_a_form_without_having_shown_the_pair(app: Flask) -> None:
    application = make_draft(ProviderType.PA)
    client = app.test_client()
    for path in (
        "/apply/list",
        "/apply/identity",
        "/apply/check",
        "/apply/done",
        "/apply/background",
        "/apply/type",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (302, "/status")
    assert application.public_id not in client.get("/status").text


def test_fields_that_are_not_on_the_page_are_not_taken(client: FlaskClient) -> None:
    start(client, "medical", ProviderType.CNP)
    typed = {"prescribes": "no", "status": "approved", "npi": npi(9), "jobs": "x", "owners": "x"}
    send(client, "/apply/prescribing", **typed)
    assert _only().status is Status.DRAFT
    assert _only().form.answers == {"prescribes": "no", "dea_number": ""}


@pytest.mark.parametrize(
    "typed", ["x" * 50_000, "\x00\x1b[31m", "‮evil", "=cmd()", "{{ 7*7 }}", "<script>alert(1)</script>"]
)
def test_hostile_text_is_refused_or_kept_as_text(client: FlaskClient, typed: str) -> None:
    start(client, "medical", ProviderType.CNP)
    page = send(client, "/apply/license", specialty=typed)
    assert page.status_code == 422
    assert "<script>alert" not in page.text and ">49<" not in page.text
    kept = str(_only().form.answers.get("specialty", ""))
    assert len(kept) <= 120 and "\x00" not in kept


def test_a_form_changed_in_another_window_is_answered_by_the_status(app: Flask) -> None:
    application = make_draft(ProviderType.CNP)
    first, second = app.test_client(), app.test_client()
    come_in(first, application)
    come_in(second, application)
    sign(first)
    assert second.post("/apply/identity", data={}).status_code == 400
    with committed():
        found = get_application(application.id)
        assert found.status is Status.RECEIVED
    with pytest.raises(Exception, match="can no longer be changed"), committed():
        save_answers(get_application(application.id), {"city": "Conway"})
