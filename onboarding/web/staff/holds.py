"""Held letters: one list with why, released or dropped with a reason; and holding one letter on its file."""

from flask import flash, redirect, render_template, request, url_for

from onboarding.errors import BadInput, Conflict, NotReady
from onboarding.extensions import committed
from onboarding.letters.catalog import letter_row
from onboarding.models import Application
from onboarding.policy.access import may
from onboarding.policy.changes import SHORTEST_REASON
from onboarding.policy.letter_limits import CAUSE_LABELS, limit_of
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Capability, HoldCause, LetterKind
from onboarding.queries.holds import count_held, list_held, list_held_groups
from onboarding.queries.review import get_letter_of
from onboarding.queries.sender import find_pause
from onboarding.services.holds import drop_held, drop_letter, hold_letter, release_held, release_letter
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp, write
from onboarding.web.staff.typed import chosen, number, text

_ENDINGS = (("release", "Release: they leave with the next runs"), ("drop", "Drop: they never leave"))


@bp.get("/held-letters")
@staff_who(Capability.SEE_COUNTS)
def held_letters() -> str:
    """Every letter that waits for a person's release, by kind and cause; for readers of files the oldest one by one."""
    return _page()


@bp.post("/held-letters")
@staff_who(Capability.SETTLE_LETTER)
def settle_held() -> Answer:
    """Release or drop the oldest letters of one kind that are held for one cause."""
    actor, form = current_actor(), "held"
    try:
        kind, cause = chosen(LetterKind, "kind"), chosen(HoldCause, "cause")
        form = f"held:{kind.value}-{cause.value}"
        settled = _settle(kind, cause, actor)
    except (BadInput, Conflict, NotReady) as error:
        fields = getattr(error, "fields", {})
        reasons = tuple(getattr(error, "reasons", ())) or (error.message,)
        return _page(Trouble(form, reasons, fields, request.form)), error.status_code
    flash(settled, "success")
    return redirect(url_for("staff.held_letters"), 303)


def _settle(kind: LetterKind, cause: HoldCause, actor: Actor) -> str:
    reason, most = _reason(), number(text("most"))
    if not most:
        raise BadInput("Say how many letters.", {"most": "Give a number: the oldest go first."})
    outcome = _outcome()
    with committed():
        settle = release_held if outcome == "release" else drop_held
        count = settle(kind, cause, most, actor, reason)
    done = "released" if outcome == "release" else "dropped"
    return f"{count:,} {'letter' if count == 1 else 'letters'} {done}."


def _reason() -> str:
    reason = text("reason")
    if len(reason) < SHORTEST_REASON:
        raise BadInput("Give the reason.", {"reason": "Give the reason, in a few words."})
    return reason


def _outcome() -> str:
    outcome = request.form.get("outcome", "")
    if outcome not in ("release", "drop"):
        raise BadInput("Say what becomes of it.", {"outcome": "Choose one."})
    return outcome


@bp.post("/applications/<int:application_id>/letters/<int:letter_id>/hold")
@staff_who(Capability.SETTLE_LETTER)
def hold(application_id: int, letter_id: int) -> Answer:
    """Keep a letter that waits from leaving."""

    def do(application: Application, actor: Actor) -> str:
        hold_letter(get_letter_of(application_id, letter_id), actor, _reason())
        return "The letter is held. It leaves when somebody releases it."

    return write(application_id, f"letters:hold-{letter_id}", do)


@bp.post("/applications/<int:application_id>/letters/<int:letter_id>/held")
@staff_who(Capability.SETTLE_LETTER)
def end_hold(application_id: int, letter_id: int) -> Answer:
    """Release a held letter, or drop it."""

    def do(application: Application, actor: Actor) -> str:
        letter, outcome, reason = get_letter_of(application_id, letter_id), _outcome(), _reason()
        if outcome == "release":
            release_letter(letter, actor, reason)
            return "The letter is released and leaves with the next run."
        drop_letter(letter, actor, reason)
        return "The letter is dropped: it never leaves."

    return write(application_id, f"letters:held-{letter_id}", do)


def _page(trouble: Trouble | None = None) -> str:
    roles = current_actor().roles
    sees_files = may(roles, Capability.SEE_FILE)  # an administrator counts, and reads no name
    return render_template(
        "staff/held_letters.html",
        trouble=trouble,
        groups=[(group, letter_row(group.kind), limit_of(group.kind)) for group in list_held_groups()],
        endings=_ENDINGS,
        cause_labels=CAUSE_LABELS,
        letters=list_held() if sees_files else [],
        count=count_held(),
        title_of=lambda kind: letter_row(kind).title,
        pause=find_pause(),
        may_settle=may(roles, Capability.SETTLE_LETTER),
    )
