"""Peer-review papers: opened by a form that asks why, because each opening is written down; never by a link."""

from flask import Response, render_template, request, url_for

from onboarding.errors import BadInput, Conflict, NotAllowed
from onboarding.extensions import committed
from onboarding.policy.committee import TIED_PAPER
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, PaperKind
from onboarding.queries.committee import (
    concerns_meeting,
    find_made_paper,
    find_minutes,
    get_meeting,
    may_attest,
)
from onboarding.services.minutes import attest_minutes, draft_minutes, edit_minutes, record_opening
from onboarding.services.papers import ask_for_paper
from onboarding.services.signing import record_signing
from onboarding.web.access import current_actor, staff_who
from onboarding.web.handing_out import hand_out
from onboarding.web.staff.committee import do_once, trouble_of
from onboarding.web.staff.meeting import show_meeting
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.step_up import asks_password, confirm_person
from onboarding.web.staff.typed import number, text


@bp.post("/committee/meetings/<int:meeting_id>/papers/<kind>")
@staff_who(Capability.SEE_PEER_REVIEW)
def open_paper(meeting_id: int, kind: str) -> Response | Answer:
    """Hand out the packet or the minutes on paper; the opening is written down first."""
    _must_concern_others(meeting_id)
    wanted = PaperKind.MINUTES if kind == PaperKind.MINUTES else PaperKind.PACKET
    meeting = get_meeting(meeting_id)
    name = f"committee-{wanted.value}-{meeting.held_on}.pdf"
    try:
        with committed():
            paper = find_made_paper(meeting_id, wanted)
            if paper is None:
                raise Conflict("There is no such paper yet.")
            record_opening(meeting, current_actor(), f"{wanted.value} on paper", text("reason"))
            key, sha256 = paper.storage_key, paper.sha256
    except (BadInput, Conflict) as error:
        return show_meeting(meeting_id, trouble_of(f"open-{wanted.value}", error)), error.status_code
    return hand_out(key, sha256, "application/pdf", name)


@bp.post("/committee/meetings/<int:meeting_id>/minutes")
@staff_who(Capability.SEE_PEER_REVIEW)
def open_minutes(meeting_id: int) -> Answer:
    """Show the minutes; the opening is written down first."""
    _must_concern_others(meeting_id)
    try:
        with committed():
            found = find_minutes(meeting_id)
            if found is None:
                raise Conflict("There are no minutes of this meeting yet.")
            record_opening(get_meeting(meeting_id), current_actor(), "minutes", text("reason"))
    except (BadInput, Conflict) as error:
        return show_meeting(meeting_id, trouble_of("open-text", error)), error.status_code
    return _show(meeting_id), 200


@bp.post("/committee/meetings/<int:meeting_id>/minutes/draft")
@staff_who(Capability.WRITE_MINUTES)
def draft(meeting_id: int) -> Answer:
    """Draft the minutes from the record."""

    def do(actor: Actor) -> str:
        shown = number(request.form.get("version", ""))
        draft_minutes(get_meeting(meeting_id, for_change=True), actor, shown)
        return "Minutes drafted from the record. Open them to read and edit."

    back = url_for("staff.meeting", meeting_id=meeting_id, _anchor="minutes")
    return do_once("draft", do, lambda trouble: show_meeting(meeting_id, trouble), back)


@bp.post("/committee/meetings/<int:meeting_id>/minutes/edit")
@staff_who(Capability.WRITE_MINUTES)
def edit(meeting_id: int) -> Answer:
    """Keep the coordinator's wording."""

    def do(actor: Actor) -> str:
        typed = request.form.get("text", "").replace("\r\n", "\n")
        edit_minutes(
            get_meeting(meeting_id, for_change=True), actor, typed, number(request.form.get("version", ""))
        )
        return "Minutes saved. The chair attests them."

    back = url_for("staff.meeting", meeting_id=meeting_id, _anchor="minutes")
    return do_once("edit", do, lambda trouble: _show_or_page(meeting_id, trouble), back)


@bp.post("/committee/meetings/<int:meeting_id>/minutes/attest")
@staff_who(Capability.ATTEST_MINUTES)
def attest(meeting_id: int) -> Answer:
    """The chair attests, after the password was asked again: the minutes are locked and go on paper."""
    try:
        how = confirm_person()
    except BadInput as error:
        return show_meeting(meeting_id, trouble_of("attest", error)), error.status_code

    def do(actor: Actor) -> str:
        meeting = get_meeting(meeting_id, for_change=True)
        attest_minutes(meeting, actor, number(request.form.get("version", "")))
        record_signing(actor, "minutes attested", how)
        ask_for_paper(meeting, PaperKind.MINUTES, actor)
        return "The minutes are attested and locked."

    back = url_for("staff.meeting", meeting_id=meeting_id, _anchor="minutes")
    return do_once("attest", do, lambda trouble: show_meeting(meeting_id, trouble), back)


def _must_concern_others(meeting_id: int) -> None:
    if concerns_meeting(current_actor().id, meeting_id):
        raise NotAllowed(TIED_PAPER)


def _show_or_page(meeting_id: int, trouble: Trouble) -> str:
    return _show(meeting_id, trouble) if find_minutes(meeting_id) else show_meeting(meeting_id, trouble)


def _show(meeting_id: int, trouble: Trouble | None = None) -> str:
    found = find_minutes(meeting_id)
    assert found is not None, "asked before"
    typed = trouble.typed.get("text", "") if trouble else found.text
    meeting = get_meeting(meeting_id)
    return render_template(
        "staff/minutes.html", meeting=meeting, minutes=found, trouble=trouble, text=typed,
        asks_password=asks_password(), attests=current_actor().id in may_attest(meeting),
        is_chair=current_actor().id == meeting.chair_id,
    )  # fmt: skip
