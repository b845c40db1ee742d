"""Make the parts of declared tables ahead of time, and drop those whose legal period is over.

Creating and dropping tables needs the owner's connection, so every function takes one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from jifang.kernel import partitions
from jifang.kernel.partitions import Part, PartitionedTable

_PARTS = """
SELECT child.relname, pg_get_expr(child.relpartbound, child.oid)
FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = to_regclass(%s)
ORDER BY child.relname
"""
# Guards against change: BEFORE, for each statement, on UPDATE, DELETE and TRUNCATE (bits 2, 8, 16, 32).
_STATEMENT_TRIGGERS = """
SELECT tgname, tgfoid::regproc::text FROM pg_trigger
WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgtype = 58
  AND NOT EXISTS (SELECT FROM pg_trigger o WHERE o.tgrelid = to_regclass(%s) AND o.tgname = pg_trigger.tgname)
"""
_UPPER = re.compile(r"TO \('(\d{4})-(\d\d)-(\d\d)")
LOCK_TIMEOUT = "5s"
Cursor = psycopg.Cursor[tuple[Any, ...]] | CursorWrapper


@dataclass(frozen=True)
class Report:
    """What a run did: names of parts made, dropped, and kept beyond their period because of a hold."""

    made: tuple[str, ...]
    dropped: tuple[str, ...]
    held: tuple[str, ...]


def existing(cursor: Cursor, table: str) -> dict[str, date | None]:
    """Parts of `table` and where they end (UTC); None for a default part."""
    cursor.execute(_PARTS, [table])
    found: dict[str, date | None] = {}
    for name, bound in cursor.fetchall():
        upper = _UPPER.search(str(bound))
        found[str(name)] = date(*map(int, upper.groups())) if upper else None
    return found


def _present(cursor: Cursor) -> list[PartitionedTable]:
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
            default = next((name for name, end in have.items() if end is None), "")
            for part in partitions.parts_ahead(table, at):
                if part.name in have:
                    continue
                try:
                    with connection.transaction():
                        _make(cursor, part)
                except psycopg.errors.CheckViolation:
                    with connection.transaction():
                        _make_for_strays(cursor, part, default)
                made.append(part.name)
    return tuple(made)


def _make(cursor: Cursor, part: Part) -> None:
    """Make a part and guard it like its table."""
    cursor.execute(part.create)
    _guard(cursor, part.table, part.name)


def _make_for_strays(cursor: Cursor, part: Part, default: str) -> None:
    """Make a part whose period has rows in the default part already, and move them into it."""
    table, name = sql.Identifier(part.table), sql.Identifier(default)
    stray = sql.Identifier(f"{default}_stray")
    cursor.execute(sql.SQL("ALTER TABLE {} DETACH PARTITION {}").format(table, name))
    cursor.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(name, stray))
    _make(cursor, part)
    cursor.execute(sql.SQL("CREATE TABLE {} PARTITION OF {} DEFAULT").format(name, table))
    _guard(cursor, part.table, default)
    cursor.execute(sql.SQL("INSERT INTO {} SELECT * FROM {}").format(table, stray))
    cursor.execute(sql.SQL("DROP TABLE {}").format(stray))


def _guard(cursor: Cursor, table: str, part: str) -> None:
    """Give the part the statement triggers of its table: PostgreSQL inherits only those for each row."""
    cursor.execute(_STATEMENT_TRIGGERS, [table, part])
    for name, function in cursor.fetchall():
        cursor.execute(
            sql.SQL(
                "CREATE TRIGGER {} BEFORE UPDATE OR DELETE OR TRUNCATE ON {}"
                " FOR EACH STATEMENT EXECUTE FUNCTION {}()"
            ).format(sql.Identifier(str(name)), sql.Identifier(part), sql.SQL(str(function)))
        )


def missing(cursor: Cursor, *, at: datetime) -> dict[str, date]:
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


def _is_held(cursor: Cursor, table: PartitionedTable, part: str) -> bool:
    if not table.hold:
        return False
    # `hold` is a constant of the room that declared the table, never input.
    condition = sql.SQL(table.hold)
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
