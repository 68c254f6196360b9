"""The payment choice."""

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField

from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import AccountType, PaymentChoice
from onboarding.services.payments import PAYMENT_LABELS
from onboarding.web.forms.fields import choices_of

PAYMENT_HINTS = {
    PaymentChoice.EFT: "Preferred. The money goes straight to your bank account.",
    PaymentChoice.VIRTUAL_CARD: PLAN.virtual_card_fee_note,
    PaymentChoice.PAPER_CHECK: "Sent by mail to your payment address.",
}
_BANK = {"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}


class PaymentForm(FlaskForm):
    """One of ECHO's three ways; bank details for EFT; the provider number as proof of who asks."""

    choice = RadioField(
        "How do you want to be paid?",
        choices=choices_of((choice, PAYMENT_LABELS[choice]) for choice in PaymentChoice),
        validate_choice=False,
    )
    bank_name = StringField("Name of the bank", render_kw={"autocomplete": "off"})
    routing_number = StringField(
        "Routing number", description="Nine digits, at the bottom left of a check.", render_kw=_BANK
    )
    account_number = StringField("Account number", description="5 to 17 digits.", render_kw=_BANK)
    account_type = RadioField(
        "Kind of account",
        choices=choices_of(((AccountType.CHECKING, "Checking"), (AccountType.SAVINGS, "Savings"))),
        validate_choice=False,
    )
    provider_number = StringField(
        "Provider number",
        description="The whole number, as in your welcome letter. It shows that it is really you.",
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
