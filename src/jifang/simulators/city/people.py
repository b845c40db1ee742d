"""Who and what is in the city: bodies, people, sites, equipment, alarm accounts. Plain records, no database.

Names are put together from tables and belong to nobody; telephone numbers use the 000 block that no operator
assigns.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from jifang.simulators.city.kinds import KINDS, SiteKind
from jifang.simulators.city.plan import DISTRICTS, STREETS_EW, Block, Plan, to_wgs84, warp

CITY_CODE = "4498"
CITY = ("云河市", "Yunhe")
PROVINCE_CODE = "44"
PROVINCE = ("广东省", "Guangdong")

_FAMILY = (
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("黄", "Huang"),
    ("赵", "Zhao"),
    ("吴", "Wu"),
    ("周", "Zhou"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("马", "Ma"),
    ("朱", "Zhu"),
    ("胡", "Hu"),
    ("郭", "Guo"),
    ("何", "He"),
    ("林", "Lin"),
    ("罗", "Luo"),
    ("梁", "Liang"),
)
_GIVEN = (
    ("建国", "Jianguo"),
    ("秀英", "Xiuying"),
    ("志强", "Zhiqiang"),
    ("丽", "Li"),
    ("伟", "Wei"),
    ("敏", "Min"),
    ("静", "Jing"),
    ("磊", "Lei"),
    ("洋", "Yang"),
    ("艳", "Yan"),
    ("勇", "Yong"),
    ("芳", "Fang"),
    ("涛", "Tao"),
    ("晓明", "Xiaoming"),
    ("雪梅", "Xuemei"),
    ("海燕", "Haiyan"),
    ("文博", "Wenbo"),
    ("嘉怡", "Jiayi"),
    ("子轩", "Zixuan"),
    ("思远", "Siyuan"),
    ("国华", "Guohua"),
    ("春兰", "Chunlan"),
)
_PHRASES = ("春江花月", "白鹭", "山高水长", "晨钟", "芦苇", "渔火", "青石", "桂花", "竹影", "海棠")

#: (place in the building, kind of detector, detection principle, part of the site)
_ZONES = (
    ("正门", "Front door", "door_contact", "contact"),
    ("大厅", "Hall", "motion", "pir"),
    ("后门", "Back door", "door_contact", "contact"),
    ("走廊", "Corridor", "motion", "dual"),
    ("办公室", "Office", "motion", "pir"),
    ("仓库", "Store room", "motion", "dual"),
    ("临街橱窗", "Street window", "glass_break", "glass_break"),
    ("财务室", "Cashier's office", "motion", "dual"),
    ("保险柜", "Safe", "vibration", "vibration"),
    ("楼梯间", "Stairwell", "motion", "pir"),
    ("机房", "Equipment room", "door_contact", "contact"),
    ("屋顶出口", "Roof exit", "door_contact", "contact"),
    ("地下车库", "Basement garage", "motion", "microwave"),
    ("围墙东段", "East perimeter", "beam", "active_infrared"),
    ("围墙西段", "West perimeter", "beam", "active_infrared"),
    ("围墙北段", "North perimeter", "fence", "vibration"),
    ("档案室", "Records room", "motion", "dual"),
    ("会议室", "Meeting room", "motion", "pir"),
    ("装卸区", "Loading bay", "motion", "microwave"),
    ("值班室", "Guard room", "motion", "pir"),
    ("配电间", "Switch room", "door_contact", "contact"),
    ("展厅", "Exhibition hall", "motion", "dual"),
    ("库房甲", "Vault A", "vibration", "vibration"),
    ("库房乙", "Vault B", "vibration", "vibration"),
)
_CAMERAS = (
    ("正门外", "Outside the front door"),
    ("大厅", "Hall"),
    ("柜台", "Counter"),
    ("后门", "Back door"),
    ("停车场", "Car park"),
    ("走廊", "Corridor"),
    ("电梯口", "Lift lobby"),
    ("楼梯间", "Stairwell"),
    ("仓库", "Store room"),
    ("周界东", "East perimeter"),
    ("周界西", "West perimeter"),
    ("出入口", "Vehicle gate"),
)
_DOORS = (
    ("正门", "Front door"),
    ("侧门", "Side door"),
    ("机房", "Equipment room"),
    ("财务室", "Cashier's office"),
    ("库房", "Store"),
    ("车辆出入口", "Vehicle gate"),
)
_MAKERS = (("云安", "YA"), ("海防", "HF"), ("磐石", "PS"), ("明眸", "MM"))


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: ``kind`` is a value of ``identity.Organisation.Kind``."""

    key: str
    kind: str
    name: str
    name_en: str
    region: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ContactSeed:
    """A person to call, in the order of calling."""

    name: str
    phone: str
    duty: str
    order: int
    phrase: str


@dataclass(frozen=True, slots=True)
class ZoneSeed:
    """A zone of the panel."""

    number: int
    area: int
    name: str
    name_en: str
    kind: str
    principle: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class DeviceSeed:
    """A camera, reader, panel or recorder with its GB/T 28181 type code and place."""

    kind: str
    number: int
    name: str
    name_en: str
    gb28181_id: str
    vendor: str
    model: str
    lon: float
    lat: float
    azimuth: int


@dataclass(frozen=True, slots=True)
class AlarmSeed:
    """The panel's account at the receiving centre; ``key`` is hex, empty for a clear account."""

    account: str
    key: str
    interval_s: int


@dataclass(frozen=True, slots=True)
class SiteSeed:
    """A protected site with everything on it."""

    code: str
    kind: SiteKind
    name: str
    name_en: str
    body: str
    region: str
    address: str
    lon: float
    lat: float
    contractor: str
    contacts: tuple[ContactSeed, ...]
    zones: tuple[ZoneSeed, ...]
    devices: tuple[DeviceSeed, ...]
    alarm: AlarmSeed | None
    in_use: tuple[int, int, int]


@dataclass(slots=True)
class Population:
    """Everything that lives in the city."""

    seed: int
    bodies: list[Body] = field(default_factory=list)
    sites: list[SiteSeed] = field(default_factory=list)

    def dice(self) -> random.Random:
        """Dice for whatever is drawn later, thrown the same way for the same seed."""
        return random.Random(self.seed + 2)


def stations() -> Iterator[tuple[str, str, str, str]]:
    """Police-station areas: (12-digit code, district code, Chinese name, English name)."""
    for district in DISTRICTS:
        for index, (name, name_en) in enumerate(district.stations, 1):
            yield (
                f"{district.code}{index:03d}000",
                district.code,
                f"{name}派出所",
                f"{name_en} Police Station",
            )


def populate(plan: Plan) -> Population:
    """People the drawn city. Deterministic in the plan's seed."""
    rng = random.Random(plan.seed + 1)
    city = Population(plan.seed, bodies=list(_standing_bodies()))
    free = list(plan.blocks)
    rng.shuffle(free)
    used_names: set[str] = set()
    number = 0
    for kind in KINDS:
        chain = f"{kind.key}-chain"
        for index in range(kind.count):
            block = next((b for ground in kind.grounds for b in free if b.kind == ground), free[0])
            free.remove(block)
            number += 1
            name, name_en = _name(rng, kind, index, block, used_names)
            body = _owner(city, kind, index, name, name_en, block, chain)
            city.sites.append(_site(rng, kind, number, name, name_en, body, block))
    return city


def _standing_bodies() -> Iterator[Body]:
    yield Body(
        "psb",
        "authority",
        "云河市公安局技防办",
        "Yunhe Public Security Bureau, Technical Prevention Office",
        CITY_CODE + "00",
    )
    for district in DISTRICTS:
        yield Body(
            f"psb-{district.code}",
            "authority",
            f"云河市公安局{district.name}分局",
            f"Yunhe Public Security Bureau, {district.name_en}",
            district.code,
            "psb",
        )
    yield Body("centre", "alarm_service", "云河联网报警服务中心", "Yunhe Alarm-Receiving Centre", "449802")
    for key, name, name_en, region in (
        ("c1", "云河安防工程有限公司", "Yunhe Security Engineering", "449802"),
        ("c2", "磐石智能科技有限公司", "Panshi Intelligent Technology", "449806"),
        ("c3", "海防电子系统有限公司", "Haifang Electronic Systems", "449804"),
        ("c4", "明眸视讯技术有限公司", "Mingmou Video Technology", "449803"),
    ):
        yield Body(key, "contractor", name, name_en, region)
    yield Body("lab", "testing_body", "云河安全技术检测院", "Yunhe Security Testing Institute", "449806")
    yield Body(
        "assoc", "association", "云河市安全技术防范协会", "Yunhe Security Technology Association", "449802"
    )


def _name(rng: random.Random, kind: SiteKind, index: int, block: Block, used: set[str]) -> tuple[str, str]:
    pattern, pattern_en = kind.names[index % len(kind.names)]
    district = DISTRICTS[block.district]
    for _ in range(60):
        street, street_en = rng.choice(STREETS_EW) if rng.random() < 0.35 else rng.choice(district.stations)
        short = street[:-1] if street[-1] in "路街" else street
        short_en = street_en.removesuffix(" Road").removesuffix(" Street")
        values = {
            "street": short,
            "street_en": short_en,
            "district": district.name,
            "district_en": district.name_en,
            "n": "一二三四五六七八"[index % 8],
        }
        name, name_en = pattern.format(**values), pattern_en.format(**{**values, "n": str(index % 8 + 1)})
        if name not in used:
            used.add(name)
            return name, name_en
    name, name_en = f"{name}{index + 1}号", f"{name_en} {index + 1}"
    used.add(name)
    return name, name_en


_CHAINS = {
    "bank_branch": (
        ("云河商业银行", "Yunhe Commercial Bank"),
        ("云海农村信用社", "Yunhai Rural Credit"),
        ("临江银行", "Linjiang Bank"),
    ),
    "jewellery": (("金福珠宝", "Jinfu Jewellers"), ("玉润斋", "Yurunzhai Jade")),
    "fuel_station": (("云河石化", "Yunhe Petrol"),),
    "metro": (("云河地铁集团", "Yunhe Metro"),),
}


def _owner(
    city: Population, kind: SiteKind, index: int, name: str, name_en: str, block: Block, chain: str
) -> str:
    region = DISTRICTS[block.district].code
    names = _CHAINS.get(kind.key)
    if names is None:
        key = f"u{len(city.bodies)}"
        city.bodies.append(Body(key, "key_unit" if kind.risk <= 3 else "unit", name, name_en, region))
        return key
    which = index % len(names)
    parent = f"{chain}-{which}"
    if not any(body.key == parent for body in city.bodies):
        city.bodies.append(Body(parent, "key_unit", *names[which], CITY_CODE + "00"))
    return parent


def _site(
    rng: random.Random, kind: SiteKind, number: int, name: str, name_en: str, body: str, block: Block
) -> SiteSeed:
    district = DISTRICTS[block.district]
    u = block.centre[0] + rng.uniform(-0.22, 0.22)
    v = block.centre[1] + rng.uniform(-0.22, 0.22)
    lon, lat = to_wgs84(*warp(u, v))
    station = rng.randrange(len(district.stations)) + 1
    street = STREETS_EW[block.street][0]
    near = _near(rng, lon, lat)
    return SiteSeed(
        code=f"YH{number:04d}",
        kind=kind,
        name=name,
        name_en=name_en,
        body=body,
        region=f"{district.code}{station:03d}000",
        address=f"{CITY[0]}{district.name}{street}{rng.randrange(1, 300)}号",
        lon=lon,
        lat=lat,
        contractor=f"c{rng.randrange(1, 5)}",
        contacts=tuple(_contacts(rng)),
        zones=tuple(_zones(kind, near)) if kind.panel else (),
        devices=tuple(_devices(rng, kind, number, district.code, near)),
        alarm=_alarm(rng, number) if kind.panel else None,
        in_use=(rng.randrange(2014, 2026), rng.randrange(1, 13), rng.randrange(1, 29)),
    )


def _near(rng: random.Random, lon: float, lat: float) -> Iterator[tuple[float, float]]:
    while True:
        yield round(lon + rng.gauss(0, 0.00035), 6), round(lat + rng.gauss(0, 0.0003), 6)


def _contacts(rng: random.Random) -> Iterator[ContactSeed]:
    for order, duty in enumerate(
        ("security_head", "duty_room", "key_holder", "principal")[: rng.randrange(2, 5)], 1
    ):
        name = rng.choice(_FAMILY)[0] + rng.choice(_GIVEN)[0]
        yield ContactSeed(
            name,
            f"1{rng.choice('35789')}{rng.randrange(10)}0000{rng.randrange(10_000):04d}",
            duty,
            order,
            rng.choice(_PHRASES),
        )


def _zones(kind: SiteKind, near: Iterator[tuple[float, float]]) -> Iterator[ZoneSeed]:
    plain = kind.zones - (2 if kind.hold_up else 0)
    for index in range(plain):
        name, name_en, detector, principle = _ZONES[index % len(_ZONES)]
        suffix = "" if index < len(_ZONES) else f" {index // len(_ZONES) + 1}"
        lon, lat = next(near)
        yield ZoneSeed(
            index + 1,
            1 + index * 2 // max(plain, 1) if kind.zones > 10 else 1,
            name + suffix,
            name_en + suffix,
            detector,
            principle,
            lon,
            lat,
        )
    if kind.hold_up:
        for number, name, name_en in (
            (plain + 1, "柜台紧急按钮", "Counter hold-up button"),
            (plain + 2, "值班室紧急按钮", "Guard-room hold-up button"),
        ):
            lon, lat = next(near)
            yield ZoneSeed(number, 1, name, name_en, "hold_up_button", "hold_up", lon, lat)


def _device_id(district: str, kind_code: str, serial: int) -> str:
    """A GB/T 28181 code: centre 8 digits, industry 00, type 3, network 0, serial 6."""
    return f"{district}0100{kind_code}0{serial:06d}"


def _devices(
    rng: random.Random, kind: SiteKind, number: int, district: str, near: Iterator[tuple[float, float]]
) -> Iterator[DeviceSeed]:
    vendor, prefix = rng.choice(_MAKERS)
    serial = number * 100
    wanted = [("camera", "132", _CAMERAS, round(kind.cameras * 0.42)), ("reader", "133", _DOORS, kind.doors)]
    if kind.panel:
        yield DeviceSeed(
            "alarm_panel",
            1,
            "报警主机",
            "Alarm panel",
            _device_id(district, "117", serial),
            vendor,
            f"{prefix}-A{rng.choice((8, 16, 32))}",
            *next(near),
            0,
        )
    yield DeviceSeed(
        "recorder",
        1,
        "网络录像机",
        "Network video recorder",
        _device_id(district, "118", serial + 1),
        vendor,
        f"{prefix}-N{rng.choice((16, 32, 64))}",
        *next(near),
        0,
    )
    for device, code, names, count in wanted:
        for index in range(count):
            serial += 1
            name, name_en = names[index % len(names)]
            suffix = "" if index < len(names) else f" {index // len(names) + 1}"
            yield DeviceSeed(
                device,
                index + 1,
                name + suffix,
                name_en + suffix,
                _device_id(district, code, serial + 10),
                vendor,
                f"{prefix}-{'C' if device == 'camera' else 'R'}{rng.choice((2, 4, 8))}{rng.randrange(10)}0",
                *next(near),
                rng.randrange(0, 360, 15),
            )


def _alarm(rng: random.Random, number: int) -> AlarmSeed:
    key = "" if rng.random() < 0.45 else rng.randbytes(rng.choice((16, 24, 32))).hex().upper()
    return AlarmSeed(account=f"{0xA000 + number:04X}", key=key, interval_s=rng.choice((60, 90, 180)))
