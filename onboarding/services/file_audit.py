"""Drawing a sample of decided files for an audit, and taking out the packet of one file: both are kept in the history."""

import secrets
from datetime import date

from onboarding.clock import now, today
from onboarding.errors import BadInput
from onboarding.extensions import db
from onboarding.models import Application, FileSample, FileSummary, SampledFile
from onboarding.policy.days import say
from onboarding.policy.file_audit import AGAIN, INITIAL, draw
from onboarding.policy.people import Actor
from onboarding.queries.file_audit import list_decided
from onboarding.services.audit import record_event

LONGEST_SEED = 40


def draw_sample(actor: Actor, *, from_on: date | None, to_on: date | None, seed: str = "") -> FileSample:
    """Draw a sample of the files decided in these days, by this seed or a fresh one, and keep it.

    Raises BadInput for a period that is none or in which nothing was decided, or for a seed that is too long.
    """
    wrong = {}
    if from_on is None:
        wrong["from_on"] = "Enter the first day of the period."
    if to_on is None or to_on > today():
        wrong["to_on"] = "Enter the last day of the period, today or earlier."
    elif from_on and to_on < from_on:
        wrong["to_on"] = "The last day comes before the first."
    if len(seed) > LONGEST_SEED:
        wrong["seed"] = f"At most {LONGEST_SEED} characters, please."
    if wrong or from_on is None or to_on is None:
        raise BadInput(" ".join(wrong.values()), wrong)
    decided = {file.public_id: file for file in list_decided(from_on, to_on)}
    if not decided:
        says = f"Nothing was decided from {say(from_on)} to {say(to_on)}."
        raise BadInput(says, {"from_on": says})
    assert actor.id is not None, "only staff draw samples"
    files = {
        kind: [public_id for public_id, file in decided.items() if file.kind is kind]
        for kind in (INITIAL, AGAIN)
    }
    seed = seed.strip() or secrets.token_hex(4)
    sample = FileSample(
        seed=seed, from_on=from_on, to_on=to_on, initial=len(files[INITIAL]), recredentialing=len(files[AGAIN]),
        drawn_at=now(), drawn_by_id=actor.id,
    )  # fmt: skip
    for number, public_id in enumerate(draw(seed, files), 1):
        file = decided[public_id]
        sample.files.append(
            SampledFile(
                number=number,
                kind=file.kind,
                application_id=file.application_id,
                decision_id=file.decision_id,
            )
        )
    db.session.add(sample)
    db.session.flush()
    record_event(
        actor=actor,
        action="draw_sample",
        what=f"Sample of {len(sample.files)} files drawn, decided {from_on.isoformat()} to {to_on.isoformat()}",
        details={"sample": sample.id, "seed": seed},
    )
    return sample


def ask_for_summary(
    application: Application, actor: Actor, *, version: int, page_key: str, page_sha256: str
) -> FileSummary:
    """Have the summary of a file laid out, of the page as it reads at this version; the file is not changed by that."""
    summary = FileSummary(
        application_id=application.id, version=version, page_key=page_key, page_sha256=page_sha256, asked_at=now(),
        asked_by_id=actor.id,
    )  # fmt: skip
    db.session.add(summary)
    record_event(
        actor=actor,
        application=application,
        action="ask_for_summary",
        what="Audit packet asked for",
        looked=True,
    )
    return summary


def note_packet(application: Application, actor: Actor) -> None:
    """Note in the history that somebody took out the packet of this file; the file itself is not changed by that."""
    record_event(
        actor=actor,
        application=application,
        action="take_packet",
        what="Audit packet downloaded",
        looked=True,
    )
