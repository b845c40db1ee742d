"""PTZ commands: 8 bytes as 16 hexadecimal digits (GB/T 28181-2016 annex A.3).

``A5 | version and check | address | command | data 1 | data 2 | data 3 and address | sum``. The check is
(A + 5 + version) mod 16; the sum is that of the first seven bytes mod 256. Speeds of pan, tilt, focus and
iris are 0 to 255, of zoom 0 to 15 in the high half of byte 7; numbers of presets stand in byte 6.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

ZOOM_STEPS: Final = 15
_HEX: Final = re.compile(r"[0-9A-Fa-f]{16}\Z")

RIGHT: Final = 0x01
LEFT: Final = 0x02
DOWN: Final = 0x04
UP: Final = 0x08
ZOOM_IN: Final = 0x10
ZOOM_OUT: Final = 0x20
FOCUS_FAR: Final = 0x41
FOCUS_NEAR: Final = 0x42
IRIS_OPEN: Final = 0x44
IRIS_CLOSE: Final = 0x48
LENS_STOP: Final = 0x40

MOVES: Final[dict[str, int]] = {
    "left": LEFT,
    "right": RIGHT,
    "up": UP,
    "down": DOWN,
    "left-up": LEFT | UP,
    "left-down": LEFT | DOWN,
    "right-up": RIGHT | UP,
    "right-down": RIGHT | DOWN,
    "zoom-in": ZOOM_IN,
    "zoom-out": ZOOM_OUT,
    "focus-near": FOCUS_NEAR,
    "focus-far": FOCUS_FAR,
    "iris-open": IRIS_OPEN,
    "iris-close": IRIS_CLOSE,
    "stop": 0,
    "lens-stop": LENS_STOP,
}
"""Movements by the names of the command line, the keys and the buttons."""

ORDERS: Final[dict[str, int]] = {
    "preset-set": 0x81,
    "preset-call": 0x82,
    "preset-delete": 0x83,
    "cruise-add": 0x84,
    "cruise-delete": 0x85,
    "cruise-speed": 0x86,
    "cruise-dwell": 0x87,
    "cruise-start": 0x88,
    "scan": 0x89,
    "scan-speed": 0x8A,
    "auxiliary-on": 0x8C,
    "auxiliary-off": 0x8D,
}
_NAMES: Final = {code: name for name, code in (MOVES | ORDERS).items()}
_SCAN: Final = ("start", "left-border", "right-border")


def frame(command: int, data1: int = 0, data2: int = 0, data3: int = 0, *, address: int = 1) -> str:
    """16 digits of a command from its bytes. ``data3`` is 0 to 15, ``address`` 0 to 4095.

    Raises ValueError naming the part that is out of range.
    """
    for name, value, most in (
        ("command", command, 255),
        ("data 1", data1, 255),
        ("data 2", data2, 255),
        ("data 3", data3, 15),
        ("address", address, 4095),
    ):
        if not 0 <= value <= most:
            raise ValueError(f"PTZ {name} {value}: 0 to {most} is possible")
    head = bytes((0xA5, 0x0F, address & 0xFF, command, data1, data2, data3 << 4 | address >> 8))
    return (head + bytes((sum(head) & 0xFF,))).hex().upper()


def move(direction: str, speed: int = 31, *, address: int = 1) -> str:
    """A movement of `MOVES` at ``speed`` 0 to 255; zoom has 16 speeds, more than 15 counts as 15.

    Raises ValueError for another direction or speed.
    """
    if direction not in MOVES:
        raise ValueError(f"PTZ direction {direction!r}: one of {', '.join(MOVES)}")
    if not 0 <= speed <= 255:
        raise ValueError(f"PTZ speed {speed}: 0 to 255 is possible")
    code = MOVES[direction]
    if code & 0xC0:
        focus = speed if code & 0x03 else 0
        iris = speed if code & 0x0C else 0
        return frame(code, focus, iris, address=address)
    pan = speed if code & (LEFT | RIGHT) else 0
    tilt = speed if code & (UP | DOWN) else 0
    zoom = min(speed, ZOOM_STEPS) if code & (ZOOM_IN | ZOOM_OUT) else 0
    return frame(code, pan, tilt, zoom, address=address)


def steer(pan: int = 0, tilt: int = 0, zoom: int = 0, *, address: int = 1) -> str:
    """Movement in all axes at once: pan -255 (left) to 255, tilt -255 (down) to 255, zoom -15 (out) to 15."""
    code = (RIGHT if pan > 0 else LEFT if pan < 0 else 0) | (UP if tilt > 0 else DOWN if tilt < 0 else 0)
    code |= ZOOM_IN if zoom > 0 else ZOOM_OUT if zoom < 0 else 0
    return frame(code, abs(pan), abs(tilt), abs(zoom), address=address)


def preset(action: str, number: int) -> str:
    """``set``, ``call`` or ``delete`` preset 1 to 255."""
    if f"preset-{action}" not in ORDERS:
        raise ValueError(f"preset action {action!r}: set, call or delete")
    if not 1 <= number <= 255:
        raise ValueError(f"preset {number}: 1 to 255 is possible")
    return frame(ORDERS[f"preset-{action}"], 0, number)


def cruise(action: str, group: int, value: int = 0) -> str:
    """``add``/``delete`` preset ``value`` (delete 0: the whole group), ``speed``, ``dwell`` (s) or ``start``.

    A cruise is stopped by the movement ``stop``. Speed and dwell have 12 bits.
    """
    if f"cruise-{action}" not in ORDERS:
        raise ValueError(f"cruise action {action!r}: add, delete, speed, dwell or start")
    code = ORDERS[f"cruise-{action}"]
    if action in ("speed", "dwell"):
        return frame(code, group, value & 0xFF, value >> 8)
    return frame(code, group, value)


def scan(action: str, group: int) -> str:
    """``start`` the automatic scan of a group, or set its ``left-border`` or ``right-border`` here."""
    if action not in _SCAN:
        raise ValueError(f"scan action {action!r}: {', '.join(_SCAN)}")
    return frame(ORDERS["scan"], group, _SCAN.index(action))


def scan_speed(group: int, speed: int) -> str:
    """Speed of an automatic scan, 12 bits."""
    return frame(ORDERS["scan-speed"], group, speed & 0xFF, speed >> 8)


def auxiliary(number: int, *, on: bool) -> str:
    """Switch an auxiliary device; 1 is the wiper."""
    return frame(ORDERS["auxiliary-on" if on else "auxiliary-off"], number)


class Instruction(NamedTuple):
    """A PTZ command as read. ``name`` is that of `MOVES` or `ORDERS`; combinations join with ``+``."""

    name: str
    command: int
    data1: int
    data2: int
    data3: int
    address: int
    fault: str
    """Empty, or ``sum``, ``check``: devices send wrong ones, so the rest is read all the same."""

    @property
    def pan(self) -> int:
        """Speed to the right, negative to the left."""
        if self.command & 0xC0:
            return 0
        return self.data1 if self.command & RIGHT else -self.data1 if self.command & LEFT else 0

    @property
    def tilt(self) -> int:
        """Speed upwards, negative downwards."""
        if self.command & 0xC0:
            return 0
        return self.data2 if self.command & UP else -self.data2 if self.command & DOWN else 0

    @property
    def zoom(self) -> int:
        """Speed of zooming in, negative out."""
        if self.command & 0xC0:
            return 0
        return self.data3 if self.command & ZOOM_IN else -self.data3 if self.command & ZOOM_OUT else 0


def read(digits: str) -> Instruction | None:
    """A command from its digits; None if they are no 16 hexadecimal digits that begin with A5."""
    if not _HEX.match(digits):
        return None
    raw = bytes.fromhex(digits)
    if raw[0] != 0xA5:
        return None
    fault = ""
    if sum(raw[:7]) & 0xFF != raw[7]:
        fault = "sum"
    elif (0xA + 0x5 + (raw[1] >> 4)) % 16 != raw[1] & 0x0F:
        fault = "check"
    command = raw[3]
    name = _NAMES.get(command)
    if name is None and not command & 0xC0:
        bits = ((UP, "up"), (DOWN, "down"), (LEFT, "left"), (RIGHT, "right"))
        name = "+".join(
            word for bit, word in (*bits, (ZOOM_IN, "zoom-in"), (ZOOM_OUT, "zoom-out")) if command & bit
        )
    elif name is None and command & 0xF0 == LENS_STOP:
        lens = (FOCUS_FAR, FOCUS_NEAR, IRIS_OPEN, IRIS_CLOSE)
        name = "+".join(_NAMES[bit] for bit in lens if command & bit & 0x0F)
    return Instruction(
        name or "unknown", command, raw[4], raw[5], raw[6] >> 4, raw[2] | (raw[6] & 0x0F) << 8, fault
    )
