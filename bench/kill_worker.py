"""Forks a sender each time a line comes in, and says its process id. Started by bench/kills.py, which kills them.

Two things are not as in a scheduler: a page is a stub, so that the time goes into handing over; and leases are short, so
that the bench need not wait three minutes for each.
"""

import os
import signal
import sys
import time
import traceback

from flask import Flask

from onboarding import create_app
from onboarding.extensions import db
from onboarding.jobs import letters
from onboarding.services import letters as letter_services
from onboarding.services import outbox

LEASE_SECONDS = 2.0
STUB = b"%PDF-1.7 a page of the bench\n%%EOF\n"


def main() -> None:
    app = create_app()
    letters.render_pdf = lambda view: STUB
    letter_services.LEASE_SECONDS = outbox.LEASE_SECONDS = LEASE_SECONDS
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            _send_until_killed(app)
        print(child, flush=True)


def _send_until_killed(app: Flask) -> None:
    settings = app.extensions["settings"]
    with app.app_context():
        while True:
            for job in (letters.render_letters, letters.hand_over_print, letters.hand_over_mail):
                try:  # as in a scheduler, a run that failed is made up by the next
                    job(settings)
                except Exception:
                    traceback.print_exc()
                db.session.remove()
            time.sleep(0.02)


if __name__ == "__main__":
    main()
