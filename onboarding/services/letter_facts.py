"""What a letter states: of whom it speaks and to whom it goes, fixed once, and how its template is told."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from onboarding.clock import today
from onboarding.letters.catalog import letter_row
from onboarding.letters.view import LetterItem, LetterView
from onboarding.models import Application, Letter, Participation
from onboarding.policy.days import day_of_number, say
from onboarding.policy.documents import requirements, rows_for
from onboarding.policy.plan import LINES
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import (
    ApplicationKind,
    AuthorizationKind,
    LetterKind,
    LetterState,
    RequirementState,
    Subject,
)
from onboarding.queries.files import find_renewal, get_credentialing_file
from onboarding.queries.running_out import list_running_out
from onboarding.services.audit import hide_numbers

# The facts of a letter that go into its view: as they are, as several texts, as dates.
_PLAIN = ("provider_name", "contact_name", "public_id", "npi", "organization", "renewed", "provider_number", "conditions",
          "payment_choice", "account_last4", "minutes", "drafts", "stage", "stage_says", "waits_for", "ended", "appeal_outcome", "late", "refused")  # fmt: skip
_SEVERAL = ("address_lines", "lines", "reasons", "documents", "documents_perhaps")
_DATES = (
    "effective_on",
    "decided_on",
    "recredentialing_due_on",
    "respond_by",
    "asked_on",
    "asked_until",
    "ended_on",
    "until",
    "hearing_on",
)


def stated(letter: Letter) -> dict[str, Any]:
    """Everything this letter says. Of the provider it was fixed at the writing (of a reminder, which the sweep writes
    bare, at the rendering); the time to answer runs from the day of rendering. After that nothing changes."""
    facts = letter.facts
    if letter.state is LetterState.RENDERED:
        return facts
    if "npi" not in facts:
        facts = {
            **about(letter.application, letter.kind, letter.written_on),
            **_running_out(letter),
            **facts,
        }
    respond_by = letter_row(letter.kind).respond_by(facts, today()) or letter.respond_by
    return {**facts, "respond_by": respond_by.isoformat()} if respond_by else facts


def letter_view(
    letter: Letter, public_url: str, reply_to: str = "", facts: dict[str, Any] | None = None
) -> LetterView:
    """What the templates may know of this letter: what is stated, or the facts given in its place; `reply_to` is the
    mailbox answers go to."""
    facts = stated(letter) if facts is None else facts
    said = {name: facts[name] for name in _PLAIN if name in facts}
    said |= {name: tuple(facts[name]) for name in _SEVERAL if name in facts}
    said |= {name: day_of(facts[name]) for name in _DATES if name in facts}
    authorization = facts.get("authorization")
    return LetterView(
        kind=letter.kind,
        title=letter_row(letter.kind).title_for(renewed=facts["renewed"]),
        written_on=letter.written_on,
        public_url=public_url,
        number=letter.number,
        days_late=max(0, (letter.written_on - letter.due_on).days),
        items=tuple(LetterItem(**item) for item in facts.get("items", ())),
        authorization=AuthorizationKind(authorization) if authorization else None,
        reply_to=reply_to,
        **said,
    )


def about(application: Application, kind: LetterKind, on: date) -> dict[str, Any]:
    """Who the letter of that day goes to and of whom it speaks, as things stand."""
    form, participation = application.form, application.participation
    reminder = kind is LetterKind.RECREDENTIALING_REMINDER
    renewal = find_renewal(participation) if participation and reminder else None
    authorization = provider_type(application.provider_type).authorization
    typed = {
        "provider_name": application.name,
        "contact_name": form.contact_name,
        "address_lines": [form.address, f"{form.city}, {form.state} {form.zip_code}"],
    }
    return {
        **without_numbers(typed, application),
        "public_id": (renewal or application).public_id,
        "npi": application.npi,
        "lines": [LINES.get(line, line) for line in form.lines],
        "authorization": authorization.value if authorization else None,
        "organization": application.subject is Subject.ORGANIZATION,
        "renewed": application.kind is ApplicationKind.RECREDENTIALING,
        **terms_of(participation),
        **(_documents_asked(renewal or application, on) if reminder else {}),
    }


def terms_of(participation: Participation | None) -> dict[str, Any]:
    """The participation's number and dates."""
    if participation is None:
        return {}
    ended_on = participation.ended_on
    return {
        "provider_number": participation.provider_number,
        "effective_on": participation.effective_on.isoformat(),
        "recredentialing_due_on": participation.recredentialing_due_on.isoformat(),
        "ended_on": ended_on.isoformat() if ended_on else None,
    }


def _documents_asked(application: Application, on: date) -> dict[str, list[str]]:
    """The documents the policy asks of this provider type: always, and by what the provider answers. What is on file
    and in date on that day is not asked again."""
    file = replace(get_credentialing_file(application), today=on)
    on_file = {item.row.label for item in requirements(file) if item.state is RequirementState.ACCEPTED}
    answers = [
        replace(file, prescribes=prescribes, tests_on_site=tests, independent=independent)
        for prescribes, tests, independent in product((False, True), repeat=3)
    ]
    asked = {
        row.label: [row.applies(answer) for answer in answers]
        for row in rows_for(provider_type(application.provider_type))
        if row.label not in on_file
    }
    return {
        "documents": [label for label, applies in asked.items() if all(applies)],
        "documents_perhaps": [label for label, applies in asked.items() if any(applies) and not all(applies)],
    }


def _running_out(letter: Letter) -> dict[str, Any]:
    """Of a letter that documents run out: those that do so on its day."""
    joined, on = letter.application.participation, day_of_number(letter.cycle)
    if letter.kind is not LetterKind.DOCUMENT_EXPIRING or joined is None or on is None:
        return {}
    rows = list_running_out(joined, on)
    return {
        "items": [
            {
                "label": row.label,
                "state": f"expires on {say(on)}",
                "how": f"Send a copy that shows {row.shows}.",
            }
            for row in rows
        ]
    }


def without_numbers(fact: Any, application: Application) -> Any:
    """The same facts without the digits that no letter says."""
    if isinstance(fact, str):
        return hide_numbers(fact, application)
    if isinstance(fact, dict):
        return {name: without_numbers(part, application) for name, part in fact.items()}
    if isinstance(fact, list | tuple):
        return [without_numbers(part, application) for part in fact]
    return fact


def day_of(text: str | None) -> date | None:
    """A day as the facts keep it; None where they give none."""
    return date.fromisoformat(text) if text else None
