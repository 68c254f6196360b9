"""The contract form and NPPES: what fills it in, what is refused, and the pre-check before it is sent.

A suggestion is shown in an empty field, marked, and is an answer only once the applicant has saved the page: nothing is
kept in between, and what was typed is never overwritten.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from flask import flash, url_for

from onboarding.models import Application
from onboarding.policy.contract_form import answer_codes, fields_for
from onboarding.policy.documents import requirements
from onboarding.policy.fields import typed
from onboarding.policy.form_pages import pages_for
from onboarding.policy.group_answers import taken_from_group
from onboarding.policy.nppes import npi_refusal, suggestions
from onboarding.policy.precheck import Case, Finding, Result, pre_check
from onboarding.policy.provider_types import ProviderTypeRow, provider_type
from onboarding.policy.workflow import DRAFT_STATUSES
from onboarding.queries.corrections import find_open_codes
from onboarding.queries.files import get_credentialing_file
from onboarding.queries.papers import papers_of
from onboarding.queries.registry import NOTHING, NUCC, find_known, find_registry_file, is_taxonomy_listed
from onboarding.queries.rosters import find_group
from onboarding.web.forms.contract import QuestionForm
from onboarding.web.nppes import learn

FROM_GROUP = "From your group: please check"
_LISTED = "We compare it with the NUCC list of codes."
_NO_LIST = "We check how it is written; we have no NUCC list to compare it with."


def find_refused(application: Application, good: Mapping[str, Any]) -> dict[str, str]:
    """What the registries speak against: an NPI out of service or of the other kind, a taxonomy code that is on no list."""
    found = {}
    subject = provider_type(application.provider_type).subject
    if good.get("npi"):
        known = learn(good["npi"])
        if says := npi_refusal(known.outcome, known.facts, subject):
            found["npi"] = says
    if good.get("taxonomy") and is_taxonomy_listed(good["taxonomy"]) is False:
        found["taxonomy"] = (
            "This code is not on the NUCC list. Check it against your NPPES record, or leave it empty."
        )
    return found


def learn_npi(application: Application) -> None:
    """Before a form is sent: ask NPPES about an NPI of which nothing is known, as of one that came with a roster."""
    if npi := application.form.answers.get("npi"):
        learn(str(npi))


def fill(
    form: QuestionForm, application: Application, good: Mapping[str, Any], refused: Mapping[str, str]
) -> Collection[str]:
    """On the page that brings a new NPI: the fields left empty that NPPES can fill in, now shown filled in.

    They are not saved with this page: it is shown again, so that they can be checked.
    """
    npi = good.get("npi")
    if not npi or "npi" in refused or npi == application.form.answers.get("npi"):
        return ()
    filled = _put(form, _suggestions(npi, provider_type(application.provider_type)))
    for code in filled:
        form[code].errors = ()
    if filled:
        flash("We filled in what NPPES has for this NPI. Please check it, then continue.", "info")
    return filled


def suggest(form: QuestionForm, application: Application) -> None:
    """Put what NPPES has into the fields never answered, marked; mark what the group has answered; say how the taxonomy
    code is checked."""
    answers = application.form.answers
    if answers.get("npi"):
        found = _suggestions(answers["npi"], provider_type(application.provider_type))
        _put(form, {code: text for code, text in found.items() if code not in answers})
    for code in _from_group(application).intersection(field.code for field in form.asked):
        form[code].from_group = True
    if "npi" in form and not form.npi.errors and (says := _refusal(application)):
        form.npi.description = f"To correct: {says} {form.npi.description}"
    if "taxonomy" in form:
        form.taxonomy.description += f" {_LISTED if find_registry_file(NUCC) else _NO_LIST}"


def pages_from_group(application: Application) -> dict[str, str]:
    """By page, that the group has filled something in there, which is to be checked."""
    found = _from_group(application)
    pages = {
        field.page for field in fields_for(provider_type(application.provider_type)) if field.code in found
    }
    return dict.fromkeys(pages, FROM_GROUP)


def _from_group(application: Application) -> frozenset[str]:
    """The answers of a draft that a roster made which are still its group's."""
    group = find_group(application.id) if application.status in DRAFT_STATUSES else None
    return taken_from_group(group.form.answers, application.form.answers) if group else frozenset()


def _refusal(application: Application) -> str | None:
    """What is known now against the NPI that was saved."""
    npi = application.form.answers.get("npi")
    known = find_known(str(npi)) if npi else NOTHING
    return npi_refusal(known.outcome, known.facts, application.subject)


def _suggestions(npi: str, row: ProviderTypeRow) -> dict[str, str]:
    facts = find_known(npi).facts
    return suggestions(facts, row) if facts else {}


def _put(form: QuestionForm, found: Mapping[str, str]) -> list[str]:
    fields = {field.code: field for field in form.asked}
    put = [code for code in fields if found.get(code) and not form[code].data]
    for code in put:
        form[code].data = typed(fields[code], found[code])
        form[code].from_nppes = True
    return put


def look_over(application: Application) -> tuple[Result, ...]:
    """The pre-check of a form as it stands now."""
    row, answers = provider_type(application.provider_type), application.form.answers
    asked = answer_codes(row)
    known = find_known(answers["npi"]) if answers.get("npi") else NOTHING
    file = replace(
        get_credentialing_file(application),
        prescribes=answers.get("prescribes") == "yes",
        tests_on_site=answers.get("tests_on_site") == "yes",
        independent=answers.get("independent") == "yes",
    )
    found = requirements(file)
    return pre_check(
        Case(
            row,
            {code: answer for code, answer in answers.items() if code in asked},
            known.outcome,
            known.facts,
            found,
            is_taxonomy_listed(str(answers.get("taxonomy") or "")),
            papers_of(found),
        )
    )


def link(application: Application, finding: Finding) -> tuple[str, str]:
    """Where the field or the entries of a finding are changed, and what they are called; empty for none, and for what
    stays as it is."""
    row, opened = provider_type(application.provider_type), find_open_codes(application)
    for field in fields_for(row):
        if field.code == finding.field and field.code in opened:
            return url_for("apply.page", page=field.page, back="check") + f"#{field.code}", field.label
    for page in pages_for(row):
        if page.group and page.group.code == finding.field and page.group.code in opened:
            return url_for("apply.page", page=page.code, back="check"), page.title
    return "", ""
