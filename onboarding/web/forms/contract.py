"""The pages of the contract form as forms, drawn from the policy's table of fields."""

from collections.abc import Iterator, Mapping
from functools import cache
from textwrap import shorten
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)

from onboarding.clock import today
from onboarding.policy import contract_form as policy
from onboarding.policy.attestation import ETHNICITIES, LANGUAGES, RACES
from onboarding.policy.contract_form import Entry, clean, fields_for, parse_day, problems
from onboarding.policy.plan import KIND_LABELS
from onboarding.policy.provider_types import ProviderTypeRow, provider_type, types_for
from onboarding.policy.vocabulary import ProviderKind, ProviderType, Subject
from onboarding.web.forms.fields import CheckboxesField, choices_of, only_known, plain, put_errors

YES_NO = (("yes", "Yes"), ("no", "No"))
DATE_HINT = "Month, day and year, for example 04/17/1980."
EXPIRY_HINT = "Month, day and year, for example 12/31/2027."

# Never printed back into a page once it is saved: the page says how it ends, and an empty field keeps it.
KEPT_OUT_OF_SIGHT = ("tax_id",)
_SHORT = {
    "npi",
    "zip_code",
    "state",
    "licence_state",
    "suffix",
    "caqh_number",
    "dea_number",
    "clia_number",
    "taxonomy",
    "tax_id",
    "contact_phone",
}
_LONG = {"organization_name", "trade_name", "legal_name", "address"}


class Asked(NamedTuple):
    """One question on a page, how wide its field is, and the one that follows from an answer to it."""

    field: Field
    width: str
    follow_up: Field | None = None
    follows_answer: str = ""


class ContractPage(FlaskForm):
    """One page of the contract form for one provider type."""

    row: ProviderTypeRow
    page: str

    def take(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        """Put what is wrong at its field, and answer with the good answers, which may be saved."""
        asked = fields_for(self.row, self.page)
        typed = {field.code: clean(field, _as_typed(self[field.code])) for field in asked}
        for code in KEPT_OUT_OF_SIGHT:
            if code in typed and not typed[code]:
                typed[code] = saved.get(code, "")
        found = problems(self.row, {**saved, **typed}, today(), self.page)
        put_errors(self, self._told_apart(found))
        return {code: value for code, value in typed.items() if code not in found}

    def _told_apart(self, found: Mapping[str, str]) -> dict[str, str]:
        """Where the same words stand at several questions, each names its own: the list of errors tells them apart."""
        asked = {field.code: field for field in fields_for(self.row, self.page)}
        named = {
            code: shorten(asked[code.removesuffix("_explained")].label, 64, placeholder=" …")
            for code in found
        }
        shared = {says for says in found.values() if list(found.values()).count(says) > 1}
        return {
            code: f"{says.rstrip('.')}: {named[code][0].lower()}{named[code][1:]}" if says in shared else says
            for code, says in found.items()
        }

    def arranged(self) -> Iterator[Asked]:
        """The questions in order, a follow-up with the question it follows from."""
        asked = list(fields_for(self.row, self.page))
        place = 0
        while place < len(asked):
            field = asked[place]
            after = asked[place + 1] if place + 1 < len(asked) else None
            answer = _follows(field, after)
            if after and answer:
                yield Asked(self[field.code], "long", self[after.code], answer)
            else:
                yield Asked(self[field.code], _width(field))
            place += 2 if answer else 1


def contract_page(row: ProviderTypeRow, page: str, saved: Mapping[str, Any]) -> ContractPage:
    """The form of one page, filled with what is saved, or with what was just sent."""
    shown = {}
    for field in fields_for(row, page):
        value = saved.get(field.code)
        if field.code in KEPT_OUT_OF_SIGHT:
            continue
        shown[field.code] = as_shown(field, value)
    form: ContractPage = _page_class(row.code, page)(data=shown)
    for code in KEPT_OUT_OF_SIGHT:
        if code in form and saved.get(code):
            form[
                code
            ].description = f"We have the one ending in {str(saved[code])[-4:]}. Leave this empty to keep it."
    return form


def as_shown(field: policy.Field, value: Any) -> Any:
    """A kept answer as it is typed: dates as month/day/year."""
    if field.entry is Entry.DATE and value:
        day = parse_day(str(value))
        return f"{day:%m/%d/%Y}" if day else value
    return value


def as_read(field: policy.Field, value: Any) -> str:
    """A kept answer as it is read on the check page; numbers kept out of sight by their last four digits."""
    if not value:
        return ""
    if field.code in KEPT_OUT_OF_SIGHT:
        return f"Ending in {str(value)[-4:]}"
    if field.entry is Entry.YES_NO:
        return {"yes": "Yes", "no": "No"}.get(str(value), "")
    if field.entry is Entry.CHOICES:
        labels = dict(field.choices)
        return "\n".join(labels.get(item, item) for item in value)
    return str(as_shown(field, value))


def to_check(
    row: ProviderTypeRow, page: str, answers: Mapping[str, Any]
) -> Iterator[tuple[policy.Field, str]]:
    """The questions of one page and the answers as read, leaving out what no answer above called for."""
    before: policy.Field | None = None
    for field in fields_for(row, page):
        answer = _follows(before, field)
        if not answer or (before and answers.get(before.code) == answer):
            yield field, as_read(field, answers.get(field.code))
        before = field


@cache
def _page_class(code: ProviderType, page: str) -> type[ContractPage]:
    row = provider_type(code)
    members: dict[str, Any] = {field.code: _drawn(field) for field in fields_for(row, page)}
    return type("ContractPageOf", (ContractPage,), {**members, "row": row, "page": page})


def _drawn(field: policy.Field) -> Any:
    if field.entry is Entry.YES_NO:
        return RadioField(
            field.label, description=field.hint, choices=choices_of(YES_NO), validate_choice=False
        )
    if field.entry is Entry.CHOICES:
        return CheckboxesField(field.label, description=field.hint, choices=choices_of(field.choices))
    if field.entry is Entry.CHOICE:
        choices = choices_of((("", "Choose one"), *field.choices))
        attributes = {"autocomplete": field.autocomplete} if field.autocomplete else {}
        return SelectField(
            field.label, description=field.hint, choices=choices, validate_choice=False, render_kw=attributes
        )
    kinds = {Entry.EMAIL: EmailField, Entry.PHONE: TelField, Entry.LONG_TEXT: TextAreaField}
    hint = (
        f"{DATE_HINT if field.code == 'birth_date' else EXPIRY_HINT} {field.hint}"
        if field.entry is Entry.DATE
        else field.hint
    )
    return kinds.get(field.entry, StringField)(
        field.label, description=hint.strip(), render_kw=_attributes(field)
    )


def _attributes(field: policy.Field) -> dict[str, Any]:
    given: dict[str, Any] = {"spellcheck": "false"} if field.entry is not Entry.LONG_TEXT else {"rows": 4}
    if field.entry is Entry.DIGITS:
        given["inputmode"] = "numeric"
    given["autocomplete"] = field.autocomplete or "off"
    return given


def _width(field: policy.Field) -> str:
    if field.code in _SHORT or field.entry is Entry.DATE:
        return "short"
    return "long" if field.code in _LONG or field.entry is Entry.LONG_TEXT else "medium"


def _follows(field: policy.Field | None, after: policy.Field | None) -> str:
    """The answer to `field` that makes `after` a question at all; empty when it is asked in any case."""
    if field is None or after is None or field.entry is not Entry.YES_NO or after.required({}):
        return ""
    return next((answer for answer, _ in YES_NO if after.required({field.code: answer})), "")


def _as_typed(field: Field) -> Any:
    if isinstance(field, CheckboxesField):
        return [plain(item) for item in (field.data or [])[:50]]
    return plain(field.data)


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
