"""Contact ID (ANSI/SIA DC-05) as DC-09 carries it: ``QXYZ GG CCC``."""

from __future__ import annotations

import re
from typing import Final

from jifang.protocols.event_codes import CODES
from jifang.protocols.events import Concerns, Event, Scheme

# Q and XYZ, group, zone or user; the blanks are missing or doubled in some panels, three-digit groups exist.
_EVENT: Final = re.compile(
    rb"\s*([0-9])([0-9A-Fa-f]{3})(?:\s+([0-9]{1,3})\s+([0-9]{1,5})|([0-9]{2})([0-9]{3}))\s*"
)
MAX_EVENTS: Final = 128
"""Events read from one frame; if there are more, one without a code keeps all the data."""
_TEXT_BLOCK: Final = re.compile(rb"\|(?=[0-9A])")


def parse_contact_id(payloads: tuple[bytes, ...]) -> tuple[Event, ...]:
    """Events of the data groups of an ADM-CID frame. Data that cannot be read becomes one unknown event."""
    if len(payloads) == 1:
        found = _EVENT.fullmatch(payloads[0])
        if found is not None:
            return (_event(found, payloads[0]),)
    events: list[Event] = []
    for payload in payloads:
        for block in _TEXT_BLOCK.split(payload):
            if len(events) > MAX_EVENTS:
                break
            found = _EVENT.match(block)
            if found is not None:
                event = _event(found, block)
                rest = block[found.end() :].strip(b"|^ ")
                events.append(event._replace(text=rest) if rest else event)
            elif block[:1] == b"A" and events:
                events[-1] = events[-1]._replace(text=block[1:])
            elif block.strip():
                events.append(_unreadable(block))
    if len(events) > MAX_EVENTS or (not events and any(payloads)):
        events[MAX_EVENTS:] = [_unreadable(b"|".join(payloads))]
    return tuple(events)


def _unreadable(raw: bytes) -> Event:
    return Event(Scheme.CID, "", "1", None, None, None, Concerns.NOTHING, raw, "", raw)


def _event(found: re.Match[bytes], raw: bytes) -> Event:
    qualifier, digits, group, number, joined_group, joined_number = found.groups()
    code = digits.decode().upper()
    area = int(group if group is not None else joined_group)
    count = int(number if number is not None else joined_number)
    entry = CODES.get(("CID", code))
    concerns = Concerns.ZONE if entry is None else entry.concerns
    if concerns is Concerns.USER:
        return Event(Scheme.CID, code, qualifier.decode(), area, None, count, concerns, b"", "", raw)
    return Event(Scheme.CID, code, qualifier.decode(), area, count, None, concerns, b"", "", raw)


def format_contact_id(code: str, qualifier: str = "1", area: int = 0, number: int = 0) -> bytes:
    """``QXYZ GG CCC`` for a panel or a forwarder. ValueError names the field that does not fit."""
    if len(code) != 3 or not code.isalnum():
        raise ValueError(f"code: three digits are needed, got {code!r}")
    if qualifier not in ("1", "3", "6"):
        raise ValueError(f"qualifier: 1, 3 or 6 is needed, got {qualifier!r}")
    if not 0 <= area <= 99:
        raise ValueError(f"area: 0 to 99 fit into Contact ID, got {area}")
    if not 0 <= number <= 999:
        raise ValueError(f"number: 0 to 999 fit into Contact ID, got {number}")
    return f"{qualifier}{code} {area:02d} {number:03d}".encode()
