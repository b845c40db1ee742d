"""Group commit: what arrived during the last commit is the next batch. The loop never waits for the disk.

The writer talks to PostgreSQL without blocking; answers go out after the commit, and only then. What only the
database can decide (a repetition that another process stored, a row it will not have) goes to a thread. While
the database is away the batch waits and is tried again; nothing is acknowledged meanwhile.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

import psycopg

from jifang.gateways.alarm.items import Item
from jifang.gateways.alarm.recent import RecentFrames
from jifang.gateways.alarm.store import CarefulStore, Plan, StoreUnavailableError, is_about_data, plan
from jifang.gateways.alarm.writer import Trouble, Writer

log = logging.getLogger(__name__)

BATCH = 4096
# Frames between two looks at the database's socket.
_GLANCE = 16
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0


class CommitFigures:
    """How storing goes; read by the heartbeat."""

    __slots__ = (
        "batches",
        "began",
        "duplicates",
        "error",
        "last_ms",
        "longest_ms",
        "outage",
        "stored",
        "unavailable_since",
    )

    def __init__(self) -> None:
        self.batches = 0
        self.stored = 0
        self.duplicates = 0
        self.began: float | None = None
        """Monotonic time at which the batch in hand was taken; None when there is none."""
        self.last_ms = 0.0
        self.longest_ms = 0.0
        self.error = ""
        self.outage: tuple[float, float] | None = None
        """When the last outage of the database ended (monotonic), and how many seconds it had lasted."""
        self.unavailable_since: float | None = None
        """Monotonic time since which nothing could be stored."""


class Committer:
    """Takes judged frames, stores them in order, tells their sources. Belongs to the loop's thread."""

    def __init__(self, conninfo: str, loop: asyncio.AbstractEventLoop, drained: Callable[[], None]) -> None:
        self._loop = loop
        self._drained = drained
        self._writer = Writer(conninfo, loop, self._lost)
        self._careful = CarefulStore(conninfo)
        self._recent = RecentFrames()
        self._waiting: deque[Item] = deque()
        self._busy = False
        self._scheduled = False
        self._stopped = False
        self._pause = _FIRST_PAUSE
        self._began = 0.0
        self._task: asyncio.Task[None] | None = None
        self._in_hand = 0
        self._since_glance = 0
        self.figures = CommitFigures()

    @property
    def waiting(self) -> int:
        """Frames that are not stored yet."""
        return len(self._waiting) + self._in_hand

    def submit(self, item: Item) -> None:
        """Take one frame; its source hears of it when it is stored."""
        self._waiting.append(item)
        if not self._busy and not self._scheduled:
            # At the end of this round of the loop, so that all sockets that are readable now are in.
            self._scheduled = True
            self._loop.call_soon(self._next)
        self._since_glance += 1
        if self._since_glance >= _GLANCE:
            self._since_glance = 0
            self._writer.glance()

    def _next(self) -> None:
        self._scheduled = False
        if self._busy or not self._waiting or self._stopped:
            return
        if len(self._waiting) <= BATCH:
            batch = list(self._waiting)
            self._waiting.clear()
        else:
            batch = [self._waiting.popleft() for _ in range(BATCH)]
        self._busy = True
        self._in_hand = len(batch)
        self._began = self.figures.began = time.monotonic()
        self._write(batch)

    def _write(self, batch: list[Item]) -> None:
        if not self._writer.connected:
            self._task = self._loop.create_task(self._reconnect(batch))
            return
        work = plan(batch, self._recent, time.monotonic())
        if not work.statements:
            self._loop.call_soon(self._finished, batch, ())
            return
        self._writer.write(
            ";".join(work.statements).encode(),
            [buffer.encode("utf-8", "replace") for buffer in work.buffers],
            lambda trouble: self._written(batch, work, trouble),
        )

    def _written(self, batch: list[Item], work: Plan, trouble: Trouble | None) -> None:
        if trouble is None:
            self._recent.add(work.fresh, time.monotonic())
            self._finished(batch, ())
        elif is_about_data(trouble.sqlstate):
            self._task = self._loop.create_task(self._save_carefully(batch))
        else:
            self._unavailable(trouble.message)
            self._task = self._loop.create_task(self._reconnect(batch))

    async def _save_carefully(self, batch: list[Item]) -> None:
        try:
            lost = await self._loop.run_in_executor(None, self._careful.save, batch)
        except StoreUnavailableError as error:
            self._unavailable(str(error))
            await self._reconnect(batch)
            return
        if lost:
            log.error("%d frames that no row could be made of", len(lost))
        gone = set(map(id, lost))
        self._recent.add(
            (item.key for item in batch if item.key is not None and id(item) not in gone), time.monotonic()
        )
        self._finished(batch, lost)

    async def _reconnect(self, batch: list[Item]) -> None:
        """Connect, for as long as it takes; then the same batch: what is stored of it is a repetition."""
        while not self._stopped:
            if self.figures.unavailable_since is not None:
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            try:
                await self._writer.connect()
            except psycopg.Error as error:
                text = str(error).strip()
                self._unavailable(text.splitlines()[0] if text else repr(error))
                continue
            self._write(batch)
            return

    def _lost(self, trouble: Trouble) -> None:
        """The connection broke while there was nothing to store: known at once, not with the next alarm."""
        if not self._busy and not self._stopped:
            self._busy = True
            self._began = time.monotonic()
            self._unavailable(trouble.message)
            self._task = self._loop.create_task(self._reconnect([]))

    def _unavailable(self, message: str) -> None:
        figures = self.figures
        figures.error = message
        if figures.unavailable_since is None:
            figures.unavailable_since = time.monotonic()
            log.error("nothing can be stored, nothing is acknowledged: %s", message)

    def _finished(self, batch: list[Item], lost: Sequence[Item]) -> None:
        figures = self.figures
        now = time.monotonic()
        took = (now - self._began) * 1000
        figures.batches += bool(batch)
        figures.stored += len(batch) - len(lost)
        figures.last_ms = took
        figures.longest_ms = max(figures.longest_ms, took)
        figures.began = None
        self._pause = _FIRST_PAUSE
        if figures.unavailable_since is not None:
            log.warning("storing again after %.1f s", now - figures.unavailable_since)
            figures.outage = (now, now - figures.unavailable_since)
            figures.unavailable_since = None
            figures.error = ""
        for item in lost:
            item.answer, item.sealing = b"", None
        self._busy = False
        self._in_hand = 0
        # The next batch goes first: the disk works while the answers go out.
        self._next()
        for item in batch:
            if item.duplicate:
                figures.duplicates += 1
            item.source.answered(item)
            self._since_glance += 1
            if self._since_glance >= _GLANCE:
                self._since_glance = 0
                self._writer.glance()
        self._drained()

    def stop(self) -> None:
        """End; what is not stored by now is given up unacknowledged."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()
        self._writer.close()
