"""The documents and the facts of a file as its page shows them, each with its records."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from onboarding.clock import today
from onboarding.models import (
    Application,
    Document,
    DocumentLook,
    Verification,
)
from onboarding.policy.deadlines import good_until
from onboarding.policy.documents import Requirement, requirements
from onboarding.policy.file import CredentialingFile
from onboarding.policy.verifications import (
    Element,
    VerificationRow,
    required,
)
from onboarding.policy.vocabulary import (
    DocumentState,
)
from onboarding.queries.files import (
    list_documents,
    list_on_file,
    list_verifications,
)
from onboarding.queries.looks import find_looks
from onboarding.queries.papers import claims_of
from onboarding.web.staff.beside import Beside, beside_form


@dataclass(frozen=True)
class DocumentItem:
    """One requirement and every file sent for it, newest first, with what the clock found out about each and how it
    compares with the form.

    `on_file` counts those of them that came with an earlier application.
    """

    asked: Requirement
    sent: list[Document]
    looks: dict[int, DocumentLook]
    on_file: int = 0
    beside: Mapping[int, tuple[Beside, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class FactItem:
    """One line of the plan of elements, its records newest first, until when the last one may carry a decision, and which
    of them were replaced by a correction."""

    row: VerificationRow
    records: list[Verification]
    good_until: date | None
    days_left: int | None
    replaced: set[int] = field(default_factory=set)

    @property
    def form(self) -> str:
        """The name of the form that records it."""
        return verification_form(*self.row.element)


def document_items(application: Application, file: CredentialingFile) -> list[DocumentItem]:
    """Each requirement of the policy with what was sent for it; what is not asked comes last."""
    sent = [*list_on_file(application), *list_documents(application.id)]
    looks, claims = find_looks([document.id for document in sent]), claims_of(application)
    compared = {
        document.id: beside_form(
            document.kind, looks.get(document.id) if document.looked_at else None, claims
        )
        for document in sent
        if document.state is not DocumentState.REJECTED
    }
    items = []
    for asked in requirements(file):
        mine = [document for document in reversed(sent) if document.kind is asked.row.kind]
        on_file = sum(document.application_id != application.id for document in mine)
        items.append(DocumentItem(asked, mine, looks, on_file, compared))
    return sorted(items, key=lambda item: item.asked.state.value == "not_applicable" and not item.sent)


def fact_items(application: Application, file: CredentialingFile) -> list[FactItem]:
    """Each fact the policy wants verified, with every record of it."""
    records = list_verifications(application.id)
    return [
        _fact(row, [record for record in reversed(records) if record.element == row.element])
        for row in required(file)
    ]


def verification_form(kind: str, about: str) -> str:
    """The form that records this fact, of this license; also where it stands on the page."""
    return re.sub(r"[^A-Za-z0-9_:]+", "-", f"verifications:{kind} {about}".strip())


def counting_records(application: Application, facts: list[FactItem]) -> dict[Element, Verification]:
    """The record of each fact that counts for who the provider is now said to be."""
    return {
        item.row.element: item.records[0]
        for item in facts
        if item.records and item.records[0].statement == application.statement
    }


def _fact(row: VerificationRow, records: list[Verification]) -> FactItem:
    replaced = {record.replaces_id for record in records if record.replaces_id}
    if not records or row.age_clock is None:
        return FactItem(row, records, None, None, replaced)
    until = good_until(records[0].evidenced_on, today(), row.age_clock)
    return FactItem(row, records, until, (until - today()).days, replaced)
