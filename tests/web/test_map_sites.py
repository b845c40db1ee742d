"""The map shows what one may see, the worst on top, and never takes silence for peace."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.operations.alarms.models import AccountPath, Activation, AlarmAccount, Listener
from jifang.registry.models import Site
from jifang.web.map.picture import Window
from tests.fixtures import AT, World

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
WINDOW = {"bbox": "114,37,115,39", "zoom": "9"}
CLOSE = {"bbox": "114.49,37.99,114.51,38.01", "zoom": "17"}


def make_site(world: World, number: int, *, lon: float = 114.5, lat: float = 38.0, **fields: object) -> Site:
    return Site.objects.create(
        code=f"S-{number}",
        name=f"站点{number}",
        organisation=world.unit,
        region=world.station,
        lon=lon,
        lat=lat,
        **fields,
    )


def make_alarm(site: Site, priority_class: str, priority: int) -> Activation:
    return Activation.objects.create(
        site=site, priority_class=priority_class, priority=priority, opened_at=AT, last_at=AT, signal_count=1
    )


def make_panel(site: Site, state: str) -> None:
    listener, _ = Listener.objects.get_or_create(number=1, defaults={"name": "main"})
    account = AlarmAccount.objects.create(number=f"{site.pk:04d}", site=site, created_at=AT)
    path = AccountPath.objects.create(account=account, listener=listener, interval_seconds=60)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO alarm_path_state (path_id, state, since, last_seen_at, peer)"
            " VALUES (%s, %s, %s, %s, '')"
            " ON CONFLICT (path_id) DO UPDATE SET state = excluded.state",
            [path.pk, state, AT, AT],
        )


def marks(client: Client, **query: str) -> list[dict[str, object]]:
    answer = client.get("/map/sites.json", {**WINDOW, **query})
    assert answer.status_code == 200
    return [feature["properties"] for feature in answer.json()["marks"]["features"]]


@pytest.fixture
def officer(people: dict[Role, Account], client_of: ClientOf) -> Client:
    return client_of(people[Role.AUTHORITY_OFFICER])


def test_silence_is_unknown_and_only_a_line_in_order_is_quiet(world: World, officer: Client) -> None:
    make_panel(make_site(world, 1, lon=114.1), "ok")
    make_panel(make_site(world, 2, lon=114.4), "failed")
    make_site(world, 3, lon=114.7)
    states = {mark["name"]: mark["state"] for mark in marks(officer)}
    assert states == {"站点1": "quiet", "站点2": "unknown", "站点3": "unknown"}


def test_an_inactive_panel_says_nothing(world: World, officer: Client) -> None:
    make_panel(make_site(world, 1), "ok")
    AlarmAccount.objects.update(is_active=False)
    assert [mark["state"] for mark in marks(officer)] == ["unknown"]


def test_a_cluster_shows_its_worst_and_counts_all(world: World, officer: Client) -> None:
    for number in range(1, 6):
        make_panel(make_site(world, number, lon=114.5 + number * 1e-5), "ok")
    make_alarm(Site.objects.get(code="S-2"), "technical", 70)
    make_alarm(Site.objects.get(code="S-4"), "hold_up", 20)
    (cluster,) = marks(officer)
    assert (cluster["count"], cluster["state"], cluster["id"]) == (5, "hold_up", None)


def test_classes_of_the_same_priority_are_told_apart(world: World, officer: Client) -> None:
    make_alarm(make_site(world, 1, lon=114.2), "burglary", 40)
    make_alarm(make_site(world, 2, lon=114.8), "tamper", 40)
    assert {mark["name"]: mark["state"] for mark in marks(officer)} == {
        "站点1": "burglary",
        "站点2": "tamper",
    }


def test_a_closed_alarm_is_over(world: World, officer: Client, colleague: Account) -> None:
    alarm = make_alarm(make_site(world, 1), "burglary", 40)
    make_panel(alarm.site, "ok")  # type: ignore[arg-type]
    Activation.objects.filter(pk=alarm.pk).update(
        state="closed", closed_at=AT, closed_by=colleague, result="test"
    )
    assert [mark["state"] for mark in marks(officer)] == ["quiet"]


def test_the_list_has_the_same_content_alarms_first(world: World, officer: Client) -> None:
    make_panel(make_site(world, 1, lon=114.1), "ok")
    make_site(world, 2, lon=114.4)
    make_alarm(make_site(world, 3, lon=114.7), "fire", 10)
    answer = officer.get("/map/sites.json", WINDOW).json()
    assert [(row["name"], row["state"]) for row in answer["listed"]] == [
        ("站点3", "fire"),
        ("站点1", "quiet"),
        ("站点2", "unknown"),
    ]
    assert answer["total"] == 3
    assert answer["in_alarm"] == 1


@pytest.mark.parametrize(
    ("state", "expected"), [("alarm", "站点3"), ("quiet", "站点1"), ("unknown", "站点2")]
)
def test_the_state_filter(state: str, expected: str, world: World, officer: Client) -> None:
    make_panel(make_site(world, 1, lon=114.1), "ok")
    make_site(world, 2, lon=114.4)
    make_alarm(make_site(world, 3, lon=114.7), "fire", 10)
    answer = officer.get("/map/sites.json", {**WINDOW, "state": state}).json()
    assert [row["name"] for row in answer["listed"]] == [expected]
    assert answer["total"] == 1


def test_filters_by_words_and_class(world: World, officer: Client) -> None:
    make_site(world, 1, lon=114.1, name_en="Harbour bank", order799_class="c")
    make_site(world, 2, lon=114.4, order799_class="b")
    make_site(world, 3, lon=114.7)
    assert [mark["name"] for mark in marks(officer, q="harbour")] == ["站点1"]
    assert [mark["name"] for mark in marks(officer, q="s-2")] == ["站点2"]
    assert [mark["name"] for mark in marks(officer, **{"class": "b"})] == ["站点2"]
    assert [mark["name"] for mark in marks(officer, **{"class": "unknown"})] == ["站点3"]


def test_retired_sites_are_gone_and_sites_without_a_position_are_counted(
    world: World, officer: Client
) -> None:
    make_site(world, 1, status="retired", retired_on=AT.date())
    Site.objects.create(code="S-2", name="站点2", organisation=world.unit, region=world.station)
    answer = officer.get("/map/sites.json", WINDOW).json()
    assert answer["total"] == 0
    assert answer["unplaced"] == 1


def test_nobody_sees_what_his_grants_do_not_reach(
    world: World, owner: Account, stranger: Account, people: dict[Role, Account], client_of: ClientOf
) -> None:
    site = make_site(world, 1)
    make_alarm(site, "burglary", 40)
    for account in (stranger, people[Role.CONTRACTOR]):
        client = client_of(account)
        answer = client.get("/map/sites.json", WINDOW).json()
        assert (answer["marks"]["features"], answer["listed"], answer["total"]) == ([], [], 0)
        assert client.get(f"/map/sites/{site.pk}/").status_code == 404
        assert site.name not in client.get("/map/").content.decode()
    assert client_of(owner).get("/map/sites.json", WINDOW).json()["total"] == 1
    assert client_of(people[Role.AUDITOR]).get("/map/sites.json", WINDOW).status_code == 404


def test_who_may_not_see_alarms_sees_no_state_at_all(
    world: World, people: dict[Role, Account], client_of: ClientOf
) -> None:
    make_alarm(make_site(world, 1, lon=114.1), "burglary", 40)
    make_panel(make_site(world, 2, lon=114.4), "ok")
    make_site(world, 3, lon=114.7)
    client = client_of(people[Role.SYSTEM_ADMINISTRATOR])
    answer = client.get("/map/sites.json", WINDOW).json()
    assert {row["state"] for row in answer["listed"]} == {"hidden"}
    assert {feature["properties"]["state"] for feature in answer["marks"]["features"]} == {"hidden"}
    assert answer["in_alarm"] == 0
    card = client.get(f"/map/sites/{Site.objects.get(code='S-1').pk}/").content.decode()
    assert 'data-class="burglary"' not in card


def test_the_card_shows_the_open_alarms_worst_first(world: World, officer: Client) -> None:
    site = make_site(world, 1)
    make_alarm(site, "technical", 70)
    make_alarm(site, "fire", 10)
    card = officer.get(f"/map/sites/{site.pk}/").content.decode()
    assert card.index('data-class="fire"') < card.index('data-class="technical"')
    assert site.name in card


def test_the_number_of_queries_does_not_grow(
    world: World, people: dict[Role, Account], client_of: ClientOf
) -> None:
    client = client_of(people[Role.DUTY_OPERATOR])

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/map/sites.json", CLOSE).status_code == 200
        return len(queries)

    make_alarm(make_site(world, 1), "burglary", 40)
    few = count()
    for number in range(2, 40):
        site = make_site(world, number, lon=114.49 + number * 5e-4)
        make_panel(site, "ok")
        if number % 3 == 0:
            make_alarm(site, ("fire", "hold_up", "technical")[number % 9 // 3], 10 + number)
    assert count() == few
    assert few <= 16


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bbox": "1,2,3", "zoom": "9"},
        {"bbox": "a,b,c,d", "zoom": "9"},
        {"bbox": "115,37,114,39", "zoom": "9"},
        {"bbox": "114,37,115,99", "zoom": "9"},
        {"bbox": "nan,37,115,39", "zoom": "9"},
        {"bbox": "114,37,115,39"},
        {"bbox": "114,37,115,39", "zoom": "99"},
        {"bbox": "114,37,115,39", "zoom": "nan"},
    ],
)
def test_a_bad_window_is_answered_with_field_value_and_remedy(query: dict[str, str], officer: Client) -> None:
    answer = officer.get("/map/sites.json", query)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error.startswith("bbox" if ("zoom" in query and query["zoom"] == "9") or not query else "zoom")


def test_cells_are_about_square_on_the_screen_and_halve_with_each_zoom() -> None:
    wide = Window(114, 37, 115, 39, 9)
    close = Window(114, 37, 115, 39, 10)
    assert wide.cell[0] == pytest.approx(2 * close.cell[0])
    assert wide.cell[1] / wide.cell[0] == pytest.approx(0.8)
    assert Window(114, 37, 115, 39, 17).cell[0] * 512 * 2**17 / 360 == pytest.approx(10)


def test_the_base_map_comes_from_disk_with_a_tag(tmp_path: Path, settings: Settings, officer: Client) -> None:
    settings.BASEMAP_DIR = tmp_path
    none = officer.get("/map/base/water.json")
    assert none.json()["features"] == []
    assert "var/basemap" in officer.get("/map/").content.decode()
    (tmp_path / "water.json").write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    assert "var/basemap" not in officer.get("/map/").content.decode()
    plain = officer.get("/map/base/water.json")
    assert plain.headers["ETag"] != none.headers["ETag"]
    assert plain.json()["features"] == []
    packed = officer.get("/map/base/water.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    again = officer.get("/map/base/water.json", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304
    assert officer.get("/map/base/secrets.json").status_code == 404
    assert Client().get("/map/base/water.json").status_code == 302


def test_the_page_frames_what_one_may_see(world: World, officer: Client) -> None:
    assert 'data-extent=""' in officer.get("/map/").content.decode()
    make_site(world, 1, lon=114.1, lat=37.5)
    make_site(world, 2, lon=114.9, lat=38.5)
    assert 'data-extent="114.10000,37.50000,114.90000,38.50000"' in officer.get("/map/").content.decode()


def test_an_alarm_of_another_moment_does_not_hide_a_later_one(world: World, officer: Client) -> None:
    site = make_site(world, 1)
    make_alarm(site, "fire", 10)
    later = make_alarm(site, "burglary", 40)
    Activation.objects.filter(pk=later.pk).update(
        opened_at=datetime(2026, 3, 2, 5, tzinfo=UTC) + timedelta(hours=1)
    )
    assert [mark["state"] for mark in marks(officer)] == ["fire"]
