"""The engine: reads the stream of signals exactly once, in order, and turns it into alarms.

How nothing is skipped. A signal becomes visible when its transaction commits, and transactions commit in
another order than they begin. The engine therefore keeps, instead of a number, the database snapshot whose
signals it has all dealt with (``done``). The next piece of work is a newer snapshot (``target``); new is what
is visible in ``target`` and not in ``done``: transactions that were still running when ``done`` was taken,
named one by one in it, and every one that began later. An older transaction that commits late is found
because it is in that list; a long one that has nothing to do with alarms (an import, a backup) holds nothing
up.

How nothing is doubled. Alarms, links and the cursor change in one transaction; one engine runs at a time
(advisory lock of the session that writes); a signal already linked is not linked again; an alarm is unique by
its first signal and by place and class while open.

After a dump was restored into another cluster, transaction ids begin anew. Restored rows are told from new
ones by their own system column (``xmin`` is the restore's transaction, not the one in ``xid``); what was not
done yet is done first, then reading goes on with the new numbers above the last restored signal.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from jifang.operations.alarms.correlate import Alarm, Group, Link, Place, Signal, correlate, groups_touched

READER = "engine"
CHANNEL = "alarm_activation"
LOCK = "alarms.engine"
# A snapshot in which nothing is visible: transaction ids begin at 3.
NOTHING_DONE = "3:3:"
_IDS_PER_NOTIFY = 500

_COLUMNS = """s.xid::text::bigint AS xid, s.id, s.received_at, s.listener, s.account, site.id AS site_id,
    s.protocol, s.scheme, s.code, s.qualifier, s.area, s.zone, s.event_class, coalesce(s.text, '') AS text,
    s.path_id"""
_FROM = "FROM alarm_signal s LEFT JOIN registry_site site ON site.id = s.site_id"

_NEWER = f"""
SELECT {_COLUMNS} {_FROM}
WHERE s.xid >= %(from)s::xid8 AND s.xid < %(until)s::xid8
  AND pg_visible_in_snapshot(s.xid, %(target)s::pg_snapshot)
  AND (s.xid > %(xid)s::xid8 OR s.id > %(signal)s) AND s.id > %(floor)s
ORDER BY s.xid, s.id LIMIT %(limit)s
"""
_LATE = f"""
SELECT {_COLUMNS} {_FROM}
WHERE s.xid = ANY(%(late)s::xid8[]) AND s.xid >= %(xid)s::xid8
  AND pg_visible_in_snapshot(s.xid, %(target)s::pg_snapshot)
  AND (s.xid > %(xid)s::xid8 OR s.id > %(signal)s) AND s.id > %(floor)s
ORDER BY s.xid, s.id LIMIT %(limit)s
"""
# The system column holds the low 32 bits of the transaction that wrote the row into this cluster.
_RESTORED_ROW = "s.xmin::text::bigint <> mod(s.xid::text::bigint, 4294967296)"
_RESTORED = f"""
SELECT {_COLUMNS} {_FROM}
WHERE {_RESTORED_ROW} AND s.id > %(floor)s AND NOT pg_visible_in_snapshot(s.xid, %(done)s::pg_snapshot)
  AND NOT (%(target)s <> ''
           AND pg_visible_in_snapshot(s.xid, coalesce(nullif(%(target)s, ''), '3:3:')::pg_snapshot)
           AND (s.xid < %(xid)s::xid8 OR (s.xid = %(xid)s::xid8 AND s.id <= %(signal)s)))
ORDER BY s.xid, s.id
"""
_LAST_RESTORED = f"SELECT coalesce(max(s.id), 0) FROM alarm_signal s WHERE {_RESTORED_ROW}"  # noqa: S608

_LINKED = """
SELECT signal_id FROM alarms_event WHERE signal_id = ANY(%s) AND at BETWEEN %s AND %s
"""
_OPEN_AT_SITES = """
SELECT a.id, a.site_id, a.listener, a.account, a.priority_class, a.priority, a.zones, a.standing, a.overflow,
       a.restored_at, a.last_at
FROM alarms_activation a
JOIN unnest(%s::bigint[], %s::text[]) AS g(site_id, class)
  ON a.site_id = g.site_id AND a.priority_class = g.class
WHERE a.closed_at IS NULL ORDER BY a.id FOR UPDATE OF a
"""
_OPEN_AT_ACCOUNTS = """
SELECT a.id, a.site_id, a.listener, a.account, a.priority_class, a.priority, a.zones, a.standing, a.overflow,
       a.restored_at, a.last_at
FROM alarms_activation a
JOIN unnest(%s::smallint[], %s::text[], %s::text[]) AS g(listener, account, class)
  ON a.listener = g.listener AND a.account = g.account AND a.priority_class = g.class
WHERE a.closed_at IS NULL ORDER BY a.id FOR UPDATE OF a
"""
_INSERT = """
INSERT INTO alarms_activation (
    id, site_id, listener, account, fault, priority_class, priority, state, version, scheme, code, area, zone,
    text, zones, standing, overflow, first_signal, signal_count, opened_at, last_at, restored_at,
    closed_after, result, cause, closing_note, previous_id)
SELECT c.id, c.site_id, c.listener, c.account, '', c.class, c.priority, 'new', 1, c.scheme, c.code, c.area,
       c.zone, c.text, c.zones, c.standing, c.overflow, c.first_signal, c.signals, c.opened_at, c.last_at,
       c.restored_at, '', '', '', '',
       -- Two questions, each with its own index: one with OR would read the whole table for every alarm.
       CASE WHEN c.site_id IS NOT NULL THEN
           (SELECT max(p.id) FROM alarms_activation p
            WHERE p.site_id = c.site_id AND p.priority_class = c.class)
       ELSE
           (SELECT max(p.id) FROM alarms_activation p
            WHERE p.account = c.account AND p.account <> '' AND p.listener = c.listener
              AND p.priority_class = c.class)
       END
FROM jsonb_to_recordset(%s) AS c(
    id bigint, site_id bigint, listener smallint, account text, class text, priority smallint, scheme text,
    code text, area integer, zone integer, text text, zones integer[], standing text[], overflow boolean,
    first_signal bigint, signals integer, opened_at timestamptz, last_at timestamptz, restored_at timestamptz)
ORDER BY c.id
"""
_UPDATE = """
UPDATE alarms_activation a
SET priority = c.priority, zones = c.zones, standing = c.standing, overflow = c.overflow, last_at = c.last_at,
    restored_at = c.restored_at, signal_count = a.signal_count + c.signals, version = a.version + 1
FROM jsonb_to_recordset(%s) AS c(
    id bigint, priority smallint, zones integer[], standing text[], overflow boolean, signals integer,
    last_at timestamptz, restored_at timestamptz)
WHERE a.id = c.id
"""
_LINK = """
INSERT INTO alarms_event (activation_id, signal_id, at, part)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[])
"""
_ADVANCE = """
UPDATE alarms_cursor
SET done = %(done)s, target = %(target)s, xid = %(xid)s, signal = %(signal)s,
    processed = processed + %(read)s, floor = %(floor)s, cluster = %(cluster)s, beat_at = %(at)s
WHERE reader = %(reader)s
"""


class Position(NamedTuple):
    """A row of ``alarms_cursor`` as the engine works with it."""

    cluster: str
    floor: int
    done: str
    target: str
    xid: str
    signal: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: signals read, alarms that arose or changed, and whether more was waiting already."""

    read: int
    opened: int
    changed: int
    more: bool
    newest_at: datetime | None = None


def _snapshot(text: str) -> tuple[str, list[str]]:
    """Split ``xmin:xmax:xip,…`` into its upper bound and the transactions that were running."""
    _lowest, upper, running = text.split(":")
    return upper, running.split(",") if running else []


class Engine:
    """One engine on one connection (autocommit, privileges of the application role).

    Not for several threads. The caller holds the advisory lock, see :meth:`lead`.
    """

    def __init__(self, connection: psycopg.Connection[Any], *, batch: int = 1000) -> None:
        self._connection = connection
        self._batch = batch
        self._cluster = ""

    def lead(self) -> bool:
        """Try to become the engine; the lock lives and dies with the connection that also writes."""
        with self._connection.cursor() as cursor:
            row = cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK]).fetchone()
        return bool(row and row[0])

    def step(self, *, at: datetime) -> Step:
        """Deal with the next batch of signals, in one transaction. ``at`` is the time of the heartbeat."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            position = self._position(cursor)
            if position.cluster != self._cluster:
                return self._rebase(cursor, position, at)
            target = position.target
            resumed = bool(target)
            if not resumed:
                target = _value(cursor.execute("SELECT pg_current_snapshot()::text"))
                position = position._replace(target=target, xid="0", signal=0)
            signals = self._read(cursor, position)
            opened, changed = self._apply(cursor, signals)
            full = len(signals) == self._batch
            if full:
                position = position._replace(xid=str(signals[-1].xid), signal=signals[-1].id)
            else:
                position = position._replace(done=target, target="", xid="0", signal=0)
            self._advance(cursor, position, len(signals), at)
            newest = signals[-1].received_at if signals else None
            # A snapshot begun earlier is finished now: there may be newer signals than it saw.
            return Step(len(signals), opened, changed, more=full or resumed, newest_at=newest)

    def _position(self, cursor: psycopg.Cursor[Any]) -> Position:
        if not self._cluster:
            self._cluster = _value(cursor.execute("SELECT system_identifier::text FROM pg_control_system()"))
        query = "SELECT cluster, floor, done, target, xid, signal FROM alarms_cursor WHERE reader = %s"
        row = cursor.execute(query, [READER]).fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO alarms_cursor (reader, cluster, floor, done, target, xid, signal, processed)"
                " VALUES (%s, %s, 0, %s, '', '0', 0, 0)",
                [READER, self._cluster, NOTHING_DONE],
            )
            return Position(self._cluster, 0, NOTHING_DONE, "", "0", 0)
        return Position(*row)

    def _read(self, cursor: psycopg.Cursor[Any], position: Position) -> list[Signal]:
        after, late = _snapshot(position.done)
        until, _running = _snapshot(position.target)
        parameters = {
            "target": position.target,
            "until": until,
            "from": str(max(int(after), int(position.xid))),
            "late": "{" + ",".join(late) + "}",
            "xid": position.xid,
            "signal": position.signal,
            "floor": position.floor,
            "limit": self._batch,
        }
        signals: list[Signal] = []
        # Transactions named as running are all older than the rest, so both pieces together are in order.
        if late and int(position.xid) < int(after):
            signals = _signals(cursor.execute(_LATE, parameters))
        if len(signals) < self._batch:
            parameters["limit"] = self._batch - len(signals)
            signals += _signals(cursor.execute(_NEWER, parameters))
        return signals

    def _rebase(self, cursor: psycopg.Cursor[Any], position: Position, at: datetime) -> Step:
        signals = _signals(cursor.execute(_RESTORED, position._asdict()))
        opened = changed = 0
        for start in range(0, len(signals), self._batch):
            arose, touched = self._apply(cursor, signals[start : start + self._batch])
            opened, changed = opened + arose, changed + touched
        floor = int(_value(cursor.execute(_LAST_RESTORED)))
        moved = Position(self._cluster, max(floor, position.floor), NOTHING_DONE, "", "0", 0)
        self._advance(cursor, moved, len(signals), at)
        return Step(len(signals), opened, changed, more=True)

    def _advance(self, cursor: psycopg.Cursor[Any], position: Position, read: int, at: datetime) -> None:
        cursor.execute(_ADVANCE, position._asdict() | {"read": read, "at": at, "reader": READER})

    def _apply(self, cursor: psycopg.Cursor[Any], signals: list[Signal]) -> tuple[int, int]:
        """Correlate and write; returns how many alarms arose and how many changed."""
        if not signals or not groups_touched(signals):
            return 0, 0
        signals = _not_linked(cursor, signals)
        open_alarms = _open_alarms(cursor, groups_touched(signals))
        links = correlate(signals, open_alarms)
        if not links:
            return 0, 0
        touched = [alarm for alarm in open_alarms.values() if alarm.changed]
        arose = sorted(
            (alarm for alarm in touched if alarm.id is None),
            key=lambda alarm: (alarm.first.xid, alarm.first.id),  # type: ignore[union-attr]
        )
        joined = [alarm for alarm in touched if alarm.id is not None]
        if arose:
            numbers = cursor.execute(
                "SELECT nextval('alarms_activation_id_seq') FROM generate_series(1, %s)", [len(arose)]
            ).fetchall()
            for alarm, number in zip(arose, sorted(numbers), strict=True):
                alarm.id = number[0]
            cursor.execute(_INSERT, [_json(_as_new(alarm) for alarm in arose)])
        if joined:
            cursor.execute(_UPDATE, [_json(_as_change(alarm) for alarm in joined)])
        _link(cursor, links)
        tell(cursor, [alarm.id for alarm in touched if alarm.id is not None])
        return len(arose), len(joined)


def tell(cursor: Any, activation_ids: Sequence[int]) -> None:
    """Tell every listening page which alarms changed; delivered when the transaction commits."""
    for start in range(0, len(activation_ids), _IDS_PER_NOTIFY):
        payload = json.dumps({"a": activation_ids[start : start + _IDS_PER_NOTIFY]}, separators=(",", ":"))
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _value(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


def _signals(cursor: psycopg.Cursor[Any]) -> list[Signal]:
    return [Signal(*row) for row in cursor.fetchall()]


def _not_linked(cursor: psycopg.Cursor[Any], signals: list[Signal]) -> list[Signal]:
    times = [signal.received_at for signal in signals]
    rows = cursor.execute(_LINKED, [[signal.id for signal in signals], min(times), max(times)]).fetchall()
    if not rows:
        return signals
    linked = {row[0] for row in rows}
    return [signal for signal in signals if signal.id not in linked]


def _open_alarms(cursor: psycopg.Cursor[Any], groups: set[Group]) -> dict[Group, Alarm]:
    at_sites = [(g.place.site_id, g.priority_class) for g in groups if g.place.site_id is not None]
    at_accounts = [
        (g.place.listener, g.place.account, g.priority_class) for g in groups if g.place.site_id is None
    ]
    rows: list[Any] = []
    if at_sites:
        rows += cursor.execute(
            _OPEN_AT_SITES, [list(column) for column in zip(*at_sites, strict=True)]
        ).fetchall()
    if at_accounts:
        columns = [list(column) for column in zip(*at_accounts, strict=True)]
        rows += cursor.execute(_OPEN_AT_ACCOUNTS, columns).fetchall()
    alarms = {}
    for row in rows:
        (
            number,
            site_id,
            listener,
            account,
            priority_class,
            priority,
            zones,
            standing,
            overflow,
            restored,
            last,
        ) = row
        group = Group(Place(site_id, listener, account), priority_class)
        alarms[group] = Alarm(
            group,
            priority,
            last,
            id=number,
            zones=zones,
            standing=standing,
            overflow=overflow,
            restored_at=restored,
        )
    return alarms


def _as_change(alarm: Alarm) -> dict[str, Any]:
    return {
        "id": alarm.id,
        "priority": alarm.priority,
        "zones": alarm.zones,
        "standing": alarm.standing,
        "overflow": alarm.overflow,
        "signals": alarm.signals,
        "last_at": alarm.last_at,
        "restored_at": alarm.restored_at,
    }


def _as_new(alarm: Alarm) -> dict[str, Any]:
    first = alarm.first
    assert first is not None
    return _as_change(alarm) | {
        "site_id": alarm.group.place.site_id,
        "listener": alarm.group.place.listener,
        "account": alarm.group.place.account,
        "class": alarm.group.priority_class,
        "scheme": first.scheme,
        "code": first.code,
        "area": first.area,
        "zone": first.zone,
        "text": first.text[:500],
        "first_signal": first.id,
        "opened_at": first.received_at,
    }


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), default=datetime.isoformat, ensure_ascii=False)


def _link(cursor: psycopg.Cursor[Any], links: list[Link]) -> None:
    cursor.execute(
        _LINK,
        [
            [link.alarm.id for link in links],
            [link.signal.id for link in links],
            [link.signal.received_at for link in links],
            [link.part.value for link in links],
        ],
    )
