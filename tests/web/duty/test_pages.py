"""The duty room in the browser, without one: what each page shows and lets happen, to whom, in how many
queries.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from jifang.identity.models import Account, LedgerEntry
from jifang.identity.roles import Role
from jifang.operations.alarms import actions, queries
from jifang.operations.alarms.models import Activation, Shift
from jifang.operations.alarms.rights import ACTIVATION_HANDLE
from jifang.registry import phrases
from jifang.registry.models import Contact, Site
from jifang.web.duty.pages import site_panel
from tests.fixtures import World, actor_of, make_account, sign_in
from tests.operations.alarms.conftest import T0, make_alarm, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(world: World) -> Account:
    return make_account("operator", Role.DUTY_OPERATOR, world.centre)


@pytest.fixture
def client(operator: Account) -> Client:
    return sign_in(operator)


def html(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_queue_shows_the_most_urgent_first_and_only_what_is_within_reach(
    client: Client, site: Site, other_site: Site, far_site: Site
) -> None:
    technical = make_alarm(site, "technical")
    hold_up = make_alarm(other_site, "hold_up")
    far = make_alarm(far_site, "burglary")
    page = html(client.get("/duty/"))
    assert page.index(f'id="alarm-{hold_up.pk}"') < page.index(f'id="alarm-{technical.pk}"')
    assert f'id="alarm-{far.pk}"' not in page
    assert other_site.name in page


def test_an_empty_queue_says_what_will_happen(client: Client) -> None:
    with translation.override("en"):
        page = html(client.get("/duty/", headers={"accept-language": "en"}))
    assert "Nothing is waiting" in page


def test_the_page_costs_the_same_however_long_the_queue(client: Client, world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/duty/")
        return len(captured)

    make_alarm(make_site("X-1", world))
    client.get("/duty/")
    few = cost()
    for number in range(2, 30):
        make_alarm(make_site(f"X-{number}", world))
    assert cost() == few


def test_taking_the_next_shows_its_card_and_its_address(
    client: Client, site: Site, operator: Account
) -> None:
    alarm = make_alarm(site, "burglary")
    response = client.post("/duty/next/", headers={"hx-request": "true"})
    assert response["HX-Push-Url"] == f"/duty/{alarm.pk}/"
    alarm.refresh_from_db()
    assert alarm.owner_id == operator.pk
    assert f"/duty/{alarm.pk}/close/" in html(response)


def test_who_comes_second_reads_who_was_first(client: Client, site: Site, world: World) -> None:
    alarm = make_alarm(site)
    first = make_account("first_hand", Role.DUTY_OPERATOR, world.centre)
    actions.take(alarm, by=actor_of(first), at=T0)
    card = html(client.post(f"/duty/{alarm.pk}/take/", headers={"hx-request": "true"}))
    assert first.name in card
    assert f"/duty/{alarm.pk}/close/" not in card


def test_the_card_offers_no_act_the_lifecycle_has_not(client: Client, site: Site, operator: Account) -> None:
    alarm = make_alarm(site)
    card = html(client.get(f"/duty/{alarm.pk}/", headers={"hx-request": "true"}))
    assert f"/duty/{alarm.pk}/take/" in card
    assert f"/duty/{alarm.pk}/close/" not in card
    actions.take(alarm, by=actor_of(operator), at=T0)
    card = html(client.get(f"/duty/{alarm.pk}/", headers={"hx-request": "true"}))
    assert f"/duty/{alarm.pk}/take/" not in card
    for act in ("close", "note", "step", "release"):
        assert f"/duty/{alarm.pk}/{act}/" in card
    assert f"/duty/{alarm.pk}/take-over/" not in card


def test_an_alarm_is_handled_to_its_end_through_the_pages(
    client: Client, site: Site, operator: Account
) -> None:
    alarm = make_alarm(site, "burglary", zone=3, zones=[3])
    contact = Contact.objects.create(site=site, name="Wang", role="key_holder", phone="0311 1234")
    hx = {"hx-request": "true"}
    base = f"/duty/{alarm.pk}"
    client.post(f"{base}/take/", headers=hx)
    assert "0311 1234" in html(client.post(f"{base}/step/", {"step": "police"}, headers=hx))
    assert "Wang" in html(client.post(f"{base}/call/{contact.pk}/", {"outcome": "no_answer"}, headers=hx))
    client.post(f"{base}/note/", {"text": "window broken", "key": "k-note"}, headers=hx)
    assert "window broken" in html(
        client.post(f"{base}/note/", {"text": "window broken", "key": "k-note"}, headers=hx)
    )
    refused = html(client.post(f"{base}/close/", {"result": "real"}, headers=hx))
    assert 'role="alert"' in refused
    closed = html(client.post(f"{base}/close/", {"result": "real", "text": "police on site"}, headers=hx))
    assert "police on site" in closed
    alarm.refresh_from_db()
    assert (alarm.state, alarm.result, alarm.closed_by_id) == ("closed", "real", operator.pk)
    acts = list(queries.decisions_of(alarm).values_list("act", flat=True))
    assert acts == ["take", "step", "contact", "note", "close"]
    assert site.name in html(client.get("/duty/handled/"))


def test_a_pass_phrase_is_not_on_the_card_and_showing_it_is_on_the_ledger(
    client: Client, site: Site, operator: Account
) -> None:
    alarm = make_alarm(site)
    contact = Contact.objects.create(site=site, name="Li", role="principal", phone="1")
    Contact.objects.filter(pk=contact.pk).update(pass_phrase=phrases.seal(contact, "blue heron"))
    actions.take(alarm, by=actor_of(operator), at=T0)
    assert "blue heron" not in html(client.get(f"/duty/{alarm.pk}/"))
    assert not LedgerEntry.objects.filter(kind="alarms.activation.look").exists()
    shown = client.post(f"/duty/{alarm.pk}/pass-phrase/{contact.pk}/", headers={"hx-request": "true"})
    assert "blue heron" in html(shown)
    assert shown["Cache-Control"] == "no-store"
    assert LedgerEntry.objects.filter(kind="alarms.activation.look").count() == 1


def test_a_stranger_finds_no_alarm_and_no_contact(
    site: Site, far_people: dict[Role, Account], client: Client
) -> None:
    alarm = make_alarm(site)
    contact = Contact.objects.create(site=site, name="Li", role="principal", phone="1")
    far = sign_in(far_people[Role.SERVICE_OPERATOR])
    assert far.get(f"/duty/{alarm.pk}/").status_code == 404
    for act in (
        "take",
        "release",
        "note",
        "step",
        "close",
        f"call/{contact.pk}",
        f"pass-phrase/{contact.pk}",
    ):
        assert far.post(f"/duty/{alarm.pk}/{act}/").status_code == 404
    assert client.post(f"/duty/{alarm.pk}/take-over/").status_code == 404  # no supervisor


def test_a_dead_browser_leaves_a_lock_that_the_supervisor_sees_and_takes_over(
    site: Site, operator: Account, client: Client, world: World
) -> None:
    alarm = make_alarm(site)
    client.post("/duty/shift/start/", {"console": "desk 2"})
    client.post(f"/duty/{alarm.pk}/take/", headers={"hx-request": "true"})
    Shift.objects.update(seen_at=T0)  # the browser died long ago and says nothing any more
    supervisor = make_account("supervisor", Role.DUTY_SUPERVISOR, world.centre)
    chief = sign_in(supervisor)
    board = html(chief.get("/duty/supervisor/board/"))
    assert "desk 2" in board
    assert board.count('class="problem"') == 2  # the console, and the alarm it holds
    card = html(chief.get(f"/duty/{alarm.pk}/"))
    assert f"/duty/{alarm.pk}/take-over/" in card
    chief.post(f"/duty/{alarm.pk}/take-over/", {"reason": "console died"}, headers={"hx-request": "true"})
    alarm.refresh_from_db()
    assert alarm.owner_id == supervisor.pk


@pytest.mark.parametrize(
    ("sound", "link", "trouble"),
    [("on", "live", 0), ("muted", "live", 0), ("blocked", "live", 1), ("on", "lost", 1), ("on", "stale", 1)],
)
def test_a_console_that_cannot_be_heard_or_reached_is_red_at_the_supervisors(
    client: Client, world: World, sound: str, link: str, trouble: int
) -> None:
    client.post("/duty/shift/start/", {"console": "desk 2"})
    assert client.post("/duty/console/", {"sound": sound, "link": link}).status_code == 204
    board = html(sign_in(make_account("chief", Role.DUTY_SUPERVISOR, world.centre)).get("/duty/supervisor/"))
    assert board.count('class="problem"') == trouble


def test_a_console_says_nothing_we_do_not_know(client: Client) -> None:
    assert client.post("/duty/console/", {"sound": "loud", "link": "live"}).status_code == 422


def test_unregistered_accounts_are_seen_by_a_centre_and_not_by_a_units_own_desk(
    world: World, people: dict[Role, Account], far_world: World
) -> None:
    alarm = make_alarm(None, "burglary", account="77AB", listener=1)
    seen = {
        role: queries.for_actor(actor_of(people[role]), ACTIVATION_HANDLE).filter(pk=alarm.pk).exists()
        for role in (Role.SERVICE_OPERATOR, Role.DUTY_SUPERVISOR, Role.DUTY_OPERATOR)
    }
    assert seen == {Role.SERVICE_OPERATOR: True, Role.DUTY_SUPERVISOR: True, Role.DUTY_OPERATOR: False}


def test_what_push_filters_in_memory_is_what_the_queries_let_through(
    world: World,
    far_world: World,
    site: Site,
    far_site: Site,
    people: dict[Role, Account],
    far_people: dict[Role, Account],
) -> None:
    make_alarm(site)
    make_alarm(far_site)
    make_alarm(None, "technical", fault="disk_low:var")
    make_alarm(None, "burglary", account="77AB", listener=1)
    rows = queries.queue_rows("WHERE true")
    for account in (*people.values(), *far_people.values()):
        actor = actor_of(account)
        reach = queries.reach_of(actor, ACTIVATION_HANDLE)
        by_memory = {row.id for row in rows if reach.holds(row)}
        by_query = set(queries.for_actor(actor, ACTIVATION_HANDLE).values_list("pk", flat=True))
        assert by_memory == by_query, account.username


def test_a_sites_page_shows_its_open_alarms(
    client: Client, site: Site, client_of: Callable[[Account], Client], people: dict[Role, Account]
) -> None:
    alarm = make_alarm(site, "hold_up")

    class Request:
        actor = actor_of(people[Role.AUTHORITY_OFFICER])

    panel = site_panel(Request(), site)  # type: ignore[arg-type]
    assert panel is not None
    assert [shown.row.id for shown in panel["alarms"]] == [alarm.pk]
    assert Activation.objects.count() == 1
