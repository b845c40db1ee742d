"""Time limits of the law: calendar days, working days, calendar months.

Which days are worked is published by the State Council each autumn for the next year (holidays on working
days, weekends worked instead). That table is passed in: ``Calendar`` holds the weekdays that are *off*, the
weekend days that are *on*, and the years it knows. A result that touches a year it does not know is computed
from plain weekends and marked uncertain: a limit that may still move is never shown as settled.

The day on which a period begins is not counted (行政处罚法 85 and 民法典 201: the period runs from the next
day). In the Administrative Penalty Act limits of two, three, five and seven days are working days
(行政处罚法 85): the unit belongs to each limit, not to this module.
"""

from __future__ import annotations

import calendar as _calendar
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from jifang.kernel.errors import BadInputError, gettext_noop

ONE_DAY = timedelta(days=1)
MAX_COUNT = 10_000
_SATURDAY = 5


class Unit(StrEnum):
    """How a time limit is counted."""

    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    CALENDAR_MONTH = "calendar_month"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period. ``certain`` is False when a year without a published table was touched."""

    day: date
    certain: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of work by law. ``off``: weekdays not worked; ``on``: weekend days worked; ``years``: known."""

    off: frozenset[date] = frozenset()
    on: frozenset[date] = frozenset()
    years: frozenset[int] = field(default=frozenset())

    @classmethod
    def of(cls, off: Iterable[date], on: Iterable[date], years: Iterable[int]) -> Calendar:
        """Build and check a table. Raises ``BadInputError`` for a day listed twice or outside the years."""
        table = cls(frozenset(off), frozenset(on), frozenset(years))
        for day in sorted(table.off & table.on):
            raise BadInputError(
                "off",
                day.isoformat(),
                gettext_noop("%(value)s is listed as a holiday and as worked."),
                gettext_noop("Keep it in one of the two lists."),
            )
        for day in sorted(table.off | table.on):
            if day.year not in table.years:
                raise BadInputError(
                    "years",
                    day.isoformat(),
                    gettext_noop("%(value)s lies in a year that the table does not claim to know."),
                    gettext_noop("Add the year, once its whole arrangement is entered."),
                )
        return table

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; from plain weekends in a year without a table (see ``knows``)."""
        return day in self.on or (day.weekday() < _SATURDAY and day not in self.off)

    def knows(self, first: date, last: date) -> bool:
        """Whether every year from first to last day has its table."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def add_working_days(self, start: date, count: int) -> Deadline:
        """The day on which the ``count``-th working day after ``start`` falls; ``start`` is not counted."""
        _check_count(count)
        day = start
        while count:
            day += ONE_DAY
            count -= self.is_working(day)
        return Deadline(day, self.knows(start, day))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def next_working_day(self, day: date) -> Deadline:
        """The day itself when it is worked, else the first worked day after it."""
        first = day
        while not self.is_working(day):
            day += ONE_DAY
        return Deadline(day, self.knows(first, day))

    def period_end(self, start: date, count: int, unit: Unit, *, roll: bool) -> Deadline:
        """The last day of a period of ``count`` units that begins the day after ``start``.

        ``roll``: a last day that is not worked moves to the next worked one (民法典 203); periods whose law
        does not say so pass False.
        """
        if unit is Unit.WORKING_DAY:
            return self.add_working_days(start, count)
        _check_count(count)
        day = start + timedelta(days=count) if unit is Unit.CALENDAR_DAY else add_months(start, count)
        return self.next_working_day(day) if roll else Deadline(day, True)


def add_months(start: date, count: int) -> date:
    """The same day number ``count`` months later; a shorter month ends it on its last day (民法典 202)."""
    years, month = divmod(start.month - 1 + count, 12)
    year = start.year + years
    last = _calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def _check_count(count: int) -> None:
    if not 0 <= count <= MAX_COUNT:
        raise BadInputError(
            "count",
            count,
            gettext_noop("A period of %(value)s units cannot be counted."),
            gettext_noop("Give a number between 0 and %(limit)d."),
            limit=MAX_COUNT,
        )
