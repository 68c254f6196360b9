"""Whether somebody wants the optional mails, and the link by which they are turned off.

The link is made, not kept: the number of the letter and its keyed hash of 128 bits, in letters, so that a mail shows it
as one link. It does nothing but turn these mails off, so it does not expire.
"""

import re
from hmac import compare_digest

from sqlalchemy import select

from onboarding.extensions import db, vault
from onboarding.models import Application, ContractForm, MailStop

_HASH = 32
_LINK = re.compile(rf"[a-p]{{{_HASH + 1},{_HASH + 16}}}")
_AS_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_AS_DIGITS = str.maketrans("abcdefghijklmnop", "0123456789abcdef")


def digest_of_address(address: str) -> str:
    """The keyed hash an e-mail address is known by, however it is capitalized."""
    return vault().digest(f"mail/{address.strip().lower()}")


def wants_mail(address: str) -> bool:
    """May an optional mail go to this address? Not where it was turned off, and not where there is no address."""
    return bool(address) and db.session.get(MailStop, digest_of_address(address)) is None


def is_mail_wanted(application_id: int) -> bool:
    """May an optional mail go to the contact of this application, whose form was sent?"""
    query = select(ContractForm.contact_email).join(Application, Application.form_id == ContractForm.id)
    return wants_mail(db.session.scalar(query.where(Application.id == application_id)) or "")


def stop_link(letter_id: int) -> str:
    """What the link in the mail of this letter ends with."""
    return f"{vault().digest(f'stop/{letter_id}')[:_HASH]}{letter_id:x}".translate(_AS_LETTERS)


def read_stop_link(link: str) -> int | None:
    """The letter whose link this is; None for anything else, without asking the database."""
    if not _LINK.fullmatch(link):
        return None
    letter_id = int(link[_HASH:].translate(_AS_DIGITS), 16)
    return letter_id if compare_digest(link, stop_link(letter_id)) else None
