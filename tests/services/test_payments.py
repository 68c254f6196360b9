"""The ECHO choice: three ways to be paid, bank numbers sealed, the contact on file told."""

from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from flask import Flask
from sqlalchemy import select, text

from onboarding.errors import BadInput
from onboarding.extensions import Sealed, committed, db
from onboarding.models import Letter, OnboardingItem, Participation, PaymentEnrolment
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import AccountType, LetterKind, OnboardingStep, PaymentChoice, Status
from onboarding.services.onboarding_list import finish_onboarding_step
from onboarding.services.payments import choose_payment
from tests.support.cases import make_case

BANK: dict[str, Any] = {
    "bank_name": "Bank of the Fictional Ozarks",
    "routing_number": "111000025",
    "account_number": "000123456789",
    "account_type": AccountType.CHECKING,
}


def choose(participation_id: int, choice: PaymentChoice, **values: Any) -> PaymentEnrolment:
    with committed() as session:
        participation = session.get_one(Participation, participation_id)
        number = values.pop("provider_number", participation.provider_number)
        return choose_payment(
            participation, choice, applicant("Odessa Marrow"), provider_number=number, **values
        )


@pytest.fixture
def participation_id(app: Flask) -> int:
    found = make_case(Status.PARTICIPATING).participation_id
    assert found is not None
    return found


def test_eft_keeps_the_bank_numbers_sealed_and_shows_the_last_four(participation_id: int) -> None:
    enrolment = choose(participation_id, PaymentChoice.EFT, **BANK)
    assert enrolment.account_last4 == "6789"
    assert enrolment.account_number == "000123456789"
    with db.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM payment_enrolment")).all())
        history = str(connection.execute(text("SELECT * FROM audit_event")).all())
    assert "000123456789" not in kept + history and "111000025" not in kept + history


def test_the_contact_on_file_is_told_by_mail(participation_id: int) -> None:
    choose(participation_id, PaymentChoice.EFT, **BANK)
    letter = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.PAYMENT_NOTICE)).one()
    assert (letter.facts["payment_choice"], letter.facts["account_last4"]) == ("eft", "6789")
    assert BANK["account_number"] not in str(letter.facts) and BANK["routing_number"] not in str(letter.facts)


def test_a_wrong_routing_number_is_refused_at_its_field(participation_id: int) -> None:
    with pytest.raises(BadInput) as refusal:
        choose(participation_id, PaymentChoice.EFT, **{**BANK, "routing_number": "111000026"})
    assert set(refusal.value.fields) == {"routing_number"}


def test_the_provider_number_of_the_welcome_letter_is_asked(participation_id: int) -> None:
    with pytest.raises(BadInput):
        choose(participation_id, PaymentChoice.PAPER_CHECK, provider_number="P000000000")


@pytest.mark.parametrize("choice", [PaymentChoice.VIRTUAL_CARD, PaymentChoice.PAPER_CHECK])
def test_the_other_ways_need_no_bank(participation_id: int, choice: PaymentChoice) -> None:
    assert choose(participation_id, choice).account_last4 == ""


def test_choosing_ticks_the_payment_item_and_nothing_else_does(participation_id: int) -> None:
    with pytest.raises(BadInput), committed() as session:
        finish_onboarding_step(
            session.get_one(Participation, participation_id),
            OnboardingStep.PAYMENT,
            applicant("Odessa Marrow"),
        )
    choose(participation_id, PaymentChoice.PAPER_CHECK)
    choose(participation_id, PaymentChoice.EFT, **BANK)
    assert [item.step for item in db.session.scalars(select(OnboardingItem))] == [OnboardingStep.PAYMENT]


def test_an_item_ticked_twice_is_done_once(participation_id: int) -> None:
    for _ in range(2):
        with committed() as session:
            finish_onboarding_step(
                session.get_one(Participation, participation_id),
                OnboardingStep.NEWS,
                applicant("Odessa Marrow"),
            )
    assert len(list(db.session.scalars(select(OnboardingItem)))) == 1


def test_the_same_choice_sent_twice_is_one_choice_and_one_notice(participation_id: int) -> None:
    for bank in (BANK, BANK, {**BANK, "account_number": "000123456780"}, BANK):
        choose(participation_id, PaymentChoice.EFT, **bank)
    numbers = [found.account_number for found in db.session.scalars(select(PaymentEnrolment))]
    assert numbers == ["000123456789", "000123456780", "000123456789"]
    notices = db.session.scalars(select(Letter).where(Letter.kind == LetterKind.PAYMENT_NOTICE)).all()
    assert len(notices) == len(numbers)


def test_of_a_short_account_number_no_more_than_half_is_shown(participation_id: int) -> None:
    with pytest.raises(BadInput):
        choose(participation_id, PaymentChoice.EFT, **{**BANK, "account_number": "4417"})
    assert (
        choose(participation_id, PaymentChoice.EFT, **{**BANK, "account_number": "44179"}).account_last4
        == "79"
    )


def test_a_bank_number_copied_to_another_column_cannot_be_read_there(participation_id: int) -> None:
    choose(participation_id, PaymentChoice.EFT, **BANK)
    with committed() as session:
        session.execute(text("UPDATE payment_enrolment SET routing_number = account_number"))
    with pytest.raises(InvalidToken):
        db.session.scalars(select(PaymentEnrolment)).one()


def test_every_sealed_column_is_sealed_for_its_own_place() -> None:
    sealed = [
        (column.type.place, f"{table.name}.{column.name}")
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]
    assert sealed and all(place == name for place, name in sealed)
