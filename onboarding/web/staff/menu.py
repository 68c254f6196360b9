"""TABLE: the rooms in the desk's menu: word, where it leads, the pages that belong to it, who sees it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from flask_security import current_user

from onboarding.policy.access import may
from onboarding.policy.vocabulary import Capability
from onboarding.web.staff.room import bp


@dataclass(frozen=True)
class Room:
    """One entry. Pages are endpoints of the staff blueprint; capability None: everybody at the desk."""

    word: str
    leads_to: str
    pages: tuple[str, ...] = ()
    capability: Capability | None = None


# A page that no row names belongs to the queue.
TABLE: tuple[Room, ...] = (
    Room("Today", "today", ("expiring",), Capability.SEE_QUEUE),
    Room("Queue", "queue", capability=Capability.SEE_QUEUE),
    Room("Clean files", "clean_files", ("sign_clean_files",), Capability.SIGN_CLEAN_FILES),
    Room(
        "Committee",
        "committee",
        (
            "meeting",
            "add_member",
            "end_member",
            "plan",
            "sign_own_statement",
            "attendance",
            "votes",
            "record_recusal",
            "decision",
            "move",
            "close",
            "ask_for_packet",
            "open_paper",
            "open_minutes",
            "draft",
            "edit",
            "attest",
        ),
        Capability.SEE_COMMITTEE,
    ),
    Room("Counts", "counts", ("held_letters", "settle_held")),
    Room("Jobs", "jobs", ("ask_for_job",), Capability.SEE_JOBS),
    Room("Reports", "reports", capability=Capability.SEE_REPORTS),
    Room("Renewals", "recredentialing", capability=Capability.SEE_QUEUE),
    Room("After decisions", "after_decisions", (), Capability.SEE_FILE),
    Room("Findings", "findings", (), Capability.SEE_FINDINGS),
    Room("Invitations", "invitations", ("invite", "close_invitation"), Capability.FOLLOW_INVITATIONS),
    Room("Audit", "samples", ("sample", "sampled_file", "draw", "integrity"), Capability.SEE_SAMPLE),
)


@dataclass(frozen=True)
class MenuEntry:
    """A row as it stands in the menu; `current` is the value of aria-current, or empty."""

    word: str
    endpoint: str
    current: str


@bp.app_template_global("desk_menu")
def desk_menu() -> Iterator[MenuEntry]:
    """The menu of whoever is signed in."""
    page = (request.endpoint or "").removeprefix("staff.")
    at_the_desk = (request.endpoint or "").startswith("staff.")
    named = {name for room in TABLE for name in (room.leads_to, *room.pages)}
    for room in TABLE:
        if room.capability is not None and not may(current_user.role_set, room.capability):
            continue
        within = page in room.pages or (room.leads_to == "queue" and page not in named)
        current = "page" if page == room.leads_to else "true" if within else ""
        yield MenuEntry(room.word, f"staff.{room.leads_to}", current if at_the_desk else "")
