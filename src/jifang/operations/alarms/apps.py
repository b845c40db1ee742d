"""The alarm room."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jifang.kernel import partitions
from jifang.kernel.partitions import PartitionedTable

# What belongs to an open alarm stays, however old.
_OPEN = "EXISTS (SELECT FROM alarms_activation a WHERE a.id = r.activation_id AND a.closed_at IS NULL)"
_OPEN_SIGNAL = (
    "EXISTS (SELECT FROM alarms_event e JOIN alarms_activation a ON a.id = e.activation_id"
    " WHERE e.signal_id = r.id AND a.closed_at IS NULL)"
)


class AlarmsConfig(AppConfig):
    """Receiving (accounts, paths, refusals) and handling (activations, decisions) of alarm signals."""

    name = "jifang.operations.alarms"
    label = "alarms"
    verbose_name = _("Alarms")

    def ready(self) -> None:
        """Declare the rights of the room and the tables that grow for ever."""
        importlib.import_module("jifang.operations.alarms.rights")
        importlib.import_module("jifang.operations.alarms.receiving.rights")
        partitions.declare(
            PartitionedTable(
                table="alarm_signal", column="received_at", keep="signals_days", hold=_OPEN_SIGNAL
            )
        )
        partitions.declare(
            PartitionedTable(table="alarm_refusal", column="received_at", keep="refusals_days")
        )
        for table in ("alarms_event", "alarms_decision"):
            partitions.declare(PartitionedTable(table=table, column="at", keep="signals_days", hold=_OPEN))
