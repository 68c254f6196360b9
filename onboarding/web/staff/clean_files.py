"""Clean files: what the medical director signs alone, the evidence of each a key press away, one or many at a time."""

from dataclasses import dataclass
from itertools import islice

from flask import render_template, request, url_for

from onboarding.clock import today
from onboarding.errors import BadInput, OnboardingError
from onboarding.extensions import committed
from onboarding.letters.packet import PacketEvidence
from onboarding.models import Application
from onboarding.policy.clean_file import TABLE
from onboarding.policy.file import Request
from onboarding.policy.people import Actor
from onboarding.policy.queue import CLEAN_FILE
from onboarding.policy.vocabulary import Action, Capability, Status
from onboarding.policy.workflow import find_step, reasons_against
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.queries.next_things import find_next_things
from onboarding.queries.queue import list_all_rows
from onboarding.queries.queue_filter import QueueFilter
from onboarding.services.decisions import approve_clean_file
from onboarding.services.papers import evidence_lines
from onboarding.services.signing import record_signing
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.committee import trouble_of
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.step_up import asks_password, confirm_person
from onboarding.web.staff.typed import number

# Shown at once: files to sign, and others with what stands in the way; and among how many ready files they are looked for.
MOST_SHOWN, MOST_OTHERS, MOST_LOOKED_AT, PAGE = 100, 20, 20_000, 200
_READY = QueueFilter(status=Status.READY)


@dataclass(frozen=True)
class Candidate:
    """One file that is ready: what stands in the way of signing it alone, and its evidence."""

    application: Application
    reasons: tuple[str, ...]
    evidence: list[PacketEvidence]

    @property
    def key(self) -> str:
        """The file as it was looked at."""
        return f"{self.application.id}:{self.application.version}"

    @property
    def good_until(self) -> PacketEvidence | None:
        """The evidence that goes stale first."""
        dated = [line for line in self.evidence if line.good_until]
        return min(dated, key=lambda line: line.good_until or today(), default=None)


@dataclass(frozen=True)
class Signed:
    """What came of one file of a signing: the reasons where it was refused."""

    application_id: int
    name: str
    reasons: tuple[str, ...] = ()


@bp.get("/clean-files")
@staff_who(Capability.SIGN_CLEAN_FILES)
def clean_files() -> str:
    """The files the medical director can sign today, and those that have to go to the committee."""
    return _show()


@bp.post("/clean-files")
@staff_who(Capability.SIGN_CLEAN_FILES)
def sign_clean_files() -> Answer:
    """Sign the chosen files, each in its own transaction: a refusal of one says why, and the others stand."""
    picked = request.form.getlist("file")
    if not picked:
        return _show(
            trouble_of("sign", BadInput("Choose at least one file.", {"file": "Choose at least one file."}))
        ), 422
    try:
        how = confirm_person()
    except BadInput as error:
        return _show(trouble_of("sign", error)), error.status_code
    actor = current_actor()
    return _show(done=[sign_one(key, actor, how) for key in dict.fromkeys(picked[:MOST_SHOWN])]), 200


def sign_one(key: str, actor: Actor, how: str) -> Signed:
    """Sign one file as it was looked at, in a transaction of its own; a refusal is told, never raised."""
    which, _, seen = key.partition(":")
    application_id, version = number(which), number(seen)
    if application_id is None or version is None:
        return Signed(0, "A file that was not on the list", ("Choose files from the list.",))
    name = f"Application {application_id}"
    try:
        with committed():
            application = get_application(application_id, for_change=True)
            name = application.name
            approve_clean_file(application, actor, expected_version=version)
            record_signing(actor, "clean file approved", how, application)
    except OnboardingError as error:
        return Signed(application_id, name, tuple(getattr(error, "reasons", ())) or (error.message,))
    return Signed(application_id, name)


def candidates(actor: Actor) -> list[Candidate]:
    """The files that are ready, soonest due first: all that the queue calls clean, and the first of the others, at most so
    many of each. Every one of them is read afresh by the rules of the signature."""
    step = find_step(Status.READY, Action.APPROVE_CLEAN_FILE)
    assert step is not None, "the workflow table has this row"
    asked = Request(Action.APPROVE_CLEAN_FILE, actor.roles, actor.id, decided_on=today())
    found = []
    for application_id in _ready_ids():
        application = get_application(application_id)
        file = get_credentialing_file(application)
        if actor.id not in file.concerned:
            reasons = reasons_against(step, file, asked)
            found.append(
                Candidate(application, reasons, [] if reasons else evidence_lines(application, file))
            )
    return found


def _ready_ids() -> list[int]:
    clean: list[int] = []
    others: list[int] = []
    rows = islice(list_all_rows(_READY, 0, PAGE), MOST_LOOKED_AT)
    while len(clean) < MOST_SHOWN and (page := list(islice(rows, PAGE))):
        next_things = find_next_things(page)
        for row in page:
            thing = next_things.get(row.id)
            (clean if thing and thing.says == CLEAN_FILE else others).append(row.id)
    return [*clean[:MOST_SHOWN], *others[:MOST_OTHERS]]


def _show(trouble: Trouble | None = None, done: list[Signed] | None = None) -> str:
    found = candidates(current_actor())
    return render_template(
        "staff/clean_files.html",
        trouble=trouble,
        done=done or [],
        clean=[one for one in found if not one.reasons],
        others=[one for one in found if one.reasons],
        most=MOST_SHOWN,
        full=sum(not one.reasons for one in found) >= MOST_SHOWN,
        all_ready=url_for("staff.queue", status=Status.READY.value),
        most_others=MOST_OTHERS,
        rules=TABLE,
        asks_password=asks_password(),
        today=today(),
        picked=trouble.typed.getlist("file") if trouble else [],  # type: ignore[attr-defined]
    )
