"""Kinds of conduct: sequence, presence, prohibition, authorization, quorum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jifang.law.columns import FINE, MISSING, earliest
from jifang.law.context import Context
from jifang.law.daycount import NEVER
from jifang.law.kinds.base import (
    OF_STATUS,
    Found,
    Kind,
    Reader,
    Required,
    days,
    flips,
    happened,
    statuses,
)
from jifang.law.outcomes import CODE
from jifang.law.predicates import FALSE, MAYBE, TRUE, Predicate, Test, facts_of
from jifang.law.reading import Part


@dataclass(frozen=True)
class Sequence(Kind):
    """Steps that must all have been taken, each not before the one before it."""

    word: ClassVar[str] = "sequence"
    block: ClassVar[str] = "steps"
    keys: ClassVar[tuple[str, ...]] = ("steps",)
    steps: tuple[str, ...]

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Sequence:
        part.only(("order",))
        steps = reader.facts(part, "order", ("date",))
        if len(steps) < 2:
            raise part.error("order", "at least two steps are needed.")
        return cls(steps)

    def facts(self) -> tuple[str, ...]:
        return self.steps

    def evaluate(self, context: Context, required: Required | None) -> Found:
        reads = [context.read(name) for name in self.steps]
        catalogue = context.world.catalogue
        marks = [happened(context, r, catalogue[n]) for n, r in zip(self.steps, reads, strict=True)]
        dates = [days(read) for read in reads]
        rows = context.rows
        broken = np.zeros(rows, dtype=bool)
        doubt = np.full(rows, -1, np.int8)
        # A later step that has happened needs every earlier one, on that day or before.
        for later in range(1, len(reads)):
            did = marks[later][0]
            for earlier in range(later):
                before, unclear = marks[earlier]
                broken |= did & ((before & (dates[earlier] > dates[later])) | (~before & ~unclear))
                doubt = np.where(did & unclear & (doubt == -1), OF_STATUS[reads[earlier].status], doubt)
        last_did, last_unclear = marks[-1]
        doubt = np.where(last_unclear & (doubt == -1), OF_STATUS[reads[-1].status], doubt)
        fair = np.where(last_did, CODE["in_order"], CODE["under_way"])
        outcome = np.where(broken, CODE["out_of_order"], np.where(doubt == -1, fair, doubt))
        return Found(outcome.astype(np.int8, copy=False), flips(*reads))

    def lacking(self, context: Context, row: int) -> tuple[str, ...]:
        reads = [context.read(name) for name in self.steps]
        found = []
        for i, read in enumerate(reads):
            later = [r.value[row] for r in reads[i + 1 :] if r.status[row] == FINE]
            if (read.status[row] != FINE and later) or (later and read.value[row] > min(later)):
                found.append(self.steps[i])
        return tuple(found) or super().lacking(context, row)


@dataclass(frozen=True)
class Presence(Kind):
    """Facts that must be true: all of them, or at least so many."""

    word: ClassVar[str] = "presence"
    block: ClassVar[str] = "require"
    keys: ClassVar[tuple[str, ...]] = ("require",)
    all_of: tuple[str, ...]
    at_least: int
    max_age: int | None
    reviewed: bool

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Presence:
        part.only(("all", "any", "max_age", "grade"))
        names = reader.facts(part, "all" if "all" in part.data else "any", ("boolean",))
        if not names or ("all" in part.data) == ("any" in part.data):
            raise part.error("all", "either `all` or `any`, with a list of facts.")
        return cls(
            names,
            len(names) if "all" in part.data else 1,
            part.seconds("max_age"),
            part.choice("grade", ("screening", "reviewed"), "screening") == "reviewed",
        )

    def facts(self) -> tuple[str, ...]:
        return self.all_of

    def evaluate(self, context: Context, required: Required | None) -> Found:
        reads = [context.read(name, self.max_age, self.reviewed) for name in self.all_of]
        if len(reads) == 1:
            read = reads[0]
            judged = np.where(read.value > 0, CODE["present"], CODE["absent"])
            fine = read.fine
            outcome = judged if fine.all() else np.where(fine, judged, OF_STATUS[read.status])
            return Found(outcome.astype(np.int8, copy=False), read.flip)
        if self.max_age is None and not self.reviewed:
            # Three-valued conjunction or disjunction; other rules may have read the same.
            tris = [context.test(Test(name, "gt", 0.0)).state for name in self.all_of]
        else:
            tris = [np.where(read.fine, (read.value > 0) * TRUE, MAYBE) for read in reads]
        join = np.minimum if self.at_least == len(reads) else np.maximum
        state = tris[0]
        for tri in tris[1:]:
            state = join(state, tri)
        judged = np.where(state == TRUE, CODE["present"], CODE["absent"])
        doubt = state == MAYBE
        if doubt.any():
            judged = np.where(doubt, statuses(*reads), judged)
        return Found(judged, flips(*reads))

    def lacking(self, context: Context, row: int) -> tuple[str, ...]:
        reads = {name: context.read(name, self.max_age, self.reviewed) for name in self.all_of}
        no = tuple(n for n, r in reads.items() if r.status[row] == FINE and not r.value[row])
        return no or tuple(n for n, r in reads.items() if r.status[row] != FINE)


@dataclass(frozen=True)
class Prohibition(Kind):
    """Facts that must be false or zero. Without fresh evidence nothing is proved."""

    word: ClassVar[str] = "prohibition"
    block: ClassVar[str] = "forbid"
    keys: ClassVar[tuple[str, ...]] = ("forbid",)
    forbidden: tuple[str, ...]
    over: str | None
    max_age: int | None

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Prohibition:
        part.only(("facts", "over", "max_age"))
        names = reader.facts(part, "facts", ("boolean", "number"))
        if not names:
            raise part.error("facts", "a list of facts is needed.")
        return cls(names, part.maybe_text("over"), part.seconds("max_age"))

    def facts(self) -> tuple[str, ...]:
        return self.forbidden

    def evaluate(self, context: Context, required: Required | None) -> Found:
        found = np.zeros(context.rows, dtype=bool)
        doubt = np.full(context.rows, -1, np.int8)
        flip = None
        for name in self.forbidden:
            if self.over is None:
                read = context.read(name, self.max_age)
                with np.errstate(invalid="ignore"):
                    found |= read.fine & (read.value > 0)
                doubt = np.where(doubt == -1, OF_STATUS[read.status], doubt)
                flip = earliest(flip, read.flip)
                continue
            parts = context.reduce(name, self.over, "max", self.max_age, False, None)
            with np.errstate(invalid="ignore"):
                found |= (parts.fresh > 0) & (parts.value > 0)
            lacking = np.where(parts.fresh == 0, OF_STATUS[parts.status], CODE["coverage"])
            lacking = np.where(parts.parts == 0, OF_STATUS[MISSING], lacking)
            whole = (parts.fresh == parts.parts) & (parts.parts > 0)
            doubt = np.where((doubt == -1) & ~whole, lacking, doubt)
            flip = earliest(flip, parts.flip)
        outcome = np.where(found, CODE["found"], np.where(doubt == -1, CODE["none_found"], doubt))
        return Found(outcome.astype(np.int8, copy=False), flip)

    def lacking(self, context: Context, row: int) -> tuple[str, ...]:
        if self.over is not None:
            return self.forbidden
        reads = {name: context.read(name, self.max_age) for name in self.forbidden}
        yes = tuple(n for n, r in reads.items() if r.status[row] == FINE and r.value[row])
        return yes or tuple(n for n, r in reads.items() if r.status[row] != FINE)


@dataclass(frozen=True)
class Row:
    """One line of a table of who may do what: the first whose condition holds decides."""

    when: Predicate
    need: Predicate | None
    permitted: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Authorization(Kind):
    """A table: party and act, what must be there first, permitted or not. What no row names is not."""

    word: ClassVar[str] = "authorization"
    block: ClassVar[str] = "table"
    keys: ClassVar[tuple[str, ...]] = ("table",)
    table: tuple[Row, ...]

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Authorization:
        part.only(("rows",))
        rows = []
        for row in part.parts("rows"):
            row.only(("when", "need", "permitted", "zh", "en"))
            when = reader.predicate(row, "when")
            if when is None:
                raise row.error("when", "this is needed.")
            rows.append(
                Row(
                    when,
                    reader.predicate(row, "need"),
                    row.flag("permitted", True),
                    row.text("zh"),
                    row.text("en"),
                )
            )
        if not rows:
            raise part.error("rows", "a table has rows.")
        return cls(tuple(rows))

    def facts(self) -> tuple[str, ...]:
        names = [n for row in self.table for n in (*facts_of(row.when), *facts_of(row.need))]
        return tuple(dict.fromkeys(names))

    def evaluate(self, context: Context, required: Required | None) -> Found:
        outcome = np.full(context.rows, CODE["no_row"], np.int8)
        chosen = np.full(context.rows, -1, np.int64)
        open_ = np.ones(context.rows, dtype=bool)
        flip = None
        for number, row in enumerate(self.table):
            when = context.test(row.when)
            flip = earliest(flip, when.flip)
            # A row that may or may not hold leaves everything after it undecided.
            outcome = np.where(open_ & (when.state == MAYBE), CODE["missing"], outcome)
            hit = open_ & (when.state == TRUE)
            answer: Any = CODE["permitted" if row.permitted else "forbidden"]
            if row.need is not None:
                need = context.test(row.need)
                flip = earliest(flip, need.flip)
                answer = np.where(
                    need.state == TRUE,
                    answer,
                    np.where(need.state == MAYBE, CODE["missing"], CODE["approval_missing"]),
                )
            outcome = np.where(hit, answer, outcome)
            chosen = np.where(hit, number, chosen)
            open_ = open_ & (when.state == FALSE)
        return Found(outcome.astype(np.int8, copy=False), flip, None, None, {"row": chosen})


@dataclass(frozen=True)
class Quorum(Kind):
    """At least so many persons, or such a share of a group, and the formalities that go with it."""

    word: ClassVar[str] = "quorum"
    block: ClassVar[str] = "quorum"
    keys: ClassVar[tuple[str, ...]] = ("quorum",)
    needs_parameter: ClassVar[bool] = True
    count: str
    share_of: str | None
    formalities: tuple[str, ...]

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Quorum:
        part.only(("count", "share_of", "with"))
        return cls(
            reader.fact(part, "count", ("number",)),
            reader.maybe(part, "share_of", ("number",)),
            reader.facts(part, "with", ("boolean",)),
        )

    def facts(self) -> tuple[str, ...]:
        share = () if self.share_of is None else (self.share_of,)
        return (self.count, *share, *self.formalities)

    def evaluate(self, context: Context, required: Required | None) -> Found:
        assert required is not None
        reads = [context.read(name) for name in self.facts()]
        value = reads[0].value
        doubt = statuses(*reads)
        formal = reads[1:]
        if self.share_of is not None:
            whole, formal = reads[1], reads[2:]
            with np.errstate(invalid="ignore", divide="ignore"):
                value = value / whole.value
            odd = (doubt == -1) & ~((whole.value > 0) & (value <= 1))
            doubt = np.where(odd, CODE["implausible"], doubt).astype(np.int8, copy=False)
        with np.errstate(invalid="ignore"):
            short = statuses(*reads[: len(reads) - len(formal)]) == -1
            short &= value < required.value
        for read in formal:
            short |= read.fine & (read.value == 0)
        outcome = np.where(
            short & (doubt != CODE["implausible"]),
            CODE["inquorate"],
            np.where(doubt == -1, CODE["quorate"], doubt),
        )
        return Found(outcome.astype(np.int8, copy=False), flips(*reads), value)

    def lacking(self, context: Context, row: int) -> tuple[str, ...]:
        reads = {name: context.read(name) for name in self.facts()}
        no = tuple(n for n in self.formalities if reads[n].status[row] == FINE and not reads[n].value[row])
        return no or tuple(n for n, r in reads.items() if r.status[row] != FINE)


__all__ = ["NEVER", "Authorization", "Presence", "Prohibition", "Quorum", "Sequence"]
