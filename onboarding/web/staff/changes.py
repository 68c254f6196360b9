"""What an applicant changed when the form was sent again: the old answer beside the new one, and what was asked of it."""

from dataclasses import dataclass

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy import corrections as policy
from onboarding.queries.corrections import list_last_questions


@dataclass(frozen=True)
class Change:
    """One question, or the entries of one page: the answer before, the answer now, and what was asked of it."""

    label: str
    before: str
    now: str
    asked: str = ""


def changes(
    application: Application, unseen: frozenset[str] = frozenset(), why_unchanged: str = ""
) -> list[Change]:
    """The last sending of the form against the one before; questions asked back that were left as they were stand
    there too, with the reason, and so does the whole form where nothing changed. Empty for a form that was sent once."""
    copies = application.form.sent_copies or []
    if len(copies) < 2:
        return []
    questions = {question.field: question for question in list_last_questions(application.id)}
    found = []
    before, after = copies[-2:]
    for change in policy.changes(before, after, today(), also=questions):
        if change.code in unseen:
            continue
        question = questions.get(change.code)
        left = (
            f"Left as it was: {question.left_because}"
            if question and question.left_because
            else "Left as it was"
        )
        now = left if change.same else change.now
        found.append(Change(change.label, change.before, now, question.comment if question else ""))
    if why_unchanged and not found:
        found.append(Change("The whole form", "", f"Left as it was: {why_unchanged}"))
    return found
