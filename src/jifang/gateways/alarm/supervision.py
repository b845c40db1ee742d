"""Supervision of paths: who is late, who has failed, who is back, and whether it is us.

Runs in one gateway at a time (an advisory lock). All ages are taken by the database's clock, because
that clock wrote ``last_seen_at``; the monotonic clock of this process tells when the database's clock was
stepped. Every transition is one signal, in the transaction that changes the state.

Transitions: waiting -> ok (no signal) · ok -> late · late -> failed · late or failed -> ok (restored).
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg

from jifang.gateways.alarm.settings import AlarmGatewaySettings
from jifang.protocols.events import EventClass
from jifang.wire.alarm import CHANNEL_SIGNAL, OWN_PROTOCOL, PathCode
from jifang.wire.locks import AdvisoryLock

log = logging.getLogger(__name__)

LOCK: Final = AdvisoryLock.ALARM_SUPERVISION.value
TICK_SECONDS: Final = 2.0
_STEP_SECONDS: Final = 3.0
_PAUSE_SECONDS: Final = 15.0
# A listener on which fewer signs of life than this share come in is looked at again before any path is late.
_SUSPECT: Final = 0.7
_ENDED: Final = 0.5

_SIGNS: Final = """
WITH path AS (
    SELECT p.listener, p.interval_seconds::float8 AS every, s.last_seen_at
    FROM alarm_path_state s JOIN alarm_path_v p ON p.id = s.path_id
    WHERE p.interval_seconds IS NOT NULL AND s.state IN ('ok', 'late')
), span AS (
    SELECT listener, count(*) AS paths, greatest(3.0, 12 / sum(1 / every)) AS seconds
    FROM path GROUP BY listener
)
SELECT listener, paths, sum(least(1, seconds / every)),
       count(*) FILTER (WHERE last_seen_at > now() - make_interval(secs => seconds))
FROM path JOIN span USING (listener) GROUP BY listener, paths
"""
_MOVE: Final = f"""
WITH base AS (
    SELECT * FROM unnest(%(listeners)s::smallint[], %(bases)s::timestamptz[], %(held)s::boolean[])
        AS b (listener, at, held)
), due AS (
    SELECT p.*, s.state, s.last_seen_at,
        CASE
            WHEN s.state <> 'ok' AND s.last_seen_at > s.since
                AND now() - s.last_seen_at <= make_interval(
                    secs => coalesce(p.interval_seconds, 86400) + p.grace_seconds) THEN 'ok'
            WHEN s.state = 'ok' AND NOT coalesce(base.held, false)
                AND now() - greatest(s.last_seen_at, base.at) > make_interval(secs => p.interval_seconds)
                THEN 'late'
            WHEN s.state = 'late' AND NOT coalesce(base.held, false)
                AND now() - greatest(s.last_seen_at, base.at)
                    > make_interval(secs => p.interval_seconds + p.grace_seconds) THEN 'failed'
            ELSE s.state
        END AS next
    FROM alarm_path_state s JOIN alarm_path_v p ON p.id = s.path_id
        LEFT JOIN base ON base.listener = p.listener
    WHERE p.interval_seconds IS NOT NULL OR s.state <> 'ok'
), moved AS (
    UPDATE alarm_path_state s SET state = due.next, since = now() FROM due
    WHERE s.path_id = due.id AND s.state = due.state AND due.next <> due.state
    RETURNING due.*
)
INSERT INTO alarm_signal (received_at, connection, ordinal, account_id, path_id, site_id, sequence,
    listener, event_index, encrypted, unregistered, account, protocol, scheme, code, qualifier, event_class,
    text, xdata)
SELECT now(), 0, 0, account_id, id, site_id, 0, listener, 0, false, false, account, '{OWN_PROTOCOL}',
    '{OWN_PROTOCOL}',
    CASE WHEN 'failed' IN (state, next) THEN '{PathCode.FAILED}' ELSE '{PathCode.LATE}' END,
    CASE WHEN next = 'ok' THEN '3' ELSE '1' END, '{EventClass.SUPERVISION.value}', name,
    jsonb_build_object('last_seen_at', last_seen_at)
FROM moved WHERE state <> 'waiting'
"""  # noqa: S608 (words of ours)
_OWN_SIGNAL: Final = f"""
INSERT INTO alarm_signal (received_at, connection, ordinal, sequence, listener, event_index, encrypted,
    unregistered, account, protocol, scheme, code, qualifier, event_class, xdata)
VALUES (now(), 0, 0, 0, %s, 0, false, false, '', '{OWN_PROTOCOL}', '{OWN_PROTOCOL}', '{PathCode.OUTAGE}', %s,
    '{EventClass.SUPERVISION.value}', jsonb_build_object('expected', %s::integer, 'seen', %s::integer))
"""  # noqa: S608 (words of ours)
_BEGIN_OUTAGE: Final = """
INSERT INTO alarm_outage (listener, since, expected, seen) VALUES (%s, now(), %s, %s) ON CONFLICT DO NOTHING
"""
# After a step of the clock to the past nothing may have been seen, or have changed, in the future.
_CLAMP: Final = """
UPDATE alarm_path_state SET last_seen_at = least(last_seen_at, now()), since = least(since, now())
WHERE last_seen_at > now() OR since > now()
"""


@dataclass(slots=True)
class _Watch:
    """What is known of a listener: from when silence counts, and since when it is suspect (monotonic)."""

    base: datetime
    quiet_until: float
    suspect_since: float | None = None


class Supervisor:
    """Keeps the timers of supervision; ``tick`` does one round."""

    def __init__(self, settings: AlarmGatewaySettings) -> None:
        self._settings = settings
        self._watches: dict[int, _Watch] = {}
        self._last: tuple[float, datetime] | None = None
        self.outage = False

    def tick(self, connection: psycopg.Connection[Any], now: float) -> int:
        """Look at every path once; ``now`` is monotonic. Returns the number of transitions."""
        with connection.transaction():
            row = connection.execute("SELECT now()").fetchone()
            assert row is not None
            database_now: datetime = row[0]
            self._check_clock(connection, now, database_now)
            self._watch_outages(connection, now, database_now)
            listeners = list(self._watches)
            moved = connection.execute(
                _MOVE,
                {
                    "listeners": listeners,
                    "bases": [self._watches[number].base for number in listeners],
                    "held": [self._held(self._watches[number], now) for number in listeners],
                },
            ).rowcount
            if moved:
                connection.execute(f"NOTIFY {CHANNEL_SIGNAL}")
        return moved

    def _held(self, watch: _Watch, now: float) -> bool:
        return now < watch.quiet_until

    def _check_clock(self, connection: psycopg.Connection[Any], now: float, database_now: datetime) -> None:
        """Silence counts anew after a start, a pause of this process and a step of the database's clock."""
        last, self._last = self._last, (now, database_now)
        if last is not None:
            passed = now - last[0]
            stepped = (database_now - last[1]).total_seconds() - passed
            if abs(stepped) <= _STEP_SECONDS and passed <= TICK_SECONDS + _PAUSE_SECONDS:
                return
            log.warning(
                "supervision begins anew: clock stepped by %.0f s, paused for %.0f s", stepped, passed
            )
            if stepped < 0:
                connection.execute(_CLAMP)
        self._watches.clear()
        for (number,) in connection.execute("SELECT DISTINCT listener FROM alarm_path_v").fetchall():
            self._begin(number, now, database_now)

    def _begin(self, number: int, now: float, database_now: datetime) -> _Watch:
        """From here silence counts on this listener."""
        watch = self._watches[number] = _Watch(database_now, now + self._settings.startup_grace_seconds)
        return watch

    def _watch_outages(self, connection: psycopg.Connection[Any], now: float, database_now: datetime) -> None:
        out = {row[0] for row in connection.execute("SELECT listener FROM alarm_outage")}
        settings = self._settings
        for number, paths, expected, seen in connection.execute(_SIGNS).fetchall():
            watch = self._watches.get(number) or self._begin(number, now, database_now)
            share = seen / float(expected)
            if number in out:
                if share >= _ENDED:
                    connection.execute("DELETE FROM alarm_outage WHERE listener = %s", (number,))
                    connection.execute(_OWN_SIGNAL, (number, "3", int(expected), seen))
                    log.warning("listener %d: panels are heard again (%d of %d)", number, seen, expected)
                    self._begin(number, now, database_now)
                    out.discard(number)
                else:
                    watch.quiet_until = now + TICK_SECONDS * 3
                continue
            if paths < settings.outage_paths or share >= _SUSPECT:
                if watch.suspect_since is not None:
                    watch.suspect_since, watch.quiet_until = None, now
                continue
            if now < watch.quiet_until and watch.suspect_since is None:
                # Still in the grace of a start: panels may not have found us yet.
                continue
            if share < settings.outage_share:
                connection.execute(_BEGIN_OUTAGE, (number, int(expected), seen))
                connection.execute(_OWN_SIGNAL, (number, "1", int(expected), seen))
                log.error(
                    "listener %d: only %d of %d signs of life; taken as our own outage",
                    number,
                    seen,
                    expected,
                )
                watch.quiet_until = now + TICK_SECONDS * 3
                watch.suspect_since = None
                out.add(number)
            elif watch.suspect_since is None:
                # Many, but not nearly all: wait whether it becomes an outage, but not for ever.
                watch.suspect_since = now
                watch.quiet_until = now + settings.startup_grace_seconds
        self.outage = bool(out)


def prune(connection: psycopg.Connection[Any], window: timedelta) -> int:
    """Forget frames older than the window for repetitions, and strangers beyond the ten thousand newest."""
    removed = connection.execute(
        "DELETE FROM alarm_frame_seen WHERE seen_at < now() - %s OR seen_at > now() + %s", (window, window)
    ).rowcount
    connection.execute(
        "DELETE FROM alarm_unregistered WHERE last_seen_at < now() - interval '30 days' OR last_seen_at < ("
        "SELECT last_seen_at FROM alarm_unregistered ORDER BY last_seen_at DESC OFFSET 10000 LIMIT 1)"
    )
    return removed
