"""Positions: the three systems of Chinese maps, distances, boxes, and what people type.

Golden values: the test vectors of eviltransform (GCJ-02) and the published results of coordtransform (GCJ-02,
BD-09), two implementations of different authors.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.kernel.errors import BadInputError
from jifang.kernel.geo import (
    Box,
    Point,
    System,
    bd09_to_gcj02,
    box_around,
    box_of,
    check_point,
    distance_m,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    in_china,
    parse_position,
    to_wgs84,
    wgs84_to_gcj02,
)

in_the_country = st.builds(Point, st.floats(75.0, 135.0), st.floats(18.0, 53.5))
on_the_globe = st.builds(Point, st.floats(-180.0, 180.0), st.floats(-90.0, 90.0))


def near(a: Point, b: Point, degrees: float) -> bool:
    return abs(a.lon - b.lon) <= degrees and abs(a.lat - b.lat) <= degrees


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        (Point(121.5272106, 31.1774276), Point(121.531541859215, 31.17530398364597)),
        (Point(113.912316, 22.543847), Point(113.9171764808363, 22.540796131694766)),
        (Point(116.377817, 39.911954), Point(116.38404722455657, 39.91334545536069)),
        (Point(116.404, 39.915), Point(116.41024449916938, 39.91640428150164)),
        (Point(-104.9903, 39.7392), Point(-104.9903, 39.7392)),
        (Point(153.0251, -27.4698), Point(153.0251, -27.4698)),
    ],
)
def test_gcj02_agrees_with_published_values(wgs84: Point, gcj02: Point) -> None:
    assert near(wgs84_to_gcj02(wgs84), gcj02, 1e-10)
    assert near(gcj02_to_wgs84(gcj02), wgs84, 1e-9)


def test_bd09_agrees_with_published_values() -> None:
    assert near(gcj02_to_bd09(Point(116.404, 39.915)), Point(116.41036949371029, 39.92133699351021), 1e-10)
    # The published inverse does not iterate: it is right to a decimetre only.
    assert near(bd09_to_gcj02(Point(116.404, 39.915)), Point(116.39762729119315, 39.90865673957631), 1e-6)


@given(in_the_country)
def test_every_system_converts_there_and_back_within_a_millionth_of_a_degree(point: Point) -> None:
    for system in System:
        assert near(to_wgs84(from_wgs84(point, system), system), point, 1e-9)


@given(in_the_country)
def test_an_unconverted_position_is_wrong_by_hundreds_of_metres(point: Point) -> None:
    """Why the declared system must be kept: the shift is never small."""
    assert 10.0 < distance_m(point, wgs84_to_gcj02(point)) < 1_500.0


@given(on_the_globe)
def test_no_point_of_the_globe_breaks_the_conversion(point: Point) -> None:
    for system in System:
        converted = to_wgs84(point, system)
        assert math.isfinite(converted.lon)
        assert math.isfinite(converted.lat)
    if not in_china(point):
        assert wgs84_to_gcj02(point) == point


def test_distances() -> None:
    """A degree of a great circle, a quarter of the globe, and Land's End to John o' Groats (968.9 km)."""
    degree = math.pi * 6_371_008.8 / 180
    assert distance_m(Point(0, 0), Point(0, 1)) == pytest.approx(degree)
    assert distance_m(Point(0, 0), Point(90, 0)) == pytest.approx(90 * degree)
    assert distance_m(Point(0, 0), Point(180, 0)) == pytest.approx(180 * degree)
    assert distance_m(Point(-5.714722, 50.066389), Point(-3.07, 58.643889)) == pytest.approx(968_900, abs=100)
    assert distance_m(Point(179.9, 0), Point(-179.9, 0)) == pytest.approx(0.2 * degree)


@given(on_the_globe, on_the_globe)
def test_distance_is_symmetric_and_zero_only_at_home(a: Point, b: Point) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-6)
    assert distance_m(a, a) == 0.0


@given(on_the_globe, st.floats(1.0, 500_000.0), st.floats(0.0, 1.0), st.floats(0.0, 2 * math.pi))
def test_a_box_contains_whatever_lies_within_its_radius(
    centre: Point, radius: float, share: float, bearing: float
) -> None:
    angle = share * radius / 6_371_008.8
    lat = math.radians(centre.lat)
    target = math.asin(
        max(
            -1.0,
            min(1.0, math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(bearing)),
        )
    )
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(target),
    )
    lon = (centre.lon + math.degrees(turn) + 180.0) % 360.0 - 180.0
    box = box_around(centre, radius)
    grown = Box(box.west - 1e-7, box.south - 1e-7, box.east + 1e-7, box.north + 1e-7)
    assert Point(lon, math.degrees(target)) in grown


def test_the_box_of_points() -> None:
    assert box_of([]) is None
    assert box_of([Point(1, 5), Point(3, 2)]) == Box(1, 2, 3, 5)
    assert Point(2, 3) in Box(1, 2, 3, 5)
    assert all(corner in Box(1, 2, 3, 5) for corner in (Point(1, 2), Point(3, 5), Point(1, 5), Point(3, 2)))
    for outside in (Point(0.9, 3), Point(3.1, 3), Point(2, 1.9), Point(2, 5.1)):
        assert outside not in Box(1, 2, 3, 5)


def test_a_box_that_would_cross_the_date_line_or_a_pole_goes_all_round() -> None:
    for centre in (Point(179.999, 10), Point(-179.999, 10)):
        box = box_around(centre, 1_000)
        assert (box.west, box.east) == (-180.0, 180.0)
    assert box_around(Point(0, 89.999), 1_000) == Box(-180.0, pytest.approx(89.99, abs=0.001), 180.0, 90.0)
    assert box_around(Point(0, -89.999), 1_000) == Box(-180.0, -90.0, 180.0, pytest.approx(-89.99, abs=0.001))
    ordinary = box_around(Point(113, 23), 1_000)
    assert 0.019 < ordinary.east - ordinary.west < 0.02
    assert 0.0179 < ordinary.north - ordinary.south < 0.018


@pytest.mark.parametrize(
    ("raw", "lon", "lat"),
    [
        ("113.2644, 23.1291", 113.2644, 23.1291),
        (" 113.2644，23.1291 ", 113.2644, 23.1291),
        ("113.2644 23.1291", 113.2644, 23.1291),
        ("-0.5;51", -0.5, 51.0),
        ("23°07'44.8\"N 113°15'51.8\"E", 113.264389, 23.129111),
        ("E113°15′51.8″, N23°07′44.8″", 113.264389, 23.129111),
        ("113度15分51.8秒E 23度7分44.8秒N", 113.264389, 23.129111),
        ("23.5°S 46.6°W", -46.6, -23.5),
    ],
)
def test_what_people_type_is_read(raw: str, lon: float, lat: float) -> None:
    position = parse_position(raw, System.WGS84)
    assert near(position.wgs84, Point(lon, lat), 1e-6)
    assert position.raw == raw.strip()


def test_the_declared_system_is_kept_and_converted() -> None:
    position = parse_position("116.41024449916938, 39.91640428150164", System.GCJ02)
    assert near(position.wgs84, Point(116.404, 39.915), 1e-9)
    assert (position.raw, position.system) == ("116.41024449916938, 39.91640428150164", System.GCJ02)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "not a position"),
        ("north of the river", "not a position"),
        ("113.2", "not a position"),
        ("113,2,23,1", "not a position"),
        ("nan, inf", "not a position"),
        ("23.1291, 113.2644", "swapped"),
        ("213.1, 23.1", "longitude"),
        ("23°07'N", "not a position"),
        ("23°07'N 23°08'N", "not a position"),
        ("23°75'N 113°15'E", "not a position"),
        ("23°60'N 113°15'E", "not a position"),
        ("23°07'60\"N 113°15'E", "not a position"),
        ("N23°07'S E113°15'", "not a position"),
        ("23°07'N 113°15'E x", "not a position"),
    ],
)
def test_what_is_no_position_is_refused_with_field_value_and_remedy(raw: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said) as caught:
        parse_position(raw, System.WGS84, field="site position")
    assert caught.value.field == "site position"
    assert caught.value.value == raw
    assert "longitude" in caught.value.text().lower()


@given(st.text(max_size=40))
def test_no_text_does_worse_than_a_clear_refusal(raw: str) -> None:
    try:
        position = parse_position(raw, System.BD09)
    except BadInputError:
        return
    check_point(position.wgs84)
