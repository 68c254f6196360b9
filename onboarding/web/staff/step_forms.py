"""The step buttons of the application page: drawn from the workflow table, each with its form and what holds it back."""

from dataclasses import dataclass

from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.people import Actor
from onboarding.policy.plan import PLAN
from onboarding.policy.vocabulary import Action
from onboarding.policy.workflow import ACTION_LABELS, STATUS_LABELS, Step, reasons_against, steps_for

# What a guard asks of the person comes from a field of the step's form.
_FIELDS: dict[str, str] = {
    "reason_given": "reason",
    "meeting_dated": "meeting_on",
    "meeting_held": "decided_on",
    "quorum_met": "attendance",
}
# Steps that close a file or send it back stand apart and look less inviting.
_ENDINGS = frozenset({Action.WITHDRAW, Action.DISCONTINUE, Action.DENY, Action.TERMINATE})
_BACKWARD = frozenset({Action.RETURN, Action.BACK_TO_GATHERING, Action.BACK_TO_VERIFYING, Action.PEND})
# Strangers who sit at the table while we look what else stands in the way.
_EMPTY_CHAIRS = frozenset(range(-PLAN.committee_quorum, 0))


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
    def asks_attendance(self) -> bool:
        return "attendance" in self.fields


def step_forms(file: CredentialingFile, actor: Actor) -> list[StepForm]:
    """The steps open to this person on this file, forward ones first."""
    found = [_form(step, file, actor) for step in steps_for(file.status, actor.roles)]
    return sorted(found, key=lambda form: ("forward", "backward", "ending").index(form.weight))


def step_to_open(forms: list[StepForm]) -> str:
    """The step whose form stands open: the first that leads forward with nothing in its way and nothing to type, or the
    only one that leads forward."""
    forward = [form for form in forms if form.weight == "forward" and not form.reasons]
    ready = [form for form in forward if not form.fields] or (forward if len(forward) == 1 else [])
    return ready[0].action if ready else ""


def _form(step: Step, file: CredentialingFile, actor: Actor) -> StepForm:
    fields = frozenset(_FIELDS[name] for name in step.only_if if name in _FIELDS)
    return StepForm(
        step,
        ACTION_LABELS[step.action],
        STATUS_LABELS[step.to_status],
        fields,
        reasons_against(step, file, _as_if_filled_in(step, file, actor, fields)),
        _weight(step.action),
    )


def _as_if_filled_in(step: Step, file: CredentialingFile, actor: Actor, fields: frozenset[str]) -> Request:
    """The request this person would make with the form well filled in: what is left over is not theirs to type."""
    return Request(
        step.action,
        actor.roles,
        actor.id,
        reason="given in the form",
        meeting_on=file.today,
        attendance=_EMPTY_CHAIRS,
        decided_on=(file.meeting_on or file.today) if "decided_on" in fields else None,
    )


def _weight(action: Action) -> str:
    if action in _ENDINGS:
        return "ending"
    return "backward" if action in _BACKWARD else "forward"
