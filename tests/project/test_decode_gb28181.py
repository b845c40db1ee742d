"""`jifang decode gb28181`: what an engineer pastes."""

import io
import json
import sys
from typing import Any

import pytest

from jifang.project.cli import main
from jifang.project.decode_gb28181 import LONGEST, Splitter, describe, describe_stream
from jifang.protocols.sip import serialise
from tests.protocols.sip.messages import REGISTER, invite

CONTROL = (
    '<?xml version="1.0" encoding="GB2312"?>\r\n<Control>\r\n<CmdType>DeviceControl</CmdType>\r\n'
    "<SN>5</SN>\r\n"
    "<DeviceID>34020000001320000001</DeviceID>\r\n<PTZCmd>A50F01021F0000D6</PTZCmd>\r\n</Control>\r\n"
)
ALARM = (
    "<Notify><CmdType>Alarm</CmdType><SN>1</SN><DeviceID>34020000001340000001</DeviceID>"
    "<AlarmPriority>1</AlarmPriority><AlarmMethod>5</AlarmMethod><AlarmTime>2026-11-22T08:00:00</AlarmTime>"
    "<AlarmDescription>入侵</AlarmDescription><Info><AlarmType>6</AlarmType></Info></Notify>"
)


def run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], data: bytes, *more: str
) -> list[dict[str, Any]]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["decode", "gb28181", *more]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_bodies_and_sip_and_garbage(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    message = invite()
    message.method, message.body = "MESSAGE", ALARM.encode("gb18030")
    message.set("Content-Type", "Application/MANSCDP+xml")
    data = CONTROL.encode() + b"\nhello\n" + REGISTER + serialise(message) + ALARM.encode()
    control, garbage, register, alarm, bare = run(monkeypatch, capfd, data)
    assert (control["cmd_type"], control["ptz"]["name"], control["ptz"]["data1"]) == (
        "DeviceControl",
        "left",
        31,
    )
    assert control["device"]["meaning"] == "网络摄像机（IPC）"
    assert (garbage["valid"], garbage["reason"]) == (False, "garbage")
    assert (register["method"], register["edition"], register["from"]["id"]) == (
        "REGISTER", 2022, "34020000001320000088",
    )  # fmt: skip
    assert alarm["manscdp"]["fields"]["description"] == bare["fields"]["description"] == "入侵"
    assert alarm["manscdp"]["charset"] == "gb18030"
    assert (bare["meaning"], bare["fields"]["time"]) == ("入侵检测报警", "2026-11-22T00:00:00Z")


def test_pasting_changes_line_ends(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    message = invite()
    message.method, message.body = "MESSAGE", CONTROL.encode()
    pasted = serialise(message).replace(b"\r\n", b"\n")
    first, second = run(monkeypatch, capfd, pasted + pasted, "--lang", "en")
    assert first == second
    assert first["manscdp"]["sn"] == 5
    assert first["manscdp"]["device"]["meaning"] == "network camera (IPC)"


def test_session_descriptions_and_playback() -> None:
    message = invite()
    message.set("Content-Type", "APPLICATION/SDP")
    message.body = (
        b"v=0\r\ns=Playback\r\nc=IN IP4 1.2.3.4\r\nt=1 2\r\nm=video 6000 TCP/RTP/AVP 96\r\ny=1200000001\r\n"
    )
    described = describe(serialise(message))
    assert (described["sdp"]["ssrc"], described["sdp"]["start"]) == ("1200000001", "1970-01-01T00:00:01Z")
    message.method = "INFO"
    message.set("Content-Type", "Application/MANSRTSP")
    message.body = b"PLAY RTSP/1.0\r\nCSeq: 2\r\nScale: 2.0\r\n\r\n"
    assert describe(serialise(message))["playback"] == {
        "method": "PLAY", "cseq": 2, "position": None, "scale": 2.0,
    }  # fmt: skip


def test_passwords_are_not_shown() -> None:
    basic = b"<BasicParam><Password>hush</Password></BasicParam>"
    body = b"<Control><CmdType>DeviceConfig</CmdType>" + basic + b"</Control>"
    assert "hush" not in json.dumps(describe(body))
    message = invite()
    message.set("Authorization", 'Digest username="u", nonce="n", response="hush"')
    described = describe(serialise(message))
    assert described["username"] == "u"
    assert "hush" not in json.dumps(described)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<Notify><CmdType>Keepalive", "unclosed"),
        (b"<!DOCTYPE a><Notify></Notify>", "document_type"),
        (b"MESSAGE sip:1@2 SIP/2.0 extra\r\n\r\n", "start_line"),
        (b"\xff\xfe\xfd\n", "garbage"),
    ],
)
def test_refusals(data: bytes, reason: str) -> None:
    (described,) = describe_stream(io.BytesIO(data))
    assert (described["valid"], described["reason"]) == (False, reason)
    assert described["explanation"]


def test_an_endless_message_is_not_held() -> None:
    splitter = Splitter()
    for _ in range(64):
        splitter.feed(b"<Notify>" + b"x" * 65_528)
        assert splitter.pending <= LONGEST + 65_536
