"""Region codes: GB/T 2260 for province, city and county, police-station areas below.

A code of a province, city or county has six digits, two per level, zeros below (``440000``, ``440100``,
``440103``). The area of a police station has the twelve digits of the station's organ code (GA/T 380), whose
first six are the county (``440103510000``). Names of cities and counties are rows of the registry; only the
34 provinces are known here.

Municipalities and counties directly under a province have no real city above them: ``ancestors`` gives the
codes that the digits imply, and the registry hangs a region below the nearest one it has.
"""

from __future__ import annotations

import re
from enum import IntEnum

from jifang.kernel.errors import BadInputError, gettext_noop


class Level(IntEnum):
    """Depth of a region in the tree."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    STATION = 4


_SIGNIFICANT = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.STATION: 12}
_CODE = re.compile(r"[0-9]{6}(?:[0-9]{6})?")

PROVINCES: dict[str, tuple[str, str]] = {
    "11": ("北京市", "Beijing"),
    "12": ("天津市", "Tianjin"),
    "13": ("河北省", "Hebei"),
    "14": ("山西省", "Shanxi"),
    "15": ("内蒙古自治区", "Inner Mongolia"),
    "21": ("辽宁省", "Liaoning"),
    "22": ("吉林省", "Jilin"),
    "23": ("黑龙江省", "Heilongjiang"),
    "31": ("上海市", "Shanghai"),
    "32": ("江苏省", "Jiangsu"),
    "33": ("浙江省", "Zhejiang"),
    "34": ("安徽省", "Anhui"),
    "35": ("福建省", "Fujian"),
    "36": ("江西省", "Jiangxi"),
    "37": ("山东省", "Shandong"),
    "41": ("河南省", "Henan"),
    "42": ("湖北省", "Hubei"),
    "43": ("湖南省", "Hunan"),
    "44": ("广东省", "Guangdong"),
    "45": ("广西壮族自治区", "Guangxi"),
    "46": ("海南省", "Hainan"),
    "50": ("重庆市", "Chongqing"),
    "51": ("四川省", "Sichuan"),
    "52": ("贵州省", "Guizhou"),
    "53": ("云南省", "Yunnan"),
    "54": ("西藏自治区", "Tibet"),
    "61": ("陕西省", "Shaanxi"),
    "62": ("甘肃省", "Gansu"),
    "63": ("青海省", "Qinghai"),
    "64": ("宁夏回族自治区", "Ningxia"),
    "65": ("新疆维吾尔自治区", "Xinjiang"),
    "71": ("台湾省", "Taiwan"),
    "81": ("香港特别行政区", "Hong Kong"),
    "82": ("澳门特别行政区", "Macao"),
}
"""Province digits of GB/T 2260 with Chinese and English name."""


def validate(code: str, field: str = "region") -> str:
    """The code itself when it is well formed and its province exists; else ``BadInputError``."""
    if not _CODE.fullmatch(code):
        raise BadInputError(
            field,
            code,
            gettext_noop("“%(value)s” is not a region code."),
            gettext_noop("Give six digits (GB/T 2260), or twelve for the area of a police station."),
        )
    if code[:2] not in PROVINCES:
        raise BadInputError(
            field,
            code,
            gettext_noop("“%(value)s”: no province has the digits %(digits)s (digits 1–2)."),
            gettext_noop("Take the code from GB/T 2260."),
            digits=code[:2],
        )
    if code[2:4] == "00" and code[4:6] != "00":
        raise BadInputError(
            field,
            code,
            gettext_noop("“%(value)s” names a county without a city (digits 3–4 are 00)."),
            gettext_noop("Give the city in digits 3–4, or 00 in digits 5–6 for the province."),
        )
    if len(code) == 12 and (code[4:6] == "00" or code[6:] == "000000"):
        raise BadInputError(
            field,
            code,
            gettext_noop("“%(value)s” has twelve digits but names no police station below a county."),
            gettext_noop("Give six digits for province, city or county; a station has digits 7–12 as well."),
        )
    return code


def level_of(code: str, field: str = "region") -> Level:
    """The level a code names. Raises ``BadInputError``."""
    validate(code, field)
    if len(code) == 12:
        return Level.STATION
    if code[4:6] != "00":
        return Level.COUNTY
    return Level.CITY if code[2:4] != "00" else Level.PROVINCE


def parent_of(code: str) -> str | None:
    """The code one level up, as the digits imply it; None for a province."""
    level = level_of(code)
    if level is Level.PROVINCE:
        return None
    if level is Level.STATION:
        return code[:6]
    return code[:4] + "00" if level is Level.COUNTY else code[:2] + "0000"


def ancestors(code: str) -> tuple[str, ...]:
    """Codes from the province down to the parent; empty for a province."""
    found: list[str] = []
    parent = parent_of(code)
    while parent is not None:
        found.append(parent)
        parent = parent_of(parent)
    return tuple(reversed(found))


def path_of(code: str) -> str:
    """Materialised path from the province to the region: ``440000/440100/440103/``.

    A region lies in another's subtree exactly when its path starts with the other's path.
    """
    return "".join(f"{part}/" for part in (*ancestors(code), code))


def prefix_of(code: str) -> str:
    """The significant digits: ``44`` for ``440000``. Codes in the subtree start with them."""
    return code[: _SIGNIFICANT[level_of(code)]]


def is_within(code: str, region: str) -> bool:
    """Whether ``code`` is ``region`` or lies below it."""
    validate(code)
    return code.startswith(prefix_of(region))


def province_name(code: str) -> tuple[str, str]:
    """Chinese and English name of the province a code lies in."""
    return PROVINCES[validate(code)[:2]]
