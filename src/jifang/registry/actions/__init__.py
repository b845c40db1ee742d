"""Every write of the registry: functions with ``by`` and ``at``, one transaction, history inside it."""

from jifang.registry.actions.contacts import set_call_order, set_pass_phrase
from jifang.registry.actions.entries import create, create_many, delete, update, update_many, update_rows
from jifang.registry.actions.life import move_device, move_on
from jifang.registry.actions.plans import set_picture

__all__ = [
    "create",
    "create_many",
    "delete",
    "move_device",
    "move_on",
    "set_call_order",
    "set_pass_phrase",
    "set_picture",
    "update",
    "update_many",
    "update_rows",
]
