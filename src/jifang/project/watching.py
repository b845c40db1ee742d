"""The watch as a loop: any process that has Django may run it, one at a time looks."""

import logging
import threading
import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from jifang.operations.platform import watch
from jifang.project import wiring
from jifang.project.config import Config
from jifang.project.heart import node_name

log = logging.getLogger(__name__)
EVERY_SECONDS = 10.0


def limits_of(config: Config) -> watch.Limits:
    """What this installation asks of its machine."""
    return watch.Limits(
        node=node_name(),
        var=config.var,
        backups=config.backups,
        min_free_mb=config.disk.min_free_mb,
        ntp_servers=config.clock.servers,
        max_offset_seconds=config.clock.max_offset_seconds,
        backup_max_age_hours=config.backup.max_age_hours,
    )


def run(stop: threading.Event) -> None:
    """Look every ten seconds until `stop`; a lost database is waited for."""
    wiring.join()
    limits = limits_of(settings.CONFIG)
    lost = False
    while not stop.wait(EVERY_SECONDS):
        close_old_connections()
        try:
            watch.look(limits, at=datetime.now(UTC), clock=time.time)
            lost = False
        except DatabaseError as error:
            if not lost:
                log.warning("the watch cannot use the database: %s", str(error).strip().splitlines()[0])
            lost = True
            connection.close()
    connection.close()
