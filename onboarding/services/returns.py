"""Sending a form back to the applicant, with what to fix."""

from collections.abc import Mapping

from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import Application, ReturnedQuestion
from onboarding.policy.corrections import LONGEST_COMMENT, askable
from onboarding.policy.form_pages import PAGES
from onboarding.policy.people import Actor
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Action
from onboarding.services.audit import refuse_ssn
from onboarding.services.workflow import take_step


def return_to_applicant(
    application: Application,
    actor: Actor,
    reason: str,
    questions: Mapping[str, str] | None = None,
    *,
    expected_version: int | None = None,
) -> None:
    """Return the form with what to fix: the questions to correct by their code, each with a comment, and beside them a
    reason, one thing a line. Where questions are named, only their pages can be changed. The applicant reads all of it
    on the status page, at the question, and in the letter.

    Raises BadInput for a question that was not asked, a comment that is too long or an SSN in a text; NotReady, NotAllowed or Conflict as
    take_step does.
    """
    asked, questions = askable(provider_type(application.provider_type)), questions or {}
    _check(application, questions, asked)
    lines = [line.strip() for line in reason.splitlines() if line.strip()]
    named = [f"{asked[code][1]}: {comment}" for code, comment in questions.items()]
    whole = "\n".join(([reason.strip()] if lines else []) + named)
    take_step(
        application,
        Action.RETURN,
        actor,
        expected_version=expected_version,
        reason=whole,
        letter_facts={
            "reasons": lines,
            "items": [
                {
                    "label": asked[code][1],
                    "state": PAGES[asked[code][0]].title if asked[code][0] else "",
                    "how": comment,
                }
                for code, comment in questions.items()
            ],
        },
    )
    application.return_reason = whole[:2000]
    for code, comment in questions.items():
        db.session.add(
            ReturnedQuestion(
                application_id=application.id, round=application.round, page=asked[code][0], field=code, comment=comment
            )
        )  # fmt: skip


def _check(
    application: Application, questions: Mapping[str, str], asked: Mapping[str, tuple[str, str]]
) -> None:
    for code, comment in questions.items():
        if code not in asked:
            raise BadInput("This question is not on the form of this provider type.")
        if len(comment) > LONGEST_COMMENT:
            says = f"{asked[code][1]}: at most {LONGEST_COMMENT} characters, please: this has {len(comment)}."
            raise BadInput(says, {f"ask-{code}": says})
        refuse_ssn(comment, f"ask-{code}", application)
