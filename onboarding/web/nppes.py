"""Learning about an NPI while somebody waits: what is known already, else one question to the NPPES service."""

from flask import current_app
from werkzeug.exceptions import TooManyRequests

from onboarding.extensions import committed, db, visitor_address
from onboarding.nppes import ask_nppes
from onboarding.policy.vocabulary import NppesOutcome
from onboarding.queries.registry import Known, find_answer, find_in_file, find_known, may_ask_again
from onboarding.services.registry import keep_answer
from onboarding.web.limits import count_try


def learn(npi: str) -> Known:
    """What is known of this NPI, the service asked where nothing is. It being down, or asked too often, is "not checked".

    Ends the reading transaction: nobody waits for NPPES inside one.
    """
    known = find_answer(npi) or find_in_file(npi)
    if known is not None or not may_ask_again(npi):
        return known or find_known(npi)
    try:
        count_try("NPPES asked", visitor_address(), current_app.extensions["settings"].forms_per_window)
    except TooManyRequests:
        return find_known(npi)
    if current_app.extensions["settings"].nppes_url:
        ask_again(npi)
    return find_known(npi)


def ask_again(npi: str) -> NppesOutcome:
    """Ask the service, whatever is known already, and keep what it says. Ends the reading transaction."""
    settings = current_app.extensions["settings"]
    db.session.rollback()
    answer = ask_nppes(settings.nppes_url, npi, settings.nppes_seconds)
    with committed():
        keep_answer(npi, answer)
    return answer.outcome
