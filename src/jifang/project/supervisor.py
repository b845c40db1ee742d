"""`jifang up`: one database, the processes around it, and what happens when one of them ends."""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from jifang.operations.platform import beats
from jifang.project import database, processes
from jifang.project.config import Config
from jifang.project.database import Role
from jifang.project.embedded import cluster
from jifang.project.embedded.place import Place
from jifang.project.errors import UserError
from jifang.project.heart import node_name

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# A process that ran for this long had no trouble starting: its next pause is short again.
STABLE_SECONDS = 60.0
# Together below the ten seconds in which everything has to end.
GRACE_SECONDS, DATABASE_GRACE_SECONDS = 4.0, 5.5
DATABASE = "database"
log = logging.getLogger("jifang.project.up")


@dataclass(frozen=True)
class Program:
    """A process to keep running: `jifang <arguments>` in a role of the database."""

    name: str
    arguments: Sequence[str]
    role: Role = "app"
    environment: Mapping[str, str] = field(default_factory=dict)


def reason_of(status: int) -> str:
    """How a process ended, as it is recorded: its status, or the name of the signal that killed it."""
    if status >= 0:
        return str(status)
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"SIG{-status}"


def describe(reason: str) -> str:
    """The same in words, for the log."""
    return f"ended with status {reason}" if reason.isdigit() else f"was killed by {reason}"


@contextlib.contextmanager
def only_one(config: Config) -> Iterator[None]:
    """Hold the installation's lock; UserError when another `jifang up` holds it."""
    try:
        config.var.mkdir(parents=True, exist_ok=True)
        file = (config.var / "up.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{config.var} cannot be written: {error.strerror}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise UserError(
                f"jifang already runs on {config.var} (process {file.read().strip() or 'unknown'});"
                " end that one first, or give this one its own JIFANG_VAR and port."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def end_leftovers(config: Config) -> None:
    """Kill what a supervisor that was itself killed may have left behind. The caller holds the lock."""
    for pid in list(processes.members(config.var)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


class Supervisor:
    """Keeps the database and the programs running until told to stop.

    It runs in one event loop and starts no threads, so that it can fork; what it asks of the database it asks
    in between, with short limits.
    """

    def __init__(self, config: Config, place: Place | None) -> None:
        self.config = config
        self.place = place
        self.stopping = asyncio.Event()
        self.database_up = asyncio.Event()
        self.stop_database = asyncio.Event()
        self.unrecorded: list[tuple[str, datetime, str]] = []

    async def _start_program(self, program: Program) -> Process:
        """Start a program in a session of its own, so that Ctrl-C reaches only this process."""
        environment = {
            **os.environ,
            "JIFANG_VAR": str(self.config.var),
            "JIFANG_PROCESS_ROLE": program.role,
            "JIFANG_PROCESS_NAME": program.name,
            processes.MARK: str(self.config.var),
            **program.environment,
        }
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jifang.project", *program.arguments),
            stdin=asyncio.subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )

    async def _start_database(self, place: Place) -> Process:
        with cluster.log_file(self.config).open("ab") as log_file:
            return await asyncio.create_subprocess_exec(
                *cluster.command(self.config, place),
                stdout=log_file,
                stderr=log_file,
                **cluster.launch_arguments(place),
            )

    async def once(self, program: Program) -> int:
        """Run a program to its end and return its status; when told to stop, end it."""
        child = await self._start_program(program)
        await _first(child.wait(), self.stopping.wait())
        return await _end(child, signal.SIGTERM)

    async def keep(self, program: Program) -> None:
        """Keep a program running until told to stop."""
        await self._keep(program.name, lambda: self._start_program(program), self.stopping)

    async def keep_database(self) -> None:
        """Keep the embedded server running until `stop_database`; its recovery may take as long as it takes.

        UserError when it does not even start for the first time.
        """
        if self.place is None:
            self.database_up.set()
            return
        place = self.place
        await self._keep(DATABASE, lambda: self._start_database(place), self.stop_database)

    async def _keep(self, name: str, start: Callable[[], Awaitable[Process]], stop: asyncio.Event) -> None:
        pause = FIRST_PAUSE
        while not stop.is_set():
            began = time.monotonic()
            child = await start()
            ready = asyncio.create_task(self._announce_database(child)) if name == DATABASE else None
            await _first(child.wait(), stop.wait())
            if ready:
                ready.cancel()
            if stop.is_set():
                await _end(child, signal.SIGINT if name == DATABASE else signal.SIGTERM)
                return
            if name == DATABASE and not self.database_up.is_set():
                raise cluster.why_not_started(self.config)
            # What it started itself must not go on holding its port.
            processes.kill_group(child.pid, signal.SIGKILL)
            if time.monotonic() - began > STABLE_SECONDS:
                pause = FIRST_PAUSE
            reason = reason_of(child.returncode or 0)
            log.error("%s %s; it is started again in %.1f s", name, describe(reason), pause)
            self.unrecorded.append((name, datetime.now(UTC), reason))
            self.record()
            await _first(stop.wait(), asyncio.sleep(pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _announce_database(self, server: Process) -> None:
        """Set `database_up` as soon as the server answers; say every ten seconds why it does not."""
        began = said = time.monotonic()
        while server.returncode is None:
            reason = cluster.try_connect(self.config)
            if reason is None:
                self.database_up.set()
                self.record()
                return
            if time.monotonic() - said > 10:
                said = time.monotonic()
                log.info("waiting for the database (%.0f s): %s", said - began, reason)
            await asyncio.sleep(0.05)

    def record(self) -> None:
        """Write the restarts that are not in the database yet; those of the database itself wait for it."""
        if not self.unrecorded:
            return
        try:
            with psycopg.connect(database.url(self.config, "app"), connect_timeout=2) as connection:
                for name, at, reason in self.unrecorded:
                    beats.ended(connection, node=node_name(), name=name, died=True)
                    beats.restarted(connection, node=node_name(), name=name, at=at, reason=reason)
        except psycopg.Error:
            return
        self.unrecorded.clear()


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Wait for the first of `waits` and drop the others."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _end(child: Process, number: signal.Signals) -> int:
    """Ask a process to end, then insist: PostgreSQL by an immediate stop, others by SIGKILL."""
    grace = DATABASE_GRACE_SECONDS if number == signal.SIGINT else GRACE_SECONDS
    if child.returncode is None:
        child.send_signal(number)
        try:
            await asyncio.wait_for(child.wait(), timeout=grace)
        except TimeoutError:
            log.warning("process %d does not end when asked", child.pid)
            if number == signal.SIGINT:
                child.send_signal(signal.SIGQUIT)
    if number != signal.SIGINT:
        processes.kill_group(child.pid, signal.SIGKILL)
    return await child.wait()
