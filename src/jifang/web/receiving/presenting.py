"""How states and reasons of receiving are worded."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jifang.operations.alarms.models import PathState
from jifang.protocols.dc09 import Reason, explain
from jifang.wire.alarm import GatewayHealth, GatewayReason

Words = str | Promise

_TONES = {"failed": "bad", "late": "pending", "waiting": "unknown", "ok": "good"}
_OWN_REASONS: dict[str, Words] = {
    GatewayReason.UNSTORABLE: _(
        "The database would not take the frame in any form. No ACK was given, the panel repeats it. Send this"
        " page to the supplier."
    ),
    GatewayReason.UNEXPECTED_ANSWER: _(
        "An answer (ACK, NAK, DUH) came where a message belongs: two receivers talk to each other, or the"
        " panel is wired in a loop."
    ),
    GatewayReason.CUT_OFF: _(
        "The connection ended inside a frame: a bad line, a panel without current, or a firewall that cuts"
        " it."
    ),
}
_REASON_NAMES: dict[str, Words] = {
    Reason.NOT_A_FRAME: _("Not a DC-09 frame"),
    Reason.MALFORMED: _("Header unreadable"),
    Reason.CRC_MISMATCH: _("CRC does not fit"),
    Reason.LENGTH_MISMATCH: _("Length does not fit"),
    Reason.UNKNOWN_TOKEN: _("Unknown identifier"),
    Reason.ACCOUNT_REFUSED: _("Account not registered"),
    Reason.CLEAR_FROM_KEYED_ACCOUNT: _("Not encrypted although there is a key"),
    Reason.KEY_NEEDED: _("Encrypted, no key known"),
    Reason.WRONG_KEY: _("Wrong key"),
    Reason.TIMESTAMP_OUTSIDE_WINDOW: _("Clock of the panel is wrong"),
    Reason.TIMESTAMP_MISSING: _("Encrypted without a time"),
    Reason.UNSUPPORTED_HANDSHAKE: _("Key exchange not supported"),
    Reason.ATS_HEARTBEAT: _("ATS/Aritech protocol"),
    Reason.SUR_GARD_LINE: _("Sur-Gard receiver"),
    Reason.TLS_HANDSHAKE: _("TLS on a port without TLS"),
    Reason.HTTP_REQUEST: _("HTTP on the alarm port"),
    GatewayReason.UNSTORABLE: _("Could not be stored"),
    GatewayReason.UNEXPECTED_ANSWER: _("Answer instead of a message"),
    GatewayReason.CUT_OFF: _("Cut off"),
}
REASONS = tuple(_REASON_NAMES.items())
_HEALTH: dict[str, tuple[str, Words]] = {
    GatewayHealth.OK: ("good", _("In order")),
    GatewayHealth.STORING_LATE: ("pending", _("Storing takes long")),
    GatewayHealth.RECOVERED: ("pending", _("Storing again after an outage of the database")),
    GatewayHealth.NO_DATABASE: ("bad", _("Nothing can be stored, nothing is acknowledged")),
    GatewayHealth.STOPPED: ("off", _("Stopped")),
}


def state_badge(state: str | None, *, supervised: bool = True) -> tuple[str, Words]:
    """Tone and word of a path's supervision; no path and no supervision are unknown, never fine."""
    if state is None:
        return "unknown", _("No path")
    if not supervised:
        return "unknown", _("Not supervised")
    return _TONES.get(state, "unknown"), PathState.State(state).label


def reason_name(reason: str) -> Words:
    """A refusal in a few words."""
    return _REASON_NAMES.get(reason, reason)


def reason_text(reason: str) -> Words:
    """A refusal in a sentence that says what to do at the panel."""
    if reason in _OWN_REASONS:
        return _OWN_REASONS[reason]
    try:
        return explain(Reason(reason), "en" if (get_language() or "").startswith("en") else "zh")
    except ValueError:
        return reason


def health_badge(state: str, *, alive: bool) -> tuple[str, Words]:
    """Tone and word of a gateway process; one that says nothing is bad unless it said good-bye."""
    if not alive and state != GatewayHealth.STOPPED:
        return "bad", _("Silent: the process is gone, or the database is")
    return _HEALTH.get(state, ("unknown", state))
