"""A kill -9 at any instruction loses no letter and sends none twice. `python -m bench --only k` is the long form."""

import os

from flask import Flask

from bench.kills import run
from onboarding.config import Settings
from tests.conftest import KEYS, TODAY


def test_ten_kills_in_150_letters_lose_none_send_none_twice_and_list_what_is_in_doubt(
    app: Flask, settings: Settings
) -> None:
    environment = {
        **os.environ,
        "ONBOARDING_ENVIRONMENT": "test",
        "ONBOARDING_TODAY": TODAY.isoformat(),
        "ONBOARDING_INSTANCE": str(settings.instance),
        "ONBOARDING_DATABASE_URL": settings.database_url,
        "ONBOARDING_SECRET_KEY": KEYS.secret_key,
        "ONBOARDING_FIELD_KEYS": ",".join(KEYS.field_keys),
        "ONBOARDING_INDEX_KEY": KEYS.index_key,
    }
    outcome = run(settings, environment, letters=150, kills=10, seed=4)
    assert (outcome.letters, outcome.kills, outcome.mails, outcome.prints) == (150, 10, 150, 51)
    assert (outcome.lost, outcome.twice, outcome.not_listed) == (0, 0, 0)
    assert outcome.in_doubt > 0
