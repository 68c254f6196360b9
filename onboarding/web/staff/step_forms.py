"""The step buttons of the application page: drawn from the workflow table, each with its form and what holds it back."""

from dataclasses import dataclass

from onboarding.policy.committee import OutcomeRow, row_of_action
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.people import Actor
from onboarding.policy.vocabulary import Action
from onboarding.policy.workflow import ACTION_LABELS, STATUS_LABELS, Step, reasons_against, steps_for
from onboarding.queries.committee import Table

# What a guard asks of the person comes from a field of the step's form.
_FIELDS: dict[str, str] = {
    "reason_given": "reason",
    "letter_has_left": "reason",
    "meeting_dated": "meeting",
}
# Steps that close a file or send it back stand apart and look less inviting.
_ENDINGS = frozenset({Action.WITHDRAW, Action.DISCONTINUE, Action.DENY, Action.TERMINATE})
_BACKWARD = frozenset({
    Action.RETURN, Action.BACK_TO_GATHERING, Action.BACK_TO_VERIFYING, Action.PEND, Action.TAKE_OFF_AGENDA,
})  # fmt: skip
# What is signed asks for the password again (web/staff/step_up.py).
SIGNED = frozenset({Action.APPROVE_CLEAN_FILE, Action.APPROVE_PROVISIONALLY})


@dataclass(frozen=True)
class StepForm:
    """One button: its step, the fields it asks for, and the reasons that stand in the way whatever is typed."""

    step: Step
    label: str
    leads_to: str
    fields: frozenset[str]
    reasons: tuple[str, ...]
    weight: str

    @property
    def action(self) -> str:
        return self.step.action.value

    @property
    def signed(self) -> bool:
        return self.step.action in SIGNED

    @property
    def outcome(self) -> OutcomeRow | None:
        return row_of_action(self.step.action)


def step_forms(file: CredentialingFile, actor: Actor, table: Table) -> list[StepForm]:
    """The steps open to this person on this file, forward ones first; `table`: who is at the committee's table for it."""
    found = [_form(step, file, actor, table) for step in steps_for(file.status, actor.roles)]
    return sorted(found, key=lambda form: ("forward", "backward", "ending").index(form.weight))


def step_to_open(forms: list[StepForm]) -> str:
    """The step whose form stands open: the first that leads forward with nothing in its way and nothing to type, or the
    only one that leads forward."""
    forward = [form for form in forms if form.weight == "forward" and not form.reasons]
    ready = [form for form in forward if not form.fields] or (forward if len(forward) == 1 else [])
    return ready[0].action if ready else ""


def _form(step: Step, file: CredentialingFile, actor: Actor, table: Table) -> StepForm:
    fields = frozenset(_FIELDS[name] for name in step.only_if if name in _FIELDS)
    return StepForm(
        step,
        ACTION_LABELS[step.action],
        STATUS_LABELS[step.to_status],
        fields,
        reasons_against(step, file, _as_if_filled_in(step, file, actor, table)),
        _weight(step.action),
    )


def _as_if_filled_in(step: Step, file: CredentialingFile, actor: Actor, table: Table) -> Request:
    """The request this person would make with the form well filled in: what is left over is not theirs to type."""
    at_the_table = row_of_action(step.action) is not None
    return Request(
        step.action,
        actor.roles,
        actor.id,
        reason="given in the form",
        meeting_on=file.today,
        attendance=table.attendance if at_the_table else frozenset(),
        votes=table.votes,
        decided_on=file.meeting_on if at_the_table else None,
    )


def _weight(action: Action) -> str:
    if action in _ENDINGS:
        return "ending"
    return "backward" if action in _BACKWARD else "forward"
