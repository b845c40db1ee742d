"""What a camera's stream costs before it reaches a disk. Prints `name: value` lines.

    python bench/bench_video_protocols.py

Pure computation, one core, no sockets: the share of a core for the codecs alone. A synthetic camera of
4 Mbit/s, 25 pictures a second, key frame every 2 s, packets of 1400 bytes. Best of five rounds.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from time import perf_counter

from jifang.protocols.fmp4 import Run, Sample, fragment
from jifang.protocols.gb28181 import build_body, messages, read_body
from jifang.protocols.gb28181.items import CatalogItem
from jifang.protocols.h26x import AccessUnit, Codec, split_lengths
from jifang.protocols.ps import PsMaker, PsReceiver
from jifang.protocols.rtp import (
    Depacketiser,
    InterleavedVideo,
    Packet,
    ReorderBuffer,
    StreamSplitter,
    build_packet,
    frame_packet,
    packetise,
    parse_packet,
)
from jifang.protocols.sip import StreamFramer, parse_message

ROUNDS = 5
RATE, GOP, BITS = 25, 50, 4_000_000
TICKS = 90_000 // RATE
READ = 262_144
DEVICE = "34020000001320000001"


def pictures() -> list[tuple[list[bytes], bool]]:
    """One GOP: a key frame eight times as large as the others, all of it 4 Mbit/s."""
    small = BITS // 8 * GOP // RATE // (GOP + 7)
    made = []
    for number in range(GOP):
        key = number == 0
        size = small * (8 if key else 1)
        slice_ = bytes((0x65 if key else 0x41,)) + b"\x9a\x55\xc3\x81" * (size // 4)
        made.append(([b"\x67\x4d\x00\x29", b"\x68\xee", slice_] if key else [slice_], key))
    return made


def best(work: Callable[[], object]) -> float:
    """Seconds of the best round."""
    rounds = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        rounds.append(perf_counter() - start)
    return min(rounds)


def rtp(pictures: list[tuple[list[bytes], bool]]) -> list[Packet]:
    """The GOP as RTP."""
    made: list[Packet] = []
    for number, (units, _) in enumerate(pictures):
        made += packetise(
            Codec.H264, units, payload_type=96, sequence=len(made), timestamp=number * TICKS, ssrc=7
        )
    return made


def program_stream(pictures: list[tuple[list[bytes], bool]]) -> list[Packet]:
    """The GOP as PS over RTP with G.711."""
    maker, made = PsMaker(Codec.H264, "g711a"), list[Packet]()
    for number, (units, key) in enumerate(pictures):
        pack = maker.frame(units, number * TICKS, key=key, sound=b"\xd5" * 320)
        parts = [pack[place : place + 1400] for place in range(0, len(pack), 1400)]
        for index, part in enumerate(parts):
            made.append(Packet(96, index == len(parts) - 1, len(made), number * TICKS, 7, part))
    return made


def percent(seconds: float) -> str:
    """Of a core, for one camera: a GOP lasts 2 s."""
    return f"{seconds / (GOP / RATE) * 100:.3f}"


def batches(stream: bytes) -> list[bytes]:
    """What a loop of 20 ms reads: half a picture, never more than the buffer."""
    step = min(READ, BITS // 8 // 50)
    return [stream[place : place + step] for place in range(0, len(stream), step)]


def main() -> None:
    """Measure and print."""
    made = pictures()
    packets, packs = rtp(made), program_stream(made)
    raws, pack_raws = [build_packet(each) for each in packets], [build_packet(each) for each in packs]
    interleaved = batches(b"".join(b"$\x00" + len(raw).to_bytes(2, "big") + raw for raw in raws))
    framed = batches(b"".join(map(frame_packet, pack_raws)))

    def tcp() -> list[AccessUnit]:
        reader = InterleavedVideo(Codec.H264)
        return [unit for data in interleaved for unit in reader.feed(data).units]

    def udp() -> int:
        reader, buffer, count = Depacketiser(Codec.H264), ReorderBuffer(), 0
        for raw in raws:
            packet = parse_packet(raw)
            assert packet is not None
            for each, gap in buffer.push(packet, 0):
                count += len(reader.push(each, gap))
        return count

    def gb_tcp() -> int:
        splitter, receiver, count = StreamSplitter(), PsReceiver(), 0
        for data in framed:
            count += len(receiver.feed(splitter.feed(data)))
        return count

    def gb_udp() -> int:
        buffer, receiver, count = ReorderBuffer(), PsReceiver(), 0
        for raw in pack_raws:
            packet = parse_packet(raw)
            assert packet is not None
            for each, gap in buffer.push(packet, 0):
                count += len(receiver.push(each, gap))
        return count

    units = tcp()
    assert len(units) == udp() == GOP
    assert [split_lengths(unit.data) for unit in units] == [each for each, _ in made]
    # The last pack's sound and picture come with its marker.
    assert gb_tcp() == gb_udp() == 2 * GOP
    samples = [Sample(unit.data, TICKS, unit.key) for unit in units]

    print(f"machine: {platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(f"packets_per_second_and_camera: {len(packets) / (GOP / RATE):.0f}")
    seconds = best(tcp)
    print(f"rtp_interleaved_percent_of_core: {percent(seconds)}")
    print(f"rtp_interleaved_us_per_packet: {seconds / len(packets) * 1e6:.2f}")
    print(f"rtp_udp_percent_of_core: {percent(best(udp))}")
    print(f"gb28181_tcp_percent_of_core: {percent(best(gb_tcp))}")
    print(f"gb28181_udp_percent_of_core: {percent(best(gb_udp))}")
    print(f"fmp4_gop_percent_of_core: {percent(best(lambda: fragment(1, [Run(1, 0, samples)])))}")
    singly = best(lambda: [fragment(n, [Run(1, n * TICKS, [each])]) for n, each in enumerate(samples, 1)])
    print(f"fmp4_picture_percent_of_core: {percent(singly)}")

    keepalive = build_body(messages.Keepalive(sn=1, device_id=DEVICE, status="OK"))
    items = tuple(
        CatalogItem(
            device_id=f"3402000000132{number:07d}",
            name=f"东门{number}",
            manufacturer="x",
            model="y",
            owner="z",
            civil_code="340200",
            block="",
            address="a",
            parental=0,
            parent_id=DEVICE,
            register_way=1,
            secrecy=0,
            status="ON",
            longitude=121.5,
            latitude=31.2,
        )
        for number in range(64)
    )
    catalog = build_body(messages.CatalogResponse(sn=1, device_id=DEVICE, sum_num=64, items=items))
    head = b"MESSAGE sip:1@2 SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nContent-Length: %d\r\n\r\n"
    message = head % len(keepalive) + keepalive
    assert len(StreamFramer().feed(message)) == 1
    calls = 200
    beat = best(lambda: [read_body(parse_message(message).body) for _ in range(calls)]) / calls
    print(f"sip_keepalive_us: {beat * 1e6:.0f}")
    print(f"manscdp_catalog_64_ms: {best(lambda: read_body(catalog)) * 1e3:.2f}")


if __name__ == "__main__":
    main()
