"""The frame, the guide and the map."""

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role
from jifang.registry.models import Site
from tests.access.expect import PUBLIC, SIGNED_IN, Route, Scene, roles

SEES_SITES = AUTHORITY | ON_DUTY | roles(Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER, Role.CONTRACTOR)


def build(scene: Scene) -> None:
    """One site at home; the contractor built nothing there, the alarm centre serves it."""
    scene.made["map_site"] = Site.objects.create(
        code="MAP-1",
        name="地图上的站点",
        organisation=scene.world.unit,
        alarm_service=scene.world.centre,
        region=scene.world.station,
        lon=114.5,
        lat=38.0,
    )


ROUTES = {
    "frame:start": Route(SIGNED_IN),
    "frame:language": Route(PUBLIC, method="POST", data=lambda scene: {"language": "en"}),
    "frame:theme": Route(PUBLIC, method="POST", data=lambda scene: {"theme": "dark"}),
    "frame:scope": Route(SIGNED_IN),
    "frame:style": Route(roles(Role.SYSTEM_ADMINISTRATOR)),
    "help:index": Route(PUBLIC),
    "help:chapter": Route(PUBLIC, kwargs=lambda scene: {"slug": "duty"}),
    "map:page": Route(SEES_SITES),
    "map:sites": Route(SEES_SITES, query="?bbox=114,37,115,39&zoom=9"),
    "map:card": Route(
        SEES_SITES,
        kwargs=lambda scene: {"site_id": scene.made["map_site"].pk},
        own=True,
        roles_at_home=SEES_SITES - roles(Role.CONTRACTOR),
    ),
    "map:layer": Route(SIGNED_IN, kwargs=lambda scene: {"name": "water"}),
}
OPERATIONS: dict[str, Route] = {}
