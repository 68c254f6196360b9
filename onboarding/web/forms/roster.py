"""The form that sends a roster."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField

ACCEPTED_ROSTERS = ".csv,.xlsx,.txt"


class RosterForm(FlaskForm):
    """One file of practitioners."""

    file = FileField("File with your practitioners", render_kw={"accept": ACCEPTED_ROSTERS})
