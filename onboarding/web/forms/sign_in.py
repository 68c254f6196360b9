"""Forms of the sign-in: address and password, and a new password."""

from flask_security import ChangePasswordForm, LoginForm
from flask_security.utils import validate_redirect_url
from wtforms import EmailField, Field, PasswordField
from wtforms.validators import InputRequired


def _printable(typed: str | None) -> str | None:
    return "".join(filter(str.isprintable, typed)) if typed else typed


class SignInForm(LoginForm):
    """Address and password; nobody stays signed in beyond the session."""

    email = EmailField(
        "E-mail address",
        [InputRequired("Enter your e-mail address.")],
        filters=[_printable],
        render_kw={"autocomplete": "username", "maxlength": 255},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Enter your password.")],
        filters=[_printable],
        render_kw={"autocomplete": "current-password", "maxlength": 200},
    )
    remember = None  # type: ignore[assignment]

    def validate_next(self, field: Field) -> None:
        """A way on that leads off this site is forgotten: nobody who signs in has typed it."""
        if field.data and not validate_redirect_url(field.data):
            field.data = ""


class NewPasswordForm(ChangePasswordForm):
    """The present password and, twice, a new one."""

    password = PasswordField(
        "Your password now", render_kw={"autocomplete": "current-password", "maxlength": 200}
    )
