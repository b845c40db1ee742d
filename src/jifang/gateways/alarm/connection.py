"""The sockets: one protocol for a TCP connection, one for a UDP port."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from jifang.gateways.alarm.items import Item, Moment, Source
from jifang.gateways.alarm.reception import Counters
from jifang.gateways.alarm.settings import ListenerSettings
from jifang.protocols.dc09 import StreamFramer, reply


class Keeper(Protocol):
    """What a connection asks of its listener: limits, time, and where frames go (``doors.Door``)."""

    settings: ListenerSettings
    counters: Counters

    def admit(self, connection: "PanelConnection") -> bool:
        """Count a new connection in, or refuse it."""

    def leave(self, connection: "PanelConnection") -> None:
        """Count a connection out."""

    def next_connection(self) -> int:
        """A number for a new connection."""

    def moment(self) -> Moment:
        """The time of this round of the loop."""

    def room(self, outstanding: int) -> int:
        """How many more frames a connection may send on to storing."""

    def datagram_room(self, outstanding: int) -> int:
        """The same for the sender of datagrams."""

    def take(self, source: Source, pieces: list[bytes], moment: Moment, ordinal: int) -> None:
        """Judge frames and send them to the store; the first is the ``ordinal``-th of its connection."""

    def take_cut_off(self, connection: "PanelConnection", raw: bytes) -> None:
        """Keep the beginning of a frame whose connection ended."""

    def buffered(self, connection: "PanelConnection", change: int) -> None:
        """A connection keeps so many more bytes."""


def address_text(address: tuple[Any, ...]) -> str:
    """``host:port``, the host of IPv6 in brackets."""
    host, port = address[0], address[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_one_frame(data: bytes) -> bool:
    """Whether the bytes are what a panel nearly always sends: one frame, whole, nothing around it."""
    last = len(data) - 1
    return data[:1] == b"\n" and data[9:10] == b'"' and data.find(b"\r") == last and data.find(b"\n", 1) < 0


def answer_of(item: Item) -> bytes:
    """The bytes to send, sealed now if the frame was encrypted."""
    if item.answer is not None:
        return item.answer
    assert item.sealing is not None
    frame, answer, key = item.sealing
    return reply(frame, answer, now=datetime.now(UTC), key=key)


class PanelConnection(asyncio.Protocol):
    """One TCP connection.

    Frames beyond the allowed number in storing stay here as bytes and the socket is not read: a flooding
    panel waits for its own answers and takes nothing from the others.
    """

    __slots__ = (
        "address",
        "backlog",
        "backlog_bytes",
        "began_at",
        "closed",
        "door",
        "ending",
        "framer",
        "frames",
        "heard_at",
        "ident",
        "listener",
        "outstanding",
        "partial_at",
        "paused",
        "peer",
        "transport",
    )

    def __init__(self, door: Keeper) -> None:
        self.door = door
        self.listener = door.settings.number
        self.framer = StreamFramer()
        self.transport: asyncio.Transport | None = None
        self.backlog: list[bytes] = []
        self.backlog_bytes = 0
        self.outstanding = 0
        self.frames = 0
        self.paused = False
        self.closed = False
        self.ending = False
        self.ident = 0
        self.peer = ""
        self.address = ""
        self.began_at = self.heard_at = 0.0
        self.partial_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Accept, unless a limit is reached."""
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername") or ("", 0)
        self.peer = address_text(peer)
        self.address = str(peer[0])
        self.began_at = self.heard_at = time.monotonic()
        if not self.door.admit(self):
            self.closed = True
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came; at most the allowed number of frames goes on to storing."""
        framer = self.framer
        moment = self.door.moment()
        if not framer.pending and is_one_frame(data):
            pieces = [data]
        else:
            pieces = framer.feed(data)
            if not framer.pending:
                self.partial_at = 0.0
            elif pieces or not self.partial_at:
                self.partial_at = moment.mono
            if not pieces:
                return
        self.heard_at = moment.mono
        if self.backlog:
            self._keep(pieces)
        else:
            self._submit(pieces, moment)

    def _submit(self, pieces: list[bytes], moment: Moment) -> None:
        door = self.door
        room = door.room(self.outstanding)
        if room < len(pieces):
            self._keep(pieces[room:])
            pieces = pieces[:room]
        count = len(pieces)
        self.outstanding += count
        self.frames += count
        door.take(self, pieces, moment, self.frames - count + 1)

    def _keep(self, pieces: list[bytes]) -> None:
        size = sum(map(len, pieces))
        self.backlog.extend(pieces)
        self.backlog_bytes += size
        if not self.paused and self.transport is not None and not self.closed:
            self.paused = True
            self.transport.pause_reading()
        self.door.buffered(self, size)

    def proceed(self) -> None:
        """There may be room again: go on with what was kept, then read on."""
        if self.backlog:
            pieces, self.backlog = self.backlog, []
            self.door.buffered(self, -self.backlog_bytes)
            self.backlog_bytes = 0
            self._submit(pieces, self.door.moment())
        if self.paused and not self.backlog and not self.closed and self.transport is not None:
            self.paused = False
            self.transport.resume_reading()

    def answered(self, item: Item) -> None:
        """Everything up to here is stored: answer."""
        self.outstanding -= 1
        if self.transport is not None:
            answer = item.answer
            data = answer_of(item) if answer is None else answer
            if data:
                self.transport.write(data)
        if self.paused or self.ending or self.backlog:
            self.proceed()
            if self.ending and not self.outstanding and not self.backlog:
                self.end()

    def pause_writing(self) -> None:
        """Who does not read its answers gets no more of them."""
        self.door.counters.closed_shed += 1
        self.drop()

    def drop(self) -> None:
        """End the connection at once, with what it has not had looked at."""
        self.door.buffered(self, -self.backlog_bytes)
        self.backlog, self.backlog_bytes = [], 0
        if self.transport is not None:
            self.transport.abort()

    def end(self) -> None:
        """End the connection after what is still to be sent."""
        if self.transport is not None:
            self.transport.close()

    def eof_received(self) -> bool:
        """The panel has finished sending; it may still wait for its answers."""
        self.ending = True
        return self.outstanding > 0 or bool(self.backlog)

    def connection_lost(self, exc: Exception | None) -> None:
        """Frames that came whole are still stored; the rest is kept as a refusal."""
        was_open = not self.closed
        self.closed = True
        self.transport = None
        if was_open:
            rest = self.framer.close()
            self.door.leave(self)
            for raw in rest:
                self.door.take_cut_off(self, raw)


class DatagramDoor(asyncio.DatagramProtocol):
    """One UDP port. The sender of a datagram is its address; the order of the port is that of arrival."""

    def __init__(self, door: Keeper) -> None:
        self.door = door
        self.transport: asyncio.DatagramTransport | None = None
        self.ident = 0
        self.frames = 0
        self.outstanding: dict[str, int] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is open."""
        self.transport = cast("asyncio.DatagramTransport", transport)
        self.ident = self.door.next_connection()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """One datagram is one frame; a sender beyond its share is not heard and will repeat it."""
        host = addr[0]
        waiting = self.outstanding.get(host, 0)
        if self.door.datagram_room(waiting) <= 0:
            self.door.counters.dropped += 1
            return
        self.outstanding[host] = waiting + 1
        self.frames += 1
        self.door.take(_Sender(self, addr), [data], self.door.moment(), self.frames)

    def error_received(self, exc: Exception) -> None:
        """An ICMP error about an answer: the panel is gone, its frame is stored."""


class _Sender:
    """The sender of one datagram, as the source of its frame."""

    __slots__ = ("_address", "_port", "ident", "listener", "peer")

    def __init__(self, port: DatagramDoor, address: tuple[Any, ...]) -> None:
        self._port = port
        self._address = address
        self.ident = port.ident
        self.listener = port.door.settings.number
        self.peer = address_text(address)

    def answered(self, item: Item) -> None:
        """Send the answer back to where the datagram came from."""
        host = self._address[0]
        left = self._port.outstanding.get(host, 1) - 1
        if left > 0:
            self._port.outstanding[host] = left
        else:
            self._port.outstanding.pop(host, None)
        transport = self._port.transport
        if transport is None:
            return
        data = answer_of(item)
        if data:
            transport.sendto(data, self._address)
