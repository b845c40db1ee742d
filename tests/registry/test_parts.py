"""Pictures, pass-phrases, hours, order of names: the small parts of the registry."""

import struct

import pytest

from jifang.identity.access import SYSTEM
from jifang.kernel.errors import BadInputError
from jifang.kernel.sealing import SealError
from jifang.registry import actions, phrases
from jifang.registry.duties import duties_of, unknown_classes
from jifang.registry.models import FloorPlan, FloorPlanPicture, Site
from jifang.registry.models.system_kinds import GROUP_OF, Group, SystemKind
from jifang.registry.pictures import read_header
from jifang.web.registry import hours
from tests.fixtures import AT, World
from tests.registry.seed import plant, png, site


def test_headers_of_the_three_kinds_are_read() -> None:
    assert read_header(png(40, 30)).width == 40
    frame = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 200, 300) + b"\x00" * 12
    jpeg = read_header(frame)
    assert (jpeg.media_type, jpeg.width, jpeg.height) == ("image/jpeg", 300, 200)
    webp = (
        b"RIFF\x00\x00\x00\x00WEBPVP8X"
        + b"\x00" * 8
        + (99).to_bytes(3, "little")
        + (49).to_bytes(3, "little")
    )
    assert (read_header(webp).width, read_header(webp).height) == (100, 50)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff", b"RIFF1234WEBP", png(40, 30)[:18], png(20_000, 1)],
)
def test_anything_else_is_refused_as_a_picture(content: bytes) -> None:
    with pytest.raises(BadInputError) as caught:
        read_header(content)
    assert caught.value.field == "picture"


def test_a_plan_keeps_its_picture_and_its_hash(world: World) -> None:
    plan = actions.create(FloorPlan, {"site": site(world, "P1"), "name": "一层"}, by=SYSTEM, at=AT)
    actions.set_picture(plan, png(), by=SYSTEM, at=AT)
    plan.refresh_from_db()
    assert (plan.width, plan.height, len(plan.sha256)) == (40, 30, 64)
    assert bytes(FloorPlanPicture.objects.get().content) == png()


def test_a_pass_phrase_is_sealed_to_its_row(world: World) -> None:
    planted = plant(world)
    contact = actions.set_pass_phrase(planted.contact, " 蓝色Fox ", by=SYSTEM, at=AT)
    assert "Fox" not in contact.pass_phrase
    assert phrases.unseal(contact) == "蓝色Fox"
    assert phrases.matches(contact, "蓝色ｆｏｘ")
    assert not phrases.matches(contact, "红色")
    other = plant(world, "A002").contact
    other.pass_phrase = contact.pass_phrase
    with pytest.raises(SealError):
        phrases.unseal(other)
    assert not phrases.matches(plant(world, "A003").contact, "")


def test_hours_are_read_as_they_are_written() -> None:
    text = "1-5 08:00-18:00; 6,7 09:00-12:00"
    assert hours.write(hours.parse(text)) == "1-5 08:00-18:00; 6-7 09:00-12:00"
    assert hours.parse("6-1 22:00-06:00")[0]["days"] == [1, 6, 7]
    assert hours.parse("") == []
    for bad in ("always", "8 08:00-09:00", "1 25:00-26:00", "1 08:00"):
        with pytest.raises(ValueError):  # noqa: PT011  (the part is the message)
            hours.parse(bad)


def test_sites_are_ordered_by_pinyin(world: World) -> None:
    for number, name in enumerate(("重庆银行", "安泰大厦", "10号楼", "2号楼", "Zoo")):
        site(world, f"O{number}", name)
    assert [row.name for row in Site.objects.all()] == ["2号楼", "10号楼", "Zoo", "安泰大厦", "重庆银行"]


def test_what_nobody_decided_is_said_to_be_unknown(world: World) -> None:
    made = site(world, "U1")
    assert len(unknown_classes(made)) == 5
    assert any(not duty.known for duty in duties_of(made))
    made.order799_class, made.counter_terror_target, made.gd9_item = "c", False, "9.4"
    assert all(duty.known for duty in duties_of(made))


def test_every_kind_of_system_belongs_to_a_group() -> None:
    assert set(GROUP_OF) == set(SystemKind.values)
    assert GROUP_OF["perimeter"] is Group.ALARM
    assert GROUP_OF["station_visual"] is Group.PICTURE
    assert GROUP_OF["biometrics"] is Group.ENTRY
