"""Writes of the registry: right, version, reason, history; what the database itself refuses."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from jifang.identity.access import SYSTEM
from jifang.identity.models import Account
from jifang.identity.roles import Role
from jifang.kernel.errors import BadInputError
from jifang.registry import actions
from jifang.registry.lifecycle import TABLE, Act, acts_from
from jifang.registry.models import CallList, Contact, Device, Point, SecuritySystem, Site
from jifang.registry.models.choices import Status
from tests.fixtures import AT, World, actor_of
from tests.registry.seed import Seeded, plant, site

TOLD: dict[str, Any] = {"by": SYSTEM, "at": AT}


@pytest.fixture
def home(world: World) -> Seeded:
    return plant(world)


def events(model: type[Any], key: int) -> list[Any]:
    table = apps.get_model("registry", f"{model.__name__}Event")
    return list(
        table._default_manager.filter(pgh_obj_id=key).select_related("pgh_context").order_by("pgh_id")
    )


def test_a_change_is_kept_with_who_and_why(home: Seeded, people: dict[Role, Account]) -> None:
    officer = actor_of(people[Role.AUTHORITY_OFFICER])
    actions.update(home.site, {"risk_level": 1}, by=officer, at=AT, reason="复核")
    first, last = events(Site, home.site.pk)
    assert (first.pgh_label, first.risk_level) == ("insert", None)
    assert (last.pgh_label, last.risk_level) == ("update", 1)
    assert last.pgh_context.metadata["name"] == officer.name
    assert last.pgh_context.metadata["reason"] == "复核"
    assert last.pgh_context.metadata["account"] == officer.account_id


def test_history_also_sees_raw_sql_and_can_not_be_altered(home: Seeded) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_point SET name = 'x' WHERE id = %s", [home.zone.pk])
    assert [event.name for event in events(Point, home.zone.pk)] == ["金库红外", "x"]
    table = apps.get_model("registry", "PointEvent")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        table._default_manager.all().delete()


def test_law_data_needs_a_reason(home: Seeded) -> None:
    with pytest.raises(BadInputError) as caught:
        actions.update(home.site, {"order799_class": "b"}, **TOLD)
    assert caught.value.field == "reason"
    assert not Site.objects.exclude(order799_class="").exists()
    actions.update(home.site, {"remarks": "x"}, **TOLD)


def test_the_administrator_does_not_decide_classes(home: Seeded, people: dict[Role, Account]) -> None:
    administrator = actor_of(people[Role.SYSTEM_ADMINISTRATOR])
    actions.update(home.site, {"name": "新名"}, by=administrator, at=AT)
    with pytest.raises(PermissionDenied):
        actions.update(home.site, {"risk_level": 1}, by=administrator, at=AT, reason="x")


def test_an_edit_of_an_older_version_is_refused(home: Seeded) -> None:
    actions.update(home.zone, {"name": "甲"}, version=1, **TOLD)
    with pytest.raises(BadInputError) as caught:
        actions.update(home.zone, {"name": "乙"}, version=1, **TOLD)
    assert caught.value.field == "version"
    assert Point.objects.get(pk=home.zone.pk).name == "甲"


def test_an_edit_that_changes_nothing_writes_nothing(home: Seeded) -> None:
    actions.update(home.zone, {"name": home.zone.name}, **TOLD)
    assert len(events(Point, home.zone.pk)) == 1


def test_nobody_moves_a_row_out_of_his_reach(
    home: Seeded, far_world: World, people: dict[Role, Account]
) -> None:
    officer = actor_of(people[Role.AUTHORITY_OFFICER])
    with pytest.raises(PermissionDenied):
        actions.update(
            home.site,
            {"region": far_world.station, "organisation": far_world.unit},
            by=officer,
            at=AT,
            reason="x",
        )
    assert Site.objects.get(pk=home.site.pk).region_id == home.site.region_id


def test_a_stranger_changes_nothing(home: Seeded, stranger: Account, owner: Account) -> None:
    with pytest.raises(PermissionDenied):
        actions.update(home.zone, {"name": "x"}, by=actor_of(stranger), at=AT)
    actions.update(home.zone, {"name": "x"}, by=actor_of(owner), at=AT)


def test_bulk_changes_all_or_none(home: Seeded, far_world: World, people: dict[Role, Account]) -> None:
    far = plant(far_world, "B001")
    officer = actor_of(people[Role.AUTHORITY_OFFICER])
    with pytest.raises(PermissionDenied):
        actions.update_many(
            Device, [home.panel.pk, far.panel.pk], {"vendor": "海天"}, by=officer, at=AT, reason=""
        )
    assert not Device.objects.filter(vendor="海天").exists()
    count = actions.update_many(
        Device, [home.panel.pk, home.camera.pk], {"vendor": "海天"}, by=officer, at=AT, reason=""
    )
    assert count == 2
    assert Device.objects.get(pk=home.panel.pk).version == 2


def test_create_many_checks_the_right_over_all_of_them(
    world: World, far_world: World, people: dict[Role, Account]
) -> None:
    officer = actor_of(people[Role.AUTHORITY_OFFICER])
    rows = [
        Site(code="C1", name="一", organisation=world.unit, region=world.station),
        Site(code="C2", name="二", organisation=far_world.unit, region=far_world.station),
    ]
    with pytest.raises(PermissionDenied):
        actions.create_many(rows, by=officer, at=AT)
    assert not Site.objects.exists()


def test_retiring_takes_everything_below_along(home: Seeded) -> None:
    actions.move_on(home.site, Act.RETIRE, reason="拆除", on=date(2026, 3, 1), **TOLD)
    for model in (Site, SecuritySystem, Device, Point):
        assert set(model._default_manager.values_list("status", flat=True)) == {Status.RETIRED}
    assert SecuritySystem.objects.get().retired_on == date(2026, 3, 1)
    assert events(Point, home.zone.pk)[-1].pgh_context.metadata["reason"] == "拆除"


def test_the_life_of_an_entry_is_the_table(home: Seeded) -> None:
    assert set(acts_from(Status.RETIRED)) == {Act.REINSTATE}
    with pytest.raises(BadInputError) as caught:
        actions.move_on(home.site, Act.COMMISSION, **TOLD)
    assert caught.value.field == "status"
    with pytest.raises(BadInputError):
        actions.move_on(home.site, Act.SUSPEND, **TOLD)
    for (_at, act), step in TABLE.items():
        assert step.reason_needed or act is Act.COMMISSION


def test_a_zone_is_unique_within_panel_and_area(home: Seeded) -> None:
    values = {"site": home.site, "device": home.panel, "kind": "zone", "number": 1, "name": "又一个"}
    with pytest.raises(ValidationError):
        actions.create(Point, {**values, "area": 1}, **TOLD)
    actions.create(Point, {**values, "area": 2}, **TOLD)
    actions.create(Point, {**values, "area": None}, **TOLD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Point.objects.create(**values)


def test_what_belongs_together_stands_at_one_site(home: Seeded, world: World) -> None:
    other = site(world, "A002", "另一处")
    with pytest.raises(ValidationError) as caught:
        actions.create(
            Device, {"site": other, "system": home.system, "kind": "camera", "name": "枪机"}, **TOLD
        )
    assert "system" in caught.value.message_dict
    with transaction.atomic():
        Device.objects.create(site=other, system=home.system, kind="camera", name="枪机")
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "values",
    [
        {"lon": 200.0, "lat": 1.0},
        {"lon": 1.0, "lat": None},
        {"status": "retired"},
        {"secrecy_consent_on": date(2026, 1, 1)},
        {"responsible_basis": "owner"},
    ],
)
def test_the_database_refuses_a_site_that_contradicts_itself(home: Seeded, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=home.site.pk).update(**values)


def test_a_device_id_is_read_by_its_edition(home: Seeded) -> None:
    values = {"site": home.site, "kind": "camera", "name": "x", "gb28181_edition": "2022"}
    for bad in ("1234", "99010300001320000001", "4401030000132000000x"):
        with pytest.raises(ValidationError) as caught:
            actions.create(Device, {**values, "gb28181_id": bad}, **TOLD)
        assert "gb28181_id" in caught.value.message_dict or "__all__" in caught.value.message_dict


def test_a_device_moves_with_all_that_hangs_on_it(home: Seeded, world: World) -> None:
    other = site(world, "A002", "另一处")
    keypad = actions.create(
        Device, {"site": home.site, "parent": home.panel, "kind": "keypad", "name": "键盘"}, **TOLD
    )
    moved = actions.move_device(home.panel, other, reason="搬迁", **TOLD)
    assert moved.site_id == other.pk
    assert Device.objects.get(pk=keypad.pk).site_id == other.pk
    assert Point.objects.get(pk=home.zone.pk).site_id == other.pk
    assert Device.objects.get(pk=home.camera.pk).site_id == home.site.pk


def test_calls_are_of_the_site_and_in_order(home: Seeded, far_world: World) -> None:
    second = actions.create(
        Contact, {"site": home.site, "name": "李芳", "role": "guard", "phone": "2"}, **TOLD
    )
    calls = actions.create(CallList, {"site": home.site, "purpose": "all"}, **TOLD)
    actions.set_call_order(calls, [second, home.contact], **TOLD)
    assert [entry.contact for entry in calls.entries.order_by("order")] == [second, home.contact]
    actions.set_call_order(calls, [home.contact, second], **TOLD)
    assert [entry.contact for entry in calls.entries.order_by("order")] == [home.contact, second]
    with pytest.raises(BadInputError):
        actions.set_call_order(calls, [plant(far_world, "B001").contact], **TOLD)


def test_what_was_in_use_is_never_deleted(home: Seeded) -> None:
    with pytest.raises(PermissionDenied):
        actions.delete(home.site, reason="x", **TOLD)
    key = home.contact.pk
    actions.delete(home.contact, reason="离职", **TOLD)
    assert [event.pgh_label for event in events(Contact, key)] == ["insert", "delete"]
