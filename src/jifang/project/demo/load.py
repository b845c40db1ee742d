"""Writes the city into an empty installation: in bulk, in one transaction, as the system."""

import hashlib
import json
from datetime import date, datetime, timedelta

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password

from jifang.identity.access import SYSTEM
from jifang.identity.audit import acting
from jifang.identity.models import Account, Grant, Organisation, Region
from jifang.operations.alarms.models import AccountPath, AlarmAccount, Listener
from jifang.project.config import Config
from jifang.project.demo.logins import Login, make
from jifang.registry.models import Contact, Device, FloorPlan, FloorPlanPicture, Point, SecuritySystem, Site
from jifang.registry.phrases import seal
from jifang.simulators.city import Plan, Population, draw, populate
from jifang.simulators.city.floor import HEIGHT, METRES_PER_PIXEL, WIDTH, Floor, draw_floor
from jifang.simulators.city.people import (
    CITY,
    CITY_CODE,
    PROVINCE,
    PROVINCE_CODE,
    DeviceSeed,
    ZoneSeed,
    stations,
)
from jifang.simulators.city.plan import DISTRICTS

SYSTEMS = (
    ("intrusion", "入侵和紧急报警系统", ("alarm_panel",)),
    ("video", "视频监控系统", ("camera", "recorder")),
    ("access_control", "出入口控制系统", ("reader",)),
)
REASON = "演示城市 · demo city"
GD_ITEMS = {item: f"9.{item}" for item in range(1, 11)}


def load(config: Config, *, at: datetime) -> bool:
    """Load the demo city into an installation without any account; returns whether anything was loaded."""
    if Account.objects.exists():
        return False
    plan = draw()
    city = populate(plan)
    write_basemap(config, plan)
    with acting(by=SYSTEM, at=at, reason=REASON):
        regions = _regions()
        bodies = _bodies(city, regions)
        password, accounts = make(config)
        _accounts(accounts, password, bodies, regions, at)
        sites = _sites(city, regions, bodies)
        _contacts(city, sites)
        plans = _floor_plans(city, sites)
        panels = _equipment(city, sites, bodies, plans)
        _alarm_accounts(city, sites, panels, at)
    return True


def write_basemap(config: Config, plan: Plan) -> None:
    """Write the layers that the map page draws under the sites."""
    folder = config.var / "basemap"
    folder.mkdir(parents=True, exist_ok=True)
    for name, layer in plan.layers.items():
        text = json.dumps(layer, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def _regions() -> dict[str, Region]:
    made: dict[str, Region] = {}

    def add(code: str, name: str, name_en: str, level: str, parent: Region | None) -> None:
        path = f"{parent.path if parent else '/'}{code}/"
        made[code] = Region.objects.create(
            code=code, name=name, name_en=name_en, level=level, parent=parent, path=path
        )

    add(PROVINCE_CODE + "0000", *PROVINCE, Region.Level.PROVINCE, None)
    add(CITY_CODE + "00", *CITY, Region.Level.CITY, made[PROVINCE_CODE + "0000"])
    for district in DISTRICTS:
        add(district.code, district.name, district.name_en, Region.Level.COUNTY, made[CITY_CODE + "00"])
    for code, county, name, name_en in stations():
        add(code, name, name_en, Region.Level.STATION, made[county])
    return made


def _bodies(city: Population, regions: dict[str, Region]) -> dict[str, Organisation]:
    made: dict[str, Organisation] = {}
    for body in city.bodies:
        parent = made.get(body.parent)
        row = Organisation.objects.create(
            kind=body.kind,
            name=body.name,
            name_en=body.name_en,
            region=regions[body.region],
            parent=parent,
            path=f"/new/{body.key}/",
        )
        row.path = f"{parent.path if parent else '/'}{row.pk}/"
        made[body.key] = row
    Organisation.objects.bulk_update(made.values(), ["path"])
    return made


def _accounts(
    accounts: tuple[Login, ...],
    password: str,
    bodies: dict[str, Organisation],
    regions: dict[str, Region],
    at: datetime,
) -> None:
    hashed = make_password(password)
    rows = Account.objects.bulk_create(
        Account(
            username=login.username,
            name=login.name,
            organisation=bodies[login.body],
            password=hashed,
            created_at=at,
        )
        for login in accounts
    )
    Grant.objects.bulk_create(
        Grant(
            account=row,
            role=login.role,
            region=regions[login.region] if login.region else None,
            organisation=None if login.region else bodies[login.body],
            may_export=login.may_export,
            starts_at=at - timedelta(days=1),
            reason=REASON,
        )
        for row, login in zip(rows, accounts, strict=True)
    )
    for row, login in zip(rows, accounts, strict=True):
        if login.totp:
            TOTP.activate(row, login.totp)


def _sites(city: Population, regions: dict[str, Region], bodies: dict[str, Organisation]) -> dict[str, Site]:
    rows = Site.objects.bulk_create(
        Site(
            code=seed.code,
            name=seed.name,
            name_en=seed.name_en,
            organisation=bodies[seed.body],
            region=regions[seed.region],
            alarm_service=bodies["centre"] if seed.alarm else None,
            address=seed.address,
            lon=seed.lon,
            lat=seed.lat,
            in_use_on=date(*seed.in_use),
            order799_class=seed.kind.class_799,
            gd9_item=GD_ITEMS[seed.kind.gd9],
            counter_terror_target=seed.kind.counter_terror,
            secrecy_neighbour=False if seed.kind.key != "research" else None,
            responsible_party=bodies[seed.body],
            responsible_basis="owner",
            risk_level=min(seed.kind.risk, 3),
        )
        for seed in city.sites
    )
    return {row.code: row for row in rows}


def _contacts(city: Population, sites: dict[str, Site]) -> None:
    rows, phrases = [], []
    for seed in city.sites:
        for person in seed.contacts:
            rows.append(
                Contact(
                    site=sites[seed.code],
                    name=person.name,
                    role=person.duty,
                    phone=person.phone,
                    order=person.order,
                    holds_keys=person.duty == "key_holder",
                    hours=[{"days": [1, 2, 3, 4, 5], "from": "08:00", "to": "20:00"}]
                    if person.duty == "principal"
                    else [],
                )
            )
            phrases.append(person.phrase)
    Contact.objects.bulk_create(rows)
    for row, phrase in zip(rows, phrases, strict=True):
        row.pass_phrase = seal(row, phrase)
    Contact.objects.bulk_update(rows, ["pass_phrase"])


def _floor_plans(city: Population, sites: dict[str, Site]) -> dict[str, tuple[FloorPlan, Floor]]:
    """A drawn ground floor for every site with a panel, by site code."""
    rng = city.dice()
    drawn = {
        seed.code: draw_floor(
            rng, [zone.kind for zone in seed.zones], sum(device.kind == "camera" for device in seed.devices)
        )
        for seed in city.sites
        if seed.alarm
    }
    rows = FloorPlan.objects.bulk_create(
        FloorPlan(
            site=sites[code],
            name="一层",
            level=1,
            width=WIDTH,
            height=HEIGHT,
            metres_per_pixel=METRES_PER_PIXEL,
            sha256=hashlib.sha256(floor.png).hexdigest(),
        )
        for code, floor in drawn.items()
    )
    FloorPlanPicture.objects.bulk_create(
        FloorPlanPicture(floor_plan=row, media_type="image/png", content=drawn[row.site.code].png)
        for row in rows
    )
    return {row.site.code: (row, drawn[row.site.code]) for row in rows}


def _equipment(
    city: Population,
    sites: dict[str, Site],
    bodies: dict[str, Organisation],
    plans: dict[str, tuple[FloorPlan, Floor]],
) -> dict[str, Device]:
    """Systems, devices and points; returns the alarm panel of each site code."""
    systems = SecuritySystem.objects.bulk_create(
        SecuritySystem(
            site=sites[seed.code],
            kind=kind,
            name=name,
            built_by="operator",
            public_area=seed.kind.class_799 != "c" if kind == "video" else None,
            contractor=bodies[seed.contractor],
            maintainer=bodies[seed.contractor],
            in_use_on=date(*seed.in_use),
            storage_days=(90 if seed.kind.counter_terror else 30) if kind == "video" else None,
            networked_with_police=seed.kind.hold_up if kind == "intrusion" else None,
        )
        for seed in city.sites
        for kind, name, _devices in SYSTEMS
        if kind != "intrusion" or seed.alarm
    )
    system_of = {(system.site_id, system.kind): system for system in systems}
    owner = {device: kind for kind, _name, devices in SYSTEMS for device in devices}
    rows = [
        Device(
            site=sites[seed.code],
            system=system_of[sites[seed.code].pk, owner[device.kind]],
            kind=device.kind,
            name=device.name,
            gb28181_id=device.gb28181_id,
            gb28181_edition="2022",
            vendor=device.vendor,
            model=device.model,
            serial=f"{device.model}-{device.gb28181_id[-8:]}",
            lon=device.lon,
            lat=device.lat,
            heading_deg=device.azimuth if device.kind == "camera" else None,
            view_angle_deg=80 if device.kind == "camera" else None,
            range_m=30 if device.kind == "camera" else None,
            audio_capable=False if device.kind == "camera" else None,
            sign_present=device.number % 7 != 0 if device.kind == "camera" else None,
            in_use_on=date(*seed.in_use),
        )
        for seed in city.sites
        for device in seed.devices
    ]
    Device.objects.bulk_create(rows)
    panels = {row.site.code: row for row in rows if row.kind == "alarm_panel"}
    seeds = [device for seed in city.sites for device in seed.devices]
    Point.objects.bulk_create(
        [
            _view(device, row, plans)
            for device, row in zip(seeds, rows, strict=True)
            if device.kind in {"camera", "reader"}
        ]
        + [
            _zone(zone, panels[seed.code], *plans[seed.code], index)
            for seed in city.sites
            for index, zone in enumerate(seed.zones)
        ]
    )
    return panels


def _view(device: DeviceSeed, row: Device, plans: dict[str, tuple[FloorPlan, Floor]]) -> Point:
    """The point of a camera's view or of a reader's door."""
    plan, floor = plans.get(row.site.code, (None, None))
    spot = floor.cameras[device.number - 1] if floor and device.kind == "camera" else (None, None)
    return Point(
        site=row.site,
        system=row.system,
        device=row,
        kind="camera" if device.kind == "camera" else "door",
        number=device.number,
        name=row.name,
        lon=row.lon,
        lat=row.lat,
        floor_plan=plan if spot[0] is not None else None,
        plan_x=spot[0],
        plan_y=spot[1],
    )


def _zone(zone: ZoneSeed, panel: Device, plan: FloorPlan, floor: Floor, index: int) -> Point:
    return Point(
        site=panel.site,
        system=panel.system,
        device=panel,
        kind="zone",
        number=zone.number,
        area=zone.area,
        name=zone.name,
        principle=zone.principle,
        always_armed=zone.principle == "hold_up",
        floor_plan=plan,
        plan_x=floor.zones[index][0],
        plan_y=floor.zones[index][1],
        lon=zone.lon,
        lat=zone.lat,
    )


def _alarm_accounts(
    city: Population, sites: dict[str, Site], panels: dict[str, Device], at: datetime
) -> None:
    listener, _made = Listener.objects.get_or_create(number=1, defaults={"name": "DC-09"})
    rows = []
    for seed in city.sites:
        if seed.alarm is None:
            continue
        row = AlarmAccount(
            number=seed.alarm.account,
            name=seed.name[:100],
            site=sites[seed.code],
            panel=f"{panels[seed.code].vendor} {panels[seed.code].model}",
            charset="gb18030",
            created_at=at,
        )
        if seed.alarm.key:
            row.key_mode = "hex"
            row.key_changed_at = at
            row.key_sealed = settings.SEALING_RING.seal(
                bytes.fromhex(seed.alarm.key), context=row.key_context
            )
        rows.append(row)
    AlarmAccount.objects.bulk_create(rows)
    intervals = {seed.alarm.account: seed.alarm.interval_s for seed in city.sites if seed.alarm}
    AccountPath.objects.bulk_create(
        AccountPath(account=row, name="1", listener=listener, interval_seconds=intervals[row.number])
        for row in rows
    )
