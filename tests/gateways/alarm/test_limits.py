"""One sender costs the others nothing: slow, silent, half-open, flooding and rubbish-sending ones."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.gateways.alarm.connection import PanelConnection, is_one_frame
from jifang.gateways.alarm.doors import Door, Traffic
from jifang.gateways.alarm.items import Item
from jifang.gateways.alarm.limits import OncePerMinute, RefusalBudget
from jifang.gateways.alarm.recent import RecentFrames
from jifang.gateways.alarm.settings import AlarmGatewaySettings, ListenerSettings
from jifang.protocols.dc09 import MAX_FRAME, StreamFramer, encode_frame, format_contact_id

SMALL = AlarmGatewaySettings(
    max_connections=3,
    max_connections_per_source=2,
    max_waiting_frames=100,
    max_waiting_frames_per_connection=4,
    max_buffered_mb=1,
)


class Transport(asyncio.Transport):
    """What the loop would give; remembers what is asked of it."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        super().__init__()
        self.address = address
        self.written: list[bytes] = []
        self.reading = True
        self.ended = ""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (self.address, 4000) if name == "peername" else default

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def abort(self) -> None:
        self.ended = "aborted"

    def close(self) -> None:
        self.ended = "closed"


class Loop:
    """A loop that does nothing by itself."""

    def call_soon(self, call: Any, *arguments: Any) -> None:
        """Later, which is never in these tests: moments are kept, batches are taken by hand."""


class Hall:
    """A door, and a store that answers when the test says so."""

    def __init__(self, limits: AlarmGatewaySettings = SMALL) -> None:
        self.traffic = Traffic(limits, 1, "", Loop())  # type: ignore[arg-type]
        self.waiting: list[Item] = []
        self.traffic.submit = self._submit  # type: ignore[method-assign]
        self.door = Door(ListenerSettings(), self.traffic, RefusalBudget(30), OncePerMinute())

    def _submit(self, item: Item) -> None:
        self.waiting.append(item)
        self.traffic.committer._in_hand = len(self.waiting)

    def store(self) -> int:
        """Store everything that waits; returns how many frames."""
        batch, self.waiting = self.waiting, []
        self.traffic.committer._in_hand = 0
        for item in batch:
            item.source.answered(item)
        self.traffic.drained()
        return len(batch)

    def connect(self, address: str = "192.0.2.1") -> tuple[PanelConnection, Transport]:
        connection, transport = PanelConnection(self.door), Transport(address)
        connection.connection_made(transport)
        return connection, transport


def cid(number: int) -> bytes:
    return encode_frame("ADM-CID", number % 9999 + 1, "A001", format_contact_id("130", "1", 1, number % 1000))


def test_a_flood_waits_for_its_own_answers_and_takes_no_more_room() -> None:
    hall = Hall()
    flood, transport = hall.connect()
    flood.data_received(b"".join(cid(number) for number in range(50)))
    assert len(hall.waiting) == 4
    assert not transport.reading
    other, _ = hall.connect("192.0.2.2")
    other.data_received(cid(1))
    assert len(hall.waiting) == 5
    assert hall.store() == 5
    # Its answers out, the flood goes on by the same number; nothing of it is lost.
    assert len(hall.waiting) == 4
    stored = 5
    while hall.waiting:
        stored += hall.store()
    assert stored == 51
    assert transport.reading
    assert hall.traffic.buffered == 0
    assert len(transport.written) == 50


def test_connections_that_find_no_room_go_on_in_their_order() -> None:
    hall = Hall(AlarmGatewaySettings(max_waiting_frames=100, max_waiting_frames_per_connection=64))
    first, _ = hall.connect("192.0.2.1")
    second, _ = hall.connect("192.0.2.2")
    third, transport = hall.connect("192.0.2.3")
    first.data_received(b"".join(cid(number) for number in range(64)))
    second.data_received(b"".join(cid(number) for number in range(64)))
    third.data_received(cid(0))
    assert len(hall.waiting) == 100
    assert not transport.reading
    stored = hall.store()
    while hall.waiting:
        stored += hall.store()
    assert stored == 129
    assert transport.reading


def test_too_many_connections_are_closed() -> None:
    hall = Hall()
    ends = [hall.connect(address)[1].ended for address in ("a", "a", "a", "b", "c")]
    assert ends == ["", "", "aborted", "", "aborted"]
    assert hall.traffic.counters.connections_refused == 2


def test_a_closed_connection_makes_room_for_another() -> None:
    hall = Hall()
    first, _ = hall.connect("a")
    hall.connect("a")
    first.connection_lost(None)
    assert hall.connect("a")[1].ended == ""
    assert hall.traffic.by_address == {"a": 2}


@pytest.mark.parametrize(
    ("sent", "seconds", "ended"),
    [
        (b"", 59, ""),
        (b"", 61, "closed"),
        (cid(1), 3_599, ""),
        (cid(1), 3_601, "closed"),
        (cid(1) + cid(2)[:20], 29, ""),
        (cid(1) + cid(2)[:20], 31, "closed"),
    ],
)
def test_silent_slow_and_half_open_connections_end(sent: bytes, seconds: float, ended: str) -> None:
    hall = Hall(AlarmGatewaySettings())
    connection, transport = hall.connect()
    if sent:
        connection.data_received(sent)
        hall.store()
    hall.traffic.sweep(connection.began_at + seconds)
    assert transport.ended == ended


def test_a_byte_now_and_then_does_not_keep_a_frame_open() -> None:
    hall = Hall(AlarmGatewaySettings())
    connection, transport = hall.connect()
    connection.data_received(cid(1))
    hall.store()
    frame = cid(2)
    for at in range(20):
        connection.data_received(frame[at : at + 1])
    hall.traffic.sweep(connection.partial_at + 31)
    assert transport.ended == "closed"


def test_who_does_not_read_its_answers_is_cut_off() -> None:
    hall = Hall()
    connection, transport = hall.connect()
    connection.pause_writing()
    assert transport.ended == "aborted"


def test_unread_bytes_of_all_together_are_bounded() -> None:
    hall = Hall(AlarmGatewaySettings(max_waiting_frames_per_connection=1, max_buffered_mb=1))
    pieces = b"".join(cid(number) for number in range(1_000))
    transports = []
    for number in range(40):
        connection, transport = hall.connect(f"192.0.2.{number}")
        connection.data_received(pieces)
        transports.append(transport)
        assert hall.traffic.buffered <= 1_000_000
    assert any(transport.ended == "aborted" for transport in transports)


def test_frames_of_a_panel_that_hung_up_are_stored() -> None:
    hall = Hall()
    connection, transport = hall.connect()
    connection.data_received(b"".join(cid(number) for number in range(10)))
    connection.connection_lost(None)
    stored = 0
    while hall.waiting:
        stored += hall.store()
    assert stored == 10
    assert transport.written == []


def test_connections_are_shed_when_nothing_can_be_stored_and_the_owner_wants_it() -> None:
    hall = Hall(AlarmGatewaySettings(database_gone="shed"))
    _, transport = hall.connect()
    hall.traffic.committer.figures.unavailable_since = 1_000.0
    hall.traffic.sweep(1_019.0)
    assert transport.ended == ""
    hall.traffic.sweep(1_021.0)
    assert transport.ended == "aborted"
    assert hall.connect()[1].ended == "aborted"


def test_rubbish_is_stored_some_thirty_times_a_minute_and_counted() -> None:
    budget = RefusalBudget(30)
    taken = [budget.take("192.0.2.1", "crc_mismatch", 100.0 + number / 10) for number in range(100)]
    assert taken.count(None) == 70
    assert budget.take("192.0.2.2", "crc_mismatch", 105.0) == 0
    assert budget.take("192.0.2.1", "crc_mismatch", 161.0) == 70


def test_many_senders_of_rubbish_are_bounded_too() -> None:
    budget = RefusalBudget(30)
    taken = [budget.take(f"host{number}", "not_a_frame", 1.0) for number in range(10_000)]
    assert taken.count(0) == 4096


def test_recent_frames_are_forgotten_by_age_and_by_number() -> None:
    recent = RecentFrames(capacity=10)
    key = (b"digest", "A001", 1)
    recent.add([key], 0.0)
    assert recent.holds(key, 299.0)
    assert not recent.holds(key, 301.0)
    for number in range(100):
        recent.add([(b"other", "A001", number)], 1.0)
    assert not recent.holds(key, 2.0)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.binary(max_size=3 * MAX_FRAME) | st.sampled_from([cid(1), cid(2), cid(3)[:30]]), max_size=20)
)
def test_fuzz_whatever_comes_a_connection_holds_little_and_raises_nothing(chunks: list[bytes]) -> None:
    hall = Hall(AlarmGatewaySettings(max_waiting_frames_per_connection=4))
    connection, _ = hall.connect()
    for chunk in chunks:
        if chunk:
            connection.data_received(chunk)
        assert connection.framer.pending <= MAX_FRAME
        assert connection.outstanding <= 4
        hall.store()
    connection.connection_lost(None)
    while hall.waiting:
        hall.store()
    assert connection.outstanding == 0
    assert hall.traffic.buffered == 0


@given(st.binary(max_size=60) | st.sampled_from([cid(1), cid(1) + cid(2), b"\n" + cid(1), cid(1)[:-1]]))
def test_fuzz_the_short_way_for_one_frame_is_the_framers(data: bytes) -> None:
    if data and is_one_frame(data):
        framer = StreamFramer()
        assert framer.feed(data) in ([data], []) or b"\x14" in data
