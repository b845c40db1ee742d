"""The region a person has chosen to look at: a narrower view of what he may see, never a wider one."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from jifang.identity.access import Actor
from jifang.identity.models import Region

SESSION_KEY = "scope_region"
OFFERED = 400


@dataclass(frozen=True, slots=True)
class Scope:
    """The chosen region; lists add ``region__path__startswith=path`` to what ``for_actor`` let through."""

    region_id: int
    path: str
    name: str

    def restrict(self, rows: QuerySet[Any], lookup: str = "region__path") -> QuerySet[Any]:
        """Return ``rows`` within the region."""
        return rows.filter(**{f"{lookup}__startswith": self.path})


def scope_of(request: HttpRequest) -> Scope | None:
    """Return the chosen region, or None for everything the actor may see. No query."""
    kept = request.session.get(SESSION_KEY) if hasattr(request, "session") else None
    return Scope(kept["id"], kept["path"], kept["name"]) if kept else None


def regions_for(actor: Actor) -> QuerySet[Region]:
    """Return the regions the actor may choose from: of his grants, down to districts and own stations."""
    wanted = Q(pk__in=[])
    for reach in actor.reaches:
        if reach.region_path:
            wanted |= Q(path=reach.region_path)
            wanted |= Q(path__startswith=reach.region_path) & ~Q(level=Region.Level.STATION)
    return Region.objects.filter(wanted).order_by("path")[:OFFERED]


def choose(request: HttpRequest, region: Region | None) -> None:
    """Keep the choice in the session; None shows everything again."""
    if region is None:
        request.session.pop(SESSION_KEY, None)
    else:
        request.session[SESSION_KEY] = {"id": region.pk, "path": region.path, "name": region.name}
