"""Old law or new for an act decided later: 从旧兼从轻 (行政处罚法 37).

The law of the day of the act counts, unless the law of the day of the decision is lighter or no longer calls
the act unlawful. Where the two cannot be compared by their ranges, a person chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jifang.law.model import Consequence, Instrument


@dataclass(frozen=True)
class Choice:
    """``which``: old, new, same or person; the reason in Chinese and English."""

    which: str
    zh: str
    en: str


def choose(old: Consequence | None, new: Consequence | None) -> Choice:
    """Between the law on the day of the act and on that of the decision; None: not unlawful."""
    if old is None:
        return Choice("old", "行为时不违法，不予处罚。", "Not unlawful when done: no penalty.")
    if new is None:
        return Choice(
            "new", "新法不认为违法，适用新法。", "The new law does not call it unlawful: it applies."
        )
    if (old.act, old.min, old.max, old.stage, old.discretionary) == (
        new.act,
        new.min,
        new.max,
        new.stage,
        new.discretionary,
    ):
        return Choice("same", "新旧规定相同。", "Old and new are the same.")
    if old.act != new.act or old.max is None or new.max is None or old.stage != new.stage:
        return Choice(
            "person", "种类或者前提不同，由法制审核人员选择。", "They differ in kind: a person chooses."
        )
    low, high = (new.min or 0) - (old.min or 0), new.max - old.max
    if low <= 0 and high <= 0:
        return Choice("new", "新法处罚较轻，适用新法。", "The new law is lighter: it applies.")
    if low >= 0 and high >= 0:
        return Choice(
            "old", "旧法处罚较轻或者相当，适用行为时的规定。", "The old law is lighter or equal: it applies."
        )
    return Choice("person", "新旧幅度交错，由法制审核人员选择。", "The ranges cross: a person chooses.")


def versions(instrument: Instrument, acted: date, decided: date) -> tuple[str, str]:
    """The wordings in force on the day of the act and on that of the decision; "" where there is none."""
    before, after = instrument.version_on(acted), instrument.version_on(decided)
    return ("" if before is None else before.id, "" if after is None else after.id)
