"""What other receivers got wrong in the field, each as the behaviour that users asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from jifang.protocols.dc09 import (
    Answer,
    ExtendedData,
    Reason,
    StreamFramer,
    encode_frame,
    encode_supervision,
    fewest_p,
    format_contact_id,
    format_sia,
    judge,
    parse_frame,
    read_reply,
    reply,
    seal,
)
from jifang.protocols.dc09.cipher import encrypt
from jifang.protocols.events import EventClass
from tests.protocols.dc09 import vectors
from tests.protocols.dc09.vectors import wire

NOW = datetime(2026, 9, 25, 14, 12, 4, tzinfo=UTC)
KEY = b"0123456789abcdef"


def answer_to(raw: bytes, key: bytes | None = None) -> bytes:
    frame = parse_frame(raw)
    return reply(frame, judge(frame, now=NOW, key=key).answer, now=NOW, key=key, pad=fewest_p)


def test_nak_carries_the_time_so_that_the_panel_corrects_its_clock() -> None:
    late = NOW - timedelta(minutes=5)
    raw = encode_frame("ADM-CID", 7, "1234", format_contact_id("130"), at=late, key=KEY)
    answer = answer_to(raw, KEY)
    assert answer[9:] == b'"NAK"0000R0L0A0[]_14:12:04,09-25-2026\r'
    told = read_reply(answer)
    assert told is not None
    again = encode_frame("ADM-CID", 7, "1234", format_contact_id("130"), at=told.time, key=KEY)
    assert b'"*ACK"0007L0#1234[' in answer_to(again, KEY)


def test_account_outside_hexadecimal_is_taken_and_echoed() -> None:
    raw = encode_frame("SIA-DCS", 1, "foc7688", format_sia("BA", 1, 2))
    assert parse_frame(raw).account == "foc7688"
    assert answer_to(raw).endswith(b'"ACK"0001L0#foc7688[]\r')


def test_key_handshake_is_named() -> None:
    raw = encode_frame("SIA-DCS", 1, "1111", format_sia("RP"), xdata=[ExtendedData("K", b"A" * 16)])
    judgement = judge(parse_frame(raw), now=NOW)
    assert judgement.reason is Reason.UNSUPPORTED_HANDSHAKE
    assert judgement.answer is Answer.RSP


@pytest.mark.parametrize(
    "pad", [b"", b"\x00" * 14, b"0" * 30, b"3{k*7", b"}rO[17]<%2hIND#f", b"p" * 16, bytes(range(128, 140))]
)
def test_any_padding_is_understood(pad: bytes) -> None:
    data = b"|#AAA|Nri1/NL4]_14:12:04,09-25-2026"
    pad += b"x" * (-len(pad + data) % 16)
    raw = seal(b'"*SIA-DCS"0001L0#AAA[' + encrypt(KEY, pad + data))
    judgement = judge(parse_frame(raw), now=NOW, key=KEY)
    assert judgement.valid is True
    assert judgement.message is not None
    assert judgement.message.account_bytes == b"AAA"
    assert [event.code for event in judgement.message.events] == ["NL"]


@pytest.mark.parametrize(
    "body",
    [
        b'"NULL"0000L0#7890[#0000|0000 00 000]',
        b'"NULL"0000L0#7890[hello world]',
        b'"SIA-DCS"0001L0#1234[#1234|maker says: {x=1}]',
        b'"SIA-DCS"0001L0#1234[#1234|NXX]trailing',
        b'"ADM-CID"0001L0#1234[#1234|what]',
    ],
)
def test_odd_texts_are_acknowledged_with_their_bytes_kept(body: bytes) -> None:
    frame = parse_frame(seal(body))
    judgement = judge(frame, now=NOW)
    assert (judgement.valid, judgement.answer) == (True, Answer.ACK)
    assert frame.raw == seal(body)
    assert judgement.message is not None
    for event in judgement.message.events:
        assert event.raw


def test_absent_receiver_stays_absent_in_the_answer() -> None:
    answer = answer_to(encode_supervision("1234"))
    assert answer.endswith(b'"ACK"0000L0#1234[]\r')
    assert b"None" not in answer


@pytest.mark.parametrize("code", ["QZ", "YV", "JC", "BV", "RP", "NM"])
def test_unknown_or_rare_sia_code_is_acknowledged(code: str) -> None:
    frame = parse_frame(encode_frame("SIA-DCS", 1, "1234", format_sia(code, 1)))
    judgement = judge(frame, now=NOW)
    assert judgement.answer is Answer.ACK
    assert judgement.message is not None
    assert [event.code for event in judgement.message.events] == [code]


@pytest.mark.parametrize("code", ["199", "000", "789", "BCD"])
def test_unknown_contact_id_code_is_acknowledged_as_unknown(code: str) -> None:
    frame = parse_frame(encode_frame("ADM-CID", 1, "1234", format_contact_id(code)))
    judgement = judge(frame, now=NOW)
    assert judgement.answer is Answer.ACK
    assert judgement.message is not None
    (event,) = judgement.message.events
    assert (event.code, event.event_class) == (code, EventClass.UNKNOWN)
    assert code in event.meaning("zh")


def test_test_report_is_in_the_table() -> None:
    frame = parse_frame(encode_frame("SIA-DCS", 1, "1234", format_sia("RP")))
    message = judge(frame, now=NOW).message
    assert message is not None
    assert message.events[0].event_class is EventClass.TEST


def test_restores_say_that_they_are_restores() -> None:
    for token, data in (("SIA-DCS", b"Nri1/BR012"), ("ADM-CID", b"3130 01 012")):
        message = judge(parse_frame(encode_frame(token, 1, "1234", data)), now=NOW).message
        assert message is not None
        (event,) = message.events
        assert (event.qualifier, event.nature.value, event.event_class) == (
            "3",
            "restore",
            EventClass.BURGLARY,
        )


def test_supervision_is_no_signal() -> None:
    frame = parse_frame(encode_supervision("1234", at=NOW))
    message = judge(frame, now=NOW).message
    assert frame.is_supervision
    assert message is not None
    assert message.events == ()


def test_each_refusal_says_why() -> None:
    good = encode_frame("ADM-CID", 1, "1234", format_contact_id("130"), at=NOW)
    sealed = encode_frame("ADM-CID", 1, "1234", format_contact_id("130"), at=NOW, key=KEY)
    stale = encode_frame("ADM-CID", 1, "1234", b"1130 01 015", at=NOW - timedelta(hours=1), key=KEY)
    cases = [
        (good[:-3] + b"9" + good[-2:], None, Reason.CRC_MISMATCH),
        (b"hello\r", None, Reason.NOT_A_FRAME),
        (seal(b'"SIA-DCS"no sequence'), None, Reason.MALFORMED),
        (seal(b'"ADM-41E"0001L0#1234[1]'), None, Reason.UNKNOWN_TOKEN),
        (good, KEY, Reason.CLEAR_FROM_KEYED_ACCOUNT),
        (sealed, None, Reason.KEY_NEEDED),
        (sealed, b"another key 1234", Reason.WRONG_KEY),
        (stale, KEY, Reason.TIMESTAMP_OUTSIDE_WINDOW),
    ]
    for raw, key, reason in cases:
        assert judge(parse_frame(raw), now=NOW, key=key).reason is reason


def test_retransmission_with_new_time_and_padding_has_the_same_digest() -> None:
    def digest(at: datetime, data: bytes) -> bytes:
        raw = encode_frame("ADM-CID", 12, "1234", data, at=at, key=KEY)
        message = judge(parse_frame(raw), now=at, key=KEY).message
        assert message is not None
        return message.digest()

    first = digest(NOW, b"1130 01 015")
    assert digest(NOW + timedelta(seconds=20), b"1130 01 015") == first
    assert digest(NOW, b"1130 01 016") != first
    assert len(first) == 16


def test_extended_data_belong_to_the_digest() -> None:
    def digest(value: bytes) -> bytes:
        raw = encode_frame("SIA-DCS", 1, "1234", b"NBA1", xdata=[ExtendedData("V", value)])
        message = judge(parse_frame(raw), now=NOW).message
        assert message is not None
        return message.digest()

    assert digest(b"http://a/1.jpg") != digest(b"http://a/2.jpg")


def test_many_frames_come_over_one_connection() -> None:
    frames = [encode_frame("ADM-CID", number, "1234", b"1130 01 015") for number in range(1, 30)]
    assert StreamFramer().feed(b"".join(frames)) == frames


def test_bare_line_is_legal_and_echoed() -> None:
    frame = parse_frame(wire(vectors.BARE_LINE) + b"\x00")
    assert (frame.fault, frame.line) == (None, b"")
    assert answer_to(frame.raw) == wire(vectors.BARE_LINE_ACK)


def test_frame_without_account_in_its_header() -> None:
    frame = parse_frame(wire(vectors.NO_ACCOUNT))
    judgement = judge(frame, now=NOW)
    assert frame.account is None
    assert judgement.message is not None
    assert judgement.message.account_bytes == b"9999"
    assert answer_to(frame.raw).endswith(b'"ACK"0001L[]\r')


def test_verified_burglary_is_acknowledged() -> None:
    raw = encode_frame("SIA-DCS", 1, "1234", b"NBV3")
    message = judge(parse_frame(raw), now=NOW).message
    assert message is not None
    assert (message.events[0].area, message.events[0].zone) == (3, None)
    assert b'"ACK"' in answer_to(raw)


@pytest.mark.parametrize("frame", [each[0] for each in vectors.BOTH_WRONG])
def test_frames_nobody_parsed_keep_their_bytes_and_what_can_be_read(frame: bytes) -> None:
    parsed = parse_frame(wire(frame))
    assert parsed.raw == wire(frame)
    assert parsed.token in (b"SIA-DCS", b"ADM-CID")
    assert parsed.crc_sent != parsed.crc_computed
