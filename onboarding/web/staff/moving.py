"""A planned meeting is moved or canceled, and its invitations are mailed again."""

from collections.abc import Callable

from flask import request, url_for

from onboarding.errors import BadInput
from onboarding.models import Meeting
from onboarding.policy.days import say
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability
from onboarding.queries.committee import get_meeting, list_items
from onboarding.queries.files import get_application
from onboarding.services.meetings import call_again, cancel_meeting, move_meeting
from onboarding.web.access import staff_who
from onboarding.web.staff.committee import do_once
from onboarding.web.staff.meeting import show_meeting
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import day, text

Do = Callable[[Meeting, Actor], str]


@bp.post("/committee/meetings/<int:meeting_id>/moved")
@staff_who(Capability.MANAGE_COMMITTEE)
def move_whole(meeting_id: int) -> Answer:
    """Move the meeting with its agenda to another date, time or place."""

    def do(found: Meeting, actor: Actor) -> str:
        move_meeting(
            found,
            actor,
            held_on=day("held_on"),
            starts_at=text("starts_at"),
            place=text("place"),
            reason=text("reason"),
        )
        return f"The meeting is on {say(found.held_on)}. Its members are told."

    return _write(meeting_id, "whole", do)


@bp.post("/committee/meetings/<int:meeting_id>/canceled")
@staff_who(Capability.MANAGE_COMMITTEE)
def cancel_whole(meeting_id: int) -> Answer:
    """Cancel the meeting; the files of its agenda wait for an agenda again."""

    def do(found: Meeting, actor: Actor) -> str:
        if request.form.get("sure") != "yes":
            says = "Check the box to cancel the meeting."
            raise BadInput(says, {"sure": says})
        files = cancel_meeting(found, actor, text("reason"))
        return f"The meeting is canceled. Its members are told. Files that wait for an agenda again: {files}."

    return _write(meeting_id, "cancel", do, agenda=True)


@bp.post("/committee/meetings/<int:meeting_id>/invitations")
@staff_who(Capability.MANAGE_COMMITTEE)
def invite_again(meeting_id: int) -> Answer:
    """Mail the invitation to those who do not have it."""
    return _write(
        meeting_id, "calls", lambda found, actor: f"Invitations on their way: {call_again(found, actor)}."
    )


def _write(meeting_id: int, form: str, do: Do, *, agenda: bool = False) -> Answer:
    """`agenda`: its applications are locked first, and then the meeting, as who places a file does."""

    def locked(actor: Actor) -> str:
        if agenda:
            for number in sorted(application.id for _, application, _ in list_items(meeting_id)):
                get_application(number, for_change=True)
        return do(get_meeting(meeting_id, for_change=True), actor)

    back = url_for("staff.meeting", meeting_id=meeting_id, _anchor="whole")
    return do_once(form, locked, lambda trouble: show_meeting(meeting_id, trouble), back)
