"""MANSCDP bodies to dataclasses and back. `read_body` never raises; `build_body` writes valid ones only."""

from __future__ import annotations

from typing import Final, NamedTuple

from jifang.protocols.gb28181.charset import decode_body
from jifang.protocols.gb28181.fields import Problem, read_fields, write_fields
from jifang.protocols.gb28181.messages import MESSAGES, Message
from jifang.protocols.gb28181.profile import PROFILES, Edition, Profile
from jifang.protocols.gb28181.reasons import Reason
from jifang.protocols.gb28181.xml import MAX_BODY, Element, XmlRefusedError, build_xml, parse_text

CONTENT_TYPE: Final = "Application/MANSCDP+xml"
_ROOTS: Final = frozenset({"query", "response", "notify", "control"})
_REFUSED: Final = {"no_root": Reason.NOT_XML}


class Received(NamedTuple):
    """A body as read. ``message`` is None exactly when ``reason`` is set."""

    message: Message | None
    reason: Reason | None
    root: str
    command: str
    sn: int | None
    device_id: str
    charset: str
    """What the bytes are: ``ascii``, ``utf-8`` or ``gb18030``; the device is answered in kind."""
    declared: str
    problems: tuple[Problem, ...]
    element: Element | None
    """The XML itself, for vendors' extensions."""


def read_body(body: bytes) -> Received:
    """Read a MANSCDP body. Never raises."""
    if len(body) > MAX_BODY:
        return Received(None, Reason.TOO_LONG, "", "", None, "", "", "", (), None)
    decoded = decode_body(body)
    try:
        element = parse_text(decoded.text)
    except XmlRefusedError as refused:
        reason = _REFUSED.get(refused.reason) or Reason(refused.reason)
        return Received(None, reason, "", "", None, "", decoded.charset, decoded.declared, (), None)
    command = (element.value("CmdType") or "").strip()
    problems: list[Problem] = []
    kind = MESSAGES.get((element.name.lower(), command.lower()))
    if kind is None:
        known = element.name.lower() in _ROOTS
        number = element.value("SN") or ""
        return Received(
            None,
            Reason.UNKNOWN_COMMAND if known else Reason.UNKNOWN_ROOT,
            element.name,
            command,
            int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None,
            element.value("DeviceID") or "",
            decoded.charset,
            decoded.declared,
            (),
            element,
        )
    message: Message = kind(**read_fields(kind, element, problems))
    if decoded.damaged:
        problems.append(Problem(element.name, "", "damaged_text"))
    return Received(
        message,
        None,
        kind.ROOT,
        kind.CMD,
        message.sn,
        message.device_id or "",
        decoded.charset,
        decoded.declared,
        tuple(problems),
        element,
    )


def build_body(message: Message, profile: Profile = PROFILES[Edition.E2016]) -> bytes:
    """The body of a message in a device's edition and character set.

    Raises ValueError naming a mandatory field that is None.
    """
    if not message.CMD:
        raise ValueError(f"{type(message).__name__} is no message of its own")
    root = Element(message.ROOT)
    root.add("CmdType", message.CMD)
    write_fields(message, root, profile)
    return build_xml(root, profile.charset)
