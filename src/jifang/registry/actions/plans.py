"""The picture of a floor plan."""

import hashlib
from datetime import datetime

from jifang.identity.access import Actor
from jifang.identity.audit import acting
from jifang.registry.actions import guard
from jifang.registry.models import FloorPlan, FloorPlanPicture
from jifang.registry.pictures import read_header


def set_picture(plan: FloorPlan, content: bytes, *, by: Actor, at: datetime, reason: str = "") -> FloorPlan:
    """Put a picture under the plan. Points keep their places, which are fractions of the picture."""
    header = read_header(content)
    with acting(by=by, at=at, reason=reason):
        guard.reachable(FloorPlan, [plan.pk], by=by)
        FloorPlanPicture.objects.update_or_create(
            floor_plan=plan, defaults={"media_type": header.media_type, "content": content}
        )
        plan.width, plan.height = header.width, header.height
        plan.sha256 = hashlib.sha256(content).hexdigest()
        plan.version += 1
        plan.save(update_fields=["width", "height", "sha256", "version"])
    return plan
