"""The room's Django application."""

import importlib
from datetime import UTC, datetime
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from jifang.operations.platform import partitions


def make_partitions(using: str, **_: Any) -> None:
    """After a migration every declared table has room for new rows."""
    connection = connections[using]
    connection.ensure_connection()
    partitions.make_ahead(connection.connection, at=datetime.now(UTC))


class PlatformConfig(AppConfig):
    """State of the installation itself."""

    name = "jifang.operations.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the right of the room; make parts of tables after every migration."""
        importlib.import_module("jifang.operations.platform.rights")
        post_migrate.connect(make_partitions, sender=self, dispatch_uid="platform_partitions")
