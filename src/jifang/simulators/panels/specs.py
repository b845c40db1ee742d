"""What a simulated panel is: account, key, zones, paths. From a file, or invented."""

import csv
import io
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jifang.protocols.dc09 import key_from_hex

Scheme = Literal["CID", "SIA"]


@dataclass(frozen=True, slots=True)
class Zone:
    """One detector: its number at the panel, its area, and whether it is a hold-up button."""

    number: int
    area: int = 1
    hold_up: bool = False


@dataclass(frozen=True, slots=True)
class PanelPath:
    """One way to a receiver. ``interval`` seconds between polls; 0: the path does not poll."""

    host: str
    port: int
    transport: Literal["tcp", "udp"] = "tcp"
    interval: float = 60.0
    receiver: str | None = None
    line: str | None = "0"


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One panel. The first path is the main one; a message that fails on it goes to the next."""

    account: str
    paths: tuple[PanelPath, ...]
    key: bytes | None = field(default=None, repr=False)
    scheme: Scheme = "CID"
    zones: tuple[Zone, ...] = (Zone(1), Zone(2), Zone(3), Zone(4, hold_up=True))
    clock_offset: float = 0.0
    """Seconds by which the panel's clock is wrong at first."""
    stamps: bool = True
    """Whether clear frames carry a timestamp (encrypted ones always do)."""


def read_panels(name: str, content: bytes, *, host: str = "127.0.0.1", port: int = 7700) -> list[PanelSpec]:
    """Read a list of panels: JSON (a list of objects) or CSV (a head line), told apart by ``name``'s ending.

    Columns: ``account`` (required), ``key`` (hexadecimal), ``host``, ``port``, ``transport`` (tcp, udp),
    ``interval`` (s), ``scheme`` (CID, SIA), ``zones`` (a list of numbers, in CSV with blanks between). Raises
    ValueError with the row and field.
    """
    text = content.decode("utf-8-sig")
    rows: Iterable[Mapping[str, Any]]
    rows = json.loads(text) if name.lower().endswith(".json") else csv.DictReader(io.StringIO(text))
    panels = []
    for number, row in enumerate(rows, start=1):
        try:
            panels.append(_panel(row, host, port))
        except (KeyError, ValueError, TypeError) as error:
            raise ValueError(f"row {number}: {error}") from error
    return panels


def _panel(row: Mapping[str, Any], host: str, port: int) -> PanelSpec:
    account = str(row["account"]).strip()
    if not account:
        raise ValueError("account: is empty")
    transport = str(row.get("transport") or "tcp")
    scheme = str(row.get("scheme") or "CID")
    if transport not in ("tcp", "udp"):
        raise ValueError(f"transport: {transport!r} is neither tcp nor udp")
    if scheme not in ("CID", "SIA"):
        raise ValueError(f"scheme: {scheme!r} is neither CID nor SIA")
    path = PanelPath(
        str(row.get("host") or host),
        int(row.get("port") or port),
        "udp" if transport == "udp" else "tcp",
        float(row.get("interval") or 60),
    )
    zones = row.get("zones") or ""
    numbers = [int(one) for one in (zones.split() if isinstance(zones, str) else zones)]
    spec = PanelSpec(
        account,
        (path,),
        key_from_hex(str(row["key"])) if row.get("key") else None,
        "SIA" if scheme == "SIA" else "CID",
    )
    if not numbers:
        return spec
    last = numbers[-1]
    return PanelSpec(
        spec.account,
        spec.paths,
        spec.key,
        spec.scheme,
        tuple(Zone(one, hold_up=one == last) for one in numbers),
    )


def invented(
    count: int, *, host: str, port: int, seed: int = 1, interval: float = 60.0, encrypted: float = 0.0
) -> list[PanelSpec]:
    """``count`` panels nobody registered, accounts from A00000 on; ``encrypted`` is the share with a key."""
    dice = random.Random(seed)
    panels = []
    for number in range(count):
        key = dice.randbytes(dice.choice((16, 24, 32))) if dice.random() < encrypted else None
        panels.append(
            PanelSpec(
                f"{0xA00000 + number:X}",
                (PanelPath(host, port, interval=interval),),
                key,
                "SIA" if dice.random() < 0.4 else "CID",
            )
        )
    return panels
