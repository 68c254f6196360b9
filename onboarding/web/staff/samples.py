"""File audits: samples drawn, the files of one, and the checklist of each."""

from collections.abc import Iterator, Sequence

from flask import Response, redirect, render_template, request, url_for

from onboarding.clock import today
from onboarding.errors import BadInput
from onboarding.extensions import committed
from onboarding.models import FileSample, SampledFile
from onboarding.policy.file_audit import Line, Outcome, checklist
from onboarding.policy.vocabulary import Capability
from onboarding.queries.audited_files import get_audited_file, list_audited_files
from onboarding.queries.committee import tied_npis
from onboarding.queries.file_audit import get_sample, get_sampled_file, list_samples
from onboarding.services.file_audit import LONGEST_SEED, draw_sample
from onboarding.web.access import current_actor, staff_who
from onboarding.web.staff.csv_file import csv_answer
from onboarding.web.staff.handout import must_not_be_concerned
from onboarding.web.staff.page import Trouble
from onboarding.web.staff.room import Answer, bp
from onboarding.web.staff.typed import day, text


@bp.get("/audit/samples")
@staff_who(Capability.SEE_SAMPLE)
def samples() -> str:
    """The samples drawn, and the form that draws one."""
    return _page()


@bp.post("/audit/samples")
@staff_who(Capability.DRAW_SAMPLE)
def draw() -> Answer:
    """Draw a sample of the files decided in a period."""
    actor = current_actor()
    try:
        with committed():
            sample = draw_sample(actor, from_on=day("from_on"), to_on=day("to_on"), seed=text("seed"))
            number = sample.id
    except BadInput as error:
        return _page(Trouble("draw", (error.message,), error.fields, request.form)), error.status_code
    return redirect(url_for("staff.sample", sample_id=number), 303)


@bp.get("/audit/samples/<int:sample_id>")
@staff_who(Capability.SEE_SAMPLE)
def sample(sample_id: int) -> str:
    """The files of one sample, and how each stands."""
    found = get_sample(sample_id)
    rows = [
        (file, _count(lines, Outcome.FAILED), _count(lines, Outcome.NOT_DUE), len(lines))
        for file, lines in _checked(found)
    ]
    return render_template("staff/audit/sample.html", sample=found, rows=rows)


@bp.get("/audit/samples/<int:sample_id>.csv")
@staff_who(Capability.SEE_SAMPLE)
def sample_csv(sample_id: int) -> Response:
    """Every element of every file of one sample."""
    found = get_sample(sample_id)
    return csv_answer(f"sample-{found.id}-seed-{_plain(found.seed)}.csv", _rows(found))


@bp.get("/audit/samples/<int:sample_id>/files/<int:number>")
@staff_who(Capability.SEE_SAMPLE)
def sampled_file(sample_id: int, number: int) -> str:
    """The checklist of one file."""
    file = get_sampled_file(sample_id, number)
    must_not_be_concerned(file.application_id)
    return render_template(
        "staff/audit/sampled_file.html",
        file=file,
        sample=file.sample,
        lines=checklist(get_audited_file(file.application, file.decision)),
    )


def _page(trouble: Trouble | None = None) -> str:
    first = today().replace(month=1, day=1)
    return render_template(
        "staff/audit/samples.html", samples=list_samples(), trouble=trouble, first=first, today=today(), longest=LONGEST_SEED,
    )  # fmt: skip


def _checked(found: FileSample) -> Iterator[tuple[SampledFile, list[Line]]]:
    """The files of a sample, but for those of providers the reader has a tie to."""
    closed = tied_npis(current_actor().id)
    files = [file for file in found.files if file.application.npi not in closed]
    audited = list_audited_files([(file.application, file.decision) for file in files])
    for file, one in zip(files, audited, strict=True):
        yield file, checklist(one)


def _count(lines: Sequence[Line], outcome: Outcome) -> int:
    return sum(line.outcome is outcome for line in lines)


def _rows(found: FileSample) -> Iterator[Sequence[object]]:
    yield (
        "Seed",
        "No.",
        "Application ID",
        "Provider",
        "Kind",
        "Decided",
        "Element",
        "Date",
        "Limit",
        "Outcome",
        "Evidence",
    )
    for file, lines in _checked(found):
        about = (found.seed, file.number, file.application.public_id, file.application.name, file.kind, file.decision.decided_on)  # fmt: skip
        for line in lines:
            yield (*about, line.element, line.on, line.limit, line.outcome, line.evidence)


def _plain(seed: str) -> str:
    return "".join(character for character in seed if character.isascii() and character.isalnum())
