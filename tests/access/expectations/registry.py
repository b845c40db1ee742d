"""Who gets in where in the registry: pages and operations of every declared table."""

from collections.abc import Callable
from typing import Any

from jifang.api.registry import TABLES
from jifang.identity.access import SYSTEM
from jifang.identity.roles import AUTHORITY, ON_DUTY, Role
from jifang.registry.actions import create, set_picture
from jifang.registry.models import CallList, FloorPlan, PrivatePlace, Product, QualityCertificate
from jifang.registry.models.bases import LivedEntry
from jifang.web.generic.resource import Resource
from jifang.web.models import ImportJob
from jifang.web.registry.resources import RESOURCES
from tests.access.expect import SIGNED_IN, Route, Scene, roles
from tests.fixtures import AT
from tests.registry.seed import plant, png

KEEPERS = AUTHORITY | roles(Role.SYSTEM_ADMINISTRATOR)
READERS = KEEPERS | ON_DUTY | roles(Role.UNIT_MANAGER, Role.CONTRACTOR)
CALLERS = AUTHORITY | ON_DUTY | roles(Role.UNIT_MANAGER)
WORKS = frozenset(Role) - roles(Role.AUDITOR)
HISTORIANS = KEEPERS | roles(Role.UNIT_MANAGER, Role.AUDITOR)
NOBODY: frozenset[Role] = frozenset()

VIEW = {"contact": CALLERS, "call-list": CALLERS, "organisation": WORKS, "region": WORKS}
CHANGE = {
    "site": KEEPERS,
    "system": KEEPERS | roles(Role.CONTRACTOR),
    "device": KEEPERS | roles(Role.CONTRACTOR),
    "point": KEEPERS | roles(Role.CONTRACTOR, Role.UNIT_MANAGER),
    "plan": KEEPERS | roles(Role.UNIT_MANAGER),
    "private-place": KEEPERS | roles(Role.UNIT_MANAGER),
    "product": KEEPERS,
    "certificate": KEEPERS,
    "contact": AUTHORITY | roles(Role.UNIT_MANAGER),
    "call-list": AUTHORITY | roles(Role.UNIT_MANAGER),
    "organisation": roles(Role.SYSTEM_ADMINISTRATOR, Role.AUTHORITY_OFFICER),
    "region": roles(Role.SYSTEM_ADMINISTRATOR),
}
CATALOGUE = ("product", "certificate")
"""Tables without a place: whoever holds the right reads every row, in any city."""
AT_HOME = {
    "organisation": KEEPERS | roles(Role.UNIT_MANAGER, Role.DUTY_OPERATOR),
    "region": WORKS - roles(Role.DUTY_SUPERVISOR, Role.CONTRACTOR, Role.SERVICE_OPERATOR),
}
PATHS = {
    "site": "sites",
    "system": "systems",
    "device": "devices",
    "point": "points",
    "contact": "contacts",
    "call-list": "call-lists",
    "plan": "plans",
    "private-place": "private-places",
    "product": "products",
    "certificate": "certificates",
}


def build(scene: Scene) -> None:
    told: dict[str, Any] = {"by": SYSTEM, "at": AT}
    planted = plant(scene.world, "HOME-1")
    site = planted.site
    plan = create(FloorPlan, {"site": site, "name": "一层"}, **told)
    set_picture(plan, png(), **told)
    product = create(Product, {"vendor": "海天", "model": "H-1", "name": "枪机"}, **told)
    certificate = {
        "product": product,
        "kind": "ccc",
        "number": "2024-1",
        "issuer": "检测中心",
        "issued_on": AT.date(),
    }
    scene.made["registry"] = {
        "site": site,
        "system": planted.system,
        "device": planted.panel,
        "point": planted.zone,
        "contact": planted.contact,
        "call-list": create(CallList, {"site": site, "purpose": "all"}, **told),
        "plan": plan,
        "private-place": create(PrivatePlace, {"site": site, "kind": "toilet", "name": "卫生间"}, **told),
        "product": product,
        "certificate": create(QualityCertificate, certificate, **told),
        "organisation": scene.world.unit,
        "region": scene.world.station,
    }
    scene.made["imports"] = {
        resource.key: ImportJob.objects.create(
            owner=scene.people[Role.AUTHORITY_OFFICER],
            resource=resource.key,
            file_name="a.csv",
            content=b"",
            created_at=AT,
        )
        for resource in RESOURCES
    }


def row(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.made["registry"][key].pk}


def job(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.made["imports"][key].pk}


def _routes(resource: Resource) -> dict[str, Route]:
    key, name = resource.key, f"registry:{resource.key}"
    view = VIEW.get(key, READERS)
    own = key not in CATALOGUE
    found = {
        f"{name}-list": Route(view),
        f"{name}-suggest": Route(view),
        f"{name}-views": Route(view, method="POST"),
        f"{name}-view-drop": Route(view, kwargs=lambda scene: {"pk": 1}, method="POST"),
        f"{name}-detail": Route(view, kwargs=row(key), own=own, roles_at_home=AT_HOME.get(key)),
    }
    if resource.may_export is not None:
        # nobody in the two cities has a grant that lets him export
        found |= {
            f"{name}-export": Route(NOBODY, method="POST"),
            f"{name}-export-job": Route(NOBODY, kwargs=lambda scene: {"pk": 1}),
            f"{name}-export-file": Route(NOBODY, kwargs=lambda scene: {"pk": 1}),
        }
    if resource.history_right:
        found[f"{name}-history"] = Route(HISTORIANS, kwargs=row(key), own=own)
    if resource.change is None:
        return found
    who = CHANGE[key]
    found |= {f"{name}-add": Route(who), f"{name}-edit": Route(who, kwargs=row(key), own=own)}
    if resource.change.acts:
        act = "close" if resource.change.acts[0].key == "close" else "suspend"
        found[f"{name}-act"] = Route(
            who,
            kwargs=lambda scene: {**row(key)(scene), "act": act},
            data=lambda scene: {"reason": "walk"},
            own=own,
            method="POST",
        )
    if resource.change.delete is not None:
        found[f"{name}-delete"] = Route(who, kwargs=row(key), own=own, method="POST")
    if resource.change.bulk_fields:
        found[f"{name}-bulk"] = Route(who, method="POST")
    if resource.change.create_rows is not None:
        officer = roles(Role.AUTHORITY_OFFICER)
        found |= {
            f"{name}-import": Route(who),
            f"{name}-template": Route(who),
            f"{name}-import-job": Route(officer, kwargs=job(key), own=True),
            f"{name}-import-act": Route(officer, kwargs=job(key), own=True, method="POST"),
        }
    return found


ROUTES = {
    "search": Route(SIGNED_IN),
    "registry:start": Route(SIGNED_IN),
    "registry:changes": Route(HISTORIANS),
    "registry:plan-picture": Route(READERS, kwargs=row("plan"), own=True),
    "registry:call-order": Route(CHANGE["call-list"], kwargs=row("call-list"), own=True, method="POST"),
}
for _resource in RESOURCES:
    ROUTES |= _routes(_resource)


def _operations(key: str, path: str) -> dict[str, Route]:
    address = f"/api/v1/registry/{path}"
    view, change = VIEW.get(key, READERS), CHANGE[key]
    empty = frozenset({422})
    found = {
        f"GET {address}": Route(view),
        f"GET {address}/{{int:pk}}": Route(view, kwargs=row(key), own=key not in CATALOGUE),
        f"POST {address}": Route(change, ok=empty),
        f"PATCH {address}/{{int:pk}}": Route(change, kwargs=row(key), ok=empty),
        f"POST {address}/bulk": Route(change, ok=empty),
    }
    if issubclass(next(table.model for table in TABLES if table.path == path), LivedEntry):
        found[f"POST {address}/{{int:pk}}/steps"] = Route(change, kwargs=row(key), ok=empty)
    return found


OPERATIONS: dict[str, Route] = {}
for _key, _path in PATHS.items():
    OPERATIONS |= _operations(_key, _path)
