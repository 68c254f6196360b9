"""A throwaway PostgreSQL cluster for the tests: no system service, no network, no durability.

One cluster serves a whole test run. The process that starts it hands `cluster.directory` to the others, which
reach it by `Cluster(directory)` and keep apart by using databases of their own.
"""

import atexit
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from psycopg import sql

# Speed over safety: this data is thrown away. Connections come through a socket in a private directory.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}
START_SECONDS = 60

SIGN = """
SELECT (SELECT version_num FROM alembic_version),
       (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped),
       (SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'D'),
       (SELECT count(*) FROM pg_constraint)
"""
# Without triggers, since what is appended refuses to go; whoever still holds a row has two seconds.
EMPTY = """
SET session_replication_role = replica;
SET lock_timeout = '2s';
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', found.tablename);
    END LOOP;
    FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        PERFORM setval(format('public.%I', found.sequencename), 1, false);
    END LOOP;
END $$
"""


class Cluster:
    """A running cluster, known by the directory its socket is in."""

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self.server: subprocess.Popen | None = None

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.directory}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, as a copy of `template` where given (nobody may be connected to it); its URL."""
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._run(command)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, throwing out whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def sign_of(self, name: str) -> tuple[object, ...]:
        """What tells whether the tables of a database are as the migrations left them."""
        with self._connect(name) as connection:
            return connection.execute(SIGN).fetchone() or ()

    def empty(self, name: str) -> None:
        """Remove every row and begin all numbers anew: at a fiftieth of the time of making the database afresh."""
        with self._connect(name) as connection:
            connection.execute(EMPTY)

    def stop(self) -> None:
        """End the server and remove its files. Only the process that started it can; harmless to repeat."""
        if self.server is None:
            return
        self.server.send_signal(signal.SIGQUIT)  # at once: there is nothing to save
        try:
            self.server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.server = None
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, command: sql.Composable) -> None:
        with self._connect() as connection:
            connection.execute(command)

    def _connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.directory), user="postgres", dbname=name, autocommit=True, connect_timeout=10
        )


def start_cluster() -> Cluster:
    """Start a new, empty cluster; it ends with this process at the latest."""
    programs = _programs()
    # /tmp and not TMPDIR: a socket path must be short and the server's own user must reach it.
    cluster = Cluster(tempfile.mkdtemp(prefix="onboarding-pg-", dir="/tmp"))
    data = cluster.directory / "data"
    account = _account(cluster.directory)
    made = subprocess.run(
        [programs / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust",
         "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", **account,
    )  # fmt: skip
    if made.returncode != 0:
        shutil.rmtree(cluster.directory, ignore_errors=True)
        raise RuntimeError(f"PostgreSQL did not make a cluster:\n{made.stdout}{made.stderr}")
    settings = SETTINGS | {"unix_socket_directories": str(cluster.directory)}
    log = cluster.directory / "log"
    with log.open("wb") as output:
        cluster.server = subprocess.Popen(
            [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
            start_new_session=True,  # Ctrl-C is for the tests; they end the server when they are done with it
            preexec_fn=_end_with_parent, **account,
        )  # fmt: skip
    atexit.register(cluster.stop)
    _wait_until_ready(cluster, log)
    return cluster


def _programs() -> Path:
    """Where initdb and postgres are: Debian's newest, else what the PATH offers."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise RuntimeError("PostgreSQL is not installed. On Debian: apt-get install postgresql")


def _account(directory: Path) -> dict:
    """PostgreSQL refuses to run as root: then it runs as the user Debian made for it, who gets the directory."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(directory, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL cannot run as root and there is no user 'postgres' to run it as.")


def _end_with_parent() -> None:
    """Ask Linux to end the server should the test process be killed without a chance to do so."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait_until_ready(cluster: Cluster, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster._connect().close()
            return
        except psycopg.OperationalError as error:
            gone = cluster.server is None or cluster.server.poll() is not None
            if gone or time.monotonic() > deadline:
                said = log.read_text(errors="replace")
                cluster.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{said}") from error
        time.sleep(0.05)
