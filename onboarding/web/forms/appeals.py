"""The form of an appeal."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField


class AppealForm(FlaskForm):
    """What is disputed, and why."""

    grounds = TextAreaField(
        "Which reasons do you dispute, and why?",
        description="Say also whether you want a hearing, and who represents you, if somebody does.",
        render_kw={"rows": 6, "maxlength": 2000},
    )
