"""The next cycle: what is carried over, what is asked anew, what cannot change."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.clock import today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import committed, db
from onboarding.models import AgendaItem, Application, Letter, Meeting, Participation
from onboarding.policy.contract_form import attested_codes
from onboarding.policy.forecast import dated
from onboarding.policy.people import CLOCK
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Action, DecisionOutcome, LetterKind, ProviderType, Status
from onboarding.queries.files import find_renewal, get_application, get_credentialing_file
from onboarding.services.apply import save_answers, submit_application
from onboarding.services.papers import packet_view
from onboarding.services.recredentialing import open_recredentialing
from onboarding.services.workflow import take_step
from tests.queries.test_glance import MARLOWE
from tests.support.cases import WALKS, coordinator, decide, import_list, make_case, meeting_on, on_day
from tests.support.pages import come_in, send
from tests.support.people import contract_answers, npi


@pytest.fixture
def renewal(app: Flask) -> Application:
    joined = make_case(Status.PARTICIPATING, ProviderType.LCSW)
    said = {"malpractice_claims": "yes", "malpractice_claims_explained": "A claim in 2004."}
    with committed():
        joined.form.answers = {**joined.form.answers, **said}
        renewal_id = open_recredentialing(_participation(joined), CLOCK).id
    return get_application(renewal_id)


def _participation(application: Application) -> Participation:
    return db.session.get_one(Participation, application.participation_id)


def test_the_questions_to_attest_are_asked_anew_and_the_rest_is_carried_over(renewal: Application) -> None:
    asked_anew = attested_codes(provider_type(renewal.provider_type))
    assert not asked_anew & set(renewal.form.answers)
    assert "A claim in 2004." not in str(renewal.form.answers)
    assert renewal.form.answers["licence_number"] and renewal.form.answers["npi"] == renewal.npi


@pytest.mark.parametrize(("code", "typed"), [("npi", npi(901)), ("tax_id", "71-4556299")])
def test_another_npi_or_tax_id_is_refused_on_a_renewal(renewal: Application, code: str, typed: str) -> None:
    before = dict(renewal.form.answers)
    with pytest.raises(BadInput, match="cannot change on a renewal"), committed():
        save_answers(get_application(renewal.id, for_change=True), {code: typed, "city": "Conway"})
    assert get_application(renewal.id).form.answers == before


def test_the_same_npi_and_tax_id_are_taken_on_a_renewal(renewal: Application) -> None:
    same = {code: renewal.form.answers[code] for code in ("npi", "tax_id")}
    with committed():
        save_answers(get_application(renewal.id, for_change=True), {**same, "city": "Conway"})
    assert get_application(renewal.id).form.answers["city"] == "Conway"


def test_the_page_of_a_renewal_says_at_the_field_that_the_npi_cannot_change(
    app: Flask, renewal: Application
) -> None:
    client = app.test_client()
    come_in(client, renewal)
    typed = {**contract_answers(ProviderType.LCSW), "npi": npi(901), "first_name": "Annabel"}
    answer = send(client, "/apply/identity", **{k: v for k, v in typed.items() if k != "tax_id"})
    assert answer.status_code == 422 and 'id="npi-error"' in answer.text
    assert "cannot change on a renewal" in answer.text
    kept = get_application(renewal.id).form.answers
    assert (kept["npi"], kept["first_name"]) == (renewal.npi, "Annabel")


def test_an_ended_renewal_does_not_stand_in_the_way_of_another(renewal: Application) -> None:
    participation = _participation(renewal)
    with pytest.raises(Conflict, match="open already"), committed():
        open_recredentialing(_participation(renewal), CLOCK)
    attested = {
        code: answer
        for code, answer in contract_answers(ProviderType.LCSW).items()
        if code not in ("npi", "tax_id")
    }
    who = coordinator()
    with committed():
        save_answers(get_application(renewal.id, for_change=True), attested)
    with committed():
        submit_application(
            get_application(renewal.id, for_change=True), signature="Maribel Thornquist", agreed=True
        )
    with committed():
        found = get_application(renewal.id, for_change=True)
        take_step(found, Action.WITHDRAW, who, reason="Not now, thank you.")
    assert find_renewal(_participation(renewal)) is None
    with committed():
        again = open_recredentialing(_participation(renewal), CLOCK).id
    found_now = find_renewal(_participation(renewal))
    assert found_now is not None and found_now.id == again and participation.id == found_now.participation_id


def test_the_packet_of_a_renewal_names_every_answer_that_changed_entries_too(renewal: Application) -> None:
    with committed():
        found = get_application(renewal.id, for_change=True)
        before = found.form.answers
        save_answers(found, {
            **contract_answers(ProviderType.LCSW), **before,
            "policies": [{**before["policies"][0], "policy_carrier": "Thistle Indemnity", "policy_per_claim": "100000"}],
            "jobs": [{**before["jobs"][0], "job_employer": "Quapaw Family Clinic"}],
        })  # fmt: skip
    lead = coordinator()
    with committed() as session:
        session.add(
            AgendaItem(
                meeting=meeting_on(today()),
                application_id=renewal.id,
                placed_on=today(),
                placed_by_id=lead.id,
            )
        )
    (file,) = packet_view(db.session.scalars(select(Meeting)).one()).files
    told = str(file.changed)
    assert "Thistle Indemnity" in told and "100,000" in told and "Quapaw Family Clinic" in told


def test_a_document_on_file_that_ran_out_makes_the_renewal_out_of_date(renewal: Application) -> None:
    with on_day(today() + timedelta(days=301)):
        stale = [part.label for part in dated(get_credentialing_file(renewal)) if part.last_day < today()]
    assert "Malpractice insurance face sheet" in stale


def test_the_letter_of_a_denied_renewal_says_when_participation_ended(app: Flask) -> None:
    joined = make_case(Status.PARTICIPATING)
    with committed():
        renewal = open_recredentialing(_participation(joined), CLOCK)
        save_answers(renewal, {**contract_answers(ProviderType.LCSW), **renewal.form.answers})
    with on_day(_participation(joined).recredentialing_due_on - timedelta(days=60)):
        import_list(MARLOWE)
        for walk in (*WALKS[Status.IN_COMMITTEE], partial(decide, outcome=DecisionOutcome.DENIED)):
            walk(get_application(renewal.id))
        letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.DENIAL)).one()
        assert (letter.facts["ended_on"], letter.facts["renewed"]) == (today().isoformat(), True)
