"""Faults of the platform itself, as alarms in the duty queue: a full disk is as much the duty room's as a
burglary.

Whoever finds a fault calls these in his own transaction; both are idempotent by the fault's key.
"""

from datetime import datetime

from django.db import connection
from django.db.models import F

from jifang.identity import audit
from jifang.identity.access import SYSTEM, Actor
from jifang.operations.alarms.engine import tell
from jifang.operations.alarms.models import Activation
from jifang.operations.alarms.priorities import PriorityClass

PRIORITY = {"high": 58, "low": 65}


def raise_fault(key: str, *, text: str, severity: str, at: datetime, by: Actor = SYSTEM) -> Activation:
    """Raise the fault as a technical alarm, or note that it is there again.

    ``key`` names kind and subject (``disk_low:var``); ``severity`` is ``high`` (before the technical alarms
    of sites) or ``low`` (behind them).
    """
    with audit.acting(by=by, at=at):
        standing = Activation.objects.select_for_update().filter(fault=key, closed_at__isnull=True).first()
        if standing is not None:
            Activation.objects.filter(pk=standing.pk).update(
                text=text[:500], last_at=at, restored_at=None, version=F("version") + 1
            )
            activation = standing
        else:
            earlier = Activation.objects.filter(fault=key).order_by("-id").first()
            activation = Activation.objects.create(
                fault=key[:100],
                priority_class=PriorityClass.TECHNICAL,
                priority=PRIORITY[severity],
                text=text[:500],
                opened_at=at,
                last_at=at,
                previous=earlier,
            )
        with connection.cursor() as cursor:
            tell(cursor, [activation.pk])
        return activation


def clear_fault(key: str, *, at: datetime, by: Actor = SYSTEM) -> bool:
    """Mark the open alarm of a fault as restored; a person still closes it. Returns whether there was one."""
    with audit.acting(by=by, at=at):
        standing = Activation.objects.select_for_update().filter(fault=key, closed_at__isnull=True).first()
        if standing is None:
            return False
        Activation.objects.filter(pk=standing.pk).update(restored_at=at, last_at=at, version=F("version") + 1)
        with connection.cursor() as cursor:
            tell(cursor, [standing.pk])
        return True
