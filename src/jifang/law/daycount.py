"""Time limits as legal objects: working days, calendar days, months, with a clock that can be stopped.

Days are whole numbers counted from 1970-01-01 (dates of law). The start day is not counted (行政处罚法 85,
民法典 201). A pause ``(a, b)`` stops the clock from day a up to, not including, day b; ``b`` None is still
running, and the due day is then not known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.kernel.working_days import Calendar, add_months

Days = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

EPOCH: Final = date(1970, 1, 1)
FIRST: Final = (date(1990, 1, 1) - EPOCH).days
LAST: Final = (date(2120, 1, 1) - EPOCH).days
NEVER: Final = 2**62
"""A day or second that does not come."""
UNITS: Final = ("day", "workday", "month", "year")
_WEEK: Final = 7
_SATURDAY: Final = 5
_EPOCH_WEEKDAY: Final = EPOCH.weekday()


def number_of(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period; None while the clock is stopped. ``certain`` is False when a year without a
    published calendar was touched: such a day is provisional."""

    day: date | None
    certain: bool


class DayCount:
    """A working-day calendar prepared for counting: tables once, then a look-up per deadline."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        numbers = np.arange(FIRST, LAST + 1)
        working = (numbers + _EPOCH_WEEKDAY) % _WEEK < _SATURDAY
        for day in calendar.off:
            working[number_of(day) - FIRST] = False
        for day in calendar.on:
            working[number_of(day) - FIRST] = True
        self._upto = np.cumsum(working, dtype=np.int64)
        self._workdays = numbers[working]
        unknown = np.ones(len(numbers), dtype=bool)
        for year in calendar.years:
            begin, end = number_of(date(year, 1, 1)) - FIRST, number_of(date(year + 1, 1, 1)) - FIRST
            unknown[max(0, begin) : max(0, end)] = False
        self._unknown = np.cumsum(unknown, dtype=np.int64)
        # Plain lists: indexing a numpy array from Python costs ten times as much.
        self._upto_list: list[int] = self._upto.tolist()
        self._workdays_list: list[int] = self._workdays.tolist()
        self._unknown_list: list[int] = self._unknown.tolist()

    def due(self, start: date, count: int, unit: str, pauses: Sequence[tuple[date, date | None]] = ()) -> Due:
        """The last day of ``count`` units that begin the day after ``start``. Raises ``BadInputError``."""
        begin = (start - EPOCH).days
        if not FIRST <= begin <= LAST - 12_000 or not 1 <= count <= 4_000:
            raise BadInputError(
                "from",
                f"{start.isoformat()} + {count}",
                gettext_noop("The period %(value)s cannot be counted."),
                gettext_noop("Give a day between 1990 and 2087 and at most 4000 units."),
            )
        working = unit == "workday"
        if unit in ("month", "year"):
            count = (add_months(start, count * (12 if unit == "year" else 1)) - start).days
        now = begin
        for a, b in sorted(((a - EPOCH).days, NEVER if b is None else (b - EPOCH).days) for a, b in pauses):
            stop = a if a > now + 1 else now + 1
            if b <= stop:
                continue
            if working:
                upto = self._upto_list
                elapsed = upto[min(stop - 1, LAST) - FIRST] - upto[now - FIRST]
            else:
                elapsed = stop - 1 - now
            if elapsed >= count:
                break
            if b == NEVER:
                return Due(None, True)
            count -= elapsed
            now = b - 1
        if not working:
            return Due(EPOCH + timedelta(days=now + count), True)
        end = self._workdays_list[self._upto_list[now - FIRST] + count - 1]
        certain = self._unknown_list[end - FIRST] == self._unknown_list[max(begin - 1, FIRST) - FIRST]
        return Due(EPOCH + timedelta(days=end), certain)

    def due_days(
        self, start: Days, count: Days, unit: str, pauses: tuple[Days, Days] | None = None
    ) -> tuple[Days, Mask]:
        """Whole columns: due days (``NEVER`` while stopped) and whether they are certain.

        ``start``: day numbers between 1990 and 2087 (others are cut to them: the caller masks). ``count``:
        at least 1. ``pauses``: first days and ends, shape (number, rows), ``NEVER`` where there is none.
        """
        begin = np.clip(start, FIRST + 1, LAST - 12_000)
        count = np.clip(count, 1, 4_000)
        if unit in ("month", "year"):
            count = months_later(begin, count * (12 if unit == "year" else 1)) - begin
        working = unit == "workday"
        due, stopped = self._later(begin, count, working), None
        if pauses is not None and pauses[0].size:
            rows = np.flatnonzero((pauses[0] < NEVER).any(axis=0))
            if rows.size:
                paused = self._paused(
                    begin[rows], count[rows], working, pauses[0][:, rows], pauses[1][:, rows]
                )
                due[rows] = paused
                stopped = due >= NEVER
        if not working:
            return due, np.ones(len(begin), dtype=bool)
        end = due if stopped is None else np.where(stopped, begin, due)
        certain = self._unknown[end - FIRST] == self._unknown[begin - 1 - FIRST]
        return due, certain if stopped is None else certain | stopped

    def _later(self, start: Days, count: Days, working: bool) -> Days:
        if not working:
            return np.asarray(start + count, dtype=np.int64)
        return np.asarray(self._workdays[self._upto[start - FIRST] + count - 1], dtype=np.int64)

    def _paused(self, now: Days, count: Days, working: bool, first: Days, end: Days) -> Days:
        order = np.argsort(first, axis=0, kind="stable")
        first, end = np.take_along_axis(first, order, 0), np.take_along_axis(end, order, 0)
        now, count = now.copy(), count.copy()
        over = np.zeros(len(now), dtype=bool)
        stopped = np.zeros(len(now), dtype=bool)
        for a, b in zip(first, end, strict=True):
            stop = np.maximum(a, now + 1)
            counts = (a < NEVER) & (b > stop) & ~over & ~stopped
            last = np.clip(stop - 1, FIRST, LAST)
            elapsed = self._upto[last - FIRST] - self._upto[now - FIRST] if working else stop - 1 - now
            enough = counts & (elapsed >= count)
            over |= enough
            goes_on = counts & ~enough
            stopped |= goes_on & (b >= NEVER)
            goes_on &= b < NEVER
            count = np.where(goes_on, count - elapsed, count)
            now = np.where(goes_on, np.clip(b - 1, FIRST + 1, LAST - 6_000), now)
        return np.asarray(np.where(stopped, NEVER, self._later(now, count, working)), dtype=np.int64)

    def left(self, today: date, due: date, unit: str) -> int:
        """Units from the day after ``today`` to the due day, which counts; negative when it is past."""
        a, b = number_of(today), number_of(due)
        if unit == "workday":
            return self._upto_list[b - FIRST] - self._upto_list[a - FIRST]
        return b - a

    def before(self, due: date, count: int, unit: str) -> date:
        """The day from whose beginning at most ``count`` units are left until ``due``."""
        b = number_of(due)
        if unit != "workday":
            return date_of(b - count)
        position = bisect_right(self._workdays_list, b) - 1 - count
        return date_of(self._workdays_list[position])


def months_later(start: Days, months: Days) -> Days:
    """The same day of the month so many months on; a shorter month ends it on its last day (民法典 202)."""
    day = start.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    offset = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
    return np.asarray(first + np.minimum(offset, length - 1), dtype=np.int64)


def calendar_of(off: Iterable[date], on: Iterable[date], years: Iterable[int]) -> DayCount:
    """A prepared calendar from the lists of a pack."""
    return DayCount(Calendar.of(off, on, years))
