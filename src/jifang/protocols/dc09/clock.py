"""Timestamps of DC-09 frames and the window they must lie in (§5.5.1.8, §5.5.1.9). No clock is read here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

STAMP: Final = re.compile(rb"_(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4})\Z")


def parse_stamp(stamp: bytes) -> datetime | None:
    """UTC instant of ``_HH:MM:SS,MM-DD-YYYY``; None if it is absent or no date of the calendar."""
    found = STAMP.match(stamp)
    if found is None:
        return None
    hour, minute, second, month, day, year = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def format_stamp(at: datetime) -> bytes:
    """``_HH:MM:SS,MM-DD-YYYY`` of an aware instant, in UTC. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("at: an instant with a time zone is needed, got a naive datetime")
    return at.astimezone(UTC).strftime("_%H:%M:%S,%m-%d-%Y").encode()


class TimeMode(StrEnum):
    """How an account's timestamps are judged."""

    WINDOW = "window"
    """The standard's rule: UTC, inside the window."""
    OFFSET = "offset"
    """The panel sends local time: its offset is taken off, then the window applies."""
    OFF = "off"
    """Not judged. Every use belongs in the log: a recorded frame could be replayed."""


@dataclass(frozen=True, slots=True)
class TimePolicy:
    """The time rule of an account. The window applies to encrypted frames only."""

    mode: TimeMode = TimeMode.WINDOW
    behind: timedelta = timedelta(seconds=40)
    """Oldest age that passes."""
    ahead: timedelta = timedelta(seconds=20)
    """How far in the future a stamp may lie."""
    offset: timedelta = timedelta(0)
    """Panel's clock minus UTC, for ``TimeMode.OFFSET``."""

    def accepts(self, stamp: datetime, now: datetime) -> bool:
        """True if a frame stamped ``stamp`` passes at ``now`` (both aware)."""
        if self.mode is TimeMode.OFF:
            return True
        at = stamp - self.offset if self.mode is TimeMode.OFFSET else stamp
        return now - self.behind <= at <= now + self.ahead


WINDOW: Final = TimePolicy()
"""40 s behind to 20 s ahead."""
