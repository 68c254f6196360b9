"""Coming back to an application: a link and a code, mailed to the e-mail on file, good once.

The letter machinery keeps its promise (a row first, rendered once, bytes with their hash, handed over at most once)
and still keeps no secret: the text that is stored has a mark where link and code stand. They wait sealed beside their
hash until the mail leaves, are filled in as it is composed, and are wiped as soon as its hand-over is settled.
"""

import hmac
import secrets
from datetime import timedelta
from string import ascii_lowercase, digits

from sqlalchemy import select, update

from onboarding.clock import now
from onboarding.errors import Conflict
from onboarding.extensions import db, vault
from onboarding.letters.catalog import CODE_MARK, LINK_MARK
from onboarding.models import AccessCode, Application, Letter
from onboarding.policy.identifiers import digits_of
from onboarding.policy.people import applicant
from onboarding.policy.vocabulary import CodePurpose, LetterKind
from onboarding.queries.access_codes import digest_of_link, find_open_link
from onboarding.services.audit import record_event
from onboarding.services.letters import write_letter

LINK_LETTERS = 32  # of 26: 150 bits
CODE_DIGITS = 8
WRONG_CODES = 5
# A mail that could not leave is given up by the outbox long before.
_SECRET_KEPT = timedelta(days=1)


def ask_access(application: Application, minutes: int) -> bool:
    """Write the mail with a new link and a new code, good for so many minutes; what was asked before opens nothing any
    more. False, and nothing is done, where no e-mail address is on file."""
    if not application.form.email_on_file:
        return False
    _void(application.id)
    letter = write_letter(application, LetterKind.ACCESS_CODE, facts={"minutes": minutes})
    db.session.flush()
    link = "".join(secrets.choice(ascii_lowercase) for _ in range(LINK_LETTERS))
    code = "".join(secrets.choice(digits) for _ in range(CODE_DIGITS))
    for purpose, secret, digest in (
        (CodePurpose.LINK, link, digest_of_link(link)),
        (CodePurpose.CODE, code, _digest_of_code(application.id, code)),
    ):
        db.session.add(
            AccessCode(
                application_id=application.id, letter_id=letter.id, purpose=purpose, digest=digest, secret=secret,
                expires_at=now() + timedelta(minutes=minutes), tries_left=WRONG_CODES,
            )
        )  # fmt: skip
    _tell(application, "ask_access", "Link and code asked for; mailed to the e-mail on file")
    return True


def use_link(link: str) -> int | None:
    """Use up a link: the application it opens, or None when it was used, has expired or never was. Of two who follow
    it at once, one comes in."""
    taken = db.session.execute(
        update(AccessCode)
        .where(AccessCode.id == select(find_open_link(link).subquery().c.id).scalar_subquery())
        .where(AccessCode.used_at.is_(None))
        .values(used_at=now())
        .returning(AccessCode.application_id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if taken is None:
        return None
    _void(taken)
    _tell(db.session.get_one(Application, taken), "use_access", "Opened with the mailed link")
    return int(taken)


def use_code(application: Application, typed: str) -> bool:
    """Use up the code of an application, which the caller has locked. A wrong one costs a try; after the last there is
    no right one any more."""
    code = db.session.scalars(
        select(AccessCode).where(
            AccessCode.application_id == application.id, AccessCode.purpose == CodePurpose.CODE,
            AccessCode.used_at.is_(None), AccessCode.expires_at > now(), AccessCode.tries_left > 0,
        ).order_by(AccessCode.id.desc())
    ).first()  # fmt: skip
    if code is None:
        return False
    if not hmac.compare_digest(code.digest, _digest_of_code(application.id, digits_of(typed))):
        code.tries_left -= 1
        return False
    code.used_at = now()
    _void(application.id)
    _tell(application, "use_access", "Opened with the mailed code")
    return True


def fill_in(letter: Letter, text: str) -> str:
    """The text of a mail with its link and code. Raises Conflict when they have been wiped: nobody can send them twice."""
    rows = db.session.scalars(select(AccessCode).where(AccessCode.letter_id == letter.id))
    found = {row.purpose: row.secret for row in rows if row.secret}
    if len(found) < len(CodePurpose):
        raise Conflict("The link and code of this mail are wiped: the applicant asks for new ones.")
    code = found[CodePurpose.CODE]
    return text.replace(LINK_MARK, found[CodePurpose.LINK]).replace(CODE_MARK, f"{code[:4]} {code[4:]}")


def forget_old_secrets() -> int:
    """Wipe what was never handed over, a day after it expired. Answers how many."""
    done = db.session.execute(
        update(AccessCode)
        .where(AccessCode.secret.is_not(None), AccessCode.expires_at < now() - _SECRET_KEPT)
        .values(secret=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def _void(application_id: int) -> None:
    db.session.execute(
        update(AccessCode)
        .where(
            AccessCode.application_id == application_id, AccessCode.used_at.is_(None), AccessCode.expires_at > now()
        )
        .values(expires_at=now())
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _digest_of_code(application_id: int, code: str) -> str:
    return vault().digest(f"code/{application_id}/{code}")


def _tell(application: Application, action: str, what: str) -> None:
    """Who asked is not known, and who came in only by what was mailed: no name is put to either."""
    record_event(actor=applicant(""), application=application, action=action, what=what)
