"""Commission, suspend, retire; move a device with all that hangs on it."""

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, QuerySet

from jifang.identity.access import Actor
from jifang.identity.audit import acting
from jifang.kernel.clock import law_date
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.registry.actions import guard
from jifang.registry.lifecycle import TABLE, Act
from jifang.registry.models import Device, Point, SecuritySystem, Site
from jifang.registry.models.bases import LivedEntry
from jifang.registry.models.choices import Status

L = TypeVar("L", bound=LivedEntry)


def move_on(row: L, act: Act, *, by: Actor, at: datetime, reason: str = "", on: date | None = None) -> L:
    """Take one step of ``lifecycle.TABLE``. ``on`` is the date of law of the step; today without it.

    Retiring cascades: the systems, devices and points below that are not retired yet are retired with it.
    """
    model = type(row)
    with acting(by=by, at=at, reason=reason):
        guard.reachable(model, [row.pk], by=by)
        fresh = model._default_manager.select_for_update().get(pk=row.pk)
        step = TABLE.get((Status(fresh.status), act))
        if step is None:
            raise BadInputError(
                "status",
                fresh.get_status_display(),
                gettext_noop("An entry that is “%(value)s” does not allow this step."),
                gettext_noop("Reload the page: somebody may have taken the step already."),
            )
        if step.reason_needed and not reason.strip():
            raise BadInputError(
                "reason", "", gettext_noop("This step needs a reason."), gettext_noop("Write why.")
            )
        day = on or law_date(at)
        fresh.status = step.to
        fresh.version += 1
        fresh.retired_on = day if step.to == Status.RETIRED else None
        if act is Act.COMMISSION and fresh.in_use_on is None:
            fresh.in_use_on = day
        fresh.full_clean()
        fresh.save()
        if step.cascades:
            for below in _below(fresh):
                _retire(below, day)
    return fresh


def move_device(
    device: Device, site: Site, *, system: SecuritySystem | None = None, by: Actor, at: datetime, reason: str
) -> Device:
    """Move a device, what hangs on it and their points to another site; places on plans are forgotten."""
    if not reason.strip():
        raise BadInputError(
            "reason", "", gettext_noop("This step needs a reason."), gettext_noop("Write why.")
        )
    with acting(by=by, at=at, reason=reason):
        keys = [device.pk, *_hanging_on([device.pk])]
        guard.reachable(Device, keys, by=by)
        moved: dict[str, Any] = {
            "site": site,
            "system": system,
            "floor_plan": None,
            "plan_x": None,
            "plan_y": None,
            "version": F("version") + 1,
        }
        Device.objects.filter(pk=device.pk).update(parent=None)
        Device.objects.filter(pk__in=keys).update(**moved)
        Point.objects.filter(device__in=keys).update(**moved)
        guard.reachable(Device, keys, by=by)
    device.refresh_from_db()
    return device


def _hanging_on(keys: list[int]) -> list[int]:
    found: list[int] = []
    while keys:
        keys = list(Device.objects.filter(parent__in=keys).exclude(pk__in=found).values_list("pk", flat=True))
        found += keys
    return found


def _below(row: LivedEntry) -> tuple[QuerySet[Any], ...]:
    if isinstance(row, Site):
        return tuple(model._default_manager.filter(site=row) for model in (SecuritySystem, Device, Point))
    if isinstance(row, SecuritySystem):
        systems = [row.pk, *SecuritySystem.objects.filter(parent=row).values_list("pk", flat=True)]
        return (
            SecuritySystem.objects.filter(parent=row),
            Device.objects.filter(system__in=systems),
            Point.objects.filter(system__in=systems),
        )
    if isinstance(row, Device):
        keys = _hanging_on([row.pk])
        return Device.objects.filter(pk__in=keys), Point.objects.filter(device__in=[row.pk, *keys])
    return ()


def _retire(rows: QuerySet[Any], day: date) -> None:
    rows.exclude(status=Status.RETIRED).update(
        status=Status.RETIRED,
        retired_on=models.functions.Greatest(
            models.Value(day, output_field=models.DateField()), F("in_use_on")
        ),
        version=F("version") + 1,
    )
