"""RTSP 1.0 (RFC 2326) as a client of cameras: no I/O, no clock.

- `RtspClient(url).start(now)`, `feed`, `setup`, `teardown`, `tick`, `take`: the conversation
- events: `Described`, `Playing`, `Redirected`, `Failed`, `Packet`
- `Track`, `read_description`: what a camera offers; `address_of(url)`: where to connect
"""

from jifang.protocols.rtsp.client import (
    Described,
    Event,
    Failed,
    Failure,
    Packet,
    Playing,
    Redirected,
    RtspClient,
    State,
    Transport,
    address_of,
    split_credentials,
)
from jifang.protocols.rtsp.description import Track, control_of, read_description
from jifang.protocols.rtsp.message import MessageReader, RtspError, RtspMessage

__all__ = [
    "Described",
    "Event",
    "Failed",
    "Failure",
    "MessageReader",
    "Packet",
    "Playing",
    "Redirected",
    "RtspClient",
    "RtspError",
    "RtspMessage",
    "State",
    "Track",
    "Transport",
    "address_of",
    "control_of",
    "read_description",
    "split_credentials",
]
