"""The heartbeat of a process: a row every five seconds, with what it counted."""

import logging
import os
import platform
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from prometheus_client import REGISTRY

from jifang.operations.platform import beats

log = logging.getLogger(__name__)


def node_name() -> str:
    """The name of this machine."""
    return platform.node() or "localhost"


class Heart(threading.Thread):
    """Beats on a connection of its own while `alive()` says so; a lost database is tried again for ever."""

    def __init__(self, conninfo: str, name: str, alive: Callable[[], bool]) -> None:
        super().__init__(name="heart", daemon=True)
        self.conninfo = conninfo
        self.process = name
        self.alive = alive
        self.stopping = threading.Event()
        self.started_at = datetime.now(UTC)
        self.pid = os.getpid()

    def run(self) -> None:
        lost = False
        while not self.stopping.is_set():
            try:
                with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=5) as connection:
                    if lost:
                        log.info("the database is back")
                    lost = False
                    self._beat_on(connection)
            except psycopg.Error as error:
                if not lost:
                    log.warning("no heartbeat: %s", str(error).strip().splitlines()[0])
                lost = True
                self.stopping.wait(1)

    def _beat_on(self, connection: "psycopg.Connection") -> None:
        while True:
            if self.alive():
                beats.beat(
                    connection,
                    node=node_name(),
                    name=self.process,
                    pid=self.pid,
                    started_at=self.started_at,
                    at=datetime.now(UTC),
                    metrics=beats.families(REGISTRY.collect()),
                )
            if self.stopping.wait(beats.EVERY.total_seconds()):
                beats.ended(connection, node=node_name(), name=self.process, died=False)
                return

    def stop(self) -> None:
        """Say good-bye, so that the end is not taken for a fault."""
        self.stopping.set()
        self.join(timeout=2)
