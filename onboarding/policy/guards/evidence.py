"""The evidence in the file."""

from datetime import date, timedelta

from onboarding.policy.caqh import Standing, status_row
from onboarding.policy.clean_file import flags
from onboarding.policy.days import say
from onboarding.policy.deadlines import clock, good_until, in_date
from onboarding.policy.documents import requirements
from onboarding.policy.file import AuthorizationFact, CredentialingFile, Request
from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.verifications import VerificationRow, latest, required
from onboarding.policy.vocabulary import (
    AuthorizationKind,
    RequirementState,
    ScreeningOutcome,
    VerificationResult,
)


def verification_opened(file: CredentialingFile, request: Request) -> list[str]:
    """Of a renewal nothing is verified so long before it is due that it would be out of date at the decision. Who left the
    network and comes back is not waited for."""
    if file.recredentialing_due_on is None or file.participation_ended:
        return []
    days = clock("verification_opens", file.today).amount
    opens_on = file.recredentialing_due_on - timedelta(days=days)
    if file.today >= opens_on:
        return []
    return [
        f"Verification of this renewal opens on {say(opens_on)}, {days} days before it is due: what is checked sooner would "
        "be out of date on the day of the decision."
    ]


def authorization_confirmed(file: CredentialingFile, request: Request) -> list[str]:
    """On the day of decision CAQH lists the plan and was attested in time, or the CCVS profile is here and in date."""
    kind = provider_type(file.provider_type).authorization
    if kind is None:
        return []
    given, on = file.authorization, request.decided_on or file.today
    if given and given.recorded_on and given.recorded_on > on:
        return [f"What was recorded of {kind.value.upper()} is younger than the decision of {say(on)}."]
    if kind is AuthorizationKind.CCVS:
        return _ccvs_reasons(given, on)
    if given is None or not given.looked_up:
        return [
            "CAQH authorization: not recorded yet (is the plan listed, and when was the last attestation?)."
        ]
    reasons = []
    if not given.plan_listed:
        reasons.append(f"{PLAN.caqh_name} is not listed as an authorized plan in CAQH.")
    return reasons + _attestation_reasons(given, on)


def _attestation_reasons(given: AuthorizationFact, on: date) -> list[str]:
    row = status_row(given.provider_status) if given.provider_status else None
    if row and row.standing is not Standing.ATTESTED:
        return [row.says]
    if given.attested_on is None:
        return ["CAQH shows no attestation yet: the provider must attest."]
    if given.attested_on > on:
        return ["The CAQH attestation date lies in the future."]
    if not in_date(given.attested_on, on, "attestation_age"):
        lapsed = good_until(given.attested_on, on, "attestation_age")
        return [f"The CAQH attestation lapsed after {say(lapsed)}: the provider must attest again."]
    return []


def _ccvs_reasons(given: AuthorizationFact | None, on: date) -> list[str]:
    if given is None or given.ordered_on is None:
        return ["Order the CCVS profile."]
    if given.received_on is None:
        return ["The CCVS profile is ordered but not received."]
    if not in_date(given.received_on, on):
        return [out_of_date("The CCVS profile", given.received_on, on)]
    return []


_REQUIREMENT_SAYS = {
    RequirementState.NEEDED: "not sent yet",
    RequirementState.BEING_SCANNED: "sent, held until the virus scanner has passed it",
    RequirementState.RECEIVED: "sent, waits for review",
    RequirementState.REJECTED: "rejected, waits for a new one",
    RequirementState.EXPIRED: "expired",
}


def documents_accepted(file: CredentialingFile, request: Request) -> list[str]:
    """Every document this file needs is accepted and in date on the day of decision."""
    return [
        f"{item.row.label}: {_REQUIREMENT_SAYS[item.state]}."
        for item in requirements(file.as_of(request.decided_on or file.today))
        if not item.settled
    ]


def verifications_complete(file: CredentialingFile, request: Request) -> list[str]:
    """Every fact has been checked at its source. 'Not checked' is not checked."""
    reasons = []
    for row in required(file, request.decided_on):
        found = latest(file, row)
        if found is None or found.result is VerificationResult.NOT_CHECKED:
            reasons.append(f"{row.label}: not checked at its source yet.")
    return reasons


def evidence_in_date(file: CredentialingFile, request: Request) -> list[str]:
    """No evidence is older than the limit at the decision (NCQA CR 2025: 120 days), none younger than the decision, but
    for the screening: a later look into a newer list proves more, not less."""
    decided_on = request.decided_on or file.today
    reasons = _sources_in_date(file, decided_on)
    if file.signed_on and not in_date(file.signed_on, decided_on, "application_age"):
        reasons.append(out_of_date("The signed application", file.signed_on, decided_on, "application_age"))
    screened_on = file.screening and min(file.screening.screened_on, decided_on)
    if screened_on and not in_date(screened_on, decided_on):
        reasons.append(out_of_date("Exclusion screening", screened_on, decided_on))
    return reasons


def _sources_in_date(file: CredentialingFile, decided_on: date) -> list[str]:
    reasons = []
    for row in required(file, decided_on):
        found = latest(file, row)
        if found is None:
            continue
        if found.recorded_on and found.recorded_on > decided_on:
            reasons.append(out_of_date(row.label, found.recorded_on, decided_on))
        elif found.checked_on > decided_on or (
            row.age_clock and not in_date(found.checked_on, decided_on, row.age_clock)
        ):
            reasons.append(out_of_date(row.label, found.checked_on, decided_on, row.age_clock))
    return reasons


def out_of_date(what: str, checked_on: date, decided_on: date, age_clock: str | None = "evidence_age") -> str:
    if checked_on > decided_on or age_clock is None:
        return f"{what} is dated {say(checked_on)}, after the decision date {say(decided_on)}."
    age, limit = (decided_on - checked_on).days, clock(age_clock, decided_on).amount
    return f"{what} is {age} days old at the decision; the limit is {limit}. Check it again."


def license_in_force(file: CredentialingFile, request: Request) -> list[str]:
    """License and registrations run at least through the day of decision (NCQA CR 3: current at the decision): by the date
    the source gave, and only where it gave none of a license by the applicant's."""
    decided_on = request.decided_on or file.today
    asked = required(file, decided_on)
    reasons = [
        f"{row.label}: by its source it ran out on {say(found.good_until)}. Check whether it was renewed."
        for row in asked
        if (found := latest(file, row)) and found.good_until and found.good_until < decided_on
    ]
    for row in asked:
        stated = licence_stated_until(file, row)
        if stated and stated < decided_on:
            which, other_way = (f" {row.about}", " or takes it out") if row.about else ("", "")
            reasons.append(
                f"The license{which} expired on {say(stated)}. Return the form so that the applicant gives the renewed "
                f"one{other_way}."
            )
    return reasons


def licence_stated_until(file: CredentialingFile, row: VerificationRow) -> date | None:
    """Until when the license of this line runs by the applicant's word: nothing once its source has said it."""
    found = latest(file, row)
    if not row.is_licence or (found and found.good_until):
        return None
    stated = {licence.about: licence.expires_on for licence in file.further_licences}
    return stated.get(row.about) if row.about else file.licence_expires_on


def screening_done(file: CredentialingFile, request: Request) -> list[str]:
    """Screened against the current exclusion list, which is there and fresh today, whenever the committee met: who was
    listed since does not join. A missing or stale list is not checked."""
    imported_on = file.exclusion_list_imported_on
    if imported_on is None:
        return ["Exclusion screening: not checked. No OIG LEIE list has been imported."]
    if not in_date(imported_on, file.today, "exclusion_list_age"):
        limit = clock("exclusion_list_age", file.today).amount
        return [
            f"Exclusion screening: not checked. The OIG LEIE list was imported on {say(imported_on)} and is older than "
            f"{limit} days."
        ]
    if file.screening is None or file.screening.outcome is ScreeningOutcome.NOT_CHECKED:
        return ["Exclusion screening: not checked. A specialist has to run the screening."]
    if file.screening.superseded or file.screening.list_imported_on != imported_on:
        return [
            "Exclusion screening: a newer OIG LEIE list is here. The clock screens again soon; a specialist can at once."
        ]
    return []


def matches_resolved(file: CredentialingFile, request: Request) -> list[str]:
    """A person has looked at every possible exclusion match."""
    if file.screening and file.screening.unresolved:
        return [
            f"Exclusion screening: {file.screening.unresolved} possible match(es) wait for a person to resolve."
        ]
    return []


def denied_on_evidence(file: CredentialingFile, request: Request) -> list[str]:
    """A denial rests on what the sources said, complete and in date, and on nothing that the provider may withhold: no
    papers, no signature, no CAQH, no license that runs. Where an appeal is turned down nothing is decided anew."""
    if file.appeal and file.appeal.accepted:
        return []
    return [*verifications_complete(file, request), *_sources_in_date(file, request.decided_on or file.today)]


def not_excluded(file: CredentialingFile, request: Request) -> list[str]:
    """No excluded person joins (42 CFR 438.214(d), 438.610): a confirmed match cannot be approved by anyone."""
    if file.screening and file.screening.confirmed:
        return [
            "Exclusion screening: a match with the OIG LEIE is confirmed. An excluded provider cannot join."
        ]
    return []


def file_is_clean(file: CredentialingFile, request: Request) -> list[str]:
    """Nothing of policy/clean_file.py is found in the file; else it goes to the committee."""
    return flags(file)
