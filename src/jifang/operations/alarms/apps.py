"""The alarm room."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jifang.kernel import partitions
from jifang.kernel.partitions import PartitionedTable

# What belongs to an open alarm stays, however old.
_OPEN = "EXISTS (SELECT FROM alarms_activation a WHERE a.id = r.activation_id AND a.closed_at IS NULL)"


class AlarmsConfig(AppConfig):
    """Receiving (accounts, paths, refusals) and handling (activations, decisions) of alarm signals."""

    name = "jifang.operations.alarms"
    label = "alarms"
    verbose_name = _("Alarms")

    def ready(self) -> None:
        """Declare the rights of the room and the tables that grow for ever."""
        importlib.import_module("jifang.operations.alarms.rights")
        for table in ("alarms_event", "alarms_decision"):
            partitions.declare(PartitionedTable(table=table, column="at", keep="signals_days", hold=_OPEN))
