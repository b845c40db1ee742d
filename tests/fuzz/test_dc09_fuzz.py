"""Anything may arrive at the alarm port: no exception escapes, nothing hangs, memory stays bounded.

In the normal suite a short run; `make fuzz` sets JIFANG_FUZZ_EXAMPLES for a long one.
"""

import json
import os
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.project.commands import decode
from jifang.protocols.contact_id import parse_contact_id
from jifang.protocols.dc09 import (
    MAX_FRAME,
    Answer,
    ExtendedData,
    StreamFramer,
    TimeMode,
    TimePolicy,
    decode_text,
    encode_frame,
    judge,
    parse_frame,
    read_reply,
    refuse_account,
    reply,
    seal,
)
from jifang.protocols.dc09.cipher import encrypt
from jifang.protocols.sia import parse_sia
from tests.protocols.dc09 import vectors

NOW = datetime(2026, 9, 25, 14, 12, 4, tzinfo=UTC)
KEY = bytes(range(32))
fuzz = settings(
    max_examples=int(os.environ.get("JIFANG_FUZZ_EXAMPLES", "150")),
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow],
)

WORDS = [vector.frame for vector in vectors.CLEAR] + [
    b"\n", b"\r", b'"', b'"SIA-DCS"', b'"*ADM-CID"', b'"NULL"', b"0001", b"R1", b"L", b"L0", b"#", b"#1234",
    b"[", b"]", b"|", b"^", b"*'", b"'NM", b"_13:14:15,02-15-2006", b"_99:99:99,99-99-9999", b"N", b"O", b"A",
    b"ri1", b"ti12:30", b"id", b"/", b"BA012", b"1130 01 015", b"[X012W34.1]", b"[K", b"\x00", b"\x14",
    b"\x81\x5d", b"\xff", b"0000000000000000", b"hex:",
]  # fmt: skip
made = st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=8)), max_size=30).map(b"".join)
anything = st.one_of(st.binary(max_size=600), made)
# Bytes behind a right CRC and length get past the door.
framed = st.one_of(
    anything,
    made.map(lambda body: seal(body[:4095])),
    made.map(lambda body: seal((b'"SIA-DCS"0001L0#1234[' + body)[:4095])),
    made.map(lambda body: seal((b'"ADM-CID"0001L0#1234[' + body)[:4095], binary_crc=True)),
    made.map(lambda plain: seal(b'"*SIA-DCS"0001L0#1234[' + encrypt(KEY, plain[:1000]))),
)


@fuzz
@given(framed, st.sampled_from([None, KEY]), st.sampled_from(list(TimeMode)), st.booleans())
def test_fuzz_judging(raw: bytes, key: bytes | None, mode: TimeMode, refuse_clear: bool) -> None:
    frame = parse_frame(raw)
    assert frame.raw == raw
    judgement = judge(frame, now=NOW, key=key, time=TimePolicy(mode), refuse_clear=refuse_clear)
    if judgement.valid is not True:
        assert judgement.reason is not None
    if judgement.message is not None:
        assert len(judgement.message.digest()) == 16
        for event in judgement.message.events:
            assert event.event_class.value
            assert event.meaning()
            decode_text(event.text)
    for each in (judgement, refuse_account(judgement)):
        answer = reply(frame, each.answer, now=NOW, key=key)
        assert bool(answer) is (each.answer is not Answer.NOTHING)
        assert not answer or parse_frame(answer).fault is None
    read_reply(raw, key)


@fuzz
@given(st.lists(framed, max_size=6), st.lists(st.integers(0, 5000), max_size=12))
def test_fuzz_streams(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    whole = StreamFramer()
    expected = whole.feed(stream) + whole.close()
    framer = StreamFramer()
    pieces, last = [], 0
    for place in [*sorted(cuts), len(stream)]:
        pieces += framer.feed(stream[last:place])
        last = max(last, place)
        assert framer.pending <= MAX_FRAME + 9
    assert pieces + framer.close() == expected
    assert all(len(piece) <= MAX_FRAME + 9 for piece in expected)
    noise = b"\r\n\x00\x14 \t"
    assert b"".join(expected).translate(None, noise) == stream.translate(None, noise)


@fuzz
@given(st.lists(anything, max_size=3).map(tuple))
def test_fuzz_payloads(payloads: tuple[bytes, ...]) -> None:
    sia, contact_id = parse_sia(payloads), parse_contact_id(payloads)
    assert bool(sia) is bool(contact_id) is any(payloads)
    for event in (*sia, *contact_id):
        assert event.qualifier
        assert event.raw


@fuzz
@given(
    st.sampled_from(["ADM-CID", "SIA-DCS", "NULL"]),
    st.integers(0, 9999),
    st.from_regex(r"[0-9A-F]{3,16}", fullmatch=True),
    st.binary(max_size=300).filter(lambda data: not set(data) & set(b"[]\r")),
    st.sampled_from([None, b"k" * 16, b"k" * 24, KEY]),
    st.one_of(st.none(), st.from_regex(r"[0-9A-F]{1,6}", fullmatch=True)),
    st.booleans(),
)
def test_fuzz_round_trip(
    token: str, number: int, account: str, data: bytes, key: bytes | None, line: str | None, binary: bool
) -> None:
    xdata = [ExtendedData("I", b"text"), ExtendedData("J", b"1")]
    raw = encode_frame(
        token, number, account, data, line=line, xdata=xdata, at=NOW, key=key, binary_crc=binary
    )
    (piece,) = StreamFramer().feed(raw)
    frame = parse_frame(piece)
    judgement = judge(frame, now=NOW, key=key)
    message = judgement.message
    assert judgement.valid is True
    assert message is not None
    assert (frame.token.decode(), int(frame.sequence), frame.account) == (token, number, account)
    assert frame.line == (None if line is None else line.encode())
    assert message.payloads == ((data,) if data else ())
    assert message.xdata == tuple(xdata)
    assert message.timestamp == NOW


@fuzz
@given(framed, st.sampled_from([None, KEY]))
def test_fuzz_decoding(line: bytes, key: bytes | None) -> None:
    for each in (line, b"hex:" + line.hex().encode()):
        json.dumps(decode.describe(each, key, NOW))
