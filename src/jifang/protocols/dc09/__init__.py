"""ANSI/SIA DC-09, the alarm panels' protocol: bytes in, events out, no I/O and no clock.

Receiving (gateway)::

    framer = StreamFramer()                      # one per TCP connection
    for raw in framer.feed(data):                # whole pieces, frames or garbage, in order
        frame = parse_frame(raw)                 # UDP: parse_frame(datagram)
        judgement = judge(frame, now=now, key=key, time=policy)
        # valid, reason, message (payloads, xdata, timestamp, events), answer
        store(raw, judgement, judgement.message.digest())
        send(reply(frame, judgement.answer, now=now, key=key))

- `StreamFramer.feed(bytes) -> list[bytes]`, `.close()`, `.pending`
- `parse_frame(bytes) -> Frame`: never raises; `Frame.fault` is a `Reason` or None;
  ``token, encrypted, sequence, receiver, line, account, content, is_supervision``
- `judge(frame, now=, key=, time=, refuse_clear=) -> Judgement(valid, reason, message, answer)`;
  `refuse_account(judgement)` for listeners that take registered accounts only
- `reply(frame, answer, now=, key=, pad=) -> bytes`; `acknowledge(frame)`, `nak(now)` on their own
- `Message`: ``payloads, xdata, stamp, timestamp, events, body, digest()``; the digest (16 bytes) is over
  data and extended data without padding and timestamp, for the table of recent frames
- `Event` (jifang.protocols.events): ``scheme, code, qualifier, area, zone, user, concerns, text, time``,
  ``event_class, nature, meaning(language)``
- `TimePolicy(mode, behind, ahead, offset)`, `WINDOW`; `decode_text(bytes, charsets)`
- `Reason`, `explain(reason, language)`

Sending (simulators, forwarding)::

    encode_frame("ADM-CID", 17, "1234", format_contact_id("130", "1", 1, 15), at=now, key=key)
    encode_supervision("1234", at=now, key=key)

- `read_reply(bytes, key=)` tells the panel's side which answer came (`Reply`: answer, sequence, time)
- keys: `key_from_hex`, `key_from_ascii`; padding: `random_pad` (default), `fewest_p`
"""

from jifang.protocols.contact_id import format_contact_id
from jifang.protocols.dc09.answer import (
    Answer,
    Judgement,
    acknowledge,
    judge,
    nak,
    refuse_account,
    reply,
    seal,
)
from jifang.protocols.dc09.cipher import fewest_p, key_from_ascii, key_from_hex, random_pad
from jifang.protocols.dc09.clock import WINDOW, TimeMode, TimePolicy, format_stamp, parse_stamp
from jifang.protocols.dc09.content import ExtendedData, Message, read_content
from jifang.protocols.dc09.encode import encode_frame, encode_supervision
from jifang.protocols.dc09.frame import MAX_BODY, MAX_FRAME, Frame, crc_arc, parse_frame
from jifang.protocols.dc09.panel import Reply, read_reply
from jifang.protocols.dc09.reasons import Reason, explain
from jifang.protocols.dc09.stream import StreamFramer
from jifang.protocols.dc09.text import DEFAULT_CHARSETS, decode_text
from jifang.protocols.events import Event
from jifang.protocols.sia import format_sia

__all__ = [
    "DEFAULT_CHARSETS",
    "MAX_BODY",
    "MAX_FRAME",
    "WINDOW",
    "Answer",
    "Event",
    "ExtendedData",
    "Frame",
    "Judgement",
    "Message",
    "Reason",
    "Reply",
    "StreamFramer",
    "TimeMode",
    "TimePolicy",
    "acknowledge",
    "crc_arc",
    "decode_text",
    "encode_frame",
    "encode_supervision",
    "explain",
    "fewest_p",
    "format_contact_id",
    "format_sia",
    "format_stamp",
    "judge",
    "key_from_ascii",
    "key_from_hex",
    "nak",
    "parse_frame",
    "parse_stamp",
    "random_pad",
    "read_content",
    "read_reply",
    "refuse_account",
    "reply",
    "seal",
]
