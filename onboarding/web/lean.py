"""What extensions would do at every request and our pages do not need, taken out; measured by `make bench`.

Nothing here loosens a check: CSRF, the limits on marked views, the rules of access and the sessions stay as they are.
"""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login.utils import _user_context_processor
from flask_security import current_user
from itsdangerous import URLSafeTimedSerializer

from onboarding.extensions import limiter


class Sessions(SecureCookieSessionInterface):
    """Signed cookies as Flask makes them; what signs them is made once, not twice a request."""

    def __init__(self) -> None:
        self._serializer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def init_lean(app: Flask) -> None:
    """Called last, when every extension has put its hooks in."""
    app.session_interface = Sessions()
    _ask_for_the_user_only_when_used(app)
    _count_only_marked_views(app)
    _build_static_addresses_once(app)


def _ask_for_the_user_only_when_used(app: Flask) -> None:
    """Public pages have no user: neither identities (our rules of access ask the roles) nor templates load one."""
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if getattr(hook, "__qualname__", "") != "Principal._on_before_request"]
    app.template_context_processors[None].remove(_user_context_processor)
    app.jinja_env.globals["current_user"] = current_user


def _count_only_marked_views(app: Flask) -> None:
    """There are no limits for all pages: the limiter's look at every request, before it knows the view, finds none."""
    app.before_request_funcs[None].remove(limiter._check_request_limit)


def _build_static_addresses_once(app: Flask) -> None:
    """The address of a packaged file never changes while the program runs."""
    known: dict[str, str] = {}
    build = app.jinja_env.globals["url_for"]

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint != "static" or set(values) != {"filename"}:
            return str(build(endpoint, **values))  # type: ignore[operator]
        name = values["filename"]
        if name not in known:
            known[name] = str(build(endpoint, filename=name))  # type: ignore[operator]
        return known[name]

    app.jinja_env.globals["url_for"] = url_for
