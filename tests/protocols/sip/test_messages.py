"""SIP messages: what the standard and the field write is read, what is written reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.protocols.sip import (
    SipError,
    StreamFramer,
    answer_to,
    make_response,
    mark_source,
    parse_address,
    parse_message,
    parse_uri,
    parse_via,
    serialise,
)
from jifang.protocols.sip.message import MAX_BODY, MAX_HEADERS, split_list
from tests.protocols.sip.messages import REGISTER, invite

KEEPALIVE = b"<Notify><CmdType>Keepalive</CmdType></Notify>"


def test_a_request() -> None:
    message = parse_message(REGISTER)
    assert (message.method, message.uri) == ("REGISTER", "sip:34020000002000000001@3402000000")
    assert (message.call_id, message.cseq, message.problems) == ("1011047669", (1, "REGISTER"), ())
    assert serialise(message) == REGISTER


def test_compact_and_folded_headers_and_bare_line_feeds() -> None:
    message = parse_message(
        b"MESSAGE sip:1@2 SIP/2.0\nv: SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/TCP b;branch=z9hG4bK2\n"
        b"f: <sip:1@2>;tag=1\nt: <sip:1@2>\ni: x\nCSEQ: 7 MESSAGE\nc: Application/MANSCDP+xml\n"
        b"Subject: one\n two\n\tthree\nl: 4\n\nbody\x00\x00"
    )
    assert message.every("Via") == ["SIP/2.0/UDP a;branch=z9hG4bK1", "SIP/2.0/TCP b;branch=z9hG4bK2"]
    assert (message.get("subject"), message.call_id, message.body) == ("one two three", "x", b"body")
    assert message.content_type == "application/manscdp+xml"
    assert message.problems == ("folded",)


@pytest.mark.parametrize(
    ("length", "body", "kept", "problems"),
    [
        (b"", KEEPALIVE, KEEPALIVE, ("content_length",)),
        (b"Content-Length: 99999\r\n", KEEPALIVE + b"\x00", KEEPALIVE, ("content_length",)),
        (b"Content-Length: 3\r\n", KEEPALIVE, KEEPALIVE, ("content_length",)),
        (b"Content-Length: 45\r\n", KEEPALIVE + b"\r\n\x00", KEEPALIVE, ()),
        (b"Content-Length: x\r\n", KEEPALIVE, KEEPALIVE, ("content_length",)),
        (b"Content-Length: 0\r\n", b"", b"", ()),
        (b"", b"", b"", ()),
    ],
)
def test_a_datagram_is_its_own_measure(
    length: bytes, body: bytes, kept: bytes, problems: tuple[str, ...]
) -> None:
    message = parse_message(b"MESSAGE sip:1@2 SIP/2.0\r\n" + length + b"\r\n" + body)
    assert (message.body, message.problems) == (kept, problems)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "start_line"),
        (b"GET / HTTP/1.1\r\n\r\n", "start_line"),
        (b"SIP/2.0 999 No\r\n\r\n", "start_line"),
        (b"MESSAGE sip:1@2 SIP/2.0\r\n" + b"a: b\r\n" * 20_000, "headers_too_long"),
        (b"MESSAGE sip:1@2 SIP/2.0\r\n\r\n" + b"x" * (MAX_BODY + 1), "body_too_long"),
    ],
)
def test_refusals(data: bytes, reason: str) -> None:
    with pytest.raises(SipError) as refused:
        parse_message(data)
    assert refused.value.reason == reason


def test_a_status_line_without_phrase_and_via() -> None:
    message = parse_message(b"SIP/2.0 200\r\nCall-ID: 1\r\n\r\n")
    assert (message.status, message.phrase, message.get("Via")) == (200, "", None)


def test_values_cannot_smuggle_headers() -> None:
    message = parse_message(REGISTER)
    message.set("Subject", "one\r\nContact: <sip:evil@evil>\r\n\r\nbody")
    again = parse_message(serialise(message))
    assert again.every("Contact") == ["<sip:34020000001320000088@192.168.3.88:5060>"]
    assert again.body == b""


def test_commas_in_quotes_are_no_separators() -> None:
    assert split_list('"a,b" <sip:1@2;x=3,4>;q=1, <sip:5@6>') == ['"a,b" <sip:1@2;x=3,4>;q=1', "<sip:5@6>"]


def test_addresses() -> None:
    address = parse_address('"Gate, east" <sip:1@[::1]:5061;transport=tcp>;tag=9')
    assert address is not None
    assert (address.name, address.uri.host, address.uri.port, address.tag) == (
        "Gate, east",
        "[::1]",
        5061,
        "9",
    )
    assert str(address) == '"Gate, east" <sip:1@[::1]:5061;transport=tcp>;tag=9'
    bare = parse_address("sip:1@2;tag=4")
    assert bare is not None
    assert (bare.tag, str(bare.uri)) == ("4", "sip:1@2")
    for wrong in ("", "<sip:1@2", "<mailto:a@b>", "sip:1@2:99999", "<>"):
        assert parse_address(wrong) is None
    assert parse_uri("sip:3402000000") is not None


def test_the_answer_goes_where_the_request_came_from() -> None:
    request = parse_message(REGISTER)
    mark_source(request, "203.0.113.9", 40_000)
    via = parse_via(request.get("Via") or "")
    assert via is not None
    assert (via.received, via.rport) == ("203.0.113.9", 40_000)
    answer = make_response(request, 200, tag="t")
    assert answer_to(answer) == ("203.0.113.9", 40_000)
    assert (answer.get("To") or "").endswith(";tag=t")
    assert make_response(answer, 200, tag="other").get("To") == answer.get("To")


def test_a_connection_is_cut_into_messages() -> None:
    framer = StreamFramer()
    one, two = serialise(invite()), REGISTER.replace(b"Content-Length: 0", b"Content-Length: 2") + b"ok"
    pieces = framer.feed(b"\r\n\r\n" + one + b"\r\n\r\n" + two + b"GET / HTTP/1.1\r\n\r\n" + one[:40])
    assert [piece.reason for piece in pieces] == ["", "", "garbage"]
    assert pieces[1].message is not None
    assert pieces[1].message.body == b"ok"
    assert framer.pings == 2
    assert [piece.raw for piece in framer.feed(one[40:])] == [one]
    assert framer.pending == 0
    framer.feed(one[:9])
    assert [piece.raw for piece in framer.close()] == [one[:9]]


@given(st.lists(st.sampled_from([serialise(invite()), REGISTER, b"\r\n\r\n"]), max_size=6), st.data())
def test_messages_do_not_depend_on_how_bytes_come(parts: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    framer, pieces, last = StreamFramer(), [], 0
    for place in [*cuts, len(stream)]:
        pieces += framer.feed(stream[last:place])
        last = place
    assert [piece.raw for piece in pieces] == [part for part in parts if part.strip()]


def test_a_flood_is_not_held() -> None:
    framer = StreamFramer()
    reasons = set()
    for _ in range(40):
        reasons |= {piece.reason for piece in framer.feed(b"x" * 8192)}
        assert framer.pending <= 1400
    assert reasons == {"garbage"}
    head = b"MESSAGE sip:1@2 SIP/2.0\r\n"
    pieces = framer.feed(b"\n" + head + b"a: b\r\n" * (MAX_HEADERS // 6))
    assert "headers_too_long" in {piece.reason for piece in pieces}
    pieces = framer.feed(b"\r\n" + head + b"Content-Length: 2000000\r\n\r\n" + REGISTER)
    assert pieces[-1].message is not None
    assert pieces[-1].message.method == "REGISTER"
