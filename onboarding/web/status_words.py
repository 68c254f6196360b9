"""What the status page says: the applicant's words for the stage, the papers, the authorization, the history."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter

from onboarding.errors import NotFound
from onboarding.policy.caqh import Standing
from onboarding.policy.days import say
from onboarding.policy.deadlines import after
from onboarding.policy.documents import Requirement, requirements
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.plan import PLAN
from onboarding.policy.rights import LEAVING_STATUSES
from onboarding.policy.stages import JOURNEY, STAGES, Stage
from onboarding.policy.vocabulary import Action, RequirementState, Role, Status
from onboarding.policy.workflow import (
    EDITABLE_STATUSES,
    NETWORK_STATUSES,
    UPLOAD_STATUSES,
    WORK_CLOCKS,
    reasons_against,
    statuses_with,
    steps_for,
)
from onboarding.queries.status import OpenNotice, StatusView, find_status_view
from onboarding.web.access import open_application_id
from onboarding.web.status_authorization import AuthorizationView, authorization_view, standing_of

_APPLICANT = frozenset({Role.APPLICANT})

# Where the onboarding list and the payment choice are open.
PORTAL_STATUSES = NETWORK_STATUSES

# How an applicant goes on after the journey ended.
HOW_TO_GO_ON: dict[Status, str] = {
    Status.DENIED: PLAN.appeal_note,
    Status.DISCONTINUED: f"Send us what was missing and call {PLAN.provider_services_phone}: we can reopen the "
    "application, so that you need not fill in the form again.",
    Status.WITHDRAWN: f"If you change your mind, call {PLAN.provider_services_phone} and we can reopen it.",
    Status.EXPIRED: "You are welcome to start a new application on the first page.",
    Status.TERMINATED: f"The letter says how to appeal. Questions? Call {PLAN.provider_services_phone}.",
}


# What the history says of the day on which a status was reached.
HISTORY: dict[Status, str] = {
    Status.DRAFT: "Form begun",
    Status.RECEIVED: "Form received",
    Status.RETURNED: "Form sent back to be corrected",
    Status.GATHERING: "Form accepted; gathering of documents began",
    Status.VERIFYING: "Check of credentials began",
    Status.READY: "Check of credentials finished",
    Status.IN_COMMITTEE: "Placed on the committee's agenda",
    Status.APPROVED: "Approved",
    Status.PARTICIPATING: "In the network",
    Status.APPEAL_IN_COMMITTEE: "Appeal placed on the committee's agenda",
    Status.DENIED: "Not approved",
    Status.DISCONTINUED: "Discontinued",
    Status.WITHDRAWN: "Withdrawn",
    Status.EXPIRED: "Draft removed",
    Status.TERMINATED: "Participation ended",
}


@dataclass(frozen=True)
class ToDo:
    """One thing the applicant has to do: by when, where there is a day, and the notice it answers. `mark` names it in a
    calendar, `tag` says why it has a day."""

    says: str
    by: date | None = None
    mark: str = ""
    tag: str = ""
    notice_id: int | None = None


@dataclass(frozen=True)
class RenewalView:
    """By when the provider is credentialed again, whether that day has passed, whether an application for it is there, and
    the one to open. Day and Application ID open with the code."""

    due_on: date | None
    overdue: bool
    begun: bool
    public_id: str
    sent: bool


@dataclass(frozen=True)
class StatusPage:
    """Everything the template asks. A day that has passed is no promise: then `until` is empty and `late` says so."""

    stage: Stage
    until: date | None
    late: str
    to_do: tuple[ToDo, ...]
    asked: tuple[Requirement, ...]
    not_asked: tuple[Requirement, ...]
    authorization: AuthorizationView | None
    history: tuple[tuple[date, str], ...]
    step_dates: tuple[str, ...]
    how_to_go_on: str
    may_edit: bool
    may_upload: bool
    may_withdraw: bool
    how_to_leave: str
    may_leave: bool
    has_portal: bool
    send_by: date | None
    renewal: RenewalView | None
    detail: bool = True

    @property
    def awaited(self) -> tuple[str, ...]:
        """What the applicant has to do, one sentence each."""
        return tuple(item.says for item in self.to_do)

    @property
    def has_dates(self) -> bool:
        """Is there a day to come, for a calendar?"""
        return self.until is not None or any(item.by for item in self.to_do)


def open_view() -> StatusView:
    """What is to tell of the application that is open in this browser. Raises NotFound."""
    view = find_status_view(open_application_id() or 0)
    if view is None:
        raise NotFound("There is no such application.")
    return view


def status_page(view: StatusView, *, detail: bool = True) -> StatusPage:
    """The words for one application today. Without `detail`: stage, what is awaited and until when, and each document by
    its name and state; no history, no reason, no date, nothing of what is in them."""
    page = _whole_page(view)
    if detail:
        return page
    return replace(
        page, asked=tuple([replace(item, document=None, versions=()) for item in page.asked]), not_asked=(),
        authorization=None, history=(), step_dates=(), may_withdraw=False, how_to_leave="", may_leave=False, detail=False,
        to_do=tuple([_in_short(item) for item in page.to_do]),
        renewal=page.renewal and replace(page.renewal, public_id="", due_on=None),
    )  # fmt: skip


def _in_short(item: ToDo) -> ToDo:
    """What a notice is about opens with the code."""
    if item.notice_id is None:
        return item
    by = f", by {say(item.by)}" if item.by else ""
    return replace(item, says=f"Answer a notice from us{by}: it opens with the code.", notice_id=None)


def _whole_page(view: StatusView) -> StatusPage:
    file = view.file
    status = file.status
    stage = STAGES[status]
    sent = view.application.received_on is not None and stage.step > 0
    everything = requirements(file) if sent else ()
    asked = tuple(item for item in everything if item.state is not RequirementState.NOT_APPLICABLE)
    may_upload = status in UPLOAD_STATUSES
    authorization = authorization_view(file) if sent and status in WORK_CLOCKS else None
    to_do = _to_do(view, asked if may_upload else (), authorization)
    may_withdraw, why_not = _withdrawal(file)
    is_late = view.until is not None and view.until < file.today
    return StatusPage(
        stage=stage,
        until=None if is_late else view.until,
        late=_late(view, to_do) if is_late else "",
        to_do=to_do,
        asked=asked,
        not_asked=tuple(item for item in everything if item.state is RequirementState.NOT_APPLICABLE),
        authorization=authorization,
        history=_history(view.history),
        step_dates=_step_dates(view),
        how_to_go_on=HOW_TO_GO_ON.get(status, ""),
        may_edit=status in EDITABLE_STATUSES,
        may_upload=may_upload,
        may_withdraw=may_withdraw,
        how_to_leave=why_not,
        may_leave=status in LEAVING_STATUSES,
        has_portal=status in PORTAL_STATUSES,
        send_by=_send_by(view) if to_do else None,
        renewal=_renewal(view) if status in PORTAL_STATUSES else None,
    )


def _history(moves: tuple[tuple[date, str], ...]) -> tuple[tuple[date, str], ...]:
    """Each day on which something else began; a step that leads nowhere new is no news."""
    stays = [tuple(same)[-1] for _, same in groupby(moves, itemgetter(1))]
    return tuple((day, HISTORY[Status(status)]) for day, status in stays)


def _withdrawal(file: CredentialingFile) -> tuple[bool, str]:
    """Would the workflow let the applicant withdraw, once there is a reason? And why not, where it has the step."""
    with_reason = Request(Action.WITHDRAW, _APPLICANT, reason="A reason is asked for.")
    for step in steps_for(file.status, _APPLICANT):
        if step.action is Action.WITHDRAW:
            reasons = reasons_against(step, file, with_reason)
            return not reasons, " ".join(reasons)
    return False, ""


def _step_dates(view: StatusView) -> tuple[str, ...]:
    """For each step of the journey the day it was reached, in the present turn; for the current one, since when and the
    promised day."""
    reached = {1: view.application.created_on}
    for day, status in reversed(view.history):
        step = STAGES[Status(status)].step
        if step and step != max(reached):
            reached = {earlier: on for earlier, on in reached.items() if earlier < step} | {step: day}
    current = STAGES[view.file.status].step
    told = {step: say(day) for step, day in reached.items() if step <= current}
    if current in told:
        told[current] = f"Since {told[current]}"
        if view.until and view.until >= view.file.today:
            told[current] += f", until {say(view.until)}"
    return tuple(told.get(step, "") for step in range(1, len(JOURNEY) + 1))


def _send_by(view: StatusView) -> date | None:
    """By when documents are to be sent while staff still read the form; later the page gives the date of the step."""
    received_on = view.application.received_on
    if view.file.status not in statuses_with(Action.ACCEPT) or received_on is None:
        return None
    send_by = after("work_gathering", received_on)
    return send_by if send_by >= view.file.today else None


def _late(view: StatusView, to_do: tuple[ToDo, ...]) -> str:
    """What is said where the day has passed: whose it was, and what now."""
    assert view.until is not None
    if view.asked or view.file.status in EDITABLE_STATUSES:
        return f"This was due {say(view.until)}. Please do it now."
    still = " What we still need from you stands below." if to_do else ""
    return f"This is late: it was due {say(view.until)}. We are on it.{still}"


def _renewal(view: StatusView) -> RenewalView | None:
    found = view.renewal
    if found is None:
        return None
    sent = found.status is not None and found.status not in EDITABLE_STATUSES
    overdue = found.due_on < view.file.today
    return RenewalView(found.due_on, overdue, bool(found.public_id), found.public_id, sent)


_SEND = {
    RequirementState.NEEDED: "Send: {label}.",
    RequirementState.REJECTED: "Send again: {label}. We could not accept the last one.",
    RequirementState.EXPIRED: "Send one that is in force: {label}. The last one has expired.",
}


def _to_do(
    view: StatusView, asked: tuple[Requirement, ...], authorization: AuthorizationView | None
) -> tuple[ToDo, ...]:
    """What the applicant has to do: what has a day of its own first."""
    found = (
        [_to_answer(notice, view.file.today) for notice in view.notices]
        if view.file.status in WORK_CLOCKS
        else []
    )
    if authorization and authorization.lapses_on:
        says = f"Attest again in CAQH, by {say(authorization.lapses_on)}: your attestation lapses after that day."
        found.append(ToDo(says, authorization.lapses_on, "caqh", "Runs out soon"))
    if view.file.status in EDITABLE_STATUSES:
        found.append(
            ToDo(
                "Correct your form and send it again."
                if view.application.return_reason
                else "Finish your form and send it."
            )
        )
    found += [ToDo(_SEND[item.state].format(label=item.row.label)) for item in asked if item.outstanding]
    ours = standing_of(view.file.authorization) is Standing.NEEDS_STAFF
    if asked and authorization and not authorization.confirmed and not ours:
        found.append(ToDo(authorization.says))
    return tuple(found)


def _to_answer(notice: OpenNotice, today: date) -> ToDo:
    if notice.respond_by < today:
        says = f"Answer our notice about {notice.about}: it was due {say(notice.respond_by)}."
        return ToDo(says, tag="Late", notice_id=notice.letter_id)
    says = f"Answer our notice about {notice.about}, by {say(notice.respond_by)}."
    return ToDo(says, notice.respond_by, f"notice-{notice.letter_id}", "Needs an answer", notice.letter_id)
