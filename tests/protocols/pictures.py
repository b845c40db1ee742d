"""Four small clips of a test card, 176x100 at 25 pictures a second, made with ffmpeg (libx264, libx265)."""

from pathlib import Path

from jifang.protocols.h26x import Codec, is_key, is_slice, split_annex_b
from jifang.protocols.rtp import Packet, packetise

CLIPS = Path(__file__).parent / "clips"
PICTURES = 12
TICKS = 3600


def clip(codec: Codec, kind: str = "main") -> bytes:
    return (CLIPS / f"{kind}.{codec.value}").read_bytes()


def pictures(codec: Codec, kind: str = "main") -> list[tuple[list[bytes], bool]]:
    """NAL units of each picture, and whether it is a key frame. One slice a picture."""
    made: list[tuple[list[bytes], bool]] = []
    waiting: list[bytes] = []
    for unit in split_annex_b(clip(codec, kind)):
        waiting.append(unit)
        if is_slice(codec, unit):
            made.append((waiting, is_key(codec, unit)))
            waiting = []
    return made


def packets(
    codec: Codec, *, mtu: int = 100, first: int = 65_530, start: int = 0xFFFFFFFF - 4 * TICKS
) -> list[Packet]:
    """The clip as RTP; sequence and timestamp wrap on the way."""
    made: list[Packet] = []
    for number, (units, _) in enumerate(pictures(codec)):
        made += packetise(
            codec,
            units,
            payload_type=96,
            sequence=first + len(made),
            timestamp=start + number * TICKS,
            ssrc=7,
            mtu=mtu,
        )
    return made
