"""Who sees what: a region, a unit, an alarm centre, a contractor, and nobody else's anything."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.registry.models import Contact, Device, Point, SecuritySystem, Site
from jifang.registry.queries import for_actor, may_export
from jifang.registry.rights import CONTACT_VIEW, HISTORY_VIEW, POINT_CHANGE, SITE_CHANGE, STRUCTURE_VIEW
from tests.fixtures import World, actor_of, make_account
from tests.registry.seed import Seeded, plant


@pytest.fixture
def home(world: World) -> Seeded:
    return plant(world)


@pytest.fixture
def far(far_world: World) -> Seeded:
    return plant(far_world, "B001")


SEES_SITE = {
    Role.SYSTEM_ADMINISTRATOR, Role.AUTHORITY_OFFICER, Role.AUTHORITY_REVIEWER, Role.AUTHORITY_HEAD,
    Role.UNIT_MANAGER, Role.DUTY_OPERATOR, Role.DUTY_SUPERVISOR, Role.CONTRACTOR, Role.SERVICE_OPERATOR,
}  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_its_own_city_only(
    role: Role, home: Seeded, far: Seeded, people: dict[Role, Account]
) -> None:
    seen = set(for_actor(Site, actor_of(people[role]), STRUCTURE_VIEW))
    assert seen == ({home.site} if role in SEES_SITE else set())


def test_a_contractor_sees_its_systems_and_what_belongs_to_them(
    home: Seeded, far: Seeded, people: dict[Role, Account]
) -> None:
    actor = actor_of(people[Role.CONTRACTOR])
    assert set(for_actor(SecuritySystem, actor, STRUCTURE_VIEW)) == {home.system}
    assert set(for_actor(Device, actor, STRUCTURE_VIEW)) == {home.panel}
    assert set(for_actor(Point, actor, POINT_CHANGE)) == {home.zone}
    assert not for_actor(Contact, actor, CONTACT_VIEW).exists()


def test_an_auditor_reads_history_and_no_rows(home: Seeded, people: dict[Role, Account]) -> None:
    actor = actor_of(people[Role.AUDITOR])
    assert not for_actor(Site, actor, STRUCTURE_VIEW).exists()
    assert set(for_actor(Site, actor, HISTORY_VIEW)) == {home.site}


def test_a_unit_manager_may_not_change_the_site(home: Seeded, owner: Account, stranger: Account) -> None:
    assert set(for_actor(Site, actor_of(owner), STRUCTURE_VIEW)) == {home.site}
    assert not for_actor(Site, actor_of(owner), SITE_CHANGE).exists()
    assert not for_actor(Site, actor_of(stranger), STRUCTURE_VIEW).exists()


def test_a_county_officer_does_not_see_the_neighbouring_county(world: World, home: Seeded) -> None:
    officer = make_account("county", Role.AUTHORITY_OFFICER, world.authority, region=world.county)
    Site.objects.filter(pk=home.site.pk).update(region=world.city)
    assert not for_actor(Site, actor_of(officer), STRUCTURE_VIEW).exists()


def test_reach_is_compiled_once_a_request(home: Seeded, people: dict[Role, Account]) -> None:
    actor = actor_of(people[Role.AUTHORITY_OFFICER])
    list(for_actor(Site, actor, STRUCTURE_VIEW))
    with CaptureQueriesContext(connection) as captured:
        list(for_actor(Point, actor, STRUCTURE_VIEW))
        list(for_actor(Device, actor, STRUCTURE_VIEW))
    assert len(captured) == 2


def test_export_needs_a_grant_that_says_so_and_a_second_factor(world: World, owner: Account) -> None:
    exporter = make_account("exporter", Role.UNIT_MANAGER, world.unit, may_export=True)
    assert may_export(actor_of(exporter))
    assert not may_export(actor_of(exporter, second_factor=False))
    assert not may_export(actor_of(owner))
