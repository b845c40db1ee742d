"""People, grants, envelope, audit; regions, organisations and people in the API."""

import pghistory.models

from jifang.identity import ledger
from jifang.identity.audit import acting
from jifang.identity.models import ApiToken
from jifang.identity.roles import Role
from tests.access.expect import PUBLIC, Route, Scene, roles
from tests.fixtures import AT, actor_of, make_account

SEES_PEOPLE = roles(Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER, Role.AUDITOR)
MANAGES = roles(Role.SYSTEM_ADMINISTRATOR, Role.UNIT_MANAGER)
ADMINISTERS = roles(Role.SYSTEM_ADMINISTRATOR)
AUDITS = roles(Role.AUDITOR)
WORKS = frozenset(Role) - AUDITS


def build(scene: Scene) -> None:
    person = make_account("somebody", Role.DUTY_OPERATOR, scene.world.unit)
    scene.made["person"] = person
    scene.made["grant"] = person.grants.get()
    scene.made["person_token"] = ApiToken.objects.create(
        account=person,
        name="made",
        prefix="jf_def",
        digest="1" * 64,
        scopes=["identity.region.view"],
        created_at=AT,
        ends_at=AT.replace(year=2050),
    )
    with acting(by=actor_of(person), at=AT, reason="for the walk"):
        scene.made["entry"] = ledger.append("test.walk", {}, by=actor_of(person), at=AT)
        person.name = "Somebody Else"
        person.save()
    scene.made["act"] = (
        pghistory.models.Context.objects.filter(metadata__account=person.pk)
        .values_list("pk", flat=True)
        .get()
    )


def person(scene: Scene) -> dict[str, int]:
    return {"pk": scene.made["person"].pk}


def managed(who: frozenset[Role] = MANAGES, method: str = "GET") -> Route:
    return Route(who, kwargs=person, own=True, method=method)


ROUTES = {
    "people:accounts": Route(SEES_PEOPLE),
    "people:new": Route(MANAGES),
    "people:account": managed(SEES_PEOPLE),
    "people:edit": managed(),
    "people:link": managed(),
    "people:reset_second_factor": managed(),
    "people:close": managed(),
    "people:grant": managed(),
    "people:grants": Route(SEES_PEOPLE),
    "people:end_grant": Route(MANAGES, kwargs=lambda scene: {"pk": scene.made["grant"].pk}, own=True),
    "people:revoke_token": Route(
        MANAGES, kwargs=lambda scene: {"pk": scene.made["person_token"].pk}, own=True, method="POST"
    ),
    "people:roles": Route(SEES_PEOPLE),
    "people:envelope": Route(ADMINISTERS),
    "people:seal_envelope": Route(ADMINISTERS, method="POST"),
    "people:door": Route(AUDITS),
    "people:acts": Route(AUDITS),
    "people:act": Route(AUDITS, kwargs=lambda scene: {"pk": scene.made["act"]}, own=True),
    "people:ledger": Route(AUDITS),
    "people:ledger_entry": Route(AUDITS, kwargs=lambda scene: {"pk": scene.made["entry"].pk}, own=True),
    # An auditor of one city does not reach the whole installation, and may not export.
    "people:ledger_bundle": Route(AUDITS, query="?first=0&end=1", ok=frozenset({404})),
    "people:ledger_checkpoint": Route(AUDITS, ok=frozenset({404})),
    "api_reference": Route(PUBLIC),
}

OPERATIONS = {
    "GET /api/v1/regions": Route(WORKS),
    "GET /api/v1/regions/{code}": Route(
        WORKS,
        kwargs=lambda scene: {"code": scene.world.station.code},
        own=True,
        roles_at_home=WORKS - roles(Role.DUTY_SUPERVISOR, Role.CONTRACTOR, Role.SERVICE_OPERATOR),
    ),
    "GET /api/v1/organisations": Route(WORKS),
    "GET /api/v1/organisations/{int:pk}": Route(
        WORKS,
        kwargs=lambda scene: {"pk": scene.world.unit.pk},
        own=True,
        roles_at_home=WORKS - roles(Role.DUTY_SUPERVISOR, Role.CONTRACTOR, Role.SERVICE_OPERATOR),
    ),
    "GET /api/v1/accounts": Route(SEES_PEOPLE),
    "GET /api/v1/accounts/{int:pk}": Route(SEES_PEOPLE, kwargs=person, own=True),
}
