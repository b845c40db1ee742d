"""Every public vector reads as it should, and is answered byte for byte as it should."""

from datetime import UTC, datetime

import pytest

from jifang.protocols.dc09 import (
    Answer,
    Reason,
    crc_arc,
    fewest_p,
    judge,
    nak,
    parse_frame,
    reply,
)
from tests.protocols.dc09 import vectors
from tests.protocols.dc09.vectors import Vector, sealed, wire

NOW = datetime(2006, 2, 15, 13, 14, 16, tzinfo=UTC)


def test_crc_is_arc() -> None:
    assert crc_arc(b"123456789") == 0xBB3D


@pytest.mark.parametrize("vector", vectors.CLEAR, ids=lambda vector: vector.frame[:8].decode())
@pytest.mark.parametrize("framed", [True, False], ids=["LF-CR", "bare"])
def test_clear_vector(vector: Vector, framed: bool) -> None:
    frame = parse_frame(wire(vector.frame) if framed else vector.frame)
    judgement = judge(frame, now=NOW)
    assert (frame.fault, judgement.valid, judgement.reason) == (None, True, None)
    assert (frame.token, frame.sequence, frame.encrypted) == (vector.token, vector.sequence, False)
    assert (frame.receiver, frame.line, frame.account) == (vector.receiver, vector.line, vector.account)
    assert judgement.message is not None
    events = tuple(
        (event.code, event.qualifier, event.area, event.zone, event.user, event.event_class.value)
        for event in judgement.message.events
    )
    assert events == vector.events
    answer = reply(frame, judgement.answer, now=NOW)
    assert answer == (sealed(vector.ack) if vector.ack else b"")


@pytest.mark.parametrize(
    ("frame", "ack"),
    [
        (vectors.CLEAR[0].frame, vectors.STANDARD_CLEAR_ACK),
        (vectors.CLEAR[1].frame, vectors.STANDARD_CLEAR_ACK),
        (vectors.CLEAR[4].frame, vectors.EXTENDED_ACK),
        (vectors.BARE_LINE, vectors.BARE_LINE_ACK),
    ],
)
def test_published_answers(frame: bytes, ack: bytes) -> None:
    assert reply(parse_frame(wire(frame)), Answer.ACK, now=NOW) == wire(ack)


def test_answer_is_never_answered() -> None:
    frame = parse_frame(wire(b'E4410025"NAK"0000R0L0A0[]_16:20:01,09-24-2025'))
    judgement = judge(frame, now=NOW)
    assert judgement.answer is Answer.NOTHING
    assert judgement.message is not None
    assert judgement.message.timestamp == datetime(2025, 9, 24, 16, 20, 1, tzinfo=UTC)


@pytest.mark.parametrize("frame", vectors.SEALED, ids=lambda frame: frame[:8].decode())
def test_sealed_vector_asks_for_its_key(frame: bytes) -> None:
    parsed = parse_frame(wire(frame))
    judgement = judge(parsed, now=NOW)
    assert (parsed.fault, parsed.encrypted) == (None, True)
    assert (judgement.valid, judgement.reason, judgement.answer) == (None, Reason.KEY_NEEDED, Answer.NOTHING)


@pytest.mark.parametrize("frame", [vectors.STANDARD_LOWER, vectors.STANDARD_UPPER])
def test_standard_example(frame: bytes) -> None:
    parsed = parse_frame(wire(frame))
    judgement = judge(parsed, now=NOW, key=vectors.STANDARD_KEY)
    assert judgement.valid is True
    assert judgement.message is not None
    assert judgement.message.account_bytes == b"12345A"
    assert judgement.message.payloads == (b"NFA129",)
    assert judgement.message.timestamp == datetime(2006, 2, 15, 13, 14, 15, tzinfo=UTC)
    answer = reply(parsed, judgement.answer, now=NOW, key=vectors.STANDARD_KEY, pad=fewest_p)
    assert answer == wire(vectors.STANDARD_ACK)


def test_encrypted_null_of_the_standard_key() -> None:
    frame = parse_frame(wire(vectors.STANDARD_NULL))
    judgement = judge(frame, now=NOW, key=vectors.STANDARD_KEY)
    assert judgement.valid is True
    assert frame.is_supervision
    assert judgement.message is not None
    assert judgement.message.timestamp == NOW
    assert judgement.message.events == ()


def test_encrypted_null_of_ajax() -> None:
    frame = parse_frame(wire(vectors.AJAX_NULL))
    judgement = judge(frame, now=None, key=vectors.AJAX_KEY)
    assert judgement.valid is True
    assert judgement.message is not None
    assert judgement.message.timestamp == datetime(2020, 7, 5, 18, 24, 52, tzinfo=UTC)


def test_full_block_of_padding() -> None:
    frame = parse_frame(wire(vectors.AJAX_FULL_PAD))
    judgement = judge(frame, now=datetime(2020, 7, 9, 16, 4, 2, tzinfo=UTC), key=vectors.AJAX_KEY)
    assert judgement.valid is True
    assert judgement.message is not None
    assert judgement.message.payloads == (b"Nri1/WA000",)
    assert judgement.message.account_bytes is None


def test_duh_and_nak_of_the_standard() -> None:
    frame = parse_frame(wire(vectors.STANDARD_UPPER))
    assert reply(frame, Answer.DUH, now=NOW) == wire(vectors.DUH)
    assert nak(datetime(2011, 9, 25, 14, 12, 4, tzinfo=UTC)) == wire(vectors.NAK)


@pytest.mark.parametrize(("frame", "length"), vectors.WRONG_LENGTH, ids=lambda value: str(value)[:10])
def test_wrong_length_is_refused_in_silence(frame: bytes, length: int) -> None:
    parsed = parse_frame(wire(frame))
    judgement = judge(parsed, now=NOW)
    assert (judgement.valid, judgement.reason) == (False, Reason.LENGTH_MISMATCH)
    assert judgement.answer is Answer.NOTHING
    assert parsed.length_computed == length
    corrected = parse_frame(wire(vectors.with_length(frame, length)))
    assert judge(corrected, now=NOW).valid is True


@pytest.mark.parametrize(("frame", "header"), vectors.BOTH_WRONG, ids=lambda value: str(value)[:10])
def test_wrong_crc_is_refused_in_silence_and_still_read(frame: bytes, header: bytes | None) -> None:
    parsed = parse_frame(wire(frame))
    judgement = judge(parsed, now=NOW)
    assert (judgement.valid, judgement.reason) == (False, Reason.CRC_MISMATCH)
    assert judgement.answer is Answer.NOTHING
    assert judgement.message is not None
    assert len(judgement.message.events) == 1
    right = b"%04X%04X" % (parsed.crc_computed, parsed.length_computed)
    assert header is None or right == header
    assert judge(parse_frame(wire(right + frame[8:])), now=NOW).valid is True


@pytest.mark.parametrize(("header", "charset"), vectors.CYRILLIC)
def test_crc_runs_on_bytes_before_any_decoding(header: bytes, charset: str) -> None:
    frame = parse_frame(wire(header + vectors.CYRILLIC_BODY.encode(charset)))
    judgement = judge(frame, now=NOW)
    assert judgement.valid is True
    assert judgement.message is not None
    assert judgement.message.xdata[0].value.decode(charset) == "Улица"


def test_key_exchange_is_named_and_answered_rsp() -> None:
    frame, length = vectors.WRONG_LENGTH[3]
    parsed = parse_frame(wire(vectors.with_length(frame, length)))
    judgement = judge(parsed, now=NOW)
    assert (judgement.valid, judgement.reason) == (True, Reason.UNSUPPORTED_HANDSHAKE)
    answer = reply(parsed, judgement.answer, now=NOW)
    assert b'"RSP"6002L0#1111[]\r' in answer
    assert b"AAAA" not in answer
