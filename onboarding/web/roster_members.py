"""The practitioners of a group as its page lists them: each with where it stands, sorted by stage and by who acts next."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from threading import Lock
from typing import Any

from flask import request, url_for

from onboarding.clock import today
from onboarding.models import Application
from onboarding.policy.provider_types import provider_type
from onboarding.policy.stages import JOURNEY, STAGES
from onboarding.policy.workflow import EDITABLE_STATUSES, UPLOAD_STATUSES
from onboarding.queries.rosters import Member, list_members
from onboarding.queries.status import list_status_views
from onboarding.web.roster_files import as_csv
from onboarding.web.status_words import StatusPage, status_page

PAGE = 25
ENDED, HERE_ALREADY = "ended", "here-already"
_STAGES = {str(step): f"Step {step}: {title}" for step, title in enumerate(JOURNEY, 1)}
STAGE_LABELS = {**_STAGES, ENDED: "Ended", HERE_ALREADY: "Was here already"}
_COLUMNS = (
    "Practitioner",
    "NPI",
    "Provider type",
    "Application ID",
    "Where it stands",
    "What is awaited from you",
)

# Whether something is awaited from the applicant, kept in the process: it rests on the file, whose version rises with each
# event on it, and on the day. While the scanner holds a document it is not kept: its answer is no event.
Key = tuple[str, int, date]
MOST_KEPT = 20_000
PART = 200  # members whose file is read in one statement
_kept: dict[Key, bool] = {}
_keeping = Lock()

Line = tuple[Member, StatusPage | None]


@dataclass(frozen=True)
class Members:
    """The practitioners found. `stages` and `awaits` count those that fit the text, whatever else is chosen."""

    found: tuple[Member, ...]
    stages: dict[str, int]
    awaits: int
    text: str = ""
    stage: str = ""
    awaiting: bool = False
    chosen: dict[str, Any] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.found) // PAGE))

    @property
    def page(self) -> int:
        return min(max(1, request.args.get("page", 1, int)), self.pages)

    def lines(self) -> list[Line]:
        """Those of the page that is open, each with where it stands; None where that is not the group's to see."""
        return _with_status(self.found[(self.page - 1) * PAGE : self.page * PAGE])

    def address(self, endpoint: str = "roster.practitioners", page: int | None = None) -> str:
        """This choice as an address."""
        return url_for(endpoint, **self.chosen, page=page)


def read_members(group: Application) -> Members:
    """The practitioners the address of this request asks for. A file that did not
    change is not read for it again."""
    text = " ".join(request.args.get("q", "").split())[:100]
    stage = request.args.get("stage", "")
    stage = stage if stage in STAGE_LABELS else ""
    awaiting = request.args.get("awaits") == "you"
    everyone = list_members(group, text)
    waiting = _awaiting(everyone)
    stages = [_stage_of(member) for member in everyone]
    return Members(
        tuple(
            member
            for member, at in zip(everyone, stages, strict=True)
            if stage in ("", at) and (not awaiting or member.application_id in waiting)
        ),
        {code: stages.count(code) for code in STAGE_LABELS if code in stages or code == stage},
        len(waiting), text, stage, awaiting,
        {name: value for name, value in (("q", text), ("stage", stage), ("awaits", "you" if awaiting else "")) if value},
    )  # fmt: skip


def members_csv(members: Members) -> bytes:
    """All that were found, on every page, as a file, read part after part."""
    parts = (map(_cells, _with_status(part)) for part in _in_parts(members.found))
    return as_csv(chain([_COLUMNS], chain.from_iterable(parts)))


def _in_parts(members: tuple[Member, ...]) -> Iterator[tuple[Member, ...]]:
    return (members[start : start + PART] for start in range(0, len(members), PART))


def _cells(line: Line) -> tuple[str, ...]:
    member, stands = line
    label = provider_type(member.provider_type).label
    if stands is None:
        return (member.name, member.npi, "", "", STAGE_LABELS[HERE_ALREADY], "")
    where = f"Step {stands.stage.step}: {stands.stage.title}" if stands.stage.step else stands.stage.title
    return (member.name, member.npi, label, member.public_id, where, " ".join(stands.awaited))


def _with_status(members: tuple[Member, ...]) -> list[Line]:
    views = list_status_views([member.application_id for member in members if member.made])
    return [
        (member, status_page(views[member.application_id]) if member.made else None) for member in members
    ]


def _stage_of(member: Member) -> str:
    if not member.made:
        return HERE_ALREADY
    return str(STAGES[member.status].step) if STAGES[member.status].step else ENDED


def _awaiting(members: list[Member]) -> set[int]:
    """The applications in which the applicant has something to do. A form not sent always has; documents are looked at."""
    own = [member for member in members if member.made]
    sent = tuple(member for member in own if member.status in UPLOAD_STATUSES)
    said = {member.application_id: _kept.get(_key(member)) for member in sent}
    for part in _in_parts(tuple(member for member in sent if said[member.application_id] is None)):
        views = list_status_views([member.application_id for member in part])
        for member in part:
            view = views[member.application_id]
            said[member.application_id] = awaits = bool(status_page(view).awaited)
            if not any(document.held for document in view.file.documents):
                _keep(_key(member), awaits)
    found = {application_id for application_id, awaits in said.items() if awaits}
    return found | {member.application_id for member in own if member.status in EDITABLE_STATUSES}


def _key(member: Member) -> Key:
    return member.public_id, member.version, today()


def _keep(key: Key, awaits: bool) -> None:
    with _keeping:
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = awaits
