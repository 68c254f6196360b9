"""Entries of the contract form in the browser's way: one at a time, nothing lost, nothing kept that is wrong."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent
from onboarding.policy.groups import GROUPS, MOST
from onboarding.policy.vocabulary import ProviderType, Role, Status
from onboarding.queries.files import get_application
from onboarding.services.apply import save_answers
from tests.support.cases import make_case, make_draft, make_staff
from tests.support.pages import come_in, fill, hidden, send, sign, start
from tests.support.people import ENTRIES, signature
from tests.support.sessions import signed_in

OWNED = ("other_licenses", "schools", "boards", "jobs", "hospitals", "policies", "claims")


def _only() -> Application:
    return db.session.scalars(select(Application)).unique().one()


def _kept(group: str) -> list[dict[str, Any]]:
    return [
        {key: value for key, value in entry.items() if key != "id"} for entry in _only().form.answers[group]
    ]


def _begin(client: FlaskClient, code: ProviderType, **changes: Any) -> None:
    kinds = {ProviderType.CNP: "medical", ProviderType.MD: "medical", ProviderType.GROUP_PRACTICE: "medical"}
    start(client, kinds.get(code, "hcbs"), code)
    fill(client, code, **changes)


_GATES = {"has_other_licenses": "yes", "board_certified": "yes", "has_privileges": "yes", "malpractice_claims": "yes",
          "malpractice_claims_explained": "In 2023."}  # fmt: skip
_BODY_GATES = {"has_ties": "yes", "has_interests": "yes", "has_transactions": "yes", "owner_convicted": "yes",
               "owner_convicted_explained": "In 2009."}  # fmt: skip


@pytest.mark.parametrize("group", [group.code for group in GROUPS if not group.found])
def test_an_entry_is_added_changed_and_removed_on_a_page_of_its_own(client: FlaskClient, group: str) -> None:
    code = ProviderType.CNP if group in OWNED else ProviderType.HCBS_PROVIDER
    _begin(client, code, **(_GATES if group in OWNED else _BODY_GATES), **{group: []})
    assert "Save and continue" in client.get(f"/apply/{group}/new").text
    added = send(client, f"/apply/{group}/new", **ENTRIES[group])
    assert (added.status_code, added.location) == (303, f"/apply/{group}")
    assert _kept(group) == [ENTRIES[group]]
    entry = f"/apply/{group}/{_only().form.answers[group][0]['id']}"
    called = next(row.called for row in GROUPS if row.code == group)
    other = {"other_state": "OK"}.get(called, "Another name")
    assert entry in client.get(f"/apply/{group}").text
    assert send(client, entry, **{**ENTRIES[group], called: other}).location == f"/apply/{group}"
    assert _kept(group) == [{**ENTRIES[group], called: other}]
    assert "Keep it" in client.get(f"{entry}/remove").text
    assert len(_kept(group)) == 1
    assert send(client, f"{entry}/remove").location == f"/apply/{group}"
    assert _kept(group) == []


def test_an_error_keeps_what_was_typed_and_adds_nothing(client: FlaskClient) -> None:
    _begin(client, ProviderType.CNP, jobs=[])
    typed = {**ENTRIES["jobs"], "job_began": "13/2020", "job_employer": "Th<b> Clinic"}
    page = send(client, "/apply/jobs/new", **typed)
    assert page.status_code == 422 and "<title>Error: " in page.text and 'id="job_began-error"' in page.text
    assert 'value="13/2020"' in page.text and 'value="Th&lt;b&gt; Clinic"' in page.text
    assert _kept("jobs") == []


def test_a_page_of_entries_asks_for_the_first_one_and_goes_on_when_all_are_good(client: FlaskClient) -> None:
    _begin(client, ProviderType.CNP, boards=[])
    assert "Little Rock · AR · January 2012 to now" in client.get("/apply/jobs").text
    assert send(client, "/apply/boards", board_certified="yes").location == "/apply/boards/new"
    assert send(client, "/apply/boards", board_certified="no").location == "/apply/first_license"
    assert (
        send(client, "/apply/boards?back=check", board_certified="yes").location
        == "/apply/boards/new?back=list-check"
    )
    sent = send(client, "/apply/boards/new?back=list-check", **ENTRIES["boards"])
    assert sent.location == "/apply/boards?back=check"
    assert send(client, sent.location, board_certified="yes").location == "/apply/check"


def test_the_check_links_to_the_entry_and_comes_straight_back(client: FlaskClient) -> None:
    _begin(client, ProviderType.CNP)
    page = client.get("/apply/check").text
    assert "/apply/jobs/jobs-1?back=check" in page and "Employer or practice: Thornquist Family Care" in page
    changed = {**ENTRIES["jobs"], "job_role": "Director"}
    assert send(client, "/apply/jobs/jobs-1?back=check", **changed).location == "/apply/check"
    assert "Your role: Director" in client.get("/apply/check").text


def test_a_gap_is_shown_explained_and_then_done(client: FlaskClient) -> None:
    early = {**ENTRIES["jobs"], "id": "a", "job_current": "no", "job_ended": "2022-01"}
    late = {**ENTRIES["jobs"], "id": "b", "job_began": "2023-06"}
    _begin(client, ProviderType.CNP, jobs=[early, late])
    assert send(client, "/apply/jobs", worked="yes").location == "/apply/gaps"
    page = client.get("/apply/gaps").text
    assert (
        "Between January 2022 and June 2023 (17 months)" in page and "Remove" not in page and "To do" in page
    )
    stopped = send(client, "/apply/gaps")
    assert stopped.status_code == 422 and "Explain your answer in a few words." in stopped.text
    short = send(client, "/apply/gaps/2022-01", explained="Parental leave.")
    assert short.status_code == 422 and "Parental leave.</textarea>" in short.text
    long = "I cared for my father full time in those months, at home in Conway."
    assert send(client, "/apply/gaps/2022-01", explained=long).location == "/apply/gaps"
    assert long in client.get("/apply/gaps").text
    assert send(client, "/apply/gaps").location == "/apply/hospitals"
    assert long in client.get("/apply/check").text and sign(client).location == "/apply/done"
    assert client.get("/apply/gaps").location == "/status/application"


def test_a_form_with_an_unexplained_gap_is_not_sent(client: FlaskClient) -> None:
    _begin(client, ProviderType.CNP, jobs=[{**ENTRIES["jobs"], "id": "a", "job_began": "2024-01"}])
    check = client.get("/apply/check").text
    assert "Gaps in your work history" in check and 'name="signature"' not in check
    page = send(client, "/apply/background", "/apply/check", signature="Maribel Thornquist", agreed="y")
    assert page.status_code == 422 and "Between March 2021 and January 2024 (34 months): Explain" in page.text


@pytest.mark.parametrize("path", ["/apply/gaps/new", "/apply/gaps/2022-01/remove", "/apply/jobs/none", "/apply/jobs/none/remove",
                                  "/apply/owners", "/apply/owners/new", "/apply/payee/new"])  # fmt: skip
def test_what_is_not_on_the_form_is_not_found(client: FlaskClient, path: str) -> None:
    _begin(client, ProviderType.CNP)
    assert client.get(path).status_code == 404


def test_removing_what_is_gone_is_no_trouble(client: FlaskClient) -> None:
    _begin(client, ProviderType.CNP)
    form = hidden(client, "/apply/jobs/jobs-1/remove")
    for _ in range(2):
        assert client.post("/apply/jobs/jobs-1/remove", data=form).status_code == 303
    assert _kept("jobs") == []


def test_there_is_an_end_to_entries(client: FlaskClient) -> None:
    _begin(client, ProviderType.CNP, jobs=[{**ENTRIES["jobs"], "id": str(place)} for place in range(MOST)])
    page = send(client, "/apply/jobs/new", **{**ENTRIES["jobs"], "job_role": "One too many"})
    assert page.status_code == 422 and "takes at most 60 entries" in page.text and "One too many" in page.text
    assert len(_kept("jobs")) == MOST


def test_a_physician_is_told_what_comes_from_ccvs_and_asked_none_of_it(client: FlaskClient) -> None:
    _begin(client, ProviderType.MD)
    page = client.get("/apply/list").text
    assert "From your CCVS profile: nothing to fill in" in page and "Work history" in page
    assert "/apply/jobs" not in page and client.get("/apply/jobs").status_code == 404
    assert sign(client).location == "/apply/done"
    _begin(client, ProviderType.CNP)
    assert "From your CCVS profile" not in client.get("/apply/list").text


@pytest.mark.parametrize("code", [ProviderType.HCBS_PROVIDER, ProviderType.GROUP_PRACTICE])
def test_ownership_is_asked_of_disclosing_entities_only(client: FlaskClient, code: ProviderType) -> None:
    _begin(client, code)
    owned = code is ProviderType.HCBS_PROVIDER
    page = client.get("/apply/list").text
    assert ("Ownership and control" in page) == ("Managing employees" in page) == owned
    assert client.get("/apply/owners").status_code == (200 if owned else 404)


def test_the_number_of_an_owner_is_never_printed_back_and_kept_when_left_empty(client: FlaskClient) -> None:
    _begin(client, ProviderType.HCBS_PROVIDER)
    pages = [client.get(path).text for path in ("/apply/owners", "/apply/owners/owners-1", "/apply/check")]
    assert not any("431556209" in page for page in pages)
    assert "ending in 6209" in pages[1] and "Ending in 6209" in pages[2]
    send(client, "/apply/owners/owners-1", **{**ENTRIES["owners"], "owner_tax_id": "", "owner_percent": "70"})
    assert _kept("owners") == [{**ENTRIES["owners"], "owner_percent": "70"}]


@pytest.mark.parametrize("code", [ProviderType.CNP, ProviderType.HCBS_PROVIDER])
def test_the_wrong_signer_is_refused_with_the_reason_at_the_field(
    client: FlaskClient, code: ProviderType
) -> None:
    _begin(client, code)
    page = sign(client, "Dana Whitlow")
    assert (
        page.status_code == 422
        and 'id="signature-error"' in page.text
        and 'value="Dana Whitlow"' in page.text
    )
    assert "signs" in page.text and _only().status is Status.DRAFT
    assert sign(client, signature(_only().form.answers).upper()).location == "/apply/done"


def test_the_desk_reads_the_entries_and_never_a_whole_number(app: Flask) -> None:
    application = make_case(Status.RECEIVED, ProviderType.HCBS_PROVIDER)
    client = signed_in(app, make_staff(Role.SPECIALIST, name="Rosa Delgado"))
    page = client.get(f"/staff/applications/{application.id}").text
    for said in (
        "Orla Fennimore",
        "Share in percent: 60%",
        "Ending in 6209",
        "Managing employees",
        "Supportive living, Respite",
    ):
        assert said in page, said
    assert "431556209" not in page and "431667310" not in page
    assert "Show date of birth" in page and "September 30, 1961" in page


def test_what_was_corrected_names_the_entries_and_no_value(app: Flask) -> None:
    application = make_case(Status.RETURNED, ProviderType.HCBS_PROVIDER)
    client = app.test_client()
    come_in(client, application)
    send(client, "/apply/owners/owners-1", **{**ENTRIES["owners"], "owner_name": "Basil Fennimore"})
    assert sign(client, signature(application.form.answers)).location == "/apply/done"
    query = select(AuditEvent).where(
        AuditEvent.application_id == application.id, AuditEvent.action == "correct"
    )
    (event,) = db.session.scalars(query)
    assert (event.what, event.details["fields"]) == ("Corrected: Owners", ["owners"])
    assert "Fennimore" not in str(event.details)


def test_what_follows_from_the_form_is_drawn_from_its_entries(app: Flask) -> None:
    boards = {"board_certified": "yes", "boards": [{"id": "a", **ENTRIES["boards"]}]}
    certified = make_case(Status.RECEIVED, ProviderType.LCSW, **boards)
    assert certified.board_certified and certified.practitioner.board_certification == "Board of Larkspur"
    answered_no = make_case(Status.RECEIVED, ProviderType.LCSW, **{**boards, "board_certified": "no"})
    assert not answered_no.board_certified and answered_no.practitioner.board_certification == ""


def test_entries_of_a_sent_form_do_not_change(app: Flask) -> None:
    application = make_draft(ProviderType.CNP)
    client, other = app.test_client(), app.test_client()
    come_in(client, application)
    come_in(other, application)
    with committed():
        save_answers(get_application(application.id, for_change=True), {"city": "Conway"})
    sign(client)
    assert other.get("/apply/jobs/jobs-1").location == "/status/application"
    assert other.get("/apply/jobs/jobs-1/remove").location == "/status/application"
