"""A small registry for tests: one site of a unit, with a system, devices, points and people."""

import struct
import zlib
from dataclasses import dataclass
from datetime import date

from jifang.identity.access import SYSTEM
from jifang.registry import actions
from jifang.registry.models import Contact, Device, Point, SecuritySystem, Site
from tests.fixtures import AT, World

CAMERA_ID = "44010300001320000001"


@dataclass(frozen=True)
class Seeded:
    """What was planted."""

    site: Site
    system: SecuritySystem
    panel: Device
    camera: Device
    zone: Point
    contact: Contact


def site(world: World, code: str, name: str = "东风支行", **fields: object) -> Site:
    """A site of the world's unit."""
    values = {
        "code": code,
        "name": name,
        "organisation": world.unit,
        "region": world.station,
        "alarm_service": world.centre,
        "address": "中山路12号",
        "lon": 113.26,
        "lat": 23.13,
        **fields,
    }
    return actions.create(Site, values, by=SYSTEM, at=AT)


def plant(world: World, code: str = "A001", **fields: object) -> Seeded:
    """A site with everything below it, made by the system."""
    made = site(world, code, **fields)
    told = {"by": SYSTEM, "at": AT}
    system = actions.create(
        SecuritySystem,
        {
            "site": made,
            "kind": "intrusion",
            "name": "入侵报警系统",
            "contractor": world.contractor,
            "in_use_on": date(2024, 5, 1),
        },
        **told,
    )
    panel = actions.create(
        Device, {"site": made, "system": system, "kind": "alarm_panel", "name": "报警主机"}, **told
    )
    camera = actions.create(
        Device,
        {
            "site": made,
            "kind": "camera",
            "name": "大厅枪机",
            "gb28181_id": CAMERA_ID if code == "A001" else "",
            "gb28181_edition": "2016" if code == "A001" else "",
        },
        **told,
    )
    zone = actions.create(
        Point,
        {
            "site": made,
            "system": system,
            "device": panel,
            "kind": "zone",
            "number": 1,
            "area": 1,
            "name": "金库红外",
            "principle": "pir",
        },
        **told,
    )
    contact = actions.create(
        Contact, {"site": made, "name": "王伟", "role": "key_holder", "phone": "13900000001"}, **told
    )
    return Seeded(made, system, panel, camera, zone, contact)


def png(width: int = 40, height: int = 30) -> bytes:
    """The smallest PNG of that size: signature, IHDR, one IDAT, IEND."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\x00" + b"\xff" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
