"""RTP and RTCP (RFC 3550) with H.264 and H.265 (RFC 6184, 7798): bytes in, pictures out.

- `InterleavedVideo(codec).feed(bytes) -> Batch`: the fast loop for RTSP over TCP
- `parse_packet`, `ReorderBuffer.push/tick`, `Depacketiser(codec).push`: UDP
- `StreamSplitter.feed`, `frame_packet`: RFC 4571 and its ``$`` variant, for GB/T 28181 over TCP
- `packetise`, `build_packet`: the way back, for simulators
- `Reception`, `parse_rtcp`, `build_receiver_report`, `build_sender_report`
- `Unwrapper(bits)`: counters without wrap
"""

from jifang.protocols.rtp.framing import StreamSplitter, frame_packet
from jifang.protocols.rtp.interleaved import Batch, InterleavedVideo
from jifang.protocols.rtp.packet import CLOCK, Packet, Unwrapper, build_packet, parse_packet
from jifang.protocols.rtp.payload import Depacketiser, packetise
from jifang.protocols.rtp.reorder import ReorderBuffer
from jifang.protocols.rtp.rtcp import (
    Goodbye,
    ReceiverReport,
    Reception,
    ReceptionReport,
    SenderReport,
    build_receiver_report,
    build_sender_report,
    ntp_of,
    parse_rtcp,
)

__all__ = [
    "CLOCK",
    "Batch",
    "Depacketiser",
    "Goodbye",
    "InterleavedVideo",
    "Packet",
    "ReceiverReport",
    "Reception",
    "ReceptionReport",
    "ReorderBuffer",
    "SenderReport",
    "StreamSplitter",
    "Unwrapper",
    "build_packet",
    "build_receiver_report",
    "build_sender_report",
    "frame_packet",
    "ntp_of",
    "packetise",
    "parse_packet",
    "parse_rtcp",
]
