"""An installation for the alarm benches alone: embedded PostgreSQL, fsync on, migrated, with accounts."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from jifang.kernel.partitions import PartitionedTable, part_at
from jifang.project import config, database
from jifang.project.embedded import cluster

ROOT = Path(__file__).resolve().parent.parent
JIFANG = [sys.executable, "-c", "import sys; from jifang.project.cli import main; sys.exit(main())"]


class Place:
    """A temporary `var` with its database; `close` removes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.var = Path(tempfile.mkdtemp(prefix="jifang-bench-"))
        (self.var / "jifang.toml").write_text(
            "[alarm_gateway]\nmax_connections_per_source = 0\n\n"
            f'[[alarm_gateway.listeners]]\nbind = "127.0.0.1"\n'
            f"tcp_port = {port}\nudp_port = 0\n\n[web]\nport = {free_port()}\n",
            encoding="utf-8",
        )
        self.environment = {**os.environ, "JIFANG_VAR": str(self.var), "PYTHONPATH": str(ROOT / "src")}
        for name in [
            name for name in self.environment if name.startswith(("JIFANG_DATABASE", "JIFANG_TEST"))
        ]:
            del self.environment[name]
        self.configuration = config.load({"JIFANG_VAR": str(self.var)})
        self.where = cluster.prepare(self.configuration)
        self.server: subprocess.Popen[bytes] | None = None
        self.start_database()
        cluster.ensure_roles(self.configuration)
        self.run("migrate")
        today = datetime.now(UTC)
        with self.connect("owner") as owner:
            for table in ("alarm_signal", "alarm_refusal"):
                owner.execute(part_at(PartitionedTable(table, "received_at", ""), today).create.encode())

    def start_database(self) -> None:
        """Start the server and wait until it answers."""
        self.server = server = cluster.start(self.configuration, self.where)
        cluster.wait_until_ready(self.configuration, lambda: server.poll() is None)

    def kill_database(self) -> None:
        """Kill every process of the server, as the power does."""
        assert self.server is not None
        # Stopped, it makes no new children while the present ones are counted.
        self.server.send_signal(signal.SIGSTOP)
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.server.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        self.server.kill()
        for pid in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.server.wait()
        # They let go of the shared memory only when they are really gone.
        while any(_alive(int(pid)) for pid in children):
            time.sleep(0.01)

    def connect(self, role: database.Role) -> "psycopg.Connection[Any]":
        """An autocommit connection."""
        return psycopg.connect(database.url(self.configuration, role), autocommit=True)

    def run(self, *arguments: str) -> None:
        """Run a command of jifang to its end."""
        subprocess.run([*JIFANG, *arguments], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def spawn(self, *arguments: str, role: str = "app") -> "subprocess.Popen[bytes]":
        """Start a command of jifang."""
        environment = {**self.environment, "JIFANG_PROCESS_ROLE": role}
        with (self.var / "output").open("ab") as output:
            return subprocess.Popen([*JIFANG, *arguments], env=environment, stdout=output, stderr=output)

    def gateway(self) -> "subprocess.Popen[bytes]":
        """Start the alarm gateway and wait until its port is open."""
        process = self.spawn("gateway", "alarm", role="gateway")
        self.wait_for_port(process)
        return process

    def wait_for_port(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait until somebody listens."""
        wait_for_port(self.port, process)

    def enrol(self, first: int, count: int) -> None:
        """Register accounts with one supervised path each."""
        with self.connect("owner") as owner, owner.transaction():
            owner.execute(
                "INSERT INTO alarms_listener (number, name, book) VALUES (1, 'DC-09', 'main')"
                " ON CONFLICT DO NOTHING"
            )
            owner.execute(
                "INSERT INTO alarms_alarmaccount (book, number, name, panel, is_active, key_mode, key_sealed,"
                " time_policy, time_offset_minutes, charset, notes, created_at)"
                " SELECT 'main', upper(to_hex(n)), '', '', true, 'none', '', 'window', 0, 'utf-8', '', now()"
                " FROM generate_series(%s::int, %s::int) n ON CONFLICT DO NOTHING",
                (first, first + count - 1),
            )
            owner.execute(
                "INSERT INTO alarms_accountpath (account_id, name, listener_id, receiver, line,"
                " interval_seconds, grace_seconds)"
                " SELECT id, '1', 1, '', '', 60, 30 FROM alarms_alarmaccount a"
                " WHERE NOT EXISTS (SELECT FROM alarms_accountpath p WHERE p.account_id = a.id)"
            )

    def close(self) -> None:
        """End the server and remove everything."""
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait()
        shutil.rmtree(self.where.data.parent, ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)


def _alive(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[0] != "Z"


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until `process` listens on `port` of this machine; RuntimeError when it ends instead."""
    listening = f"0100007F:{port:04X}"
    while not any(listening in line and " 0A " in line for line in _tcp()):
        if process.poll() is not None:
            raise RuntimeError(f"the process ended with status {process.returncode}")
        time.sleep(0.05)


def _tcp() -> list[str]:
    return Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Resident memory of a process, MB of 10^6 bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
