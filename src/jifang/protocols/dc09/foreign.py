"""Names what arrives at the alarm port and is no DC-09, so that a refusal says more than "garbage"."""

from __future__ import annotations

import re
from typing import Final

from jifang.protocols.dc09.reasons import Reason

_ATS: Final = re.compile(rb"\s*SR[0-9A-Fa-f]{4}L[0-9A-Fa-f]{4}\s+\S{1,16}\s*\[ID[0-9A-Fa-f]*\]")
# MLR2: "5RRL 18AAAAQXYZGGCCC" and the DC4; other event formats share the leading digit, receiver and line.
_SUR_GARD_EVENT: Final = re.compile(
    rb"\s*[0-9A-F][0-9A-F]{3,6}[ ]+18[0-9A-F]{4,10}[136EROP][0-9A-F]{8}\s*\x14?\s*\Z"
)
_SUR_GARD_HEARTBEAT: Final = re.compile(rb"\s*1[0-9A-F]{3,6}\s+@\s*\x14?\s*\Z")
_HTTP: Final = re.compile(
    rb"\s*(?:GET|POST|HEAD|OPTIONS|PUT|CONNECT|PRI) \S+ HTTP/|\s*(?:Host|User-Agent|Accept)[^\s:]*:"
)


def recognise(raw: bytes) -> Reason:
    """The family of bytes that are not DC-09; ``Reason.NOT_A_FRAME`` when it is none we know.

    Sources: field captures of ATS/Aritech heartbeats; Sur-Gard MLR2 line form; RFC 8446 §5.1 (record type
    22, version 3.x) for TLS.
    """
    if _ATS.match(raw):
        return Reason.ATS_HEARTBEAT
    if _SUR_GARD_EVENT.match(raw) or _SUR_GARD_HEARTBEAT.match(raw):
        return Reason.SUR_GARD_LINE
    if raw[:2] == b"\x16\x03":
        return Reason.TLS_HANDSHAKE
    if _HTTP.match(raw):
        return Reason.HTTP_REQUEST
    return Reason.NOT_A_FRAME
