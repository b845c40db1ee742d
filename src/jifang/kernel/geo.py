"""Positions. Everything inside is WGS-84 degrees (CGCS2000 agrees within centimetres); lengths are metres.

China's web maps draw in GCJ-02, a smooth displacement of WGS-84 by some hundred metres, and Baidu's in BD-09,
a second displacement on top of it. The raw value and its declared system are kept beside the converted one;
conversion happens at the edge. The forward transforms have no closed inverse: the inverse iterates until the
forward transform returns the given point (better than a millimetre).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from jifang.kernel.errors import BadInputError, gettext_noop

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius R1 of the WGS-84 ellipsoid (IUGG)."""
_KRASOVSKY_A = 6_378_245.0
_KRASOVSKY_EE = 0.00669342162296594323
_BD_PI = math.pi * 3000.0 / 180.0
_INVERSE_EPSILON = 1e-10
_INVERSE_ROUNDS = 40


class System(StrEnum):
    """The coordinate system in which a position was declared."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True)
class Point:
    """Longitude and latitude in degrees, east and north positive."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Position:
    """A position as it was given (``raw`` in ``system``) and as it is kept (``wgs84``)."""

    wgs84: Point
    raw: str
    system: System


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of longitude and latitude in degrees; it never crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, point: Point) -> bool:
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north


def in_china(point: Point) -> bool:
    """Whether the displacement of GCJ-02 applies: the rectangle its transform uses, not a border."""
    return 72.004 <= point.lon <= 137.8347 and 0.8293 <= point.lat <= 55.8271


def wgs84_to_gcj02(point: Point) -> Point:
    """Displace; points outside ``in_china`` stay where they are."""
    if not in_china(point):
        return point
    x, y = point.lon - 105.0, point.lat - 35.0
    root = math.sqrt(abs(x))
    short = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + short
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + short
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    latitude = math.radians(point.lat)
    magic = 1.0 - _KRASOVSKY_EE * math.sin(latitude) ** 2
    meridian = _KRASOVSKY_A * (1.0 - _KRASOVSKY_EE) / (magic * math.sqrt(magic))
    parallel = _KRASOVSKY_A / math.sqrt(magic) * math.cos(latitude)
    return Point(point.lon + math.degrees(east / parallel), point.lat + math.degrees(north / meridian))


def gcj02_to_wgs84(point: Point) -> Point:
    """Undo the displacement by iteration."""
    return _inverse(wgs84_to_gcj02, point) if in_china(point) else point


def gcj02_to_bd09(point: Point) -> Point:
    """Baidu's second displacement."""
    radius = math.hypot(point.lon, point.lat) + 0.00002 * math.sin(point.lat * _BD_PI)
    angle = math.atan2(point.lat, point.lon) + 0.000003 * math.cos(point.lon * _BD_PI)
    return Point(radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006)


def bd09_to_gcj02(point: Point) -> Point:
    """Undo Baidu's second displacement by iteration."""
    return _inverse(gcj02_to_bd09, point)


def to_wgs84(point: Point, system: System) -> Point:
    """Convert a point declared in ``system`` into WGS-84."""
    if system is System.BD09:
        return gcj02_to_wgs84(bd09_to_gcj02(point))
    return gcj02_to_wgs84(point) if system is System.GCJ02 else point


def from_wgs84(point: Point, system: System) -> Point:
    """Convert a WGS-84 point into ``system``."""
    if system is System.BD09:
        return gcj02_to_bd09(wgs84_to_gcj02(point))
    return wgs84_to_gcj02(point) if system is System.GCJ02 else point


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres on the mean sphere (within 0.6 % of the ellipsoid)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2.0)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2.0)
    chord = half_lat * half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon * half_lon
    return 2.0 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def box_around(centre: Point, radius_m: float) -> Box:
    """A rectangle that contains every point within ``radius_m`` of the centre; cut at poles and date line."""
    angle = radius_m / EARTH_RADIUS_M * (1.0 + 1e-9)
    d_lat = math.degrees(angle)
    south, north = centre.lat - d_lat, centre.lat + d_lat
    if south <= -90.0 or north >= 90.0:
        return Box(-180.0, max(south, -90.0), 180.0, min(north, 90.0))
    d_lon = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(centre.lat)))))
    west, east = centre.lon - d_lon, centre.lon + d_lon
    if west < -180.0 or east > 180.0:
        west, east = -180.0, 180.0
    return Box(west, south, east, north)


def box_of(points: Iterable[Point]) -> Box | None:
    """The smallest rectangle around the points; None without points."""
    found = list(points)
    if not found:
        return None
    return Box(
        min(p.lon for p in found),
        min(p.lat for p in found),
        max(p.lon for p in found),
        max(p.lat for p in found),
    )


_NUMBER = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
_PLAIN = re.compile(rf"\s*({_NUMBER})\s*[,，;\s]\s*({_NUMBER})\s*")
_ANGLE = r"(\d{1,3}(?:\.\d+)?)\s*[°度]\s*"
_ANGLE += r"(?:(\d{1,2}(?:\.\d+)?)\s*['′’分]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*[\"″”秒]\s*)?"
_DEGREES = re.compile(rf"([NSEW])?\s*{_ANGLE}\s*([NSEW])?", re.IGNORECASE)


def parse_position(raw: str, system: System, field: str = "position") -> Position:
    """Read a position in its declared system.

    Takes ``113.2644, 23.1291`` (longitude first) and degrees, minutes, seconds with hemispheres in any order
    (``23°07'44.8"N 113°15'51.8"E``). Raises ``BadInputError``: no position, or not on the globe.
    """
    plain = _PLAIN.fullmatch(raw)
    point = Point(float(plain[1]), float(plain[2])) if plain else _from_angles(raw, field)
    check_point(point, field, raw)
    return Position(to_wgs84(point, system), raw.strip(), system)


def check_point(point: Point, field: str = "position", raw: str | None = None) -> None:
    """Raise ``BadInputError`` unless longitude and latitude are finite and on the globe."""
    value = raw if raw is not None else f"{point.lon}, {point.lat}"
    if not (math.isfinite(point.lon) and abs(point.lon) <= 180.0):
        raise BadInputError(
            field,
            value,
            gettext_noop("“%(value)s”: the longitude is not between -180 and 180."),
            gettext_noop("Give longitude first, then latitude, in degrees."),
        )
    if not (math.isfinite(point.lat) and abs(point.lat) <= 90.0):
        raise BadInputError(
            field,
            value,
            gettext_noop("“%(value)s”: the latitude is not between -90 and 90."),
            gettext_noop("Longitude comes first, then latitude; they may be swapped."),
        )


def _from_angles(raw: str, field: str) -> Point:
    found: dict[str, float] = {}
    rest = raw
    for match in _DEGREES.finditer(raw):
        before, degrees, minutes, seconds, after = match.groups()
        side = (before or after or "").upper()
        axis = {"E": "lon", "W": "lon", "N": "lat", "S": "lat"}.get(side)
        too_big = float(minutes or 0) >= 60 or float(seconds or 0) >= 60
        if axis is None or axis in found or too_big or (before and after):
            break
        angle = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        found[axis] = -angle if side in "SW" else angle
        rest = rest.replace(match[0], "", 1)
    if len(found) != 2 or rest.strip(" ,，;"):
        raise BadInputError(
            field,
            raw,
            gettext_noop("“%(value)s” is not a position."),
            gettext_noop("Write longitude, latitude in degrees, for example 113.2644, 23.1291."),
        )
    return Point(found["lon"], found["lat"])


def _inverse(forward: Callable[[Point], Point], target: Point) -> Point:
    lon, lat = target.lon, target.lat
    for _ in range(_INVERSE_ROUNDS):
        image = forward(Point(lon, lat))
        d_lon, d_lat = target.lon - image.lon, target.lat - image.lat
        lon, lat = lon + d_lon, lat + d_lat
        if abs(d_lon) < _INVERSE_EPSILON and abs(d_lat) < _INVERSE_EPSILON:
            break
    return Point(lon, lat)
