"""A meeting of the committee for a calendar: date, time, place; no name of a provider (iCalendar, RFC 5545; iTIP, RFC 5546)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icalendar import Calendar, Event, vCalAddress

from onboarding.clock import ZONE
from onboarding.policy.days import say
from onboarding.policy.plan import PLAN

HOURS = 2  # how long an invitation keeps the calendar free
PUBLISH = "publish"  # a file to download: it is addressed to nobody


@dataclass(frozen=True)
class Invitation:
    """What a calendar may know. `method` of iTIP; `page_url` is where packet and agenda are; `organizer` and `attendee`
    are addresses, of a mail only."""

    uid: str
    sequence: int
    method: str
    canceled: bool
    held_on: date
    starts_at: str
    place: str
    page_url: str
    public_url: str
    name: str = ""
    attendee: str = ""
    organizer: str = ""

    @property
    def title(self) -> str:
        """What it is called in a mailbox."""
        what = f"Credentialing Committee on {say(self.held_on)}"
        if self.canceled:
            return f"Canceled: {what}"
        return f"Changed: {what}" if self.sequence else what


def calendar_file(invitation: Invitation, stamped_at: datetime) -> bytes:
    """The invitation as a calendar reads it: the same UID for ever, and of two entries the higher SEQUENCE counts."""
    starts = datetime.combine(invitation.held_on, time.fromisoformat(invitation.starts_at), ZONE)
    entry = Event()
    entry.add("uid", invitation.uid)
    entry.add("sequence", invitation.sequence)
    entry.add("dtstamp", stamped_at)
    entry.add("dtstart", starts)
    entry.add("dtend", starts + timedelta(hours=HOURS))
    entry.add("summary", f"Credentialing Committee, {PLAN.name}")
    entry.add("location", invitation.place)
    entry.add("status", "CANCELLED" if invitation.canceled else "CONFIRMED")
    entry.add("description", f"Packet and agenda: {invitation.page_url}")
    if invitation.attendee:
        entry.add("organizer", _person(invitation.organizer, f"{PLAN.name} {PLAN.department}"))
        entry.add("attendee", _person(invitation.attendee, invitation.name))
    calendar = Calendar()
    calendar.add("prodid", f"-//{PLAN.name}//Credentialing//EN")
    calendar.add("version", "2.0")
    calendar.add("method", invitation.method.upper())
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _person(address: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = name
    return found
