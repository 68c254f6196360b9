"""What the status page says of the CAQH authorization or the CCVS profile."""

from dataclasses import dataclass
from datetime import date

from onboarding.policy.caqh import Standing, status_row
from onboarding.policy.days import say
from onboarding.policy.deadlines import STALE_SOON_DAYS, clock, good_until
from onboarding.policy.file import AuthorizationFact, CredentialingFile, Request
from onboarding.policy.guards import authorization_confirmed
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import Action, AuthorizationKind, Role

_APPLICANT = frozenset({Role.APPLICANT})


@dataclass(frozen=True)
class AuthorizationView:
    """Leave to read the credentials, as the applicant is told of it. `lapses_on`: it is good until that day, which is
    near."""

    kind: AuthorizationKind
    confirmed: bool
    says: str
    lapses_on: date | None = None


def authorization_view(file: CredentialingFile) -> AuthorizationView | None:
    """What the applicant is told of it; None for who needs neither."""
    kind = provider_type(file.provider_type).authorization
    if kind is None:
        return None
    confirmed = not authorization_confirmed(file, Request(Action.COMPLETE_FILE, _APPLICANT))
    says = _caqh_says if kind is AuthorizationKind.CAQH else _ccvs_says
    return AuthorizationView(
        kind,
        confirmed,
        says(file.authorization, confirmed, file.today),
        _lapses_soon(file) if confirmed else None,
    )


def _lapses_soon(file: CredentialingFile) -> date | None:
    """The last day of a CAQH attestation that lapses within the days at which the applicant is told."""
    attested_on = file.authorization.attested_on if file.authorization else None
    if attested_on is None or provider_type(file.provider_type).authorization is not AuthorizationKind.CAQH:
        return None
    until = good_until(attested_on, file.today, "attestation_age")
    return until if (until - file.today).days <= STALE_SOON_DAYS else None


def standing_of(fact: AuthorizationFact | None) -> Standing:
    """Who has to act by what CAQH last answered; nobody where CAQH was not asked."""
    return status_row(fact.provider_status).standing if fact and fact.provider_status else Standing.ATTESTED


def _caqh_says(fact: AuthorizationFact | None, confirmed: bool, today: date) -> str:
    if fact is None or not fact.looked_up:
        return f"Make sure that {PLAN.caqh_name} is authorized in CAQH and that your attestation is current. We will look."
    standing = standing_of(fact)
    if standing is not Standing.ATTESTED:
        return _CAQH_ASKS[standing]
    if not fact.plan_listed:
        return f"{PLAN.caqh_name} is not on your list in CAQH. Add it on the Authorization tab."
    if not confirmed or fact.attested_on is None:
        days = clock("attestation_age", today).amount
        return f"Your last CAQH attestation is older than {days} days. Log on to CAQH and attest again."
    until = good_until(fact.attested_on, today, "attestation_age")
    if (until - today).days <= STALE_SOON_DAYS:
        return f"CAQH is confirmed. Attest again by {say(until)}, when your attestation lapses."
    return f"{PLAN.caqh_name} is authorized in CAQH, and your attestation is good until {say(until)}."


_CAQH_ASKS = {
    Standing.NEEDS_APPLICANT: f"Your CAQH application is not ready to be read. Log on to CAQH, complete it, attest, and make sure "
    f"that {PLAN.caqh_name} is checked on the Authorization tab.",
    Standing.NEEDS_STAFF: "We are looking into what CAQH shows for you. There is nothing for you to do now.",
}


def _ccvs_says(fact: AuthorizationFact | None, confirmed: bool, today: date) -> str:
    if confirmed:
        return "We have your profile from CCVS."
    if fact is not None and fact.ordered_on is not None:
        return f"We ordered your profile from CCVS on {say(fact.ordered_on)}. Make sure that you are current with CCVS."
    return "Make sure that you are current with CCVS: we order your profile there."
