"""RTP: every carriage gives the pictures that were sent, losses are counted, nothing broken is given."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.protocols.h26x import AccessUnit, Codec, split_lengths
from jifang.protocols.rtp import (
    Depacketiser,
    Goodbye,
    InterleavedVideo,
    Packet,
    ReceiverReport,
    Reception,
    ReceptionReport,
    ReorderBuffer,
    SenderReport,
    StreamSplitter,
    Unwrapper,
    build_packet,
    build_receiver_report,
    build_sender_report,
    frame_packet,
    ntp_of,
    parse_packet,
    parse_rtcp,
)
from tests.protocols.pictures import PICTURES, TICKS, packets, pictures

codecs = pytest.mark.parametrize("codec", list(Codec))


def whole(codec: Codec, units: list[AccessUnit]) -> None:
    """All pictures of the clip, with their times."""
    expected = pictures(codec)
    assert [(split_lengths(unit.data), unit.key) for unit in units] == expected
    assert [unit.timestamp - units[0].timestamp for unit in units] == [n * TICKS for n in range(PICTURES)]


def interleave(made: list[Packet], channel: int = 0) -> bytes:
    return b"".join(
        b"$" + bytes((channel,)) + len(raw).to_bytes(2, "big") + raw for raw in map(build_packet, made)
    )


def test_packets_read_back() -> None:
    packet = Packet(96, True, 65535, 2**32 - 1, 7, b"payload")
    assert parse_packet(build_packet(packet)) == packet
    # Two CSRCs, an extension of one word, three bytes of padding.
    raw = (
        bytes.fromhex("b2600001 00000002 00000003 0000000a0000000b bede0001deadbeef")
        + b"xy"
        + b"\x00\x00\x03"
    )
    assert parse_packet(raw) == Packet(96, False, 1, 2, 3, b"xy")
    for wrong in (b"", raw[:11], b"\x40" + raw[1:], raw[:22], raw[:-1] + b"\x00", raw[:-1] + b"\xff"):
        assert parse_packet(wrong) is None
    assert parse_packet(build_sender_report(SenderReport(1, 2, 3, 4, 5))) is None


@codecs
@pytest.mark.parametrize("mtu", [20, 100, 1400])
def test_pictures_come_back(codec: Codec, mtu: int) -> None:
    reader = Depacketiser(codec)
    units = [unit for packet in packets(codec, mtu=mtu) for unit in reader.push(packet)]
    whole(codec, units)
    assert (reader.gaps, reader.dropped, reader.refused) == (0, 0, 0)


@codecs
def test_pictures_without_markers(codec: Codec) -> None:
    reader = Depacketiser(codec)
    made = [packet._replace(marker=False) for packet in packets(codec)]
    units = [unit for packet in made for unit in reader.push(packet)]
    assert len(units) == PICTURES - 1


@codecs
def test_aggregates(codec: Codec) -> None:
    (units, _), *_ = pictures(codec)
    head = b"\x18" if codec is Codec.H264 else b"\x60\x01"
    payload = head + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
    packet = Packet(96, True, 1, 90_000, 7, payload)
    (unit,) = Depacketiser(codec).push(packet)
    assert (split_lengths(unit.data), unit.key) == (units, True)
    assert InterleavedVideo(codec).feed(interleave([packet])).units == [unit]
    broken = packet._replace(payload=payload[:-1])
    assert Depacketiser(codec).push(broken) == []
    assert InterleavedVideo(codec).feed(interleave([broken])).units == []


@codecs
@settings(max_examples=30)
@given(data=st.data())
def test_interleaved_in_any_pieces(codec: Codec, data: st.DataObject) -> None:
    made = packets(codec)
    rtcp = b"$\x01\x00\x04\x80\xc9\x00\x00"
    answer = b"RTSP/1.0 200 OK\r\nCSeq: 9\r\nContent-Length: 4\r\n\r\n$$$$"
    stream = interleave(made[:20]) + rtcp + answer + interleave(made[20:])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader, units, others, text, last = InterleavedVideo(codec), [], [], b"", 0
    for place in [*cuts, len(stream)]:
        batch = reader.feed(stream[last:place])
        units += batch.units
        others += batch.packets
        text += batch.text
        last = place
    whole(codec, units)
    assert (others, text) == ([(1, rtcp[4:])], answer)
    assert (reader.received, reader.lost, reader.dropped, reader.garbage, reader.pending) == (
        len(made),
        0,
        0,
        0,
        0,
    )


@codecs
@settings(max_examples=40)
@given(missing=st.sets(st.integers(1, 60), max_size=5))
def test_nothing_broken_is_given(codec: Codec, missing: set[int]) -> None:
    """Both readers agree, and each picture given is one that was sent, in order from a key frame on."""
    sent = packets(codec)
    left = [packet for index, packet in enumerate(sent) if index not in missing]
    slow, fast = Depacketiser(codec), InterleavedVideo(codec)
    units = [unit for packet in left for unit in slow.push(packet)]
    batch = fast.feed(interleave(left))
    assert batch.units == units
    expected = pictures(codec)
    assert all((split_lengths(unit.data), unit.key) in expected for unit in units)
    assert not units or units[0].key
    numbers = [expected.index((split_lengths(unit.data), unit.key)) for unit in units]
    for before, after in pairwise(numbers):
        assert after == before + 1 or expected[after][1]
    assert fast.lost == len([index for index in missing if index < sent.index(left[-1])])


@codecs
def test_extended_packets_go_the_slow_way(codec: Codec) -> None:
    made = []
    for packet in packets(codec):
        raw = bytearray(build_packet(packet))
        raw[0] |= 0x10
        raw[12:12] = b"\xbe\xde\x00\x01abcd"
        made.append(b"$\x00" + len(raw).to_bytes(2, "big") + bytes(raw))
    whole(codec, InterleavedVideo(codec).feed(b"".join(made)).units)


def test_a_camera_without_end_is_bounded() -> None:
    reader = InterleavedVideo(Codec.H264)
    start = Packet(96, False, 0, 0, 7, b"\x7c\x85" + b"x" * 60_000)
    reader.feed(interleave([start]))
    for number in range(1, 300):
        reader.feed(interleave([start._replace(sequence=number, payload=b"\x7c\x05" + b"x" * 60_000)]))
        assert reader.pending < 9_000_000
    slow = Depacketiser(Codec.H264)
    for number in range(300):
        payload = (b"\x7c\x05" if number else b"\x7c\x85") + b"x" * 60_000
        assert slow.push(start._replace(sequence=number, payload=payload)) == []
    assert slow.push(start._replace(sequence=300, marker=True, payload=b"\x7c\x45x")) == []
    assert slow.dropped == 1


def test_garbage_between_packets_is_counted() -> None:
    reader = InterleavedVideo(Codec.H264)
    units = reader.feed(b"\x00\x01\x02" + interleave(packets(Codec.H264))).units
    whole(Codec.H264, units)
    assert reader.garbage == 3


@given(st.permutations(range(12)))
def test_disorder_within_the_window_is_put_right(order: list[int]) -> None:
    buffer = ReorderBuffer()
    made = [Packet(96, False, (65_530 + number) & 0xFFFF, number, 7, b"") for number in range(14)]
    given_out = buffer.push(made[0], 0)
    for index in order:
        given_out += buffer.push(made[index + 1], 0)
    given_out += buffer.push(made[13], 0)
    assert [packet.timestamp for packet, _ in given_out] == list(range(14))
    assert not any(gap for _, gap in given_out)
    assert (buffer.lost, buffer.late) == (0, 0)


def test_a_missing_packet_is_waited_for_and_given_up() -> None:
    buffer = ReorderBuffer(window=4, wait=0.2)
    made = [Packet(96, False, number, number, 7, b"") for number in range(20)]
    assert buffer.push(made[0], 0) == [(made[0], False)]
    assert buffer.push(made[2], 0) == []
    assert buffer.deadline == 0.2
    assert buffer.tick(0.1) == []
    assert buffer.tick(0.2) == [(made[2], True)]
    assert buffer.push(made[1], 0.3) == []
    assert (buffer.lost, buffer.late) == (1, 1)
    for number in (5, 6, 7):
        assert buffer.push(made[number], 1) == []
    assert buffer.push(made[8], 1) == [(made[5], True), *((made[n], False) for n in (6, 7, 8))]
    assert buffer.lost == 3
    jump = Packet(96, False, 30_000, 0, 7, b"")
    assert buffer.push(jump, 1) == [(jump, True)]
    assert (buffer.restarts, buffer.lost) == (1, 3)
    assert buffer.push(made[9], 1) == [(made[9], True)]


def test_counters_are_continued() -> None:
    unwrap = Unwrapper(33)
    assert [unwrap(value) for value in (2**33 - 10, 5, 2**33 - 1, 100)] == [
        2**33 - 10, 2**33 + 5, 2**33 - 1, 2**33 + 100,
    ]  # fmt: skip


@pytest.mark.parametrize("dollar", [False, True])
@given(cuts=st.lists(st.integers(0, 4000), max_size=10), length=st.sampled_from([12, 60, 0x24C0, 0x2400]))
@settings(max_examples=40)
def test_both_framings_of_tcp(dollar: bool, cuts: list[int], length: int) -> None:
    made = [
        build_packet(Packet(96, False, n, n, 7, bytes([n + 65]) * (length - 12 + n % 2))) for n in range(6)
    ]
    framed = [b"$\x00" + len(raw).to_bytes(2, "big") + raw if dollar else frame_packet(raw) for raw in made]
    stream = b"".join(framed)
    splitter, found, last = StreamSplitter(), [], 0
    for place in [*sorted(each for each in cuts if each < len(stream)), len(stream)]:
        found += splitter.feed(stream[last:place])
        last = place
    assert (found, splitter.broken, splitter.pending) == (made, False, 0)


def test_what_is_no_rtp_is_said() -> None:
    splitter = StreamSplitter()
    assert splitter.feed(b"GET / HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n") == []
    assert splitter.broken
    assert splitter.feed(b"more") == []


def test_reports() -> None:
    moment = datetime(2026, 11, 22, 0, 0, 0, 500_000, tzinfo=UTC)
    # 2026-11-22 00:00 UTC is 4 004 294 400 seconds after 1900.
    assert ntp_of(moment) == 4_004_294_400 << 32 | 1 << 31
    sender = SenderReport(7, ntp_of(moment), 90_000, 10, 1000)
    assert sender.wall_clock == moment
    assert SenderReport(7, 5, 0, 0, 0).wall_clock is None
    receiver = ReceiverReport(8, (ReceptionReport(7, 64, -3, 65_540, 12, 1, 2),))
    bye = bytes.fromhex("81cb000100000007")
    assert parse_rtcp(build_sender_report(sender) + build_receiver_report(receiver) + bye) == [
        sender, receiver, Goodbye((7,)),
    ]  # fmt: skip
    assert parse_rtcp(b"\x80\xc8\xff\xff" + b"x" * 40) == []


def test_reception_is_measured() -> None:
    reception = Reception(7)
    for number in range(100):
        if number % 4 != 3:
            reception.packet((65_500 + number) & 0xFFFF, number * TICKS, number * 0.04)
    reception.packet((65_500 + 100) & 0xFFFF, 100 * TICKS, 4.0)
    reception.sender_report(SenderReport(7, 0x0001_0002_0003_0000, 0, 0, 0), 4.0)
    report = reception.report(4.5)
    assert (report.lost, report.fraction, report.highest) == (25, 63, 65_600)
    assert (report.jitter, report.last_report, report.delay) == (0, 0x00020003, 0x8000)
    assert reception.report(5).fraction == 0
