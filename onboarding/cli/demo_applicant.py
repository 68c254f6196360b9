"""What applicants do in the demonstration network, one function an act, through the services as a page would do it.

An act runs on the business date it is given by the timeline (demo_network.py).
"""

from datetime import date, timedelta

from onboarding.cli.demo_case import Act, Case
from onboarding.cli.demo_papers import specimen_pdf
from onboarding.clock import today
from onboarding.extensions import committed, db
from onboarding.filecheck import check_upload
from onboarding.models import Participation
from onboarding.policy.attestation import LANGUAGES
from onboarding.policy.contract_form import answer_codes, fields_for
from onboarding.policy.documents import document_row, requirements
from onboarding.policy.provider_types import provider_type
from onboarding.policy.signer import signer_name
from onboarding.policy.vocabulary import (
    AccountType,
    DocumentKind,
    OnboardingStep,
    PaymentChoice,
    RequirementState,
)
from onboarding.queries.files import get_application, get_credentialing_file
from onboarding.services.apply import save_answers, save_demographics, start_draft, submit_application
from onboarding.services.documents import receive_document
from onboarding.services.onboarding_list import finish_onboarding_step
from onboarding.services.payments import choose_payment
from onboarding.storage import Store


def start(*pages: str) -> Act:
    """The applicant starts a draft and fills in these pages, or all."""

    def act(case: Case) -> None:
        row = provider_type(case.code)
        wanted = {f.code for page in pages for f in fields_for(row, page)} if pages else answer_codes(row)
        typed = {code: value for code, value in case.answers.items() if code in wanted}
        with committed():
            application = start_draft(case.kind, case.code)
            save_answers(application, typed)
            db.session.flush()
            case.application_id = application.id

    return act


def send(case: Case) -> None:
    """The applicant fills in the whole form, signs and sends it."""
    start()(case)
    with committed():
        if case.number % 3 == 0:
            save_demographics(case.file, {"languages": list(LANGUAGES[:2])})
        signature = signer_name(provider_type(case.code), case.answers)
        submit_application(case.file, signature=signature, agreed=True)


def upload(*kinds: DocumentKind, good_for: int = 300) -> Act:
    """The applicant sends these documents, or every one that is asked; each good for so many days from now."""

    def act(case: Case) -> None:
        for kind in kinds or _asked(case):
            _upload(case, kind, today() + timedelta(days=good_for))

    return act


def _asked(case: Case) -> list[DocumentKind]:
    items = requirements(get_credentialing_file(get_application(case.application_id)))
    return [item.row.kind for item in items if item.state is RequirementState.NEEDED]


def _upload(case: Case, kind: DocumentKind, good_until: date) -> None:
    row = document_row(kind)
    application = get_application(case.application_id)
    lines = [*_named(case, kind, application.name), f"Shows {row.shows}."]
    lines += [f"Expires {good_until:%m/%d/%Y}"] if row.expires else [f"Signed {today():%m/%d/%Y}"]
    data = specimen_pdf(row.label, lines)
    limit = case.desk.settings.upload_megabytes * 1024 * 1024
    facts = check_upload(data, f"{kind.value.replace('_', ' ')}.pdf", max_bytes=limit)
    stored = Store(case.desk.settings.storage).put("documents", data)
    with committed():
        receive_document(
            case.file,
            kind,
            case.applicant,
            file_name=facts.safe_name,
            media_type=facts.media_type,
            size=stored.size,
            pages=facts.pages,
            sha256=stored.sha256,
            storage_key=stored.key,
            expires_on=good_until if row.expires else None,
        )


def _named(case: Case, kind: DocumentKind, provider: str) -> list[str]:
    """Whom a paper names: a W-9 who is paid and the tax ID, every other one the provider and the NPI."""
    if kind is DocumentKind.W9:
        digits = case.answers["tax_id"]
        return [case.answers["legal_name"], f"Employer identification number {digits[:2]}-{digits[2:]}"]
    return [provider, f"NPI {case.answers['npi']}"]


def tick_off(*steps: OnboardingStep) -> Act:
    """The new provider does these items of the onboarding list."""

    def act(case: Case) -> None:
        with committed():
            for step in steps:
                finish_onboarding_step(_participation(case), step, case.applicant)

    return act


def choose_eft(case: Case) -> None:
    """The new provider chooses electronic funds transfer, with an invented account."""
    with committed():
        choose_payment(
            _participation(case),
            PaymentChoice.EFT,
            case.applicant,
            provider_number=_participation(case).provider_number,
            bank_name="Example Bank of Arkansas",
            routing_number="123456780",
            account_number="0001234567890",
            account_type=AccountType.CHECKING,
        )


def _participation(case: Case) -> Participation:
    found = case.file.participation
    assert found is not None
    return found
