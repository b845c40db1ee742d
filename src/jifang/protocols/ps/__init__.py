"""MPEG program streams of GB/T 28181: the demultiplexer with its nine awkward kinds of device, and a maker.

- `PsReceiver().push(packet)`: RTP packets to `AccessUnit` and `AudioFrame`
- `PsDemuxer().feed(bytes, timestamp)`: the same for the bytes of one timestamp
- `PsMaker(codec, audio, Oddities(...)).frame(units, pts, key=)`: a device, for simulators and tests
"""

from jifang.protocols.ps.demux import STREAM_TYPES, PsDemuxer, PsReceiver
from jifang.protocols.ps.maker import Oddities, PsMaker, crc32_mpeg, pes

__all__ = ["STREAM_TYPES", "Oddities", "PsDemuxer", "PsMaker", "PsReceiver", "crc32_mpeg", "pes"]
