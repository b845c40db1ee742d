"""Accounts, listeners and refusals."""

from django.db import connection

from jifang.identity.roles import AUTHORITY, ON_DUTY, Role
from jifang.operations.alarms.models import AccountPath, AlarmAccount, Listener
from jifang.registry.models import Site
from tests.access.expect import Route, Scene, roles
from tests.fixtures import AT

VIEW = frozenset(ON_DUTY | AUTHORITY | {Role.UNIT_MANAGER, Role.CONTRACTOR})
EDIT = roles(Role.SERVICE_OPERATOR, Role.DUTY_SUPERVISOR)
REFUSALS = roles(Role.SERVICE_OPERATOR, Role.DUTY_SUPERVISOR, Role.DUTY_OPERATOR, Role.SYSTEM_ADMINISTRATOR)
LISTENERS = roles(Role.SERVICE_OPERATOR, Role.DUTY_SUPERVISOR, Role.SYSTEM_ADMINISTRATOR)
ADMIN = roles(Role.SYSTEM_ADMINISTRATOR)
# No contractor looks after a system of the scene's site.
VIEW_AT_HOME = VIEW - {Role.CONTRACTOR}


def build(scene: Scene) -> None:
    site = Site.objects.create(
        code="RECEIVE-1",
        name="接收",
        organisation=scene.world.unit,
        region=scene.world.station,
        alarm_service=scene.world.centre,
    )
    listener = Listener.objects.create(number=7, name="DC-09")
    account = AlarmAccount.objects.create(number="7777", site=site, created_at=AT)
    scene.made["listener"] = listener
    scene.made["account"] = account
    scene.made["path"] = AccountPath.objects.create(account=account, listener=listener, interval_seconds=60)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alarm_refusal (received_at, connection, account_id, listener, peer, account, reason,"
            " detail, reply, raw)"
            " VALUES (now(), 1, %s, 7, '192.0.2.1:9', '7777', 'wrong_key', '', '', '\\x0a') RETURNING id",
            [account.pk],
        )
        row = cursor.fetchone()
    assert row is not None
    scene.made["refusal"] = row[0]


def one(scene: Scene) -> dict[str, int]:
    return {"pk": scene.made["account"].pk}


def path(scene: Scene) -> dict[str, int]:
    return one(scene) | {"path_id": scene.made["path"].pk}


ROUTES = {
    "receiving:refusals": Route(REFUSALS),
    "receiving:refusal": Route(
        REFUSALS, kwargs=lambda scene: {"refusal_id": scene.made["refusal"]}, own=True
    ),
    "receiving:accounts": Route(VIEW),
    "receiving:account": Route(VIEW, kwargs=one, own=True, roles_at_home=VIEW_AT_HOME),
    "receiving:unregistered": Route(VIEW),
    "receiving:new": Route(EDIT),
    "receiving:edit": Route(EDIT, kwargs=one, own=True),
    "receiving:key": Route(EDIT, kwargs=one, own=True),
    "receiving:clear": Route(EDIT, kwargs=one, own=True),
    "receiving:path_new": Route(EDIT, kwargs=one, own=True),
    "receiving:path": Route(EDIT, kwargs=path, own=True),
    "receiving:path_delete": Route(EDIT, kwargs=path, own=True, method="POST"),
    "receiving:listeners": Route(LISTENERS),
    "receiving:listener_key": Route(ADMIN, kwargs=lambda scene: {"number": scene.made["listener"].pk}),
}
