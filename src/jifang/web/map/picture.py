"""What the map shows of a piece of the world: clusters and sites with their state, and the list beside.

Clusters are made in the database on a grid that follows the zoom, so that a hundred thousand sites cost one
grouped query and an answer of a few hundred entries. The state of a site is the worst alarm that is open
there; without one it is *quiet* when a supervised path of its panel is in order, and *unknown* otherwise: a
site nobody hears from is never shown as fine.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Avg,
    Count,
    Exists,
    F,
    FloatField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Floor

from jifang.identity.access import Actor
from jifang.operations.alarms import queries as alarms
from jifang.operations.alarms.models import PathState
from jifang.operations.alarms.rights import ACTIVATION_VIEW
from jifang.protocols.events import EventClass
from jifang.registry import queries as registry
from jifang.registry.models import Site
from jifang.registry.models.choices import Status
from jifang.registry.rights import STRUCTURE_VIEW
from jifang.web.scope import Scope

CELL_PIXELS = 72
CLOSE_CELL_PIXELS = 10
CLOSE_ZOOM = 16.5
TILE_PIXELS = 512
LISTED = 80
QUIET = "quiet"
UNKNOWN = "unknown"
HIDDEN = "hidden"
# Alarms rank by priority (1..99), then by class, so that a rank names one class; an unknown site is worse
# than a quiet one, and both come after every alarm.
RANK = {UNKNOWN: 20_000, QUIET: 30_000, HIDDEN: 30_000}
CLASSES = {str(name): place for place, name in enumerate(EventClass)}


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: degrees WGS-84, and the zoom of the map (tiles of 512 pixels)."""

    west: float
    south: float
    east: float
    north: float
    zoom: float

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a grid cell in degrees, about square on the screen."""
        pixels = CLOSE_CELL_PIXELS if self.zoom >= CLOSE_ZOOM else CELL_PIXELS
        width = 360 / (TILE_PIXELS * 2**self.zoom) * pixels
        # rounded, so that the grid does not crawl while the map is dragged
        squeeze = max(0.1, round(math.cos(math.radians((self.south + self.north) / 2)), 1))
        return width, width * squeeze


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the page."""

    words: str = ""
    class799: str = ""
    state: str = ""


@dataclass(slots=True)
class Mark:
    """One mark on the map: a site (``count`` 1) or a cluster."""

    lon: float
    lat: float
    count: int
    state: str
    rank: int
    site_id: int | None = None
    name: str = ""
    class799: str = ""


@dataclass(slots=True)
class Picture:
    """Everything for one view. ``total`` counts the sites in the window, not only the listed ones."""

    marks: list[Mark] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0
    in_alarm: int = 0
    unplaced: int = 0


def extent(actor: Actor, scope: Scope | None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north around the sites within reach; None when no site has a position."""
    found = sites(actor, scope, Asked()).aggregate(
        west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat")
    )
    if found["west"] is None:
        return None
    return found["west"], found["south"], found["east"], found["north"]


def sites(actor: Actor, scope: Scope | None, asked: Asked) -> QuerySet[Site]:
    """Return the sites within reach and scope that the filters let through, the state apart."""
    rows = registry.for_actor(Site, actor, STRUCTURE_VIEW).exclude(status=Status.RETIRED)
    if scope:
        rows = scope.restrict(rows)
    if asked.words:
        rows = rows.filter(
            Q(name__icontains=asked.words)
            | Q(name_en__icontains=asked.words)
            | Q(code__istartswith=asked.words)
        )
    if asked.class799:
        rows = rows.filter(order799_class="" if asked.class799 == UNKNOWN else asked.class799)
    return rows


def picture(actor: Actor, scope: Scope | None, window: Window, asked: Asked, *, english: bool) -> Picture:
    """Return the marks and the list for one view; the number of queries does not depend on what is there."""
    within = sites(actor, scope, asked).filter(
        lon__gte=window.west, lon__lte=window.east, lat__gte=window.south, lat__lte=window.north
    )
    sees_alarms = actor.may(ACTIVATION_VIEW)
    alarmed = _open_alarms(actor, within) if sees_alarms else {}
    counted = _narrowed(within, asked.state, alarmed)
    marks = _marks(counted, window, alarmed, sees_alarms)
    _name(marks, english)
    listed = _list(counted, alarmed, sees_alarms, english)
    total = sum(mark.count for mark in marks)
    return Picture(
        marks=marks,
        listed=listed,
        total=total,
        in_alarm=sum(1 for key in alarmed) if asked.state in {"", "alarm"} else 0,
        unplaced=sites(actor, scope, asked).filter(lon__isnull=True).count(),
    )


def heard() -> Exists:
    """Whether a supervised path of the site's panel is in order."""
    return Exists(
        PathState.objects.filter(
            path__account__site=OuterRef("pk"), path__account__is_active=True, state=PathState.State.OK
        )
    )


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst open alarm of a site."""

    rank: int
    priority_class: str


def _open_alarms(actor: Actor, within: QuerySet[Site]) -> dict[int, Worst]:
    rows = (
        alarms.for_actor(actor)
        .filter(closed_at__isnull=True, site__in=within)
        .order_by("site_id", "priority", "id")
        .distinct("site_id")
        .values_list("site_id", "priority", "priority_class")
    )
    return {site: Worst(priority * 100 + CLASSES.get(name, 99), name) for site, priority, name in rows}


def _narrowed(within: QuerySet[Site], state: str, alarmed: dict[int, Worst]) -> QuerySet[Site]:
    if state == "alarm":
        return within.filter(pk__in=alarmed)
    if state == QUIET:
        return within.exclude(pk__in=alarmed).filter(heard())
    if state == UNKNOWN:
        return within.exclude(pk__in=alarmed).exclude(heard())
    return within


def _marks(rows: QuerySet[Site], window: Window, alarmed: dict[int, Worst], sees_alarms: bool) -> list[Mark]:
    """Count the sites of each cell, those in alarm and those heard from; the rest of a cell is unknown.

    Three plain questions instead of one with a condition for every row: the database answers each by a join.
    """
    width, height = window.cell
    rows = rows.order_by().annotate(
        column=Floor(F("lon") / Value(width, output_field=FloatField())),
        line=Floor(F("lat") / Value(height, output_field=FloatField())),
    )
    cells = rows.values("column", "line").annotate(
        count=Count("pk"), x=Avg("lon"), y=Avg("lat"), only=Min("pk")
    )
    worst: dict[tuple[float, float], list[Worst]] = {}
    heard_from: dict[tuple[float, float], int] = {}
    if sees_alarms:
        for key, column, line in rows.filter(pk__in=alarmed).values_list("pk", "column", "line"):
            worst.setdefault((column, line), []).append(alarmed[key])
        # a cell in alarm shows its alarm: only of the others it matters whether all are heard from
        for cell in rows.filter(heard()).values("column", "line").annotate(count=Count("pk")):
            heard_from[cell["column"], cell["line"]] = cell["count"]
    marks = []
    for cell in cells:
        place = (cell["column"], cell["line"])
        rank, state = RANK[HIDDEN], HIDDEN
        if worst.get(place):
            top = min(worst[place], key=lambda one: one.rank)
            rank, state = top.rank, top.priority_class
        elif sees_alarms:
            state = QUIET if heard_from.get(place, 0) == cell["count"] else UNKNOWN
            rank = RANK[state]
        single = cell["only"] if cell["count"] == 1 else None
        marks.append(Mark(cell["x"], cell["y"], cell["count"], state, rank, single))
    return marks


def _name(marks: Iterable[Mark], english: bool) -> None:
    """Put names and classes on the marks that are single sites."""
    wanted = {mark.site_id: mark for mark in marks if mark.site_id is not None}
    rows = Site.objects.filter(pk__in=wanted).values_list("pk", "name", "name_en", "order799_class")
    for key, name, name_en, class799 in rows:
        wanted[key].name = (name_en or name) if english else name
        wanted[key].class799 = class799


def _list(
    rows: QuerySet[Site], alarmed: dict[int, Worst], sees_alarms: bool, english: bool
) -> list[dict[str, Any]]:
    """The first sites of the view for the list: those in alarm by urgency, then by name."""
    urgent = {key: place for place, key in enumerate(sorted(alarmed, key=lambda key: alarmed[key].rank))}
    columns = ("pk", "name", "name_en", "address", "lon", "lat", "order799_class")
    first = sorted(
        rows.filter(pk__in=list(urgent)[:LISTED]).values(*columns), key=lambda row: urgent[row["pk"]]
    )
    others = rows.exclude(pk__in=alarmed).order_by("name_key", "pk").values(*columns)
    found = [*first, *others[: LISTED - len(first)]]
    keys = [row["pk"] for row in found]
    answering = set(Site.objects.filter(heard(), pk__in=keys).values_list("pk", flat=True))
    listed = []
    for row in found:
        key = row["pk"]
        quiet = (QUIET if key in answering else UNKNOWN) if sees_alarms else HIDDEN
        listed.append(
            {
                "id": key,
                "name": (row["name_en"] or row["name"]) if english else row["name"],
                "address": row["address"],
                "lon": row["lon"],
                "lat": row["lat"],
                "class799": row["order799_class"],
                "state": alarmed[key].priority_class if key in alarmed else quiet,
            }
        )
    return listed
