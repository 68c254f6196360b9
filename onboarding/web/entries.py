"""One entry of the contract form on its own page: a job, a school, an owner; added, changed, removed."""

from typing import Any

from flask import Blueprint, redirect
from flask import request as asked_for
from werkzeug.wrappers import Response

from onboarding.clock import today
from onboarding.errors import BadInput, NotFound
from onboarding.extensions import committed
from onboarding.models import Application
from onboarding.policy.form_pages import PAGES, Page
from onboarding.policy.groups import Group
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Opening
from onboarding.services.entries import remove_entry, save_entry
from onboarding.web.access import applicant_who
from onboarding.web.form_room import (
    FormClosed,
    PageStays,
    address_after_entry,
    must_be_open,
    open_form,
    render_form,
    show_list,
    show_status,
)
from onboarding.web.forms.contract import entry_page, entry_told, judge_entry

bp = Blueprint("entries", __name__, url_prefix="/apply")
bp.register_error_handler(FormClosed, show_status)
bp.register_error_handler(PageStays, show_list)
NEW = "new"

Answer = Response | str | tuple[str, int]


@bp.route("/<page>/<entry_id>", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def entry(page: str, entry_id: str) -> Answer:
    """Fill in or change one entry; it is kept once nothing in it is wrong."""
    application = open_form()
    shown_page, group = _group(page, application)
    saved = _entry(application, group, entry_id)
    form = entry_page(group, saved)
    reasons: list[str] = []
    if asked_for.method == "POST":
        good = form.take(saved, judge_entry(group, application.form.answers))
        if not form.errors:
            try:
                with committed():
                    save_entry(open_form(for_change=True), group, good, saved.get("id", ""))
                return redirect(address_after_entry(shown_page), 303)
            except BadInput as refused:
                reasons = [refused.message]
    shown = render_form(
        "entry", application, form=form, reasons=reasons, page=shown_page, group=group, before=address_after_entry(shown_page),
        title=group.title(saved) if group.found else "", is_new=entry_id == NEW,
    )  # fmt: skip
    return (shown, 422) if form.errors or reasons else shown


@bp.route("/<page>/<entry_id>/remove", methods=["GET", "POST"])
@applicant_who(Opening.CHANGE_FORM)
def remove(page: str, entry_id: str) -> Answer:
    """Ask once, then take the entry off the form."""
    application = open_form()
    shown_page, group = _group(page, application)
    if group.found:
        raise NotFound("There is no such page.")
    if asked_for.method == "POST":
        with committed():
            remove_entry(open_form(for_change=True), group, entry_id)
        return redirect(address_after_entry(shown_page), 303)
    saved = _entry(application, group, entry_id)
    return render_form(
        "remove", application, page=shown_page, group=group, title=group.title(saved),
        told=entry_told(group, saved), before=address_after_entry(shown_page),
    )  # fmt: skip


def _group(code: str, application: Application) -> tuple[Page, Group]:
    page = PAGES.get(code)
    if page is None or page.group is None or not page.put_to(provider_type(application.provider_type)):
        raise NotFound("There is no such page.")
    must_be_open(application, page.group.code)
    return page, page.group


def _entry(application: Application, group: Group, entry_id: str) -> dict[str, Any]:
    if entry_id == NEW and not group.found:
        return {}
    for found in group.entries(application.form.answers, today()):
        if found["id"] == entry_id:
            return found
    raise NotFound("This entry is not on the form any more.")
