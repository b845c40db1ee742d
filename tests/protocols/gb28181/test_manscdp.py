"""MANSCDP: what devices really send is read, what the official parser takes is written."""

import dataclasses
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifang.protocols.gb28181 import (
    MESSAGES,
    PROFILES,
    Edition,
    Message,
    Reason,
    build_body,
    explain,
    messages,
    profile_of,
    read_body,
    read_identifier,
)
from jifang.protocols.gb28181.charset import decode_body
from jifang.protocols.gb28181.fields import specs_of
from jifang.protocols.gb28181.items import CatalogItem, ChannelKind, HomePosition, Position
from jifang.protocols.gb28181.xml import MAX_BODY, build_xml, parse_xml

DEVICE = "34020000001320000001"
NEW = PROFILES[Edition.E2022]
OLD = PROFILES[Edition.E2016]
# Line ends and blanks at the ends of a text are not kept, so none are drawn.
plain = st.text(st.sampled_from("东门球机联通入侵报警𠮷é—A1z<>&\"'/;=[]"), max_size=20)


def example(kind: type[Any], draw: st.DrawFn) -> Any:
    """A message with values in all of its fields."""
    values: dict[str, Any] = {}
    for name, spec in specs_of(kind):
        match spec.kind:
            case "text":
                values[name] = draw(st.sampled_from(spec.choices)) if spec.choices else draw(plain)
            case "integer":
                values[name] = draw(st.integers(0, 10**9))
            case "number":
                values[name] = draw(st.integers(-18_000_000, 18_000_000)) / 100_000
            case "moment":
                seconds = draw(st.integers(0, 4_000_000_000))
                values[name] = datetime.fromtimestamp(seconds, UTC)
            case "part":
                values[name] = example(spec.of, draw)
            case "parts":
                values[name] = tuple(example(spec.of, draw) for _ in range(draw(st.integers(0, 2))))
            case "texts":
                values[name] = tuple(draw(st.lists(plain, max_size=2)))
    return kind(**values)


@pytest.mark.parametrize("kind", MESSAGES.values(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("profile", [OLD, NEW, NEW.with_charset("UTF-8")], ids=["2016", "2022", "utf-8"])
def test_every_message_reads_back(kind: type[Message], profile: Any) -> None:
    @settings(max_examples=20)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        made = data.draw(st.composite(lambda draw: example(kind, draw))())
        body = build_body(made, profile)
        received = read_body(body)
        assert received.message == made
        assert received.problems == ()
        assert b"/>" not in body

    check()


def test_all_messages_are_there() -> None:
    assert len(MESSAGES) == len({id(kind) for kind in MESSAGES.values()}) >= 36
    for (root, command), kind in MESSAGES.items():
        assert (kind.ROOT.lower(), kind.CMD.lower()) == (root, command)


def test_keepalive_as_the_official_tool_writes_it() -> None:
    made = messages.Keepalive(sn=43, device_id=DEVICE, status="OK")
    assert build_body(made) == (
        b'<?xml version="1.0" encoding="GB2312"?>\r\n<Notify>\r\n<CmdType>Keepalive</CmdType>\r\n'
        b"<SN>43</SN>\r\n<DeviceID>34020000001320000001</DeviceID>\r\n<Status>OK</Status>\r\n</Notify>\r\n"
    )


def test_lists_are_written_without_blank_and_with_quoted_number() -> None:
    body = build_body(messages.CatalogResponse(sn=1, device_id=DEVICE, sum_num=0))
    assert b'<DeviceList Num="0"></DeviceList>' in body


def test_mandatory_fields_are_not_forgotten() -> None:
    with pytest.raises(ValueError, match=r"Keepalive.status is None: Status is mandatory"):
        build_body(messages.Keepalive(sn=1, device_id=DEVICE))


def test_names_are_kept_in_either_charset() -> None:
    name = "东门球机𠮷"
    for charset in ("gb18030", "utf-8"):
        for declared in ("GB2312", "UTF-8", "gbk", "ISO-8859-1"):
            body = (
                f'<?xml version="1.0" encoding="{declared}"?><Response><CmdType>DeviceInfo</CmdType>'
                f"<SN>2</SN><DeviceID>{DEVICE}</DeviceID><Result>ok</Result><DeviceName>{name}</DeviceName></Response>"
            ).encode(charset)
            received = read_body(body)
            assert isinstance(received.message, messages.DeviceInfoResponse)
            assert received.message.device_name == name
            assert received.message.result == "OK"
            assert (received.charset, received.declared) == (charset, declared.lower())


def test_gbk_words_that_look_like_utf_8() -> None:
    name = "楼"
    assert name.encode("gbk").decode("utf-8") == "¥"
    for declared in ("GB2312", "GBK", "GB18030"):
        body = f'<?xml version="1.0" encoding="{declared}"?><Notify><Name>{name}</Name></Notify>'.encode(
            "gbk"
        )
        decoded = decode_body(body)
        assert f"<Name>{name}</Name>" in decoded.text
        assert decoded.charset == "gb18030"


def test_a_broken_byte_costs_one_character() -> None:
    body = "<Notify><CmdType>Alarm</CmdType><SN>1</SN><AlarmDescription>入侵".encode("gb18030") + b"\xff"
    body += b"</AlarmDescription></Notify>"
    received = read_body(body)
    assert isinstance(received.message, messages.AlarmNotify)
    assert received.message.description is not None
    assert received.message.description.startswith("入侵\ufffd")
    assert {"damaged_text", "missing"} == {problem.reason for problem in received.problems}


def test_what_devices_send() -> None:
    # Byte order mark, two declarations, unquoted number, another case, attributes for elements, NUL behind.
    body = (
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<?xml version="1.0" encoding="GB2312" ?>\n<Response >\n'
        b"<cmdtype>catalog</cmdtype><SN> 17 </SN><DeviceID>34020000001320000001</DeviceID><SumNum>2</SumNum>"
        b"<DeviceList Num=2 ><Item DeviceID=\"34020000001320000002\" Name='gate & door' Status=on></Item>"
        b"<item><DeviceID>34020000001320000003</DeviceID><Name>A &lt;1&gt; &#x4e1c;</Name><Block/></item>"
        b"</DeviceList></Response>\x00\x00\r\n"
    )
    received = read_body(body)
    assert received.reason is None
    assert isinstance(received.message, messages.CatalogResponse)
    first, second = received.message.items
    assert (received.sn, first.device_id, first.name, first.status) == (
        17, "34020000001320000002", "gate & door", "ON",
    )  # fmt: skip
    assert (second.name, second.block) == ("A <1> 东", "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.NOT_XML),
        (b"hello", Reason.NOT_XML),
        (b"<Notify><CmdType>Keepalive</CmdType><SN>1</SN>", Reason.UNCLOSED),
        (b'<?xml version="1.0"?><!DOCTYPE Notify><Notify></Notify>', Reason.DOCUMENT_TYPE),
        (b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><Notify>&d;</Notify>', Reason.DOCUMENT_TYPE),
        (b'<Notify><!ENTITY b SYSTEM "file:///etc/passwd"></Notify>', Reason.DOCUMENT_TYPE),
        (b"<Notify>" * 13 + b"</Notify>" * 13, Reason.TOO_DEEP),
        (b"<a>" + b"<b></b>" * 60_001 + b"</a>", Reason.TOO_MANY_ELEMENTS),
        (b"<Notify>" + b" " * MAX_BODY + b"</Notify>", Reason.TOO_LONG),
        (b"<Greeting></Greeting>", Reason.UNKNOWN_ROOT),
        (b"<Notify><CmdType>Hello</CmdType><SN>7</SN></Notify>", Reason.UNKNOWN_COMMAND),
    ],
)
def test_refusals(body: bytes, reason: Reason) -> None:
    received = read_body(body)
    assert (received.message, received.reason) == (None, reason)
    assert explain(reason) != explain(reason, "en")


def test_unknown_entities_stay_as_written() -> None:
    assert parse_xml(b"<a>&lol; &amp;lt; &#0; &#xD800; &</a>").text == "&lol; &lt; &#0; &#xD800; &"


def test_the_key_frame_order_is_spelt_by_edition() -> None:
    made = messages.DeviceControl(sn=1, device_id=DEVICE, i_frame_cmd="Send")
    assert b"<IFameCmd>Send</IFameCmd>" in build_body(made, OLD)
    assert b"<IFrameCmd>Send</IFrameCmd>" in build_body(made, NEW)


def test_contents_of_info_are_found_beside_it() -> None:
    body = b"<Notify><CmdType>Alarm</CmdType><AlarmType>2</AlarmType><Longtitude>121.5</Longtitude></Notify>"
    received = read_body(body)
    assert isinstance(received.message, messages.AlarmNotify)
    assert (received.message.type, received.message.longitude) == (2, 121.5)


def test_positions_of_both_editions() -> None:
    flat = b"<Notify><CmdType>MobilePosition</CmdType><SN>1</SN><DeviceID>34020000001320000001</DeviceID>"
    old = read_body(
        flat
        + b"<Time>2026-11-22T08:00:00</Time><Longitude>121.5</Longitude><Latitude>31.2</Latitude></Notify>"
    ).message
    new = read_body(
        flat + b"<DeviceList><Item><DeviceID>34020000001320000001</DeviceID>"
        b"<CaptureTime>2026-11-22T08:00:00</CaptureTime><Longitude>121.5</Longitude><Latitude>31.2</Latitude>"
        b"</Item></DeviceList></Notify>"
    ).message
    assert isinstance(old, messages.MobilePosition)
    assert isinstance(new, messages.MobilePosition)
    moment = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    expected = Position(device_id=DEVICE, capture_time=moment, longitude=121.5, latitude=31.2)
    assert old.positions == new.positions == (expected,)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T08:00:00", datetime(2026, 11, 22, 0, 0, tzinfo=UTC)),
        ("2026-11-22T08:00:00.250", datetime(2026, 11, 22, 0, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-22 8:00:00", datetime(2026, 11, 22, 0, 0, tzinfo=UTC)),
        ("2026-11-22T08:00:00Z", datetime(2026, 11, 22, 8, 0, tzinfo=UTC)),
        ("2026-11-22T08:00:00+02:00", datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
    ],
)
def test_times(text: str, moment: datetime) -> None:
    body = f"<Notify><CmdType>Alarm</CmdType><AlarmTime>{text}</AlarmTime></Notify>".encode()
    received = read_body(body)
    assert isinstance(received.message, messages.AlarmNotify)
    assert received.message.time == moment


def test_wrong_values_are_problems_not_refusals() -> None:
    body = (
        b"<Response><CmdType>RecordInfo</CmdType><SN>x</SN><DeviceID>1</DeviceID><SumNum>nan</SumNum>"
        b"<RecordList><Item><DeviceID>1</DeviceID><StartTime>2026-13-01T00:00:00</StartTime></Item></RecordList>"
        b"</Response>"
    )
    received = read_body(body)
    assert [tuple(problem) for problem in received.problems] == [
        ("SN", "x", "not_a_number"),
        ("SumNum", "nan", "not_a_number"),
        ("RecordList/Item/StartTime", "2026-13-01T00:00:00", "not_a_time"),
        ("RecordList/Item/EndTime", "", "missing"),
    ]


@pytest.mark.parametrize(
    ("version", "edition"),
    [("1.0", 2011), ("2.0", 2016), ("3.0", 2022), (" 3.1", 2022), (None, 2016), ("9.9", 2016), ("", 2016)],
)
def test_profiles(version: str | None, edition: int) -> None:
    assert profile_of(version).edition == edition


@pytest.mark.parametrize(
    ("text", "kind", "problems"),
    [
        ("34020000001320000001", "网络摄像机（IPC）", ()),
        ("34020000002000000001", "中心信令控制服务器（平台）", ()),
        ("340200", "行政区划", ()),
        ("3402000000132000000", "", ("length",)),
        ("3402000000132000000X", "网络摄像机（IPC）", ("not_digits",)),
        ("34020000009990000001", "", ("unknown_kind",)),
        ("", "", ("not_digits", "length")),
    ],
)
def test_identifiers(text: str, kind: str, problems: tuple[str, ...]) -> None:
    identifier = read_identifier(text)
    assert (identifier.meaning(), identifier.problems) == (kind, problems)


@pytest.mark.parametrize(
    ("device_id", "parental", "kind"),
    [
        ("34020000001320000001", 0, ChannelKind.CHANNEL),
        ("34020000001180000001", 1, ChannelKind.DEVICE),
        ("3402", None, ChannelKind.DIVISION),
        ("34020000002150000001", None, ChannelKind.GROUP),
        ("34020000002160000001", None, ChannelKind.ORGANISATION),
        ("CAM-7", 0, ChannelKind.CHANNEL),
    ],
)
def test_kinds_of_catalog_items(device_id: str, parental: int | None, kind: ChannelKind) -> None:
    assert CatalogItem(device_id=device_id, parental=parental).kind is kind


def test_unset_positions_are_no_positions() -> None:
    for lon, lat in ((0.0, 0.0), (None, 31.0), (200.0, 31.0)):
        assert CatalogItem(device_id="1", longitude=lon, latitude=lat).position is None
    assert CatalogItem(device_id="1", longitude=121.5, latitude=31.2).position == (121.5, 31.2)


def test_an_order_carries_what_was_set_and_nothing_else() -> None:
    made = messages.DeviceControl(sn=1, device_id=DEVICE, home_position=HomePosition(enabled=1))
    body = build_body(made).decode()
    assert re.findall(r"<(\w+)>", body)[3:] == ["DeviceID", "HomePosition", "Enabled"]
    assert dataclasses.replace(made, priority=5) != made


def test_xml_names_are_checked() -> None:
    root = parse_xml(b"<a></a>")
    root.add("b><c")
    with pytest.raises(ValueError, match="element name"):
        build_xml(root)
