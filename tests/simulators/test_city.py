"""The synthetic city: the same seed gives the same city, and what it says of itself holds."""

import random
import struct
import zlib
from collections import Counter

import pytest

from jifang.kernel import gb28181_id, regions
from jifang.simulators.city import Plan, Population, draw, populate
from jifang.simulators.city.floor import HEIGHT, WIDTH, draw_floor
from jifang.simulators.city.kinds import KINDS
from jifang.simulators.city.people import stations
from jifang.simulators.city.plan import DISTRICTS


@pytest.fixture(scope="module")
def plan() -> Plan:
    return draw()


@pytest.fixture(scope="module")
def city(plan: Plan) -> Population:
    return populate(plan)


def test_the_same_seed_gives_the_same_city(plan: Plan, city: Population) -> None:
    again = draw()
    assert again.layers == plan.layers
    assert populate(again).sites == city.sites
    assert populate(draw(seed=7)).sites != city.sites


def test_it_has_some_300_sites_of_all_kinds_and_3000_devices(city: Population) -> None:
    assert Counter(site.kind.key for site in city.sites) == {kind.key: kind.count for kind in KINDS}
    assert len(city.sites) == 300
    assert 2800 <= sum(len(site.devices) for site in city.sites) <= 3400


def test_codes_and_account_numbers_name_one_thing_each(city: Population) -> None:
    devices = [device.gb28181_id for site in city.sites for device in site.devices]
    accounts = [site.alarm.account for site in city.sites if site.alarm]
    names = [site.name for site in city.sites]
    for values in (devices, accounts, names):
        assert len(set(values)) == len(values)


def test_every_device_id_is_a_valid_code_of_its_district(city: Population) -> None:
    for site in city.sites:
        for device in site.devices:
            parsed = gb28181_id.parse(device.gb28181_id, gb28181_id.Edition.E2022)
            assert str(parsed).startswith(site.region[:6])


def test_regions_hang_below_one_another() -> None:
    for code, county, _name, _name_en in stations():
        assert regions.parent_of(code) == county
    assert {district.code[:4] for district in DISTRICTS} == {"4498"}


def test_every_site_stands_in_the_sea_where_no_real_city_is(city: Population) -> None:
    for site in city.sites:
        assert 114.6 < site.lon < 114.9
        assert 21.4 < site.lat < 21.6


def test_encrypted_accounts_have_keys_of_all_three_sizes(city: Population) -> None:
    sizes = {len(site.alarm.key) for site in city.sites if site.alarm}
    assert sizes == {0, 32, 48, 64}


def test_telephone_numbers_belong_to_nobody(city: Population) -> None:
    assert all(person.phone[3:7] == "0000" for site in city.sites for person in site.contacts)


def test_a_floor_plan_is_a_readable_png_with_a_place_for_every_zone() -> None:
    floor = draw_floor(random.Random(1), ["motion"] * 5 + ["beam", "fence"], 3)
    assert floor.png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", floor.png[16:24]) == (WIDTH, HEIGHT)
    start = floor.png.index(b"IDAT") + 4
    size = struct.unpack(">I", floor.png[start - 8 : start - 4])[0]
    assert len(zlib.decompress(floor.png[start : start + size])) == HEIGHT * (WIDTH + 1)
    assert len(floor.zones) == 7
    assert len(floor.cameras) == 3
    assert all(0 < x < 1 and 0 < y < 1 for x, y in (*floor.zones, *floor.cameras))
