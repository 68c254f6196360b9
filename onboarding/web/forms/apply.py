"""The forms around the contract form: what kind and type of provider, the optional question, the signature."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from onboarding.policy.attestation import ETHNICITIES, LANGUAGES, RACES
from onboarding.policy.corrections import UNCHANGED
from onboarding.policy.plan import KIND_LABELS
from onboarding.policy.provider_types import types_for
from onboarding.policy.vocabulary import ProviderKind, ProviderType, Subject
from onboarding.web.forms.fields import CheckboxesField, choices_of, only_known, plain


class KindForm(FlaskForm):
    """What kind of provider: the first question of all."""

    kind = RadioField(
        "What kind of provider are you?",
        choices=choices_of((kind, label) for kind, (label, _) in KIND_LABELS.items()),
        validate_choice=False,
    )

    def choice(self) -> ProviderKind | None:
        """The kind chosen, or None with the words at the field."""
        if self.kind.data in set(ProviderKind):
            return ProviderKind(self.kind.data)
        self.kind.errors = ["Choose the kind of provider."]
        return None


class TypeForm(FlaskForm):
    """Which provider type, of those this kind can be."""

    provider_type = RadioField("Who is applying?", validate_choice=False)
    offered: set[str]

    def offer(self, kind: ProviderKind) -> None:
        """Put the types of this kind up for choice, practitioners first."""
        rows = [row for subject in Subject for row in types_for(kind, subject)]
        self.offered = {row.code.value for row in rows}
        self.provider_type.choices = choices_of((row.code, row.label) for row in rows)

    def choice(self) -> ProviderType | None:
        """The type chosen, or None with the words at the field."""
        if self.provider_type.data in self.offered:
            return ProviderType(self.provider_type.data)
        self.provider_type.errors = ["Choose who is applying."]
        return None


class BackgroundForm(FlaskForm):
    """The optional question: race, ethnicity, languages."""

    race = CheckboxesField("Race", choices=choices_of((item, item) for item in RACES))
    ethnicity = RadioField(
        "Ethnicity", choices=choices_of((item, item) for item in ETHNICITIES), validate_choice=False
    )
    languages = CheckboxesField(
        "Languages you speak with patients", choices=choices_of((item, item) for item in LANGUAGES)
    )

    def answers(self) -> dict[str, Any] | None:
        """What was chosen from the lists; None when nothing was."""
        chosen = {
            "race": only_known(self.race.data, RACES),
            "ethnicity": self.ethnicity.data if self.ethnicity.data in ETHNICITIES else "",
            "languages": only_known(self.languages.data, LANGUAGES),
        }
        return chosen if any(chosen.values()) else None


class SignForm(FlaskForm):
    """Statement and signature."""

    signature = StringField(
        "Your full name", description="Typing your name here is your signature.",
        render_kw={"autocomplete": "name", "spellcheck": "false"},
    )  # fmt: skip
    agreed = BooleanField("I have read the statement and I agree")

    def find_problems(self) -> bool:
        """Put what is missing at its field; True when something is."""
        if len(plain(self.signature.data)) < 3:
            self.signature.errors = ["Type your full name."]
        if not self.agreed.data:
            self.agreed.errors = ["Check the box to agree to the statement."]
        return bool(self.errors)


LEFT = "left_"  # begins the name of the field that asks why an answer stays as it is


def sign_form(left: Iterable[tuple[str, str, str]], unchanged: bool) -> SignForm:
    """The signature, and for each answer asked back that is the same still (its code, label, comment), the reason; where
    nothing was named and nothing changed, the reason for that."""
    reasons = {
        f"{LEFT}{code}": TextAreaField(
            f"{label}{'' if label.endswith('?') else ':'} I leave it as it is because",
            description=f"We asked: {comment}",
            render_kw={"rows": 2},
        )
        for code, label, comment in left
    }
    if unchanged:
        reasons[LEFT + UNCHANGED] = TextAreaField(
            "I send the form again as it is because", render_kw={"rows": 2}
        )
    form: SignForm = type("SignFormOf", (SignForm,), reasons)()
    return form


def reasons_given(form: SignForm) -> dict[str, str]:
    """By code, why an answer stays as it is."""
    return {field.name.removeprefix(LEFT): plain(field.data) for field in form if field.name.startswith(LEFT)}
