"""Texts of panels in any character set; foreign protocols called by their names."""

import pytest

from jifang.protocols.dc09 import ExtendedData, Reason, decode_text, encode_frame, judge, parse_frame, seal
from jifang.protocols.dc09.content import Message


def message_of(raw: bytes) -> Message:
    message = judge(parse_frame(raw), now=None).message
    assert message is not None
    return message


@pytest.mark.parametrize(
    ("text", "charset"),
    [("前门红外", "utf-8"), ("前门红外", "gb18030"), ("Küche", "cp1252"), ("Улица", "cp1251")],
)
def test_text_of_an_event(text: str, charset: str) -> None:
    data = b"Nri1/BA012^" + text.encode(charset) + b"^"
    (event,) = message_of(encode_frame("SIA-DCS", 1, "1234", data)).events
    assert decode_text(event.text, [charset]) == text


@pytest.mark.parametrize("trail", [0x5B, 0x5D, 0x7C, 0x5E])
def test_double_byte_characters_do_not_break_the_frame(trail: int) -> None:
    word = bytes([0x81, trail])
    assert len(word.decode("gb18030")) == 1
    raw = encode_frame("SIA-DCS", 1, "1234", b"NBA1", xdata=[ExtendedData("I", b"A" + word + b"B")])
    message = message_of(raw)
    assert [event.code for event in message.events] == ["BA"]
    assert message.xdata == (ExtendedData("I", b"A" + word + b"B"),)


def test_first_charset_that_fits_wins() -> None:
    assert decode_text("前门".encode()) == "前门"
    assert decode_text("前门".encode("gbk")) == "前门"
    assert decode_text("Küche".encode("cp1252"), ["utf-8", "cp1252"]) == "Küche"
    assert decode_text(b"\xff\xfe", ["ascii"]) == "\\xff\\xfe"
    assert decode_text("Küche".encode(), ["no-such-set", "utf-8"]) == "Küche"


def test_extended_data_are_kept_in_order() -> None:
    xdata = [
        ExtendedData("X", b"012W34.1"),
        ExtendedData("Y", b"045N12.2"),
        ExtendedData("V", b"https://a/b"),
    ]
    assert message_of(encode_frame("SIA-DCS", 1, "1234", b"NBA1", xdata=xdata)).xdata == tuple(xdata)


@pytest.mark.parametrize("second", [b"#1234|NFA2", b"|NFA2"])
def test_several_data_groups_and_extended_data_in_one_frame(second: bytes) -> None:
    message = message_of(seal(b'"SIA-DCS"0001L0#1234[#1234|NBA1][' + second + b"][Ihello]"))
    assert [event.code for event in message.events] == ["BA", "FA"]
    assert message.xdata == (ExtendedData("I", b"hello"),)


def test_network_address_is_no_event_block() -> None:
    message = message_of(encode_frame("SIA-DCS", 1, "1234", b"NBA1", xdata=[ExtendedData("N", b"10.0.0.1")]))
    assert [event.code for event in message.events] == ["BA"]
    assert message.xdata == (ExtendedData("N", b"10.0.0.1"),)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"SR0001L0001    006969XX    [ID00000000]", Reason.ATS_HEARTBEAT),
        (b"5011 181234E13001015\x14", Reason.SUR_GARD_LINE),
        (b"1011           @    \x14", Reason.SUR_GARD_LINE),
        (b"\x16\x03\x01\x02\x00\x01\x00", Reason.TLS_HANDSHAKE),
        (b"GET / HTTP/1.1\r", Reason.HTTP_REQUEST),
        (b"hello", Reason.NOT_A_FRAME),
        (b"", Reason.NOT_A_FRAME),
    ],
)
def test_foreign_protocols_are_named(raw: bytes, reason: Reason) -> None:
    frame = parse_frame(raw)
    judgement = judge(frame, now=None)
    assert (frame.fault, judgement.valid, judgement.answer.value) == (reason, False, "")
