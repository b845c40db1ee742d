"""Sequence parameter sets: size of the picture, codec string for browsers, order of pictures.

H.264 §7.3.2.1.1 and annex E, H.265 §7.3.2.2 and 7.3.3; codec strings by RFC 6381 and ISO/IEC 14496-15.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from jifang.protocols.h26x.bits import BitError, BitReader, unescape
from jifang.protocols.h26x.units import Codec, type_of

MAX_SIDE: Final = 16_384
_HIGH: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
# Sample aspect ratio and crop units by chroma_format_idc: width, height of a chroma sample.
_CHROMA: Final = {0: (1, 1), 1: (2, 2), 2: (2, 1), 3: (1, 1)}


class Sequence(NamedTuple):
    """What a sequence parameter set says."""

    width: int
    height: int
    codec_string: str
    """For ``MediaSource.isTypeSupported``: ``avc1.4D0029``, ``hvc1.1.6.L120.B0``."""
    reorder: int | None
    """Pictures that may come out of order; None if not said (H.264 without VUI: look for B slices)."""
    frame_rate: float | None
    """Pictures a second as announced, rarely true."""
    chroma: int
    bit_depth: int
    bit_depth_chroma: int


def parse_sps(codec: Codec, unit: bytes) -> Sequence | None:
    """Read a sequence parameter set with its NAL header; None if it is none or damaged."""
    if len(unit) < 4 or type_of(codec, unit) != (7 if codec is Codec.H264 else 33):
        return None
    try:
        found = _h264(unit) if codec is Codec.H264 else _h265(unit)
    except BitError:
        return None
    return found if 0 < found.width <= MAX_SIDE and 0 < found.height <= MAX_SIDE else None


def _h264(unit: bytes) -> Sequence:
    data = unescape(unit[1:])
    read = BitReader(data)
    profile, _, _ = read.bits(8), read.bits(8), read.bits(8)
    read.ue()
    chroma, depth, depth_chroma = 1, 8, 8
    if profile in _HIGH:
        chroma = read.ue()
        if chroma > 3:
            raise BitError("chroma format")
        if chroma == 3:
            read.flag()
        depth, depth_chroma = 8 + read.ue(), 8 + read.ue()
        read.flag()
        if read.flag():
            for index in range(8 if chroma != 3 else 12):
                if read.flag():
                    _scaling_list(read, 16 if index < 6 else 64)
    read.ue()
    order = read.ue()
    if order == 0:
        read.ue()
    elif order == 1:
        read.flag()
        read.se()
        read.se()
        cycle = read.ue()
        if cycle > 255:
            raise BitError("order count cycle")
        for _ in range(cycle):
            read.se()
    read.ue()
    read.flag()
    width = (read.ue() + 1) * 16
    map_units = read.ue() + 1
    frames_only = read.flag()
    if not frames_only:
        read.flag()
    height = map_units * 16 * (1 if frames_only else 2)
    read.flag()
    if read.flag():
        left, right, top, bottom = read.ue(), read.ue(), read.ue(), read.ue()
        unit_x, unit_y = _CHROMA[chroma]
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y * (1 if frames_only else 2)
    # Order of output equals order of decoding in Baseline and with pic_order_cnt_type 2.
    reorder: int | None = 0 if profile == 66 or order == 2 else None
    rate = None
    try:
        if read.flag():
            rate, said = _h264_vui(read)
            reorder = said if said is not None else reorder
    except BitError:
        # Some cameras cut the VUI short; the size is known by now.
        pass
    string = f"avc1.{data[0]:02X}{data[1]:02X}{data[2]:02X}"
    return Sequence(width, height, string, reorder, rate, chroma, depth, depth_chroma)


def _scaling_list(read: BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + read.se()) % 256
        last = following or last


def _h264_vui(read: BitReader) -> tuple[float | None, int | None]:
    if read.flag() and read.bits(8) == 255:
        read.bits(32)
    if read.flag():
        read.flag()
    if read.flag():
        read.bits(4)
        if read.flag():
            read.bits(24)
    if read.flag():
        read.ue()
        read.ue()
    rate = None
    if read.flag():
        units, scale = read.bits(32), read.bits(32)
        read.flag()
        rate = scale / units / 2 if units and scale else None
    hrd = False
    for _ in range(2):
        if read.flag():
            hrd = True
            count = read.ue() + 1
            if count > 32:
                raise BitError("hrd count")
            read.bits(8)
            for _ in range(count):
                read.ue()
                read.ue()
                read.flag()
            read.bits(20)
    if hrd:
        read.flag()
    read.flag()
    if not read.flag():
        return rate, None
    read.flag()
    for _ in range(4):
        read.ue()
    return rate, read.ue()


def _h265(unit: bytes) -> Sequence:
    data = unescape(unit[2:])
    read = BitReader(data)
    read.bits(4)
    layers = read.bits(3)
    read.flag()
    string = _h265_profile(read, layers)
    read.ue()
    chroma = read.ue()
    if chroma > 3:
        raise BitError("chroma format")
    if chroma == 3:
        read.flag()
    width, height = read.ue(), read.ue()
    if read.flag():
        left, right, top, bottom = read.ue(), read.ue(), read.ue(), read.ue()
        unit_x, unit_y = _CHROMA[chroma]
        width -= (left + right) * unit_x
        height -= (top + bottom) * unit_y
    depth, depth_chroma = 8 + read.ue(), 8 + read.ue()
    read.ue()
    reorder = 0
    for _ in range(1 if not read.flag() else layers + 1):
        read.ue()
        reorder = read.ue()
        read.ue()
    return Sequence(width, height, string, reorder, None, chroma, depth, depth_chroma)


def _h265_profile(read: BitReader, layers: int) -> str:
    """``profile_tier_level``; returns the codec string."""
    space, tier, profile = read.bits(2), read.flag(), read.bits(5)
    compatible = read.bits(32)
    constraints = read.bits(48).to_bytes(6, "big").rstrip(b"\x00")
    level = read.bits(8)
    if layers:
        present = [(read.flag(), read.flag()) for _ in range(layers)]
        read.bits(2 * (8 - layers))
        for has_profile, has_level in present:
            read.bits(88 if has_profile else 0)
            read.bits(8 if has_level else 0)
    reverse = int(f"{compatible:032b}"[::-1], 2)
    parts = [f"hvc1.{('', 'A', 'B', 'C')[space]}{profile}", f"{reverse:X}", f"{'H' if tier else 'L'}{level}"]
    return ".".join(parts + [f"{byte:X}" for byte in constraints])


def is_b_slice(unit: bytes) -> bool:
    """True for a B slice of H.264 (§7.3.3): the picture order may differ from the decoding order.

    In H.265 a B slice says nothing about the order; there `Sequence.reorder` always does.
    """
    if unit[0] & 31 not in (1, 5):
        return False
    try:
        read = BitReader(unescape(unit[1:16]))
        read.ue()
        return read.ue() % 5 == 1
    except BitError:
        return False
