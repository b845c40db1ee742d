"""One SIP message (RFC 3261 §7): bytes in, an object out, and back. Field deviations are read and noted.

Read are compact and folded headers, LF for CR LF, NUL behind the body, a Content-Length that is missing or
wrong (over UDP, where the datagram is the measure). `SipMessage.problems` says what was put right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

MAX_HEADERS: Final = 65_536
"""Bytes of start line and headers."""
MAX_BODY: Final = 1_048_576
_COMPACT: Final = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
}
_NAMES: Final = {
    name.lower(): name
    for name in (
        "Accept",
        "Allow",
        "Authorization",
        "CSeq",
        "Call-ID",
        "Contact",
        "Content-Length",
        "Content-Type",
        "Date",
        "Event",
        "Expires",
        "From",
        "Max-Forwards",
        "Min-Expires",
        "Record-Route",
        "Route",
        "Subject",
        "Subscription-State",
        "Supported",
        "To",
        "User-Agent",
        "Via",
        "WWW-Authenticate",
        "X-GB-Ver",
    )
}
_LISTS: Final = frozenset({"Via", "Contact", "Route", "Record-Route"})
"""Headers whose values may share a line, separated by commas."""
_REQUEST: Final = re.compile(
    r"([A-Z][A-Za-z0-9_.!%*+`'~-]{0,31})\s+(\S{1,1024})\s+SIP/2\.0\s*\Z", re.IGNORECASE
)
_STATUS: Final = re.compile(r"SIP/2\.0\s+([1-6]\d\d)(?:\s+(.{0,256}))?\s*\Z", re.IGNORECASE | re.DOTALL)
START: Final = re.compile(
    rb"(?:SIP/2\.0 [1-6]\d\d|[A-Za-z]{1,32} [^\s]{1,1024} SIP/2\.0)[^\r\n]{0,256}\r?\n", re.IGNORECASE
)
"""What a message begins with; used to find the next one after garbage."""
_BLANK: Final = re.compile(rb"\r?\n\r?\n")


class SipError(ValueError):
    """The bytes are no SIP message; ``reason`` is the machine-readable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class SipMessage:
    """A request (``method`` and ``uri``) or a response (``status`` and ``phrase``).

    Headers are pairs in order; names have their long form. Text is UTF-8, other bytes are kept by
    surrogate escapes.
    """

    method: str = ""
    uri: str = ""
    status: int = 0
    phrase: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    problems: tuple[str, ...] = ()

    @property
    def is_request(self) -> bool:
        """True for a request."""
        return self.status == 0

    def get(self, name: str) -> str | None:
        """First value of a header; None if absent."""
        wanted = name.lower()
        return next((value for each, value in self.headers if each.lower() == wanted), None)

    def every(self, name: str) -> list[str]:
        """All values of a header, in order."""
        wanted = name.lower()
        return [value for each, value in self.headers if each.lower() == wanted]

    def set(self, name: str, value: str) -> None:
        """Replace all values of a header by one, in the place of the first."""
        wanted = name.lower()
        place = next((i for i, (each, _) in enumerate(self.headers) if each.lower() == wanted), None)
        self.headers = [pair for pair in self.headers if pair[0].lower() != wanted]
        self.headers.insert(len(self.headers) if place is None else place, (name, value))

    @property
    def call_id(self) -> str:
        """Call-ID; empty if absent."""
        return self.get("Call-ID") or ""

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of CSeq; 0 and empty if it cannot be read."""
        number, _, method = (self.get("CSeq") or "").strip().partition(" ")
        usable = number.isascii() and number.isdigit() and len(number) <= 10
        return (int(number) if usable else 0, method.strip().upper())

    @property
    def content_type(self) -> str:
        """Content-Type in lower case without parameters; empty if absent."""
        return (self.get("Content-Type") or "").partition(";")[0].strip().lower()

    def __bytes__(self) -> bytes:
        return serialise(self)


def _read_head(head: bytes) -> SipMessage:
    lines = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    problems: list[str] = []
    start = lines[0].strip("\x00 \t")
    found = _STATUS.match(start)
    if found:
        message = SipMessage(status=int(found[1]), phrase=(found[2] or "").strip())
    else:
        found = _REQUEST.match(start)
        if found is None:
            raise SipError("start_line")
        message = SipMessage(method=found[1].upper(), uri=found[2])
    pairs: list[list[str]] = []
    for line in lines[1:]:
        if line[:1] in (" ", "\t"):
            if pairs:
                pairs[-1][1] += " " + line.strip()
                problems.append("folded")
            continue
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not name or " " in name:
            if line.strip("\x00 \t"):
                problems.append("header_line")
            continue
        pairs.append([_COMPACT.get(name.lower()) or _NAMES.get(name.lower()) or name, value.strip()])
    for name, value in pairs:
        values = split_list(value) if name in _LISTS and "," in value else [value]
        message.headers += [(name, each) for each in values]
    message.problems = tuple(dict.fromkeys(problems))
    return message


def split_list(value: str) -> list[str]:
    """The values of a header line at its commas, those in quotes and angle brackets not counted."""
    values, start, quoted, angle, skip = [], 0, False, False, False
    for place, letter in enumerate(value):
        if skip:
            skip = False
        elif quoted:
            skip = letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter in "<>":
            angle = letter == "<"
        elif letter == "," and not angle:
            values.append(value[start:place].strip())
            start = place + 1
    values.append(value[start:].strip())
    return [each for each in values if each]


def content_length(message: SipMessage) -> int | None:
    """The Content-Length; None if it is missing or no number."""
    text = (message.get("Content-Length") or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def parse_message(data: bytes) -> SipMessage:
    """Read a datagram, or a piece cut by `StreamFramer`.

    Raises `SipError` with ``start_line``, ``headers_too_long`` or ``body_too_long``. A Content-Length that
    does not fit the bytes is a problem, not an error: the bytes count.
    """
    data = data.lstrip(b"\r\n\x00")
    blank = _BLANK.search(data, 0, MAX_HEADERS)
    if blank is None:
        if len(data) > MAX_HEADERS:
            raise SipError("headers_too_long")
        head, rest = data.rstrip(b"\r\n\x00"), b""
    else:
        head, rest = data[: blank.start()], data[blank.end() :]
    message = _read_head(head)
    if len(rest) > MAX_BODY:
        raise SipError("body_too_long")
    length = content_length(message)
    if length is not None and length <= len(rest):
        behind = rest[length:]
        if behind.strip(b"\x00\r\n\t "):
            # Too short a length cuts the last element off: what came is the body.
            message.problems += ("content_length",)
            message.body = rest.rstrip(b"\x00")
        else:
            message.body = rest[:length]
    else:
        message.body = rest.rstrip(b"\x00")
        if rest and (length is not None or message.body):
            message.problems += ("content_length",)
    return message


def serialise(message: SipMessage) -> bytes:
    """The bytes. Content-Length is always written anew; line ends within values become blanks."""
    if message.is_request:
        lines = [f"{message.method} {message.uri} SIP/2.0"]
    else:
        lines = [f"SIP/2.0 {message.status} {message.phrase or REASONS.get(message.status, '')}".rstrip()]
    for name, value in message.headers:
        if name.lower() != "content-length":
            lines.append(f"{name}: {' '.join(value.splitlines())}")
    lines.append(f"Content-Length: {len(message.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + message.body


REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    202: "Accepted",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    420: "Bad Extension",
    423: "Interval Too Brief",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    603: "Decline",
}
