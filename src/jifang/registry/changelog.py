"""The latest changes of the whole registry, for those who may read who did what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.dateparse import parse_datetime

from jifang.identity.access import Actor
from jifang.registry.models import (
    CallList,
    Contact,
    Device,
    FloorPlan,
    Point,
    PrivatePlace,
    Product,
    QualityCertificate,
    SecuritySystem,
    Site,
)
from jifang.registry.queries import COMMON, for_actor
from jifang.registry.rights import HISTORY_VIEW
from jifang.registry.scope import scope_of

MODELS: tuple[type[Model], ...] = (
    Site,
    SecuritySystem,
    Device,
    Point,
    FloorPlan,
    PrivatePlace,
    Contact,
    CallList,
    Product,
    QualityCertificate,
)
PAGE = 50


@dataclass
class Recorded:
    """One version written by the triggers. ``exists``: the row is still there."""

    model: type[Model]
    key: int
    name: str
    at: datetime
    label: str
    who: str
    reason: str
    exists: bool
    url: str = ""

    @property
    def model_label(self) -> str:
        """What kind of entry it is, in the reader's language."""
        return str(self.model._meta.verbose_name)


def recent(actor: Actor, *, before: str = "", limit: int = PAGE) -> list[Recorded]:
    """Return the newest changes that the actor may know of, before the instant ``before`` (ISO).

    One query for each table, whatever the number of changes; each reads its own newest rows by key.
    """
    until = parse_datetime(before) if before else None
    found: list[Recorded] = []
    for model in MODELS:
        found += _of(model, actor, until, limit)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _of(model: type[Model], actor: Actor, until: datetime | None, limit: int) -> list[Recorded]:
    events = apps.get_model("registry", f"{model.__name__}Event")._default_manager.all()
    if until is not None:
        events = events.filter(pgh_created_at__lt=until)
    scope = scope_of(actor, HISTORY_VIEW)
    if not scope.everything and model not in COMMON:
        sites = for_actor(Site, actor, HISTORY_VIEW)
        events = events.filter(**{"pgh_obj_id__in" if model is Site else "site_id__in": sites.values("pk")})
    rows = list(events.select_related("pgh_context").order_by("-pgh_id")[:limit])
    alive = set(
        model._default_manager.filter(pk__in={row.pgh_obj_id for row in rows}).values_list("pk", flat=True)
    ) if rows else set()  # fmt: skip
    return [_recorded(model, row, exists=row.pgh_obj_id in alive) for row in rows]


def _recorded(model: type[Model], row: Any, *, exists: bool) -> Recorded:
    told = row.pgh_context.metadata if row.pgh_context else {}
    name = getattr(row, "name", "") or getattr(row, "number", "") or getattr(row, "model", "")
    return Recorded(
        model=model,
        key=row.pgh_obj_id,
        name=str(name or f"#{row.pgh_obj_id}"),
        at=row.pgh_created_at,
        label=row.pgh_label,
        who=told.get("name") or "",
        reason=told.get("reason") or "",
        exists=exists,
    )
