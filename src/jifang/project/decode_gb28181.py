"""What a stream of SIP and MANSCDP messages says: the part of `jifang decode` for GB/T 28181.

Input may be pasted from a capture: SIP messages with CR LF or LF between lines, MANSCDP bodies alone, or
both, one after the other, with anything between them.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, BinaryIO, Final

from jifang.protocols.digest import parse_credentials
from jifang.protocols.gb28181 import (
    Received,
    alarms,
    explain,
    media,
    playback,
    profile_of,
    ptz,
    read_body,
    read_identifier,
    read_offer,
)
from jifang.protocols.gb28181.messages import AlarmNotify, DeviceControl
from jifang.protocols.sip import SipError, SipMessage, parse_address, parse_message
from jifang.protocols.sip.message import START, content_length

LONGEST: Final = 2_097_152
"""Bytes of one message that are held; more is garbage."""
_READ: Final = 65_536
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_XML: Final = re.compile(rb"<(?:\?xml|Query|Response|Notify|Control)\b", re.IGNORECASE)
_ROOT_END: Final = re.compile(rb"</\s*(?:Query|Response|Notify|Control)\s*>", re.IGNORECASE)
_SKIPPED: Final = b"\r\n\t \x00\xef\xbb\xbf"
_SIP_TEXTS: Final = {
    "garbage": ("Neither a SIP message nor MANSCDP XML.", "既不是 SIP 消息，也不是 MANSCDP XML。"),
    "start_line": ("The first line is no SIP request or status line.", "首行不是 SIP 请求行或状态行。"),
    "headers_too_long": ("More than 64 KiB without an empty line.", "超过 64 KiB 仍没有空行。"),
    "body_too_long": ("The body is longer than 1 MiB.", "消息体超过 1 MiB。"),
}


def add_arguments(protocols: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of `jifang decode gb28181`."""
    parser = protocols.add_parser(
        "gb28181",
        help="GB/T 28181 video networks (SIP, MANSCDP)",
        description=(
            "Reads SIP messages or MANSCDP bodies from standard input, one after the other; prints one JSON "
            "object a line (docs/ref/gb28181.md)."
        ),
    )
    parser.add_argument(
        "--lang", choices=("zh", "en"), default="zh", help="language of the texts, default zh"
    )


class Splitter:
    """Cuts what is pasted into messages: as `sip.StreamFramer`, but with LF line ends and bare bodies."""

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def pending(self) -> int:
        """Bytes held back."""
        return len(self._held)

    def feed(self, data: bytes, *, last: bool = False) -> list[bytes]:
        """Take bytes, give whole messages; with ``last`` also what is left."""
        self._held += data
        pieces: list[bytes] = []
        while True:
            stripped = self._held.lstrip(_SKIPPED)
            del self._held[: len(self._held) - len(stripped)]
            end = self._end(last=last) if self._held else 0
            if not end:
                return pieces
            pieces.append(bytes(self._held[:end]))
            del self._held[:end]

    def _end(self, *, last: bool) -> int:
        held = self._held
        if START.match(held):
            end = self._sip_end(last=last)
        elif _XML.match(held):
            found = _ROOT_END.search(held)
            end = found.end() if found else 0
        else:
            line = held.find(b"\n")
            end = line + 1
        if not end and (last or len(held) > LONGEST):
            return len(held)
        return end

    def _sip_end(self, *, last: bool) -> int:
        blank = _BLANK.search(self._held)
        if blank is None:
            return 0
        try:
            length = content_length(parse_message(bytes(self._held[: blank.end()])))
        except SipError:
            return blank.end()
        body = bytes(self._held[blank.end() : blank.end() + LONGEST])
        if body.lstrip(_SKIPPED)[:1] == b"<" and length != 0:
            # Pasting changes line ends and so the length; the end of the root element does not move.
            found = _ROOT_END.search(body)
            if found:
                return blank.end() + found.end()
        if length is None or length > LONGEST:
            return blank.end() if last or body else 0
        if len(body) >= length:
            return blank.end() + length
        following = re.compile(rb"\n" + START.pattern, re.IGNORECASE).search(body)
        return blank.end() + following.start() + 1 if following else 0


def describe_stream(source: BinaryIO, language: str = "zh") -> Iterator[dict[str, Any]]:
    """The JSON objects of everything in a stream. Never raises on what it reads."""
    splitter = Splitter()
    read = getattr(source, "read1", source.read)
    while data := read(_READ):
        for piece in splitter.feed(data):
            yield describe(piece, language)
    for piece in splitter.feed(b"", last=True):
        yield describe(piece, language)


def describe(piece: bytes, language: str = "zh") -> dict[str, Any]:
    """The JSON object of one message. Never raises."""
    if not START.match(piece.lstrip(_SKIPPED)):
        if b"<" in piece[:512]:
            return {"kind": "manscdp", **_body(read_body(piece), language)}
        return _refused("unknown", "garbage", language)
    try:
        message = parse_message(piece)
    except SipError as error:
        return _refused("sip", error.reason, language)
    return _sip(message, language)


def _refused(kind: str, reason: str, language: str) -> dict[str, Any]:
    english, chinese = _SIP_TEXTS[reason]
    return {
        "kind": kind,
        "valid": False,
        "reason": reason,
        "explanation": english if language == "en" else chinese,
    }


def _sip(message: SipMessage, language: str) -> dict[str, Any]:
    number, method = message.cseq
    described: dict[str, Any] = {
        "kind": "sip",
        "valid": True,
        "reason": None,
        "method": message.method or None,
        "uri": message.uri or None,
        "status": message.status or None,
        "phrase": message.phrase or None,
        "call_id": message.call_id or None,
        "cseq": number,
        "cseq_method": method or None,
    }
    for name in ("From", "To", "Contact"):
        address = parse_address(message.get(name) or "")
        described[name.lower()] = None if address is None else _identity(address.uri.user, language)
    version = message.get("X-GB-Ver")
    if version is not None:
        described["edition"] = int(profile_of(version).edition)
    if message.get("Authorization"):
        credentials = parse_credentials(message.get("Authorization") or "")
        described["username"] = None if credentials is None else credentials.username
    described["headers"] = [[name, value] for name, value in message.headers if name != "Authorization"]
    described["problems"] = list(message.problems)
    if not message.body.strip(_SKIPPED):
        return described
    kind = message.content_type
    if kind.endswith("sdp"):
        offer = read_offer(message.body)
        described["sdp"] = None if offer is None else _offer(offer)
    elif kind == playback.CONTENT_TYPE.lower():
        described["playback"] = _plain(playback.read_control(message.body))
    else:
        body = _body(read_body(message.body), language)
        described["manscdp"] = body
        if not body["valid"]:
            described |= {key: body[key] for key in ("valid", "reason", "explanation")}
    return described


def _offer(offer: media.Offer) -> dict[str, Any]:
    described: dict[str, Any] = _plain(offer)
    named = media.read_format(offer.format or "")
    described["format"] = None if named is None else named._asdict()
    return described


def _identity(text: str, language: str) -> dict[str, Any]:
    identifier = read_identifier(text)
    return {"id": text, "meaning": identifier.meaning(language), "problems": list(identifier.problems)}


def _body(received: Received, language: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "valid": received.reason is None,
        "reason": None if received.reason is None else received.reason.value,
        "root": received.root or None,
        "cmd_type": received.command or None,
        "sn": received.sn,
        "device": _identity(received.device_id, language) if received.device_id else None,
        "charset": received.charset or None,
        "declared_charset": received.declared or None,
        "problems": [problem._asdict() for problem in received.problems],
        "fields": {},
    }
    if received.reason is not None:
        described["explanation"] = explain(received.reason, language)
    message = received.message
    if message is not None:
        fields = _plain(message)
        described["fields"] = {
            key: value
            for key, value in fields.items()
            if value is not None and key not in ("sn", "device_id")
        }
    if isinstance(message, DeviceControl) and message.ptz_cmd is not None:
        instruction = ptz.read(message.ptz_cmd.strip())
        described["ptz"] = None if instruction is None else instruction._asdict()
    if isinstance(message, AlarmNotify):
        described["meaning"] = alarms.meaning(message.method, message.type, language)
    return described


def _plain(value: Any) -> Any:
    """JSON of a dataclass; times with their zone. Passwords are not shown."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000Z", "Z")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name != "password"
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value
