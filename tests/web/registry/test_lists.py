"""Lists: filters, columns, order, pages, honest counts, saved views, and a constant number of queries."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.registry.models import Device, Point, Site
from jifang.web.generic import counting
from jifang.web.generic.listing import Listing
from jifang.web.models import SavedView
from jifang.web.registry.resources import DEVICE, POINT, SITE, SYSTEM
from tests.fixtures import World, actor_of, sign_in
from tests.registry.seed import Seeded, plant, site


@pytest.fixture
def home(world: World) -> Seeded:
    return plant(world)


@pytest.fixture
def officer(people: dict[Role, Account]) -> Client:
    return sign_in(people[Role.AUTHORITY_OFFICER])


def more_points(home: Seeded, count: int) -> None:
    Point.objects.bulk_create(
        Point(
            site=home.site,
            system=home.system,
            device=home.panel,
            kind="zone",
            number=100 + number,
            area=1,
            name=f"防区{number}",
        )
        for number in range(count)
    )


def names(answer: object) -> list[str]:
    return [row.name for row in answer.context["page"].rows]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("address", "grow"), [("/registry/point/", True), ("/registry/site/", False), ("/search/?q=防区", True)]
)
def test_the_number_of_queries_does_not_depend_on_the_rows(
    address: str, grow: bool, home: Seeded, officer: Client, world: World
) -> None:
    officer.get(address)
    more_points(home, 3)
    with CaptureQueriesContext(connection) as few:
        officer.get(address)
    more_points_of(home, world, grow)
    with CaptureQueriesContext(connection) as many:
        officer.get(address)
    assert len(many) == len(few) <= 25


def more_points_of(home: Seeded, world: World, grow: bool) -> None:
    if grow:
        Point.objects.filter(number__gte=100).delete()
        more_points(home, 40)
    else:
        for number in range(12):
            site(world, f"M{number}")


def test_a_detail_page_asks_a_constant_number_of_times(home: Seeded, officer: Client) -> None:
    address = SITE.url_of(home.site)
    officer.get(address)
    with CaptureQueriesContext(connection) as few:
        officer.get(address)
    more_points(home, 60)
    with CaptureQueriesContext(connection) as many:
        officer.get(address)
    assert len(many) == len(few) <= 30


def test_filters_narrow_and_unknown_is_a_value(home: Seeded, officer: Client, world: World) -> None:
    site(world, "A002", "学校", gd9_item="9.7", counter_terror_target=False)
    assert names(officer.get("/registry/site/?gd9_item=9.7")) == ["学校"]
    assert names(officer.get("/registry/site/?gd9_item=unknown")) == ["东风支行"]
    assert len(names(officer.get("/registry/site/?gd9_item=unknown&gd9_item=9.7"))) == 2
    assert names(officer.get("/registry/site/?counter_terror_target=unknown")) == ["东风支行"]
    assert names(officer.get("/registry/site/?counter_terror_target=no")) == ["学校"]
    assert names(officer.get("/registry/site/?q=学校")) == ["学校"]
    assert names(officer.get(f"/registry/site/?region={world.county.code}")) == ["东风支行", "学校"]
    assert names(officer.get("/registry/site/?region=999999")) == []
    assert names(officer.get(f"/registry/point/?device=%23{home.panel.pk}")) == ["金库红外"]
    assert names(officer.get("/registry/point/?site=A002")) == []


def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(home: Seeded, officer: Client) -> None:
    answer = officer.get("/registry/site/?gd9_item=nonsense")
    assert names(answer) == []
    assert answer.context["listing"].valid is False


def test_columns_and_order_are_chosen(home: Seeded, officer: Client, world: World) -> None:
    site(world, "Z001", "安泰")
    answer = officer.get("/registry/site/?columns=code&columns=lon&sort=-code")
    assert [column.key for column in answer.context["listing"].columns] == ["name", "code", "lon"]
    assert names(answer) == ["安泰", "东风支行"]
    assert names(officer.get("/registry/site/?sort=remarks")) == ["安泰", "东风支行"]


def test_every_sortable_column_has_an_index() -> None:
    """The first column of each offered order, and of each list's own order, begins an index."""
    for resource in (SITE, SYSTEM, DEVICE, POINT):
        model = resource.model
        leading = {model._meta.pk.attname, *(f.attname for f in model._meta.fields if f.unique or f.db_index)}
        leading |= {
            model._meta.get_field(index.fields[0].lstrip("-")).attname
            for index in model._meta.indexes
            if index.fields
        }
        orders = [resource.order, *(column.sort for column in resource.columns if column.sort)]
        for order in orders:
            assert model._meta.get_field(order[0]).attname in leading, (resource.key, order)


@pytest.fixture
def small_bound(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(counting, "BOUND", 30)
    monkeypatch.setattr("jifang.web.generic.listing.BOUND", 30)
    return 30


def test_counts_are_honest_beyond_the_bound(home: Seeded, officer: Client, small_bound: int) -> None:
    more_points(home, 59)
    first = officer.get("/registry/point/?size=25").context["page"]
    assert (first.count.rows, first.count.exact, first.has_next) == (30, False, False)
    assert first.last_reachable
    exact = officer.get("/registry/point/?size=25&count=exact").context["page"]
    assert (exact.count.rows, exact.count.exact) == (60, True)
    narrow = officer.get("/registry/point/?q=金库").context["page"]
    assert (narrow.count.rows, narrow.count.exact) == (1, True)


def test_pages_join_without_gap_or_repetition(home: Seeded, people: dict[Role, Account]) -> None:
    more_points(home, 59)
    actor = actor_of(people[Role.AUTHORITY_OFFICER])
    seen = []
    for number in (1, 2, 3):
        page = Listing(POINT, actor, QueryDict(f"size=25&page={number}")).page()
        seen += [row.pk for row in page.rows]
        assert page.has_next is (number < 3)
        assert (page.first, page.last) == ((number - 1) * 25 + 1, min(number * 25, 60))
    assert len(seen) == len(set(seen)) == 60


def test_a_saved_view_is_found_again_and_shared_on_demand(
    home: Seeded, officer: Client, people: dict[Role, Account], world: World
) -> None:
    officer.post(SITE.url("views"), {"name": "银行", "query": "gd9_item=9.4&sort=-code"})
    assert SavedView.objects.get().query == "gd9_item=9.4&sort=-code"
    assert "银行" in officer.get("/registry/site/").content.decode()
    reviewer = sign_in(people[Role.AUTHORITY_REVIEWER])
    assert not reviewer.get("/registry/site/").context["saved"]
    officer.post(SITE.url("views"), {"name": "银行", "query": "gd9_item=9.4", "shared": "1"})
    [entry] = reviewer.get("/registry/site/?gd9_item=9.4").context["saved"]
    assert entry["current"]
    assert not entry["own"]
    reviewer.post(entry["drop_url"])
    assert SavedView.objects.exists()
    officer.post(entry["drop_url"])
    assert not SavedView.objects.exists()


def test_suggestions_are_the_texts_that_find_the_row_again(home: Seeded, officer: Client) -> None:
    answer = officer.get(SITE.url("suggest"), {"field": "site", "site": "东风"}).content.decode()
    assert 'value="A001 东风支行"' in answer
    answer = officer.get(
        DEVICE.url("suggest"), {"field": "device", "device": "主机", "site": "A001"}
    ).content.decode()
    assert f"报警主机 #{home.panel.pk}" in answer
    nothing = officer.get(DEVICE.url("suggest"), {"field": "device", "device": "主机", "site": "B9"})
    assert "option" not in nothing.content.decode()


def test_bulk_edit_changes_the_picked_rows_and_needs_a_reason_for_law_data(
    home: Seeded, officer: Client, world: World
) -> None:
    other = site(world, "A002")
    body = {
        "pick": [home.site.pk, other.pk],
        "query": "",
        "apply": "1",
        "set_risk_level": "1",
        "risk_level": "1",
    }
    assert officer.post(SITE.url("bulk"), body).status_code == 422
    assert not Site.objects.filter(risk_level=1).exists()
    assert officer.post(SITE.url("bulk"), {**body, "reason": "年度复核"}).status_code == 302
    assert Site.objects.filter(risk_level=1).count() == 2
    everything = {"all": "1", "query": "kind=camera", "apply": "1", "set_vendor": "1", "vendor": "海天"}
    officer.post(DEVICE.url("bulk"), everything)
    assert list(Device.objects.filter(vendor="海天")) == [home.camera]


def test_bulk_edit_leaves_other_cities_alone(home: Seeded, officer: Client, far_world: World) -> None:
    far = plant(far_world, "B001")
    body = {"pick": [far.site.pk], "apply": "1", "set_risk_level": "1", "risk_level": "1", "reason": "x"}
    officer.post(SITE.url("bulk"), body)
    assert not Site.objects.filter(risk_level=1).exists()
