"""`jifang decode dc09`: what a frame says and what the receiver would answer, one JSON object a line.
`jifang decode gb28181`: what a SIP or MANSCDP message of GB/T 28181 says (`jifang.project.decode_gb28181`).

Needs neither database nor settings: a support engineer pastes what the installer sees. The fields are
described in docs/ref/dc09.md and docs/ref/gb28181.md.
"""

from __future__ import annotations

import argparse
import binascii
import codecs
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from jifang.project import decode_gb28181
from jifang.project.errors import UserError
from jifang.protocols.dc09 import (
    DEFAULT_CHARSETS,
    Answer,
    Event,
    Frame,
    Message,
    Reason,
    decode_text,
    explain,
    fewest_p,
    judge,
    key_from_ascii,
    key_from_hex,
    parse_frame,
    reply,
)
from jifang.protocols.events import Concerns

SUMMARY = "read alarm frames or video signalling from standard input and say what they mean"

LONGEST_LINE: Final = 65_536
"""Bytes of a line that are looked at; no frame is longer than 4105 bytes, in hexadecimal twice as much."""
_HEX_PREFIX: Final = b"hex:"
_BAD_HEX: Final = "bad_hex"
_BAD_HEX_TEXTS: Final = {
    "en": "Behind hex: stand pairs of hexadecimal digits.",
    "zh": "hex: 之后应为成对的十六进制数字。",
}
# JSON leaves these as they are, but many readers take them for line ends.
_LINE_ENDS: Final = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The protocols below `jifang decode`."""
    protocols = parser.add_subparsers(dest="protocol", required=True, metavar="PROTOCOL")
    dc09 = protocols.add_parser(
        "dc09",
        help="ANSI/SIA DC-09 of alarm panels (Contact ID, SIA)",
        description=(
            "Reads frames from standard input, one a line without LF and CR, or 'hex:' and the raw bytes "
            "with them; prints one JSON object a line (docs/ref/dc09.md)."
        ),
    )
    key = dc09.add_mutually_exclusive_group()
    key.add_argument("--key", metavar="HEX", help="AES key: 32, 48 or 64 hexadecimal digits")
    key.add_argument("--key-ascii", metavar="TEXT", help="AES key: 16, 24 or 32 ASCII characters")
    dc09.add_argument(
        "--now",
        metavar="ISO",
        help="the receiver's time, for the time window; without it the frame's own time counts",
    )
    dc09.add_argument(
        "--refuse-clear", action="store_true", help="the account has the key: unencrypted frames are refused"
    )
    dc09.add_argument(
        "--charset",
        action="append",
        default=[],
        metavar="NAME",
        help=f"character set of the panel's texts, repeatable; default {' '.join(DEFAULT_CHARSETS)}",
    )
    dc09.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the texts, default zh")
    decode_gb28181.add_arguments(protocols)


def run(args: argparse.Namespace) -> int:
    """Decode until standard input ends; returns the exit status."""
    if args.protocol == "gb28181":
        for message in decode_gb28181.describe_stream(sys.stdin.buffer, args.lang):
            _print(message)
        return 0
    key = _key(args)
    now = _now(args.now)
    for charset in args.charset:
        try:
            codecs.lookup(charset)
        except LookupError:
            raise UserError(f"--charset {charset}: no such character set; utf-8, gb18030 are some.") from None
    charsets = tuple(args.charset) or DEFAULT_CHARSETS
    for line in _lines(sys.stdin.buffer):
        described = describe(line, key, now, args.lang, charsets, refuse_clear=args.refuse_clear)
        _print(described)
    return 0


def _print(described: dict[str, Any]) -> None:
    text = json.dumps(described, ensure_ascii=False).translate(_LINE_ENDS)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def describe(
    line: bytes,
    key: bytes | None = None,
    now: datetime | None = None,
    language: str = "zh",
    charsets: tuple[str, ...] = DEFAULT_CHARSETS,
    *,
    refuse_clear: bool = False,
) -> dict[str, Any]:
    """The JSON object of one input line. Never raises on ``line``."""
    if line[: len(_HEX_PREFIX)].lower() == _HEX_PREFIX:
        try:
            raw = binascii.unhexlify(b"".join(line[len(_HEX_PREFIX) :].split()))
        except binascii.Error:
            empty = _outline(parse_frame(b""), None, language, charsets)
            return empty | {"reason": _BAD_HEX, "explanation": _BAD_HEX_TEXTS[language]}
    else:
        raw = line
    frame = parse_frame(raw)
    judgement = judge(frame, now=now, key=key, refuse_clear=refuse_clear)
    described = _outline(frame, judgement.message, language, charsets)
    described["valid"] = judgement.valid
    if judgement.reason is not None:
        described["reason"] = judgement.reason.value
        described["explanation"] = _explanation(frame, judgement.reason, language)
    own_time = judgement.message.timestamp if judgement.message is not None else None
    answer = reply(frame, judgement.answer, now=now or own_time or datetime.now(UTC), key=key, pad=fewest_p)
    if judgement.answer is not Answer.NOTHING:
        described["reply"] = answer[1:-1].decode("latin-1")
        described["reply_hex"] = answer.hex().upper()
    return described


def _outline(
    frame: Frame, message: Message | None, language: str, charsets: tuple[str, ...]
) -> dict[str, Any]:
    account = frame.account
    if account is None and message is not None and message.account_bytes:
        account = message.account_bytes.decode("ascii", "backslashreplace")
    stamp = None if message is None else message.timestamp
    return {
        "valid": False,
        "reason": None,
        "id": frame.token.decode("ascii", "backslashreplace") or None,
        "sequence": frame.sequence.decode("ascii") or None,
        "receiver": None if frame.receiver is None else frame.receiver.decode("ascii"),
        "line": None if frame.line is None else frame.line.decode("ascii"),
        "account": account,
        "encrypted": frame.encrypted,
        "events": [] if message is None else [_event(event, language, charsets) for event in message.events],
        "xdata": {} if message is None else _xdata(message, charsets),
        "timestamp": None if stamp is None else stamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reply": "",
        "reply_hex": "",
    }


def _event(event: Event, language: str, charsets: tuple[str, ...]) -> dict[str, Any]:
    meaning = event.meaning(language)
    described: dict[str, Any] = {
        "scheme": event.scheme.value,
        "code": event.code,
        "qualifier": event.qualifier,
        "area": event.area,
    }
    if event.concerns is not Concerns.USER:
        described["zone"] = event.zone
    if event.concerns is Concerns.USER or event.user is not None:
        described["user"] = event.user
    return described | {
        "class": event.event_class.value,
        "text": decode_text(event.text, charsets) or meaning,
        "meaning": meaning,
        "nature": event.nature.value,
        "concerns": event.concerns.value,
        "time": event.time or None,
    }


def _xdata(message: Message, charsets: tuple[str, ...]) -> dict[str, str | list[str]]:
    """Letter to value; a letter that comes more than once has the list of its values."""
    values: dict[str, str | list[str]] = {}
    for letter, raw in message.xdata:
        value = decode_text(raw, charsets)
        known = values.get(letter)
        if known is None:
            values[letter] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            values[letter] = [known, value]
    return values


def _explanation(frame: Frame, reason: Reason, language: str) -> str:
    sentence = explain(reason, language)
    if reason in (Reason.CRC_MISMATCH, Reason.LENGTH_MISMATCH):
        figures = (frame.crc_sent, frame.crc_computed, frame.length_sent, frame.length_computed)
        if language == "en":
            return (
                sentence
                + " CRC {:04X} received, {:04X} computed; length {:04X} received, {:04X} counted.".format(
                    *figures
                )
            )
        return sentence + "收到的 CRC {:04X}，计算得 {:04X}；收到的长度 {:04X}，实际 {:04X}。".format(
            *figures
        )
    return sentence


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends; of an endless line only the beginning is kept."""
    while line := source.readline(LONGEST_LINE):
        tail = line
        while not tail.endswith(b"\n") and (tail := source.readline(LONGEST_LINE)):
            pass
        yield line.rstrip(b"\r\n")


def _key(args: argparse.Namespace) -> bytes | None:
    try:
        if args.key is not None:
            return key_from_hex(args.key)
        if args.key_ascii is not None:
            return key_from_ascii(args.key_ascii)
    except ValueError as error:
        raise UserError(f"--{error}.") from None
    return None


def _now(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(f"--now {text}: an ISO time is needed, such as 2026-11-22T08:00:00Z.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
