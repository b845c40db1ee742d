"""A readable message as lines for COPY into ``alarm_signal``."""

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from jifang.gateways.alarm.copytext import bytes_cell, cell, text_cell, time_cell
from jifang.gateways.alarm.items import Item
from jifang.protocols.dc09 import ExtendedData, Message, decode_text, parse_stamp
from jifang.protocols.dc09.content import Message as ReadableMessage
from jifang.protocols.events import Event, EventClass
from jifang.wire.alarm import OWN_PROTOCOL

_CACHED_BYTES = 64

EventCells = tuple[str, str, str]
"""Area, zone and user; scheme to text; the panel's own time of the event."""


def _cells_of(event: Event, charsets: tuple[str, ...]) -> EventCells:
    words = text_cell(decode_text(event.text, charsets)) if event.text else "\\N"
    numbers = f"{cell(event.area)}\t{cell(event.zone)}\t{cell(event.user)}"
    kind = event.event_class.value
    meaning = f"{event.scheme.value}\t{text_cell(event.code)}\t{event.qualifier}\t{kind}\t{words}"
    return numbers, meaning, event.time


@lru_cache(maxsize=8192)
def _cached_cells(
    token: bytes, payloads: tuple[bytes, ...], charsets: tuple[str, ...]
) -> tuple[EventCells, ...]:
    # Panels say the same few hundred things again and again; reading one costs more than storing it.
    message = ReadableMessage(token, None, payloads, (), b"", b"", b"")
    return tuple(_cells_of(event, charsets) for event in message.events)


def event_cells(message: Message, charsets: tuple[str, ...]) -> tuple[EventCells, ...]:
    """The events of a message, ready for COPY; a frame without any data is one event without a code."""
    payloads = message.payloads
    if not payloads:
        scheme = "CID" if message.token == b"ADM-CID" else "SIA"
        return (("\\N\t\\N\t\\N", f"{scheme}\t\t1\t{EventClass.UNKNOWN.value}\t\\N", ""),)
    if len(payloads) == 1 and len(payloads[0]) <= _CACHED_BYTES:
        return _cached_cells(message.token, payloads, charsets)
    return tuple(_cells_of(event, charsets) for event in message.events)


@lru_cache(maxsize=8192)
def occurred_cell(stamp: bytes, offset: timedelta) -> str:
    """The panel's timestamp in UTC, its known offset taken off; NULL if it wrote none or no date."""
    at = parse_stamp(stamp)
    try:
        return time_cell(None if at is None else at - offset)
    except OverflowError:
        return "\\N"


def xdata_cell(xdata: tuple[ExtendedData, ...], charsets: tuple[str, ...], panel_time: str) -> str:
    """Extended data as a JSON object, letter to text (a list where a letter comes twice); ``ti`` is the
    event's time by the panel's own clock."""
    if not xdata and not panel_time:
        return "\\N"
    values: dict[str, str | list[str]] = {}
    for item in xdata:
        value = decode_text(item.value, charsets).replace("\0", "\\x00")
        before = values.get(item.letter)
        if before is None:
            values[item.letter] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            values[item.letter] = [before, value]
    if panel_time:
        values["ti"] = panel_time
    return text_cell(json.dumps(values, ensure_ascii=False))


def own_row(
    *,
    at: datetime,
    listener: int,
    code: str,
    qualifier: str,
    event_class: EventClass,
    text: str,
    account: str = "",
    account_id: int | None = None,
    path_id: int | None = None,
    site_id: int | None = None,
) -> str:
    """Something the platform itself has to say, as a signal of protocol ``jifang``."""
    return (
        f"{at.astimezone(UTC).isoformat()}\t0\t0\t{cell(account_id)}\t{cell(path_id)}\t{cell(site_id)}\t\\N\t\\N\t\\N"
        f"\t\\N\t0\t{listener}\t0\tf\tf\t{text_cell(account)}\t{OWN_PROTOCOL}\t{OWN_PROTOCOL}\t{text_cell(code)}"
        f"\t{qualifier}\t{event_class.value}\t{text_cell(text)}\t\\N\t\\N\n"
    )


def plain_row(item: Item) -> str:
    """The frame as one unreadable signal: for a database that refuses what was read out of it."""
    return (
        f"{item.moment.cell}\t{item.source.ident}\t{item.ordinal}\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t0\t{item.source.listener}"
        f"\t0\t{'t' if item.encrypted else 'f'}\tt\t{item.account_cell}\tdc09\t\t\t1"
        f"\t{EventClass.UNKNOWN.value}\t\\N\t\\N\t{bytes_cell(item.raw)}\n"
    )


def refusal_row(
    item: Item,
    *,
    reason: str,
    account: str = "",
    account_id: int | None = None,
    detail: str = "",
    repeats: int = 0,
) -> str:
    """The frame as a refusal; ``account`` is already a cell."""
    return (
        f"{item.moment.cell}\t{item.source.ident}\t{cell(account_id)}\t{repeats}\t{item.source.listener}\t{item.source.peer}\t{account}"
        f"\t{reason}\t{text_cell(detail)}\t{bytes_cell(item.answer or b'')}\t{bytes_cell(item.raw)}\n"
    )
