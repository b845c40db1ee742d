"""The registry over the API: the pages' filters, rights and actions."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.registry.models import Device, Site
from jifang.registry.rights import DEVICE_CHANGE, SITE_CHANGE, SITE_CLASSIFY, STRUCTURE_VIEW
from tests.api.test_base import token
from tests.fixtures import World
from tests.registry.seed import Seeded, plant, site


@pytest.fixture
def home(world: World) -> Seeded:
    return plant(world)


@pytest.fixture
def bearer(people: dict[Role, Account]) -> dict[str, str]:
    scopes = (STRUCTURE_VIEW, SITE_CHANGE, SITE_CLASSIFY, DEVICE_CHANGE, "identity.organisation.view")
    return token(people[Role.AUTHORITY_OFFICER], *scopes, "identity.region.view")


def call(method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
    send = getattr(Client(), method)
    if body is None:
        answer = send(f"/api/v1/registry/{path}", headers=headers)
    else:
        address = f"/api/v1/registry/{path}"
        answer = send(address, body, headers=headers, content_type="application/json")
    return answer.status_code, answer.json()


def test_lists_take_the_filters_of_the_pages(home: Seeded, bearer: dict[str, str], world: World) -> None:
    site(world, "A002", "学校", gd9_item="9.7")
    status, body = call("get", "sites?gd9_item=9.7", bearer)
    assert (status, [row["code"] for row in body["items"]]) == (200, ["A002"])
    assert [row["code"] for row in call("get", "sites?q=东风", bearer)[1]["items"]] == ["A001"]
    status, body = call("get", "sites?gd9_item=nonsense", bearer)
    assert (status, body["errors"][0]["field"]) == (422, "gd9_item")
    first = call("get", "sites?limit=1", bearer)[1]
    second = call("get", f"sites?limit=1&after={first['next']}", bearer)[1]
    assert [first["items"][0]["code"], second["items"][0]["code"]] == ["A001", "A002"]
    assert second["next"] is None


def test_other_cities_do_not_exist(home: Seeded, far_world: World, bearer: dict[str, str]) -> None:
    far = plant(far_world, "B001")
    assert [row["id"] for row in call("get", "sites", bearer)[1]["items"]] == [home.site.pk]
    assert call("get", f"sites/{far.site.pk}", bearer)[0] == 404
    assert call("patch", f"sites/{far.site.pk}", bearer, {"values": {"name": "x"}})[0] == 404
    bulk = {"ids": [home.camera.pk, far.camera.pk], "values": {"vendor": "x"}}
    assert call("post", "devices/bulk", bearer, bulk)[0] == 403
    assert not Device.objects.filter(vendor="x").exists()
    values = {"site_id": far.site.pk, "kind": "camera", "name": "x"}
    assert call("post", "devices", bearer, {"values": values})[0] == 422


def test_an_entry_is_made_changed_and_retired(home: Seeded, bearer: dict[str, str], world: World) -> None:
    values = {
        "code": "N1",
        "name": "新场所",
        "organisation_id": world.unit.pk,
        "region_id": world.station.pk,
    }
    status, made = call("post", "sites", bearer, {"values": values})
    assert (status, made["code"], made["version"]) == (201, "N1", 1), made
    assert made["organisation_id"] == world.unit.pk
    path = f"sites/{made['id']}"
    status, body = call("patch", path, bearer, {"values": {"risk_level": 1}})
    assert (status, body["errors"][0]["field"]) == (422, "reason")
    change = {"values": {"risk_level": 1}, "reason": "评定", "version": 1}
    assert call("patch", path, bearer, change)[1]["risk_level"] == 1
    status, body = call("patch", path, bearer, {**change, "values": {"risk_level": 2}})
    assert (status, body["errors"][0]["field"]) == (422, "version")
    status, body = call("post", f"{path}/steps", bearer, {"act": "retire", "reason": "拆除"})
    assert (status, body["status"]) == (200, "retired")
    assert Site.objects.get(code="N1").retired_on == timezone.localdate()


def test_bulk_changes_and_bad_values_name_their_field(home: Seeded, bearer: dict[str, str]) -> None:
    bulk = {"ids": [home.camera.pk, home.panel.pk], "values": {"vendor": "海天"}}
    assert call("post", "devices/bulk", bearer, bulk) == (200, {"changed": 2})
    values = {"site_id": home.site.pk, "kind": "camera", "name": "x", "gb28181_id": "1234"}
    status, body = call("post", "devices", bearer, {"values": {**values, "gb28181_edition": "2022"}})
    assert status == 422
    assert body["errors"]


def test_pass_phrases_never_leave(home: Seeded, people: dict[Role, Account]) -> None:
    headers = token(people[Role.AUTHORITY_OFFICER], "registry.contact.view")
    status, body = call("get", "contacts", headers)
    assert (status, body["items"][0]["name"]) == (200, "王伟")
    assert "pass_phrase" not in body["items"][0]
