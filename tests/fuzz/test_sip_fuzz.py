"""Anything may arrive at the SIP port: no exception escapes, nothing hangs, memory stays bounded."""

import json
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.project.decode_gb28181 import describe, describe_stream
from jifang.protocols.digest import matches, parse_challenge, parse_credentials
from jifang.protocols.sip import (
    Dialog,
    NonceStore,
    ServerTransaction,
    SipError,
    SipMessage,
    State,
    StreamFramer,
    TransactionLayer,
    Via,
    answer_to,
    decide,
    make_response,
    mark_source,
    parse_message,
    serialise,
)
from jifang.protocols.sip.message import MAX_BODY, MAX_HEADERS
from tests.protocols.sip.messages import REGISTER, invite

fuzz = settings(
    max_examples=int(os.environ.get("JIFANG_FUZZ_EXAMPLES", "150")),
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow],
)
STARTS = [
    b"MESSAGE sip:1@2 SIP/2.0",
    b"INVITE sip:1@2 SIP/2.0",
    b"BYE sip:1@2 SIP/2.0",
    b"ACK sip:1@2 SIP/2.0",
    b"SIP/2.0 200 OK",
    b"SIP/2.0 401",
    b"SIP/2.0 100 Trying",
    b"REGISTER sip:1@2 SIP/2.0",
    b"GET / HTTP/1.1",
]
LINES = [
    b"Via: SIP/2.0/UDP a;rport;branch=z9hG4bK1",
    b"v: SIP/2.0/TCP [::1]:99999;branch=",
    b"Via: x",
    b"From: <sip:1@2>;tag=1",
    b"To: sip:1@2",
    b'To: "a,b" <sip:1@2>;tag="x',
    b"Call-ID: c1",
    b"CSeq: 1 REGISTER",
    b"CSeq: 99999999999 INVITE",
    b"CSeq: 1 MESSAGE",
    b"Contact: *",
    b"Contact: <sip:1@2;a=b>;expires=x, <sip:",
    b"Expires: 0",
    b"Expires: -1",
    b"Content-Length: 5",
    b"l: 99999999",
    b"Content-Length: -1",
    b"Content-Type: Application/MANSCDP+xml",
    b"Content-Type: APPLICATION/SDP",
    b"Content-Type: Application/MANSRTSP",
    b'Authorization: Digest username="1", realm="r", nonce="n1", uri="u", response="0", qop=auth, nc=zz',
    b'Authorization: Digest username="1", realm="r", nonce="n1", uri="u", response="\xff"',
    b" folded",
    b"\tfolded",
    b"no colon",
    b": no name",
    b"Record-Route: <sip:p>",
    b"X-GB-Ver: 3.0",
    b"\xff: \x00",
]
BODIES = [
    b"",
    b"hello",
    b"<Notify><CmdType>Keepalive</CmdType></Notify>",
    b"v=0\r\nm=video 1 RTP/AVP 96",
    b"PLAY RTSP/1.0",
]
made = st.builds(
    lambda start, lines, end, body: end.join([start, *lines, b"", body]),
    st.sampled_from(STARTS),
    st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=20)), max_size=15),
    st.sampled_from([b"\r\n", b"\n"]),
    st.one_of(st.sampled_from(BODIES), st.binary(max_size=60)),
)
anything = st.one_of(st.binary(max_size=300), made)


@fuzz
@given(anything)
def test_fuzz_messages(data: bytes) -> None:
    try:
        message = parse_message(data)
    except SipError:
        return
    again = parse_message(serialise(message))
    assert (again.method, again.status, again.body) == (message.method, message.status, message.body)
    assert again.get("Contact") == message.get("Contact")
    if message.is_request:
        mark_source(message, "203.0.113.9", 40_000)
        answer_to(make_response(message, 200, tag="t"))
    dialog = Dialog.of_answer(invite(), message)
    dialog.owns(message)
    dialog.accept(message)
    dialog.answered(message)
    theirs = Dialog.of_request(message, make_response(message, 200, tag="t"))
    parse_message(serialise(theirs.request("BYE", via=Via("UDP", "h", 1, "b"))))


@fuzz
@given(st.lists(anything, max_size=6), st.integers(0, 3))
def test_fuzz_registrar_and_transactions(parts: list[bytes], start: int) -> None:
    layer, nonces = TransactionLayer(most=8), NonceStore(most=8, random=lambda: "n1")
    ours, _ = layer.request(invite(f"z9hG4bK{start}"), reliable=False, now=0)
    now = 0.0
    for data in parts:
        now += 1
        layer.tick(now)
        try:
            message: SipMessage = parse_message(data)
        except SipError:
            continue
        transaction, _, new = layer.received(message, reliable=False, now=now)
        if new and transaction is not None:
            decision = decide(
                message,
                realm="r",
                secret=lambda device, user: "p",
                nonces=nonces,
                now=now,
                clock=datetime(2026, 11, 22, tzinfo=UTC),
                tag="t",
            )
            assert not decision.accepted
            assert 400 <= decision.answer.status < 500
            assert isinstance(transaction, ServerTransaction)
            transaction.respond(decision.answer, now)
    assert ours.state is not State.TERMINATED or parts
    for _ in range(100):
        if (end := layer.deadline) is None:
            break
        layer.tick(end)
    assert len(layer.clients) + len(layer.servers) <= 9


@fuzz
@given(st.lists(anything, max_size=6), st.lists(st.integers(0, 2000), max_size=12))
def test_fuzz_streams(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    framer, pieces, last = StreamFramer(), [], 0
    for place in [*sorted(cuts), len(stream)]:
        pieces += framer.feed(stream[last:place])
        last = max(last, place)
        assert framer.pending <= MAX_HEADERS + MAX_BODY
    pieces += framer.close()
    whole = StreamFramer()
    expected = whole.feed(stream) + whole.close()
    assert [piece.raw for piece in pieces if piece.message] == [
        piece.raw for piece in expected if piece.message
    ]
    noise = b"\r\n\x00 \t"
    assert b"".join(piece.raw for piece in pieces).translate(None, noise) == stream.translate(None, noise)
    after = framer.feed(REGISTER)
    assert [piece.raw for piece in after] == [REGISTER]


@fuzz
@given(st.text(max_size=200))
def test_fuzz_digest(text: str) -> None:
    for each in (text, f"Digest {text}", f'Digest username="a", nonce="b", response="c", {text}'):
        parse_challenge(each)
        credentials = parse_credentials(each)
        assert credentials is None or not matches(credentials, "REGISTER", "p")


@fuzz
@given(st.lists(anything, max_size=4))
def test_fuzz_decoding(parts: list[bytes]) -> None:
    for part in parts:
        json.dumps(describe(part))
    for described in describe_stream(BytesIO(b"\n".join(parts)), "en"):
        json.dumps(described)
        assert described["valid"] or described["reason"]
