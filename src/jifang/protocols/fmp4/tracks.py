"""Tracks and the initial segment: ``ftyp`` and ``moov`` (ISO/IEC 14496-12, -14, -15).

G.711 has sample entries of QuickTime (``alaw``, ``ulaw``): players know them, writers of others refuse them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jifang.protocols.fmp4.boxes import box, full
from jifang.protocols.h26x import Codec, ParameterSets
from jifang.protocols.h26x.bits import unescape

VIDEO_CLOCK: Final = 90_000
_MATRIX: Final = b"".join(
    value.to_bytes(4, "big") for value in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
)
_G711: Final = {"g711a": b"alaw", "g711u": b"ulaw"}
_RATES: Final = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """A picture track with the parameter sets of its stream."""

    parameters: ParameterSets

    @property
    def clock(self) -> int:
        """Ticks a second."""
        return VIDEO_CLOCK

    @property
    def codec_string(self) -> str:
        """For ``MediaSource``: empty before the first SPS."""
        sequence = self.parameters.sequence
        return "" if sequence is None else sequence.codec_string


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """A sound track: ``g711a``, ``g711u`` or ``aac``; the sample rate is its clock, in Hz.

    ``config`` is the AudioSpecificConfig of AAC; without it AAC-LC is assumed.
    """

    codec: str
    rate: int = 8000
    channels: int = 1
    config: bytes = b""

    @property
    def clock(self) -> int:
        """Ticks a second."""
        return self.rate

    @property
    def codec_string(self) -> str:
        """For ``MediaSource``: empty for G.711, which browsers do not take in MP4."""
        return (
            ""
            if self.codec in _G711
            else f"mp4a.40.{(self.config or aac_config(self.rate, self.channels))[0] >> 3}"
        )


Track = VideoTrack | AudioTrack


def aac_config(rate: int, channels: int) -> bytes:
    """AudioSpecificConfig of AAC-LC (ISO/IEC 14496-3 §1.6.2.1). Raises ValueError for an odd rate."""
    if rate not in _RATES:
        raise ValueError(f"AAC at {rate} Hz: one of {_RATES} is possible")
    return (2 << 11 | _RATES.index(rate) << 7 | channels << 3).to_bytes(2, "big")


def initial_segment(tracks: tuple[Track, ...]) -> bytes:
    """``ftyp`` and ``moov`` of tracks 1, 2, ... without samples: fragments follow.

    Raises ValueError if a video track has not all parameter sets, or for an unknown sound codec.
    """
    entries = b"".join(_track(number, track) for number, track in enumerate(tracks, 1))
    extends = b"".join(
        full(b"trex", 0, 0, number.to_bytes(4, "big"), (1).to_bytes(4, "big"), bytes(12))
        for number in range(1, len(tracks) + 1)
    )
    header = full(
        b"mvhd",
        0,
        0,
        bytes(8),
        (1000).to_bytes(4, "big"),
        bytes(4),
        b"\x00\x01\x00\x00\x01\x00",
        bytes(10),
        _MATRIX,
        bytes(24),
        (len(tracks) + 1).to_bytes(4, "big"),
    )
    brands = b"isom\x00\x00\x02\x00isomiso5iso6mp41"
    return box(b"ftyp", brands) + box(b"moov", header, entries, box(b"mvex", extends))


def _track(number: int, track: Track) -> bytes:
    video = isinstance(track, VideoTrack)
    width, height, entry = 0, 0, b""
    if isinstance(track, VideoTrack):
        sequence = track.parameters.sequence
        if sequence is None or not track.parameters.complete:
            raise ValueError("the parameter sets of the video are not complete: wait for a key frame")
        width, height = sequence.width, sequence.height
        entry = _video_entry(track.parameters, width, height)
    else:
        entry = _audio_entry(track)
    header = full(
        b"tkhd",
        0,
        7,
        bytes(8),
        number.to_bytes(4, "big"),
        bytes(16),
        b"\x00\x00\x00\x00",
        b"\x00\x00" if video else b"\x01\x00",
        bytes(2),
        _MATRIX,
        width.to_bytes(2, "big") + bytes(2),
        height.to_bytes(2, "big") + bytes(2),
    )
    media = full(b"mdhd", 0, 0, bytes(8), track.clock.to_bytes(4, "big"), bytes(4), b"\x55\xc4\x00\x00")
    kind, name = (b"vide", b"video") if video else (b"soun", b"sound")
    handler = full(b"hdlr", 0, 0, bytes(4), kind, bytes(12), name + b"\x00")
    about = full(b"vmhd", 0, 1, bytes(8)) if video else full(b"smhd", 0, 0, bytes(4))
    where = box(b"dinf", full(b"dref", 0, 0, (1).to_bytes(4, "big"), full(b"url ", 0, 1)))
    empty = bytes(4)
    table = box(
        b"stbl",
        full(b"stsd", 0, 0, (1).to_bytes(4, "big"), entry),
        full(b"stts", 0, 0, empty),
        full(b"stsc", 0, 0, empty),
        full(b"stsz", 0, 0, empty, empty),
        full(b"stco", 0, 0, empty),
    )
    return box(b"trak", header, box(b"mdia", media, handler, box(b"minf", about, where, table)))


def _video_entry(parameters: ParameterSets, width: int, height: int) -> bytes:
    h264 = parameters.codec is Codec.H264
    config = box(b"avcC", _avcc(parameters)) if h264 else box(b"hvcC", _hvcc(parameters))
    return box(
        b"avc1" if h264 else b"hvc1",
        bytes(6),
        b"\x00\x01",
        bytes(16),
        width.to_bytes(2, "big"),
        height.to_bytes(2, "big"),
        b"\x00\x48\x00\x00\x00\x48\x00\x00",
        bytes(4),
        b"\x00\x01",
        bytes(32),
        b"\x00\x18\xff\xff",
        config,
    )


def _avcc(parameters: ParameterSets) -> bytes:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1)."""
    sps, pps, sequence = parameters.sps, parameters.pps, parameters.sequence
    assert sequence is not None
    made = b"\x01" + sps[0][1:4] + b"\xff" + bytes((0xE0 | len(sps),)) + _sized(sps)
    made += bytes((len(pps),)) + _sized(pps)
    if sps[0][1] in (100, 110, 122, 144):
        depths = (0xFC | sequence.chroma, 0xF8 | sequence.bit_depth - 8, 0xF8 | sequence.bit_depth_chroma - 8)
        made += bytes((*depths, 0))
    return made


def _hvcc(parameters: ParameterSets) -> bytes:
    """HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §8.3.3.1)."""
    sps, sequence = parameters.sps[0], parameters.sequence
    assert sequence is not None
    # Profile, tier and level stand at the same place in every SPS of H.265, behind 2 bytes of header and 1.
    raw = unescape(sps)
    general, layers = raw[3:15], (raw[2] >> 1 & 7) + 1
    made = b"\x01" + general + b"\xf0\x00\xfc"
    made += bytes(
        (0xFC | sequence.chroma, 0xF8 | sequence.bit_depth - 8, 0xF8 | sequence.bit_depth_chroma - 8)
    )
    made += b"\x00\x00" + bytes((layers << 3 | (raw[2] & 1) << 2 | 3, 3))
    for kind, units in ((32, parameters.vps), (33, parameters.sps), (34, parameters.pps)):
        made += bytes((0x80 | kind,)) + len(units).to_bytes(2, "big") + _sized(units)
    return made


def _sized(units: tuple[bytes, ...]) -> bytes:
    return b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def _audio_entry(track: AudioTrack) -> bytes:
    head = bytes(6) + b"\x00\x01" + bytes(8) + track.channels.to_bytes(2, "big") + b"\x00\x10" + bytes(4)
    head += track.rate.to_bytes(2, "big") + bytes(2)
    if track.codec in _G711:
        return box(_G711[track.codec], head)
    if track.codec != "aac":
        raise ValueError(f"sound codec {track.codec!r}: g711a, g711u and aac are possible")
    config = track.config or aac_config(track.rate, track.channels)
    decoder = b"\x40\x15" + bytes(11) + _descriptor(5, config)
    stream = b"\x00\x01\x00" + _descriptor(4, decoder) + _descriptor(6, b"\x02")
    return box(b"mp4a", head, full(b"esds", 0, 0, _descriptor(3, stream)))


def _descriptor(tag: int, body: bytes) -> bytes:
    return bytes((tag, 0x80, 0x80, 0x80, len(body))) + body
