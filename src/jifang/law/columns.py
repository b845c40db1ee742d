"""Facts as numpy columns: tables of subjects, linked upwards, read at three clocks.

Numbers are float64 throughout: truth values 0 and 1, days since 1970 for dates, the index of a text in its
list of values. Instants are whole seconds since 1970 (UTC). Nothing here mutates what it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from jifang.law.catalogue import Catalogue
from jifang.law.daycount import NEVER, Days

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Instants = npt.NDArray[np.int64]

FINE: Final = np.int8(0)
MISSING: Final = np.int8(1)
STALE: Final = np.int8(2)
FUTURE: Final = np.int8(3)
CONTRADICTORY: Final = np.int8(4)
IMPLAUSIBLE: Final = np.int8(5)
UNREVIEWED: Final = np.int8(6)
SCREENING: Final = 0
REVIEWED: Final = 1
DAY_S: Final = 86_400
BEIJING_S: Final = 8 * 3600


@dataclass(frozen=True)
class Column:
    """One fact of one table. ``status`` per row: FINE, MISSING, CONTRADICTORY or IMPLAUSIBLE; ``observed``,
    ``received``, ``grade`` per row or one for all. ``later``: instants at which an observation that is not
    yet visible becomes so. ``pauses``: first days and ends of intervals, shape (number, rows)."""

    value: Floats
    status: Bytes
    observed: Instants
    grade: Bytes
    received: Instants | None = None
    later: Instants | None = None
    pauses: tuple[Days, Days] | None = None


@dataclass(frozen=True)
class Table:
    """Subjects of one type. ``up``: for each type above, the row of the parent, -1 where there is none."""

    type: str
    ids: tuple[str, ...] | range
    columns: Mapping[str, Column]
    up: Mapping[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Read:
    """A fact as one table sees it at its clocks; ``value`` counts only where ``status`` is FINE.
    ``defaulted``: nobody told it, and the catalogue says what that means."""

    value: Floats
    status: Bytes
    flip: Instants | None
    observed: Instants
    grade: Bytes
    defaulted: Mask | None = None
    pauses: tuple[Days, Days] | None = None

    @property
    def fine(self) -> Mask:
        """Rows with evidence."""
        return np.asarray(self.status == FINE)


def earliest(*flips: Instants | None) -> Instants | None:
    """Row by row the first of some instants; None means never."""
    found: Instants | None = None
    for flip in flips:
        if flip is not None:
            found = flip if found is None else np.minimum(found, flip)
    return found


def day_starts(days: Days) -> Instants:
    """First instants of dates of law; ``NEVER`` stays."""
    return np.asarray(np.where(days >= NEVER, NEVER, days * DAY_S - BEIJING_S), dtype=np.int64)


def after(instants: Instants, at: int) -> Instants:
    """Those that still come; the others become ``NEVER``."""
    return np.asarray(np.where(instants > at, instants, NEVER), dtype=np.int64)


class World:
    """All tables of a pass with their links; what has been read is kept, as many rules read the same."""

    def __init__(self, catalogue: Catalogue, tables: Mapping[str, Table]) -> None:
        self.catalogue = catalogue
        self.tables = dict(tables)
        self._known_paths: dict[str, list[tuple[str, npt.NDArray[np.int64]]]] = {}

    def paths(self, kind: str) -> list[tuple[str, npt.NDArray[np.int64]]]:
        """Types above with the row of the ancestor, nearest first."""
        if kind in self._known_paths:
            return self._known_paths[kind]
        found: list[tuple[str, npt.NDArray[np.int64]]] = []
        seen = {kind}
        front: list[tuple[str, npt.NDArray[np.int64] | None]] = [(kind, None)]
        while front:
            here, index = front.pop(0)
            for above, direct in self.tables[here].up.items():
                if above in seen or above not in self.tables:
                    continue
                seen.add(above)
                rows = direct if index is None else np.where(index >= 0, direct[index], -1)
                found.append((above, rows))
                front.append((above, rows))
        self._known_paths[kind] = found
        return found


def read_column(
    column: Column, *, at: int, known: int, max_age: int | None, event: bool, reviewed: bool
) -> Read:
    """A column at its clocks: what is not yet known is missing, what is too old or ahead of time is none."""
    status, value = column.status, column.value
    there = status != MISSING
    flips: list[Instants | None] = []
    if column.received is not None:
        hidden = there & (column.received > known)
        if hidden.any():
            status = np.where(hidden, MISSING, status).astype(np.int8, copy=False)
            flips.append(np.where(hidden, np.maximum(column.received, column.observed), NEVER))
    if column.later is not None:
        flips.append(after(column.later, at))
    ahead = column.observed > at
    if ahead.any():
        status = np.where(ahead & (status == FINE), FUTURE, status).astype(np.int8, copy=False)
        flips.append(np.where(ahead & there, column.observed, NEVER))
    if event:
        today = (at + BEIJING_S) // DAY_S
        with np.errstate(invalid="ignore"):
            ahead = (status == FINE) & (value > today)
        if ahead.any():
            days = np.where(ahead, value, 0).astype(np.int64)
            status = np.where(ahead, FUTURE, status).astype(np.int8, copy=False)
            flips.append(np.where(ahead, day_starts(days), NEVER))
    if max_age is not None:
        # A missing row may be given a turn: next_flip may be early, never late.
        turns = column.observed + (max_age + 1)
        young = turns > at
        if not young.all():
            status = np.where(young | (status != FINE), status, STALE)
            turns = np.where(young, turns, NEVER)
        flips.append(turns)
    if reviewed:
        status = np.where((status == FINE) & (column.grade < REVIEWED), UNREVIEWED, status).astype(
            np.int8, copy=False
        )
    flip = earliest(*flips)
    if flip is not None and flip.shape != value.shape:
        flip = np.broadcast_to(flip, value.shape)
    return Read(value, status, flip, column.observed, column.grade, None, column.pauses)
