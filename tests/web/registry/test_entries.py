"""One entry: its page, its form, its history, the steps of its life."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.registry import phrases
from jifang.registry.models import CallList, Contact, Device, FloorPlan, Point, Site
from jifang.registry.models.choices import Status
from jifang.web.registry.resources import CALL_LIST, CONTACT, DEVICE, PLAN, POINT, SITE
from tests.fixtures import World, sign_in
from tests.registry.seed import CAMERA_ID, Seeded, plant, png


@pytest.fixture
def home(world: World) -> Seeded:
    return plant(world)


@pytest.fixture
def officer(people: dict[Role, Account]) -> Client:
    return sign_in(people[Role.AUTHORITY_OFFICER])


def site_data(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "code": "N001",
        "name": "新场所",
        "organisation": f"{world.unit} #{world.unit.pk}",
        "region": world.station.code,
        "time_zone": "Asia/Shanghai",
        **changes,
    }


def test_a_site_is_made_with_a_position_from_a_chinese_map(officer: Client, world: World) -> None:
    data = site_data(world, raw_position="113.2644, 23.1291", raw_datum="gcj02")
    answer = officer.post(SITE.url("add"), data)
    made = Site.objects.get(code="N001")
    assert answer.status_code == 302
    assert made.raw_position == "113.2644, 23.1291"
    assert made.lon is not None
    # GCJ-02 lies some hundred metres beside WGS-84: 0.005 degrees here
    assert 0.003 < 113.2644 - made.lon < 0.008


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "A 1"),
        ("region", "999999"),
        ("organisation", "无此单位"),
        ("raw_position", "somewhere"),
        ("lon", "300"),
    ],
)
def test_a_wrong_value_names_its_field(officer: Client, world: World, field: str, value: str) -> None:
    extra = {"raw_datum": "wgs84"} if field == "raw_position" else {}
    answer = officer.post(SITE.url("add"), site_data(world, **{field: value}, **extra))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Site.objects.exists()


def test_a_form_opened_on_an_older_version_is_refused(home: Seeded, officer: Client) -> None:
    address = POINT.url("edit", pk=home.zone.pk)
    data = {
        "site": "A001",
        "device": "报警主机",
        "kind": "zone",
        "number": 1,
        "area": 1,
        "name": "甲",
        "version": 1,
    }
    assert officer.post(address, data).status_code == 302
    answer = officer.post(address, {**data, "name": "乙"})
    assert answer.status_code == 422
    assert Point.objects.get(pk=home.zone.pk).name == "甲"


def test_a_part_is_found_by_its_name_within_the_site(home: Seeded, officer: Client) -> None:
    data = {"site": "A001", "device": "报警主机", "kind": "zone", "number": 2, "name": "东门门磁"}
    assert officer.post(POINT.url("add"), data).status_code == 302
    assert Point.objects.get(number=2).device == home.panel
    answer = officer.post(POINT.url("add"), {**data, "number": 3, "device": "没有"})
    assert "device" in answer.context["form"].errors


def test_law_data_asks_for_a_reason_in_the_form(home: Seeded, officer: Client, world: World) -> None:
    data = site_data(world, code="A001", name="东风支行", order799_class="b", version=1)
    address = SITE.url("edit", pk=home.site.pk)
    answer = officer.post(address, data)
    assert answer.status_code == 422
    assert answer.context["why"].errors
    assert officer.post(address, {**data, "reason": "认定"}).status_code == 302
    page = officer.get(SITE.url("history", pk=home.site.pk)).content.decode()
    assert "认定" in page


def test_an_auditor_reads_who_and_not_what(
    home: Seeded, officer: Client, people: dict[Role, Account]
) -> None:
    officer.post(
        POINT.url("edit", pk=home.zone.pk),
        {"site": "A001", "device": "报警主机", "kind": "zone", "number": 1, "area": 1, "name": "秘密位置"},
    )
    auditor = sign_in(people[Role.AUDITOR])
    page = auditor.get(POINT.url("history", pk=home.zone.pk)).content.decode()
    assert people[Role.AUTHORITY_OFFICER].name in page
    assert "秘密位置" not in page.split("<main")[1].split("</h1>")[1]
    assert "••••" in page


def test_a_site_is_retired_with_everything_below(home: Seeded, officer: Client) -> None:
    officer.post(SITE.url("act", pk=home.site.pk, act="retire"), {"reason": ""})
    assert Site.objects.get().status == Status.IN_USE
    officer.post(SITE.url("act", pk=home.site.pk, act="retire"), {"reason": "拆除"})
    assert Site.objects.get().status == Status.RETIRED
    assert set(Point.objects.values_list("status", flat=True)) == {Status.RETIRED}


def test_a_device_page_explains_its_id_digit_by_digit(home: Seeded, officer: Client) -> None:
    page = officer.get(DEVICE.url_of(home.camera)).content.decode()
    for part in ("1–2", "11–13", "15–20", CAMERA_ID[10:13], "广东省"):
        assert part in page
    Device.objects.filter(pk=home.camera.pk).update(kind="reader")
    doubtful = officer.get(DEVICE.url_of(home.camera)).content.decode()
    assert 'data-tone="pending"' in doubtful.split('id="panel-digits"')[1].split("</section>")[0]


def test_a_pass_phrase_is_sealed_and_never_shown(home: Seeded, officer: Client) -> None:
    data = {
        "site": "A001",
        "name": "王伟",
        "role": "key_holder",
        "phone": "1",
        "order": 1,
        "new_pass_phrase": "蓝狐",
    }
    assert officer.post(CONTACT.url("edit", pk=home.contact.pk), data).status_code == 302
    contact = Contact.objects.get()
    assert phrases.unseal(contact) == "蓝狐"
    for page in ("detail", "edit", "history"):
        assert "蓝狐" not in officer.get(CONTACT.url(page, pk=contact.pk)).content.decode()
        assert contact.pass_phrase not in officer.get(CONTACT.url(page, pk=contact.pk)).content.decode()


def test_calls_are_put_in_order_on_the_page(home: Seeded, officer: Client) -> None:
    officer.post(CALL_LIST.url("add"), {"site": "A001", "purpose": "all"})
    calls = CallList.objects.get()
    officer.post(
        f"/registry/call-list/{calls.pk}/order/", {f"order-{home.contact.pk}": "1", "order-999": "2"}
    )
    assert [entry.contact for entry in calls.entries.all()] == [home.contact]
    assert officer.get(CALL_LIST.url_of(calls)).status_code == 200


def test_a_plan_shows_its_picture_and_its_points(home: Seeded, officer: Client, stranger: Account) -> None:
    file = SimpleUploadedFile("plan.png", png(), content_type="image/png")
    officer.post(PLAN.url("add"), {"site": "A001", "name": "一层", "level": 1, "picture": file})
    plan = FloorPlan.objects.get()
    Point.objects.filter(pk=home.zone.pk).update(floor_plan=plan, plan_x=0.5, plan_y=0.5)
    page = officer.get(SITE.url_of(home.site)).content.decode()
    assert f"/registry/plan/{plan.pk}/picture/" in page
    assert 'cx="20.0" cy="15.0"' in page
    picture = officer.get(f"/registry/plan/{plan.pk}/picture/")
    assert picture.content == png()
    assert picture["Content-Type"] == "image/png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert sign_in(stranger).get(f"/registry/plan/{plan.pk}/picture/").status_code == 404


def test_a_used_product_is_not_removed(home: Seeded, officer: Client) -> None:
    page = officer.post("/registry/product/add/", {"vendor": "海天", "model": "H1", "name": "枪机"})
    assert page.status_code == 302
    address = page["Location"]
    pk = int(address.rstrip("/").rsplit("/", 1)[-1])
    Device.objects.filter(pk=home.camera.pk).update(product=pk)
    assert officer.post(f"{address}delete/")["Location"] == address
    Device.objects.update(product=None)
    assert officer.post(f"{address}delete/")["Location"] == "/registry/product/"


def test_changes_of_everything_are_listed(
    home: Seeded, people: dict[Role, Account], stranger: Account
) -> None:
    auditor = sign_in(people[Role.AUDITOR])
    page = auditor.get("/registry/changes/")
    assert "金库红外" in page.content.decode()
    assert "金库红外" not in sign_in(stranger).get("/registry/changes/").content.decode()
