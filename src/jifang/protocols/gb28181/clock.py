"""Times on the wire: local time of China without a zone; inside, UTC.

GB/T 28181 writes ``YYYY-MM-DDTHH:MM:SS`` with or without milliseconds. China has kept UTC+08:00 without
summer time since 1992, so the offset is a constant and no table of zones is needed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

CHINA: Final = timezone(timedelta(hours=8), "UTC+08:00")
_TIME: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?\Z"
)


def parse_time(text: str) -> datetime | None:
    """UTC of a time on the wire; None if it is none. A zone, where a device sends one, counts."""
    found = _TIME.match(text.strip())
    if found is None:
        return None
    *digits, fraction, zone = found.groups()
    offset = CHINA
    if zone == "Z":
        offset = UTC
    elif zone:
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        if minutes >= 24 * 60:
            return None
        offset = timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))
    microseconds = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        year, month, day, hour, minute, second = map(int, digits)
        return datetime(year, month, day, hour, minute, second, microseconds, offset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_time(moment: datetime, *, milliseconds: bool = False) -> str:
    """A moment as the wire has it: local time of China, no zone."""
    return (
        moment.astimezone(CHINA)
        .replace(tzinfo=None)
        .isoformat(timespec="milliseconds" if milliseconds else "seconds")
    )
