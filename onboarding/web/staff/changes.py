"""What an applicant changed when the form was sent again: the old answer beside the new one."""

from dataclasses import dataclass

from onboarding.models import Application
from onboarding.policy.contract_form import fields_for
from onboarding.policy.corrections import PROVIDER_TYPE
from onboarding.policy.provider_types import provider_type
from onboarding.queries.corrections import list_last_questions
from onboarding.web.forms.contract import as_read

# Not read in passing: that it changed is enough.
_OUT_OF_SIGHT = frozenset({"birth_date"})
_HIDDEN = "(not shown)"


@dataclass(frozen=True)
class Change:
    """One question: the answer before, the answer now, and what was asked of it."""

    label: str
    before: str
    now: str
    asked: str = ""


def changes(application: Application) -> list[Change]:
    """The last sending of the form against the one before; questions asked back that were left as they were stand
    there too. Empty for a form that was sent once."""
    copies = application.form.sent_copies or []
    if len(copies) < 2:
        return []
    asked = {question.field: question.comment for question in list_last_questions(application.id)}
    before, after = copies[-2:]
    found = []
    if before["provider_type"] != after["provider_type"] or PROVIDER_TYPE in asked:
        old, new = (provider_type(copy["provider_type"]).label for copy in (before, after))
        found.append(Change("Provider type", old, new, asked.get(PROVIDER_TYPE, "")))
    for field in fields_for(provider_type(after["provider_type"])):
        then, this_time = (copy["answers"].get(field.code) or "" for copy in (before, after))
        if then == this_time and field.code not in asked:
            continue
        hidden = field.code in _OUT_OF_SIGHT
        texts = [_HIDDEN if hidden else as_read(field, answer) for answer in (then, this_time)]
        found.append(
            Change(
                field.label, texts[0], "Left as it was" if then == this_time else texts[1], asked.get(field.code, "")
            )
        )  # fmt: skip
    return found
