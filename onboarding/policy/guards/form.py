"""The form and its sending."""

from datetime import date

from onboarding.policy.deadlines import after, clock
from onboarding.policy.file import CredentialingFile, Request
from onboarding.policy.plan import PLAN
from onboarding.policy.returning import credentialed_as
from onboarding.policy.vocabulary import (
    Action,
    ApplicationKind,
    LetterKind,
)


def form_complete(file: CredentialingFile, request: Request) -> list[str]:
    """Every answer the form needs is there."""
    return list(file.form_problems)


def attestation_signed(file: CredentialingFile, request: Request) -> list[str]:
    """The applicant has signed the attestation (NCQA CR 3 C)."""
    return [] if file.signed_on else ["Sign the attestation: type your full name and check the box."]


def only_open_application(file: CredentialingFile, request: Request) -> list[str]:
    """At most one open application per NPI and tax id."""
    if file.other_open_application:
        return [
            "An application with this NPI and tax ID is already open. Look it up on the status page, or call "
            f"{PLAN.provider_services_phone}."
        ]
    if file.in_network_already:
        return [
            "This NPI and tax ID is in the network already. Renewing happens by the recredentialing application, which "
            f"we open in time; for anything else call {PLAN.provider_services_phone}."
        ]
    return []


def participation_goes_on(file: CredentialingFile, request: Request) -> list[str]:
    """Who is in the network renews, and who left it not long ago; whose participation ended longer ago applies anew
    (policy/returning.py)."""
    too_late = (
        file.ended_on is None
        or credentialed_as(file.kind, file.today, ended_on=file.ended_on) is ApplicationKind.INITIAL
    )
    if file.kind is ApplicationKind.RECREDENTIALING and file.participation_ended and too_late:
        return [
            "Your participation has ended, so this renewal cannot be sent. Start a new application on the first page, "
            f"or call {PLAN.provider_services_phone}."
        ]
    return []


def draft_too_old(file: CredentialingFile, request: Request) -> list[str]:
    """A draft never sent is kept a set number of days after its last change; where an e-mail address was given, also until
    the last day that a notice named. A recredentialing draft, which the plan opens, never expires."""
    if file.kind is ApplicationKind.RECREDENTIALING:
        return ["A recredentialing draft does not expire."]
    if file.changed_on is None or after("draft_kept", file.changed_on) >= file.today:
        return [f"A draft is kept {clock('draft_kept', file.today).amount} days after its last change."]
    if file.email_given and not _deletion_told(file, after("draft_kept", file.changed_on)):
        return ["A draft is kept until a notice has told its end and the day it named has passed."]
    return []


def not_a_renewal(file: CredentialingFile, request: Request) -> list[str]:
    """A renewal is opened by the plan, and decided it goes on with a participation: its applicant does not let it go alone."""
    if file.kind is ApplicationKind.RECREDENTIALING:
        return [
            f"This is the renewal of a participation. If you do not want to renew, call {PLAN.provider_services_phone}."
        ]
    return []


def _deletion_told(file: CredentialingFile, kept_until: date) -> bool:
    return any(
        letter.kind is LetterKind.DRAFT_EXPIRES
        and letter.respond_by is not None
        and kept_until <= letter.respond_by < file.today
        for letter in file.letters
    )


def reason_given(file: CredentialingFile, request: Request) -> list[str]:
    """Whoever takes this step says why, in words another person can follow."""
    if len(request.reason.strip()) >= 5:
        return []
    if request.action is Action.RETURN:
        return ["Name the questions to correct, or say in a few words at least what to fix."]
    return ["Give the reason, in a few words at least."]
