"""The demonstration: cases at every stage, loaded once; two processes that begin and end together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click import ClickException
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from onboarding import create_app
from onboarding.cli import children, demo_network, main
from onboarding.cli.demo import _addresses_before, _alone
from onboarding.cli.demo_cases import TABLE, answers_of
from onboarding.cli.demo_network import ACCOUNTS, PASSWORD, HalfLoaded, is_empty, is_loaded, load_network
from onboarding.clock import today
from onboarding.config import ROOT, Environment, Settings
from onboarding.extensions import db
from onboarding.jobs.documents import look_into_documents
from onboarding.jobs.runner import leadership
from onboarding.models import (
    Application,
    AuditEvent,
    Document,
    ExclusionMatch,
    Invitation,
    JobRun,
    Letter,
    MonitoringFinding,
    OnboardingItem,
    OutboxMessage,
    Participation,
    PaymentEnrolment,
    RightsRequest,
    RosterRow,
    Staff,
)
from onboarding.policy.contract_form import problems
from onboarding.policy.file import Request
from onboarding.policy.guards import matches_resolved, screening_done
from onboarding.policy.provider_types import provider_type
from onboarding.policy.vocabulary import (
    Action,
    DocumentState,
    FindingKind,
    InvitationState,
    LetterKind,
    LetterState,
    MatchResolution,
    MessageState,
    ProviderType,
    RightsState,
    Role,
    RosterRowState,
    Status,
)
from onboarding.policy.workflow import find_step, reasons_against
from onboarding.queries.files import get_credentialing_file
from onboarding.services.accounts import SHORTEST_PASSWORD
from tests.conftest import TODAY
from tests.support.cases import make_draft

COMMAND = [sys.executable, "-c", "from onboarding.cli import main; main()"]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_network_is_loaded_into_postgresql_too(app: Flask, settings: Settings) -> None:
    if settings.sqlite:
        pytest.skip("on SQLite the command itself loads it, below")
    lines: list[str] = []
    load_network(app, settings, lines.append)
    assert lines[11].startswith(f"12 of {len(TABLE)}: ")
    assert app.config["TODAY"] == TODAY == today()
    _cases_are_at_every_stage(settings)


def _cases_are_at_every_stage(settings: Settings) -> None:
    assert is_loaded()
    assert not is_empty()
    assert set(db.session.scalars(select(Application.status))) == set(Status)
    _every_kind_of_provider_is_there()
    _evidence_is_mixed()
    _letters_left_on_their_days(settings)
    _somebody_is_due_and_somebody_is_paid()
    assert set(db.session.scalars(select(RosterRow.state))) == {
        RosterRowState.IMPORTED,
        RosterRowState.REFUSED,
    }
    _one_file_can_be_approved_and_the_others_decided(settings)
    _rights_are_used_and_somebody_is_invited()
    assert {role for role, _, _ in ACCOUNTS} == set(Role) - {Role.APPLICANT, Role.CLOCK}
    assert count(Staff) == len(ACCOUNTS)
    assert not list(db.session.scalars(select(JobRun).where(JobRun.error != "")))
    assert [one.status for one in demo_network.list_showpieces()] == [
        Status.RETURNED, Status.GATHERING, Status.VERIFYING, Status.IN_COMMITTEE, Status.PARTICIPATING,
    ]  # fmt: skip


def _every_kind_of_provider_is_there() -> None:
    wanted = {ProviderType(code) for code in ["md", "do", "cnp", "pa", "crna", "lcsw", "psychologist", "ot"]}
    wanted |= {ProviderType.BEHAVIORAL_HEALTH_AGENCY, ProviderType.HCBS_PROVIDER}
    assert wanted <= set(db.session.scalars(select(Application.provider_type)))
    nurses = select(Application.independent).where(Application.provider_type == ProviderType.CNP)
    assert set(db.session.scalars(nurses)) == {True, False}


def _evidence_is_mixed() -> None:
    assert set(db.session.scalars(select(Document.state))) == set(DocumentState)
    soon = select(Document).where(Document.expires_on.between(today(), today() + timedelta(days=25)))
    assert list(db.session.scalars(soon))
    assert set(db.session.scalars(select(ExclusionMatch.resolution))) == {None, MatchResolution.DIFFERENT}


def _letters_left_on_their_days(settings: Settings) -> None:
    unsent = select(Letter.kind).where(Letter.state != LetterState.RENDERED)
    assert set(db.session.scalars(unsent)) <= {LetterKind.CCVS_REQUEST}  # its profile came on the same day
    late = select(OutboxMessage).join(Letter).where(OutboxMessage.sent_on != Letter.written_on)
    assert not list(db.session.scalars(late))
    stuck = list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.state != MessageState.SENT)))
    assert {message.letter.application.status for message in stuck} == {Status.APPROVED}
    assert {message.state for message in stuck} == {MessageState.IN_DOUBT}
    assert settings.print_folder and list(settings.print_folder.glob("*-welcome-*.pdf"))
    assert settings.mail_folder and list(settings.mail_folder.glob("*.eml"))
    events = select(func.min(AuditEvent.on), func.max(AuditEvent.on))
    first, last = db.session.execute(events).one()
    assert (today() - first).days > 1000
    assert last == today()


def _somebody_is_due_and_somebody_is_paid() -> None:
    due = list(db.session.scalars(select(Participation.recredentialing_due_on)))
    assert any(0 < (day - today()).days <= 90 for day in due)
    assert db.session.scalars(select(PaymentEnrolment)).one().account_last4 == "7890"
    assert 0 < count(OnboardingItem) < 6
    assert sorted(db.session.scalars(select(MonitoringFinding.kind))) == [
        FindingKind.COMPLAINT, FindingKind.COMPLAINT, FindingKind.QUALITY_RESULT,
    ]  # fmt: skip


def _rights_are_used_and_somebody_is_invited() -> None:
    assert set(db.session.scalars(select(RightsRequest.state))) == set(RightsState)
    notices = db.session.scalars(select(Letter.id).where(Letter.kind == LetterKind.DISCREPANCY)).all()
    answered = db.session.scalars(
        select(RightsRequest.letter_id).where(RightsRequest.letter_id.is_not(None))
    ).all()
    assert (len(notices), len(answered)) == (2, 1)
    assert set(db.session.scalars(select(Invitation.state))) == {InvitationState.NEW, InvitationState.INVITED}


def _one_file_can_be_approved_and_the_others_decided(settings: Settings) -> None:
    """Whoever tries the demonstration finds something to sign, and files of the committee in date, after the clock has
    looked into every document."""
    while look_into_documents(settings)["looked_into"]:
        db.session.expire_all()
    clean = {}
    for application in db.session.scalars(
        select(Application).where(Application.due_on.is_not(None))
    ).unique():
        file = get_credentialing_file(application)
        nobody = Request(Action.APPROVE_CLEAN_FILE, frozenset())
        if application.status in (Status.READY, Status.IN_COMMITTEE):
            assert not screening_done(file, nobody), application.name
            assert not matches_resolved(file, nobody), application.name
        step = find_step(application.status, Action.APPROVE_CLEAN_FILE)
        if step:
            clean[application.name] = not reasons_against(step, file, nobody)
    assert sorted(clean.values()) == [False, True]


def test_every_applicant_of_the_table_gives_answers_the_form_takes() -> None:
    for number, cast in enumerate(TABLE, start=1):
        assert not problems(provider_type(cast.code), answers_of(cast, number, TODAY), TODAY), cast.name


def test_the_demonstration_passphrase_is_long_enough() -> None:
    assert len(PASSWORD) >= SHORTEST_PASSWORD


def test_a_loading_that_was_broken_off_is_noticed(app: Flask, settings: Settings) -> None:
    demo_network._hire()
    with pytest.raises(HalfLoaded):
        is_loaded()


def test_a_second_demonstration_waits_for_the_one_that_loads(app: Flask, settings: Settings) -> None:
    demo_network._hire()
    says = "Another demonstration is loading here"
    with leadership(settings), pytest.raises(ClickException, match=says), _alone(settings):
        pass


def test_under_another_address_the_demonstration_says_where_earlier_mails_lead(settings: Settings) -> None:
    here, there = (
        settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"}) for port in (8000, 8001)
    )
    assert _addresses_before(here) == _addresses_before(here) == []
    assert _addresses_before(there) == ["http://127.0.0.1:8000"]
    assert _addresses_before(here) == ["http://127.0.0.1:8001"]


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of the command on a fresh database of the kind under test, with keys to be made."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONBOARDING_")},
        "ONBOARDING_INSTANCE": str(settings.instance / "instance"),
        "ONBOARDING_DATABASE_URL": settings.database_url if not settings.sqlite else "",
    }


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """The real command in a process group of its own, as a terminal starts it."""

    def __init__(self, environment: dict[str, str], port: int, output: Path):
        self.url, self.output = f"http://127.0.0.1:{port}", output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [*COMMAND, "demo", "--port", str(port)], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.output.read_text()

    def wait_until_it_says(self, text: str, wait: float = 240) -> None:
        give_up_at = time.monotonic() + wait
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < give_up_at, self.said
            time.sleep(0.1)

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in listed.split()]


@pytest.fixture
def start(environment: dict[str, str], port: int, tmp_path: Path) -> Iterator:
    started: list[Demo] = []

    def start_demo() -> Demo:
        started.append(Demo(environment, port, tmp_path / f"said-{len(started)}"))
        return started[-1]

    yield start_demo
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.process.wait(30)


def alive(groups: list[int]) -> list[int]:
    """Every process of these groups that has not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(group) in groups and state != "Z":
            found.append(int(folder.name))
    return found


def is_answered(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


@pytest.mark.once
def test_the_demonstration_starts_answers_and_ends_with_ctrl_c_and_keeps_its_data(start, environment) -> None:
    first = start()
    first.wait_until_it_says("Ctrl-C ends both")
    assert f"12 of {len(TABLE)}" in first.said
    assert "its practitioners open from there" in first.said
    assert all(text in first.said for text in (PASSWORD, "/status", "/staff", "coordinator@demo.example"))
    assert is_answered(f"{first.url}/readyz")
    assert is_answered(f"{first.url}/static/fonts/fonts.css")
    both = first.children()
    assert len(both) == 2
    assert len(alive(both)) >= 4  # the web server has workers
    os.killpg(first.process.pid, signal.SIGINT)
    assert first.process.wait(40) == 0
    assert "Traceback" not in first.said
    assert alive(both) == []
    assert not is_answered(f"{first.url}/healthz")
    logs = Path(environment["ONBOARDING_INSTANCE"], "log")
    assert "Traceback" not in "".join(log.read_text() for log in logs.iterdir())
    kept = Settings(instance=logs.parent, environment=Environment.TEST)
    with create_app(kept).app_context():
        _cases_are_at_every_stage(kept)
        db.engine.dispose()

    again = start()
    again.wait_until_it_says("Ctrl-C ends both")
    assert "is kept" in again.said
    assert " of 2" not in again.said
    both = again.children()
    os.kill(again.process.pid, signal.SIGTERM)  # to the parent alone
    assert again.process.wait(40) == 0
    assert alive(both) == []
    assert "Traceback" not in again.said


def test_workers_that_do_not_hear_their_parent_are_ended_with_it(tmp_path: Path) -> None:
    deaf = "sh -c 'trap \"\" TERM; sleep 60' & echo $$; trap 'exit 0' TERM; wait"
    parent = children.Child("parent", ["sh", "-c", deaf], tmp_path / "parent.log")
    with children._running(parent, dict(os.environ)) as process:
        while len(alive([process.pid])) < 3:
            time.sleep(0.05)
    deadline = time.monotonic() + 10  # the kernel ends them in its own time
    while alive([process.pid]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive([process.pid]) == []


def test_a_server_that_does_not_hear_the_signal_is_ended_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "END_SECONDS", 0.3)
    deaf = children.Child("web server", ["sh", "-c", "trap '' TERM; sleep 60"], None)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
    began = time.monotonic()
    assert children.run_until_asked(deaf) == 0
    assert time.monotonic() - began < 10
    assert children.run_until_asked(children.Child("web server", ["sh", "-c", "exit 3"], None)) == 3


def test_a_port_in_use_is_said_before_anything_is_started(start, port: int, environment) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        refused = start()
        assert refused.process.wait(30) == 1
    assert f"Port {port} is in use" in refused.said
    assert f"--port {port + 1}" in refused.said
    assert not Path(environment["ONBOARDING_INSTANCE"]).exists()


def test_the_demonstration_never_runs_in_production(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ONBOARDING_ENVIRONMENT", "production")
    monkeypatch.setenv("ONBOARDING_PUBLIC_URL", "https://network.plan.example")
    monkeypatch.setenv("ONBOARDING_INSTANCE", str(tmp_path / "none"))
    done = CliRunner().invoke(main, ["demo"])
    assert done.exit_code == 1
    assert "never runs in production" in done.output
    assert not (tmp_path / "none").exists()


def test_a_database_with_data_of_its_own_gets_no_demonstration_data(app: Flask, settings: Settings) -> None:
    make_draft()
    assert not is_loaded()
    assert not is_empty()


def test_when_one_process_ends_the_other_is_ended_and_its_log_is_shown(tmp_path: Path) -> None:
    sleeper = children.Child("sleeper", ["sleep", "60"], tmp_path / "sleeper.log")
    failing = children.Child(
        "failing one", ["sh", "-c", "echo no such table >&2; exit 3"], tmp_path / "failing.log"
    )
    began = time.monotonic()
    with pytest.raises(children.ChildEnded, match=r"The failing one ended by itself[\s\S]*no such table"):
        children.run_together([sleeper, failing], dict(os.environ), "http://127.0.0.1:9/readyz", lambda: None)
    assert time.monotonic() - began < 5
