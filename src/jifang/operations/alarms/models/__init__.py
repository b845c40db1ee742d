"""Tables of the alarm room, one file per noun."""

from jifang.operations.alarms.models.handling import (
    Activation,
    Cursor,
    Decision,
    Event,
    IdempotencyKey,
    Shift,
)
from jifang.operations.alarms.models.receiving import AccountPath, AlarmAccount, Listener
from jifang.operations.alarms.models.streams import GatewayState, PathState, Refusal, Signal

__all__ = [
    "AccountPath",
    "Activation",
    "AlarmAccount",
    "Cursor",
    "Decision",
    "Event",
    "GatewayState",
    "IdempotencyKey",
    "Listener",
    "PathState",
    "Refusal",
    "Shift",
    "Signal",
]
