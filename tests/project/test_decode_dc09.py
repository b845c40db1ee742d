"""`jifang decode dc09`: one JSON object a line, the fields of the contract, no line ends it."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifang.project import cli
from jifang.project.commands import decode
from jifang.protocols.dc09 import encode_frame, parse_frame
from tests.protocols.dc09 import vectors

FIELDS = {
    "valid",
    "reason",
    "id",
    "sequence",
    "receiver",
    "line",
    "account",
    "encrypted",
    "events",
    "xdata",
    "timestamp",
    "reply",
    "reply_hex",
}


class Streams:
    """Standard input and output of a command, as bytes."""

    def __init__(self, given_bytes: bytes) -> None:
        self.stdin = io.TextIOWrapper(io.BytesIO(given_bytes))
        self.output = io.BytesIO()
        self.stdout = io.TextIOWrapper(self.output, write_through=True)


def run(monkeypatch: pytest.MonkeyPatch, lines: bytes, *arguments: str) -> list[dict[str, Any]]:
    streams = Streams(lines)
    monkeypatch.setattr("sys.stdin", streams.stdin)
    monkeypatch.setattr("sys.stdout", streams.stdout)
    assert cli.main(["decode", "dc09", *arguments]) == 0
    return [json.loads(line) for line in streams.output.getvalue().decode().splitlines()]


def one(monkeypatch: pytest.MonkeyPatch, line: bytes, *arguments: str) -> dict[str, Any]:
    (described,) = run(monkeypatch, line + b"\n", *arguments)
    return described


def test_clear_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    described = one(monkeypatch, vectors.CLEAR[4].frame)
    event = described["events"][0]
    assert set(described) == FIELDS
    assert (described["valid"], described["reason"], described["id"]) == (True, None, "SIA-DCS")
    assert (described["sequence"], described["receiver"], described["line"]) == ("0002", "1", "232")
    assert (described["account"], described["encrypted"]) == ("78919", False)
    assert (event["scheme"], event["code"], event["qualifier"]) == ("SIA", "BA", "1")
    assert (event["area"], event["zone"], event["class"], event["text"]) == (1, 12, "burglary", "入侵报警")
    assert "user" not in event
    assert described["xdata"] == {"X": "012W34.1", "Y": "045N12.2"}
    assert described["timestamp"] == "2026-09-25T14:12:04Z"
    assert described["reply"] == vectors.EXTENDED_ACK.decode()
    assert bytes.fromhex(described["reply_hex"]) == vectors.wire(vectors.EXTENDED_ACK)


def test_contact_id_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    (event,) = one(monkeypatch, vectors.CLEAR[1].frame, "--lang", "en")["events"]
    assert (event["scheme"], event["code"], event["qualifier"]) == ("CID", "110", "1")
    assert (event["area"], event["zone"], event["class"], event["text"]) == (0, 129, "fire", "Fire alarm")


def test_user_stands_instead_of_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = encode_frame("ADM-CID", 1, "1234", b"3401 01 057")
    (event,) = one(monkeypatch, raw[1:-1])["events"]
    assert event["user"] == 57
    assert "zone" not in event


def test_text_of_the_panel_stands_before_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    (event,) = one(monkeypatch, vectors.CLEAR[5].frame)["events"]
    assert (event["code"], event["text"], event["meaning"]) == ("RR", "test", "上电启动")


def test_encrypted_frame_with_the_key_in_hex(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("--key", vectors.STANDARD_KEY.hex(), "--now", "2006-02-15T13:14:16Z")
    described = one(monkeypatch, vectors.STANDARD_UPPER, *arguments)
    assert (described["valid"], described["encrypted"], described["id"]) == (True, True, "SIA-DCS")
    assert described["events"][0]["code"] == "FA"
    assert described["timestamp"] == "2006-02-15T13:14:15Z"
    assert described["reply"] == vectors.STANDARD_ACK.decode()


def test_encrypted_frame_with_the_key_in_ascii_and_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    described = one(monkeypatch, vectors.AJAX_NULL, "--key-ascii", "AAAAAAAAAAAAAAAA")
    assert (described["valid"], described["events"]) == (True, [])
    assert described["timestamp"] == "2020-07-05T18:24:52Z"
    assert described["reply"][8:14] == '"*ACK"'


def test_encrypted_frame_without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    described = one(monkeypatch, vectors.STANDARD_UPPER)
    assert (described["valid"], described["reason"], described["reply"]) == (None, "key_needed", "")


def test_encrypted_frame_with_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("--key-ascii", "AAAAAAAAAAAAAAAA", "--now", "2011-09-25T14:12:04Z")
    described = one(monkeypatch, vectors.STANDARD_UPPER, *arguments)
    assert (described["valid"], described["reason"], described["events"]) == (False, "wrong_key", [])
    assert described["reply"] == vectors.NAK.decode()


def test_now_applies_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("--key", vectors.STANDARD_KEY.hex(), "--now", "2011-09-25T22:12:04+08:00")
    described = one(monkeypatch, vectors.STANDARD_UPPER, *arguments)
    assert (described["valid"], described["reason"]) == (False, "timestamp_outside_window")
    assert described["reply"] == vectors.NAK.decode()
    assert described["events"][0]["code"] == "FA"


def test_key_refuses_no_clear_frame_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    key = ("--key", vectors.STANDARD_KEY.hex())
    assert one(monkeypatch, vectors.CLEAR[0].frame, *key)["valid"] is True
    refused = one(monkeypatch, vectors.CLEAR[0].frame, *key, "--refuse-clear")
    assert (refused["valid"], refused["reason"]) == (False, "clear_from_keyed_account")
    assert refused["reply"] == vectors.DUH.decode()


def test_wrong_crc_is_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    described = one(monkeypatch, vectors.BOTH_WRONG[1][0], "--lang", "en")
    assert (described["valid"], described["reason"], described["reply"]) == (False, "crc_mismatch", "")
    assert described["events"][0]["code"] == "RP"
    assert "F9FF computed; length 002B received, 002F counted" in described["explanation"]


def test_raw_bytes_in_hexadecimal(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = encode_frame("ADM-CID", 1, "1234", b"1130 01 015", binary_crc=True)
    described = one(monkeypatch, b"hex:" + raw.hex(" ").encode())
    answer = bytes.fromhex(described["reply_hex"])
    assert described["valid"] is True
    assert parse_frame(answer).binary_crc
    assert described["reply"].encode("latin-1") == answer[1:-1]


def test_charset_of_the_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    for header, charset in vectors.CYRILLIC:
        line = header + vectors.CYRILLIC_BODY.encode(charset)
        assert one(monkeypatch, line, "--charset", charset)["xdata"] == {"S": "Улица"}


def test_letter_that_comes_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    line = vectors.sealed(b'"SIA-DCS"0001L0#1234[#1234|NBA1][Va][Vb][Vc][Td]')[1:-1]
    assert one(monkeypatch, line)["xdata"] == {"V": ["a", "b", "c"], "T": "d"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not_a_frame"),
        (b"hello", "not_a_frame"),
        (b"hex:0", "bad_hex"),
        (b"hex:zz", "bad_hex"),
        (b"SR0001L0001    006969XX    [ID00000000]", "ats_heartbeat"),
        (b"\xff\xfe\x00", "not_a_frame"),
    ],
)
def test_bad_line_gives_an_object(monkeypatch: pytest.MonkeyPatch, line: bytes, reason: str) -> None:
    described = one(monkeypatch, line)
    assert (described["valid"], described["reason"], described["reply_hex"]) == (False, reason, "")
    assert described["explanation"]


def test_every_line_has_its_object(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [vectors.CLEAR[0].frame, b"", b"x" * 200_000, b"hex:" + b"00" * 50_000, vectors.CLEAR[1].frame]
    described = run(monkeypatch, b"\r\n".join(lines))
    assert [each["valid"] for each in described] == [True, False, False, False, True]


def test_line_ends_inside_texts_do_not_break_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a\u2028b\u2029c\x85d"
    line = vectors.sealed(b'"SIA-DCS"0001L0#1234[#1234|NBA1^' + text.encode() + b"^]")[1:-1]
    assert one(monkeypatch, line)["events"][0]["text"] == text


@given(st.binary(max_size=200))
def test_no_bytes_end_it(line: bytes) -> None:
    for each in (line, b"hex:" + line.hex().encode(), vectors.sealed(b'"SIA-DCS"' + line)):
        described = decode.describe(each, b"A" * 16)
        assert set(described) >= FIELDS
        json.dumps(described)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--key", "12"), "32, 48 or 64 hexadecimal digits"),
        (("--key-ascii", "short"), "16, 24 or 32 ASCII characters"),
        (("--now", "yesterday"), "2026-11-22T08:00:00Z"),
        (("--charset", "klingon"), "no such character set"),
    ],
)
def test_wrong_arguments_say_what_is_needed(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["decode", "dc09", *arguments]) == 1
    assert words in capsys.readouterr().err
