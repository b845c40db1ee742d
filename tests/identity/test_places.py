"""Regions and organisations: founded, renamed, moved with their subtree, closed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jifang.identity import queries
from jifang.identity.access import SYSTEM
from jifang.identity.actions import places
from jifang.identity.models import Account, Organisation, Region
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from tests.fixtures import AT, World, actor_of, make_organisation


def test_a_region_takes_level_and_path_from_its_code(people: dict[Role, Account], world: World) -> None:
    by = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    region = places.create_region(code="130103", name="西区", parent=world.city, by=by, at=AT)
    assert region.level == Region.Level.COUNTY
    assert region.path == f"{world.city.path}130103/"


def test_a_region_code_is_checked(people: dict[Role, Account], world: World) -> None:
    by = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    with pytest.raises(BadInputError) as refused:
        places.create_region(code="13", name="x", parent=world.city, by=by, at=AT)
    assert refused.value.field == "code"
    with pytest.raises(BadInputError, match="exists already"):
        places.create_region(code=world.county.code, name="x", parent=world.city, by=by, at=AT)


def test_only_the_installation_has_roots(people: dict[Role, Account]) -> None:
    with pytest.raises(BadInputError):
        places.create_region(
            code="440000", name="x", parent=None, by=actor_of(people[Role.SYSTEM_ADMINISTRATOR]), at=AT
        )


def test_moving_rewrites_the_subtree_in_one_statement(world: World, province: Region) -> None:
    other = places.create_region(code="130103", name="西区", parent=world.city, by=SYSTEM, at=AT)
    with CaptureQueriesContext(connection) as captured:
        moved = places.move(world.station, parent=other, by=SYSTEM, at=AT, reason="new border")
    assert moved == 1
    world.station.refresh_from_db()
    assert world.station.path == f"{other.path}{world.station.code}/"
    assert world.station.parent_id == other.pk
    updates = [query for query in captured if query["sql"].startswith("UPDATE")]
    assert len(updates) == 1


def test_a_moved_organisation_changes_hands(people: dict[Role, Account], world: World) -> None:
    manager = actor_of(people[Role.UNIT_MANAGER])
    assert world.branch in queries.organisations(manager)
    buyer = make_organisation("unit", "收购方", world.station)
    places.move(world.branch, parent=buyer, by=SYSTEM, at=AT, reason="sold")
    assert world.branch not in queries.organisations(actor_of(people[Role.UNIT_MANAGER]))
    assert places.move(world.branch, parent=None, by=SYSTEM, at=AT, reason="on its own") == 1
    assert world.branch.path == f"/{world.branch.pk}/"


def test_nothing_is_hung_below_itself(world: World) -> None:
    with pytest.raises(BadInputError, match="lies below"):
        places.move(world.unit, parent=world.branch, by=SYSTEM, at=AT, reason="x")


def test_closing_goes_from_below(world: World) -> None:
    with pytest.raises(BadInputError, match="open parts"):
        places.close(world.unit, by=SYSTEM, at=AT, reason="bankrupt")
    places.close(world.branch, by=SYSTEM, at=AT, reason="bankrupt")
    places.close(world.unit, by=SYSTEM, at=AT, reason="bankrupt")
    with pytest.raises(BadInputError, match="is closed"):
        places.create_organisation(
            kind=Organisation.Kind.UNIT, name="x", region=world.station, parent=world.unit, by=SYSTEM, at=AT
        )


def test_an_organisation_with_people_is_not_closed(owner: Account, world: World) -> None:
    places.close(world.branch, by=SYSTEM, at=AT, reason="x")
    with pytest.raises(BadInputError, match="sign in"):
        places.close(world.unit, by=SYSTEM, at=AT, reason="x")


def test_a_units_manager_founds_nothing(people: dict[Role, Account], world: World) -> None:
    manager = actor_of(people[Role.UNIT_MANAGER])
    with pytest.raises(PermissionDenied):
        places.create_organisation(kind="unit", name="x", region=world.station, by=manager, at=AT)
    with pytest.raises(PermissionDenied):
        places.rename(world.unit, name="x", by=manager, at=AT)


def test_the_path_begins_and_ends_with_a_slash(world: World) -> None:
    for region in Region.objects.all():
        assert region.path.startswith("/")
        assert region.path.endswith(f"/{region.code}/")
