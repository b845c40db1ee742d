"""`jifang up` as a whole: it starts, answers, restarts what is killed, refuses a second, ends cleanly."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jifang.project import database, processes
from jifang.project.commands.restore import embedded_database
from jifang.project.config import Config, load
from jifang.project.embedded import cluster, place
from tests.project.places import free_port, until, var_directory, wait_for_end

READY = "jifang is ready"
PROGRAMS = ("web", "work", "gateway")


class Installation:
    """A running `jifang up` on the embedded database and ports of its own."""

    def __init__(self, var: Path) -> None:
        self.panels = free_port()
        self.port = free_port()
        var.mkdir(parents=True)
        (var / "jifang.toml").write_text(
            f"[web]\nport = {self.port}\n[clock]\nservers = []\n[disk]\nmin_free_mb = 64\n"
            f"[[alarm_gateway.listeners]]\nbind = '127.0.0.1'\n"
            f"tcp_port = {self.panels}\nudp_port = {self.panels}\n",
            encoding="utf-8",
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith("JIFANG_")}
        self.environment = {**kept, "JIFANG_VAR": str(var)}
        self.config: Config = load(self.environment)
        self.output = var / "output"

    def jifang(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "jifang.project", *arguments]

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.up = subprocess.Popen(self.jifang("up"), env=self.environment, stdout=output, stderr=output)
        until("the address is printed", lambda: self.up.poll() is not None or READY in self.printed())
        assert self.up.poll() is None, self.printed()

    def stop(self, number: signal.Signals) -> int:
        if self.up.poll() is None:
            self.up.send_signal(number)
        return self.up.wait(timeout=30)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.jifang(*arguments), env=self.environment, capture_output=True, text=True, check=False
        )

    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def get(self, page: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", page, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError as error:
            return 0, str(error)
        finally:
            connection.close()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with database.connect(self.config, "app") as connection:
            return connection.execute(query).fetchall()

    def pid(self, name: str) -> int:
        found = self.rows(f"SELECT pid FROM platform_process WHERE name = '{name}' AND state = 'running'")  # noqa: S608
        return int(str(found[0][0])) if found else 0

    def well(self) -> bool:
        status, text = self.get("/healthz")
        return status == 200 and set(json.loads(text)["processes"]) == set(PROGRAMS)


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with var_directory() as var:
        installed = Installation(var)
        try:
            installed.start()
            yield installed
        finally:
            installed.stop(signal.SIGINT)


def test_health_and_metrics_tell_of_every_process(installation: Installation) -> None:
    until("everything is well", installation.well)
    status, text = installation.get("/metrics")
    assert status == 200
    for name in PROGRAMS:
        assert f'process="{name}"}} 1.0' in text


def test_the_watch_measures_and_unknown_is_not_fine(installation: Installation) -> None:
    query = "SELECT name, state FROM platform_reading ORDER BY name"
    until("everything is measured", lambda: len(installation.rows(query)) == 4)
    assert installation.rows(query) == [
        ("backup", "unknown"),
        ("clock", "unknown"),
        ("disk", "fine"),
        ("partitions", "fine"),
    ]


def test_each_role_of_the_database_may_do_its_work_only(installation: Installation) -> None:
    with database.connect(installation.config, "app") as connection:
        allowed = "SELECT has_table_privilege(%s, %s, %s)"
        for role, table, privilege, expected in (
            ("jifang_app", "platform_restart", "INSERT", True),
            ("jifang_app", "platform_restart", "UPDATE", False),
            ("jifang_app", "platform_restart", "DELETE", False),
            ("jifang_app", "alarm_signal", "DELETE", False),
            ("jifang_app", "alarm_refusal", "INSERT", False),
            ("jifang_app", "django_migrations", "INSERT", False),
            ("jifang_app", "identity_account", "UPDATE", True),
            ("jifang_gateway", "alarm_signal", "INSERT", True),
            ("jifang_gateway", "alarm_signal", "UPDATE", False),
            ("jifang_gateway", "identity_account", "SELECT", False),
            ("jifang_gateway", "alarms_alarmaccount", "SELECT", False),
        ):
            assert connection.execute(allowed, [role, table, privilege]).fetchone() == (expected,), (
                role,
                table,
            )


def test_a_second_one_is_refused(installation: Installation) -> None:
    second = installation.run("up")
    assert second.returncode == 1
    assert f"jifang already runs on {installation.config.var} (process" in second.stderr


def test_doctor_finds_a_running_installation_well(installation: Installation) -> None:
    shown = installation.run("doctor").stdout
    assert "fine     database: PostgreSQL 18" in shown
    assert "fine     migrations: all applied" in shown
    assert "ports of web: used by this installation, which is running" in shown


@pytest.mark.parametrize("name", [*PROGRAMS, "database"])
def test_what_is_killed_is_started_again_and_the_fact_is_kept(installation: Installation, name: str) -> None:
    until("everything is well", installation.well)
    data = place.home_of(installation.config.var) / "data"
    before = cluster.running_postmaster(data) if name == "database" else installation.pid(name)
    assert before
    os.kill(before, signal.SIGKILL)
    assert wait_for_end(before)
    query = f"SELECT reason FROM platform_restart WHERE name = '{name}'"  # noqa: S608

    def recorded() -> bool:
        return cluster.try_connect(installation.config) is None and bool(installation.rows(query))

    until("the restart is recorded", recorded)
    assert installation.rows(query) == [("SIGKILL",)]
    until("everything is well again", installation.well)
    after = cluster.running_postmaster(data) if name == "database" else installation.pid(name)
    assert after
    assert after != before


def digests(installation: Installation) -> dict[str, object]:
    """Rows and their hash of every table that a start of the processes does not touch."""
    names = installation.rows(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_type = 'BASE TABLE' AND table_name ~ '^(auth|django|identity|registry)'"
        " AND table_name <> 'django_session' ORDER BY 1"
    )
    found: dict[str, object] = {}
    for (name,) in names:
        (row,) = installation.rows(
            f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"  # noqa: S608
        )
        found[str(name)] = row[0] if row[0] == 0 else row
    return found


def test_a_backup_of_the_running_installation_restores_into_an_empty_one(installation: Installation) -> None:
    made = installation.run("backup")
    assert made.returncode == 0, made.stderr
    (file,) = installation.config.backups.glob("*.backup")
    assert installation.run("backup", "--verify", str(file)).returncode == 0
    wanted = digests(installation)
    assert len(wanted) > 20
    refused = installation.run("restore", str(file))
    assert "jifang already runs on" in refused.stderr
    with var_directory() as var:
        other = Installation(var)
        assert "backup.key is missing: put your copy of the keys directory there first" in (
            other.run("restore", str(file)).stderr
        )
        other.config.keys.mkdir(mode=0o700)
        for key in ("backup.key", "seal.ring"):
            (other.config.keys / key).write_bytes((installation.config.keys / key).read_bytes())
        restored = other.run("restore", str(file))
        assert restored.returncode == 0, restored.stderr
        again = other.run("restore", str(file))
        assert again.returncode == 1
        assert "is not empty" in again.stderr
        with embedded_database(other.config):
            assert digests(other) == wanted


def test_a_taken_port_is_named_with_its_setting() -> None:
    with var_directory() as var:
        installed = Installation(var)
        blocker = socket.create_server(("127.0.0.1", installed.port))
        with blocker:
            refused = installed.run("up")
        assert refused.returncode == 1
        assert f"TCP port {installed.port} on 127.0.0.1 cannot be used" in refused.stderr
        assert "JIFANG_WEB_PORT or `port` under [web]" in refused.stderr
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as blocker:
            blocker.bind(("127.0.0.1", installed.panels))
            refused = installed.run("up")
        assert f"UDP port {installed.panels} on 127.0.0.1 cannot be used" in refused.stderr
        assert "`udp_port` of listener 1 under [[alarm_gateway.listeners]]" in refused.stderr


def test_ctrl_c_ends_every_process_and_a_killed_supervisor_leaves_nothing(installation: Installation) -> None:
    var = installation.config.var
    data = place.home_of(var) / "data"
    server = cluster.running_postmaster(data)
    children = [*processes.members(var), server or 0]
    assert len(children) > len(PROGRAMS)
    assert installation.stop(signal.SIGINT) == 0
    assert all(wait_for_end(child, 1) for child in children)
    assert not (data / "postmaster.pid").exists()
    installation.start()
    assert installation.stop(signal.SIGKILL) == -signal.SIGKILL
    # What outlived it is ended by the next start, which keeps the data.
    installation.start()
    until("everything is well", installation.well)
    # Nothing else died of any of it: those who lost the database waited for it.
    assert sorted(installation.rows("SELECT name, reason FROM platform_restart")) == [
        (name, "SIGKILL") for name in sorted([*PROGRAMS, "database"])
    ]
    assert installation.stop(signal.SIGTERM) == 0
