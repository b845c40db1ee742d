"""Time limits: the fast count against the slow one, the columns against the scalar, and known days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.kernel.errors import BadInputError
from jifang.kernel.working_days import Unit, add_months
from jifang.law.daycount import NEVER, date_of, number_of
from tests.law.packs_here import packs

DAYS = packs()["cn"].calendar
starts = st.dates(date(2023, 6, 1), date(2027, 6, 1))
pauses = st.lists(st.tuples(st.integers(-20, 60), st.one_of(st.none(), st.integers(0, 40))), max_size=3)


def spelled(start: date, raw: list[tuple[int, int | None]]) -> list[tuple[date, date | None]]:
    """Pauses relative to a start as days."""
    found = []
    for offset, length in raw:
        first = start + timedelta(days=offset)
        found.append((first, None if length is None else first + timedelta(days=length)))
    return found


def by_hand(start: date, count: int, unit: str, stops: list[tuple[date, date | None]]) -> date | None:
    """Day after day: a day counts when it is worked (if that matters) and no pause holds it."""
    if unit in ("month", "year"):
        count = (add_months(start, count * (12 if unit == "year" else 1)) - start).days
    day = start
    for _ in range(6000):
        day += timedelta(days=1)
        if any(a <= day and (b is None or day < b) for a, b in stops):
            continue
        if unit == "workday" and not DAYS.calendar.is_working(day):
            continue
        count -= 1
        if count == 0:
            return day
    return None


@settings(deadline=None)
@given(starts, st.integers(1, 40), st.sampled_from(["day", "workday", "month"]), pauses)
def test_counts_like_a_person_with_a_wall_calendar(
    start: date, count: int, unit: str, raw: list[tuple[int, int | None]]
) -> None:
    count = 1 + count % 14 if unit == "month" else count
    stops = spelled(start, raw)
    assert DAYS.due(start, count, unit, stops).day == by_hand(start, count, unit, stops)


@settings(deadline=None)
@given(starts, st.integers(1, 40))
def test_agrees_with_the_kernel(start: date, count: int) -> None:
    due = DAYS.due(start, count, "workday")
    slow = DAYS.calendar.period_end(start, count, Unit.WORKING_DAY, roll=False)
    assert (due.day, due.certain) == (slow.day, slow.certain)


@settings(deadline=None)
@given(
    st.lists(st.tuples(starts, st.integers(1, 30), pauses), min_size=1, max_size=8),
    st.sampled_from(["day", "workday", "month", "year"]),
)
def test_columns_and_scalar_agree(
    rows: list[tuple[date, int, list[tuple[int, int | None]]]], unit: str
) -> None:
    most = 3
    first = np.full((most, len(rows)), NEVER, np.int64)
    end = np.full((most, len(rows)), NEVER, np.int64)
    for row, (start, _, raw) in enumerate(rows):
        for k, (a, b) in enumerate(spelled(start, raw)):
            first[k, row], end[k, row] = number_of(a), NEVER if b is None else number_of(b)
    begin = np.array([number_of(start) for start, _, _ in rows], np.int64)
    count = np.array([1 + n % 5 if unit == "year" else n for _, n, _ in rows], np.int64)
    due, certain = DAYS.due_days(begin, count, unit, (first, end))
    for row, (start, _, raw) in enumerate(rows):
        expected = DAYS.due(start, int(count[row]), unit, spelled(start, raw))
        assert (None if due[row] >= NEVER else date_of(int(due[row]))) == expected.day
        assert bool(certain[row]) == expected.certain


@pytest.mark.parametrize(
    ("start", "stops", "due"),
    [
        ("2026-09-21", [], "2026-10-19"),
        ("2026-06-01", [("2026-06-08", "2026-06-15")], "2026-06-30"),
        ("2026-03-02", [], "2026-03-23"),
        ("2026-02-06", [], "2026-03-05"),  # the Spring Festival with both its worked Saturdays
    ],
)
def test_fifteen_working_days(start: str, stops: list[tuple[str, str]], due: str) -> None:
    paused = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in stops]
    assert DAYS.due(date.fromisoformat(start), 15, "workday", paused).day == date.fromisoformat(due)


def test_a_year_without_a_published_calendar_is_provisional() -> None:
    assert DAYS.due(date(2026, 12, 1), 15, "workday").certain
    assert not DAYS.due(date(2026, 12, 21), 15, "workday").certain
    assert DAYS.due(date(2026, 12, 21), 15, "day").certain


def test_months_end_on_the_last_day_of_a_short_month() -> None:
    assert DAYS.due(date(2024, 1, 31), 1, "month").day == date(2024, 2, 29)
    assert DAYS.due(date(2024, 2, 29), 2, "year").day == date(2026, 2, 28)


def test_marks_before_the_last_day_lie_on_working_days() -> None:
    due = date(2026, 10, 19)
    assert DAYS.before(due, 5, "workday") == date(2026, 10, 12)
    assert DAYS.left(date(2026, 10, 12), due, "workday") == 5
    assert DAYS.left(date(2026, 10, 11), due, "workday") == 6


@pytest.mark.parametrize(
    ("start", "count"), [(date(1949, 1, 1), 15), (date(2100, 1, 1), 15), (date(2026, 1, 1), 0)]
)
def test_refuses_what_cannot_be_counted(start: date, count: int) -> None:
    with pytest.raises(BadInputError, match="cannot be counted"):
        DAYS.due(start, count, "workday")


# The table of a second source (chinesecalendar 1.11.0) in numbers: working days of each year.
@pytest.mark.parametrize(("year", "worked"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_the_published_years(year: int, worked: int) -> None:
    assert DAYS.left(date(year - 1, 12, 31), date(year, 12, 31), "workday") == worked
