"""SIA event data (ANSI/SIA DC-03) as DC-09 carries it: ``Nti19:44/id1/ri4/BA012``.

Blocks: ``N`` new events, ``O`` old ones, ``A`` text for the events before it. In a block, modifiers
(``ti`` time, ``id`` user, ``ri`` area, ``pi`` device …) carry forward to every event behind them; ``/``
separates, but panels also write a code straight behind a modifier (``Nri2BA3``).
"""

from __future__ import annotations

import re
from typing import Final

from jifang.protocols.event_codes import CODES
from jifang.protocols.events import Concerns, Event, Scheme

_BLOCK: Final = re.compile(rb"\|(?=[NOA])")
_SIMPLE: Final = re.compile(rb"N(?:ri([0-9]{1,6})/?)?([A-Z]{2})([0-9]{0,6})")
_MODIFIER: Final = re.compile(
    rb"/*(?:ti([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)|([a-z]{2})([^/|^*]+?|))(?=/|[A-Z]{2}|[|^*]|\Z)"
)
# "NM" without digits behind an address marks a name, with digits it is an event of its own.
_EVENT: Final = re.compile(rb"/*([A-Z]{2})([0-9]*)(?:NM(?![0-9]))?")
_TEXT: Final = re.compile(
    rb"""\*'([^']*)'(?:[A-Z]{2})?|\*"([^"]*)"(?:[A-Z]{2})?|\^([^^]*)\^?|\|(.*)""", re.DOTALL
)
MAX_EVENTS: Final = 128
"""Events read from one frame; if there are more, one without a code keeps all the data."""
_DIGITS: Final = re.compile(rb"[0-9]{1,9}\Z")


def parse_sia(payloads: tuple[bytes, ...]) -> tuple[Event, ...]:
    """Events of the data groups of a SIA-DCS frame, in order.

    Nothing is dropped: data without a readable code are one event whose ``code`` is empty.
    """
    if len(payloads) == 1:
        simple = _SIMPLE.fullmatch(payloads[0])
        if simple is not None:
            area, code, number = simple.groups()
            return (_event(code, number, "N", {b"ri": area} if area else {}, b"", payloads[0]),)
    events: list[Event] = []
    for payload in payloads:
        for block in _BLOCK.split(payload):
            if len(events) > MAX_EVENTS:
                break
            kind = block[:1]
            if kind in (b"N", b"O"):
                _read_block(block, events)
            elif kind == b"A" and events:
                _give_text(events, block[1:])
            elif block.strip():
                events.append(_unreadable(block))
    if len(events) > MAX_EVENTS or (not events and any(payloads)):
        events[MAX_EVENTS:] = [_unreadable(b"|".join(payloads))]
    return tuple(events)


def _read_block(block: bytes, events: list[Event]) -> None:
    kind = chr(block[0])
    modifiers: dict[bytes, bytes] = {}
    first, at, end = len(events), 1, len(block)
    while at < end and len(events) <= MAX_EVENTS:
        found = _MODIFIER.match(block, at)
        if found is not None:
            time, name, value = found.groups()
            if time is not None:
                modifiers[b"ti"] = time
            else:
                modifiers[name] = value
            at = found.end()
            continue
        text = _TEXT.match(block, at)
        if text is not None:
            words = next(group for group in text.groups() if group is not None)
            if len(events) > first:
                events[-1] = events[-1]._replace(text=words)
            else:
                events.append(_unreadable(block)._replace(text=words))
            at = text.end()
            continue
        found = _EVENT.match(block, at)
        if found is None:
            break
        events.append(_event(found.group(1), found.group(2), kind, modifiers, b"", block[at : found.end()]))
        at = found.end()
    if len(events) == first and block.strip(b"NO/ "):
        events.append(_unreadable(block))
    elif at < end and first < len(events) <= MAX_EVENTS and block[at:].strip(b"/ ") and not events[-1].text:
        events[-1] = events[-1]._replace(text=block[at:])


def _give_text(events: list[Event], words: bytes) -> None:
    """A text block speaks about the events before it that have no words of their own."""
    for index in range(len(events) - 1, -1, -1):
        if events[index].text:
            break
        events[index] = events[index]._replace(text=words)


def _unreadable(raw: bytes) -> Event:
    return Event(Scheme.SIA, "", "1", None, None, None, Concerns.NOTHING, raw, "", raw)


def _number(value: bytes | None) -> int | None:
    return int(value) if value and _DIGITS.match(value) else None


def _event(
    code_bytes: bytes, address: bytes, kind: str, modifiers: dict[bytes, bytes], text: bytes, raw: bytes
) -> Event:
    code = code_bytes.decode("ascii")
    entry = CODES.get(("SIA", code))
    number = _number(address)
    area = _number(modifiers.get(b"ri"))
    user = _number(modifiers.get(b"id"))
    zone: int | None = None
    concerns = Concerns.ZONE if entry is None else entry.concerns
    if concerns is Concerns.USER:
        user = user if number is None else number
    elif concerns is Concerns.AREA and area is None:
        area = number
    else:
        zone = number
    qualifier = "1" if entry is None else entry.qualifier
    if kind == "O" and qualifier == "1":
        qualifier = "6"
    time = modifiers.get(b"ti", b"").decode("ascii", "backslashreplace")
    return Event(Scheme.SIA, code, qualifier, area, zone, user, concerns, text, time, raw)


def format_sia(
    code: str, area: int | None = None, number: int | None = None, user: int | None = None
) -> bytes:
    """``Nri1/BA012`` for a panel or a forwarder. ValueError names the field that does not fit."""
    if len(code) != 2 or not code.isalpha() or not code.isascii() or not code.isupper():
        raise ValueError(f"code: two capital letters are needed, got {code!r}")
    parts = []
    if user is not None:
        parts.append(f"id{user}")
    if area is not None:
        parts.append(f"ri{area}")
    parts.append(code if number is None else f"{code}{number:03d}")
    return b"N" + "/".join(parts).encode()
