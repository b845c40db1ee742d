"""What the signal log offers the frame."""

from django.utils.translation import gettext_lazy as _

from jifang.operations.alarms.rights import SIGNAL_VIEW
from jifang.web import navigation


def register() -> None:
    """The log stands beside the queue."""
    navigation.register(
        navigation.Page("duty", "duty.signals", _("Signal log"), "signals:page", right=SIGNAL_VIEW, order=40)
    )
    navigation.register_help("/signals/", "duty")
