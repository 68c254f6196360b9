"""Taking files from an applicant: each is checked and stored for itself, so that a bad one does not lose the good ones."""

from dataclasses import dataclass, field
from datetime import date

from flask import current_app
from werkzeug.datastructures import FileStorage

from onboarding.config import Settings
from onboarding.errors import BadFile, BadInput
from onboarding.extensions import committed
from onboarding.filecheck import FileFacts, check_upload
from onboarding.policy.documents import document_row
from onboarding.policy.people import applicant
from onboarding.policy.uploads import MOST_FILES_AT_ONCE
from onboarding.policy.vocabulary import DocumentKind
from onboarding.queries.files import get_application
from onboarding.services.documents import check_asked, check_expiry, receive_document
from onboarding.storage import Store
from onboarding.web.forms.fields import plain
from onboarding.web.forms.status import UploadForm

_CHOOSE = "Choose the file to send."


@dataclass
class Taken:
    """What became of the files of one form: the names of those that were received, and why the others were not."""

    received: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def says(self) -> str:
        """Why files were not taken, in one text: with the name of each where there was more than one file."""
        if not self.received and len(self.refused) == 1:
            return self.refused[0][1]
        return " ".join(f"{name} was not received: {why}" for name, why in self.refused)


def take_files(application_id: int, kind: DocumentKind, form: UploadForm, files: list[FileStorage]) -> Taken:
    """Check and keep each file of the form, in its own transaction.

    Raises BadInput when nothing can be taken at all: no file, too many, a date that is missing or past, a document
    that is not asked; Conflict when the application takes none now.
    """
    chosen = [file for file in files if file and file.filename]
    expires_on = _check_form(application_id, kind, form, len(chosen))
    taken = Taken()
    for file in chosen:
        try:
            taken.received.append(_take(application_id, kind, file, expires_on))
        except BadFile as bad:
            taken.refused.append((plain(file.filename)[:80] or "One file", bad.message))
    return taken


def _check_form(application_id: int, kind: DocumentKind, form: UploadForm, count: int) -> date | None:
    check_asked(get_application(application_id), kind)
    expires_on = form.expiry()
    if document_row(kind).expires and plain(form.expires_on.data) and expires_on is None:
        says = "Give the expiration date as month, day and year, for example 12/31/2027."
        raise BadInput(says, {"expires_on": says})
    if not count:
        raise BadInput(_CHOOSE, {"file": _CHOOSE, **_date_problem(kind, expires_on)})
    if count > MOST_FILES_AT_ONCE:
        says = f"Choose at most {MOST_FILES_AT_ONCE} files at once: these are {count}."
        raise BadInput(says, {"file": says})
    check_expiry(kind, expires_on)
    return expires_on


def _date_problem(kind: DocumentKind, expires_on: date | None) -> dict[str, str]:
    try:
        check_expiry(kind, expires_on)
    except BadInput as refused:
        return refused.fields
    return {}


def _take(application_id: int, kind: DocumentKind, file: FileStorage, expires_on: date | None) -> str:
    settings: Settings = current_app.extensions["settings"]
    data = file.read()
    facts = check_upload(data, file.filename or "", max_bytes=settings.upload_megabytes * 1024 * 1024)
    _keep(application_id, kind, facts, data, expires_on, settings)
    return facts.safe_name


def _keep(
    application_id: int,
    kind: DocumentKind,
    facts: FileFacts,
    data: bytes,
    expires_on: date | None,
    settings: Settings,
) -> None:
    """Stored before the transaction, forgotten when it is refused."""
    store = Store(settings.storage)
    stored = store.put("documents", data)
    try:
        with committed():
            found = get_application(application_id, for_change=True)
            receive_document(
                found, kind, applicant(found.form.contact_name), file_name=facts.safe_name,
                media_type=facts.media_type, size=facts.size, pages=facts.pages, sha256=facts.sha256,
                storage_key=stored.key, expires_on=expires_on, to_scan=bool(settings.clamav),
            )  # fmt: skip
    except BaseException:
        store.delete(stored.key)
        raise
