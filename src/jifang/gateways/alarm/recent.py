"""Frames that were stored lately, remembered in memory."""

from collections.abc import Iterable
from typing import Final

from jifang.gateways.alarm.items import Key
from jifang.wire.alarm import DUPLICATE_WINDOW_SECONDS

_REMEMBERED: Final = 100_000


class RecentFrames:
    """Keys that this process stored lately. Only spares the database: forgetting one costs nothing else."""

    def __init__(self, capacity: int = _REMEMBERED) -> None:
        self._capacity = capacity
        self._new: dict[Key, float] = {}
        self._old: dict[Key, float] = {}

    def holds(self, key: Key, now: float) -> bool:
        """Whether the key was stored within the window before ``now`` (monotonic)."""
        at = self._new.get(key)
        if at is None:
            at = self._old.get(key)
        return at is not None and now - at < DUPLICATE_WINDOW_SECONDS

    def add(self, keys: Iterable[Key], now: float) -> None:
        """Remember keys that are stored."""
        if len(self._new) > self._capacity:
            self._old, self._new = self._new, {}
        for key in keys:
            self._new[key] = now
