"""What a batch of frames is in the database: one transaction, everything or nothing, every signal once.

The order of rows in the COPY is the order of arrival, so the ids of signals grow with it.

:func:`plan` says it for the writer in the loop, the usual way. :class:`CarefulStore` is the way for what is
not usual, and runs in a thread: repetitions that only the database knows of, and rows that it will not have.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import errors

from jifang.gateways.alarm.items import Item, Key
from jifang.gateways.alarm.recent import RecentFrames
from jifang.gateways.alarm.rows import plain_row, refusal_row
from jifang.wire.alarm import (
    CHANNEL_SIGNAL,
    DUPLICATE_WINDOW_SECONDS,
    REFUSAL_COLUMNS,
    SIGNAL_COLUMNS,
    GatewayReason,
)

_COPY_SIGNALS: Final = f"COPY alarm_signal ({', '.join(SIGNAL_COLUMNS)}) FROM STDIN"
_COPY_REFUSALS: Final = f"COPY alarm_refusal ({', '.join(REFUSAL_COLUMNS)}) FROM STDIN"
_COPY_SEEN: Final = "COPY alarm_frame_seen (hash, account, sequence) FROM STDIN"
_NOTIFY: Final = f"NOTIFY {CHANNEL_SIGNAL}"
# A row that the pruning has not reached yet, or one from before a clock step, is no proof of a repetition.
_CLAIM: Final = f"""
INSERT INTO alarm_frame_seen AS seen (hash, account, sequence, seen_at)
SELECT hash, account, sequence, now() FROM unnest(%s::bytea[], %s::text[], %s::integer[])
    AS u (hash, account, sequence) ORDER BY hash, account, sequence
ON CONFLICT ON CONSTRAINT alarm_frame_seen_once DO UPDATE SET seen_at = EXCLUDED.seen_at
WHERE seen.seen_at NOT BETWEEN EXCLUDED.seen_at - interval '{DUPLICATE_WINDOW_SECONDS} s'
                           AND EXCLUDED.seen_at + interval '{DUPLICATE_WINDOW_SECONDS} s'
RETURNING hash, account, sequence
"""  # noqa: S608 (a number of ours)
_TOUCH_PATHS: Final = (
    "UPDATE alarm_path_state AS state"
    " SET last_seen_at = now(), peer = sight.peer, encrypted = sight.encrypted"
    " FROM unnest('{%s}'::bigint[], '{%s}'::text[], '{%s}'::boolean[]) AS sight (path_id, peer, encrypted)"
    " WHERE state.path_id = sight.path_id"
)
_TOUCH_STRANGERS: Final = (
    "INSERT INTO alarm_unregistered (listener, account, first_seen_at, last_seen_at, peer, encrypted)"
    " SELECT listener, account, now(), now(), peer, encrypted"
    " FROM unnest('{%s}'::smallint[], '{%s}'::text[], '{%s}'::text[], '{%s}'::boolean[])"
    " AS u (listener, account, peer, encrypted) ORDER BY listener, account"
    " ON CONFLICT (listener, account) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at,"
    " peer = EXCLUDED.peer, encrypted = EXCLUDED.encrypted"
)
# Classes of SQLSTATE that say something about the data; all others are the database's own trouble.
_ABOUT_DATA: Final = frozenset({"22", "23", "54"})
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z.:%_/\[\]#*+= -]")


@dataclass(slots=True)
class Plan:
    """One transaction: the new frames by key, the statements, and the data of each COPY among them."""

    fresh: dict[Key, Item]
    statements: list[str]
    buffers: list[str]


def _array(values: Iterable[str]) -> str:
    """Elements of an array literal inside a string literal; anything that could end either is replaced."""
    return ",".join([f'"{_UNSAFE.sub("?", value)}"' for value in values])


def _flags(values: Iterable[bool]) -> str:
    return ",".join(["t" if value else "f" for value in values])


def plan(batch: list[Item], recent: RecentFrames, now: float) -> Plan:
    """Sort a batch into rows; marks repetitions that this process knows of. ``now`` is monotonic."""
    fresh: dict[Key, Item] = {}
    refusals: list[str] = []
    paths: dict[int, Item] = {}
    strangers: dict[tuple[int, str], Item] = {}
    holds = recent.holds
    for item in batch:
        key = item.key
        if key is not None:
            item.duplicate = key in fresh or holds(key, now)
            if not item.duplicate:
                fresh[key] = item
        if item.refusal:
            refusals.append(item.refusal)
        if item.path is not None:
            paths[item.path.id] = item
        if item.sighting is not None:
            strangers[item.sighting] = item
    statements: list[str] = []
    buffers: list[str] = []
    if fresh:
        statements += (_COPY_SEEN, _COPY_SIGNALS, _NOTIFY)
        buffers.append(
            "".join([f"\\\\x{key[0].hex()}\t{item.account_cell}\t{key[2]}\n" for key, item in fresh.items()])
        )
        buffers.append("".join([item.rows for item in fresh.values()]))
    if refusals:
        statements.append(_COPY_REFUSALS)
        buffers.append("".join(refusals))
    if paths:
        idents = sorted(paths)
        seen = [paths[ident] for ident in idents]
        statements.append(
            _TOUCH_PATHS
            % (
                ",".join(map(str, idents)),
                _array(item.source.peer for item in seen),
                _flags(item.encrypted for item in seen),
            )
        )
    if strangers:
        statements.append(
            _TOUCH_STRANGERS
            % (
                ",".join(str(listener) for listener, _ in strangers),
                _array(account for _, account in strangers),
                _array(item.source.peer for item in strangers.values()),
                _flags(item.encrypted for item in strangers.values()),
            )
        )
    return Plan(fresh, statements, buffers)


def is_about_data(sqlstate: str) -> bool:
    """Whether an error speaks of the rows, not of the database's own state."""
    return sqlstate[:2] in _ABOUT_DATA


class StoreUnavailableError(Exception):
    """Nothing of the batch is known to be stored; the same batch may be given again."""


class CarefulStore:
    """Stores a batch step by step, on a connection of its own, for the time of one call."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo

    def save(self, batch: list[Item]) -> list[Item]:
        """Store the batch; marks repetitions. Returns the items that no row could be made of (no answer!).

        Raises :class:`StoreUnavailableError` when the database cannot be reached or refuses to write at all.
        """
        try:
            with psycopg.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=5,
                application_name="jifang gateway alarm: careful store",
                options="-c synchronous_commit=on -c lock_timeout=10s -c statement_timeout=60s",
            ) as connection:
                lost = self._save(connection, batch)
                self._keep_bytes(connection, lost)
                return lost
        except psycopg.Error as error:
            text = str(error).strip()
            raise StoreUnavailableError(text.splitlines()[0] if text else repr(error)) from error

    def _save(self, connection: psycopg.Connection[Any], batch: list[Item]) -> list[Item]:
        try:
            self._claim(connection, batch)
        except psycopg.Error as error:
            if not is_about_data(error.sqlstate or ""):
                raise
            if len(batch) > 1:
                # Find the item that the database will not have by halving.
                half = len(batch) // 2
                return self._save(connection, batch[:half]) + self._save(connection, batch[half:])
            item = batch[0]
            plain = plain_row(item) if item.rows else ""
            if item.rows == plain:
                return [item]
            item.rows = plain
            return self._save(connection, batch)
        return []

    def _claim(self, connection: psycopg.Connection[Any], batch: list[Item]) -> None:
        work = plan(batch, RecentFrames(), 0.0)
        with connection.transaction(), connection.cursor() as cursor:
            won: set[Key] = set()
            if work.fresh:
                columns = (
                    [key[0] for key in work.fresh],
                    [key[1] for key in work.fresh],
                    [key[2] for key in work.fresh],
                )
                won = {(bytes(row[0]), row[1], row[2]) for row in cursor.execute(_CLAIM, columns)}
            for key, item in work.fresh.items():
                item.duplicate = key not in won
            buffers = iter(work.buffers)
            for statement in work.statements:
                if statement is _COPY_SEEN:
                    next(buffers)
                elif statement is _COPY_SIGNALS:
                    next(buffers)
                    rows = "".join([item.rows for key, item in work.fresh.items() if key in won])
                    with cursor.copy(_COPY_SIGNALS) as copy:
                        copy.write(rows)
                elif statement is _COPY_REFUSALS:
                    with cursor.copy(_COPY_REFUSALS) as copy:
                        copy.write(next(buffers))
                else:
                    cursor.execute(statement)

    def _keep_bytes(self, connection: psycopg.Connection[Any], lost: list[Item]) -> None:
        """Keep the bytes of what no row could be made of, as refusals."""
        for item in lost:
            row = refusal_row(item, reason=GatewayReason.UNSTORABLE, account="")
            try:
                with connection.cursor() as cursor, cursor.copy(_COPY_REFUSALS) as copy:
                    copy.write(row)
            except errors.DataError:
                continue
