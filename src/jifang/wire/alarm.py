"""What crosses between the alarm gateway and the rooms that read what it stored.

The tables are made by ``operations/alarms/migrations/0002_streams.sql``; names and meanings stand here, so
that neither side has to import the other.
"""

from enum import StrEnum
from typing import Final

CHANNEL_SIGNAL: Final = "alarm_signal"
"""NOTIFY without payload, once per group commit that stored a signal."""
CHANNEL_ACCOUNT: Final = "alarm_account"
"""NOTIFY without payload when an account, a path or a listener's key changed: gateways reload."""

DUPLICATE_WINDOW_SECONDS: Final = 300
"""A frame with the same account, sequence and content within this time is a repetition: ACK, not stored."""

OWN_PROTOCOL: Final = "jifang"
"""``alarm_signal.protocol`` of what the platform itself has to say: supervision, its own faults."""

SIGNAL_COLUMNS: Final = (
    "received_at",
    "connection",
    "ordinal",
    "account_id",
    "path_id",
    "site_id",
    "occurred_at",
    "area",
    "zone",
    "user_no",
    "sequence",
    "listener",
    "event_index",
    "encrypted",
    "unregistered",
    "account",
    "protocol",
    "scheme",
    "code",
    "qualifier",
    "event_class",
    "text",
    "xdata",
    "raw",
)
"""Columns that a gateway writes, in the order of its COPY; ``id`` and ``xid`` are the database's."""

REFUSAL_COLUMNS: Final = (
    "received_at",
    "connection",
    "account_id",
    "repeats",
    "listener",
    "peer",
    "account",
    "reason",
    "detail",
    "reply",
    "raw",
)


class PathCode(StrEnum):
    """Codes of supervision in ``alarm_signal``; a qualifier 3 row (restored) uses the code that it ends."""

    LATE = "path.late"
    FAILED = "path.failed"
    OUTAGE = "listener.outage"


class GatewayReason(StrEnum):
    """Reasons of refusal that are the gateway's own; the codec's are ``jifang.protocols.dc09.Reason``."""

    UNSTORABLE = "unstorable"
    """The database took none of it: the bytes are here, no ACK was given."""
    UNEXPECTED_ANSWER = "unexpected_answer"
    """The panel sent an answer (ACK, NAK, DUH, RSP) where a message belongs."""
    CUT_OFF = "cut_off"
    """The connection ended, or stood still too long, inside a frame."""


class GatewayHealth(StrEnum):
    """What a gateway says of itself in ``alarm_gateway_state.state``."""

    OK = "ok"
    STORING_LATE = "storing_late"
    """Commits succeed, but take longer than a second."""
    RECOVERED = "recovered"
    """The database was away and is back; ``detail`` says for how long."""
    NO_DATABASE = "no_database"
    """Nothing can be stored and nothing is acknowledged."""
    STOPPED = "stopped"
