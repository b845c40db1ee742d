"""Program streams of devices that do it right, and of the nine kinds that do not."""

from itertools import pairwise
from typing import Any

import pytest

from jifang.protocols.h26x import AccessUnit, AudioFrame, Codec, split_lengths
from jifang.protocols.ps import Oddities, PsDemuxer, PsMaker, PsReceiver, crc32_mpeg, pes
from jifang.protocols.rtp import Packet, build_packet
from tests.protocols.pictures import PICTURES, TICKS, pictures

codecs = pytest.mark.parametrize("codec", list(Codec))
SOUND = b"\xd5" * 320


def chunks(codec: Codec, audio: str | None = "g711a", start: int = 90_000, **odd: Any) -> list[bytes]:
    """The clip as packs, one a picture."""
    maker = PsMaker(codec, audio, Oddities(**odd))
    return [
        maker.frame(units, start + number * TICKS, key=key, sound=SOUND if audio else b"")
        for number, (units, key) in enumerate(pictures(codec))
    ]


def packets(packs: list[bytes], *, size: int = 100, start: int = 5000) -> list[Packet]:
    made: list[Packet] = []
    for number, pack in enumerate(packs):
        parts = [pack[place : place + size] for place in range(0, len(pack), size)]
        for index, part in enumerate(parts):
            stamp = (start + number * TICKS) & 0xFFFFFFFF
            made.append(Packet(96, index == len(parts) - 1, len(made) & 0xFFFF, stamp, 7, part))
    return made


def receive(made: list[Packet]) -> tuple[list[AccessUnit], list[AudioFrame], PsReceiver]:
    receiver = PsReceiver()
    found = [each for packet in made for each in receiver.push(packet)]
    video = [each for each in found if isinstance(each, AccessUnit)]
    return video, [each for each in found if isinstance(each, AudioFrame)], receiver


def whole(codec: Codec, video: list[AccessUnit], start: int = 90_000) -> None:
    assert [(split_lengths(unit.data), unit.key) for unit in video] == pictures(codec)
    assert [unit.timestamp for unit in video] == [start + number * TICKS for number in range(PICTURES)]


@codecs
@pytest.mark.parametrize("audio", [None, "g711a", "g711u", "aac", "g722.1", "g723.1", "g729"])
def test_devices_that_do_it_right(codec: Codec, audio: str | None) -> None:
    video, sound, receiver = receive(packets(chunks(codec, audio)))
    whole(codec, video)
    assert {frame.codec for frame in sound} == ({audio} if audio else set())
    assert all(frame.data == SOUND for frame in sound)
    assert (receiver.gaps, receiver.dropped, receiver.demuxer.skipped, receiver.pending) == (0, 0, 0, 0)


ODD: dict[str, dict[str, Any]] = {
    "length 0": {"length_zero": True},
    "PTS only on key frames": {"pts_on_keys_only": True},
    "wrong CRC": {"wrong_crc": True},
    "one PES a NAL unit": {"pes_per_nal": True},
    "audio first": {"audio_first": True},
    "no map": {"no_psm": True},
    "private header before the first pack": {"prefix": b"IMKH" + bytes(36)},
    "private stream": {"private": b"\x00\x00\x01\xe0 not video" * 3},
    "all at once": {"length_zero": True, "no_psm": True, "pts_on_keys_only": True, "audio_first": True},
}


@codecs
@pytest.mark.parametrize("name", ODD)
def test_devices_that_do_it_otherwise(codec: Codec, name: str) -> None:
    video, sound, receiver = receive(packets(chunks(codec, **ODD[name])))
    whole(codec, video)
    assert len(sound) == PICTURES
    assert {frame.data for frame in sound} == {SOUND}
    assert receiver.dropped == 0


@codecs
def test_the_clock_of_33_bits_wraps(codec: Codec) -> None:
    start = 2**33 - 3 * TICKS
    video, _, _ = receive(packets(chunks(codec, start=start), start=2**32 - 2 * TICKS))
    whole(codec, video, start)


@codecs
def test_joining_in_the_middle(codec: Codec) -> None:
    keys = [number for number, (_, key) in enumerate(pictures(codec)) if key]
    video, sound, receiver = receive(packets(chunks(codec)[1:]))
    assert video[0].key
    assert len(video) == PICTURES - keys[1]
    # Sound before the map is there, without a codec.
    assert [frame.codec for frame in sound] == [""] * (keys[1] - 1) + ["g711a"] * (PICTURES - keys[1])
    assert receiver.demuxer.unhandled == keys[1] - 1


@codecs
@pytest.mark.parametrize("missing", range(0, 40, 3))
def test_loss_is_counted_and_nothing_broken_given(codec: Codec, missing: int) -> None:
    made = packets(chunks(codec))
    del made[missing]
    video, _, receiver = receive(made)
    expected = pictures(codec)
    given = [(split_lengths(unit.data), unit.key) for unit in video]
    assert all(picture in expected for picture in given)
    assert len(given) < PICTURES
    assert given[-1] == expected[-1]
    if missing:
        assert receiver.gaps == 1
        assert receiver.dropped + len(given) >= PICTURES - 1
    numbers = [expected.index(picture) for picture in given]
    for before, after in pairwise(numbers):
        assert after == before + 1 or expected[after][1]


@codecs
@pytest.mark.parametrize("missing", [None, 0, 7, 20])
def test_the_fast_way_gives_the_same(codec: Codec, missing: int | None) -> None:
    made = packets(chunks(codec))
    if missing is not None:
        del made[missing]
    receiver = PsReceiver()
    raws = [build_packet(packet) for packet in made]
    raws.insert(3, bytes.fromhex("80c90001 00000007"))
    found = receiver.feed(raws)
    video, sound, slow = receive(made)
    assert [each for each in found if isinstance(each, AccessUnit)] == video
    assert [each for each in found if isinstance(each, AudioFrame)] == sound
    assert (receiver.gaps, receiver.dropped, receiver.pending) == (slow.gaps, slow.dropped, slow.pending)


@codecs
def test_a_marker_on_every_packet(codec: Codec) -> None:
    """Some devices end every packet with the marker: what is cut off is continued."""
    made = [packet._replace(marker=True) for packet in packets(chunks(codec, audio=None), size=5000)]
    video, _, _ = receive(made)
    whole(codec, video)
    demuxer = PsDemuxer()
    pack = chunks(codec, audio=None)[0]
    assert demuxer.feed(pack[:-20], 0) == []
    assert demuxer.pending
    (unit,) = demuxer.feed(pack[-20:], 0)
    assert isinstance(unit, AccessUnit)
    assert split_lengths(unit.data) == pictures(codec)[0][0]


def test_a_map_overrides_the_guess() -> None:
    demuxer = PsDemuxer()
    h264, h265 = pictures(Codec.H264)[0][0], pictures(Codec.H265)[0][0]
    demuxer.feed(PsMaker(Codec.H264, None, Oddities(no_psm=True)).frame(h264, 0, key=True), 0)
    assert demuxer.video == "h264"
    demuxer.feed(PsMaker(Codec.H265, None).frame(h265, TICKS, key=True), TICKS)
    assert demuxer.video == "h265"


def test_the_official_sample_has_a_wrong_map() -> None:
    """Inner length 8 where 14 follow, and a CRC that is constant: both are not trusted."""
    streams = bytes.fromhex("1be00000") + bytes.fromhex("90c00000")
    body = b"\xe1\xff\x00\x00" + (8).to_bytes(2, "big") + streams + b"\x00" * 6 + bytes.fromhex("2eb90f3d")
    psm = b"\x00\x00\x01\xbc" + len(body).to_bytes(2, "big") + body
    units = pictures(Codec.H264)[0][0]
    demuxer = PsDemuxer()
    demuxer.feed(psm + pes(0xC0, SOUND, 0), 0)
    assert (demuxer.video, demuxer.audio) == ("h264", "g711a")
    assert demuxer.feed(PsMaker(Codec.H264, None, Oddities(no_psm=True)).frame(units, 0, key=True), 0)


def test_the_crc() -> None:
    # The check value of CRC-32/MPEG-2.
    assert crc32_mpeg(b"123456789") == 0x0376E6E7


def test_codecs_that_are_not_handled_are_named() -> None:
    body = b"\xe0\xff\x00\x00\x00\x04\x80\xe0\x00\x00" + bytes(4)
    demuxer = PsDemuxer()
    psm = b"\x00\x00\x01\xbc" + len(body).to_bytes(2, "big") + body
    assert demuxer.feed(psm + pes(0xE0, b"\x00\x00\x01\x65picture", 0), 0) == []
    assert (demuxer.video, demuxer.unhandled) == ("svac", 1)


def test_a_device_without_end_is_bounded() -> None:
    demuxer, receiver = PsDemuxer(), PsReceiver()
    for number in range(200):
        demuxer.feed(pes(0xE0, b"x" * 60_000, 0 if not number else None) + b"\x00\x00\x01\xe0\xff\xff\x80", 0)
        receiver.push(Packet(96, False, number, 0, 7, b"x" * 60_000))
        assert demuxer.pending < 9_000_000
        assert receiver.pending < 9_000_000
