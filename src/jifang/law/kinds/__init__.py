"""The closed set of ten rule kinds. A pack chooses one and fills in its data; it cannot add logic."""

from __future__ import annotations

from jifang.law.kinds.base import Kind, Reader
from jifang.law.kinds.conduct import Authorization, Presence, Prohibition, Quorum, Sequence
from jifang.law.kinds.measure import Level, Rate, Threshold
from jifang.law.kinds.time import Deadline, Window

KINDS: dict[str, type[Kind]] = {
    kind.word: kind
    for kind in (
        Threshold,
        Rate,
        Window,
        Deadline,
        Sequence,
        Presence,
        Prohibition,
        Authorization,
        Quorum,
        Level,
    )
}

__all__ = ["KINDS", "Kind", "Reader"]
