"""Finding a mailed link by its keyed hash."""

from typing import Any

from sqlalchemy import Select, select

from onboarding.clock import now
from onboarding.extensions import db, vault
from onboarding.models import AccessCode, OutboxMessage
from onboarding.policy.vocabulary import Channel, CodePurpose


def digest_of_link(link: str) -> str:
    """The keyed hash a link is kept by."""
    return vault().digest(f"link/{link}")


def find_open_link(link: str) -> Select[Any]:
    """The statement that finds this link while it opens something."""
    return select(AccessCode.id).where(
        AccessCode.digest == digest_of_link(link),
        AccessCode.purpose == CodePurpose.LINK,
        AccessCode.used_at.is_(None),
        AccessCode.expires_at > now(),
    )


def find_mailed_to(application_id: int) -> str:
    """The address to which the code or link went that was used last; empty where none was, or none left."""
    query = select(OutboxMessage.recipient).join(AccessCode, AccessCode.letter_id == OutboxMessage.letter_id)
    used = query.where(
        AccessCode.application_id == application_id,
        AccessCode.used_at.is_not(None),
        OutboxMessage.channel == Channel.MAIL,
    )
    return db.session.scalar(used.order_by(AccessCode.used_at.desc(), AccessCode.id.desc()).limit(1)) or ""


def is_link_open(link: str) -> bool:
    """Would this link open something? Nothing is used up."""
    return db.session.scalar(find_open_link(link)) is not None
