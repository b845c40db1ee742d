"""Make the parts of declared tables ahead of time, and drop those whose legal period is over.

Creating and dropping tables needs the owner's connection, so every function takes one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import psycopg
from psycopg import sql

from jifang.kernel import partitions
from jifang.kernel.partitions import PartitionedTable

_PARTS = """
SELECT child.relname, pg_get_expr(child.relpartbound, child.oid)
FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = to_regclass(%s)
ORDER BY child.relname
"""
_UPPER = re.compile(r"TO \('(\d{4})-(\d\d)-(\d\d)")
LOCK_TIMEOUT = "5s"


@dataclass(frozen=True)
class Report:
    """What a run did: names of parts made, dropped, and kept beyond their period because of a hold."""

    made: tuple[str, ...]
    dropped: tuple[str, ...]
    held: tuple[str, ...]


def existing(cursor: "psycopg.Cursor[tuple[object, ...]]", table: str) -> dict[str, date | None]:
    """Parts of `table` and where they end (UTC); None for a default part."""
    cursor.execute(_PARTS, [table])
    found: dict[str, date | None] = {}
    for name, bound in cursor.fetchall():
        upper = _UPPER.search(str(bound))
        found[str(name)] = date(*map(int, upper.groups())) if upper else None
    return found


def _present(cursor: "psycopg.Cursor[tuple[object, ...]]") -> list[PartitionedTable]:
    """The declared tables that this database has: a room may be switched off."""
    tables = []
    for table in partitions.declared():
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table.table])
        row = cursor.fetchone()
        if row and row[0]:
            tables.append(table)
    return tables


def make_ahead(connection: "psycopg.Connection", *, at: datetime) -> tuple[str, ...]:
    """Make every missing part up to the declared number of periods after `at`; returns their names.

    The session must speak UTC, in which the bounds are printed and compared.
    """
    made = []
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
        for table in _present(cursor):
            have = existing(cursor, table.table)
            for part in partitions.parts_ahead(table, at):
                if part.name not in have:
                    cursor.execute(part.create)
                    made.append(part.name)
    return tuple(made)


def missing(cursor: "psycopg.Cursor[tuple[object, ...]]", *, at: datetime) -> dict[str, date]:
    """Tables whose parts end within the next period, with the day from which rows would find no room."""
    cursor.execute("SET LOCAL timezone = 'UTC'")
    found = {}
    for table in _present(cursor):
        have = existing(cursor, table.table)
        for part in partitions.parts_ahead(table, at)[1:3]:
            if part.name not in have:
                found[table.table] = part.start
                break
    return found


def _is_held(cursor: "psycopg.Cursor[tuple[object, ...]]", table: PartitionedTable, part: str) -> bool:
    if not table.hold:
        return False
    # `hold` is a constant of the room that declared the table, never input.
    condition = sql.SQL(table.hold)  # type: ignore[arg-type]
    query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {} r WHERE {})").format(sql.Identifier(part), condition)
    cursor.execute(query)
    row = cursor.fetchone()
    return bool(row and row[0])


def drop_expired(
    connection: "psycopg.Connection", keep_days: Callable[[str], int], *, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Drop the parts whose whole period is over at `at`; returns (dropped, held back).

    `keep_days` turns the name of a `[records]` setting into days. Waits at most LOCK_TIMEOUT for a reader and
    leaves the part to the next run then.
    """
    dropped, held = [], []
    with connection.cursor() as cursor:
        cursor.execute("SET timezone = 'UTC'")
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        for table in _present(cursor):
            for name, end in existing(cursor, table.table).items():
                if end is None or not partitions.is_over(end, at, keep_days(table.keep)):
                    continue
                if _is_held(cursor, table, name):
                    held.append(name)
                    continue
                try:
                    cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
                except psycopg.errors.LockNotAvailable:
                    continue
                dropped.append(name)
    return tuple(dropped), tuple(held)


def maintain(connection: "psycopg.Connection", keep_days: Callable[[str], int], *, at: datetime) -> Report:
    """One run of the daily job on an autocommit connection of the owner."""
    made = make_ahead(connection, at=at.astimezone(UTC))
    dropped, held = drop_expired(connection, keep_days, at=at.astimezone(UTC))
    return Report(made, dropped, held)
