"""Codes the platform gives its own signals: supervision of paths and of whole listeners.

A path is late when its interval and grace have passed without a frame, failed when it stays away; an outage
is many paths of one listener gone at once (the network here, not two thousand sites).
"""

from __future__ import annotations

from typing import Final

from jifang.protocols.event_codes.table import Code, Concerns, EventClass, Nature, Source

_ROWS: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    (
        "path.late",
        "Path late: no sign of life in time",
        "链路延迟：未按时收到信号",
        "Path in time again",
        "链路恢复按时",
    ),
    ("path.failed", "Path failed", "链路中断", "Path restored", "链路恢复"),
    ("listener.outage", "Many paths lost at once", "大量链路同时中断", "Mass outage over", "大面积中断结束"),
)

OWN: Final[tuple[Code, ...]] = tuple(
    Code(
        "jifang",
        code,
        EventClass.SUPERVISION,
        Nature.ALARM,
        "1",
        Concerns.NOTHING,
        english,
        chinese,
        english_restored,
        chinese_restored,
        None,
        Source.OWN,
    )
    for code, english, chinese, english_restored, chinese_restored in _ROWS
)
"""The platform's own codes; as in Contact ID, qualifier 1 begins the condition and 3 ends it."""
