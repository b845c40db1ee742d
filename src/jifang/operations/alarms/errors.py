"""What can go wrong when somebody acts on an alarm. Each error can tell the person what to do now."""

from datetime import datetime

from jifang.operations.alarms.models import Activation


class AlarmError(Exception):
    """An act on an alarm was refused."""


class HeldByOtherError(AlarmError):
    """Somebody else holds the alarm: ``name`` since ``since`` (UTC)."""

    def __init__(self, activation: Activation) -> None:
        self.activation = activation
        self.name = activation.owner.name if activation.owner else ""
        self.since: datetime | None = activation.held_since
        super().__init__(f"held by {self.name}")


class NotOpenError(AlarmError):
    """The lifecycle has no such act in the present state: the alarm was closed or put back meanwhile."""

    def __init__(self, activation: Activation, act: str) -> None:
        self.activation = activation
        self.act = act
        super().__init__(f"{act} is not possible while the alarm is {activation.state}")


class KeyReusedError(AlarmError):
    """The idempotency key was used before for a different request."""
