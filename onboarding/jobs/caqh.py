"""Speaking with CAQH: our roster kept, statuses asked. The network is used outside any transaction.

What is due stands in rows, a run takes a limited number of them, and a run that stops anywhere is taken up by the next.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from onboarding.caqh.client import CaqhClient, RosterAddition
from onboarding.caqh.wire import NotAnswered
from onboarding.clock import seconds
from onboarding.config import Settings
from onboarding.extensions import committed
from onboarding.policy.people import CLOCK
from onboarding.queries.files import get_application
from onboarding.services import attestation_reminders, caqh_roster
from onboarding.services.authorizations import record_caqh_answer

log = structlog.get_logger("onboarding.jobs")

BATCH = 100
QUESTIONS = 200
LONGEST_RUN = 120.0  # seconds: letters wait behind this job
Done = dict[str, int]


def write_attestation_reminders(settings: Settings) -> Done:
    """Tell applicants whose CAQH attestation lapses."""
    with committed():
        return {"reminders": attestation_reminders.write_attestation_reminders()}


def sync_caqh(settings: Settings) -> Done:
    """Keep our roster at CAQH and ask about those on it. Does nothing without a contract."""
    client = CaqhClient.from_settings(settings)
    if client is None:
        return {}
    done: Counter[str] = Counter()
    with committed():
        done["taken_up"] = caqh_roster.take_up_applicants()
        done["let_go"] = caqh_roster.let_go_ended()
    try:
        _read_batches(client, done)
        _add(client, done)
        _remove(client, done)
        _ask(client, done)
    except NotAnswered as error:  # the service as a whole: the rest waits for the next run
        log.warning("CAQH does not answer", says=error.message)
    return dict(done)


@contextmanager
def _or_trouble(entry_ids: Sequence[int], done: Counter[str]) -> Iterator[None]:
    """Where no answer comes, say so on these entries; go on unless the service as a whole is out of reach."""
    try:
        yield
    except NotAnswered as error:
        with committed():
            caqh_roster.keep_trouble(entry_ids, error.message)
        done["not_checked"] += len(entry_ids)
        if error.whole:
            raise


def _read_batches(client: CaqhClient, done: Counter[str]) -> None:
    with committed():
        batches = caqh_roster.claim_batches(BATCH)
    for batch_id, entry_ids in batches.items():
        with _or_trouble(entry_ids, done):
            results = client.batch_result(batch_id)
            with committed():
                done["on_roster"] += caqh_roster.settle_batch(entry_ids, results)


def _add(client: CaqhClient, done: Counter[str]) -> None:
    with committed():
        additions = caqh_roster.claim_additions(BATCH)
    if not additions:
        return
    try:
        _send(client, additions, done)
    except NotAnswered as error:
        # one that CAQH cannot take must not keep the others off: each alone then, unless nobody is there to ask
        apart = [additions] if error.whole else [{key: addition} for key, addition in additions.items()]
        for part in apart:
            with _or_trouble(list(part), done):
                _send(client, part, done)


def _send(client: CaqhClient, additions: dict[int, RosterAddition], done: Counter[str]) -> None:
    once = {addition.caqh_number: addition for addition in additions.values()}
    batch_id = client.add_to_roster(once.values())
    with committed():
        caqh_roster.keep_batch(list(additions), batch_id)
    done["sent"] += len(additions)


def _remove(client: CaqhClient, done: Counter[str]) -> None:
    with committed():
        removals = caqh_roster.claim_removals(BATCH)
    if removals:
        with _or_trouble(list(removals), done):
            batch_id = client.deroster(sorted(set(removals.values())))
            with committed():
                caqh_roster.settle_removals(list(removals), batch_id)
            done["removed"] += len(removals)


def _ask(client: CaqhClient, done: Counter[str]) -> None:
    until = seconds() + LONGEST_RUN
    for _ in range(QUESTIONS):
        if seconds() > until:
            return
        with committed():
            question = caqh_roster.claim_question()
        if question is None:
            return
        with _or_trouble([question.entry_id], done):
            answer = client.provider_status(caqh_number=question.caqh_number, npi=question.npi)
            with committed():
                file = get_application(question.application_id, for_change=True)
                recorded = record_caqh_answer(file, CLOCK, answer)
                caqh_roster.keep_answer(question.entry_id, answer)
            done["asked"] += 1
            done["recorded"] += recorded is not None
