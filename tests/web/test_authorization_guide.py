"""The guide to authorization says the four steps of the plan's page, with the plan's exact name in CAQH."""

import re

from flask import Flask

from onboarding.policy.plan import PLAN
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import ProviderType

STEPS = (
    "Log on to CAQH using your account information.",
    "Select the Authorization tab.",
    "Make sure CareSource Management Group is listed as an authorized health plan.",
    "If it is not, check the Authorized box to add it.",
)


def guide(app: Flask, code: ProviderType) -> str:
    macros = app.jinja_env.get_template("macros/authorization.html").module
    return str(macros.guide(provider_type(code), PLAN.caqh_name, 120))  # type: ignore[attr-defined]


def test_the_four_steps_stand_in_their_order_with_the_plans_name(app: Flask) -> None:
    items = re.findall(r"<li>(.*?)</li>", guide(app, ProviderType.LCSW))
    assert tuple(re.sub("<.*?>", "", item) for item in items) == STEPS


def test_physicians_are_sent_to_ccvs_and_organizations_nowhere(app: Flask) -> None:
    assert "CCVS" in guide(app, ProviderType.MD) and "Log on to CAQH" not in guide(app, ProviderType.MD)
    assert guide(app, ProviderType.HOSPITAL).strip() == ""
