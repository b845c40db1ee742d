"""Answers that come in several messages (catalog, recordings): collected until their sum is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, Generic, TypeVar

T = TypeVar("T")
IDLE: Final = 60.0
"""Seconds without a further page after which a round ends."""
MOST: Final = 100_000


class Outcome(StrEnum):
    """How a round of pages ended, or that it has not."""

    OPEN = "open"
    COMPLETE = "complete"
    """As many items as were announced."""
    SHORT = "short"
    """The pages stopped coming, or announced more than they brought."""
    EMPTY = "empty"
    """The device announced none."""
    SILENT = "silent"
    """No page at all."""


class Pages(Generic[T]):
    """One question and the pages of its answer.

    Make it *before* the question is sent: the first page may arrive before `send` returns. ``key`` makes
    repeated items one. Times are seconds of any one clock.
    """

    def __init__(
        self, sn: int, now: float, *, key: Callable[[T], object], idle: float = IDLE, most: int = MOST
    ) -> None:
        self.sn = sn
        self.announced: int | None = None
        self.outcome = Outcome.OPEN
        self._idle = idle
        self._most = most
        self._key = key
        self._deadline = now + idle
        self._items: dict[object, T] = {}
        self._brought = 0

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called; None when the round has ended."""
        return self._deadline if self.outcome is Outcome.OPEN else None

    @property
    def items(self) -> tuple[T, ...]:
        """What came so far, in order, each once."""
        return tuple(self._items.values())

    @property
    def brought(self) -> int:
        """Items that came, repeated ones counted."""
        return self._brought

    def page(self, sum_num: int | None, items: Iterable[T], now: float) -> Outcome:
        """Take one page. The largest sum announced counts: devices correct it on the way."""
        if self.outcome is not Outcome.OPEN:
            return self.outcome
        if sum_num is not None and sum_num >= 0:
            self.announced = max(self.announced or 0, min(sum_num, self._most))
        for item in items:
            self._brought += 1
            if len(self._items) < self._most:
                self._items[self._key(item)] = item
        self._deadline = now + self._idle
        if self.announced == 0 and not self._items:
            self.outcome = Outcome.EMPTY
        elif self.announced is not None and self._items and len(self._items) >= self.announced:
            self.outcome = Outcome.COMPLETE
        return self.outcome

    def tick(self, now: float) -> Outcome:
        """Time has passed: a round that waited too long ends."""
        if self.outcome is Outcome.OPEN and now >= self._deadline:
            self.outcome = Outcome.SILENT if self.announced is None and not self._items else Outcome.SHORT
        return self.outcome
