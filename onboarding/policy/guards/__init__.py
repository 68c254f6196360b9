"""One question per "only if" of the workflow table. A guard answers with reasons in plain English; none means yes.

A guard is a statement that must hold: `documents_accepted`, `quorum_met`. It reads the file and the request, nothing
else, and changes nothing.
"""

from collections.abc import Callable

from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.guards.deciding import (
    another_panel,
    appeal_accepted,
    appeal_asked,
    conditions_of_provisional,
    everybody_voted,
    meeting_dated,
    meeting_held,
    never_provisional_before,
    nobody_concerned,
    quorum_met,
    state_enrolment_settled,
    verifier_is_not_decider,
    vote_carried,
)
from onboarding.policy.guards.evidence import (
    authorization_confirmed,
    denied_on_evidence,
    documents_accepted,
    evidence_in_date,
    file_is_clean,
    licence_stated_until,
    license_in_force,
    matches_resolved,
    not_excluded,
    screening_done,
    verification_opened,
    verifications_complete,
)
from onboarding.policy.guards.form import (
    attestation_signed,
    draft_too_old,
    form_complete,
    not_a_renewal,
    only_open_application,
    participation_goes_on,
    reason_given,
)
from onboarding.policy.guards.letters import (
    answer_until,
    authorization_owed,
    letter_has_left,
    not_renewed_since,
    response_time_over,
    something_missing,
    welcome_letter_left,
)

__all__ = [
    "GUARDS",
    "another_panel",
    "answer_until",
    "appeal_accepted",
    "appeal_asked",
    "attestation_signed",
    "authorization_confirmed",
    "authorization_owed",
    "conditions_of_provisional",
    "denied_on_evidence",
    "documents_accepted",
    "draft_too_old",
    "everybody_voted",
    "evidence_in_date",
    "file_is_clean",
    "form_complete",
    "letter_has_left",
    "licence_stated_until",
    "license_in_force",
    "matches_resolved",
    "meeting_dated",
    "meeting_held",
    "never_provisional_before",
    "nobody_concerned",
    "not_a_renewal",
    "not_excluded",
    "not_renewed_since",
    "only_open_application",
    "participation_goes_on",
    "quorum_met",
    "reason_given",
    "response_time_over",
    "screening_done",
    "something_missing",
    "state_enrolment_settled",
    "verification_opened",
    "verifications_complete",
    "verifier_is_not_decider",
    "vote_carried",
    "welcome_letter_left",
]

Guard = Callable[[CredentialingFile, Request], list[str]]

GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        form_complete,
        attestation_signed,
        only_open_application,
        participation_goes_on,
        draft_too_old,
        not_a_renewal,
        reason_given,
        authorization_confirmed,
        documents_accepted,
        something_missing,
        verification_opened,
        verifications_complete,
        evidence_in_date,
        license_in_force,
        screening_done,
        matches_resolved,
        not_excluded,
        denied_on_evidence,
        file_is_clean,
        verifier_is_not_decider,
        nobody_concerned,
        appeal_asked,
        appeal_accepted,
        another_panel,
        state_enrolment_settled,
        conditions_of_provisional,
        never_provisional_before,
        meeting_dated,
        meeting_held,
        quorum_met,
        everybody_voted,
        vote_carried,
        letter_has_left,
        response_time_over,
        not_renewed_since,
        welcome_letter_left,
    )
}
