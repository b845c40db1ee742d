"""The engine as a loop of the worker process: leads, reads, waits for the next signal, survives the database.

Several workers may run; one leads by an advisory lock, the others stand by and take over within two seconds.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.db import connections
from prometheus_client import Counter, Gauge

from jifang.operations.alarms.engine import Engine, Step

SIGNAL_CHANNEL = "alarm_signal"
STANDBY_SECONDS = 2.0
RETRY_SECONDS = 1.0
# Signals that come one by one are gathered for a moment: at 200 a second a step each would be all overhead.
GATHER_SECONDS = 0.02
# Without a notification we look anyway: a lost one must cost a second, not an alarm.
LONGEST_WAIT_SECONDS = 1.0

log = logging.getLogger(__name__)

_read = Counter("jifang_alarm_engine_signals", "Signals the alarm engine has dealt with.")
_opened = Counter("jifang_alarm_engine_opened", "Alarms that arose.")
_lag = Gauge("jifang_alarm_engine_lag_seconds", "Age of the newest signal at the moment it was dealt with.")
_leads = Gauge("jifang_alarm_engine_leads", "1 where this process runs the engine, 0 where it stands by.")


def connect() -> psycopg.Connection[Any]:
    """Open the engine's own connection, with the settings of Django's."""
    wrapper = connections["default"]
    parameters = wrapper.get_connection_params()
    for ours in ("cursor_factory", "context"):
        parameters.pop(ours, None)
    return psycopg.connect(**parameters | {"autocommit": True, "application_name": "jifang alarm engine"})


def run(stop: threading.Event, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Run until ``stop`` is set. Every error of the database leads to a new connection, never to an end."""
    while not stop.is_set():
        try:
            with connect() as connection:
                _lead(connection, stop, clock)
        except psycopg.Error:
            log.exception("the alarm engine lost its database; trying again")
        finally:
            _leads.set(0)
        stop.wait(RETRY_SECONDS)


def _lead(connection: psycopg.Connection[Any], stop: threading.Event, clock: Callable[[], datetime]) -> None:
    engine = Engine(connection)
    while not engine.lead():
        if stop.wait(STANDBY_SECONDS):
            return
    _leads.set(1)
    log.info("this process runs the alarm engine")
    connection.execute(f"LISTEN {SIGNAL_CHANNEL}")
    while not stop.is_set():
        now = clock()
        step = engine.step(at=now)
        _count(step, now)
        if step.more:
            continue
        if step.read:
            stop.wait(GATHER_SECONDS)
            continue
        for _ in connection.notifies(timeout=LONGEST_WAIT_SECONDS, stop_after=1):
            pass


def _count(step: Step, now: datetime) -> None:
    _read.inc(step.read)
    _opened.inc(step.opened)
    if step.newest_at is not None:
        _lag.set(max(now - step.newest_at, timedelta()).total_seconds())
