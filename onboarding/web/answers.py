"""How the program answers: security headers on every page, domain errors as pages, health for machines."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError, TooManyRequests

from onboarding.errors import OnboardingError
from onboarding.extensions import db
from onboarding.queries.health import find_troubles
from onboarding.web.access import anyone, open_application_id, rule_of
from onboarding.web.again import NAMED, ask_after_stale_token
from onboarding.web.log import log

bp = Blueprint("answers", __name__)

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGE_HEADERS = {**HEADERS, "Cache-Control": "no-store"}
STATIC = ("static", "bootstrap.static", "security.static")
# A packaged file asked for under the version that it has now never changes; one without a version (a font that a style
# sheet names, the style sheets of an extension) is asked for anew after an hour; under any other version, each time.
FOR_EVER, AN_HOUR, EACH_TIME = "public, max-age=31536000, immutable", "public, max-age=3600", "no-cache"


@cache
def packaged_version(folder: str) -> str:
    """What stands in the address of a packaged file, so that a browser keeps it until any of them changes."""
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()[:12]


def init_answers(app: Flask) -> None:
    """Headers, error pages, health."""
    app.after_request(_headers)
    app.register_error_handler(OnboardingError, _refusal)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failure)
    app.register_blueprint(bp)


@bp.get("/healthz")
@anyone
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@anyone
def readyz() -> tuple[Response, int]:
    """The process can work: database open and at the right version, folders writable. Names the part, no details."""
    troubles = find_troubles(current_app.extensions["settings"])
    body = {
        "status": "ready" if not troubles else "not ready",
        "troubles": [trouble.part for trouble in troubles],
    }
    return jsonify(body), 200 if not troubles else 503


def _headers(response: Response) -> Response:
    """What a view has set itself stays."""
    packaged = request.endpoint in STATIC
    wanted, headers = HEADERS if packaged else PAGE_HEADERS, response.headers
    if packaged and response.status_code in (200, 304):
        headers["Cache-Control"] = _kept_for(request.args.get("v"))
    present = {name.lower() for name, _ in headers}
    headers.extend([(name, value) for name, value in wanted.items() if name.lower() not in present])
    if current_app.extensions["settings"].production:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def _kept_for(version: str | None) -> str:
    if version is None:
        return AN_HOUR
    return FOR_EVER if version == packaged_version(str(current_app.static_folder)) else EACH_TIME


def _page(title: str, message: str, status: int, reasons: tuple[str, ...] = ()) -> tuple[str, int]:
    # Where the database may be down nobody is asked who is signed in.
    desk = request.path.startswith("/staff") and status < 500
    return render_template(
        "errors/error.html", title=title, message=message, reasons=reasons, desk=desk,
        is_open=open_application_id() is not None,
    ), status  # fmt: skip


_TITLES = {403: "Not allowed", 404: "Page not found", 409: "That did not work", 422: "Please check"}


def _refusal(error: OnboardingError) -> tuple[str, int]:
    reasons = tuple(getattr(error, "reasons", ()))
    message = "Something still stands in the way:" if reasons else error.message
    return _page(_TITLES.get(error.status_code, "That did not work"), message, error.status_code, reasons)


def _stale_form(error: CSRFError) -> tuple[str, int]:
    rule = rule_of(current_app, request.endpoint or "")
    if NAMED in request.form and rule and rule.who == "applicant":
        return ask_after_stale_token()
    says = "This form was open too long, or cookies are off. Go back, reload the page and send it again."
    return _page("Please send the form again", says, 400)


def _too_often(error: TooManyRequests) -> tuple[str, int]:
    minutes = current_app.extensions["settings"].window_minutes
    return _page("Too many tries", f"Please wait {minutes} minutes and try again.", 429)


def _too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    settings = current_app.extensions["settings"]
    most = settings.upload_megabytes * settings.uploads_at_once
    says = (
        f"What you sent is larger than {most} MB. Send fewer files at once, or scan at a lower resolution, then try "
        f"again. One file may have {settings.upload_megabytes} MB."
    )
    return _page("Too much at once", says, 413)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400 or isinstance(
        error, SecurityError
    ):  # for a host that is not ours there are no addresses to link
        return error
    says = {404: "There is no such page. Check the address, or start from the first page.",
            405: "This address does not take that kind of request."}.get(status, "The request could not be read.")  # fmt: skip
    return _page(_TITLES.get(status, "That did not work"), says, status)


def _failure(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    log.exception("failure", request=g.get("request_id", ""))
    says = (
        "Something went wrong on our side, and nothing was changed. Try again in a moment; if it happens again, call "
        f"us and give the reference {g.get('request_id', 'none')}."
    )
    return _page("Something went wrong", says, 500)
