"""Puts packets of UDP in order, waits a little for late ones, and counts those that never came."""

from __future__ import annotations

from typing import Final

from jifang.protocols.rtp.packet import Packet

WINDOW: Final = 64
"""Packets that are held for a missing one."""
WAIT: Final = 0.2
"""Seconds that a missing packet is waited for."""
_RESTART: Final = 3000
"""A jump further than this is a new beginning of the sender, not loss (RFC 3550 MAX_DROPOUT)."""


class ReorderBuffer:
    """State of one SSRC. ``gap`` is True in the pair of a packet before which some are missing."""

    def __init__(self, *, window: int = WINDOW, wait: float = WAIT) -> None:
        self._window = window
        self._wait = wait
        self._next: int | None = None
        self._held: dict[int, Packet] = {}
        self._since = 0.0
        self.received = 0
        self.lost = 0
        self.late = 0
        """Packets that came after they were given up, or twice."""
        self.restarts = 0

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called; None if nothing is held."""
        return self._since + self._wait if self._held else None

    def push(self, packet: Packet, now: float) -> list[tuple[Packet, bool]]:
        """Take a packet, give those that are in order now, each with whether packets before it are lost."""
        self.received += 1
        if self._next is None:
            self._next = packet.sequence
        ahead = (packet.sequence - self._next) & 0xFFFF
        if ahead == 0 and not self._held:
            self._next = (packet.sequence + 1) & 0xFFFF
            return [(packet, False)]
        if _RESTART < ahead < 0x10000 - _RESTART:
            given = self._drain()
            self.restarts += 1
            self._next = (packet.sequence + 1) & 0xFFFF
            return [*given, (packet, True)]
        if ahead >= 0x8000 or packet.sequence in self._held:
            self.late += 1
            return []
        if not self._held:
            self._since = now
        self._held[packet.sequence] = packet
        given = self._run(False)
        while len(self._held) >= self._window:
            given += self._skip()
        if self._held and given:
            self._since = now
        return given

    def tick(self, now: float) -> list[tuple[Packet, bool]]:
        """Time has passed: give up what was waited for long enough."""
        given: list[tuple[Packet, bool]] = []
        while self._held and now >= self._since + self._wait:
            given += self._skip()
            self._since = now
        return given

    def _run(self, gap: bool) -> list[tuple[Packet, bool]]:
        """The packets that follow without a hole."""
        given = []
        assert self._next is not None
        while (packet := self._held.pop(self._next, None)) is not None:
            given.append((packet, gap))
            gap = False
            self._next = (self._next + 1) & 0xFFFF
        return given

    def _skip(self) -> list[tuple[Packet, bool]]:
        """Give up the hole before the nearest packet held."""
        assert self._next is not None
        start = self._next
        nearest = min((sequence - start) & 0xFFFF for sequence in self._held)
        self.lost += nearest
        self._next = (start + nearest) & 0xFFFF
        return self._run(True)

    def _drain(self) -> list[tuple[Packet, bool]]:
        given = []
        while self._held:
            given += self._skip()
        return given
