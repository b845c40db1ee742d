"""Anything may stand in a MANSCDP body or a session description: no exception escapes, nothing hangs."""

import os
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifang.protocols.gb28181 import (
    PROFILES,
    Catalog,
    SsrcPool,
    build_body,
    build_offer,
    explain,
    ptz,
    read_body,
    read_control,
    read_format,
    read_identifier,
    read_offer,
)
from jifang.protocols.gb28181.messages import CatalogNotify, CatalogResponse, Message
from jifang.protocols.gb28181.xml import Element, XmlRefusedError, build_xml, parse_xml
from jifang.protocols.sdp import parse_sdp

fuzz = settings(
    max_examples=int(os.environ.get("JIFANG_FUZZ_EXAMPLES", "150")),
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow],
)

PIECES = [
    b'<?xml version="1.0" encoding="GB2312"?>',
    b"<?xml",
    b"<Notify>",
    b"</Notify>",
    b"<Response>",
    b"</Response>",
    b"<Control>",
    b"</Control>",
    b"<CmdType>Catalog</CmdType>",
    b"<CmdType>Alarm</CmdType>",
    b"<SN>1</SN>",
    b"<CmdType>DeviceControl</CmdType>",
    b"<CmdType>MobilePosition</CmdType>",
    b"<SN>1e400</SN>",
    b"<SN>",
    b"<DeviceList Num=2>",
    b"<DeviceList Num='2'>",
    b"</DeviceList>",
    b"<Item>",
    b"</Item>",
    b'<Item DeviceID="7"/>',
    b"<DeviceID>34020000001320000001</DeviceID>",
    b"<Event>OFF</Event>",
    b"<Event>DEL</Event>",
    b"<Info>",
    b"</Info>",
    b"<AlarmTime>2026-11-22T08:00:00</AlarmTime>",
    b"<AlarmTime>9999-12-31T23:59:59-23:59</AlarmTime>",
    b"<!--",
    b"<AlarmTime>0001-01-01T00:00:00+23:59</AlarmTime>",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"&amp;",
    b"&#x110000;",
    b"&",
    b"<!DOCTYPE a>",
    b"\x00",
    b"\xff\xfe",
    "入侵".encode("gb18030"),
    "入侵".encode(),
    b'"',
    b"'",
    b"<",
    b">",
    b"/>",
    b"<PTZCmd>A50F01021F0000D6</PTZCmd>",
    b"<SumNum>99999999999</SumNum>",
    b"<SumNum>-1</SumNum>",
]
xml = st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
wrapped = st.one_of(xml, xml.map(lambda body: b"<Notify><CmdType>Catalog</CmdType>" + body + b"</Notify>"))
LINES = [
    b"v=0",
    b"o=- 0 0 IN IP4 1.2.3.4",
    b"s=Playback",
    b"u=34020000001320000001:3",
    b"c=IN IP4 1.2.3.4/127",
    b"c=",
    b"t=1 2",
    b"t=99999999999999999999 0",
    b"t=253402300799 -1",
    b"m=video 6000 TCP/RTP/AVP 96",
    b"m=",
    b"m=a b c",
    b"m=audio 99999999999 RTP/AVP 8",
    b"a=rtpmap:96 PS/90000",
    b"a=rtpmap:96",
    b"a=fmtp:96 a=b;;=",
    b"a=setup:active",
    b"a=downloadspeed:4",
    b"a=filesize:" + b"9" * 40,
    b"y=0200000001",
    b"y=-",
    b"f=v/2/5/25/1/1536a/1/8/1",
    b"f=",
    b"=",
]
sdp = st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(LINES), max_size=30).map(b"\r\n".join))


@fuzz
@given(wrapped)
def test_fuzz_bodies(body: bytes) -> None:
    received = read_body(body)
    assert (received.message is None) is (received.reason is not None)
    if received.reason is not None:
        assert explain(received.reason)
    if isinstance(received.message, Message):
        for profile in PROFILES.values():
            with suppress(ValueError):
                assert read_body(build_body(received.message, profile)).reason is None
    if isinstance(received.message, CatalogNotify):
        Catalog().notify(received.message)
    if isinstance(received.message, CatalogResponse):
        catalog = Catalog()
        catalog.begin(received.message.sn or 0, 0)
        catalog.page(received.message, 1)
        catalog.tick(100)
        assert catalog.deadline is None


@fuzz
@given(wrapped)
def test_fuzz_xml_reads_back(body: bytes) -> None:
    try:
        root = parse_xml(body)
    except XmlRefusedError:
        return
    try:
        written = build_xml(root, "UTF-8")
    except ValueError:
        return
    again = parse_xml(written)
    waiting: list[tuple[Element, Element]] = [(root, again)]
    while waiting:
        one, other = waiting.pop()
        assert one.name == other.name
        assert len(one.children) == len(other.children)
        waiting += zip(one.children, other.children, strict=True)


@fuzz
@given(sdp)
def test_fuzz_descriptions(body: bytes) -> None:
    for media in parse_sdp(body).media:
        for number in media.formats:
            assert len(media.rtpmap(number)) == 3
            media.fmtp(number)
        assert media.direction
    offer = read_offer(body)
    if offer is not None:
        with suppress(ValueError):
            assert read_offer(build_offer(offer)) is not None
    read_control(body)
    read_format(body.decode("latin-1"))


@fuzz
@given(st.text(max_size=40), st.integers(0, 2**64).map(lambda number: f"{number:016X}"))
def test_fuzz_digits(text: str, digits: str) -> None:
    assert read_identifier(text).text == text
    ptz.read(text)
    for each in (digits, "A5" + digits[:14]):
        instruction = ptz.read(each[:16])
        assert instruction is None or instruction.name
    assert SsrcPool("34020000002000000001").release(text, "nobody", 0) is False
