"""The two forms of Access Opportunity: an idea, and a provider to refer."""

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, TelField, TextAreaField

from onboarding.policy.plan import COUNTIES, OTHER_COUNTY
from onboarding.web.forms.fields import choices_of

_LONG = {"rows": 5, "maxlength": 2000}
_OFF = {"autocomplete": "off"}


class IdeaForm(FlaskForm):
    """What could be better, and who says so if they like."""

    text = TextAreaField(
        "Your idea",
        description="What would make our network better for members or providers?",
        render_kw=_LONG,
    )
    sent_by = StringField("Your name (optional)", render_kw={"autocomplete": "name"})
    contact = StringField("Your e-mail address or telephone (optional)", description="If we may ask back.")


class ReferralForm(FlaskForm):
    """Who should join, why, and who says so."""

    name = StringField(
        "Name of the provider", description="A person, a practice or an agency.", render_kw=_OFF
    )
    npi = StringField("NPI (optional)", description="Ten digits.", render_kw={**_OFF, "inputmode": "numeric"})
    specialty = StringField("Specialty or service", render_kw=_OFF)
    county = SelectField(
        "County",
        choices=choices_of([("", "Choose"), *((name, name) for name in (*COUNTIES, OTHER_COUNTY))]),
        validate_choice=False,
    )
    email = EmailField(
        "E-mail address of the provider", description="This or a telephone number.", render_kw=_OFF
    )
    phone = TelField("Telephone of the provider", render_kw=_OFF)
    why = TextAreaField("Why do members need this provider?", render_kw=_LONG)
    referred_by = StringField("Your name", render_kw={"autocomplete": "name"})
    referrer_contact = StringField("Your e-mail address or telephone (optional)")
