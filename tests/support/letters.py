"""Letters to fictional people, made without a database."""

from dataclasses import replace
from datetime import date
from typing import Any

from onboarding.letters.catalog import letter_row
from onboarding.letters.view import LetterItem, LetterView
from onboarding.policy.plan import LINES
from onboarding.policy.vocabulary import AuthorizationKind, LetterKind, PaymentChoice

APPLICATION_ID = "7KQM-2XPT-9HWB-RD4C"
PROVIDER_NUMBER = "P104482917"

ITEMS = (
    LetterItem(
        "Malpractice insurance face sheet",
        "Expired on October 31, 2026",
        "Ask your carrier for the current face sheet. It must show the insured's name, the policy dates and the limits.",
    ),
    LetterItem(
        "DEA certificate",
        "Not received",
        "Send the certificate that shows your name, the DEA number and the expiration date.",
    ),
    LetterItem(
        "Collaborative practice agreement",
        "Not accepted: the second page is not signed",
        "Send the whole agreement with both signatures and the date.",
    ),
)

_FACTS: dict[LetterKind, dict[str, Any]] = {
    LetterKind.CONFIRMATION: {},
    LetterKind.RETURNED: {
        "items": (
            LetterItem(
                "License number",
                "License and credentials",
                "Enter the number as your board's license shows it.",
            ),
            LetterItem(
                "Practice address", "Practice and tax ID", "Give the street address where you see patients."
            ),
        ),
        "respond_by": date(2026, 12, 23),
    },
    LetterKind.MISSING_DOCUMENTS: {"items": ITEMS, "respond_by": date(2026, 12, 23)},
    LetterKind.MISSING_DOCUMENTS_SECOND: {"items": ITEMS[:2], "respond_by": date(2026, 12, 23)},
    LetterKind.MISSING_DOCUMENTS_FINAL: {"items": ITEMS[:2], "respond_by": date(2026, 12, 23)},
    LetterKind.WELCOME: {
        "provider_number": PROVIDER_NUMBER,
        "decided_on": date(2026, 11, 20),
        "effective_on": date(2026, 12, 1),
        "recredentialing_due_on": date(2029, 11, 20),
        "lines": (LINES["behavioral_health"], LINES["ces_waiver"]),
    },
    LetterKind.DENIAL: {
        "decided_on": date(2026, 11, 20),
        "respond_by": date(2026, 12, 23),
        "reasons": (
            "The Arkansas State Medical Board's record of November 2, 2026 shows your license as lapsed since "
            "June 30, 2026. Our policy asks for a license in force on the day of the decision.",
            "The malpractice policy you sent ended on September 15, 2026, and no later one was received.",
        ),
    },
    LetterKind.DISCONTINUATION: {
        "items": ITEMS,
        "asked_on": date(2026, 10, 19),
        "asked_until": date(2026, 11, 18),
    },
    LetterKind.TERMINATION: {
        "provider_number": PROVIDER_NUMBER,
        "ended_on": date(2026, 11, 20),
        "respond_by": date(2026, 12, 23),
        "reasons": ("Recredentialing was due on November 20, 2026 and could not be completed by that day.",),
    },
    LetterKind.RECREDENTIALING_REMINDER: {
        "recredentialing_due_on": date(2027, 3, 23),
        "authorization": AuthorizationKind.CAQH,
        "provider_number": PROVIDER_NUMBER,
    },
    LetterKind.CAQH_REATTEST: {"respond_by": date(2026, 12, 8)},
    LetterKind.CAQH_WITHDRAWN: {},
    LetterKind.APPLICATION_ID: {},
    LetterKind.PAYMENT_NOTICE: {"payment_choice": PaymentChoice.EFT.value, "account_last4": "4417"},
    LetterKind.ACCESS_CODE: {"minutes": 60},
    LetterKind.STATUS_CHANGED: {
        "stage": "we gather your documents",
        "stage_says": "We are gathering your documents and your authorization.",
        "waits_for": "You and credentialing staff",
        "until": date(2026, 12, 7),
        "documents": ("W-9", "Malpractice insurance face sheet"),
    },
    LetterKind.DRAFT_EXPIRES: {"respond_by": date(2026, 12, 7)},
    LetterKind.DRAFTS_EXPIRE: {"respond_by": date(2026, 12, 7), "drafts": 1840},
    LetterKind.DISCREPANCY: {
        "items": (
            LetterItem(
                "Board certification",
                "Certified since 2015",
                "ABMS or AOA: the certificate ended on June 30, 2025.",
            ),
        ),
        "respond_by": date(2026, 12, 7),
    },
    LetterKind.DISCREPANCY_REMINDER: {
        "asked_on": date(2026, 11, 9),
        "items": (LetterItem("Board certification", "Certified since 2015", "ABMS or AOA: ended in 2025."),),
        "respond_by": date(2026, 12, 7),
    },
    LetterKind.APPEAL_RECEIVED: {"asked_on": date(2026, 11, 16), "until": date(2027, 1, 15)},
    LetterKind.APPEAL_DECIDED: {
        "asked_on": date(2026, 11, 16),
        "decided_on": date(2026, 12, 7),
        "appeal_outcome": "The first decision stands",
        "reasons": ("The board's record still shows the license as lapsed.",),
        "ended": True,
    },
    LetterKind.PROVISIONAL: {
        "provider_number": PROVIDER_NUMBER,
        "effective_on": date(2026, 11, 20),
        "until": date(2027, 1, 19),
    },
    LetterKind.DOCUMENT_EXPIRING: {
        "provider_number": PROVIDER_NUMBER,
        "items": (
            LetterItem(
                "DEA certificate",
                "Expires on December 23, 2026",
                "Send a copy that shows your name, the DEA number and the expiration date.",
            ),
        ),
        "respond_by": date(2026, 12, 23),
    },
    LetterKind.PAYMENT_REMINDER: {"provider_number": PROVIDER_NUMBER, "effective_on": date(2026, 11, 9)},
    LetterKind.ANNUAL_NOTICE: {"provider_number": PROVIDER_NUMBER},
    LetterKind.CCVS_REQUEST: {"asked_on": date(2026, 11, 23), "respond_by": date(2026, 12, 23)},
    LetterKind.PENDED: {
        "decided_on": date(2026, 11, 19),
        "reasons": (
            "What became of the malpractice claim of March 2024?",
            "Please explain the gap in practice from May 2023 to January 2024.",
        ),
        "respond_by": date(2026, 12, 7),
    },
    LetterKind.PROVISIONAL_ENDED: {"provider_number": PROVIDER_NUMBER, "ended_on": date(2027, 1, 19)},
    LetterKind.RIGHTS_ANSWER: {
        "asked_on": date(2026, 11, 16),
        "items": (LetterItem("Work history, five years", "", ""),),
        "reasons": ("We asked the clinic again.", "The dates are now as you gave them."),
    },
}


def letter_view(kind: LetterKind, **changes: Any) -> LetterView:
    """A letter of this kind to a fictional nurse practitioner, with what such a letter says; change any field."""
    view = LetterView(
        kind=kind,
        title=letter_row(kind).title,
        written_on=date(2026, 11, 23),
        provider_name="Marisol Whitfield, CNP",
        contact_name="Dana Okafor",
        address_lines=("1420 Cypress Bend Road", "Little Rock, AR 72204"),
        public_id=APPLICATION_ID,
        npi="1234567893",
        public_url="https://network.plan.example",
    )
    return replace(view, **{**_FACTS[kind], **changes})
