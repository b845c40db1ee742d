"""What rules of one subject type see: facts, predicates and parts below, each computed once in a pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jifang.law.columns import (
    BEIJING_S,
    DAY_S,
    FINE,
    FUTURE,
    MISSING,
    Bytes,
    Floats,
    Instants,
    Read,
    World,
    earliest,
    read_column,
)
from jifang.law.daycount import NEVER, DayCount, Days
from jifang.law.predicates import FALSE, MAYBE, TRUE, Group, Predicate, Test, compare, compile_predicate


@dataclass(frozen=True)
class Clocks:
    """The three clocks: ``law``, the day (number) whose law is in force; ``at``, the second at which the
    facts are asked for; ``known``, the second up to which they were received."""

    law: int
    at: int
    known: int

    @property
    def today(self) -> int:
        """The date of law at ``at``, as a day number."""
        return (self.at + BEIJING_S) // DAY_S


@dataclass(frozen=True)
class Tri:
    """A predicate on every row (0 false, 1 not known, 2 true) and when time alone may change it."""

    state: Bytes
    flip: Instants | None


@dataclass(frozen=True)
class Reduced:
    """A fact of parts below, brought together: ``value``, number of parts, of parts with fresh evidence."""

    value: Floats
    parts: Days
    fresh: Days
    flip: Instants | None
    status: Bytes


class Context:
    """One pass over the rows of one type at its clocks."""

    def __init__(self, world: World, kind: str, clocks: Clocks, calendar: DayCount) -> None:
        self.world = world
        self.kind = kind
        self.clocks = clocks
        self.calendar = calendar
        self.rows = len(world.tables[kind])
        self._paths = world.paths(kind)
        self.nothing = np.full(self.rows, np.nan)
        self._reads: dict[tuple[str, int | None, bool], Read] = {}
        self._tris: dict[Predicate, Tri] = {}
        self._reduced: dict[tuple[Any, ...], Reduced] = {}
        self._below: dict[str, Context] = {}

    def read(self, name: str, max_age: int | None = None, reviewed: bool = False) -> Read:
        """The fact on every row: its own, else that of the nearest subject above, else what absence means."""
        key = (name, max_age, reviewed)
        if key not in self._reads:
            self._reads[key] = self._read(*key)
        return self._reads[key]

    def _read(self, name: str, max_age: int | None, reviewed: bool) -> Read:
        fact = self.world.catalogue[name]
        ages = [age for age in (fact.max_age, max_age) if age is not None]
        found: Read | None = None
        tables = self.world.tables
        sources = [(self.kind, None), *self._paths]
        for kind, rows in sources:
            column = tables[kind].columns.get(name)
            if column is None:
                continue
            read = read_column(
                column,
                at=self.clocks.at,
                known=self.clocks.known,
                max_age=min(ages) if ages else None,
                event=fact.event,
                reviewed=reviewed,
            )
            if rows is not None:
                read = _gather(read, rows)
            found = read if found is None else _fill(found, read)
            if not (found.status == MISSING).any():
                break
        if found is None:
            found = Read(
                np.full(self.rows, np.nan),
                np.full(self.rows, MISSING, np.int8),
                None,
                np.zeros(self.rows, np.int64),
                np.zeros(self.rows, np.int8),
            )
        if fact.derived and (found.status == MISSING).any():
            found = _fill(found, self._derive(name))
        absent = found.status == MISSING
        if fact.absent not in ("unknown", "never") and absent.any():
            default = float(fact.absent)
            return Read(
                np.where(absent, default, found.value),
                np.where(absent, FINE, found.status).astype(np.int8, copy=False),
                found.flip,
                found.observed,
                found.grade,
                absent,
                found.pauses,
            )
        return found

    def _derive(self, name: str) -> Read:
        """A decision table: the first row that holds decides; a doubtful row before it leaves doubt."""
        fact = self.world.catalogue[name]
        value = np.full(self.rows, np.nan)
        open_ = np.ones(self.rows, dtype=bool)
        flips = []
        for row in fact.derived:
            number = float(fact.values.index(row.value))
            if row.when is None:
                value = np.where(open_, number, value)
                open_ = np.zeros(self.rows, dtype=bool)
                break
            tri = self.test(compile_predicate("facts.yaml", name, row.when, self.world.catalogue))
            flips.append(tri.flip)
            value = np.where(open_ & (tri.state == TRUE), number, value)
            open_ = open_ & (tri.state == FALSE)
        return Read(
            value,
            np.where(np.isnan(value), MISSING, FINE).astype(np.int8, copy=False),
            earliest(*flips),
            np.full(self.rows, self.clocks.at, np.int64),
            np.ones(self.rows, np.int8),
        )

    def test(self, predicate: Predicate) -> Tri:
        """A predicate on every row."""
        found = self._tris.get(predicate)
        if found is None:
            found = self._tris[predicate] = self._test(predicate)
        return found

    def _test(self, predicate: Predicate) -> Tri:
        if isinstance(predicate, Group):
            tris = [self.test(part) for part in predicate.parts]
            flip = earliest(*(tri.flip for tri in tris))
            if predicate.operator == "not":
                return Tri((TRUE - tris[0].state).astype(np.int8, copy=False), flip)
            join = np.minimum if predicate.operator == "all" else np.maximum
            state = tris[0].state
            for tri in tris[1:]:
                state = join(state, tri.state)
            return Tri(state, flip)
        return self._compare(predicate)

    def _compare(self, test: Test) -> Tri:
        read = self.read(test.fact)
        fine = read.status == FINE
        if test.operator == "known":
            wanted = fine if test.value else read.status == MISSING
            return Tri(np.where(wanted, TRUE, FALSE).astype(np.int8, copy=False), read.flip)
        state = np.where(compare(test, read.value), np.int8(TRUE), np.int8(FALSE))
        if not fine.all():
            never = self.world.catalogue[test.fact].absent == "never"
            doubt = np.where(read.status == MISSING, FALSE, MAYBE) if never else MAYBE
            state = np.where(fine, state, doubt).astype(np.int8, copy=False)
        return Tri(state, read.flip)

    def below(self, kind: str) -> Context:
        """The same pass over the rows of a type below."""
        if kind not in self._below:
            self._below[kind] = Context(self.world, kind, self.clocks, self.calendar)
        return self._below[kind]

    def parents(self, kind: str) -> npt.NDArray[np.int64]:
        """For every row of a type below: the row here that it belongs to, -1 for none."""
        for above, rows in self.world.paths(kind):
            if above == self.kind:
                return rows
        return np.full(len(self.world.tables[kind]), -1, np.int64)

    def reduce(
        self,
        name: str,
        over: str | None,
        how: str,
        max_age: int | None,
        reviewed: bool,
        expected: str | None,
    ) -> Reduced:
        """A fact of the parts below on every row; told of the row itself it counts as one part more.

        ``expected``: the fact that says how many parts there should be; parts that nobody told of are
        missing evidence.
        """
        key = (name, over, how, max_age, reviewed, expected)
        if key not in self._reduced:
            self._reduced[key] = self._reduce(*key)
        return self._reduced[key]

    def _reduce(
        self,
        name: str,
        over: str | None,
        how: str,
        max_age: int | None,
        reviewed: bool,
        expected: str | None,
    ) -> Reduced:
        own = self.read(name, max_age, reviewed)
        there = own.status != MISSING
        fine = own.fine
        parts, fresh = there.astype(np.int64), fine.astype(np.int64)
        value = np.where(fine, own.value, np.nan)
        flip, status = own.flip, own.status
        if over is not None and over in self.world.tables and len(self.world.tables[over]):
            child = self.below(over).read(name, max_age, reviewed)
            index = self.parents(over)
            inside = index >= 0
            to = index[inside]
            good = child.fine[inside]
            parts = parts + np.bincount(to, minlength=self.rows)
            fresh = fresh + np.bincount(to[good], minlength=self.rows)
            numbers = child.value[inside][good]
            value = _bring(how, value, to[good], numbers, self.rows)
            if child.flip is not None:
                joined = np.full(self.rows, NEVER, np.int64)
                np.minimum.at(joined, to, child.flip[inside])
                flip = earliest(flip, joined)
            worst = np.zeros(self.rows, np.int8)
            np.maximum.at(worst, to, child.status[inside])
            status = np.where(there, status, np.where(parts > 0, worst, MISSING)).astype(np.int8, copy=False)
        if how == "mean" or how == "share":
            with np.errstate(invalid="ignore", divide="ignore"):
                value = value / fresh
        if how == "count":
            value = np.where(parts > 0, parts, np.nan).astype(np.float64)
        if expected is not None:
            told = self.read(expected)
            wanted = np.where(told.fine, np.nan_to_num(told.value), 0).astype(np.int64)
            # A fact told of the subject itself stands for all its parts.
            parts = np.where(there, parts, np.maximum(parts, wanted))
            flip = earliest(flip, told.flip)
        return Reduced(value, parts, fresh, flip, status)


def _bring(how: str, value: Floats, to: npt.NDArray[np.int64], numbers: Floats, rows: int) -> Floats:
    if how in ("min", "max"):
        start = np.inf if how == "min" else -np.inf
        found = np.full(rows, start)
        (np.minimum if how == "min" else np.maximum).at(found, to, numbers)
        found = np.where(np.isinf(found), np.nan, found)
        return np.asarray((np.fmin if how == "min" else np.fmax)(found, value))
    sums = np.bincount(to, weights=numbers, minlength=rows)
    counts = np.bincount(to, minlength=rows)
    return np.asarray(np.where((counts == 0) & np.isnan(value), np.nan, sums + np.nan_to_num(value)))


def _gather(read: Read, rows: npt.NDArray[np.int64]) -> Read:
    outside = rows < 0
    size = len(read.value)
    if size == 0:
        n = len(rows)
        return Read(
            np.full(n, np.nan),
            np.full(n, MISSING, np.int8),
            None,
            np.zeros(n, np.int64),
            np.zeros(n, np.int8),
        )

    def take(values: Any, fill: Any) -> Any:
        if values.ndim == 0:
            values = np.broadcast_to(values, (size,))
        got = values[rows]
        return np.where(outside, fill, got) if outside.any() else got

    return Read(
        take(read.value, np.nan),
        take(read.status, MISSING).astype(np.int8, copy=False),
        None if read.flip is None else take(read.flip, NEVER),
        take(read.observed, 0),
        take(read.grade, 0).astype(np.int8, copy=False),
        None,
        None
        if read.pauses is None
        else (
            np.where(outside, NEVER, read.pauses[0][:, rows]),
            np.where(outside, NEVER, read.pauses[1][:, rows]),
        ),
    )


def _fill(first: Read, second: Read) -> Read:
    """What the first does not have comes from the second."""
    gap = first.status == MISSING
    pauses = second.pauses if first.pauses is None else first.pauses
    return Read(
        np.where(gap, second.value, first.value),
        np.where(gap, second.status, first.status).astype(np.int8, copy=False),
        earliest(first.flip, second.flip),
        np.where(gap, second.observed, first.observed),
        np.where(gap, second.grade, first.grade).astype(np.int8, copy=False),
        None,
        pauses,
    )


__all__ = ["FUTURE", "Clocks", "Context", "Reduced", "Tri"]
