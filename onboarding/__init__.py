"""Provider onboarding and credentialing for a health plan."""

from flask import Flask

from onboarding.config import ROOT, Keys, Settings
from onboarding.extensions import bootstrap, csrf, db, engine_options, init_vault, limiter, migrate
from onboarding.policy.deadlines import set_disputed
from onboarding.web import init_web
from onboarding.web.log import init_log
from onboarding.web.sign_in import init_sign_in


def create_app(settings: Settings | None = None, keys: Keys | None = None) -> Flask:
    """The program, put together: settings, keys, log, database, sign-in, pages. Raises MissingKeys without keys."""
    settings = settings or Settings()
    keys = keys or Keys.load(settings)
    app = Flask(
        "onboarding",
        root_path=str(ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(flask_settings(settings, keys))
    app.extensions["settings"] = settings
    set_disputed(history_age=settings.work_history_days, application_age=settings.application_days)
    init_log(app, settings)
    init_vault(app, keys)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    bootstrap.init_app(app)
    limiter.init_app(app)
    init_sign_in(app)
    init_web(app)
    return app


def flask_settings(settings: Settings, keys: Keys) -> dict[str, object]:
    """What Flask and its extensions are told, drawn from our settings."""
    secure = settings.production
    return {
        "TESTING": settings.environment == "test",
        "TODAY": settings.today,
        "SECRET_KEY": keys.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": (settings.upload_megabytes * settings.uploads_at_once + 1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 300,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # Of the cookie and the form tokens in it; who may go on with it for how long, web/access.py says.
        "PERMANENT_SESSION_LIFETIME": 31 * 24 * 3600,
        "TRUSTED_HOSTS": [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()] or None,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer, which our own Referrer-Policy keeps browsers from sending
        "BOOTSTRAP_SERVE_LOCAL": True,
        "RATELIMIT_STORAGE_URI": settings.rate_limit_store,
        "RATELIMIT_STRATEGY": "fixed-window",
        "RATELIMIT_HEADERS_ENABLED": False,
        "TEMPLATES_AUTO_RELOAD": False,
    }
