"""The second thread: reads the directory when it changes, tells how the gateway is, supervises, forgets."""

import contextlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import psycopg

from jifang.gateways.alarm.directory import Directory, DirectoryReader
from jifang.gateways.alarm.settings import AlarmGatewaySettings, ListenerSettings
from jifang.gateways.alarm.supervision import LOCK, TICK_SECONDS, Supervisor, prune
from jifang.wire.alarm import CHANNEL_ACCOUNT, DUPLICATE_WINDOW_SECONDS, GatewayHealth

log = logging.getLogger(__name__)

_PRUNE_SECONDS: Final = 15.0
_KEPT: Final = timedelta(seconds=DUPLICATE_WINDOW_SECONDS + 60)
_RELOAD_ANYWAY_SECONDS: Final = 60.0
_HEARTBEAT: Final = """
INSERT INTO alarm_gateway_state AS known
    (name, started_at, seen_at, pid, listeners, state, detail, figures, supervises, outage)
VALUES (%(name)s, now(), now(), %(pid)s, %(listeners)s, %(state)s, %(detail)s, %(figures)s, %(supervises)s,
    %(outage)s)
ON CONFLICT (name) DO UPDATE SET
    started_at = CASE WHEN known.pid = EXCLUDED.pid THEN known.started_at ELSE now() END,
    seen_at = now(), pid = EXCLUDED.pid, listeners = EXCLUDED.listeners, state = EXCLUDED.state,
    detail = EXCLUDED.detail, figures = EXCLUDED.figures, supervises = EXCLUDED.supervises,
    outage = EXCLUDED.outage
"""
_PUBLISH: Final = "SELECT alarm_listener_publish(%s::smallint, %s, %s, %s, %s, %s, %s, %s, %s)"

Health = tuple[GatewayHealth, str]


def connect(conninfo: str, purpose: str) -> psycopg.Connection[Any]:
    """An autocommit connection that notices a dead server."""
    return psycopg.connect(
        conninfo,
        autocommit=True,
        connect_timeout=5,
        application_name=f"jifang gateway alarm: {purpose}",
        options="-c statement_timeout=60s -c lock_timeout=10s",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def publish(
    connection: psycopg.Connection[Any], listener: ListenerSettings, state: str, error: str = ""
) -> None:
    """Tell the registry of listeners what became of one."""
    connection.execute(
        _PUBLISH,
        (
            listener.number,
            listener.name,
            listener.book,
            f"{listener.bind}:{listener.tcp_port}" if listener.tcp_port else "",
            f"{listener.bind}:{listener.udp_port}" if listener.udp_port else "",
            listener.certificate is not None,
            listener.unknown_accounts == "refuse",
            state,
            error,
        ),
    )


class Housekeeper:
    """Runs until ``stop``; survives a database that goes away and comes back."""

    def __init__(
        self,
        conninfo: str,
        name: str,
        settings: AlarmGatewaySettings,
        reader: DirectoryReader,
        *,
        changed: Callable[[Directory], None],
        health: Callable[[], Health],
        figures: Callable[[], dict[str, float]],
    ) -> None:
        self._conninfo = conninfo
        self._name = name
        self._settings = settings
        self._reader = reader
        self._changed = changed
        self._health = health
        self._figures = figures
        self._supervisor = Supervisor(settings)
        self._supervises = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)
        self.listening: dict[int, tuple[ListenerSettings, str, str]] = {}
        """Listener number to its settings, state and error; published when a connection is made."""

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye and end the thread."""
        self._stopping.set()
        self._thread.join(10)

    def _run(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            try:
                with connect(self._conninfo, "housekeeping") as connection:
                    pause = 0.2
                    self._work(connection)
            except psycopg.Error as error:
                self._supervises = False
                log.warning(
                    "housekeeping: %s", str(error).strip().splitlines()[0] if str(error) else repr(error)
                )
            except Exception:
                # A mistake here must not silence supervision for ever: it is logged and tried again.
                self._supervises = False
                log.exception("housekeeping")
            self._stopping.wait(pause)
            pause = min(pause * 2, 5.0)

    def _work(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"LISTEN {CHANNEL_ACCOUNT}")
        for listener, state, error in list(self.listening.values()):
            publish(connection, listener, state, error)
        self._changed(self._reader.read(connection))
        read_at = pruned_at = time.monotonic()
        while not self._stopping.is_set():
            began = time.monotonic()
            if not self._supervises:
                row = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
                self._supervises = bool(row and row[0])
                self._supervisor = Supervisor(self._settings)
            if self._supervises:
                self._supervisor.tick(connection, time.monotonic())
                if began - pruned_at >= _PRUNE_SECONDS:
                    pruned_at = began
                    prune(connection, _KEPT)
            self._beat(connection)
            took = time.monotonic() - began
            if (
                self._wait(connection, max(TICK_SECONDS - took, took * 10))
                or began - read_at > _RELOAD_ANYWAY_SECONDS
            ):
                self._changed(self._reader.read(connection))
                read_at = time.monotonic()
        with contextlib.suppress(psycopg.Error):
            for listener, _, _ in self.listening.values():
                publish(connection, listener, "closed")
            self._beat(connection, (GatewayHealth.STOPPED, ""))

    def _wait(self, connection: psycopg.Connection[Any], seconds: float) -> bool:
        """Wait for the next round; True when the directory changed meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._stopping.is_set():
            if list(connection.notifies(timeout=min(left, 0.5), stop_after=1)):
                # What else changed in the same moment is read together with it.
                self._stopping.wait(0.05)
                list(connection.notifies(timeout=0))
                return True
        return False

    def _beat(self, connection: psycopg.Connection[Any], health: Health | None = None) -> None:
        state, detail = health or self._health()
        connection.execute(
            _HEARTBEAT,
            {
                "name": self._name,
                "pid": os.getpid(),
                "listeners": sorted(self.listening),
                "state": state.value,
                "detail": detail,
                "figures": json.dumps(self._figures()),
                "supervises": self._supervises,
                "outage": self._supervises and self._supervisor.outage,
            },
        )
