"""Duty room, signal log, and their operations."""

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role
from jifang.operations.alarms.models import Activation
from jifang.registry.models import Contact, Site
from tests.access.expect import Route, Scene, roles
from tests.fixtures import AT

VIEW = frozenset(ON_DUTY | AUTHORITY | {Role.UNIT_MANAGER})
SUPERVISOR = roles(Role.DUTY_SUPERVISOR)
# The pass-phrase route refuses (403) whoever does not hold the alarm; the scene's alarm waits.
REFUSED = frozenset({403})
EXPORT = frozenset(AUTHORITY | {Role.UNIT_MANAGER, Role.DUTY_SUPERVISOR})


def build(scene: Scene) -> None:
    site = Site.objects.create(
        code="DUTY-1",
        name="值班",
        organisation=scene.world.unit,
        region=scene.world.station,
        alarm_service=scene.world.centre,
    )
    scene.made["alarm"] = Activation.objects.create(
        site=site, priority_class="burglary", priority=40, opened_at=AT, last_at=AT
    )
    scene.made["callee"] = Contact.objects.create(site=site, name="Li", role="principal", phone="1")


def one(scene: Scene) -> dict[str, int]:
    return {"activation_id": scene.made["alarm"].pk}


def with_contact(scene: Scene) -> dict[str, int]:
    return one(scene) | {"contact_id": scene.made["callee"].pk}


def number(scene: Scene) -> dict[str, int]:
    return {"number": scene.made["alarm"].pk}


def _act(who: frozenset[Role] = ON_DUTY, **data: str) -> Route:
    return Route(who, kwargs=one, method="POST", own=True, data=lambda scene: dict(data))


ROUTES = {
    "duty:page": Route(ON_DUTY),
    "duty:queue": Route(ON_DUTY),
    "duty:next": Route(ON_DUTY, method="POST"),
    "duty:start_shift": Route(ON_DUTY, method="POST"),
    "duty:end_shift": Route(ON_DUTY, method="POST"),
    "duty:console": Route(
        ON_DUTY, method="POST", data=lambda scene: {"sound": "on", "link": "live"}, ok=frozenset({204, 205})
    ),
    "duty:handled": Route(VIEW),
    "duty:supervisor": Route(SUPERVISOR),
    "duty:board": Route(SUPERVISOR),
    "duty:card": Route(VIEW, kwargs=one, own=True),
    "duty:log": Route(VIEW, kwargs=one, own=True),
    "duty:take": _act(),
    "duty:release": _act(),
    "duty:take_over": _act(SUPERVISOR, reason="walk"),
    "duty:note": _act(text="walk"),
    "duty:step": _act(step="police"),
    "duty:close": _act(result="test"),
    "duty:call": Route(
        ON_DUTY, kwargs=with_contact, method="POST", own=True, data=lambda scene: {"outcome": "busy"}
    ),
    "duty:pass_phrase": Route(ON_DUTY, kwargs=with_contact, method="POST", own=True, ok=REFUSED),
    "signals:page": Route(VIEW),
    "signals:detail": Route(VIEW, kwargs=lambda scene: {"signal_id": 1}, ok=frozenset({404})),
    "signals:export": Route(EXPORT, ok=frozenset({200, 403})),
}


def _write(who: frozenset[Role] = ON_DUTY, **body: object) -> Route:
    return Route(
        who, kwargs=number, method="POST", own=True, data=lambda scene: dict(body), ok=frozenset({200, 409})
    )


OPERATIONS = {
    "GET /api/v1/alarms": Route(VIEW),
    "GET /api/v1/alarms/{int:number}": Route(VIEW, kwargs=number, own=True),
    "GET /api/v1/alarms/{int:number}/decisions": Route(VIEW, kwargs=number, own=True),
    "POST /api/v1/alarms/{int:number}/take": _write(),
    "POST /api/v1/alarms/{int:number}/release": _write(reason="walk"),
    "POST /api/v1/alarms/{int:number}/take-over": _write(SUPERVISOR, reason="walk"),
    "POST /api/v1/alarms/{int:number}/notes": _write(text="walk"),
    "POST /api/v1/alarms/{int:number}/steps": _write(step="police"),
    "POST /api/v1/alarms/{int:number}/calls": Route(
        ON_DUTY,
        kwargs=number,
        method="POST",
        own=True,
        data=lambda scene: {"contact_id": scene.made["callee"].pk, "outcome": "busy"},
        ok=frozenset({200, 409}),
    ),
    "POST /api/v1/alarms/{int:number}/close": _write(result="test"),
    "GET /api/v1/signals": Route(VIEW),
}
