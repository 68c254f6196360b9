"""The committee page: members and their statements, meetings to come and held, own ties."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for

from onboarding.clock import ZONE, now, today
from onboarding.errors import BadInput, Conflict, NotFound, NotReady
from onboarding.extensions import committed, db
from onboarding.models import CommitteeMember
from onboarding.policy.access import may
from onboarding.policy.committee import QUORUM, STATEMENT
from onboarding.policy.deadlines import clock
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Capability, QuorumRule
from onboarding.queries.committee import (
    list_meetings,
    list_terms,
    list_ties,
    list_without_term,
    statement_until,
)
from onboarding.queries.review import find_staff
from onboarding.services.committee import SEATED_ROLES, end_term, seat_member, sign_statement
from onboarding.services.meetings import plan_meeting
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import chosen, day, number, text


def do_once(form: str, do: Callable[[Actor], str], show: Callable[[Trouble], str], back: str) -> Answer:
    """Do one thing in its own transaction and go back to the page, saying what was done. A refusal shows the page again
    with the reasons and what was typed into this form."""
    actor = current_actor()
    try:
        with committed():
            says = do(actor)
    except (BadInput, NotReady, Conflict) as error:
        return show(trouble_of(form, error)), error.status_code
    flash(says, "success")
    return redirect(back, 303)


def trouble_of(form: str, error: BadInput | NotReady | Conflict) -> Trouble:
    """A refusal as the pages show it."""
    reasons = tuple(getattr(error, "reasons", ())) or (error.message,)
    return Trouble(form, reasons, getattr(error, "fields", {}), request.form)


@bp.get("/committee")
@staff_who(Capability.SEE_COMMITTEE)
def committee() -> str:
    """Who sits in the committee, and its meetings."""
    return _show()


@bp.post("/committee/members")
@staff_who(Capability.MANAGE_COMMITTEE)
def add_member() -> Answer:
    """Begin a term."""

    def do(actor: Actor) -> str:
        term = seat_member(
            find_staff(number(request.form.get("staff", ""))), actor, specialty=text("specialty"),
            chair=request.form.get("chair") == "yes", term_from=day("term_from"), term_to=day("term_to"),
        )  # fmt: skip
        return f"{term.staff.name} sits in the committee."

    return _write("member", do)


@bp.post("/committee/members/<int:member_id>/end")
@staff_who(Capability.MANAGE_COMMITTEE)
def end_member(member_id: int) -> Answer:
    """End a term."""

    def do(actor: Actor) -> str:
        term = db.session.get(CommitteeMember, member_id)
        if term is None:
            raise NotFound("There is no such term.")
        end_term(term, actor, day("term_to"))
        return f"The term of {term.staff.name} ends."

    return _write(f"term:{member_id}", do)


@bp.post("/committee/statement")
@staff_who(Capability.SIGN_STATEMENT)
def sign_own_statement() -> Answer:
    """Sign the non-discrimination statement of this year, for oneself only."""

    def do(actor: Actor) -> str:
        if request.form.get("agreed") != "yes":
            says = "Check the box to sign the statement."
            raise BadInput(says, {"agreed": says})
        sign_statement(actor)
        return "Signed. Thank you: you can vote."

    return _write("statement", do)


@bp.post("/committee/meetings")
@staff_who(Capability.MANAGE_COMMITTEE)
def plan() -> Answer:
    """Plan a meeting."""

    def do(actor: Actor) -> str:
        rule = chosen(QuorumRule, "quorum_rule", "Choose the quorum.")
        meeting = plan_meeting(
            actor, held_on=day("held_on"), starts_at=text("starts_at"), place=text("place"), quorum_rule=rule
        )
        past = meeting.held_on == today() and meeting.starts_at < f"{now().astimezone(ZONE):%H:%M}"
        late = " Its time, today, has passed already." if past else ""
        return f"Meeting planned.{late} Files can be placed on its agenda."

    return _write("meeting", do)


def _write(form: str, do: Callable[[Actor], str]) -> Answer:
    return do_once(form, do, _show, url_for("staff.committee", _anchor=form.split(":")[0]))


def _show(trouble: Trouble | None = None) -> str:
    actor, terms = current_actor(), list_terms()
    until = statement_until([term.staff_id for term in terms], today())
    mine = next((term for term in terms if term.staff_id == actor.id), None)
    return render_template(
        "staff/committee.html",
        trouble=trouble,
        today=today(),
        may={capability.value: may(actor.roles, capability) for capability in Capability},
        terms=terms,
        until=until,
        mine=mine,
        my_statement=until.get(actor.id or 0),
        statement=STATEMENT,
        months=clock("nondiscrimination_statement", today()).amount,
        candidates=[
            (str(staff.id), staff.name) for staff in list_without_term() if staff.role_set & SEATED_ROLES
        ],
        quorum_rules=[(row.rule.value, row.label) for row in QUORUM],
        meetings=list_meetings(),
        calendar=PLAN,
        ties=list_ties(actor.id or 0),
    )
