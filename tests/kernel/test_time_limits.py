"""Dates of law and time limits, on the State Council's arrangement of 2025."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel import clock
from jifang.kernel.errors import BadInputError
from jifang.kernel.working_days import Calendar, Deadline, Unit, add_months


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# 国务院办公厅关于2025年部分节假日安排的通知 (国办发明电〔2024〕12号)
OFF = [
    date(2025, 1, 1),
    *days(date(2025, 1, 28), date(2025, 2, 4)),
    *days(date(2025, 4, 4), date(2025, 4, 6)),
    *days(date(2025, 5, 1), date(2025, 5, 5)),
    *days(date(2025, 5, 31), date(2025, 6, 2)),
    *days(date(2025, 10, 1), date(2025, 10, 8)),
]
ON = [date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)]
YEAR = Calendar.of(OFF, ON, [2025])
some_day = st.dates(date(2025, 1, 1), date(2025, 12, 31))


def test_the_year_has_248_working_days() -> None:
    """365 days less 104 of weekends less 13 statutory holidays (全国年节及纪念日放假办法, 2024)."""
    assert sum(YEAR.is_working(day) for day in days(date(2025, 1, 1), date(2025, 12, 31))) == 248


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 3, 3), 1, date(2025, 3, 4)),
        (date(2025, 3, 7), 1, date(2025, 3, 10)),
        (date(2025, 1, 24), 3, date(2025, 2, 5)),
        (date(2025, 1, 27), 5, date(2025, 2, 10)),
        (date(2025, 9, 26), 6, date(2025, 10, 11)),
        (date(2025, 9, 26), 7, date(2025, 10, 13)),
        (date(2025, 3, 3), 0, date(2025, 3, 3)),
    ],
)
def test_working_days_are_counted_from_the_next_day(start: date, count: int, end: date) -> None:
    assert YEAR.add_working_days(start, count) == Deadline(end, True)
    assert YEAR.working_days_between(start, end) == count


def test_a_limit_that_runs_into_an_unpublished_year_is_not_certain() -> None:
    assert YEAR.add_working_days(date(2025, 12, 30), 1).certain
    assert not YEAR.add_working_days(date(2025, 12, 30), 2).certain
    assert not Calendar().add_working_days(date(2025, 3, 3), 1).certain


def test_a_period_of_calendar_days_rolls_only_where_the_law_says_so() -> None:
    start = date(2025, 4, 24)
    assert YEAR.period_end(start, 7, Unit.CALENDAR_DAY, roll=False) == Deadline(date(2025, 5, 1), True)
    assert YEAR.period_end(start, 7, Unit.CALENDAR_DAY, roll=True) == Deadline(date(2025, 5, 6), True)
    assert YEAR.period_end(start, 7, Unit.WORKING_DAY, roll=False) == Deadline(date(2025, 5, 7), True)
    december = YEAR.period_end(date(2025, 12, 20), 14, Unit.CALENDAR_DAY, roll=True)
    assert december == Deadline(date(2026, 1, 5), False)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 8, 31), 3, date(2025, 11, 30)),
        (date(2025, 11, 15), 14, date(2027, 1, 15)),
        (date(2025, 3, 15), 0, date(2025, 3, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start: date, count: int, end: date) -> None:
    assert add_months(start, count) == end
    assert YEAR.period_end(start, count, Unit.CALENDAR_MONTH, roll=False).day == end


@given(some_day, st.integers(0, 150))
def test_counting_forth_and_back_agree(start: date, count: int) -> None:
    end = YEAR.add_working_days(start, count).day
    assert YEAR.working_days_between(start, end) == count
    assert YEAR.working_days_between(end, start) == -count
    assert count == 0 or YEAR.is_working(end)


@given(some_day)
def test_the_next_working_day_is_one_and_none_lies_before_it(day: date) -> None:
    found = YEAR.next_working_day(day).day
    assert YEAR.is_working(found)
    assert not any(YEAR.is_working(between) for between in days(day, found)[:-1])


def test_a_table_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(BadInputError, match="2025-01-26"):
        Calendar.of([date(2025, 1, 26)], [date(2025, 1, 26)], [2025])
    with pytest.raises(BadInputError, match="2026-01-01"):
        Calendar.of([date(2026, 1, 1)], [], [2025])
    for count in (-1, 10_001):
        for unit in Unit:
            with pytest.raises(BadInputError, match=str(count)):
                YEAR.period_end(date(2025, 1, 1), count, unit, roll=False)


def test_the_date_of_law_changes_at_sixteen_hours_utc() -> None:
    assert clock.law_date(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert clock.law_date(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)


@given(st.datetimes(datetime(1993, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_lies_in_its_own_day_of_law(instant: datetime) -> None:
    day = clock.law_date(instant)
    assert clock.day_start(day) <= instant < clock.day_end(day)
    assert clock.day_end(day) == clock.day_start(day + timedelta(days=1))


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_survives_being_written(instant: datetime) -> None:
    assert clock.parse_instant(clock.format_instant(instant)) == instant


def test_instants_without_a_zone_or_before_1992_are_refused() -> None:
    assert clock.as_utc(datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8)))).hour == 0
    with pytest.raises(BadInputError, match="no time zone"):
        clock.as_utc(datetime(2026, 3, 1))  # noqa: DTZ001 - the naive instant is the case
    assert clock.law_date(datetime(1991, 12, 31, 16, tzinfo=UTC)) == date(1992, 1, 1)
    with pytest.raises(BadInputError, match="summer time"):
        clock.law_date(datetime(1991, 12, 31, 15, 59, tzinfo=UTC))
    for text in ("", "yesterday", "2026-13-01T00:00:00Z", "2026-03-01T00:00:00"):
        with pytest.raises(BadInputError):
            clock.parse_instant(text, field="since")
