"""The floor plan of a page: its picture with the points and devices on it, and the private places."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from jifang.registry.models import Device, FloorPlan, Point, PrivatePlace, Site
from jifang.registry.queries import for_actor
from jifang.registry.rights import STRUCTURE_VIEW
from jifang.web.registry.columns import status_tone

PLANS, MARKS = 12, 600
EMPTY_WIDTH, EMPTY_HEIGHT = 1000, 600


def site_plan_context(request: HttpRequest, row: Site) -> Mapping[str, Any]:
    """The plan of a site that is chosen by ``?plan=``; the first one without a choice."""
    plans = list(
        for_actor(FloorPlan, request.actor, STRUCTURE_VIEW)  # type: ignore[attr-defined]
        .filter(site=row)
        .order_by("level", "id")[:PLANS]
    )
    asked = request.GET.get("plan", "")
    chosen = next((plan for plan in plans if str(plan.pk) == asked), plans[0] if plans else None)
    drawn = _drawn(request, chosen) if chosen else {"plan": None}
    return {"plans": plans, "site": row, "chosen": None, **drawn}


def plan_context(request: HttpRequest, row: Any) -> Mapping[str, Any] | None:
    """The plan itself, or the plan on which a device or point stands, with that one marked."""
    plan = row if isinstance(row, FloorPlan) else row.floor_plan
    if plan is None:
        return None
    return {"plans": [], "site": None, "chosen": row, **_drawn(request, plan)}


def _drawn(request: HttpRequest, plan: FloorPlan) -> Mapping[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    width, height = plan.width or EMPTY_WIDTH, plan.height or EMPTY_HEIGHT
    size = max(width, height) / 70
    marks = []
    tables: tuple[tuple[Any, str], ...] = ((Point, "point"), (Device, "device"))
    for model, key in tables:
        rows: Any = for_actor(model, actor, STRUCTURE_VIEW)
        for row in rows.filter(floor_plan=plan, plan_x__isnull=False).order_by("pk")[:MARKS]:
            marks.append(
                {
                    "row": row,
                    "x": round(row.plan_x * width, 1),
                    "y": round(row.plan_y * height, 1),
                    "url": reverse(f"registry:{key}-detail", kwargs={"pk": row.pk}),
                    "tone": status_tone(row),
                    "shape": key,
                    "label": _label(row),
                }
            )
    places = [
        {
            "row": place,
            "points": " ".join(f"{x * width:.1f},{y * height:.1f}" for x, y in place.outline),
        }
        for place in for_actor(PrivatePlace, actor, STRUCTURE_VIEW).filter(floor_plan=plan)
        if len(place.outline) > 2
    ]
    return {
        "plan": plan,
        "width": width,
        "height": height,
        "size": round(size, 1),
        "half": round(size / 2, 1),
        "text_size": round(size * 1.2, 1),
        "marks": marks,
        "places": places,
        "picture": reverse("registry:plan-picture", kwargs={"pk": plan.pk}) if plan.sha256 else "",
    }


def _label(row: Any) -> str:
    number = getattr(row, "number", None)
    return f"{row.get_kind_display()}{f' {number}' if number is not None else ''}: {row.name}"
