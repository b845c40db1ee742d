"""A frame is stored before it is acknowledged, once, in order, as it came."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from jifang.gateways.alarm import ListenerSettings
from jifang.protocols.dc09 import encode_frame, encode_supervision, format_contact_id, read_reply
from jifang.protocols.dc09.content import ExtendedData
from tests.gateways.alarm.conftest import enrol
from tests.gateways.alarm.process import Gateway, Wire, local, rows, until

KEYS = {16: bytes(range(16)), 24: bytes(range(24)), 32: bytes(range(1, 33))}


@pytest.fixture(scope="module")
def gateway(make_database: Callable[[], str]) -> Iterator[Gateway]:
    """One gateway with two listeners: the first takes everybody, the second registered accounts only."""
    conninfo = make_database()
    enrol(conninfo, "1234")
    for size, key in KEYS.items():
        enrol(conninfo, f"AE{size}", key=key)
    enrol(conninfo, "AE99", key=KEYS[16], clear_allowed_until=datetime(2100, 1, 1, tzinfo=UTC))
    enrol(conninfo, "BE11", key=KEYS[16], time_policy="offset", time_offset_minutes=480)
    enrol(conninfo, "C0DE", charset="gb18030")
    settings = local(ListenerSettings(number=1), ListenerSettings(number=2, unknown_accounts="refuse"))
    with Gateway(conninfo, settings) as running:
        yield running


@pytest.fixture
def wire(gateway: Gateway) -> Iterator[Wire]:
    with Wire(gateway.port) as connected:
        yield connected


def cid(account: str, sequence: int, code: str = "130", zone: int = 15, **options: Any) -> bytes:
    return encode_frame("ADM-CID", sequence, account, format_contact_id(code, "1", 1, zone), **options)


def signals(gateway: Gateway, account: str) -> list[tuple[Any, ...]]:
    return rows(
        gateway.conninfo,
        "SELECT sequence, scheme, code, qualifier, area, zone, user_no, event_class, encrypted, unregistered,"
        " account_id IS NOT NULL, path_id IS NOT NULL FROM alarm_signal WHERE account = %s ORDER BY id",
        account,
    )


def refusals(gateway: Gateway, account: str) -> list[tuple[Any, ...]]:
    return rows(
        gateway.conninfo,
        "SELECT reason, detail, convert_from(reply, 'LATIN1') FROM alarm_refusal"
        " WHERE account = %s ORDER BY id",
        account,
    )


def test_an_acknowledged_frame_is_in_the_database(gateway: Gateway, wire: Wire) -> None:
    # Frame and answer are published vectors (an Ajax bridge's tests; recomputed).
    frame = (
        b'\n73580056"SIA-DCS"0002R1L232#78919[#78919|Nri1/BA012][X012W34.1][Y045N12.2]_14:12:04,09-25-2026\r'
    )
    assert wire.ask(frame) == b'\n0AFE0017"ACK"0002R1L232#78919[]\r'
    stored = (2, "SIA", "BA", "1", 1, 12, None, "burglary", False, True, False, False)
    assert signals(gateway, "78919") == [stored]
    occurred = datetime(2026, 9, 25, 14, 12, 4, tzinfo=UTC)
    xdata = {"X": "012W34.1", "Y": "045N12.2"}
    assert rows(
        gateway.conninfo, "SELECT raw, occurred_at, xdata FROM alarm_signal WHERE account = '78919'"
    ) == [(frame, occurred, xdata)]


def test_a_registered_account_brings_its_path(gateway: Gateway, wire: Wire) -> None:
    wire.ask(cid("1234", 17, receiver="A1"))
    assert signals(gateway, "1234")[0] == (
        17,
        "CID",
        "130",
        "1",
        1,
        15,
        None,
        "burglary",
        False,
        False,
        True,
        True,
    )


def test_frames_in_pieces_and_several_in_one(gateway: Gateway, wire: Wire) -> None:
    frames = [cid("D001", number) for number in range(1, 6)]
    whole = b"".join(frames)
    for start in range(0, len(whole), 7):
        wire.send(whole[start : start + 7])
    answers = [wire.reply() for _ in frames]
    assert [read_reply(answer).sequence for answer in answers] == [1, 2, 3, 4, 5]  # type: ignore[union-attr]
    assert [row[0] for row in signals(gateway, "D001")] == [1, 2, 3, 4, 5]
    order = rows(gateway.conninfo, "SELECT ordinal FROM alarm_signal WHERE account = 'D001' ORDER BY id")
    assert order == [(1,), (2,), (3,), (4,), (5,)]


def test_a_repeated_frame_is_acknowledged_again_and_stored_once(gateway: Gateway, wire: Wire) -> None:
    frame = cid("D002", 7)
    first = wire.ask(frame)
    with Wire(gateway.port) as other:
        assert other.ask(frame) == first
    wire.send(frame + frame)
    assert wire.reply() == first == wire.reply()
    assert len(signals(gateway, "D002")) == 1


def test_the_same_content_with_another_sequence_is_another_signal(gateway: Gateway, wire: Wire) -> None:
    wire.ask(cid("D003", 7))
    wire.ask(cid("D003", 8))
    assert [row[0] for row in signals(gateway, "D003")] == [7, 8]


def test_a_repetition_may_carry_a_new_timestamp_and_padding(gateway: Gateway, wire: Wire) -> None:
    now = datetime.now(UTC)
    for seconds in (-5, 0):
        wire.ask(cid("AE16", 40, at=now + timedelta(seconds=seconds), key=KEYS[16]))
    assert [row[0] for row in signals(gateway, "AE16")].count(40) == 1


@pytest.mark.parametrize("size", [16, 24, 32])
def test_encrypted_with_every_key_size(gateway: Gateway, wire: Wire, size: int) -> None:
    account, key = f"AE{size}", KEYS[size]
    answer = wire.ask(cid(account, 3, at=datetime.now(UTC), key=key))
    reply = read_reply(answer, key)
    assert b'"*ACK"0003' in answer
    assert reply is not None
    assert reply.time is not None
    assert (3, True) in [(row[0], row[8]) for row in signals(gateway, account)]


def test_a_clear_frame_of_an_account_with_a_key_is_refused(gateway: Gateway, wire: Wire) -> None:
    assert b'"DUH"0009L0#AE24[]' in wire.ask(cid("AE24", 9))
    assert refusals(gateway, "AE24")[0][0] == "clear_from_keyed_account"
    assert 9 not in [row[0] for row in signals(gateway, "AE24")]


def test_clear_frames_may_be_allowed_for_a_period(gateway: Gateway, wire: Wire) -> None:
    assert b'"ACK"0009' in wire.ask(cid("AE99", 9))
    assert signals(gateway, "AE99")[0][8] is False


def test_a_wrong_key_gets_one_nak_with_the_time(gateway: Gateway, wire: Wire) -> None:
    wrong = bytes(32)
    first = wire.ask(cid("AE32", 21, at=datetime.now(UTC), key=wrong))
    assert b'"NAK"0000R0L0A0[]_' in first
    wire.send(cid("AE32", 22, at=datetime.now(UTC), key=wrong))
    # The next answer on this connection is that to the next good frame: the second NAK was held back.
    assert b'"ACK"0001L0#1234' in wire.ask(cid("1234", 1, "602", 0))
    assert [row[0] for row in refusals(gateway, "AE32")] == ["wrong_key", "wrong_key"]


def test_a_wrong_clock_gets_a_nak_every_time_and_its_offset_is_shown(gateway: Gateway, wire: Wire) -> None:
    late = datetime.now(UTC) - timedelta(seconds=300)
    for sequence in (30, 31):
        assert b'"NAK"0000R0L0A0[]_' in wire.ask(cid("AE16", sequence, at=late, key=KEYS[16]))
    reasons = refusals(gateway, "AE16")
    assert [row[0] for row in reasons] == ["timestamp_outside_window"] * 2
    assert reasons[0][1] in ("-300 s", "-301 s")


def test_a_panel_that_sends_local_time_by_its_settings(gateway: Gateway, wire: Wire) -> None:
    local_time = datetime.now(UTC) + timedelta(hours=8)
    assert b'"*ACK"' in wire.ask(cid("BE11", 5, at=local_time, key=KEYS[16]))
    occurred = rows(
        gateway.conninfo,
        "SELECT abs(extract(epoch FROM occurred_at - received_at)) < 60 FROM alarm_signal"
        " WHERE account = 'BE11'",
    )
    assert occurred == [(True,)]


def test_an_unknown_account_is_stored_acknowledged_and_shown(gateway: Gateway, wire: Wire) -> None:
    assert b'"ACK"0001L0#ABCDEF' in wire.ask(cid("ABCDEF", 1))
    assert signals(gateway, "ABCDEF")[0][9:] == (True, False, False)
    assert rows(gateway.conninfo, "SELECT listener FROM alarm_unregistered WHERE account = 'ABCDEF'") == [
        (1,)
    ]


@pytest.mark.parametrize("key", [None, KEYS[16]])
def test_a_listener_may_refuse_unknown_accounts(gateway: Gateway, key: bytes | None) -> None:
    account = "FACE" if key is None else "FACED"
    with Wire(gateway.settings.listeners[1].tcp_port) as second:
        assert b'"DUH"0001L0#' + account.encode() in second.ask(
            cid(account, 1, at=datetime.now(UTC), key=key)
        )
        assert b'"ACK"0301' in second.ask(cid("1234", 301))
    assert refusals(gateway, account)[0][0] == "account_refused"
    assert signals(gateway, account) == []


def test_supervision_is_no_signal_and_tells_the_path(gateway: Gateway, wire: Wire) -> None:
    assert b'"ACK"0000L0#C0DE[]' in wire.ask(encode_supervision("C0DE"))
    assert signals(gateway, "C0DE") == []
    state = rows(
        gateway.conninfo,
        "SELECT s.last_seen_at IS NOT NULL, s.peer LIKE '127.0.0.1:%%', s.encrypted FROM alarm_path_state s"
        " JOIN alarm_path_v p ON p.id = s.path_id WHERE p.account = 'C0DE'",
    )
    assert state == [(True, True, False)]


def test_damaged_frames_get_silence_and_are_kept(gateway: Gateway, wire: Wire) -> None:
    good = cid("D004", 4)
    damaged = good.replace(b"1130", b"1131")
    wire.send(damaged)
    assert b'"ACK"0004' in wire.ask(good)
    assert refusals(gateway, "D004") == [("crc_mismatch", "", "")]
    assert rows(gateway.conninfo, "SELECT raw FROM alarm_refusal WHERE account = 'D004'") == [(damaged,)]


def test_an_unknown_token_is_answered_with_duh(gateway: Gateway, wire: Wire) -> None:
    assert b'"DUH"0005L0#D005[]' in wire.ask(encode_frame("XYZ-ABC", 5, "D005", b"1"))
    assert refusals(gateway, "D005")[0][0] == "unknown_token"


def test_an_unknown_code_is_stored_and_acknowledged(gateway: Gateway, wire: Wire) -> None:
    assert b'"ACK"0006' in wire.ask(cid("D006", 6, "9F9"))
    assert signals(gateway, "D006")[0][2:8] == ("9F9", "1", 1, 15, None, "unknown")


def test_texts_are_read_in_the_character_set_of_the_account(gateway: Gateway, wire: Wire) -> None:
    place = ExtendedData("I", "金库\t东门".encode("gb18030"))
    assert b'"ACK"0008' in wire.ask(cid("C0DE", 8, xdata=[place]))
    assert rows(gateway.conninfo, "SELECT xdata FROM alarm_signal WHERE account = 'C0DE'") == [
        ({"I": "金库\t东门"},)
    ]


def test_bytes_that_postgresql_will_not_have_are_stored_readable(gateway: Gateway, wire: Wire) -> None:
    odd = ExtendedData("I", b"a\x00b\\\x80")
    assert b'"ACK"0009' in wire.ask(cid("D009", 9, xdata=[odd]))
    ((text, raw),) = rows(
        gateway.conninfo, "SELECT xdata->>'I', raw FROM alarm_signal WHERE account = 'D009'"
    )
    assert text.startswith("a\\x00b\\")
    assert b"a\x00b\\\x80" in raw


def test_several_events_of_one_frame_are_rows_in_order(gateway: Gateway, wire: Wire) -> None:
    frame = encode_frame("SIA-DCS", 10, "D010", b"Nri2/BA3/BA4/TA5")
    assert b'"ACK"0010' in wire.ask(frame)
    stored = rows(
        gateway.conninfo,
        "SELECT event_index, code, area, zone, raw IS NOT NULL FROM alarm_signal"
        " WHERE account = 'D010' ORDER BY id",
    )
    assert stored == [(0, "BA", 2, 3, True), (1, "BA", 2, 4, False), (2, "TA", 2, 5, False)]


def test_udp_is_answered_too(gateway: Gateway) -> None:
    with Wire(gateway.port, udp=True) as datagrams:
        assert b'"ACK"0011L0#D011[]' in datagrams.ask(cid("D011", 11))
        datagrams.send(b"rubbish")
        assert b'"ACK"0012' in datagrams.ask(cid("D011", 12))
    assert [row[0] for row in signals(gateway, "D011")] == [11, 12]


def test_a_new_account_is_known_without_a_restart(gateway: Gateway, wire: Wire) -> None:
    account = enrol(gateway.conninfo, "D012")

    def known() -> bool:
        known.sequence += 1  # type: ignore[attr-defined]
        wire.ask(cid("D012", known.sequence))  # type: ignore[attr-defined]
        return signals(gateway, "D012")[-1][10] is True

    known.sequence = 0  # type: ignore[attr-defined]
    until(known, "the gateway hears of a new account")
    assert rows(
        gateway.conninfo, "SELECT DISTINCT account_id FROM alarm_signal WHERE account_id = %s", account
    )


def test_a_cut_connection_leaves_its_bytes(gateway: Gateway) -> None:
    with Wire(gateway.port) as cut:
        cut.send(cid("D013", 13)[:40])
    until(
        lambda: rows(gateway.conninfo, "SELECT 1 FROM alarm_refusal WHERE reason = 'cut_off'"),
        "the beginning of a frame is kept",
    )


def test_readers_are_woken_once_for_a_batch(gateway: Gateway, wire: Wire) -> None:
    with psycopg.connect(gateway.conninfo, autocommit=True) as listening:
        listening.execute("LISTEN alarm_signal")
        wire.ask(cid("D014", 14))
        assert [note.channel for note in listening.notifies(timeout=5, stop_after=1)] == ["alarm_signal"]
