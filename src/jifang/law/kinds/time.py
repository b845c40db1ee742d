"""Kinds of time: a window in which an act is admissible, a deadline by which it must be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jifang.law.columns import MISSING, Instants, after, day_starts, earliest
from jifang.law.context import Context
from jifang.law.daycount import NEVER, UNITS, Days, number_of
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
from jifang.law.reading import Part


@dataclass(frozen=True)
class Warn:
    """Marks before the last day: at so many units left the colour changes."""

    unit: str
    left: tuple[int, ...]

    @classmethod
    def read(cls, part: Part | None) -> Warn | None:
        """Read ``warn: {unit: workday, left: [5, 2]}``."""
        if part is None:
            return None
        part.only(("unit", "left"))
        left = part.data.get("left")
        if not isinstance(left, list) or not all(isinstance(n, int) and n > 0 for n in left):
            raise part.error("left", "a list of whole numbers is needed.")
        return cls(part.choice("unit", UNITS[:2]), tuple(sorted(left, reverse=True)))


@dataclass(frozen=True)
class Window(Kind):
    """An act is admissible only inside the last days before a day (that day included)."""

    word: ClassVar[str] = "window"
    block: ClassVar[str] = "window"
    keys: ClassVar[tuple[str, ...]] = ("window",)
    needs_parameter: ClassVar[bool] = True
    closes: str
    acts: tuple[str, ...]
    warn: Warn | None

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Window:
        part.only(("closes", "acts", "warn"))
        acts = reader.facts(part, "acts", ("date",))
        if not acts:
            raise part.error("acts", "the act whose day is judged is needed.")
        return cls(reader.fact(part, "closes", ("date",)), acts, Warn.read(part.part("warn")))

    def facts(self) -> tuple[str, ...]:
        return (self.closes, *self.acts)

    def evaluate(self, context: Context, required: Required | None) -> Found:
        assert required is not None
        end = context.read(self.closes)
        closes = days(end)
        opens = closes - np.nan_to_num(required.value).astype(np.int64)
        today = context.clocks.today
        done = np.full(context.rows, NEVER, np.int64)
        doubt = np.zeros(context.rows, dtype=bool)
        status = np.full(context.rows, -1, np.int8)
        # Of several acts (renewal or extension) the one that is admissible counts, else the first.
        admissible = np.zeros(context.rows, dtype=bool)
        reads = [context.read(name) for name in self.acts]
        for name, read in zip(self.acts, reads, strict=True):
            did, unclear = happened(context, read, context.world.catalogue[name])
            day = np.where(did, days(read), NEVER)
            inside = did & (day >= opens) & (day <= closes)
            done = np.where(inside & ~admissible, day, np.where(admissible, done, np.minimum(done, day)))
            admissible |= inside
            status = np.where(unclear & ~doubt, OF_STATUS[read.status], status)
            doubt |= unclear
        none = done >= NEVER
        outcome = np.where(
            none,
            np.where(today < opens, CODE["pending"], np.where(today <= closes, CODE["open"], CODE["lapsed"])),
            np.where(
                done < opens,
                CODE["inadmissible_early"],
                np.where(done > closes, CODE["inadmissible_late"], CODE["admissible"]),
            ),
        )
        outcome = np.where(doubt & ~admissible, status, outcome)
        lacking = statuses(end)
        outcome = np.where(lacking == -1, outcome, lacking).astype(np.int8, copy=False)
        at = context.clocks.at
        turns = np.minimum(after(day_starts(opens), at), after(day_starts(closes + 1), at))
        flip = earliest(flips(end, *reads), np.where(none & end.fine, turns, NEVER))
        known = end.fine
        return Found(
            outcome,
            flip,
            None,
            None,
            {
                "opens": np.where(known, opens, NEVER),
                "closes": np.where(known, closes, NEVER),
                "done": done,
            },
        )


@dataclass(frozen=True)
class Deadline(Kind):
    """Something must be done within so many units of a start, the clock stopped by pauses.

    ``recurs``: the start is the last time it was done, and it must be done again. ``deemed``: receipt counts
    as acceptance when the authority is silent for so many working days.
    """

    word: ClassVar[str] = "deadline"
    block: ClassVar[str] = "clock"
    keys: ClassVar[tuple[str, ...]] = ("clock",)
    needs_parameter: ClassVar[bool] = True
    start: str
    done: tuple[str, ...]
    pause: tuple[str, ...]
    recurs: bool
    received: str | None
    told: str | None
    silence: int
    not_before: int | None
    warn: Warn | None
    units: str = "day"

    @classmethod
    def read(cls, part: Part, reader: Reader) -> Deadline:
        part.only(("start", "start_day_counts", "done", "pause", "recurs", "deemed", "not_before", "warn"))
        if part.flag("start_day_counts"):
            raise part.error("start_day_counts", "the start day is never counted.")
        deemed = part.part("deemed")
        if deemed is not None:
            deemed.only(("received", "told", "silence"))
        floor = part.day("not_before")
        recurs = part.flag("recurs")
        done = reader.facts(part, "done", ("date",))
        if recurs == bool(done):
            raise part.error("done", "either `done` or `recurs: true`.")
        return cls(
            reader.fact(part, "start", ("date",)),
            done,
            reader.facts(part, "pause", ("intervals",)),
            recurs,
            None if deemed is None else reader.fact(deemed, "received", ("date",)),
            None if deemed is None else reader.maybe(deemed, "told", ("date",)),
            0 if deemed is None else int(deemed.number("silence", 5)),
            None if floor is None else number_of(floor),
            Warn.read(part.part("warn")),
        )

    def facts(self) -> tuple[str, ...]:
        names = (self.start, *self.done, *self.pause, self.received, self.told)
        return tuple(name for name in names if name is not None)

    def evaluate(self, context: Context, required: Required | None) -> Found:
        return self.judge(context, required, self.units)

    def judge(self, context: Context, required: Required | None, unit: str) -> Found:
        """The outcome on every row; ``unit`` is the parameter's."""
        assert required is not None
        catalogue = context.world.catalogue
        today, at = context.clocks.today, context.clocks.at
        begun = context.read(self.start)
        started, unclear = happened(context, begun, catalogue[self.start])
        start = days(begun)
        if self.not_before is not None:
            start = np.maximum(start, self.not_before)
        turns: Instants | None = None
        if self.received is not None:
            start, started, unclear, turns = self._deem(context, start, started, unclear)
        doubt = np.where(unclear, OF_STATUS[begun.status], np.int8(-1))
        count = np.nan_to_num(required.value, nan=1.0).astype(np.int64)
        pauses, paused, stops = self._pauses(context, today, at)
        due, certain = context.calendar.due_days(start, count, unit, pauses)
        reads = [context.read(name) for name in self.done]
        done = np.full(context.rows, NEVER, np.int64)
        for name, read in zip(self.done, reads, strict=True):
            did, open_ = happened(context, read, catalogue[name])
            done = np.minimum(done, np.where(did, days(read), NEVER))
            doubt = np.where(open_ & (doubt == -1), OF_STATUS[read.status], doubt)
        finished = done < NEVER
        doubt = np.where(finished & ~unclear, np.int8(-1), doubt)
        late = today > due
        if self.recurs:
            judged = np.where(late, CODE["overdue"], CODE["current"])
        else:
            judged = np.where(
                finished,
                np.where(done > due, CODE["done_late"], CODE["in_time"]),
                np.where(late, CODE["overdue"], CODE["running"]),
            )
            judged = np.where(paused & ~finished & ~late, CODE["paused"], judged)
        judged = np.where(started, judged, CODE["not_started"])
        outcome = np.where(doubt == -1, judged, doubt).astype(np.int8, copy=False)
        ends = after(day_starts(np.where(due >= NEVER, NEVER, due + 1)), at)
        running = started & ~finished
        flip = earliest(
            flips(begun, *reads, *(context.read(name) for name in self.pause)),
            np.where(running, ends, NEVER),
            turns,
            None if stops is None else np.where(running, stops, NEVER),
        )
        shown = np.where(started, due, NEVER)
        return Found(
            outcome,
            flip,
            None,
            None,
            {"due": shown, "done": done, "start": np.where(started, start, NEVER)},
            certain | ~started,
        )

    def _deem(self, context: Context, start: Days, started: Any, unclear: Any) -> tuple[Any, Any, Any, Any]:
        """Silence for five working days: accepted on the day of receipt (行政许可法 32)."""
        assert self.received is not None
        receipt = context.read(self.received)
        received = days(receipt)
        silence, _ = context.calendar.due_days(received, np.full(context.rows, self.silence), "workday")
        told = np.full(context.rows, NEVER, np.int64)
        reads = [receipt]
        if self.told is not None:
            notice = context.read(self.told)
            told = np.where(notice.fine, days(notice), NEVER)
            reads.append(notice)
        silent = receipt.fine & ~started & ~unclear & (told > silence)
        deemed = silent & (context.clocks.today > silence)
        waiting = after(day_starts(np.where(silent, silence + 1, NEVER)), context.clocks.at)
        doubtful = unclear | (~started & ~receipt.fine & (receipt.status != MISSING))
        return (
            np.where(deemed, received, start),
            started | deemed,
            doubtful,
            earliest(waiting, *(read.flip for read in reads)),
        )

    def _pauses(
        self, context: Context, today: int, at: int
    ) -> tuple[tuple[Days, Days] | None, Any, Instants | None]:
        begins, ends = [], []
        for name in self.pause:
            found = context.read(name).pauses
            if found is not None and found[0].size:
                begins.append(found[0])
                ends.append(found[1])
        if not begins:
            return None, False, None
        first, end = np.concatenate(begins), np.concatenate(ends)
        paused = ((first <= today) & (end > today)).any(axis=0)
        stops = np.minimum(after(day_starts(first), at).min(axis=0), after(day_starts(end), at).min(axis=0))
        return (first, end), paused, np.asarray(stops)
