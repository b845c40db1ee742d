"""A room exists for those who may open one of its pages, and for nobody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from jifang.identity.access import Actor
from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.web import navigation
from jifang.web.navigation import Bell, Page
from tests.fixtures import World, actor_of, make_account

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]


def rooms(actor: Actor, path: str = "/") -> dict[str, navigation.ShownRoom]:
    return {room.key: room for room in navigation.rooms_for(actor, path)}


def test_a_room_is_shown_only_to_who_may_open_a_page_of_it(people: dict[Role, Account]) -> None:
    assert "map" in rooms(actor_of(people[Role.AUTHORITY_OFFICER]))
    assert "map" not in rooms(actor_of(people[Role.AUDITOR]))


def test_the_style_guide_is_for_administrators(people: dict[Role, Account], client_of: ClientOf) -> None:
    assert client_of(people[Role.SYSTEM_ADMINISTRATOR]).get("/system/style/").status_code == 200
    assert client_of(people[Role.AUTHORITY_HEAD]).get("/system/style/").status_code == 404


def test_there_are_at_most_nine_rooms_and_rooms_without_pages_are_not_shown() -> None:
    assert len(navigation.ROOMS) == 9
    everything = Actor(name="x", account_id=1, system=True)
    registered = {page.room for page in navigation._pages.values()}
    assert set(rooms(everything)) == registered


def test_somebody_without_a_role_has_no_rooms_and_is_told_whom_to_ask(
    world: World, client_of: ClientOf
) -> None:
    nobody = make_account("nobody", None, world.unit)
    assert rooms(actor_of(nobody)) == {}
    answer = client_of(nobody).get("/")
    assert answer.status_code == 200
    assert 'data-kind="no-right"' in answer.content.decode()


def test_the_start_page_leads_to_the_first_room(people: dict[Role, Account], client_of: ClientOf) -> None:
    officer = people[Role.AUTHORITY_OFFICER]
    first = navigation.rooms_for(actor_of(officer), "/")[0]
    answer = client_of(officer).get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == first.url


def test_nobody_signed_in_is_led_to_the_sign_in_page(people: dict[Role, Account]) -> None:
    answer = Client().get("/map/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


def test_the_longest_address_is_the_current_page(monkeypatch: pytest.MonkeyPatch) -> None:
    actor = Actor(name="x", account_id=1, system=True)
    monkeypatch.setattr(navigation, "_pages", {})
    navigation.register(Page("system", "short", "short", "help:index", order=1))
    navigation.register(Page("system", "long", "long", "help:chapter", order=2, kwargs={"slug": "duty"}))
    (room,) = navigation.rooms_for(actor, "/help/duty/")
    assert [page.current for page in room.pages] == [False, True]
    (room,) = navigation.rooms_for(actor, "/help/map/")
    assert [page.current for page in room.pages] == [True, False]
    (room,) = navigation.rooms_for(actor, "/duty/")
    assert not room.current


def test_a_page_registered_twice_with_another_meaning_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_pages", {})
    page = Page("system", "x", "x", "help:index")
    navigation.register(page)
    navigation.register(page)
    with pytest.raises(ValueError, match="registered twice"):
        navigation.register(Page("system", "x", "x", "map:page"))
    with pytest.raises(ValueError, match="names the room 'kitchen'"):
        navigation.register(Page("kitchen", "y", "y", "help:index"))


def test_a_bell_rings_for_whom_its_area_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_bells", {})
    navigation.register_bell(
        "a", lambda actor: Bell(3, "three wait", "/") if actor.name == "on duty" else None
    )
    assert [bell.count for bell in navigation.bells_for(Actor(name="on duty", account_id=1))] == [3]
    assert navigation.bells_for(Actor(name="off duty", account_id=1)) == ()
    assert navigation.bells_for(Actor(name="on duty")) == ()
