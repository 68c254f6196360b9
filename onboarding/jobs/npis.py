"""The NPIs of a roster held against NPPES: what is known first, then the service, for a bounded time."""

import time
from collections.abc import Sequence
from dataclasses import replace

from onboarding.config import Settings
from onboarding.extensions import committed, db
from onboarding.nppes import ask_nppes
from onboarding.policy.identifiers import npi_problem
from onboarding.policy.nppes import npi_refusal
from onboarding.policy.roster_rows import CheckedRow
from onboarding.policy.vocabulary import NppesOutcome, Subject
from onboarding.queries.registry import find_known, list_on_file, may_ask_again
from onboarding.services.registry import keep_answer

SECONDS = 30.0  # for the questions of one roster to the service: its group waits for the check


class NpiCheck:
    """What NPPES says of the practitioners of one roster. The service is asked about those of whom nothing is known,
    until the time is up or it fails once: what was not asked then is asked when the form is sent."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._until = time.monotonic() + SECONDS
        self._asks = bool(settings.nppes_url)

    def look(self, rows: Sequence[CheckedRow]) -> list[CheckedRow]:
        """The rows, those refused whose NPI is out of service or an organization's. Call it outside of any transaction."""
        npis = [npi for row in rows if npi_problem(npi := str(row.answers.get("npi") or "")) is None]
        on_file = list_on_file(npis)
        db.session.rollback()
        look_up = [npi for npi in npis if on_file.get(npi) or (npi not in on_file and self._ask(npi))]
        refused = {npi: says for npi in look_up if (says := _refusal(npi))}
        db.session.rollback()
        return [
            replace(row, problems={"npi": refused[npi], **row.problems})
            if (npi := str(row.answers.get("npi") or "")) in refused
            else row
            for row in rows
        ]

    def _ask(self, npi: str) -> bool:
        """Did the service say anything of this NPI now?"""
        if not self._asks or time.monotonic() > self._until:
            return False
        may_ask = may_ask_again(npi)
        db.session.rollback()
        if not may_ask:
            return False
        answer = ask_nppes(self._settings.nppes_url, npi, self._settings.nppes_seconds)
        with committed():
            keep_answer(npi, answer)
        self._asks = answer.outcome is not NppesOutcome.NOT_CHECKED
        return self._asks


def _refusal(npi: str) -> str | None:
    known = find_known(npi)
    return npi_refusal(known.outcome, known.facts, Subject.PRACTITIONER)
