"""The server's nonces: every one remembered, each use of it counted, so that nothing can be replayed."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from typing import Final

LIFETIME: Final = 300.0
"""Seconds for which a nonce may be answered."""
MOST: Final = 100_000


class Use(StrEnum):
    """What the use of a nonce means."""

    FRESH = "fresh"
    STALE = "stale"
    """Ours, but too old, or used up: challenge anew with ``stale=true``; the password may well be right."""
    REPLAYED = "replayed"
    """This count was used before."""
    UNKNOWN = "unknown"
    """Never issued, or forgotten: treated like stale."""


def _random() -> str:
    return secrets.token_hex(16)


class NonceStore:
    """Nonces that were issued. At most ``most``: the oldest are forgotten first."""

    def __init__(
        self, *, lifetime: float = LIFETIME, most: int = MOST, random: Callable[[], str] = _random
    ) -> None:
        self._lifetime = lifetime
        self._most = most
        self._random = random
        self._issued: OrderedDict[str, list[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._issued)

    def issue(self, now: float) -> str:
        """A new nonce."""
        nonce = self._random()
        self._issued[nonce] = [now, 0]
        while self._issued:
            oldest = next(iter(self._issued.values()))
            if len(self._issued) <= self._most and now - oldest[0] <= self._lifetime:
                break
            self._issued.popitem(last=False)
        return nonce

    def use(self, nonce: str, count: int | None, now: float) -> Use:
        """Use a nonce with the count of qop, which must rise, or without (None): then it is good once.

        Call it only for credentials that are right: a stranger must not use up a device's nonce.
        """
        known = self._issued.get(nonce)
        if known is None:
            return Use.UNKNOWN
        issued, last = known
        if now - issued > self._lifetime:
            del self._issued[nonce]
            return Use.STALE
        if count is None:
            if last:
                return Use.STALE
            known[1] = 1 << 40
            return Use.FRESH
        if count <= last:
            return Use.REPLAYED
        known[1] = count
        return Use.FRESH
