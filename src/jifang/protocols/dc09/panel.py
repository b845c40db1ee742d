"""The panel's side: which answer came back. For simulators and for forwarding to another centre."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from jifang.protocols.dc09.answer import Answer
from jifang.protocols.dc09.cipher import decrypt
from jifang.protocols.dc09.content import read_content, read_decrypted
from jifang.protocols.dc09.frame import REPLY_TOKENS, parse_frame


class Reply(NamedTuple):
    """An answer of a receiver."""

    answer: Answer
    sequence: int
    """Number it answers; 0 for NAK, which does not tell."""
    time: datetime | None
    """Receiver's clock (UTC): always in NAK and in encrypted answers; a panel sets its clock by it."""


def read_reply(raw: bytes, key: bytes | None = None) -> Reply | None:
    """Read an answer; None if it is none, damaged, or encrypted with another key than ``key``."""
    frame = parse_frame(raw)
    if frame.fault is not None or frame.token not in REPLY_TOKENS:
        return None
    if frame.encrypted:
        plain = None if key is None else decrypt(key, frame.content)
        message = None if plain is None else read_decrypted(frame.token, plain)
        if message is None or message.timestamp is None:
            return None
    else:
        message = read_content(frame.token, frame.content)
    return Reply(Answer(frame.token.decode()), int(frame.sequence), message.timestamp)
