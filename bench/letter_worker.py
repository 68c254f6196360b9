"""Renders the letters that wait each time a line comes in, and says what it did. Started by bench/letters.py."""

import json
import sys

from onboarding import create_app
from onboarding.extensions import db
from onboarding.jobs.letters import render_letters
from onboarding.letters.render import _engine


def main() -> None:
    app = create_app()
    _engine()  # loaded before the clock starts, as in a scheduler that has been running for a while
    with app.app_context():
        print(json.dumps({"ready": True}), flush=True)
        for _ in sys.stdin:
            print(json.dumps(render_letters(app.extensions["settings"])), flush=True)
            db.session.remove()


if __name__ == "__main__":
    main()
