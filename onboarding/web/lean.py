"""What extensions would do at every request and our pages do not need, taken out; measured by `make bench`.

Nothing here loosens a check: CSRF, the limits on marked views, the rules of access and the sessions stay as they are.
"""

from collections.abc import Callable
from functools import lru_cache
from hmac import compare_digest
from typing import Any

import flask_wtf.csrf
from flask import Flask, g, request, session
from flask_security import current_user
from itsdangerous import BadData

from onboarding.web.answers import packaged_version
from onboarding.web.signing import Serializer, Sessions, token_serializer

# Of macros/parts.html: what they write depends on their arguments alone.
PURE_MACROS = ("steps", "state_tag", "tag")
KEPT = 2048


def init_lean(app: Flask) -> None:
    """Called last, when every extension has put its hooks in."""
    app.session_interface = Sessions()
    flask_wtf.csrf.URLSafeTimedSerializer = token_serializer
    vars(app)["ensure_sync"] = lambda view: view  # no view of ours is a coroutine
    _ask_for_the_user_only_when_used(app)
    _count_only_marked_views(app)
    _build_addresses_once(app)
    _check_tokens_quickly(app)
    _share_the_globals(app)
    _keep_what_never_changes(app)


def _ask_for_the_user_only_when_used(app: Flask) -> None:
    """Public pages have no user: neither identities (our rules of access ask the roles) nor templates load one."""
    _take_out(app.before_request_funcs[None], "Principal._on_before_request")
    _take_out(app.template_context_processors[None], "_user_context_processor")
    app.jinja_env.globals["current_user"] = current_user


def _count_only_marked_views(app: Flask) -> None:
    """There are no limits for all pages: the limiter's look at every request, before it knows the view, finds none."""
    _take_out(app.before_request_funcs[None], "Limiter._check_request_limit")
    _take_out(app.after_request_funcs[None], "Limiter.__inject_headers")


def _take_out(hooks: list[Any], name: str) -> None:
    """Raises LookupError when an extension does not have its hook under this name any more."""
    hooks.pop(_place_of(hooks, name))


def _place_of(hooks: list[Any], name: str) -> int:
    found = [place for place, hook in enumerate(hooks) if _names(hook) == name]
    if len(found) != 1:
        raise LookupError(f"{name} was found {len(found)} times among the hooks: an extension has changed.")
    return found[0]


def _names(hook: Any) -> str:
    return str(getattr(getattr(hook, "func", hook), "__qualname__", ""))


def _build_addresses_once(app: Flask) -> None:
    """The address of a packaged file, or of a page without values in it, never changes while the program runs."""
    build: Any = app.jinja_env.globals["url_for"]
    kept, version = lru_cache(KEPT)(build), packaged_version(str(app.static_folder))

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint == "static":
            values["v"] = version
        constant = (not values or endpoint == "static") and not endpoint.startswith(".")
        return str((kept if constant else build)(endpoint, **values))

    app.jinja_env.globals["url_for"] = url_for


def _check_tokens_quickly(app: Flask) -> None:
    """A token that is right is found right at once; any other request goes to Flask-WTF, which says what is wrong."""
    hooks = app.before_request_funcs[None]
    place = _place_of(hooks, "CSRFProtect.init_app.<locals>.csrf_protect")
    check_all = hooks[place]
    assert isinstance(app.secret_key, str)
    serializer = token_serializer(app.secret_key, "wtf-csrf-token")

    def check() -> None:
        asked = request._get_current_object()  # type: ignore[attr-defined]
        if asked.method == "POST":
            token, secret = asked.form.get("csrf_token"), session.get("csrf_token")
            if token and secret and _is_of(serializer, token, secret):
                g.csrf_valid = True
                return
        check_all()

    hooks[place] = check
    _take_out(app.template_context_processors[None], "CSRFProtect.init_app.<locals>.<lambda>")


def _is_of(serializer: Serializer, token: str, secret: str) -> bool:
    try:
        return compare_digest(serializer.loads(token), secret)
    except (BadData, TypeError):
        return False


def _share_the_globals(app: Flask) -> None:
    """No template has globals of its own, so none needs a chain of dictionaries that every import compares by key."""
    chained, words = app.jinja_env.make_globals, app.jinja_env.globals
    vars(app.jinja_env)["make_globals"] = lambda own: chained(own) if own else words


def _keep_what_never_changes(app: Flask) -> None:
    """The same words for the same arguments: macros without a context, and dates."""
    parts: Any = app.jinja_env.get_template("macros/parts.html").module
    for name in PURE_MACROS:
        setattr(parts, name, _kept(getattr(parts, name)))
    links: Any = app.jinja_env.globals["bootstrap"]
    links.load_css = lru_cache(KEPT)(links.load_css)
    app.jinja_env.filters["day"] = lru_cache(KEPT)(app.jinja_env.filters["day"])


def _kept(macro: Callable[..., Any]) -> Callable[..., Any]:
    """By type as well: text and markup of the same letters are equal, and only one of them is escaped."""
    kept = lru_cache(KEPT, typed=True)(macro)

    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return kept(*arguments, **options)
        except TypeError:  # something that cannot be a key
            return macro(*arguments, **options)

    return call
