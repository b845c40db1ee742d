"""Batches of frames into PostgreSQL: one transaction, everything or nothing, every signal once.

Runs in the committing thread only. The order of rows in the COPY is the order of arrival, so the ids of
signals grow with it.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import errors

from jifang.gateways.alarm.items import Item, Key
from jifang.gateways.alarm.rows import plain_row, refusal_row
from jifang.wire.alarm import (
    CHANNEL_SIGNAL,
    DUPLICATE_WINDOW_SECONDS,
    REFUSAL_COLUMNS,
    SIGNAL_COLUMNS,
    GatewayReason,
)

_COPY_SIGNALS: Final = f"COPY alarm_signal ({', '.join(SIGNAL_COLUMNS)}) FROM STDIN".encode()
_COPY_REFUSALS: Final = f"COPY alarm_refusal ({', '.join(REFUSAL_COLUMNS)}) FROM STDIN".encode()
_COPY_SEEN: Final = b"COPY alarm_frame_seen (hash, account, sequence) FROM STDIN"
_NOTIFY: Final = f"NOTIFY {CHANNEL_SIGNAL}".encode()
# A row that the pruning has not reached yet, or one from before a clock step, is no proof of a repetition.
_CLAIM: Final = f"""
INSERT INTO alarm_frame_seen AS seen (hash, account, sequence, seen_at)
SELECT hash, account, sequence, now() FROM unnest(%s::bytea[], %s::text[], %s::integer[])
    AS u (hash, account, sequence) ORDER BY hash, account, sequence
ON CONFLICT ON CONSTRAINT alarm_frame_seen_once DO UPDATE SET seen_at = EXCLUDED.seen_at
WHERE seen.seen_at NOT BETWEEN EXCLUDED.seen_at - interval '{DUPLICATE_WINDOW_SECONDS} s'
                           AND EXCLUDED.seen_at + interval '{DUPLICATE_WINDOW_SECONDS} s'
RETURNING hash, account, sequence
"""
_TOUCH_PATHS: Final = """
UPDATE alarm_path_state AS state SET last_seen_at = now(), peer = sight.peer, encrypted = sight.encrypted
FROM unnest(%s::bigint[], %s::text[], %s::boolean[]) AS sight (path_id, peer, encrypted)
WHERE state.path_id = sight.path_id
"""
_TOUCH_STRANGERS: Final = """
INSERT INTO alarm_unregistered AS known (listener, account, first_seen_at, last_seen_at, peer, encrypted)
SELECT listener, account, now(), now(), peer, encrypted
FROM unnest(%s::smallint[], %s::text[], %s::text[], %s::boolean[]) AS u (listener, account, peer, encrypted)
ORDER BY listener, account
ON CONFLICT (listener, account) DO UPDATE SET
    last_seen_at = EXCLUDED.last_seen_at, peer = EXCLUDED.peer, encrypted = EXCLUDED.encrypted
"""
# Classes of SQLSTATE that say something about the data; all others are the database's own trouble.
_ABOUT_DATA: Final = frozenset({"22", "23", "54"})
_REMEMBERED: Final = 100_000


class StoreUnavailableError(Exception):
    """Nothing of the batch is known to be stored; the same batch may be given again."""


class RecentFrames:
    """Keys that this process stored lately. Only spares the database: forgetting one costs nothing else."""

    def __init__(self, capacity: int = _REMEMBERED) -> None:
        self._capacity = capacity
        self._new: dict[Key, float] = {}
        self._old: dict[Key, float] = {}

    def holds(self, key: Key, now: float) -> bool:
        """Whether the key was stored within the window before ``now`` (monotonic)."""
        at = self._new.get(key)
        if at is None:
            at = self._old.get(key)
        return at is not None and now - at < DUPLICATE_WINDOW_SECONDS

    def add(self, keys: Sequence[Key], now: float) -> None:
        """Remember keys that are stored."""
        if len(self._new) + len(keys) > self._capacity:
            self._old, self._new = self._new, {}
        for key in keys:
            self._new[key] = now


class Store:
    """The committing thread's connection."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection[Any] | None = None
        self._recent = RecentFrames()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def save(self, batch: list[Item]) -> list[Item]:
        """Store the batch; marks repetitions. Returns the items that no row could be made of (no answer!).

        Raises :class:`StoreUnavailableError` when the database cannot be reached or refuses to write at all.
        """
        try:
            try:
                self._save(batch, claim=False)
            except errors.UniqueViolation:
                # A repetition that another process, or this one before it died, has stored already.
                self._save(batch, claim=True)
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] in _ABOUT_DATA:
                return self._save_parts(batch)
            self.close()
            raise StoreUnavailableError(
                str(error).strip().splitlines()[0] if str(error) else repr(error)
            ) from error
        return []

    def _save_parts(self, batch: list[Item]) -> list[Item]:
        """Find the item that the database will not have by halving; it is stored as far as it goes."""
        if len(batch) > 1:
            half = len(batch) // 2
            return self.save(batch[:half]) + self.save(batch[half:])
        item = batch[0]
        plain = plain_row(item) if item.rows else ""
        if item.rows != plain:
            item.rows = plain
            return self.save(batch)
        return [item]

    def _connect(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._conninfo,
                autocommit=True,
                connect_timeout=5,
                application_name="jifang gateway alarm: store",
                options="-c synchronous_commit=on -c lock_timeout=10s -c statement_timeout=60s",
                keepalives_idle=10,
                keepalives_interval=5,
                keepalives_count=3,
            )
        return self._connection

    def _save(self, batch: list[Item], *, claim: bool) -> None:
        now = time.monotonic()
        holds = self._recent.holds
        fresh: dict[Key, Item] = {}
        rows: list[str] = []
        refusals: list[str] = []
        paths: dict[int, Item] = {}
        strangers: dict[tuple[int, str], Item] = {}
        for item in batch:
            key = item.key
            if key is not None:
                item.duplicate = key in fresh or holds(key, now)
                if not item.duplicate:
                    fresh[key] = item
                    rows.append(item.rows)
            if item.refusal:
                refusals.append(item.refusal)
            if item.path is not None:
                paths[item.path.id] = item
            if item.sighting is not None:
                strangers[item.sighting] = item
        if not (fresh or refusals or paths or strangers):
            return
        connection = self._connect()
        with connection.cursor() as cursor, connection.transaction():
            if claim and fresh:
                won = {
                    (bytes(row[0]), row[1], row[2])
                    for row in cursor.execute(_CLAIM, _columns(fresh), binary=True)
                }
                rows = []
                for key, item in fresh.items():
                    item.duplicate = key not in won
                    if not item.duplicate:
                        rows.append(item.rows)
            elif fresh:
                with cursor.copy(_COPY_SEEN) as copy:
                    copy.write(
                        "".join(
                            [
                                f"\\\\x{digest.hex()}\t{item.account_cell}\t{sequence}\n"
                                for (digest, _, sequence), item in fresh.items()
                            ]
                        )
                    )
            if rows:
                with cursor.copy(_COPY_SIGNALS) as copy:
                    copy.write("".join(rows))
            if refusals:
                with cursor.copy(_COPY_REFUSALS) as copy:
                    copy.write("".join(refusals))
            if paths:
                seen = sorted(paths)
                cursor.execute(
                    _TOUCH_PATHS,
                    (seen, [paths[ident].peer for ident in seen], [paths[ident].encrypted for ident in seen]),
                )
            if strangers:
                cursor.execute(
                    _TOUCH_STRANGERS,
                    (
                        [listener for listener, _ in strangers],
                        [account for _, account in strangers],
                        [item.peer for item in strangers.values()],
                        [item.encrypted for item in strangers.values()],
                    ),
                )
            if rows:
                cursor.execute(_NOTIFY)
        self._recent.add(list(fresh), now)

    def save_unstorable(self, items: list[Item]) -> None:
        """Keep the bytes of what no row could be made of, as refusals; gives up silently if even that fails."""
        for item in items:
            row = refusal_row(item, reason=GatewayReason.UNSTORABLE, account=item.account_cell)
            try:
                connection = self._connect()
                with connection.cursor() as cursor, cursor.copy(_COPY_REFUSALS) as copy:
                    copy.write(row)
            except psycopg.Error:
                self.close()


def _columns(keys: dict[Key, Item]) -> tuple[list[bytes], list[str], list[int]]:
    return [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]
