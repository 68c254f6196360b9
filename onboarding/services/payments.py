"""Payment enrolment: the choice among ECHO's three ways, and the bank account for EFT."""

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import OnboardingItem, Participation, PaymentEnrolment
from onboarding.policy.changes import changed
from onboarding.policy.identifiers import account_number_problem, digits_of, routing_number_problem, shown_of
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import AccountType, LetterKind, OnboardingStep, PaymentChoice
from onboarding.queries.portal import find_payment
from onboarding.services.audit import record_event
from onboarding.services.letters import write_letter

PAYMENT_LABELS: dict[PaymentChoice, str] = {
    PaymentChoice.EFT: "Electronic funds transfer (EFT)",
    PaymentChoice.VIRTUAL_CARD: "Virtual card (QuicRemit)",
    PaymentChoice.PAPER_CHECK: "Paper check",
}

_CHOSEN = ("choice", "bank_name", "routing_number", "account_number", "account_type")


def choose_payment(
    participation: Participation,
    choice: PaymentChoice,
    actor: Actor,
    *,
    provider_number: str,
    bank_name: str = "",
    routing_number: str = "",
    account_number: str = "",
    account_type: AccountType | None = None,
) -> PaymentEnrolment:
    """Record how the provider is paid; bank numbers are kept sealed, and the contact on file is told by mail. The
    choice that counts already is not recorded again.

    Raises BadInput with all the fields that need another look, the provider number of another provider among them.
    """
    wrong: dict[str, str] = {}
    if choice is PaymentChoice.EFT:
        wrong |= _bank_problems(bank_name, routing_number, account_number, account_type)
    if "".join(provider_number.split()).upper() != participation.provider_number:
        wrong["provider_number"] = "This is not the provider number in your welcome letter."
    if wrong:
        raise BadInput(next(iter(wrong.values())), wrong)
    enrolment = PaymentEnrolment(
        participation_id=participation.id, choice=choice, chosen_at=now(), chosen_by=actor.name[:120]
    )
    if choice is PaymentChoice.EFT:
        _fill_bank(enrolment, bank_name, routing_number, account_number, account_type)
    counts = find_payment(participation.id)
    if counts is not None and all(
        (getattr(counts, x) or "") == (getattr(enrolment, x) or "") for x in _CHOSEN
    ):
        return counts
    db.session.add(enrolment)
    _tick_off(participation, actor)
    ending = f", account ending {enrolment.account_last4}" if enrolment.account_last4 else ""
    record_event(
        actor=actor,
        application=participation.application,
        action="choose_payment",
        what=f"Payment: {PAYMENT_LABELS[choice]}{ending}",
        details={"changes": _changes(counts, enrolment)},
    )
    write_letter(
        participation.application,
        LetterKind.PAYMENT_NOTICE,
        facts={"payment_choice": choice.value, "account_last4": enrolment.account_last4},
    )
    return enrolment


def _changes(before: PaymentEnrolment | None, now: PaymentEnrolment) -> list[dict[str, str]]:
    """The choice before and after; of bank numbers, which history never holds, only that they changed."""
    told = [changed("choice", "Choice", before and before.choice, now.choice)]
    if ((before and before.account_number) or "") != (now.account_number or ""):
        told.append(
            changed("account_number", "Account", before and before.account_number, now.account_number)
        )
    return told


def _bank_problems(bank: str, routing: str, account: str, account_type: AccountType | None) -> dict[str, str]:
    fields = {
        "bank_name": None if bank.strip() else "Enter the name of the bank.",
        "routing_number": routing_number_problem(routing),
        "account_number": account_number_problem(account),
        "account_type": None if account_type else "Choose checking or savings.",
    }
    return {field: says for field, says in fields.items() if says}


def _fill_bank(
    enrolment: PaymentEnrolment, bank: str, routing: str, account: str, account_type: AccountType | None
) -> None:
    number = digits_of(account)
    enrolment.bank_name = bank.strip()[:120]
    enrolment.routing_number = digits_of(routing)
    enrolment.account_number, enrolment.account_last4 = number, shown_of(number)
    enrolment.account_type = account_type


def _tick_off(participation: Participation, actor: Actor) -> None:
    done = db.session.query(OnboardingItem).filter_by(
        participation_id=participation.id, step=OnboardingStep.PAYMENT
    )  # fmt: skip
    if done.first() is None:
        db.session.add(
            OnboardingItem(
                participation_id=participation.id,
                step=OnboardingStep.PAYMENT,
                done_on=today(),
                done_by=actor.name[:120],
            )
        )
