"""The form of a correction."""

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

_LONG = {"rows": 4, "maxlength": 2000}


class CorrectionForm(FlaskForm):
    """What is to be corrected, what is wrong with it, what is right."""

    about = SelectField("What is to be corrected?", validate_choice=False)
    wrong = TextAreaField(
        "What is wrong?",
        description="As our page, letter or decision has it. Leave out Social Security and bank numbers.",
        render_kw=_LONG,
    )
    right = TextAreaField(
        "What is right?",
        description="And how you know: a date, a number, whom we can ask.",
        render_kw=_LONG,
    )


class LeaveForm(FlaskForm):
    """From when a provider wants to be out of the network, and why."""

    wished = StringField(
        "When do you want to leave?",
        description="Month/day/year. The day you would like: we write to you which day it will be.",
        render_kw={"autocomplete": "off"},
    )
    reason = TextAreaField("Why are you leaving?", description="A few words are enough.", render_kw=_LONG)
