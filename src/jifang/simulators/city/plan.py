"""The ground plan: a warped grid, cut by a river, grouped into districts.

Everything is laid out in *plan coordinates* (u, v), where streets are straight lines and districts are sets
of cells, and then bent by one smooth warp into metres and into WGS-84. Neighbours share their edges exactly
because both are images of the same line.
"""

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

ORIGIN_LON, ORIGIN_LAT = 114.62, 21.42
METRES_PER_DEGREE = 111_320.0
WIDTH, HEIGHT = 26_000.0, 18_000.0
COLUMNS, ROWS = 52, 36

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class District:
    """A county-level district: its code, names and the plan cell its centre lies in."""

    code: str
    name: str
    name_en: str
    centre: Point
    stations: tuple[tuple[str, str], ...]


DISTRICTS = (
    District(
        "449802",
        "城中区",
        "Chengzhong",
        (25.0, 20.5),
        (
            ("中山路", "Zhongshan Road"),
            ("鼓楼", "Drum Tower"),
            ("文庙", "Confucian Temple"),
            ("河沿", "Riverside"),
        ),
    ),
    District(
        "449803",
        "滨河区",
        "Binhe",
        (33.0, 13.0),
        (("金融城", "Financial City"), ("会展", "Exhibition"), ("白鹭洲", "Egret Isle")),
    ),
    District(
        "449804",
        "东港区",
        "Donggang",
        (44.0, 18.5),
        (("港前", "Harbour Front"), ("保税", "Bonded Zone"), ("渔人湾", "Fisher Bay")),
    ),
    District(
        "449805",
        "西山区",
        "Xishan",
        (9.0, 22.0),
        (("西山", "West Hill"), ("竹溪", "Bamboo Creek"), ("石井", "Stone Well")),
    ),
    District(
        "449806",
        "北城新区",
        "Beicheng New Area",
        (23.0, 31.0),
        (("政务", "Civic Centre"), ("大学城", "University Town"), ("科技园", "Science Park")),
    ),
    District(
        "449807",
        "南湖区",
        "Nanhu",
        (16.0, 7.0),
        (("南湖", "South Lake"), ("梅园", "Plum Garden"), ("工业园", "Industrial Park")),
    ),
)

STREETS_EW = (
    ("滨海大道", "Binhai Avenue"),
    ("南环路", "South Ring Road"),
    ("梅园路", "Meiyuan Road"),
    ("湖滨路", "Hubin Road"),
    ("会展路", "Exhibition Road"),
    ("金融街", "Finance Street"),
    ("滨河南路", "Binhe South Road"),
    ("滨河北路", "Binhe North Road"),
    ("中山路", "Zhongshan Road"),
    ("人民路", "Renmin Road"),
    ("文庙街", "Wenmiao Street"),
    ("解放路", "Jiefang Road"),
    ("建设路", "Jianshe Road"),
    ("科技路", "Keji Road"),
    ("学府路", "Xuefu Road"),
    ("政务大道", "Civic Avenue"),
    ("北环路", "North Ring Road"),
)
STREETS_NS = (
    ("西环路", "West Ring Road"),
    ("石井路", "Shijing Road"),
    ("竹溪路", "Zhuxi Road"),
    ("西山路", "Xishan Road"),
    ("青年路", "Qingnian Road"),
    ("和平路", "Heping Road"),
    ("鼓楼街", "Gulou Street"),
    ("云河大道", "Yunhe Avenue"),
    ("文化路", "Wenhua Road"),
    ("胜利路", "Shengli Road"),
    ("白鹭路", "Bailu Road"),
    ("朝阳路", "Chaoyang Road"),
    ("港前路", "Gangqian Road"),
    ("渔人路", "Yuren Road"),
    ("保税大道", "Bonded Avenue"),
    ("东环路", "East Ring Road"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of ground between streets: its outline, what stands on it, its district."""

    ring: tuple[Point, ...]
    kind: str
    district: int
    centre: Point
    street: int


@dataclass(slots=True)
class Plan:
    """The drawn city: blocks for the sites and GeoJSON layers for the map (WGS-84, degrees)."""

    seed: int
    blocks: list[Block] = field(default_factory=list)
    layers: dict[str, dict[str, Any]] = field(default_factory=dict)


def to_wgs84(x: float, y: float) -> Point:
    """Metres from the south-west corner to (longitude, latitude) in degrees, rounded to about 10 cm."""
    lat = ORIGIN_LAT + y / METRES_PER_DEGREE
    lon = ORIGIN_LON + x / (METRES_PER_DEGREE * math.cos(math.radians(ORIGIN_LAT)))
    return round(lon, 6), round(lat, 6)


def warp(u: float, v: float) -> Point:
    """Bend plan coordinates (0..COLUMNS, 0..ROWS) into metres: two slow waves, a pull towards the centre."""
    x, y = u / COLUMNS, v / ROWS
    bend = 0.022 * math.sin(2.1 * math.pi * y + 0.7) + 0.010 * math.sin(5.3 * math.pi * x + 1.9 * y)
    lift = 0.030 * math.sin(1.7 * math.pi * x + 0.4) + 0.012 * math.sin(4.1 * math.pi * y + 2.6 * x)
    pull = 0.055 * math.exp(-(((x - 0.48) / 0.20) ** 2) - ((y - 0.55) / 0.24) ** 2)
    return ((x + bend - pull * (x - 0.48)) * WIDTH, (y + lift - pull * (y - 0.55)) * HEIGHT)


def river(u: float) -> float:
    """The middle of the river Yun at column ``u``, in plan coordinates."""
    return 16.4 + 2.3 * math.sin(u / 7.4 + 0.6) + 0.8 * math.sin(u / 3.1) - 0.05 * (u - 26)


def river_half_width(u: float) -> float:
    """Half the river's width at column ``u``: it opens into an estuary in the east."""
    return 0.42 + 0.10 * math.sin(u / 2.7) + 0.9 * max(0.0, (u - 40) / 12) ** 2


def coast(v: float) -> float:
    """The column of the eastern shore at row ``v``."""
    return 48.6 + 1.5 * math.sin(v / 4.2 + 1.1) + 0.5 * math.sin(v / 1.5)


def _line(points: Iterable[Point]) -> list[Point]:
    return [to_wgs84(*warp(u, v)) for u, v in points]


def _steps(a: float, b: float, step: float = 0.25) -> Iterator[float]:
    count = max(1, math.ceil(abs(b - a) / step))
    for i in range(count + 1):
        yield a + (b - a) * i / count


def _cell_ring(u0: float, v0: float, u1: float, v1: float, inset: float) -> tuple[Point, ...]:
    u0, v0, u1, v1 = u0 + inset, v0 + inset, u1 - inset, v1 - inset
    ring = _line(
        [(u, v0) for u in _steps(u0, u1, 0.5)]
        + [(u1, v) for v in _steps(v0, v1, 0.5)]
        + [(u, v1) for u in _steps(u1, u0, 0.5)]
        + [(u0, v) for v in _steps(v1, v0, 0.5)]
    )
    return (*ring, ring[0])


def district_at(u: float, v: float) -> int:
    """The district of a plan position: the nearest centre, the river being a border worth two columns."""
    side = v > river(u)

    def cost(d: District) -> float:
        du, dv = d.centre[0] - u, d.centre[1] - v
        across = (d.centre[1] > river(d.centre[0])) != side
        return math.hypot(du, 1.15 * dv) + (5.0 if across else 0.0)

    return min(range(len(DISTRICTS)), key=lambda i: cost(DISTRICTS[i]))


def _feature(geometry: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": properties,
    }


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _wet(u: float, v: float, margin: float = 0.0) -> bool:
    lake = ((u - 14.5) / 2.6) ** 2 + ((v - 9.0) / 1.5) ** 2 < (1 + margin) ** 2
    return abs(v - river(u)) < river_half_width(u) + margin or u > coast(v) - margin or lake


def _kind_of(rng: random.Random, u: float, v: float, district: int) -> str:
    core = math.hypot((u - 26) / 1.2, v - 20)
    if math.hypot((u - 8) / 1.4, v - 24) < 3.4 or math.hypot(u - 14.5, (v - 9.0) * 1.4) < 3.3:
        return "park"
    if district == 2 and u > 42:
        return rng.choice(["industry", "industry", "harbour", "commerce"])
    if district == 5 and u < 11:
        return rng.choice(["industry", "industry", "living"])
    if core < 4:
        return rng.choice(["commerce", "commerce", "commerce", "living", "public"])
    if math.hypot(u - 33, v - 12.5) < 3:
        return rng.choice(["commerce", "commerce", "living"])
    if district == 4 and v > 29:
        return rng.choice(["public", "campus", "living", "commerce"])
    return rng.choice(["living"] * 6 + ["commerce", "public", "park"])


def draw(seed: int = 4498) -> Plan:
    """Draw the city. Deterministic in ``seed``."""
    rng = random.Random(seed)
    plan = Plan(seed)
    for col in range(2, COLUMNS - 4, 1):
        for row in range(1, ROWS - 1):
            u, v = col + 0.5, row + 0.5
            if any(_wet(a, b, 0.12) for a in (col, u, col + 1) for b in (row, v, row + 1)):
                continue
            out = math.hypot((u - 25) / 26, (v - 18) / 18)
            if rng.random() < (out - 0.62) * 1.9:
                continue
            district = district_at(u, v)
            kind = _kind_of(rng, u, v, district)
            inset = 0.09 if kind != "park" else 0.05
            plan.blocks.append(
                Block(
                    _cell_ring(col, row, col + 1, row + 1, inset),
                    kind,
                    district,
                    (u, v),
                    (row + 1) // 2 % len(STREETS_EW),
                )
            )
    plan.layers = {
        "districts": _collection(_district_features()),
        "blocks": _collection([_feature("Polygon", [list(b.ring)], kind=b.kind) for b in plan.blocks]),
        "water": _collection(_water_features()),
        "roads": _collection(list(_road_features(plan))),
        "labels": _collection(list(_label_features())),
    }
    return plan


def _district_features() -> list[dict[str, Any]]:
    """Districts as unions of half cells, outlined by walking the edges that border another district."""
    step = 0.5
    columns, rows = int(COLUMNS / step), int(ROWS / step)
    owner = {
        (i, j): district_at((i + 0.5) * step, (j + 0.5) * step)
        for i in range(2, columns - 4)
        for j in range(1, rows - 1)
        if (i + 0.5) * step < coast((j + 0.5) * step)
    }
    features = []
    for index, district in enumerate(DISTRICTS):
        follow: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for (i, j), who in owner.items():
            if who != index:
                continue
            for (di, dj), a, b in (
                ((0, -1), (i, j), (i + 1, j)),
                ((1, 0), (i + 1, j), (i + 1, j + 1)),
                ((0, 1), (i + 1, j + 1), (i, j + 1)),
                ((-1, 0), (i, j + 1), (i, j)),
            ):
                if owner.get((i + di, j + dj)) != index:
                    follow.setdefault(a, []).append(b)
        rings = []
        while follow:
            start = next(iter(follow))
            ring, here = [start], start
            while True:
                nexts = follow[here]
                there = nexts.pop()
                if not nexts:
                    del follow[here]
                ring.append(there)
                if there == start:
                    break
                here = there
            rings.append(_smooth([(a * step, b * step) for a, b in ring]))
        rings.sort(key=len, reverse=True)
        features.append(
            _feature(
                "MultiPolygon",
                [[_line(r)] for r in rings if len(r) > 8],
                kind="district",
                code=district.code,
                name=district.name,
                name_en=district.name_en,
                index=index,
            )
        )
    return features


def _smooth(ring: list[Point]) -> list[Point]:
    """Cut the corners of a staircase twice (Chaikin), keeping it closed."""
    for _ in range(2):
        out: list[Point] = []
        for (ax, ay), (bx, by) in pairwise(ring):
            out += [
                (ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25),
                (ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75),
            ]
        ring = [*out, out[0]]
    return ring


def _water_features() -> list[dict[str, Any]]:
    us = list(_steps(-14, 54, 0.2))
    banks = [(u, river(u) + river_half_width(u)) for u in us]
    banks += [(u, river(u) - river_half_width(u)) for u in reversed(us)]
    shore = [(coast(v), v) for v in _steps(-20, ROWS + 20, 0.2)]
    lake = [
        (14.5 + 2.6 * math.cos(a / 30 * math.pi), 9.0 + 1.5 * math.sin(a / 30 * math.pi)) for a in range(60)
    ]
    return [
        _feature("Polygon", [_line([*banks, banks[0]])], kind="river", name="云河", name_en="River Yun"),
        _feature(
            "Polygon",
            [_line([*shore, (84, ROWS + 20), (84, -20), shore[0]])],
            kind="sea",
            name="云海",
            name_en="Yun Sea",
        ),
        _feature("Polygon", [_line([*lake, lake[0]])], kind="lake", name="南湖", name_en="South Lake"),
    ]


def _dry_runs(points: list[Point], bridge: bool) -> Iterator[list[Point]]:
    """Split a street where it leaves the land; a bridge crosses the river but not the sea or the lake."""
    run: list[Point] = []
    for u, v in points:
        sea_or_lake = u > coast(v) - 0.2 or ((u - 14.5) / 2.6) ** 2 + ((v - 9.0) / 1.5) ** 2 < 1.05
        wet = sea_or_lake or (not bridge and abs(v - river(u)) < river_half_width(u) + 0.1)
        if wet:
            if len(run) > 4:
                yield run
            run = []
        else:
            run.append((u, v))
    if len(run) > 4:
        yield run


def _road_features(plan: Plan) -> Iterator[dict[str, Any]]:
    built = {(int(b.centre[0]), int(b.centre[1])) for b in plan.blocks}

    def lived(u: float, v: float) -> bool:
        return any((int(u + a), int(v + b)) in built for a in (-0.5, 0.5) for b in (-0.5, 0.5))

    for row in range(1, ROWS):
        major = row % 4 == 2
        name = STREETS_EW[row // 2 % len(STREETS_EW)] if row % 2 == 0 else ("", "")
        points = [(u, float(row)) for u in _steps(2, COLUMNS - 4) if lived(u, row) or major]
        yield from _street(points, major, name, bridge=False)
    for col in range(2, COLUMNS - 3):
        major = col % 5 == 2
        name = STREETS_NS[col // 3 % len(STREETS_NS)] if col % 3 == 2 else ("", "")
        points = [(float(col), v) for v in _steps(1, ROWS - 1) if lived(col, v) or major]
        yield from _street(points, major, name, bridge=major)
    ring = [
        (25.5 + 17.5 * math.cos(a / 60 * math.pi), 19.5 + 9.4 * math.sin(a / 60 * math.pi))
        for a in range(121)
    ]
    for run in _dry_runs(ring, bridge=True):
        yield _feature(
            "LineString", _line(run), kind="expressway", name="绕城高速", name_en="Ring Expressway"
        )
    rail = [(u, 26.2 + 1.6 * math.sin(u / 9)) for u in _steps(-1, 47.2)]
    yield _feature("LineString", _line(rail), kind="rail", name="云河铁路", name_en="Yunhe Railway")


def _street(
    points: list[Point], major: bool, name: tuple[str, str], bridge: bool
) -> Iterator[dict[str, Any]]:
    for run in _contiguous(points):
        for dry in _dry_runs(run, bridge):
            yield _feature(
                "LineString", _line(dry), kind="major" if major else "minor", name=name[0], name_en=name[1]
            )


def _contiguous(points: list[Point]) -> Iterator[list[Point]]:
    run: list[Point] = []
    for point in points:
        if run and abs(point[0] - run[-1][0]) + abs(point[1] - run[-1][1]) > 0.6:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _label_features() -> Iterator[dict[str, Any]]:
    for district in DISTRICTS:
        yield _feature(
            "Point",
            to_wgs84(*warp(*district.centre)),
            kind="district",
            name=district.name,
            name_en=district.name_en,
        )
    for u in (6.0, 20.0, 37.0):
        yield _feature("Point", to_wgs84(*warp(u, river(u))), kind="water", name="云河", name_en="River Yun")
    yield _feature("Point", to_wgs84(*warp(14.5, 9.0)), kind="water", name="南湖", name_en="South Lake")
    yield _feature(
        "Point", to_wgs84(*warp(8.0, 24.0)), kind="park", name="西山公园", name_en="West Hill Park"
    )
    yield _feature("Point", to_wgs84(*warp(51.5, 22.0)), kind="sea", name="云海", name_en="Yun Sea")
