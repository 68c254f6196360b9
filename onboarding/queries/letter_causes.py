"""Whether the cause of a waiting letter still holds: each question of policy/letter_causes.py, put to the database."""

from collections.abc import Callable

from sqlalchemy import select

from onboarding.clock import on_day
from onboarding.extensions import db
from onboarding.models import Authorization, Letter
from onboarding.policy.days import day_of_number
from onboarding.policy.deadlines import after
from onboarding.policy.document_letters import owed_codes
from onboarding.policy.letter_causes import TABLE, Holds
from onboarding.policy.vocabulary import AuthorizationKind, ParticipationState, Status
from onboarding.policy.workflow import (
    ASKABLE_STATUSES,
    DRAFT_STATUSES,
    EVIDENCE_STATUSES,
    WELCOMING_STATUSES,
)
from onboarding.queries.files import find_authorization, find_renewal, get_credentialing_file
from onboarding.queries.notices import is_unanswered
from onboarding.queries.portal import find_payment
from onboarding.queries.running_out import list_running_out


def why_not_any_more(letter: Letter) -> str:
    """Why this letter is not to leave any more, in a sentence; empty while its cause holds."""
    return next((cause.says for cause in TABLE.get(letter.kind, ()) if not _ASKS[cause.holds](letter)), "")


def _in_network(letter: Letter) -> bool:
    joined = letter.application.participation
    return joined is not None and joined.state is ParticipationState.ACTIVE


def _renewal_not_sent(letter: Letter) -> bool:
    joined = letter.application.participation
    renewal = find_renewal(joined) if joined else None
    return renewal is None or renewal.status in DRAFT_STATUSES


def _due_date_stands(letter: Letter) -> bool:
    joined = letter.application.participation
    return joined is not None and joined.recredentialing_due_on == day_of_number(letter.cycle)


def _lapse_stands(letter: Letter) -> bool:
    latest = (
        select(Authorization.attested_on)
        .where(
            Authorization.application_id == letter.application_id,
            Authorization.kind == AuthorizationKind.CAQH,
        )
        .order_by(Authorization.id.desc())
    )
    attested_on = db.session.scalar(latest.limit(1))
    return attested_on is not None and after("attestation_age", attested_on) == day_of_number(letter.cycle)


def _draft_untouched(letter: Letter) -> bool:
    file = letter.application
    kept_until = after("draft_kept", on_day(file.changed_at))
    return file.status in DRAFT_STATUSES and (letter.respond_by is None or kept_until <= letter.respond_by)


def _still_owed(letter: Letter) -> bool:
    asked = set(letter.facts.get("codes", ()))
    return not asked or bool(asked & set(owed_codes(get_credentialing_file(letter.application))))


def _still_returned(letter: Letter) -> bool:
    file = letter.application
    return file.status is Status.RETURNED and letter.round == file.round


def _still_runs_out(letter: Letter) -> bool:
    joined, on = letter.application.participation, day_of_number(letter.cycle)
    return joined is not None and on is not None and bool(list_running_out(joined, on))


def _payment_not_chosen(letter: Letter) -> bool:
    joined = letter.application.participation
    return joined is not None and find_payment(joined.id) is None


def _ccvs_awaited(letter: Letter) -> bool:
    file, given = letter.application, find_authorization(letter.application)
    awaited = given is not None and given.kind is AuthorizationKind.CCVS and given.received_on is None
    return awaited and file.status in EVIDENCE_STATUSES


_ASKS: dict[Holds, Callable[[Letter], bool]] = {
    Holds.IN_NETWORK: _in_network,
    Holds.RENEWAL_NOT_SENT: _renewal_not_sent,
    Holds.DUE_DATE_STANDS: _due_date_stands,
    Holds.LAPSE_STANDS: _lapse_stands,
    Holds.WELCOMED: lambda letter: letter.application.status in (*WELCOMING_STATUSES, Status.PARTICIPATING),
    Holds.ASKABLE: lambda letter: letter.application.status in ASKABLE_STATUSES,
    Holds.STILL_OWED: _still_owed,
    Holds.STILL_RETURNED: _still_returned,
    Holds.STILL_DISCONTINUED: lambda letter: letter.application.status is Status.DISCONTINUED,
    Holds.DRAFT_UNTOUCHED: _draft_untouched,
    Holds.NOTICE_UNANSWERED: lambda letter: is_unanswered(letter.facts["notice"]),
    Holds.STILL_RUNS_OUT: _still_runs_out,
    Holds.PAYMENT_NOT_CHOSEN: _payment_not_chosen,
    Holds.CCVS_AWAITED: _ccvs_awaited,
}
