"""The application page: the checklist and the evidence beside each item, gathered for the template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import render_template

from onboarding.clock import today
from onboarding.filecheck import EXTENSIONS
from onboarding.letters.catalog import letter_row
from onboarding.models import (
    Application,
    Decision,
    ExclusionList,
)
from onboarding.policy.access import may
from onboarding.policy.attestation import questions_for
from onboarding.policy.committee import ENDING_CODES, REASON_CODES, UNSEEN_BY_DECIDERS
from onboarding.policy.corrections import askable
from onboarding.policy.days import say
from onboarding.policy.deadlines import after, clock, good_until, in_date
from onboarding.policy.document_letters import next_letter
from onboarding.policy.extensions import TABLE as EXTENSION_CAUSES
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.forecast import FORECAST_STATUSES, forecast, next_meetings
from onboarding.policy.form_pages import PAGES
from onboarding.policy.guards import GUARDS, verification_opened
from onboarding.policy.letter_limits import limit_of
from onboarding.policy.onboarding_list import TABLE as ONBOARDING_TABLE
from onboarding.policy.people import Actor
from onboarding.policy.provider_types import provider_type
from onboarding.policy.queue import next_thing
from onboarding.policy.returning import credentialed_as, days_late, say_late
from onboarding.policy.state_clock import UNSETTLED
from onboarding.policy.uploads import CLOSED_SCANS, SCAN_SAYS
from onboarding.policy.verifications import (
    REPORTING_SOURCES,
    RESULT_LABELS,
    sources_for,
)
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    Capability,
    LetterKind,
    VerificationMethod,
)
from onboarding.policy.workflow import (
    ASKABLE_STATUSES,
    DRAFT_STATUSES,
    EVIDENCE_STATUSES,
    OPEN_STATUSES,
    TABLE_STATUSES,
    WELCOMING_STATUSES,
)
from onboarding.queries import review
from onboarding.queries.after_decisions import state_clock_of
from onboarding.queries.committee import list_meetings_to_come, read_table
from onboarding.queries.exclusions import find_current_list
from onboarding.queries.extensions import list_extensions
from onboarding.queries.files import (
    LEIE,
    UNSETTLED_MESSAGES,
    find_agenda_item,
    find_renewal,
    find_screening,
    get_application,
    get_credentialing_file,
    list_letters,
)
from onboarding.queries.holds import list_holds_of
from onboarding.queries.looks import list_requests
from onboarding.queries.meetings import find_called_meetings
from onboarding.queries.rights import list_rights_requests
from onboarding.web.access import current_actor
from onboarding.web.nppes_beside import nppes_panel
from onboarding.web.staff.after_parts import after_parts
from onboarding.web.staff.answers import answers
from onboarding.web.staff.authorization import authorization_parts
from onboarding.web.staff.changes import changes
from onboarding.web.staff.compare import compare, day_of
from onboarding.web.staff.items import counting_records, document_items, fact_items
from onboarding.web.staff.monitored import monitored_parts
from onboarding.web.staff.sides import side_lines
from onboarding.web.staff.step_forms import StepForm, step_forms, step_to_open
from onboarding.web.staff.step_up import asks_password

_NO_REQUEST = Request(Action.COMPLETE_FILE, frozenset())


@dataclass(frozen=True)
class Trouble:
    """A form that was refused: which one, why, at which fields, and what was typed."""

    form: str
    reasons: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One line of the checklist: where it leads, what it is called, what still stands in the way; whether there is
    anything yet to be in order."""

    anchor: str
    label: str
    reasons: tuple[str, ...]
    begun: bool = True


@dataclass(frozen=True)
class Disclosure:
    """One attested question, its answer, and what the applicant said about an unexpected one."""

    question: str
    answer: str
    unexpected: bool
    explanation: str


def show_file(application_id: int, trouble: Trouble | None = None) -> str:
    """The page of one application, as the signed-in person may see and use it. Raises NotFound."""
    application = get_application(application_id)
    actor = current_actor()
    file = get_credentialing_file(application)
    agenda = find_agenda_item(application_id)
    called = find_called_meetings() if file.status in FORECAST_STATUSES else ()
    votes = application.status in TABLE_STATUSES and may(actor.roles, Capability.VOTE)
    steps = step_forms(file, actor, read_table(agenda if votes else None))
    return render_template(
        "staff/file.html",
        application=application,
        form=application.form,
        file=file,
        today=today(),
        trouble=trouble,
        may={capability.value: may(actor.roles, capability) for capability in Capability},
        takes_evidence=application.status in EVIDENCE_STATUSES,
        next=next_thing(file),
        called=called,
        forecast=forecast(file, next_meetings(today(), called)) if file.status in FORECAST_STATUSES else None,
        steps=steps,
        askable=_askable(application, steps),
        open_step=step_to_open(steps),
        agenda_item=agenda,
        asks_password=asks_password(),
        meetings=_meetings(steps),
        reason_codes=REASON_CODES,
        ending_codes=ENDING_CODES,
        checklist=checklist(file),
        answers=answers(application, unseen_by(actor)),
        birth_date=day_of(application.practitioner.birth_date) if application.practitioner else None,
        signed_until=good_until(file.signed_on, file.today, "application_age") if file.signed_on else None,
        attested=attested(application),
        **_evidence(application, file, actor),
        **_people(),
        **_afterwards(application),
    )


def unseen_by(actor: Actor) -> frozenset[str]:
    """The answers that this person never sees: of those who decide, what decisions must not rest on."""
    return UNSEEN_BY_DECIDERS if may(actor.roles, Capability.SIGN_STATEMENT) else frozenset()


def _evidence(application: Application, file: CredentialingFile, actor: Actor) -> dict[str, Any]:
    decisions = review.list_decisions(application.id)
    events = review.list_events(application.id)
    exclusions = find_current_list(LEIE)
    sent_again = any(event.action == Action.RESUBMIT for event in events)
    why_unchanged = next((event.why for event in events if event.action == "correct"), "")
    letters = list_letters(application.id)
    authorization = authorization_parts(application, events)
    facts, panel = fact_items(application, file), nppes_panel(application)
    return {
        "changes": changes(application, unseen_by(actor), why_unchanged) if sent_again else [],
        **authorization,
        "state_clock_unsettled": UNSETTLED,
        "documents": document_items(application, file),
        "requests": list_requests(application.id),
        "scan_says": SCAN_SAYS,
        "closed_scans": CLOSED_SCANS,
        "facts": facts,
        "nppes": panel,
        "sides": side_lines(
            application, file, panel, authorization["authorization"], counting_records(application, facts)
        ),
        "methods": list(VerificationMethod),
        "results": list(RESULT_LABELS.items()),
        "reporting_sources": REPORTING_SOURCES,
        "sources_for": sources_for,
        "evidence_types": ",".join(EXTENSIONS),
        "screening": find_screening(application),
        "exclusion_list": exclusions,
        "exclusion_list_looks_old": _looks_old(exclusions),
        "compare": partial(compare, application),
        "letters": [(letter, letter_row(letter.kind)) for letter in letters],
        "holds": list_holds_of(application.id),
        "limit_of": limit_of,
        "rights_requests": list_rights_requests(application.id),
        "notices": {
            letter.facts["verification"]: letter
            for letter in letters
            if letter.kind is LetterKind.DISCREPANCY
        },
        "reminders": {
            letter.facts["notice"]: letter
            for letter in letters
            if letter.kind is LetterKind.DISCREPANCY_REMINDER
        },
        "unsettled": UNSETTLED_MESSAGES,
        "verification_closed": verification_opened(file, Request(Action.COMPLETE_FILE, frozenset())),
        "late_words": _late_words,
        "late_renewal": _late_renewal(file),
        "next_letter": next_letter(file) if application.status in ASKABLE_STATUSES else None,
        "events": events,
        **after_parts(application, file, decisions, letters),
        "decisions": decisions,
        "closed_says": closed_says(application, decisions),
    }


def _late_words(decision: Decision) -> str:
    how = credentialed_as(
        ApplicationKind.RECREDENTIALING, decision.decided_on, due_on=decision.renewal_due_on
    )
    return say_late(decision.days_late, how)


def _late_renewal(file: CredentialingFile) -> str:
    """The mark of a renewal that is past its due date and not decided; empty for any other file."""
    late = days_late(file.today, file.recredentialing_due_on)
    if not late or file.recredentialing_due_on is None:
        return ""
    if credentialed_as(file.kind, file.today, due_on=file.recredentialing_due_on) is ApplicationKind.INITIAL:
        return say_late(late, ApplicationKind.INITIAL)
    until = after("recredentialing_grace", file.recredentialing_due_on)
    return f"{late} {'day' if late == 1 else 'days'} late, may finish as recredentialing until {say(until)}"


def _people() -> dict[str, Any]:
    return {
        "worker_options": [(str(staff.id), staff.name) for staff in review.list_staff_who_work()],
    }


def _askable(application: Application, steps: list[StepForm]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the person who returns the form may ask back, by page: the name of its field here, and what it is called."""
    if not any(step.step.action is Action.RETURN for step in steps):
        return []
    asked = askable(provider_type(application.provider_type))
    titles = {"": "Provider type", **{page.code: page.title for page in PAGES.values()}}
    return [
        (title, [(f"ask-{code}", label) for code, (on_page, label) in asked.items() if on_page == page])
        for page, title in titles.items()
        if any(on_page == page for on_page, _ in asked.values())
    ]


def _meetings(steps: list[StepForm]) -> list[tuple[str, str]]:
    """The meetings a file can be placed on, where this person may place it."""
    if not any(step.step.action is Action.PLACE_ON_AGENDA for step in steps):
        return []
    return [
        (str(meeting.id), f"{say(meeting.held_on)}, {meeting.starts_at}")
        for meeting in list_meetings_to_come()
    ]


def _afterwards(application: Application) -> dict[str, Any]:
    """What follows approval: the participation, its onboarding list, the next cycle."""
    participation = application.participation
    if participation is None:
        return {"participation": None}
    done = {item.step: item for item in review.list_onboarding_items(participation)}
    return {
        "participation": participation,
        "onboarding": [(row, done.get(row.step)) for row in ONBOARDING_TABLE],
        "renewal": find_renewal(participation),
        "extensions": list_extensions(participation.id),
        "extension_causes": [(row.cause.value, row.label) for row in EXTENSION_CAUSES],
        "extension_days": clock("extension_after_return", today()).amount,
        "is_current": participation.application_id == application.id,
        "state_pending": (
            state_clock_of(participation.state_pending_since)
            if participation.state_pending_since and participation.application_id == application.id
            else None
        ),
        **monitored_parts(participation),
    }


def _looks_old(exclusions: ExclusionList | None) -> bool:
    """Was the newest exclusion of the list long past on the day of its import? Then it was an old file."""
    newest_on = exclusions and exclusions.newest_exclusion_on
    if not exclusions or not newest_on:
        return False
    return not in_date(
        min(newest_on, exclusions.imported_on), exclusions.imported_on, "exclusion_list_content"
    )


# The checklist on the left: each line asks guards of the workflow, so it can never say other than the buttons do.
_CHECKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("authorization", "Authorization", ("authorization_confirmed",)),
    ("documents", "Documents", ("documents_accepted",)),
    ("verifications", "Verifications", ("verifications_complete",)),
    ("screening", "Exclusion screening", ("screening_done", "matches_resolved", "not_excluded")),
    ("dates", "Evidence in date", ("evidence_in_date", "license_in_force")),
    ("disclosures", "Clean file", ("file_is_clean",)),
)


# Lines that say nothing before a fact has been checked or the exclusion list looked in.
_OF_EVIDENCE = frozenset({"dates", "disclosures"})


def checklist(file: CredentialingFile) -> list[Check]:
    """What the file needs before a decision, and what is still open of it."""
    return [
        Check(
            anchor,
            label,
            tuple(reason for name in names for reason in GUARDS[name](file, _NO_REQUEST)),
            begun=anchor not in _OF_EVIDENCE or bool(file.verifications or file.screening),
        )
        for anchor, label, names in _CHECKS
    ]


def closed_says(application: Application, decisions: list[Decision]) -> str:
    """On what the checklist of a file that is decided or ended rests; empty while it is still worked on."""
    if application.status in OPEN_STATUSES and application.status not in WELCOMING_STATUSES:
        return ""
    if application.status in DRAFT_STATUSES:
        return ""
    if decisions:
        return f"As decided on {say(decisions[-1].decided_on)}."
    return f"Closed on {say(application.status_on)}."


def attested(application: Application) -> list[Disclosure]:
    """Every attested question with its answer; unexpected answers first."""
    signed = application.form.attestation or {}
    given, explained = signed.get("answers", {}), signed.get("explanations", {})
    lines = [
        Disclosure(
            question.text,
            "Yes" if given[question.code] else "No",
            given[question.code] is not question.expected,
            explained.get(question.code, ""),
        )
        for question in questions_for(application.subject)
        if question.code in given
    ]
    return sorted(lines, key=lambda line: not line.unexpected)
