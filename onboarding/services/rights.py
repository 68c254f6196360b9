"""Rights requests: logged with their last day, answered by a page at once or by a person, told by mail."""

from onboarding.clock import now, today
from onboarding.errors import BadInput, Conflict
from onboarding.extensions import db
from onboarding.models import Application, Letter, RightsRequest
from onboarding.policy.days import say
from onboarding.policy.fields import parse_day
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.rights import (
    LEAVING_STATUSES,
    answer_due,
    correctable,
    leaving_day_problem,
    rights_row,
)
from onboarding.policy.vocabulary import LetterKind, RightsKind, RightsState
from onboarding.queries.files import get_credentialing_file
from onboarding.queries.rights import is_asked_today, is_leaving_asked, list_open_notices
from onboarding.services.audit import holds_ssn, record_event, refuse_ssn
from onboarding.services.letters import write_letter

BY_PAGE = "Answered at once by the page."
LONGEST = 2000
LONGEST_ANSWER = 1500  # what a letter shows of one paragraph


def use_page(application: Application, kind: RightsKind, actor: Actor) -> None:
    """Log that a page answers this request at once; used again on the same day it is the same request."""
    if is_asked_today(application.id, kind):
        return
    request = _log(application, kind, actor)
    request.state, request.answer = RightsState.ANSWERED, BY_PAGE
    request.answered_at, request.answered_on = request.asked_at, request.asked_on


def ask_correction(
    application: Application, actor: Actor, *, about: str, wrong: str, right: str
) -> RightsRequest:
    """Log what the applicant says is wrong, and what is right instead. `about` is something that can be corrected, or
    the code of an open discrepancy notice: then this is the answer to it, and its receipt is recorded.

    Raises BadInput with what to fix at each field.
    """
    refused = _problems(application, wrong, right)
    notice = find_notice(application, about)
    if notice is None and about not in correctable(get_credentialing_file(application)):
        refused = {"about": "Choose what is to be corrected.", **refused}
    if refused:
        raise BadInput(" ".join(refused.values()), refused)
    request = _log(application, RightsKind.CORRECT, actor, about_notice(notice) if notice else about, notice)
    request.wrong, request.right = wrong.strip(), right.strip()
    return request


def ask_to_leave(application: Application, actor: Actor, *, wished: str, why: str) -> RightsRequest:
    """Log that a provider in the network asks to leave it, from which day and why; the director ends the participation.

    Raises Conflict where there is no participation to end or it was asked already, BadInput with what to fix at each field.
    """
    joined = application.participation
    if application.status not in LEAVING_STATUSES or joined is None or joined.cycle != application.cycle:
        raise Conflict(
            f"This application has no participation to end. Questions? {PLAN.provider_services_phone}."
        )
    if is_leaving_asked(application.id):
        raise Conflict("You asked to leave the network already. We are working on it.")
    day = parse_day(wished)
    found = {
        "wished": leaving_day_problem(day, today()),
        "reason": _typed_problem(application, why, "Say why you want to leave."),
    }
    refused = {code: says for code, says in found.items() if says}
    if refused or day is None:
        raise BadInput(" ".join(refused.values()), refused)
    request = _log(application, RightsKind.LEAVE, actor, f"on {say(day)}")
    request.wrong = why.strip()
    return request


def notice_code(notice: Letter) -> str:
    """How the form of a correction names a discrepancy notice."""
    return f"notice-{notice.id}"


def about_notice(notice: Letter) -> str:
    """What a notice is about, in words."""
    return f"{notice.facts['items'][0]['label']} (notice of {notice.written_on:%b} {notice.written_on.day})"


def find_notice(application: Application, code: str) -> Letter | None:
    """The open discrepancy notice of this code, or None."""
    return next((notice for notice in list_open_notices(application.id) if notice_code(notice) == code), None)


def answer_request(application: Application, request: RightsRequest, actor: Actor, answer: str) -> None:
    """Answer one request: kept, in the history, and on its way to the contact on file by mail.

    Raises Conflict when it has been answered, BadInput without an answer in words, for one too long or with an SSN.
    """
    if request.state is not RightsState.ASKED:
        raise Conflict("This request has been answered already.")
    answer = " ".join(answer.split())
    if not 5 <= len(answer) <= LONGEST_ANSWER:
        says = f"Write the answer, in at most {LONGEST_ANSWER:,} characters: what you found, and what was corrected."
        raise BadInput(says, {"answer": says})
    refuse_ssn(answer, "answer", application)
    request.state, request.answer = RightsState.ANSWERED, answer
    request.answered_at, request.answered_on, request.answered_by_id = now(), today(), actor.id
    record_event(
        actor=actor,
        application=application,
        action="answer_rights",
        what=f"{rights_row(request.kind).label} answered: {request.about}",
        why=request.answer,
        details={"request": request.id, "due_on": request.due_on.isoformat()},
    )
    write_letter(application, LetterKind.RIGHTS_ANSWER, facts={
        "asked_on": request.asked_on.isoformat(),
        "items": [{"label": request.about, "state": "answered", "how": ""}],
        "reasons": [answer],
    })  # fmt: skip


def _log(
    application: Application, kind: RightsKind, actor: Actor, about: str = "", notice: Letter | None = None
) -> RightsRequest:
    request = RightsRequest(
        application_id=application.id,
        letter_id=notice.id if notice else None,
        kind=kind,
        about=about,
        asked_by=actor.name[:120],
        asked_at=now(),
        asked_on=today(),
        due_on=answer_due(kind, today()),
    )
    db.session.add(request)
    db.session.flush()
    what = "Answer to the discrepancy notice received" if notice else f"{rights_row(kind).label} asked"
    record_event(
        actor=actor,
        application=application,
        action="use_right",
        what=f"{what}: {about}" if about else what,
        details={"request": request.id, "due_on": request.due_on.isoformat()},
    )
    return request


def _problems(application: Application, wrong: str, right: str) -> dict[str, str]:
    """What is missing or does not belong here, by field."""
    found = {}
    for code, typed, missing in (
        ("wrong", wrong, "Say what is wrong."),
        ("right", right, "Say what is right instead."),
    ):
        if says := _typed_problem(application, typed, missing):
            found[code] = says
    return found


def _typed_problem(application: Application, typed: str, missing: str) -> str | None:
    if len(typed.strip()) < 5:
        return missing
    if len(typed) > LONGEST:
        return f"At most {LONGEST:,} characters, please: this has {len(typed):,}."
    if holds_ssn(typed, application):
        return "This looks like a Social Security number. Please leave it out: we do not need it here."
    return None
