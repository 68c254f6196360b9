"""The form that sends a roster."""

from flask_wtf import FlaskForm

from onboarding.web.forms.fields import DocumentField

ACCEPTED_ROSTERS = ".csv,.xlsx,.txt"


class RosterForm(FlaskForm):
    """One file of practitioners."""

    file = DocumentField("File with your practitioners")

    def __init__(self) -> None:
        super().__init__()
        self.file.render_kw = {"accept": ACCEPTED_ROSTERS}
