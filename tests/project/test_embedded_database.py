"""The embedded PostgreSQL: its start, its end, what survives, and who may do what."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jifang.project import database
from jifang.project.config import Config, load
from jifang.project.embedded import cluster, place
from jifang.project.embedded.account import Account, for_database
from jifang.project.errors import UserError
from tests.project.places import var_directory, wait_for_end


@contextmanager
def running(var: Path) -> Iterator[tuple[Config, "subprocess.Popen[bytes]"]]:
    config = load({"JIFANG_VAR": str(var), "JIFANG_DATABASE_SHARED_BUFFERS_MB": "32"})
    where = cluster.prepare(config, lasting=False)
    server = cluster.start(config, where, {"fsync": "off"})
    try:
        cluster.wait_until_ready(config, lambda: server.poll() is None)
        cluster.ensure_roles(config)
        yield config, server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
        server.wait()


@pytest.fixture(scope="module")
def served() -> Iterator[Config]:
    with var_directory() as var, running(var) as (config, _):
        yield config


def test_nobody_listens_on_tcp(served: Config) -> None:
    with database.connect(served, "admin") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_the_owner_makes_tables_and_the_app_does_not(served: Config) -> None:
    with database.connect(served, "owner") as connection:
        connection.execute("CREATE TABLE owned (a int)")
    for role in ("app", "gateway"):
        with database.connect(served, role) as connection:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (a int)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM owned")


def test_a_password_is_asked_for(served: Config) -> None:
    url = database.url(served, "app")
    password = url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.replace(password, "guess"))


def test_no_password_reaches_the_server_log(served: Config) -> None:
    log = (served.logs / "postgres.log").read_text(encoding="utf-8")
    for role in database.ROLES:
        assert database.url(served, role).split(":")[2].split("@")[0] not in log


def test_files_and_directories_are_private(served: Config) -> None:
    data = place.home_of(served.var) / "data"
    assert database.credentials_file(served).stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700
    assert data.stat().st_uid == (for_database().uid if os.geteuid() == 0 else os.geteuid())


def test_text_is_compared_by_code_point_and_folded_by_unicode(served: Config) -> None:
    with database.connect(served, "app") as connection:
        assert connection.execute("SELECT upper('é ж 中'), 'B' < 'a'").fetchone() == (
            "É Ж 中",
            True,
        )


def test_a_killed_server_recovers_with_everything_committed() -> None:
    with var_directory() as var:
        with running(var) as (config, server):
            with database.connect(config, "owner") as connection:
                connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
            server.kill()
            server.wait()
        data = place.home_of(var) / "data"
        assert (data / "postmaster.pid").exists()
        with running(var) as (config, _), database.connect(config, "owner") as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_pid_file_that_names_another_process_is_not_believed() -> None:
    with var_directory() as var:
        with running(var):
            pass
        pid_file = place.home_of(var) / "data" / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
        assert cluster.running_postmaster(pid_file.parent) is None
        with running(var) as (config, _):
            database.connect(config, "app").close()


STARTER = """
import sys
from jifang.project.config import load
from jifang.project.embedded import cluster
config = load({"JIFANG_VAR": sys.argv[1]})
server = cluster.start(config, cluster.prepare(config))
cluster.wait_until_ready(config, lambda: server.poll() is None)
print(server.pid, flush=True)
sys.stdin.read()
"""


def test_the_server_ends_with_a_killed_supervisor() -> None:
    with var_directory() as var:
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTER, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with starter:
            assert starter.stdout
            server = int(starter.stdout.readline())
            assert cluster.running_postmaster(place.home_of(var) / "data") == server
            starter.kill()
        assert wait_for_end(server)


def test_a_path_too_long_for_a_socket_gets_a_short_one_elsewhere() -> None:
    with var_directory(name="v" * 100) as var, running(var) as (config, _):
        database.connect(config, "app").close()
        pointer = place.home_of(var) / "socket-directory"
        assert len(pointer.read_text(encoding="utf-8").strip()) <= place.LONGEST_SOCKET_DIRECTORY


def test_a_folder_that_only_its_owner_may_enter() -> None:
    with var_directory(parent_mode=0o700) as var, running(var) as (config, _):
        database.connect(config, "app").close()
        home = place.home_of(var)
        # As root another account runs the server, and nothing outside var is opened up for it.
        assert home.parent == (place.ELSEWHERE if os.geteuid() == 0 else var)
        assert var.parent.stat().st_mode & 0o777 == 0o700


def test_programs_out_of_reach_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    reachable = Account.can_run

    def not_in_the_wheel(self: Account, command: list[str]) -> bool:
        return not command[0].startswith(str(place.wheel_binaries())) and reachable(self, command)

    monkeypatch.setattr(Account, "can_run", not_in_the_wheel)
    with var_directory() as var, running(var) as (config, _):
        database.connect(config, "app").close()
        assert list(place.home_of(var).glob("bin-*"))


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("99", "was made by PostgreSQL 99, newer than this jifang's 18: install the jifang that made it"),
        ("16", "was made by PostgreSQL 16, older than this jifang's 18: make a backup with"),
    ],
)
def test_data_of_another_version_is_refused(version: str, words: str) -> None:
    with var_directory() as var:
        with running(var) as (config, _):
            pass
        (place.home_of(var) / "data" / "PG_VERSION").write_text(f"{version}\n", encoding="ascii")
        with pytest.raises(UserError, match=words):
            cluster.prepare(config)


def test_lost_passwords_are_said() -> None:
    with var_directory() as var:
        with running(var) as (config, _):
            pass
        database.credentials_file(config).unlink()
        with pytest.raises(UserError, match=r"database\.json is missing.*put back your copy"):
            cluster.prepare(config)


def test_before_the_first_start_the_way_is_shown(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist yet: start it with `jifang up`"):
        database.url(load({"JIFANG_VAR": str(tmp_path)}))


def test_a_server_too_old_is_refused(served: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MINIMUM_VERSION", 990000)
    with pytest.raises(UserError, match="is PostgreSQL 18; 15 or newer is needed"):
        database.connect(served, "app")
