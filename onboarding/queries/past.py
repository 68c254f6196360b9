"""What the plan weighed of a provider before this application: for the policy of clean files, many at once."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, literal, select, union_all
from sqlalchemy.orm import aliased

from onboarding.extensions import db
from onboarding.models import (
    AgendaItem,
    Application,
    Decision,
    Participation,
    ProvisionalCredentialing,
    Screening,
)
from onboarding.policy.committee import UNWEIGHED
from onboarding.policy.file import Past
from onboarding.policy.vocabulary import ScreeningOutcome


def find_past(application_ids: Collection[int]) -> dict[int, frozenset[Past]]:
    """Of each of these applications, what happened before to who bears its NPI and its tax ID, in one statement."""
    found: dict[int, set[Past]] = defaultdict(set)
    if application_ids:
        for row in db.session.connection().execute(_past(), {"ids": list(application_ids)}):
            found[row.application_id].add(Past(row.what))
    return {application_id: frozenset(what) for application_id, what in found.items()}


@cache
def _past() -> Any:
    ids: Any = bindparam("ids", expanding=True)
    this, other = aliased(Application), aliased(Application)
    ended = (
        select(this.id.label("application_id"), literal(Past.ENDED.value).label("what"))
        .join(
            Participation,
            (Participation.npi == this.npi) & (Participation.tax_id_digest == this.tax_id_digest),
        )
        .where(
            this.id.in_(ids), Participation.ended_on.is_not(None), Participation.provisional_until.is_(None)
        )
    )
    approved = exists().where(Decision.application_id == other.id, Decision.outcome.in_(UNWEIGHED))
    weighed = (
        select(this.id, literal(Past.WEIGHED.value))
        .join(
            other,
            (other.npi == this.npi) & (other.tax_id_digest == this.tax_id_digest) & (other.id != this.id),
        )
        .join(AgendaItem, AgendaItem.application_id == other.id)
        .where(this.id.in_(ids), this.tax_id_digest != "", ~approved)
    )
    matched = (
        select(this.id, literal(Past.MATCHED.value))
        .join(Screening, (Screening.application_id == this.id) & (Screening.statement == this.statement))
        .where(this.id.in_(ids), Screening.outcome == ScreeningOutcome.POSSIBLE)
    )
    provisional = (
        select(this.id, literal(Past.PROVISIONAL.value))
        .join(ProvisionalCredentialing, ProvisionalCredentialing.npi == this.npi)
        .where(this.id.in_(ids))
    )
    return union_all(ended, weighed, matched, provisional)
