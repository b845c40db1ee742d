"""Kinds that measure: threshold, rate, level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jifang.law.catalogue import Catalogue
from jifang.law.columns import MISSING, Floats
from jifang.law.context import Context, Reduced
from jifang.law.daycount import NEVER, months_later
from jifang.law.kinds.base import (
    OF_STATUS,
    Codes,
    Found,
    Kind,
    Reader,
    Required,
    days,
    flips,
    statuses,
)
from jifang.law.outcomes import CODE
from jifang.law.reading import Part

REDUCTIONS = ("min", "max", "sum", "mean", "share", "count")
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Evidence:
    """Where a measured value comes from: a fact of the subject, or of its parts brought together."""

    fact: str
    reduce: str
    over: str | None
    max_age: int | None
    coverage: float
    reviewed: bool
    expected: str | None
    samples: int
    within: int | None

    @classmethod
    def read(cls, part: Part, reader: Reader, extra: tuple[str, ...] = ()) -> Evidence:
        """Read an ``evidence`` block."""
        part.only(("fact", "reduce", "over", "max_age", "coverage", "grade", "expected", "confirm", *extra))
        fact = reader.fact(part, "fact", ("number", "boolean"))
        over = part.maybe_text("over")
        reduce = part.choice("reduce", REDUCTIONS, "min")
        coverage = part.number("coverage", 1.0)
        if not 0 < coverage <= 1:
            raise part.error("coverage", "a share above 0, at most 1.")
        confirm = part.part("confirm")
        if confirm is not None:
            confirm.only(("samples", "within"))
        return cls(
            fact,
            reduce,
            over,
            part.seconds("max_age"),
            coverage,
            part.choice("grade", ("screening", "reviewed"), "screening") == "reviewed",
            reader.maybe(part, "expected", ("number",)),
            1 if confirm is None else int(confirm.number("samples", 1)),
            None if confirm is None else confirm.seconds("within"),
        )

    def facts(self) -> tuple[str, ...]:
        """What is read."""
        return (self.fact,) if self.expected is None else (self.fact, self.expected)

    def take(self, context: Context) -> tuple[Reduced, Codes]:
        """The value on every row, and the outcome where it is none (-1 where it is)."""
        found = context.reduce(self.fact, self.over, self.reduce, self.max_age, self.reviewed, self.expected)
        outcome = np.where(found.fresh > 0, np.int8(-1), OF_STATUS[found.status])
        outcome = np.where((found.fresh == 0) & (found.parts == 0), OF_STATUS[MISSING], outcome)
        partial = (found.fresh > 0) & (found.fresh < self.coverage * found.parts - _ROUNDING)
        # One stale part among several is partial evidence; of a single part it is simply stale.
        alone = (found.fresh == 0) & (found.parts > 1)
        outcome = np.where(partial | alone, CODE["coverage"], outcome)
        return found, np.asarray(outcome, dtype=np.int8)


@dataclass(frozen=True)
class Threshold(Kind):
    """A measured number at least, or at most, the parameter."""

    word: ClassVar[str] = "threshold"
    block: ClassVar[str] = "evidence"
    keys: ClassVar[tuple[str, ...]] = ()
    needs_parameter: ClassVar[bool] = True
    evidence: Evidence
    at_most: bool

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Threshold:
        at_most = part.choice("bound", ("at_least", "at_most"), "at_least") == "at_most"
        return cls(Evidence.read(part, reader, ("bound",)), at_most)

    def facts(self) -> tuple[str, ...]:
        return self.evidence.facts()

    def unit(self, catalogue: Catalogue) -> str:
        return catalogue[self.evidence.fact].unit

    def evaluate(self, context: Context, required: Required | None) -> Found:
        assert required is not None
        found, outcome = self.evidence.take(context)
        with np.errstate(invalid="ignore"):
            broken = found.value > required.value if self.at_most else found.value < required.value
        judged = np.where(broken, CODE["exceeded" if self.at_most else "short"], CODE["met"])
        return Found(
            np.where(outcome == -1, judged, outcome).astype(np.int8, copy=False),
            found.flip,
            found.value,
            None,
            {"parts": found.parts, "fresh": found.fresh},
        )


@dataclass(frozen=True)
class Rate(Kind):
    """A share, from two counts or from the parts for which something is so, at least the parameter."""

    word: ClassVar[str] = "rate"
    block: ClassVar[str] = "evidence"
    keys: ClassVar[tuple[str, ...]] = ()
    needs_parameter: ClassVar[bool] = True
    evidence: Evidence | None
    good: str | None
    total: str | None

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Rate:
        if "good" in part.data:
            part.only(("good", "total"))
            return cls(None, reader.fact(part, "good", ("number",)), reader.fact(part, "total", ("number",)))
        evidence = Evidence.read(part, reader)
        if evidence.reduce != "share":
            raise part.error("reduce", "a rate of parts has `reduce: share`.")
        return cls(evidence, None, None)

    def facts(self) -> tuple[str, ...]:
        if self.evidence is not None:
            return self.evidence.facts()
        assert self.good is not None
        assert self.total is not None
        return (self.good, self.total)

    def unit(self, catalogue: Catalogue) -> str:
        return ""

    def evaluate(self, context: Context, required: Required | None) -> Found:
        assert required is not None
        if self.evidence is not None:
            found, outcome = self.evidence.take(context)
            value, flip = found.value, found.flip
            more = {"parts": found.parts, "fresh": found.fresh}
        else:
            good, total = (context.read(name) for name in self.facts())
            with np.errstate(invalid="ignore", divide="ignore"):
                value = good.value / total.value
            outcome, flip, more = statuses(good, total), flips(good, total), {}
            # Nothing out of nothing, or more than all, is no rate.
            odd = (outcome == -1) & ~((total.value > 0) & (good.value >= 0) & (good.value <= total.value))
            outcome = np.where(odd, CODE["implausible"], outcome).astype(np.int8, copy=False)
        with np.errstate(invalid="ignore"):
            judged = np.where(value < required.value - _ROUNDING, CODE["short"], CODE["met"])
        return Found(
            np.where(outcome == -1, judged, outcome).astype(np.int8, copy=False), flip, value, None, more
        )


@dataclass(frozen=True)
class Level(Kind):
    """A grade held against a grade needed (1 is the highest), and how grades are climbed.

    ``needed``: a fact, or the parameter. ``previous`` with ``since``: one step at a time, after ``months``
    (the parameter then is the number of months); without a previous grade only ``first`` can be had.
    """

    word: ClassVar[str] = "level"
    block: ClassVar[str] = "level"
    keys: ClassVar[tuple[str, ...]] = ("level",)
    held: str
    needed: str | None
    previous: str | None
    since: str | None
    applied: str | None
    first: int | None

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Level:
        part.only(("held", "needed", "previous", "since", "applied_on", "first"))
        first = part.data.get("first")
        return cls(
            reader.fact(part, "held", ("number",)),
            reader.maybe(part, "needed", ("number",)),
            reader.maybe(part, "previous", ("number",)),
            reader.maybe(part, "since", ("date",)),
            reader.maybe(part, "applied_on", ("date",)),
            None if first is None else int(part.number("first")),
        )

    def facts(self) -> tuple[str, ...]:
        names = (self.held, self.needed, self.previous, self.since, self.applied)
        return tuple(name for name in names if name is not None)

    def evaluate(self, context: Context, required: Required | None) -> Found:
        held = context.read(self.held)
        if self.previous is not None:
            return self._climb(context, held.value, required)
        if self.needed is not None:
            needed = context.read(self.needed)
            limit, outcome, flip = needed.value, statuses(held, needed), flips(held, needed)
        else:
            assert required is not None
            limit, outcome, flip = required.value, statuses(held), flips(held)
        with np.errstate(invalid="ignore"):
            judged = np.where(held.value > limit, CODE["insufficient"], CODE["sufficient"])
        return Found(
            np.where(outcome == -1, judged, outcome).astype(np.int8, copy=False), flip, held.value, limit
        )

    def _climb(self, context: Context, held: Floats, required: Required | None) -> Found:
        assert self.previous is not None
        assert self.since is not None
        assert self.applied is not None
        applied_for = context.read(self.held)
        previous = context.read(self.previous)
        since = context.read(self.since)
        applied = context.read(self.applied)
        newcomer = (previous.status == MISSING) | (previous.value == 0)
        first: Any = CODE["sufficient"]
        if self.first is not None:
            with np.errstate(invalid="ignore"):
                first = np.where(held < self.first, CODE["first_too_high"], CODE["sufficient"])
        known = statuses(applied_for)
        months = np.full(context.rows, 12) if required is None else np.nan_to_num(required.value)
        gate = months_later(days(since), months.astype(np.int64))
        with np.errstate(invalid="ignore"):
            big = held < previous.value - 1
            early = (held < previous.value) & (days(applied) < gate)
        climb = np.where(big, CODE["step_too_big"], np.where(early, CODE["too_early"], CODE["sufficient"]))
        lacking = statuses(applied_for, previous, since, applied)
        outcome = np.where(lacking == -1, climb, lacking)
        outcome = np.where(newcomer, np.where(known == -1, first, known), outcome)
        limit = np.where(newcomer, self.first or np.nan, previous.value - 1)
        flip = flips(applied_for, previous, since, applied)
        return Found(
            outcome.astype(np.int8, copy=False),
            flip,
            held,
            limit,
            {"due": np.where(since.fine, gate, NEVER)},
        )


__all__ = ["Level", "Rate", "Threshold"]
