"""Forms of the status page: the look-up, one document, withdrawing."""

from collections.abc import Mapping
from datetime import date

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from onboarding.policy.contract_form import parse_day
from onboarding.policy.identifiers import digits_of, parse_application_id
from onboarding.policy.vocabulary import DocumentKind
from onboarding.web.forms.fields import plain


class LookUpForm(FlaskForm):
    """NPI and Application ID, as somebody types or pastes them."""

    npi = StringField(
        "NPI",
        description="The ten-digit NPI the application is for.",
        render_kw={"inputmode": "numeric", "autocomplete": "on", "spellcheck": "false"},
    )
    application_id = StringField(
        "Application ID",
        description="Sixteen letters and digits, for example 7KQ2-M9XD-4TRA-WB8C. It is in your confirmation e-mail.",
        render_kw={"autocomplete": "on", "autocapitalize": "characters", "spellcheck": "false"},
    )


def read_pair(typed: Mapping[str, str]) -> tuple[str, str]:
    """The NPI and the Application ID as stored; what cannot be one stays a text that finds nothing. Signs that no
    database keeps are left out."""
    return digits_of(plain(typed.get("npi"))), parse_application_id(plain(typed.get("application_id"))) or ""


class UploadForm(FlaskForm):
    """One document: which, and until when it is good. Its files are read one by one."""

    kind = HiddenField()
    expires_on = StringField()

    def document_kind(self) -> DocumentKind | None:
        """Which document; None for a word we do not know."""
        return DocumentKind(self.kind.data) if self.kind.data in set(DocumentKind) else None

    def expiry(self) -> date | None:
        """The date typed, or None when it is none."""
        return parse_day(plain(self.expires_on.data))


class WithdrawForm(FlaskForm):
    """Why the applicant withdraws."""

    reason = TextAreaField(
        "Why do you withdraw?", description="A few words are enough.", render_kw={"rows": 3}
    )
