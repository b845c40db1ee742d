"""Codes the platform gives its own signals: supervision of paths and of whole listeners.

A path is late when its interval and grace have passed without a frame, failed when it stays away; an outage
is many paths of one listener gone at once (the network here, not two thousand sites).
"""

from __future__ import annotations

from typing import Final

from jifang.protocols.event_codes.table import Code, Concerns, EventClass, Nature, Source

_ROWS: Final[tuple[tuple[str, Nature, str, str, str], ...]] = (
    ("path.late", Nature.ALARM, "1", "Path late: no sign of life in time", "链路延迟：未按时收到信号"),
    ("path.failed", Nature.ALARM, "1", "Path failed", "链路中断"),
    ("path.restored", Nature.RESTORE, "3", "Path restored", "链路恢复"),
    ("listener.outage", Nature.ALARM, "1", "Many paths lost at once", "大量链路同时中断"),
    ("listener.outage_end", Nature.RESTORE, "3", "Mass outage over", "大面积中断结束"),
)

OWN: Final[tuple[Code, ...]] = tuple(
    Code(
        "jifang",
        code,
        EventClass.SUPERVISION,
        nature,
        qualifier,
        Concerns.NOTHING,
        english,
        chinese,
        "",
        "",
        None,
        Source.OWN,
    )
    for code, nature, qualifier, english, chinese in _ROWS
)
"""The platform's own codes."""
