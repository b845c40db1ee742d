"""Listeners: their sockets, and the limits that hold over all connections together."""

import asyncio
import logging
import ssl
import time
from collections import Counter, deque
from collections.abc import Iterable
from typing import Final

from jifang.gateways.alarm.committer import Committer
from jifang.gateways.alarm.connection import DatagramDoor, PanelConnection
from jifang.gateways.alarm.items import Moment, Source
from jifang.gateways.alarm.limits import OncePerMinute, RefusalBudget
from jifang.gateways.alarm.reception import Counters, Reception
from jifang.gateways.alarm.settings import AlarmGatewaySettings, ListenerSettings

log = logging.getLogger(__name__)

_BACKLOG: Final = 4096
_SHED_AFTER: Final = 20.0


class Traffic:
    """What all doors of a process share: connections, their limits, the way to the store."""

    def __init__(
        self, settings: AlarmGatewaySettings, instance: int, conninfo: str, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.settings = settings
        self.committer = Committer(conninfo, loop, self.drained)
        self.submit = self.committer.submit
        self._loop = loop
        self._moment: Moment | None = None
        self.counters = Counters()
        self.connections: set[PanelConnection] = set()
        self.stalled: deque[PanelConnection] = deque()
        self.by_address: Counter[str] = Counter()
        self.buffered = 0
        self.shedding = False
        self._next = instance << 32

    def next_connection(self) -> int:
        """A number no other connection of any gateway has: the process's own above, a count below."""
        self._next += 1
        return self._next

    def moment(self) -> Moment:
        """The time of this round of the loop: asked of the clocks once, not for every frame."""
        moment = self._moment
        if moment is None:
            moment = self._moment = Moment(time.time(), time.monotonic())
            self._loop.call_soon(self._forget_moment)
        return moment

    def _forget_moment(self) -> None:
        self._moment = None

    def drained(self) -> None:
        """A batch is stored: connections that found no room go on, in the order in which they stalled."""
        limit = self.settings.max_waiting_frames
        for _ in range(len(self.stalled)):
            if self.committer.waiting >= limit:
                break
            self.stalled.popleft().proceed()

    def relieve(self) -> None:
        """Too many bytes wait to be looked at: close the fullest connections until half of it is gone."""
        limit = self.settings.max_buffered_mb * 1_000_000
        if self.buffered <= limit:
            return
        log.warning(
            "more than %d MB wait unread; closing the fullest connections", self.settings.max_buffered_mb
        )
        for connection in sorted(self.connections, key=lambda one: -one.backlog_bytes):
            if self.buffered <= limit // 2 or not connection.backlog_bytes:
                break
            self.counters.closed_shed += 1
            connection.drop()

    def sweep(self, now: float) -> None:
        """Close who is silent or never finishes a frame; if so set, everybody while nothing can be stored."""
        settings = self.settings
        since = self.committer.figures.unavailable_since
        self.shedding = settings.database_gone == "shed" and since is not None and now - since > _SHED_AFTER
        for connection in list(self.connections):
            if self.shedding:
                self.counters.closed_shed += 1
                connection.drop()
                continue
            if connection.outstanding or connection.paused:
                continue
            if (
                (connection.partial_at and now - connection.partial_at > settings.frame_seconds)
                or (not connection.frames and now - connection.began_at > settings.first_frame_seconds)
                or now - connection.heard_at > settings.idle_seconds
            ):
                self.counters.closed_idle += 1
                connection.end()


class Door:
    """One listener with its TCP and UDP sockets."""

    def __init__(
        self, settings: ListenerSettings, traffic: Traffic, budget: RefusalBudget, naks: OncePerMinute
    ) -> None:
        self.settings = settings
        self.traffic = traffic
        self.counters = traffic.counters
        self.reception = Reception(settings, traffic.counters, budget, naks)
        self.error = ""
        self._server: asyncio.Server | None = None
        self._datagrams: DatagramDoor | None = None
        self._per_connection = traffic.settings.max_waiting_frames_per_connection
        self._all = traffic.settings.max_waiting_frames
        self._receive = self.reception.receive
        self._submit = traffic.submit

    def next_connection(self) -> int:
        """See :meth:`Traffic.next_connection`."""
        return self.traffic.next_connection()

    def admit(self, connection: PanelConnection) -> bool:
        """Count a new connection in, or refuse it."""
        traffic = self.traffic
        settings = traffic.settings
        source_limit = settings.max_connections_per_source
        if (
            traffic.shedding
            or len(traffic.connections) >= settings.max_connections
            or (source_limit and traffic.by_address[connection.address] >= source_limit)
        ):
            self.counters.connections_refused += 1
            return False
        connection.ident = traffic.next_connection()
        traffic.connections.add(connection)
        traffic.by_address[connection.address] += 1
        return True

    def leave(self, connection: PanelConnection) -> None:
        """Count a connection out."""
        traffic = self.traffic
        traffic.connections.discard(connection)
        traffic.by_address[connection.address] -= 1
        if not traffic.by_address[connection.address]:
            del traffic.by_address[connection.address]

    def room(self, outstanding: int) -> int:
        """How many more frames a connection with ``outstanding`` ones may send on to storing."""
        return max(0, min(self._per_connection - outstanding, self._all - self.traffic.committer.waiting))

    def datagram_room(self, outstanding: int) -> int:
        """The same for the sender of datagrams: they may fill half of the waiting room, never all."""
        return max(
            0, min(4 * self._per_connection - outstanding, self._all // 2 - self.traffic.committer.waiting)
        )

    def moment(self) -> Moment:
        """See :meth:`Traffic.moment`."""
        return self.traffic.moment()

    def take(self, source: Source, pieces: list[bytes], moment: Moment, ordinal: int) -> None:
        """Judge frames and send them to the store; the first is the ``ordinal``-th of its connection."""
        receive, submit = self._receive, self._submit
        for raw in pieces:
            self.counters.bytes += len(raw)
            submit(receive(source, raw, moment, ordinal))
            ordinal += 1

    def take_cut_off(self, connection: PanelConnection, raw: bytes) -> None:
        """Keep the beginning of a frame whose connection ended."""
        item = self.reception.cut_off(connection, raw, self.moment())
        if item.refusal:
            connection.outstanding += 1
            self._submit(item)

    def buffered(self, connection: PanelConnection, change: int) -> None:
        """A connection keeps ``change`` more bytes; it waits for room unless only its share is full."""
        traffic = self.traffic
        traffic.buffered += change
        if change > 0:
            if not connection.outstanding:
                traffic.stalled.append(connection)
            traffic.relieve()

    async def open(self) -> None:
        """Open the sockets. OSError says which address cannot be had."""
        loop = asyncio.get_running_loop()
        settings = self.settings
        if settings.tcp_port:
            self._server = await loop.create_server(
                lambda: PanelConnection(self),
                settings.bind,
                settings.tcp_port,
                backlog=_BACKLOG,
                ssl=tls_context(settings),
            )
        if settings.udp_port:
            _, self._datagrams = await loop.create_datagram_endpoint(
                lambda: DatagramDoor(self), local_addr=(settings.bind, settings.udp_port)
            )

    def close(self) -> None:
        """Take no new connections and no more datagrams."""
        if self._server is not None:
            self._server.close()
        if self._datagrams is not None and self._datagrams.transport is not None:
            self._datagrams.transport.close()

    @property
    def addresses(self) -> tuple[str, str]:
        """TCP and UDP address as configured; empty where there is none."""
        settings = self.settings
        return (
            f"{settings.bind}:{settings.tcp_port}" if settings.tcp_port else "",
            f"{settings.bind}:{settings.udp_port}" if settings.udp_port else "",
        )


def tls_context(settings: ListenerSettings) -> ssl.SSLContext | None:
    """TLS 1.2 or newer with the listener's certificate; None for a listener without one."""
    if settings.certificate is None or settings.certificate_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.certificate, settings.certificate_key)
    return context


def close_all(doors: Iterable[Door]) -> None:
    """Close every door."""
    for door in doors:
        door.close()
