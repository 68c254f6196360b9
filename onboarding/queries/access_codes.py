"""Finding a mailed link by its keyed hash."""

from typing import Any

from sqlalchemy import Select, select

from onboarding.clock import now
from onboarding.extensions import db, vault
from onboarding.models import AccessCode
from onboarding.policy.vocabulary import CodePurpose


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


def is_link_open(link: str) -> bool:
    """Would this link open something? Nothing is used up."""
    return db.session.scalar(find_open_link(link)) is not None
