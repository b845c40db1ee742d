"""Anything may come from a camera: no exception escapes, memory stays bounded, and work is resumed."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.protocols.h26x import (
    AccessUnit,
    Codec,
    ParameterSets,
    parse_sps,
    sniff,
    split_annex_b,
    split_lengths,
)
from jifang.protocols.ps import PsDemuxer, PsMaker, PsReceiver
from jifang.protocols.rtp import (
    Depacketiser,
    InterleavedVideo,
    Packet,
    Reception,
    ReorderBuffer,
    StreamSplitter,
    build_packet,
    parse_packet,
    parse_rtcp,
)
from tests.protocols.pictures import packets, pictures

fuzz = settings(
    max_examples=int(os.environ.get("JIFANG_FUZZ_EXAMPLES", "150")),
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow],
)
codecs = st.sampled_from(list(Codec))
payloads = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda head, rest: head + rest,
        st.sampled_from(
            [
                b"\x7c\x85",
                b"\x7c\x45",
                b"\x7c\x05",
                b"\x18\x00\x04",
                b"\x62\x01\x93",
                b"\x62\x01\x53",
                b"\x60\x01\x00",
            ]
        ),
        st.binary(max_size=20),
    ),
)
made_packets = st.builds(
    Packet,
    st.integers(0, 127),
    st.booleans(),
    st.one_of(st.integers(0, 5), st.integers(0, 65_535)),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    payloads,
)
STREAM = [
    b"\x00\x00\x01\xba" + b"\x44" + bytes(8) + b"\xf8",
    b"\x00\x00\x01\xbb\x00\x02ab",
    b"\x00\x00\x01\xbc\x00\x0e\xe0\xff\x00\x00\x00\x04\x1b\xe0\x00\x00" + bytes(4),
    b"\x00\x00\x01\xbc\x00\x12\xe0\xff\xff\xff\xff\xff" + bytes(12),
    b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05\x21\x00\x01\x00\x01",
    b"\x00\x00\x01\xe0\x00\x08\x80\x00\xff",
    b"\x00\x00\x01\xe0\xff\xff\x80\x00\x00",
    b"\x00\x00\x01\xc0\x00\x05\x80\x00\x00ab",
    b"\x00\x00\x01\xb9",
    b"\x00\x00\x01\x65",
    b"\x00\x00\x01",
    b"\x00\x00\x00\x01\x67\x4d\x40\x0b",
]
streams = st.lists(st.one_of(st.sampled_from(STREAM), st.binary(max_size=30)), max_size=20).map(b"".join)


@fuzz
@given(codecs, st.lists(made_packets, max_size=30))
def test_fuzz_packets(codec: Codec, made: list[Packet]) -> None:
    reader, buffer, reception = Depacketiser(codec), ReorderBuffer(), Reception(7)
    count = 0
    for number, packet in enumerate(made):
        reception.packet(packet.sequence, packet.timestamp, number / 100)
        for each, gap in buffer.push(packet, number / 100):
            count += 1
            for unit in reader.push(each, gap):
                assert split_lengths(unit.data)
    while (end := buffer.deadline) is not None:
        count += len(buffer.tick(end))
    assert count + buffer.late == buffer.received == len(made)
    assert 0 <= reception.report(99).fraction <= 255


@fuzz
@given(
    codecs,
    st.lists(st.one_of(made_packets.map(build_packet), st.binary(max_size=40)), max_size=20),
    st.data(),
)
def test_fuzz_interleaved(codec: Codec, parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(
        part
        if data.draw(st.booleans()) and index % 3 == 0
        else b"$\x00" + len(part).to_bytes(2, "big") + part
        for index, part in enumerate(parts)
    )
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    one, other = InterleavedVideo(codec), InterleavedVideo(codec)
    found = one.feed(stream)
    units: list[AccessUnit] = []
    last = 0
    for place in [*cuts, len(stream)]:
        units += other.feed(stream[last:place]).units
        last = place
    assert units == found.units
    assert other.pending <= len(stream)
    for unit in units:
        assert split_lengths(unit.data)


@fuzz
@given(st.lists(streams, max_size=6), st.lists(made_packets, max_size=20))
def test_fuzz_program_streams(parts: list[bytes], made: list[Packet]) -> None:
    demuxer, receiver = PsDemuxer(), PsReceiver()
    size = 0
    for number, part in enumerate(parts):
        size += len(part)
        demuxer.feed(part, number * 3600)
        assert demuxer.pending <= size
        receiver.push(Packet(96, number % 2 == 0, number, number * 3600, 7, part))
    for packet in made:
        receiver.push(packet)
    # After all of it a good device is understood again, from its second key frame at the latest.
    maker = PsMaker(Codec.H264)
    given_units = []
    for number, (units, key) in enumerate(pictures(Codec.H264)):
        pack = maker.frame(units, number * 3600, key=key)
        given_units += receiver.push(Packet(96, True, 1000 + number, 2**31 + number * 3600, 7, pack))
    assert any(isinstance(unit, AccessUnit) and unit.key for unit in given_units)


@fuzz
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_fuzz_framing(parts: list[bytes]) -> None:
    splitter = StreamSplitter()
    for part in parts:
        for packet in splitter.feed(part):
            assert packet[0] >> 6 == 2
        assert splitter.pending <= 65_540
        parse_packet(part)
        parse_rtcp(part)


@fuzz
@given(codecs, st.integers(0, 200), st.integers(0, 7), st.binary(max_size=80))
def test_fuzz_parameter_sets(codec: Codec, place: int, bit: int, data: bytes) -> None:
    for units, _ in pictures(codec)[:1]:
        for unit in units[:3]:
            damaged = bytearray(unit)
            damaged[place % len(damaged)] ^= 1 << bit
            parse_sps(codec, bytes(damaged))
            ParameterSets(codec).feed([bytes(damaged), data])
    head = b"\x67" if codec is Codec.H264 else b"\x42\x01"
    parse_sps(codec, head + data)
    sniff(split_annex_b(data))


@fuzz
@given(codecs, st.data())
def test_fuzz_damaged_streams_are_survived(codec: Codec, data: st.DataObject) -> None:
    raw = bytearray(
        b"".join(b"$\x00" + len(each).to_bytes(2, "big") + each for each in map(build_packet, packets(codec)))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    reader = InterleavedVideo(codec)
    reader.feed(bytes(raw))
    assert reader.pending <= len(raw)
