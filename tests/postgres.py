"""A real PostgreSQL for the tests.

`JIFANG_TEST_DATABASE_URL`, else `JIFANG_DATABASE_URL`, names a server whose role may create databases.
Without either the embedded one is started in a temporary directory, for this session only.
"""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connections

from jifang.project import config, database
from jifang.project.embedded import cluster
from jifang.project.settings import database_from

VARIABLE = "JIFANG_TEST_DATABASE_URL"


def _start_embedded() -> str:
    """Start a PostgreSQL of our own; returns its superuser's URL. It ends with this process."""
    var = Path(tempfile.mkdtemp(prefix="jifang-test-"))
    configuration = config.load({"JIFANG_VAR": str(var), "JIFANG_DATABASE_SHARED_BUFFERS_MB": "128"})
    where = cluster.prepare(configuration, lasting=False)
    # Nothing in it outlives the session, so the disk need not be waited for.
    server = cluster.start(configuration, where, {"fsync": "off", "full_page_writes": "off"})

    def stop() -> None:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(where.data.parent, ignore_errors=True)
        shutil.rmtree(var, ignore_errors=True)

    atexit.register(stop)
    cluster.wait_until_ready(configuration, lambda: server.poll() is None)
    cluster.ensure_roles(configuration)
    return database.url(configuration, "admin")


def point_django_at_it() -> None:
    """Give Django the tests' server. Runs while pytest loads, before anything has connected.

    Workers of pytest-xdist inherit the address from the process that started them.
    """
    given = os.environ.get(VARIABLE) or os.environ.get("JIFANG_DATABASE_URL")
    if not given:
        given = _start_embedded()
    os.environ[VARIABLE] = given
    settings.DATABASES = {"default": database_from(given)}
    connections.settings = connections.configure_settings(settings.DATABASES)
    for alias in connections:
        # Loading the apps made unconnected ones with the old address.
        with contextlib.suppress(AttributeError):
            del connections[alias]
