"""Readings and processes in words: what was measured, against which limit, and how that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from jifang.operations.alarms.models import GatewayState, Listener
from jifang.operations.platform.beats import STALE
from jifang.operations.platform.models import Reading
from jifang.operations.platform.queries import ProcessView
from jifang.wire.alarm import GatewayHealth

# The watch looks every ten seconds, at the clock every ten minutes: what is older than this is not known.
READING_STALE = timedelta(minutes=2)
CLOCK_STALE = timedelta(minutes=25)


@dataclass(frozen=True)
class Line:
    """One thing and how it is: `tone` is good, bad, pending, unknown or off."""

    name: str
    tone: str
    state: str
    value: str
    limit: str
    detail: str
    at: datetime | None


def _names() -> dict[str, str]:
    return {
        "disk": _("Disk of the data"),
        "disk_backup": _("Disk of the backups"),
        "clock": _("Clock"),
        "backup": _("Last good backup"),
        "partitions": _("Partitions"),
    }


def _size(megabytes: float) -> str:
    return f"{number_format(megabytes / 1000, 1)} GB"


def _value(reading: Reading) -> str:
    if reading.value is None:
        return ""
    if reading.name.startswith("disk"):
        return _("%(size)s free") % {"size": _size(reading.value)}
    if reading.name == "clock":
        return _("off by %(seconds)s s") % {"seconds": f"{reading.value:+.3f}"}
    if reading.name == "backup":
        return _("%(hours)s h old") % {"hours": number_format(reading.value, 1)}
    missing = int(reading.value)
    return _("%(count)d tables lack room") % {"count": missing} if missing else _("made ahead")


def _limit(reading: Reading) -> str:
    if reading.limit is None or reading.name == "partitions":
        return ""
    if reading.name.startswith("disk"):
        return _("at least %(size)s") % {"size": _size(reading.limit)}
    unit = "s" if reading.name == "clock" else "h"
    return _("at most %(limit)s") % {"limit": f"{reading.limit:g} {unit}"}


def _unknown(reading: Reading) -> str:
    if reading.name == "clock":
        return _("no time server answers") if reading.detail else _("no time server is configured")
    if reading.name == "backup":
        return _("none yet")
    return _("not measured")


def reading_line(reading: Reading, at: datetime) -> Line:
    """A reading; one that has not been renewed is unknown, whatever it said."""
    stale = at - reading.measured_at > (CLOCK_STALE if reading.name == "clock" else READING_STALE)
    name = _names().get(reading.name, reading.name)
    tone, state, value = "unknown", _("Unknown"), _value(reading)
    if stale:
        value = _("not measured since")
    elif reading.state == Reading.State.FINE:
        tone, state = "good", _("Fine")
    elif reading.state == Reading.State.BAD:
        tone, state = "bad", _("Bad")
        value = value or _unknown(reading)
    else:
        value = _unknown(reading)
    return Line(
        name,
        tone,
        state,
        value,
        _limit(reading),
        f"{reading.node} {reading.detail}".strip(),
        reading.measured_at,
    )


def process_line(process: ProcessView) -> Line:
    """A process: running, told to stop, or down."""
    names = {
        "web": _("Web pages"),
        "work": _("Jobs and alarm engine"),
        "gateway": _("Alarm gateway"),
        "database": _("Database"),
    }
    if process.alive:
        tone, state = "good", _("Running")
    elif process.ended:
        tone, state = "off", _("Stopped")
    else:
        tone, state = "bad", _("Down")
    label = names.get(process.name)
    return Line(
        name=f"{label} · {process.name}" if label else process.name,
        tone=tone,
        state=state,
        value=str(process.restarts),
        limit="",
        detail=process.node,
        at=process.beat_at,
    )


def gateway_line(gateway: GatewayState, at: datetime) -> Line:
    """What an alarm gateway says of itself; nothing for a while means that it is gone."""
    texts = {
        GatewayHealth.OK: ("good", _("Storing")),
        GatewayHealth.STORING_LATE: ("pending", _("Storing late")),
        GatewayHealth.RECOVERED: ("pending", _("Database back")),
        GatewayHealth.NO_DATABASE: ("bad", _("Cannot store: no ACK is sent")),
        GatewayHealth.STOPPED: ("off", _("Stopped")),
    }
    tone, state = texts.get(GatewayHealth(gateway.state), ("unknown", gateway.state))
    if at - gateway.seen_at > STALE and gateway.state != GatewayHealth.STOPPED:
        tone, state = "bad", _("No sign of life")
    figures = gateway.figures
    value = _("%(rate)s frames/s, %(connections)s connections") % {
        "rate": number_format(figures.get("frames_per_second", 0), 1),
        "connections": number_format(figures.get("connections", 0), use_l10n=True),
    }
    return Line(gateway.name, tone, state, value, "", gateway.detail, gateway.seen_at)


def how_ended(reason: str) -> str:
    """Why a process had to be started again."""
    if reason.isdigit():
        return _("ended with status %(status)s") % {"status": reason}
    return _("killed by %(signal)s") % {"signal": reason}


def listener_line(listener: Listener) -> Line:
    """A door for panels."""
    tones = {Listener.State.LISTENING: "good", Listener.State.FAILED: "bad"}
    where = " · ".join(
        f"{kind} {address}" for kind, address in (("TCP", listener.tcp), ("UDP", listener.udp)) if address
    )
    if listener.tls:
        where += " · TLS"
    tone = tones.get(Listener.State(listener.state), "off")
    return Line(
        str(listener),
        tone,
        str(Listener.State(listener.state).label),
        where,
        "",
        listener.error,
        listener.state_at,
    )
