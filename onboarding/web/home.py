"""The first page: what joining takes, and the choice of the kind of provider."""

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from onboarding.clock import today
from onboarding.errors import NotFound
from onboarding.extensions import committed
from onboarding.policy.deadlines import clock
from onboarding.policy.plan import ANNOUNCEMENTS, CONTACTS, KIND_LABELS, PARTNERS, TRAINING
from onboarding.policy.stages import JOURNEY
from onboarding.policy.vocabulary import ProviderKind
from onboarding.services.apply import count_referral
from onboarding.web.access import anyone
from onboarding.web.forms.apply import KindForm

bp = Blueprint("home", __name__)


@bp.get("/")
@anyone
def start() -> str:
    """What joining takes."""
    return _page(KindForm())


@bp.post("/start")
@anyone
def choose() -> AnyResponse | tuple[str, int]:
    """Go on by the kind of provider: to the form, or to the partner that enrols this kind (counted)."""
    form = KindForm()
    kind = form.choice()
    if kind is None:
        return _page(form), 422
    if kind in PARTNERS:
        with committed():
            count_referral(kind)
        return redirect(url_for("home.partner", kind=kind.value), 303)
    return redirect(url_for("apply.choose_type", kind=kind.value), 303)


@bp.get("/partners/<kind>")
@anyone
def partner(kind: str) -> str | Response:
    """Whom to ask instead of us."""
    if kind not in PARTNERS:
        raise NotFound("There is no such page.")
    found = PARTNERS[ProviderKind(kind)]
    email: str = getattr(current_app.extensions["settings"], f"{kind}_partner_email")
    return render_template("home/partner.html", partner=found, email=email)


@bp.get("/contact")
@anyone
def contact() -> str:
    """Whom to call or write to about what."""
    email: str = current_app.extensions["settings"].mail_from
    return render_template("home/contact.html", contacts=CONTACTS, email=email)


@bp.get("/training")
@anyone
def training() -> str:
    """Orientation, events, topics; what is announced only says so."""
    return render_template("home/training.html", resources=TRAINING)


@bp.get("/updates")
@anyone
def updates() -> str:
    """What a provider should know of how we work now."""
    return render_template("home/updates.html", announcements=ANNOUNCEMENTS)


def _page(form: KindForm) -> str:
    draft_days = clock("draft_kept", today()).amount
    hints = {kind.value: hint for kind, (_, hint) in KIND_LABELS.items()}
    return render_template("home/start.html", form=form, journey=JOURNEY, hints=hints, draft_days=draft_days)
