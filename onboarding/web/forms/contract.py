"""The pages and entries of the contract form as forms, drawn from the policy's tables of fields."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from textwrap import shorten
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import (
    EmailField,
    Field,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)

from onboarding.clock import today
from onboarding.policy import fields as policy
from onboarding.policy.contract_form import fields_for, problems
from onboarding.policy.fields import Entry, clean, follows, in_a_sentence, read, told, typed
from onboarding.policy.groups import Group, entry_problems
from onboarding.policy.provider_types import ProviderTypeRow
from onboarding.web.forms.fields import CheckboxesField, choices_of, plain, put_errors

YES_NO = (("yes", "Yes"), ("no", "No"))
_EXAMPLES = {Entry.DATE: "12/31/2027", Entry.MONTH: "06/2021", Entry.AMOUNT: "1,000,000"}
_HINTS = {
    Entry.DATE: "Month, day and year, for example {}.",
    Entry.MONTH: "Month and year, for example {}.",
    Entry.AMOUNT: "In dollars, for example {}.",
}
Judge = Callable[[Mapping[str, Any]], dict[str, str]]


class Asked(NamedTuple):
    """One question on a page, how wide its field is, and the one that follows from an answer to it."""

    field: Field
    width: str
    follow_up: Field | None = None
    follows_answer: str = ""


class QuestionForm(FlaskForm):
    """Questions of the policy's table put on one screen."""

    asked: tuple[policy.Field, ...]

    def take(self, saved: Mapping[str, Any], judge: Judge) -> dict[str, Any]:
        """Put what is wrong at its field, and answer with the good answers, which may be saved.

        A secret left empty stays as it is saved.
        """
        given = {field.code: clean(field, _as_typed(self[field.code])) for field in self.asked}
        for field in self.asked:
            if field.secret and not given[field.code]:
                given[field.code] = saved.get(field.code, "")
        found = judge({**saved, **given})
        put_errors(self, self._told_apart({code: found[code] for code in given if code in found}))
        return {code: value for code, value in given.items() if code not in found}

    def _told_apart(self, found: Mapping[str, str]) -> dict[str, str]:
        """Where the same words stand at several questions, each names its own: the list of errors tells them apart."""
        asked = {field.code: field for field in self.asked}
        named = {
            code: shorten(in_a_sentence(asked[code.removesuffix("_explained")].label), 64, placeholder=" …")
            for code in found
        }
        shared = {says for says in found.values() if list(found.values()).count(says) > 1}
        return {
            code: f"{says.rstrip('.')}: {named[code]}" if says in shared else says
            for code, says in found.items()
        }

    def arranged(self) -> Iterator[Asked]:
        """The questions in order, a follow-up with the question it follows from."""
        place = 0
        while place < len(self.asked):
            field = self.asked[place]
            after = self.asked[place + 1] if place + 1 < len(self.asked) else None
            answer = follows(field, after)
            if after and answer:
                yield Asked(self[field.code], "long", self[after.code], answer)
            else:
                yield Asked(self[field.code], _width(field))
            place += 2 if answer else 1


def contract_page(
    row: ProviderTypeRow, page: str, saved: Mapping[str, Any], open_now: Collection[str]
) -> QuestionForm:
    """The form of the open questions of one page, filled with what is saved, or with what was just sent."""
    return _filled(tuple(field for field in fields_for(row, page) if field.code in open_now), saved)


def stay_as_they_are(
    row: ProviderTypeRow, page: str, saved: Mapping[str, Any], open_now: Collection[str]
) -> list[tuple[str, str]]:
    """The questions of one page that are not open, with their answers as read."""
    return [(field.label, text) for field, text in to_check(row, page, saved) if field.code not in open_now]


def sent_though_closed(
    row: ProviderTypeRow,
    page: str,
    saved: Mapping[str, Any],
    open_now: Collection[str],
    sent: MultiDict[str, str],
) -> list[str]:
    """The questions that are not open and for which another answer came all the same, as from a page kept in a tab."""
    closed = [field for field in fields_for(row, page) if field.code in sent and field.code not in open_now]
    return [
        field.label for field in closed if clean(field, _sent(field, sent)) != (saved.get(field.code) or "")
    ]


def _sent(field: policy.Field, sent: MultiDict[str, str]) -> Any:
    if field.entry is Entry.CHOICES:
        return [plain(item) for item in sent.getlist(field.code)[:100]]
    return plain(sent[field.code])


def entry_page(group: Group, saved: Mapping[str, Any]) -> QuestionForm:
    """The form of one entry of a group, filled with what is saved, or with what was just sent."""
    return _filled(group.fields, saved)


def judge_page(row: ProviderTypeRow, page: str) -> Judge:
    """What is wrong on one page."""
    return lambda answers: problems(row, answers, today(), page)


def judge_entry(group: Group, answers: Mapping[str, Any]) -> Judge:
    """What is wrong in one entry of a form with these answers."""
    return lambda entry: entry_problems(group, entry, today(), answers)


def _filled(asked: tuple[policy.Field, ...], saved: Mapping[str, Any]) -> QuestionForm:
    shown = {field.code: typed(field, saved.get(field.code)) for field in asked if not field.secret}
    form: QuestionForm = _form_class(asked)(data=shown)
    for field in asked:
        if field.secret and saved.get(field.code):
            ending = str(saved[field.code])[-4:]
            form[field.code].description = f"We have the one ending in {ending}. Leave this empty to keep it."
    return form


def to_check(
    row: ProviderTypeRow, page: str, answers: Mapping[str, Any]
) -> Iterator[tuple[policy.Field, str]]:
    """The questions of one page and the answers as read, leaving out what no answer above called for."""
    yield from _called_for(fields_for(row, page), answers)


def entry_to_check(group: Group, entry: Mapping[str, Any]) -> str:
    """One entry as it is read on the check page: a line a question."""
    return "\n".join(told(field, text) for field, text in _called_for(group.fields, entry) if text)


def entry_told(group: Group, entry: Mapping[str, Any]) -> str:
    """One entry in a line, below its name: what is short and no secret."""
    values = {
        field.code: shorten(read(field, entry.get(field.code)), 120, placeholder=" …")
        for field in group.fields
        if field.code != group.called and field.entry is not Entry.YES_NO and not field.secret
    }
    began, ended = (values.pop(code, "") for code in group.span)
    span = f"{began} to {ended or 'now'}" if began else ""
    shown = [text for code, text in values.items() if text and not code.endswith("birth_date")]
    return " · ".join([*shown, span] if span else shown)


def _called_for(
    asked: tuple[policy.Field, ...], answers: Mapping[str, Any]
) -> Iterator[tuple[policy.Field, str]]:
    before: policy.Field | None = None
    for field in asked:
        answer = follows(before, field)
        if not answer or (before and answers.get(before.code) == answer):
            yield field, read(field, answers.get(field.code))
        before = field


@cache
def _form_class(asked: tuple[policy.Field, ...]) -> type[QuestionForm]:
    members: dict[str, Any] = {field.code: _drawn(field) for field in asked}
    return type("QuestionFormOf", (QuestionForm,), {**members, "asked": asked})


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
    hint = _HINTS.get(field.entry, "").format(field.example or _EXAMPLES.get(field.entry, ""))
    return kinds.get(field.entry, StringField)(
        field.label, description=f"{hint} {field.hint}".strip(), render_kw=_attributes(field)
    )


def _attributes(field: policy.Field) -> dict[str, Any]:
    given: dict[str, Any] = {"spellcheck": "false"} if field.entry is not Entry.LONG_TEXT else {"rows": 4}
    if field.entry in (Entry.DIGITS, Entry.AMOUNT):
        given["inputmode"] = "numeric"
    given["autocomplete"] = field.autocomplete or "off"
    return given


def _width(field: policy.Field) -> str:
    if field.entry is Entry.LONG_TEXT:
        return "long"
    if field.max_length <= 20 or field.entry in (Entry.DATE, Entry.MONTH, Entry.HOURS):
        return "short"
    return "long" if field.max_length >= 200 and field.entry is Entry.TEXT else "medium"


def _as_typed(field: Field) -> Any:
    if isinstance(field, CheckboxesField):
        return [plain(item) for item in (field.data or [])[:100]]
    return plain(field.data)
