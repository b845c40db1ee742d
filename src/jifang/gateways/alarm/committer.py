"""Group commit: what arrived during the last commit is the next batch. The commit never runs in the loop.

The loop hands whole batches to one thread and gets them back stored; answers go out after that, and only
then. While the database is away the batch waits and is tried again; nothing is acknowledged meanwhile.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable

from jifang.gateways.alarm.items import Item, Source
from jifang.gateways.alarm.store import Store, StoreUnavailableError

log = logging.getLogger(__name__)

BATCH = 4096
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0


class CommitFigures:
    """How storing goes; read by the heartbeat."""

    __slots__ = ("batches", "error", "last_ms", "longest_ms", "stored", "unavailable_since")

    def __init__(self) -> None:
        self.batches = 0
        self.stored = 0
        self.last_ms = 0.0
        self.longest_ms = 0.0
        self.error = ""
        self.unavailable_since: float | None = None
        """Monotonic time since which nothing could be stored."""


class Committer:
    """Owns the store's thread. All methods belong to the loop's thread."""

    def __init__(self, store: Store, loop: asyncio.AbstractEventLoop, drained: Callable[[], None]) -> None:
        self._store = store
        self._loop = loop
        self._drained = drained
        self._waiting: deque[Item] = deque()
        self._busy = False
        self._scheduled = False
        self._stopping = threading.Event()
        self._batches: queue.SimpleQueue[list[Item] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self.in_hand = 0
        self.figures = CommitFigures()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Frames that are not stored yet."""
        return len(self._waiting) + self.in_hand

    def submit(self, item: Item) -> None:
        """Take one frame; its source hears of it when it is stored."""
        self._waiting.append(item)
        if not self._busy and not self._scheduled:
            # At the end of this round of the loop, so that all sockets that are readable now are in.
            self._scheduled = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        self._scheduled = False
        if self._busy or not self._waiting:
            return
        if len(self._waiting) <= BATCH:
            batch = list(self._waiting)
            self._waiting.clear()
        else:
            batch = [self._waiting.popleft() for _ in range(BATCH)]
        self._busy = True
        self.in_hand = len(batch)
        self._batches.put(batch)

    def _finished(self, batch: list[Item], lost: list[Item]) -> None:
        self._busy = False
        self.in_hand = 0
        # The next batch goes first: the disk works while the answers go out.
        self._next()
        by_source: dict[Source, list[Item]] = {}
        unstorable = set(map(id, lost))
        for item in batch:
            if unstorable and id(item) in unstorable:
                item.answer, item.sealing = b"", None
            known = by_source.get(item.source)
            if known is None:
                by_source[item.source] = [item]
            else:
                known.append(item)
        for source, items in by_source.items():
            source.answered(items)
        self._drained()

    def _run(self) -> None:
        """The thread: one batch after another until None comes."""
        while True:
            batch = self._batches.get()
            if batch is None:
                break
            lost = self._save(batch)
            if lost is None:
                break
            try:
                self._loop.call_soon_threadsafe(self._finished, batch, lost)
            except RuntimeError:
                # The loop has ended: stored and not acknowledged, which is allowed.
                break
        self._store.close()

    def _save(self, batch: list[Item]) -> list[Item] | None:
        pause = _FIRST_PAUSE
        figures = self.figures
        while True:
            began = time.perf_counter()
            try:
                lost = self._store.save(batch)
            except StoreUnavailableError as error:
                if figures.unavailable_since is None:
                    figures.unavailable_since = time.monotonic()
                    log.error("nothing can be stored, nothing is acknowledged: %s", error)
                figures.error = str(error)
                if self._stopping.wait(pause):
                    return None
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            if lost:
                log.error("%d frames that no row could be made of", len(lost))
                self._store.save_unstorable(lost)
            took = (time.perf_counter() - began) * 1000
            figures.batches += 1
            figures.stored += len(batch)
            figures.last_ms = took
            figures.longest_ms = max(figures.longest_ms, took)
            if figures.unavailable_since is not None:
                log.warning("storing again after %.1f s", time.monotonic() - figures.unavailable_since)
                figures.unavailable_since = None
                figures.error = ""
            return lost

    def stop(self, timeout: float) -> None:
        """End the thread after what it has in hand; a batch that cannot be stored is given up, unacknowledged."""
        self._batches.put(None)
        self._thread.join(timeout)
        self._stopping.set()
        self._thread.join(5)
