"""Whether a device is online: keepalives with hysteresis, so that a lost datagram is not an outage.

Offline after ``count`` intervals without a sign of life; online again only by registering, or, where that
is allowed, after ``recover`` signs of life in time. A device of 2022 on TCP is alive while its connection
is. Times are seconds of one clock; nothing here reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

INTERVAL: Final = 60.0
COUNT: Final = 3
RECOVER: Final = 2
_SLACK: Final = 1.5
"""Intervals after which a keepalive counts as missed: devices' timers drift, datagrams wait."""


class State(StrEnum):
    """Never fine when unknown."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"


class Cause(StrEnum):
    """Why the state changed."""

    REGISTERED = "registered"
    UNREGISTERED = "unregistered"
    EXPIRED = "expired"
    MISSED = "missed"
    RECOVERED = "recovered"
    CONNECTION_LOST = "connection_lost"


@dataclass(frozen=True, slots=True)
class Turn:
    """One change of state."""

    state: State
    cause: Cause
    at: float


@dataclass(slots=True)
class Liveness:
    """State of one device. Every call returns the `Turn` it caused, or None."""

    interval: float = INTERVAL
    count: int = COUNT
    recover: int = RECOVER
    """Signs of life that bring an offline device back; 0: only registering does (the official rule)."""
    connection_counts: bool = False
    """True for a device of 2022 on TCP: an open connection is life enough."""
    state: State = State.UNKNOWN
    last_seen: float | None = None
    registered_until: float | None = None
    connected: bool = False
    _beats: int = 0

    def registered(self, now: float, expires: float) -> Turn | None:
        """An authenticated REGISTER for ``expires`` seconds came."""
        self.last_seen = now
        self.registered_until = now + expires
        self._beats = 0
        return self._turn(State.ONLINE, Cause.REGISTERED, now)

    def unregistered(self, now: float) -> Turn | None:
        """The device said good-bye."""
        self.registered_until = None
        self._beats = 0
        return self._turn(State.OFFLINE, Cause.UNREGISTERED, now)

    def beat(self, now: float) -> Turn | None:
        """A keepalive came from the source that registered."""
        late = self.last_seen is not None and now - self.last_seen > self.interval * _SLACK
        self.last_seen = now
        if self.state is State.ONLINE:
            return None
        self._beats = 1 if late else self._beats + 1
        usable = self.registered_until is not None and now < self.registered_until
        if usable and self.recover and self._beats >= self.recover:
            return self._turn(State.ONLINE, Cause.RECOVERED, now)
        return None

    @property
    def answers(self) -> bool:
        """True if a keepalive is answered 200. An offline device without a way back must register anew."""
        return self.state is State.ONLINE or (self.recover > 0 and self.registered_until is not None)

    def connection(self, connected: bool, now: float) -> Turn | None:
        """The TCP connection opened or closed."""
        self.connected = connected
        if connected:
            self.last_seen = now
        elif self.connection_counts and self.state is State.ONLINE:
            self._beats = 0
            return self._turn(State.OFFLINE, Cause.CONNECTION_LOST, now)
        return None

    @property
    def deadline(self) -> float | None:
        """When `tick` must be called next; None if nothing can happen by itself."""
        if self.state is not State.ONLINE:
            return None
        ends = [] if self.registered_until is None else [self.registered_until]
        if self.last_seen is not None and not (self.connection_counts and self.connected):
            ends.append(self.last_seen + self.interval * self.count)
        return min(ends, default=None)

    def tick(self, now: float) -> Turn | None:
        """Time has passed."""
        end = self.deadline
        if end is None or now < end:
            return None
        self._beats = 0
        expired = self.registered_until is not None and now >= self.registered_until
        if expired:
            self.registered_until = None
        return self._turn(State.OFFLINE, Cause.EXPIRED if expired else Cause.MISSED, now)

    def missed(self, now: float) -> int:
        """Intervals that passed without a sign of life."""
        if self.last_seen is None:
            return 0
        return max(0, int((now - self.last_seen) // self.interval))

    def _turn(self, state: State, cause: Cause, now: float) -> Turn | None:
        if state is self.state:
            return None
        self.state = state
        return Turn(state, cause, now)
