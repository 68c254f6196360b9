"""The contract form: a draft, its answers, the sending, and coming back to it."""

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from onboarding.clock import today
from onboarding.errors import Conflict, NotReady
from onboarding.extensions import committed, db
from onboarding.models import Application, AuditEvent, Letter, PartnerReferral
from onboarding.nppes import NppesAnswer
from onboarding.policy.corrections import UNCHANGED
from onboarding.policy.nppes import NppesFacts
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import LetterKind, NppesOutcome, ProviderKind, ProviderType, Status, Subject
from onboarding.queries.files import get_application
from onboarding.services.apply import (
    count_referral,
    save_answers,
    save_demographics,
    submit_application,
    withdraw_application,
)
from onboarding.services.registry import keep_answer
from tests.support.cases import make_case, make_draft
from tests.support.people import npi
from tests.support.people import signature as signature_of


def send(
    application: Application,
    *,
    signature: str = "Maribel Thornquist",
    agreed: bool = True,
    left: dict[str, str] | None = None,
) -> Application:
    with committed():
        file = get_application(application.id, for_change=True)
        submit_application(file, signature=signature, agreed=agreed, left=left)
    return get_application(application.id)


def test_sending_a_complete_form_makes_it_received_and_writes_the_confirmation(app: Flask) -> None:
    sent = send(make_draft())
    assert (sent.status, sent.received_on) == (Status.RECEIVED, today())
    kinds = list(db.session.scalars(select(Letter.kind).where(Letter.application_id == sent.id)))
    assert kinds == [LetterKind.CONFIRMATION]


def test_an_incomplete_form_is_not_sent_and_says_everything_that_is_missing(app: Flask) -> None:
    draft = make_draft(npi="", county="")
    with pytest.raises(NotReady) as refusal:
        send(draft)
    said = " ".join(refusal.value.reasons)
    assert "NPI" in said and "county" in said
    assert get_application(draft.id).status is Status.DRAFT


def test_a_form_whose_npi_was_deactivated_after_its_page_was_saved_is_not_sent(app: Flask) -> None:
    draft = make_draft(npi=npi(901))
    with committed():
        keep_answer(npi(901), NppesAnswer(NppesOutcome.DEACTIVATED, NppesFacts(npi(901))))
    with pytest.raises(NotReady, match=r"NPI, on the page “Who is applying”: CMS has deactivated this NPI\."):
        send(draft)
    with committed():
        keep_answer(npi(901), NppesAnswer(NppesOutcome.FOUND, NppesFacts(npi(901), Subject.PRACTITIONER)))
    assert send(draft).status is Status.RECEIVED


@pytest.mark.parametrize(("signature", "agreed"), [("", True), ("Maribel Thornquist", False)])
def test_a_form_without_signature_is_not_sent(app: Flask, signature: str, agreed: bool) -> None:
    with pytest.raises(NotReady, match="Sign the attestation"):
        send(make_draft(), signature=signature, agreed=agreed)


def test_a_second_open_application_for_the_same_npi_and_tax_id_is_refused(app: Flask) -> None:
    first = send(make_draft(npi=npi(900), tax_id="712345678"))
    again = make_draft(npi=npi(900), tax_id="71-2345678")
    with pytest.raises(NotReady, match="already open"):
        send(again)
    with committed():
        withdraw_application(
            get_application(first.id, for_change=True), applicant("Wanda"), "Not now, thank you."
        )
    assert send(again).status is Status.RECEIVED


def test_the_same_npi_under_another_tax_id_is_another_application(app: Flask) -> None:
    send(make_draft(npi=npi(900), tax_id="712345678"))
    assert send(make_draft(npi=npi(900), tax_id="713456789")).status is Status.RECEIVED


def test_what_was_sent_cannot_be_changed_behind_the_signature(app: Flask) -> None:
    sent = send(make_draft())
    with pytest.raises(Conflict), committed():
        save_answers(get_application(sent.id, for_change=True), {"city": "Elsewhere"})


def test_a_returned_form_can_be_changed_and_sent_again(app: Flask) -> None:
    returned = make_case(Status.RETURNED)
    with committed():
        save_answers(get_application(returned.id, for_change=True), {"licence_number": "AR-99999"})
    again = send(returned)
    assert again.status is Status.RECEIVED
    assert again.practitioner is not None and again.practitioner.licence_number == "AR-99999"
    numbers = select(Letter.number).where(Letter.kind == LetterKind.CONFIRMATION).order_by(Letter.number)
    assert list(db.session.scalars(numbers)) == [1, 2]


def test_unknown_answers_are_not_kept(app: Flask) -> None:
    draft = make_draft()
    with committed():
        save_answers(get_application(draft.id, for_change=True), {"status": "approved", "version": 7})
    assert not {"status", "version"} & set(get_application(draft.id).form.answers)


def test_tax_id_birth_date_and_answers_are_sealed_in_the_database(app: Flask) -> None:
    sent = send(make_draft(tax_id="719876543", birth_date="1977-11-05"))
    with committed():
        pass
    with db.engine.connect() as connection:
        everything = " ".join(
            str(row)
            for table in ("contract_form", "application", "practitioner", "audit_event")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        )
    assert "719876543" not in everything and "1977" not in everything
    assert sent.form.tax_id == "719876543"
    assert sent.form.tax_id_last4 == "6543"


def test_optional_answers_are_kept_apart_from_the_file(app: Flask) -> None:
    draft = make_draft()
    with committed():
        save_demographics(get_application(draft.id, for_change=True), {"languages": ["Marshallese"]})
    form = get_application(draft.id).form
    assert form.demographics == {"languages": ["Marshallese"]}
    assert "languages" not in form.answers


def test_a_referral_is_counted_and_makes_no_application(app: Flask) -> None:
    with committed():
        count_referral(ProviderKind.VISION)
    assert db.session.scalar(select(func.count()).select_from(PartnerReferral)) == 1
    assert db.session.scalar(select(func.count()).select_from(Application)) == 0


@pytest.mark.parametrize("code", list(ProviderType))
def test_every_provider_type_can_apply(app: Flask, code: ProviderType) -> None:
    draft = make_draft(code)
    assert send(draft, signature=signature_of(draft.form.answers)).status is Status.RECEIVED


def test_the_number_typed_into_a_returned_form_stays_an_answer_until_it_is_sent_again(app: Flask) -> None:
    make_case(Status.RECEIVED, npi=npi(501), tax_id="714556203")
    returned = make_case(Status.RETURNED, npi=npi(502), tax_id="714556203")
    with committed():
        save_answers(get_application(returned.id, for_change=True), {"npi": npi(501), "last_name": "Other"})
    kept = get_application(returned.id)
    assert (kept.npi, kept.form.answers["npi"]) == (npi(502), npi(501)) and "Other" not in kept.name
    with pytest.raises(NotReady, match="already open"):
        send(kept, signature="Maribel Other")
    with committed():
        save_answers(get_application(returned.id, for_change=True), {"npi": npi(503)})
    again = send(kept, signature="Maribel Other")
    assert again.npi == npi(503) and "Other" in again.name


def _corrections(application: Application) -> list[AuditEvent]:
    query = select(AuditEvent).where(
        AuditEvent.application_id == application.id, AuditEvent.action == "correct"
    )
    return list(db.session.scalars(query))


def test_sending_a_corrected_form_writes_what_changed_and_of_what_is_sealed_no_value(app: Flask) -> None:
    returned = make_case(Status.RETURNED, tax_id="714556203")
    changes = {"licence_number": "AR-99999", "tax_id": "719876543", "birth_date": "1977-11-05"}
    with committed():
        save_answers(get_application(returned.id, for_change=True), changes)
    (event,) = _corrections(send(returned))
    assert sorted(event.details["fields"]) == ["birth_date", "licence_number", "tax_id"]
    assert "License number" in event.what and "Tax ID" in event.what
    written = f"{event.what}{event.why}{event.details}"
    assert not any(value in written for value in ("719876543", "714556203", "1977"))
    told = {change["code"]: (change["old"], change["new"]) for change in event.details["changes"]}
    assert told["licence_number"][1] == "AR-99999" and told["tax_id"] == ("(not shown)", "(changed)")


def test_a_form_sent_again_unchanged_says_so_and_why(app: Flask) -> None:
    returned = make_case(Status.RETURNED)
    with pytest.raises(NotReady, match=r"You changed nothing\. Correct the form, or say why"):
        send(returned)
    (event,) = _corrections(send(returned, left={UNCHANGED: "The board has a typing error."}))
    assert event.why == "The board has a typing error."
    assert event.details == {"fields": [], "changes": []} and event.what == "Form sent again unchanged"


def test_every_sending_is_kept_as_it_was_signed_and_sealed(app: Flask) -> None:
    returned = make_case(Status.RETURNED, licence_number="AR-11111")
    with committed():
        save_answers(get_application(returned.id, for_change=True), {"licence_number": "AR-99999"})
    form = send(returned, signature="Maribel Thornquist").form
    assert form.sent_copies is not None
    assert [copy["answers"]["licence_number"] for copy in form.sent_copies] == ["AR-11111", "AR-99999"]
    assert form.sent_copies[1]["signature"] == "Maribel Thornquist"
    assert form.sent_copies[1]["signed_on"] == today().isoformat()
    stored = db.session.execute(text("SELECT sent_copies FROM contract_form")).scalar_one()
    assert "AR-11111" not in stored and "AR-99999" not in stored


def test_an_expired_draft_forgets_who_began_it(app: Flask) -> None:
    expired = make_case(Status.EXPIRED)
    assert (expired.npi, expired.name, expired.name_key) == ("", "", "")
    form = expired.form
    assert (form.answers, form.demographics, form.sent_copies) == ({}, None, None)
    assert (form.signature, form.contact_name, form.contact_email, form.contact_phone) == ("", "", "", "")
