"""What every screen of the contract form shares: the open draft, the way back and on, the frame around the work."""

from collections.abc import Collection
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from onboarding.clock import on_day, today
from onboarding.models import Application
from onboarding.policy.contract_form import PageState, page_states
from onboarding.policy.corrections import STAYS
from onboarding.policy.deadlines import after, clock
from onboarding.policy.form_pages import PAGES, SECTIONS, Page
from onboarding.policy.provider_types import provider_type
from onboarding.policy.stages import JOURNEY, STAGES
from onboarding.policy.workflow import EDITABLE_STATUSES
from onboarding.queries.corrections import find_open_codes, find_open_pages, list_left
from onboarding.queries.files import get_application
from onboarding.web.access import open_application_id

TO_CHECK, TO_LIST_AND_CHECK = "check", "list-check"
# What can be sent: an answer that was asked back may also be left as it is, with the reason.
FINISHED = frozenset({PageState.DONE, PageState.STAYS, PageState.TO_CORRECT})
CLOSED = frozenset({PageState.BLOCKED, PageState.STAYS})


class FormClosed(Exception):
    """The form has been sent: there is nothing to fill in any more."""


class PageStays(Exception):
    """The form was sent back for other corrections: this part of it stays as it is."""


def show_status(_closed: FormClosed) -> Response:
    """A form that has been sent is seen on the status page."""
    return redirect(url_for("status.application"), 303)


def show_list(_stays: PageStays) -> Response:
    """The list of parts, which tells what is to be corrected."""
    flash(STAYS, "info")
    return redirect(url_for("apply.task_list"), 303)


def must_be_open(application: Application, *codes: str) -> frozenset[str]:
    """What of the form is open. Raises PageStays where none of these questions and groups is."""
    open_now = find_open_codes(application)
    if not open_now.intersection(codes):
        raise PageStays
    return open_now


def open_form(*, for_change: bool = False) -> Application:
    """The draft this visitor works on. Raises FormClosed once it has been sent."""
    application = get_application(open_application_id() or 0, for_change=for_change)
    if application.status not in EDITABLE_STATUSES:
        raise FormClosed
    return application


def render_form(template: str, application: Application, **shown: Any) -> str:
    """A screen of the form within its frame."""
    return render_template(
        f"apply/{template}.html", application=application, pages=PAGES, sections=SECTIONS, journey=JOURNEY,
        stage=STAGES[application.status], kept_until=after("draft_kept", on_day(application.changed_at)), here=here(),
        attested_within=clock("attestation_age", today()).amount, **shown,
    )  # fmt: skip


def here() -> str:
    """The address of this page for its form: without the place on it that an error's link led to."""
    return request.full_path.rstrip("?")


def states_of(application: Application) -> dict[str, PageState]:
    """How far each page of the form is, in order; of a form sent back, which are to be corrected and which stay."""
    open_now, left = find_open_pages(application), {question.page for question in list_left(application)}
    states = page_states(provider_type(application.provider_type), application.form.answers, today())
    return {code: _state(code, state, open_now, left) for code, state in states.items()}


def _state(code: str, state: PageState, open_now: Collection[str], left: Collection[str]) -> PageState:
    if state is PageState.DONE and code in left:
        return PageState.TO_CORRECT
    return state if code in open_now or state is PageState.BLOCKED else PageState.STAYS


def is_complete(states: dict[str, PageState]) -> bool:
    """Is no page left to do?"""
    return all(state in FINISHED for state in states.values())


def address_after(page: Page, application: Application) -> str:
    """Where Save and continue leads: back to the check, else the next page of the section, else the list of parts."""
    if request.args.get("back") == TO_CHECK:
        return url_for("apply.check")
    states = states_of(application)
    order = list(PAGES)
    following = [code for code in states if order.index(code) > order.index(page.code)]
    same = [code for code in following if PAGES[code].section == page.section]
    if same and states[same[0]] not in CLOSED:
        return url_for("apply.page", page=same[0])
    return url_for("apply.task_list")


def address_before(page: Page, application: Application) -> str:
    """Where Back leads: to the check, else the page before in the section, else the list of parts."""
    if request.args.get("back") == TO_CHECK:
        return url_for("apply.check")
    order = list(PAGES)
    earlier = [
        code
        for code, state in states_of(application).items()
        if order.index(code) < order.index(page.code)
        and PAGES[code].section == page.section
        and state not in CLOSED
    ]
    return url_for("apply.page", page=earlier[-1]) if earlier else url_for("apply.task_list")


def address_after_entry(page: Page) -> str:
    """Where a saved entry leads: to the check it was opened from, else the list of its group."""
    back = request.args.get("back")
    if back == TO_CHECK:
        return url_for("apply.check")
    return url_for("apply.page", page=page.code, back=TO_CHECK if back == TO_LIST_AND_CHECK else None)
