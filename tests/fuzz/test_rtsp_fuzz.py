"""Anything may answer where a camera is expected: no exception escapes, the client ends or goes on."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.protocols.rtsp import Failed, RtspClient, State, Transport, address_of, read_description
from jifang.protocols.rtsp.message import MAX_BODY, MAX_HEAD

fuzz = settings(
    max_examples=int(os.environ.get("JIFANG_FUZZ_EXAMPLES", "150")),
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow],
)
BODY = (
    b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    b"a=fmtp:96 sprop-parameter-sets=Z0,=,!!\r\na=control:x\r\n"
)
ANSWERS = [
    b"RTSP/1.0 200 OK\r\n\r\n",
    b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY),
    b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP/TCP;interleaved=x;ssrc=zz\r\nSession: ;timeout=0\r\n\r\n",
    b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\nSession: 1;timeout=99999999\r\n\r\n",
    b'RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n',
    b"RTSP/1.0 401 No\r\nWWW-Authenticate: Digest stale=true\r\n\r\n",
    b"RTSP/1.0 401 No\r\nWWW-Authenticate: Basic\r\n\r\n",
    b"RTSP/1.0 302 Moved\r\nLocation: rtsp://\r\n\r\n",
    b"RTSP/1.0 454 Session Not Found\r\n\r\n",
    b"RTSP/1.0 999 \xff\r\n folded\r\nCSeq: -1\r\n\r\n",
    b"OPTIONS * RTSP/1.0\r\nCSeq: \xff\r\n\r\n",
    b"$\x00\x00\x02ab",
    b"$\xff\xff\xff",
    b"HTTP/1.1 200 OK\r\n\r\n",
]
pieces = st.lists(st.one_of(st.sampled_from(ANSWERS), st.binary(max_size=40)), max_size=12)


@fuzz
@given(pieces, st.booleans())
def test_fuzz_client(parts: list[bytes], udp: bool) -> None:
    client = RtspClient("rtsp://u:p@c/x", random=lambda: "c")
    client.start(0)
    for number, part in enumerate(parts, 1):
        for event in client.feed(part, number):
            if isinstance(event, Failed):
                assert client.state is State.CLOSED
        if client.state is State.DESCRIBED:
            client.setup(list(client.tracks[:2]), number, ports=[2, 4][: len(client.tracks)] if udp else None)
        client.tick(number)
        assert len(client.rest()) <= MAX_HEAD + MAX_BODY
        assert len(client.take()) < 100_000
    assert all(isinstance(each, Transport) for each in client.transports)
    client.teardown(100)
    client.tick(1e9)
    client.tick(1e9)
    assert client.state in (State.CLOSED, State.NEW)


@fuzz
@given(st.binary(max_size=300), st.text(max_size=60))
def test_fuzz_descriptions_and_addresses(body: bytes, url: str) -> None:
    for track in read_description(body, url):
        track.parameter_sets()
    for each in (url, f"rtsp://{url}"):
        try:
            host, port = address_of(each)
        except ValueError:
            continue
        assert host
        assert 0 <= port < 65_536
