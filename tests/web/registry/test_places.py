"""Organisations and regions through their forms: made, renamed, moved with what hangs below, closed."""

import pytest
from django.test import Client

from jifang.identity.models import Account, Organisation, Region
from jifang.identity.roles import Role
from tests.fixtures import World, make_organisation, sign_in


@pytest.fixture
def officer(world: World, people: dict[Role, Account]) -> Client:
    return sign_in(people[Role.AUTHORITY_OFFICER])


@pytest.fixture
def administrator(world: World, people: dict[Role, Account]) -> Client:
    return sign_in(people[Role.SYSTEM_ADMINISTRATOR])


def organisation(**values: str) -> dict[str, str]:
    return {"name": "新单位", "name_en": "", "uscc": "", "parent": "", "address": "", "phone": "", **values}


def test_an_officer_enters_an_organisation_of_his_city(officer: Client, world: World) -> None:
    values = organisation(kind="unit", region=world.county.code, phone="0000")
    answer = officer.post("/registry/organisation/add/", values)
    assert answer.status_code == 302, answer.content[:2000]
    made = Organisation.objects.get(name="新单位")
    assert (made.region, made.parent, made.path) == (world.county, None, f"/{made.pk}/")


def test_a_region_that_is_not_his_is_refused_beside_its_field(officer: Client, far_world: World) -> None:
    values = organisation(kind="unit", region=far_world.county.code)
    answer = officer.post("/registry/organisation/add/", values)
    assert answer.status_code == 422
    assert "region" in answer.context["form"].errors
    assert not Organisation.objects.filter(name="新单位").exists()


def test_a_wrong_credit_code_is_refused_beside_its_field(officer: Client, world: World) -> None:
    values = organisation(kind="unit", region=world.county.code, uscc="91350100M000100Y44")
    answer = officer.post("/registry/organisation/add/", values)
    assert answer.status_code == 422
    assert "uscc" in answer.context["form"].errors


def test_another_parent_moves_the_subtree(officer: Client, world: World) -> None:
    head = make_organisation("unit", "总部", world.county)
    unit = make_organisation("unit", "分部", world.county)
    below = make_organisation("unit", "网点", world.county, unit)
    values = organisation(name="分部", parent=f"总部 #{head.pk}")
    without = officer.post(f"/registry/organisation/{unit.pk}/edit/", values)
    assert without.status_code == 422
    answer = officer.post(f"/registry/organisation/{unit.pk}/edit/", {**values, "reason": "合并"})
    assert answer.status_code == 302, answer.content[:2000]
    below.refresh_from_db()
    assert below.path == f"/{head.pk}/{unit.pk}/{below.pk}/"


def test_what_still_has_people_is_not_closed(officer: Client, world: World, owner: Account) -> None:
    address = f"/registry/organisation/{world.unit.pk}/act/close/"
    officer.post(address, {"reason": "停业"})
    world.unit.refresh_from_db()
    assert world.unit.closed_at is None
    empty = make_organisation("unit", "空壳", world.county)
    officer.post(f"/registry/organisation/{empty.pk}/act/close/", {"reason": "停业"})
    empty.refresh_from_db()
    assert empty.closed_at is not None


def test_an_administrator_adds_a_police_station_area(administrator: Client, world: World) -> None:
    code = world.county.code + "009000"
    values = {"code": code, "name": "新所", "name_en": "", "parent": world.county.code}
    answer = administrator.post("/registry/region/add/", values)
    assert answer.status_code == 302, answer.content[:2000]
    assert Region.objects.get(code=code).path == f"{world.county.path}{code}/"


def test_a_manager_changes_neither(owner: Account, world: World) -> None:
    client = sign_in(owner)
    for address in ("/registry/organisation/add/", "/registry/region/add/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/registry/organisation/{world.unit.pk}/edit/").status_code == 404
