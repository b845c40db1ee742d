"""Language, appearance and the region shown: kept, and never a way to somewhere else."""

from collections.abc import Callable

import pytest
from django.test import Client

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.registry.models import Site
from jifang.web.scope import Scope
from tests.fixtures import World, make_account, make_region

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


def test_chinese_is_the_default_and_english_a_choice(owner: Account) -> None:
    client = Client()
    page = client.get("/help/")
    assert 'lang="zh-CN"' in page.content.decode()
    assert "使用指南" in page.content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    page = client.get("/help/")
    assert 'lang="en"' in page.content.decode()
    assert "使用指南" not in page.content.decode()


def test_the_theme_is_kept_and_nonsense_is_not(owner: Account) -> None:
    client = Client()
    assert 'data-theme="auto"' in client.get("/help/").content.decode()
    client.post("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/help/").content.decode()
    assert client.post("/theme/", {"theme": "pink"}).status_code == 404
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/help/").content.decode()
    assert client.post("/language/", {"language": "xx"}).status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_one_is_never_sent_to_another_host(elsewhere: str, owner: Account) -> None:
    answer = Client().post("/theme/", {"theme": "dark", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_choices_are_posts(owner: Account) -> None:
    assert Client().get("/theme/").status_code == 405
    assert Client().get("/language/").status_code == 405


def test_only_regions_of_the_own_grants_are_offered(
    people: dict[Role, Account], far_world: World, world: World, client_of: ClientOf
) -> None:
    client = client_of(people[Role.AUTHORITY_OFFICER])
    offered = client.get("/scope/").content.decode()
    assert world.county.name in offered
    assert far_world.city.name not in offered
    assert client.post("/scope/", {"region": far_world.county.code}).status_code == 404
    assert client.post("/scope/", {"region": "'; drop"}).status_code == 404
    assert "scope_region" not in client.session


def test_the_chosen_region_narrows_what_is_shown_and_goes_away_again(
    people: dict[Role, Account], world: World, client_of: ClientOf
) -> None:
    west = make_region("130103", "本地西区", "county", world.city)
    Site.objects.create(
        code="E-1", name="东区站点", organisation=world.unit, region=world.county, lon=114.5, lat=38.0
    )
    Site.objects.create(
        code="W-1", name="西区站点", organisation=world.unit, region=west, lon=114.4, lat=38.0
    )
    client = client_of(people[Role.AUTHORITY_OFFICER])
    window = {"bbox": "113,37,116,39", "zoom": "9"}
    assert client.get("/map/sites.json", window).json()["total"] == 2
    client.post("/scope/", {"region": west.code, "next": "/map/"})
    assert [row["name"] for row in client.get("/map/sites.json", window).json()["listed"]] == ["西区站点"]
    client.post("/scope/", {"region": ""})
    assert client.get("/map/sites.json", window).json()["total"] == 2


def test_who_holds_no_region_is_offered_none(owner: Account, client_of: ClientOf) -> None:
    assert '<button name="region"' in client_of(owner).get("/scope/").content.decode()
    assert client_of(owner).get("/scope/").content.decode().count('name="region"') == 1


def test_a_scope_restricts_by_path_and_not_by_likeness(world: World) -> None:
    assert Scope(1, "/13/", "x").restrict(Site.objects.all()).query.where is not None
    make_account("somebody", None, world.unit)
    scope = Scope(world.county.pk, world.county.path, world.county.name)
    Site.objects.create(code="E-1", name="东区站点", organisation=world.unit, region=world.station)
    assert scope.restrict(Site.objects.all()).count() == 1
    other = Scope(0, world.county.path[:-2] + "9/", "")
    assert other.restrict(Site.objects.all()).count() == 0
