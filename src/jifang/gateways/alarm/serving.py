"""The process: opens the doors, runs the loop, ends in order."""

import asyncio
import gc
import logging
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

import psycopg
import uvloop

from jifang.gateways.alarm.directory import Directory, DirectoryReader
from jifang.gateways.alarm.doors import Door, Traffic, close_all
from jifang.gateways.alarm.housekeeping import Health, Housekeeper, connect
from jifang.gateways.alarm.limits import OncePerMinute, RefusalBudget
from jifang.gateways.alarm.settings import AlarmGatewaySettings
from jifang.kernel.sealing import KeyRing
from jifang.wire.alarm import GatewayHealth

log = logging.getLogger(__name__)

_SWEEP_SECONDS: Final = 2.0
_REOPEN_SECONDS: Final = 5.0
_RECOVERED_SECONDS: Final = 600.0
# A thread that comes back from the database waits for the interpreter no longer than this.
_SWITCH_SECONDS: Final = 0.0005


@dataclass(frozen=True)
class Serving:
    """What a gateway process needs: ``name`` tells it from others, ``ready`` is called once it listens."""

    database_url: str
    key_ring: KeyRing
    settings: AlarmGatewaySettings
    name: str = "alarm"
    ready: Callable[[], None] = lambda: None


def serve(serving: Serving) -> None:
    """Receive alarm signals until SIGTERM or SIGINT. Waits for the database, also at the start.

    Raises OSError when none of the listeners can be opened.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    _raise_file_limit(serving.settings.max_connections)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_Gateway(serving).run())


def _raise_file_limit(connections: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 256
    if soft < wanted:
        wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Gateway:
    """One running gateway."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._settings = serving.settings
        self._reader = DirectoryReader(serving.key_ring)
        self._stop = asyncio.Event()
        self._figures_before: tuple[float, int] = (0.0, 0)

    async def run(self) -> None:
        self._loop = loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        first = await self._first_read(loop)
        if first is None:
            return
        instance, directory = first
        self._traffic = traffic = Traffic(self._settings, instance, self._serving.database_url, loop)
        self._committer = traffic.committer
        budget = RefusalBudget(self._settings.source_refusals_per_minute)
        naks = OncePerMinute()
        self._doors = [Door(listener, traffic, budget, naks) for listener in self._settings.listeners]
        self._replace_directory(directory)
        self._housekeeper = Housekeeper(
            self._serving.database_url,
            self._serving.name,
            self._settings,
            self._reader,
            changed=self._directory_changed,
            health=self._health,
            figures=self._figures,
        )
        await self._open_all()
        self._housekeeper.start()
        # What lives as long as the process need not be looked through by the collector again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        self._serving.ready()
        log.info("receiving with %d accounts on %s", directory.size, [door.addresses for door in self._doors])
        await self._watch()
        await self._shut_down()

    async def _first_read(self, loop: asyncio.AbstractEventLoop) -> tuple[int, Directory] | None:
        pause = 0.1
        while not self._stop.is_set():
            try:
                return await loop.run_in_executor(None, self._read_first)
            except psycopg.Error as error:
                if pause == 0.1:
                    log.warning("waiting for the database: %s", str(error).strip() or repr(error))
                try:
                    await asyncio.wait_for(self._stop.wait(), pause)
                except TimeoutError:
                    pause = min(pause * 1.5, 5.0)
        return None

    def _read_first(self) -> tuple[int, Directory]:
        with connect(self._serving.database_url, "start") as connection:
            row = connection.execute("SELECT nextval('alarm_gateway_instance')").fetchone()
            assert row is not None
            return int(row[0]), self._reader.read(connection)

    def _directory_changed(self, directory: Directory) -> None:
        self._loop.call_soon_threadsafe(self._replace_directory, directory)

    def _replace_directory(self, directory: Directory) -> None:
        for door in self._doors:
            door.reception.directory = directory

    async def _open_all(self) -> None:
        for door in self._doors:
            await self._open(door)
        if all(door.error for door in self._doors):
            self._committer.stop()
            raise OSError("; ".join(door.error for door in self._doors))

    async def _open(self, door: Door) -> None:
        try:
            await door.open()
            door.error = ""
        except OSError as error:
            door.close()
            door.error = f"{' '.join(door.addresses).strip()}: {error.strerror or error}"
            log.error("listener %d cannot be opened: %s", door.settings.number, door.error)
        state = "failed" if door.error else "listening"
        self._housekeeper.listening[door.settings.number] = (door.settings, state, door.error)

    async def _watch(self) -> None:
        """Sweep connections and try failed doors again until it is time to stop."""
        reopened = time.monotonic()
        while not self._stop.is_set():
            try:
                await asyncio.wait_for(self._stop.wait(), _SWEEP_SECONDS)
            except TimeoutError:
                now = time.monotonic()
                self._traffic.sweep(now)
                if now - reopened >= _REOPEN_SECONDS:
                    reopened = now
                    for door in self._doors:
                        if door.error:
                            await self._open(door)

    async def _shut_down(self) -> None:
        """No new frames; what was received is stored and answered; then good-bye."""
        log.info("ending")
        close_all(self._doors)
        for connection in list(self._traffic.connections):
            if connection.transport is not None:
                connection.transport.pause_reading()
                connection.paused = True
        until = time.monotonic() + 10
        while self._committer.waiting and time.monotonic() < until:
            await asyncio.sleep(0.01)
        for connection in list(self._traffic.connections):
            connection.end()
        await asyncio.sleep(0.05)
        self._committer.stop()
        self._housekeeper.stop()

    def _health(self) -> Health:
        figures = self._committer.figures
        now = time.monotonic()
        since = figures.unavailable_since
        if since is not None:
            return GatewayHealth.NO_DATABASE, f"{now - since:.0f} s: {figures.error}"
        if figures.outage is not None and now - figures.outage[0] < _RECOVERED_SECONDS:
            return GatewayHealth.RECOVERED, f"{figures.outage[1]:.1f} s"
        if figures.began is not None and now - figures.began > 1.0:
            return GatewayHealth.STORING_LATE, f"{now - figures.began:.0f} s"
        if figures.last_ms > 1000:
            return GatewayHealth.STORING_LATE, f"{figures.last_ms:.0f} ms"
        return GatewayHealth.OK, ""

    def _figures(self) -> dict[str, float]:
        """Sums since the start and states of this moment, for the status page and ``/metrics``."""
        commits = self._committer.figures
        now = time.monotonic()
        before, self._figures_before = self._figures_before, (now, self._traffic.counters.frames)
        passed = now - before[0]
        longest, commits.longest_ms = commits.longest_ms, 0.0
        return {
            **asdict(self._traffic.counters),
            "frames_per_second": round((self._traffic.counters.frames - before[1]) / passed, 1)
            if before[0]
            else 0.0,
            "connections": len(self._traffic.connections),
            "waiting_frames": self._committer.waiting,
            "buffered_bytes": self._traffic.buffered,
            "batches": commits.batches,
            "stored_frames": commits.stored,
            "duplicates": commits.duplicates,
            "commit_ms_last": round(commits.last_ms, 2),
            "commit_ms_longest": round(longest, 2),
            "memory_bytes": _resident_bytes(),
        }


def _resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()
