"""Floor plans of the city's buildings: a corridor with rooms on both sides, drawn as a small PNG.

Each indoor zone gets a room of its own; fences and beams lie along the plot's edge. Positions are fractions
of the picture, from the upper left corner.
"""

import random
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 960, 600
METRES_PER_PIXEL = 0.05
OUTDOOR = {"beam", "fence"}
_PAPER, _PLOT, _ROOM, _CORRIDOR, _WALL, _DOOR = range(6)
_PALETTE = bytes(
    channel
    for colour in (
        (250, 250, 247), (232, 238, 230), (255, 255, 255), (243, 241, 235), (71, 80, 84), (170, 178, 180),
    )
    for channel in colour
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Floor:
    """A drawn floor: the PNG and where each zone and each camera stands on it."""

    png: bytes
    zones: tuple[tuple[float, float], ...]
    cameras: tuple[tuple[float, float], ...]


def draw_floor(rng: random.Random, zone_kinds: list[str], cameras: int) -> Floor:
    """Draw a floor with one room for each indoor zone; ``zone_kinds`` in the order of the panel's zones."""
    picture = np.full((HEIGHT, WIDTH), _PAPER, dtype=np.uint8)
    picture[24 : HEIGHT - 24, 24 : WIDTH - 24] = _PLOT
    left, right, top, bottom = 96, WIDTH - 96, 88, HEIGHT - 88
    middle = (top + bottom) // 2 + rng.randrange(-18, 19)
    picture[top:bottom, left:right] = _CORRIDOR
    indoor = [index for index, kind in enumerate(zone_kinds) if kind not in OUTDOOR]
    rooms = _rooms(rng, max(4, len(indoor)), left, right, top, bottom, middle)
    for x0, y0, x1, y1 in rooms:
        picture[y0:y1, x0:x1] = _ROOM
        _walls(picture, x0, y0, x1, y1)
    _walls(picture, left, top, right, bottom, 5)
    for x0, y0, x1, y1 in rooms:
        door = (x0 + x1) // 2
        row = y1 if y1 < middle else y0
        picture[row - 3 : row + 3, door - 12 : door + 12] = _DOOR
    picture[middle - 20 : middle + 20, left - 3 : left + 3] = _DOOR
    places: list[tuple[float, float]] = []
    turn = 0
    for index, kind in enumerate(zone_kinds):
        if kind in OUTDOOR:
            turn += 1
            places.append(((0.06, 0.94, 0.5, 0.5)[turn % 4], (0.5, 0.5, 0.08, 0.92)[turn % 4]))
        else:
            x0, y0, x1, y1 = rooms[indoor.index(index)]
            places.append((round((x0 + x1) / 2 / WIDTH, 4), round((y0 + y1) / 2 / HEIGHT, 4)))
    spots = [
        (round((left + (right - left) * (i + 0.5) / max(cameras, 1)) / WIDTH, 4), round(middle / HEIGHT, 4))
        for i in range(cameras)
    ]
    return Floor(_png(picture), tuple(places), tuple(spots))


def _rooms(
    rng: random.Random, count: int, left: int, right: int, top: int, bottom: int, middle: int
) -> list[tuple[int, int, int, int]]:
    above = (count + 1) // 2
    rooms = []
    for many, y0, y1 in ((above, top, middle - 26), (count - above, middle + 26, bottom)):
        weights = [rng.uniform(0.75, 1.35) for _ in range(many)]
        x = float(left)
        for weight in weights:
            wide = (right - left) * weight / sum(weights)
            rooms.append((int(x), y0, int(x + wide), y1))
            x += wide
    return rooms


def _walls(picture: NDArray[np.uint8], x0: int, y0: int, x1: int, y1: int, thick: int = 3) -> None:
    half = thick // 2 + 1
    for y in (y0, y1):
        picture[y - half : y + half, x0 - half : x1 + half] = _WALL
    for x in (x0, x1):
        picture[y0 - half : y1 + half, x - half : x + half] = _WALL


def _png(picture: NDArray[np.uint8]) -> bytes:
    """Encode palette indexes as a PNG (ISO/IEC 15948): no filter, one IDAT."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = np.concatenate([np.zeros((HEIGHT, 1), dtype=np.uint8), picture], axis=1).tobytes()
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", _PALETTE)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
