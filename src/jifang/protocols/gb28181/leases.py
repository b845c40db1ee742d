"""SSRCs and ports: lent to one call at a time, and in quarantine after it.

A port or SSRC that is used again at once shows the picture of the camera that still sends to it. So what is
given back rests for a while, a lease has an owner and an end, and the pools say when they are empty
instead of handing out what is in use. No clock: every function takes the time in seconds (monotonic).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

QUARANTINE: Final = 30.0
"""Seconds for which a freed port or SSRC is not lent again."""


class ExhaustedError(RuntimeError):
    """Nothing is free; ``retry_at`` is when the first of the quarantine ends, None if all is lent."""

    def __init__(self, what: str, retry_at: float | None) -> None:
        super().__init__(f"no {what} is free")
        self.retry_at = retry_at


@dataclass(slots=True)
class Lease:
    """One thing lent: to whom, and until when it must be renewed."""

    value: int
    owner: str
    until: float


class Pool:
    """Numbers to lend, each to one owner at a time; the longest unused goes first.

    ``quarantine`` in seconds. A lease ends by `release`, or by itself when nobody renews it.
    """

    def __init__(self, what: str, values: Iterable[int], *, quarantine: float = QUARANTINE) -> None:
        self.what = what
        self.quarantine = quarantine
        self._free: deque[int] = deque(values)
        self._known = frozenset(self._free)
        self._resting: deque[tuple[float, int]] = deque()
        self._lent: dict[int, Lease] = {}

    def lend(self, owner: str, now: float, *, period: float) -> Lease:
        """Lend one for ``period`` seconds. Raises `ExhaustedError`."""
        self.sweep(now)
        if not self._free:
            raise ExhaustedError(self.what, self._resting[0][0] if self._resting else None)
        lease = Lease(self._free.popleft(), owner, now + period)
        self._lent[lease.value] = lease
        return lease

    def restore(self, value: int, owner: str, now: float, *, period: float) -> Lease | None:
        """Take up the lease of a call that outlived a restart; None if the value is another's or unknown."""
        held = self._lent.get(value)
        if value not in self._known or (held is not None and held.owner != owner):
            return None
        if held is None:
            if value in self._free:
                self._free.remove(value)
            else:
                self._resting = deque(each for each in self._resting if each[1] != value)
        self._lent[value] = Lease(value, owner, now + period)
        return self._lent[value]

    def renew(self, value: int, owner: str, now: float, *, period: float) -> bool:
        """Prolong a lease; False if it is not this owner's."""
        lease = self._lent.get(value)
        if lease is None or lease.owner != owner:
            return False
        lease.until = now + period
        return True

    def release(self, value: int, owner: str, now: float) -> bool:
        """Give back into quarantine; False, and nothing happens, if it is not this owner's."""
        lease = self._lent.get(value)
        if lease is None or lease.owner != owner:
            return False
        del self._lent[value]
        self._resting.append((now + self.quarantine, value))
        return True

    def sweep(self, now: float) -> list[Lease]:
        """End the leases that were not renewed and return them; free what has rested enough."""
        ended = [lease for lease in self._lent.values() if lease.until <= now]
        for lease in ended:
            del self._lent[lease.value]
            self._resting.append((now + self.quarantine, lease.value))
        while self._resting and self._resting[0][0] <= now:
            self._free.append(self._resting.popleft()[1])
        return ended

    def owner_of(self, value: int) -> str | None:
        """Who has it; None if nobody."""
        lease = self._lent.get(value)
        return None if lease is None else lease.owner

    @property
    def free(self) -> int:
        """How many can be lent at once."""
        return len(self._free)

    @property
    def lent(self) -> int:
        """How many are lent."""
        return len(self._lent)


class SsrcPool:
    """SSRCs of one SIP domain: digit 1 live (0) or history (1), digits 2 to 6 of the server's id, 4 own.

    ``server_id`` are 20 digits; positions 4 to 8 of it stand in every SSRC, so two servers of one domain
    must be given different halves of ``numbers``.
    """

    def __init__(
        self, server_id: str, *, numbers: range = range(1, 10_000), quarantine: float = QUARANTINE
    ) -> None:
        if len(server_id) != 20 or not (server_id.isascii() and server_id.isdigit()):
            raise ValueError(f"server id {server_id!r}: 20 digits are needed")
        if not numbers or numbers[0] < 0 or numbers[-1] > 9999:
            raise ValueError(f"numbers {numbers}: 0 to 9999 is possible")
        self.domain = server_id[3:8]
        self._pools = {history: Pool("SSRC", numbers, quarantine=quarantine) for history in (False, True)}

    def lend(self, owner: str, now: float, *, history: bool = False, period: float = 3600.0) -> str:
        """Ten digits for the ``y=`` line. Raises `ExhaustedError`."""
        lease = self._pools[history].lend(owner, now, period=period)
        return f"{int(history)}{self.domain}{lease.value:04d}"

    def restore(self, ssrc: str, owner: str, now: float, *, period: float = 3600.0) -> bool:
        """Take up the SSRC of a call that outlived a restart."""
        if not self._ours(ssrc):
            return False
        pool = self._pools[ssrc[0] == "1"]
        return pool.restore(int(ssrc[6:]), owner, now, period=period) is not None

    def renew(self, ssrc: str, owner: str, now: float, *, period: float = 3600.0) -> bool:
        """Prolong; False if it is not this owner's."""
        return self._ours(ssrc) and self._pools[ssrc[0] == "1"].renew(
            int(ssrc[6:]), owner, now, period=period
        )

    def release(self, ssrc: str, owner: str, now: float) -> bool:
        """Give back into quarantine; False if it is not this owner's."""
        return self._ours(ssrc) and self._pools[ssrc[0] == "1"].release(int(ssrc[6:]), owner, now)

    def sweep(self, now: float) -> list[Lease]:
        """End what was not renewed."""
        return [lease for pool in self._pools.values() for lease in pool.sweep(now)]

    def _ours(self, ssrc: str) -> bool:
        digits = ssrc.isascii() and ssrc.isdigit() and len(ssrc) == 10
        return digits and ssrc[0] in "01" and ssrc[1:6] == self.domain


class Verdict(StrEnum):
    """What to do with a packet by its SSRC and source."""

    TAKE = "take"
    """The SSRC agreed upon, or the one latched."""
    LATCHED = "latched"
    """The first packet of another SSRC from the right peer: taken from now on, and worth a log line."""
    DROP = "drop"


class SsrcLatch:
    """Which SSRC a call's packets have: the agreed one, else the first from the right peer, for good.

    Devices send another SSRC than they agreed to, or agree to another than was asked. Packets of a former
    call, which has another source address or an SSRC in quarantine, are dropped.
    """

    def __init__(self, offered: str | None, answered: str | None, peer: str | None) -> None:
        """``peer`` is the address the device's answer named; None if NAT makes it unknowable."""
        self.offered = offered
        self.answered = answered
        self.peer = peer
        self.latched: int | None = None
        self._expected = {int(each) for each in (answered, offered) if each}

    @property
    def differs(self) -> bool:
        """True if the device sends another SSRC than the one it was asked for."""
        return self.latched is not None and self.latched not in self._expected

    def judge(self, ssrc: int, source: str, *, foreign: bool = False) -> Verdict:
        """``foreign``: the SSRC is lent to another call or in quarantine."""
        if self.latched is not None:
            return Verdict.TAKE if ssrc == self.latched else Verdict.DROP
        if ssrc in self._expected:
            self.latched = ssrc
            return Verdict.TAKE
        if foreign or (self.peer is not None and source != self.peer):
            return Verdict.DROP
        self.latched = ssrc
        return Verdict.LATCHED
