"""PTZ digits against the official tool's and the captured ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.project.cli import main
from jifang.protocols.gb28181 import ptz

# From the official conformance tool (SPVMN), and from captures of three independent platforms.
MOVES = [
    ("left", 31, "A50F01021F0000D6"),
    ("right", 31, "A50F01011F0000D5"),
    ("up", 31, "A50F0108001F00DC"),
    ("down", 31, "A50F0104001F00D8"),
    ("zoom-in", 1, "A50F0110000010D5"),
    ("zoom-out", 1, "A50F0120000010E5"),
    ("stop", 31, "A50F0100000000B5"),
    ("left", 150, "A50F01029600004D"),
]
ORDERS = [
    (ptz.preset("set", 2), "A50F018100020038"),
    (ptz.preset("call", 2), "A50F018200020039"),
    (ptz.preset("delete", 2), "A50F01830002003A"),
    (ptz.preset("call", 5), "A50F01820005003C"),
    (ptz.preset("delete", 255), "A50F018300FF0037"),
    (ptz.cruise("start", 4), "A50F018804000041"),
    (ptz.cruise("delete", 2), "A50F01850200003C"),
    (ptz.scan("start", 5), "A50F018905000043"),
    (ptz.auxiliary(7, on=True), "A50F018C07000048"),
]


@pytest.mark.parametrize(("direction", "speed", "digits"), MOVES)
def test_moves(direction: str, speed: int, digits: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ptz.move(direction, speed) == digits
    assert main(["encode", "ptz", direction, "--speed", str(speed)]) == 0
    assert capsys.readouterr().out == digits + "\n"


@pytest.mark.parametrize(("made", "digits"), ORDERS)
def test_orders(made: str, digits: str) -> None:
    assert made == digits


def test_zoom_has_sixteen_speeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["encode", "ptz", "zoom-in", "--speed", "31"]) == 0
    out = capsys.readouterr()
    assert out.out == ptz.frame(ptz.ZOOM_IN, 0, 0, 15) + "\n"
    assert "15" in out.err


def test_a_wrong_speed_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["encode", "ptz", "left", "--speed", "256"]) == 1
    assert "256" in capsys.readouterr().err


def test_lens_speeds_stand_in_their_own_bytes() -> None:
    assert ptz.move("focus-near", 0x20) == ptz.frame(0x42, 0x20, 0)
    assert ptz.move("iris-close", 0x20) == ptz.frame(0x48, 0, 0x20)


@given(st.integers(-255, 255), st.integers(-255, 255), st.integers(-15, 15), st.integers(0, 4095))
def test_steering_reads_back(pan: int, tilt: int, zoom: int, address: int) -> None:
    read = ptz.read(ptz.steer(pan, tilt, zoom, address=address))
    assert read is not None
    assert (read.pan, read.tilt, read.zoom, read.address, read.fault) == (pan, tilt, zoom, address, "")


def test_cruise_times_have_twelve_bits() -> None:
    read = ptz.read(ptz.cruise("dwell", 3, 0x123))
    assert read is not None
    assert (read.name, read.data1, read.data2 | read.data3 << 8) == ("cruise-dwell", 3, 0x123)


@pytest.mark.parametrize("digits", ["", "A50F01021F0000D", "zz0F01021F0000D6", "B50F01021F0000E6"])
def test_no_command(digits: str) -> None:
    assert ptz.read(digits) is None


def test_a_wrong_sum_is_told_and_read() -> None:
    read = ptz.read("A50F01021F0000D7")
    assert read is not None
    assert (read.name, read.fault) == ("left", "sum")
