"""The alarm room."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlarmsConfig(AppConfig):
    """Receiving (accounts, paths, refusals) and handling (activations, decisions) of alarm signals."""

    name = "jifang.operations.alarms"
    label = "alarms"
    verbose_name = _("Alarms")

    def ready(self) -> None:
        """Declare the rights of the room."""
        importlib.import_module("jifang.operations.alarms.rights")
