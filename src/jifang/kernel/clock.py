"""Instants and dates of law. No function here reads the real clock: time is an argument.

An *instant* is an aware ``datetime`` in UTC. A *date of law* is the calendar day in Asia/Shanghai. The zone
is a fixed offset of eight hours: China has kept no summer time since 1992, and a fixed offset needs no zone
file of the machine. Instants before 1992-01-01 are refused where a date of law is asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from jifang.kernel.errors import BadInputError, gettext_noop

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
OLDEST_LAW_DATE = date(1992, 1, 1)
ONE_DAY = timedelta(days=1)


def as_utc(instant: datetime, field: str = "at") -> datetime:
    """The same instant in UTC. Raises ``BadInputError`` for a datetime without a zone."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise BadInputError(
            field,
            instant.isoformat(),
            gettext_noop("“%(value)s” has no time zone."),
            gettext_noop("Give an instant with its offset, in UTC where possible."),
        )
    return instant.astimezone(UTC)


def law_date(instant: datetime, field: str = "at") -> date:
    """The calendar day in Asia/Shanghai on which the instant falls."""
    day = as_utc(instant, field).astimezone(BEIJING).date()
    if day < OLDEST_LAW_DATE:
        raise BadInputError(
            field,
            instant.isoformat(),
            gettext_noop("“%(value)s” is before 1992, when China still kept summer time."),
            gettext_noop("Give the date of law itself."),
        )
    return day


def day_start(day: date) -> datetime:
    """The first instant (UTC) of a date of law: midnight in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)


def day_end(day: date) -> datetime:
    """The first instant (UTC) after a date of law; a time limit that ends on ``day`` is kept before it."""
    return day_start(day + ONE_DAY)


def format_instant(instant: datetime) -> str:
    """RFC 3339 in UTC: ``2026-03-01T08:00:00Z``, with six decimals only when there is a fraction."""
    return as_utc(instant).isoformat().removesuffix("+00:00") + "Z"


def parse_instant(text: str, field: str = "at") -> datetime:
    """Read an RFC 3339 instant with its offset into UTC. Raises ``BadInputError``."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise BadInputError(
            field,
            text,
            gettext_noop("“%(value)s” is not an instant."),
            gettext_noop("Write it as 2026-03-01T08:00:00Z."),
        ) from None
    return as_utc(instant, field)
