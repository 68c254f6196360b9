"""d. Letters per second: the job in one process beside bare WeasyPrint, and in two processes beside one."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, select

from bench.place import Place
from bench.result import NotMeasured, Result, alternate, compare, seconds_of
from bench.sweep import take_away
from onboarding.config import ROOT, Environment, Settings
from onboarding.extensions import committed, db
from onboarding.jobs.letters import render_letters
from onboarding.letters.render import PDF_VARIANT, STYLE, letter_html
from onboarding.models import Letter
from onboarding.policy.vocabulary import LetterState
from onboarding.services.letter_facts import letter_view
from onboarding.services.reminders import write_due_reminders

GOAL_ONE = 0.9
GOAL_TWO = 1.8


def measure(app: Flask, place: Place, day: date, letters: int = 200, rounds: int = 5) -> list[Result]:
    """Both ratios. `letters` are rendered in each run of the processes, and shared out over the rounds in one."""
    try:
        return [
            _beside_bare(app, max(2, letters // rounds), rounds),
            _two_beside_one(app, place, day, letters, min(rounds, 3)),
        ]
    finally:
        take_away()
        shutil.rmtree(app.extensions["settings"].storage, ignore_errors=True)


def queue_letters(most: int) -> int:
    """Have this many letters wait to be rendered, reminders as the sweep writes them; answers how many there are."""
    take_away()
    with committed() as session:
        write_due_reminders()
        queued = Letter.state == LetterState.QUEUED
        kept = select(Letter.id).where(queued).order_by(Letter.id).limit(most)
        session.execute(delete(Letter).where(queued, Letter.id.not_in(kept)))
        return session.scalar(select(func.count()).select_from(Letter).where(queued)) or 0


def _beside_bare(app: Flask, each: int, rounds: int) -> Result:
    settings = app.extensions["settings"]
    each = queue_letters(each)
    pages = _pages(settings)
    lay_out = bare_weasyprint()
    lay_out(pages[0])
    render_letters(settings)

    def ours() -> float:
        queue_letters(each)
        began = perf_counter()
        done = render_letters(settings)
        if done != {"rendered": each, "failed": 0, "held_back": 0}:
            raise NotMeasured(f"The job was to render {each} letters and did {done}.")
        return each / (perf_counter() - began)

    def bare() -> float:
        return each / seconds_of(lambda: [lay_out(page) for page in pages])

    return compare("d", "letters, one process", "bare WeasyPrint, same pages", "letters/s", GOAL_ONE,
                   *alternate(ours, bare, rounds), notes=(f"{each} letters a run",))  # fmt: skip


def _pages(settings: Settings) -> list[str]:
    waiting = select(Letter).where(Letter.state == LetterState.QUEUED).order_by(Letter.id)
    views = [
        letter_view(letter, settings.public_url, settings.mail_from) for letter in db.session.scalars(waiting)
    ]
    db.session.rollback()
    return [letter_html(view) for view in views]


def bare_weasyprint() -> Callable[[str], bytes]:
    """WeasyPrint as its manual says, told of the style sheet and the fonts once; no template, no row, no file."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    style = CSS(filename=STYLE, font_config=fonts)

    def lay_out(page: str) -> bytes:
        pdf: bytes = HTML(string=page).write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant=PDF_VARIANT
        )
        return pdf

    return lay_out


def _two_beside_one(app: Flask, place: Place, day: date, letters: int, rounds: int) -> Result:
    workers = [Worker(place, day) for _ in range(2)]
    try:
        for worker in workers:
            worker.hear()

        def rate(count: int) -> float:
            waiting = queue_letters(letters)
            began = perf_counter()
            for worker in workers[:count]:
                worker.tell()
            done = [worker.hear() for worker in workers[:count]]
            took = perf_counter() - began
            rendered, failed = sum(one["rendered"] for one in done), sum(one["failed"] for one in done)
            if (rendered, failed) != (waiting, 0):
                raise NotMeasured(f"{count} processes were to render {waiting} letters and did {done}.")
            return waiting / took

        runs = alternate(lambda: rate(2), lambda: rate(1), rounds)
    finally:
        for worker in workers:
            worker.end()
    return compare("d", "letters, two processes", "one process", "letters/s", GOAL_TWO, *runs,
                   notes=(f"{letters} letters a run, each process until the queue is empty",))  # fmt: skip


class Worker:
    """A process of its own that renders the queue empty whenever it is told to."""

    def __init__(self, place: Place, day: date):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.letter_worker"], cwd=ROOT, text=True, bufsize=1,
            env=place.environment(day, Environment.DEVELOPMENT), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def tell(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("render\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NotMeasured("A process that renders letters ended before its time.")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
