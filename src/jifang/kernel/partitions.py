"""Tables that grow for ever are split by time: which ones, how, and the SQL that makes their parts.

A room declares its tables in `apps.ready`; a job makes parts ahead and drops those whose legal period is
over.
Bounds are UTC. Nothing here talks to a database.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

Period = Literal["day", "month"]


@dataclass(frozen=True)
class PartitionedTable:
    """A table `PARTITION BY RANGE (column)`, `column` being a timestamptz.

    `keep` names the setting under `[records]` that says for how many days rows stay. `hold` is a condition
    over a row `r` under which it must not go yet, whatever its age; one such row keeps its whole part.
    """

    table: str
    column: str
    keep: str
    period: Period = "month"
    ahead: int = 2
    hold: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a table, from `start` (inclusive) to `end` (exclusive)."""

    table: str
    name: str
    start: date
    end: date

    @property
    def create(self) -> str:
        """The statement that makes it; does nothing when it is there."""
        return (
            f"CREATE TABLE IF NOT EXISTS {self.name} PARTITION OF {self.table}"
            f" FOR VALUES FROM ('{self.start} 00:00+00') TO ('{self.end} 00:00+00')"
        )


_declared: dict[str, PartitionedTable] = {}


def declare(table: PartitionedTable) -> None:
    """Make a table known to the job; declaring it again with the same words changes nothing."""
    if _declared.get(table.table, table) != table:
        raise ValueError(f"{table.table} is declared twice, differently")
    _declared[table.table] = table


def declared() -> list[PartitionedTable]:
    """Every declared table, by name."""
    return [_declared[name] for name in sorted(_declared)]


def _start(table: PartitionedTable, day: date) -> date:
    return day if table.period == "day" else day.replace(day=1)


def _next(table: PartitionedTable, start: date) -> date:
    if table.period == "day":
        return start + timedelta(days=1)
    return (start + timedelta(days=32)).replace(day=1)


def part_at(table: PartitionedTable, moment: datetime) -> Part:
    """The part into which a row of `moment` (aware) belongs."""
    start = _start(table, moment.astimezone(UTC).date())
    suffix = f"{start:%Y_%m}" if table.period == "month" else f"{start:%Y_%m_%d}"
    return Part(table.table, f"{table.table}_{suffix}", start, _next(table, start))


def parts_ahead(table: PartitionedTable, now: datetime) -> list[Part]:
    """The part before that of `now` (late rows), its own, and `ahead` more."""
    current = part_at(table, now)
    before = part_at(
        table,
        datetime(current.start.year, current.start.month, current.start.day, tzinfo=UTC) - timedelta(days=1),
    )
    parts = [before, current]
    for _ in range(table.ahead):
        end = parts[-1].end
        parts.append(part_at(table, datetime(end.year, end.month, end.day, tzinfo=UTC)))
    return parts


def is_over(part_end: date, now: datetime, keep_days: int) -> bool:
    """Whether every row before `part_end` has been kept for its whole period at `now`."""
    return part_end <= (now.astimezone(UTC) - timedelta(days=keep_days)).date()
