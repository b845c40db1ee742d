"""How an alarm is put into words, for pages and live messages alike."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jifang.identity.access import Actor
from jifang.operations.alarms import queries
from jifang.operations.alarms.correlate import WHOLE_LISTENER
from jifang.operations.alarms.engine import READER
from jifang.operations.alarms.lifecycle import State
from jifang.operations.alarms.models import Activation, Cursor, GatewayState
from jifang.operations.alarms.priorities import DANGER, OWN_PROTOCOL, PriorityClass
from jifang.operations.alarms.queries import QueueRow, Reach, Strip
from jifang.operations.alarms.rights import ACTIVATION_HANDLE
from jifang.protocols import events
from jifang.web.templatetags.duty import tone_of
from jifang.wire.alarm import GatewayHealth

GATEWAY_STALE = timedelta(seconds=20)
ENGINE_STALE = timedelta(seconds=10)
_GATEWAY: dict[str, str] = {
    GatewayHealth.OK: "ok",
    GatewayHealth.RECOVERED: "ok",
    GatewayHealth.STORING_LATE: "slow",
    GatewayHealth.NO_DATABASE: "deaf",
    GatewayHealth.STOPPED: "gone",
}
_TONES = {
    "ok": "good",
    "outage": "pending",
    "slow": "pending",
    "deaf": "bad",
    "gone": "bad",
    "unknown": "unknown",
}


def english() -> bool:
    """Whether the reader's language is English."""
    return (get_language() or "").startswith("en")


def code_text(scheme: str, code: str, qualifier: str = "1") -> str:
    """What a panel's code means, in the reader's language."""
    if scheme == OWN_PROTOCOL:
        own = {
            "path.failed": _("Line failed"),
            "path.late": _("Line late"),
            "listener.outage": _("Many lines failed at once"),
        }
        text = own.get(code, code)
        return _("%(what)s, over") % {"what": text} if qualifier == "3" else text
    return events.text_of(scheme, code, qualifier, "en" if english() else "zh")


def place_text(row: QueueRow) -> str:
    """Where the alarm is: the site, the account nobody registered, or the platform."""
    if row.site_id is not None:
        return (row.site_name_en if english() else "") or row.site_name
    return _placeless(row.fault, row.account, row.listener)


def _placeless(fault: str, account: str, listener: int | None) -> str:
    if fault:
        return _("This platform")
    if account == WHOLE_LISTENER:
        return _("Listener %(number)s") % {"number": listener}
    return _("Unregistered account %(account)s") % {"account": account}


def place_of(activation: Activation) -> str:
    """Where an alarm is, for lists that read the model; ``site`` must be loaded with it."""
    site = activation.site
    if site is not None:
        return (site.name_en if english() else "") or site.name
    return _placeless(activation.fault, activation.account, activation.listener)


def zone_text(area: int | None, zone: int | None, name: str) -> str:
    """Which zone: its name where the registry has one, always its number."""
    if not zone:
        return ""
    number = _("Zone %(zone)s") % {"zone": zone}
    if area and area > 1:
        number = _("Area %(area)s, zone %(zone)s") % {"area": area, "zone": zone}
    return f"{name} · {number}" if name else number


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the queue, ready for the template."""

    row: QueueRow
    place: str
    where: str
    what: str

    @property
    def danger(self) -> bool:
        """Whether persons are in danger."""
        return self.row.priority_class in DANGER

    @property
    def tone(self) -> str:
        """The colour of the class."""
        return tone_of(self.row.priority_class)

    @property
    def order(self) -> str:
        """Sorts as the queue does, as text."""
        return f"{self.row.priority:03d}-{self.row.id:012d}"

    @property
    def more_zones(self) -> int:
        """Further zones besides the first."""
        return max(0, len(self.row.zones) - 1)

    @property
    def class_name(self) -> str:
        """The class in words."""
        return str(PriorityClass(self.row.priority_class).label)

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(State(self.row.state).label)


def shown(row: QueueRow) -> Shown:
    """Put a row into words, in the reader's language."""
    what = row.text if row.fault else code_text(row.scheme, row.code)
    return Shown(row, place_text(row), zone_text(row.area, row.zone, row.zone_name), what)


def messages(rows: Iterable[QueueRow], language: str) -> list[str]:
    """Return the live message of each row as JSON text: what the page sorts and sounds by, and the row's
    HTML.
    """
    built = []
    with translation.override(language):
        for row in rows:
            alarm = shown(row)
            html = render_to_string("web/duty/row.html", {"alarm": alarm})
            message = {
                "id": row.id,
                "version": row.version,
                "order": alarm.order,
                "state": row.state,
                "class": row.priority_class,
                "owner": row.owner_id,
                "signals": row.signal_count,
                "say": f"{alarm.class_name}, {alarm.place}, {alarm.where}".rstrip(", "),
                "html": html,
            }
            built.append(json.dumps(message, ensure_ascii=False))
    return built


def strip_message(strip: Strip) -> str:
    """Return the strip as JSON text; times in milliseconds since 1970."""
    return json.dumps(
        {
            "waiting": strip.waiting,
            "inHand": strip.in_hand,
            "mine": strip.mine,
            "total": strip.total,
            "oldest": strip.oldest_at.isoformat() if strip.oldest_at else None,
            "classes": dict(strip.classes),
        }
    )


@dataclass(frozen=True, slots=True)
class Link:
    """One thing between a panel and this page: ``kind`` gateway or engine; ``state`` a key of ``_TONES``."""

    kind: str
    name: str
    state: str


def links(now: datetime) -> list[Link]:
    """Return the gateways and the alarm engine with their state; two queries. Silence is never fine."""
    found = []
    for gateway in GatewayState.objects.order_by("name"):
        if now - gateway.seen_at > GATEWAY_STALE:
            state = "gone"
        else:
            state = _GATEWAY.get(gateway.state, "unknown")
            if gateway.outage and state == "ok":
                state = "outage"
        found.append(Link("gateway", gateway.name, state))
    if not found:
        found.append(Link("gateway", "", "unknown"))
    beat = Cursor.objects.filter(reader=READER).values_list("beat_at", flat=True).first()
    alive = beat is not None and now - beat <= ENGINE_STALE
    found.append(Link("engine", "", "ok" if alive else "gone" if beat else "unknown"))
    return found


def links_message(states: Iterable[Link], language: str) -> dict[str, Any]:
    """Return the links as the page shows them: a tone and words in the page's language."""
    states = list(states)
    with translation.override(language):
        words = {
            ("gateway", "ok"): _("Gateway in order"),
            ("gateway", "outage"): _("Gateway: many lines failed at once"),
            ("gateway", "slow"): _("Gateway stores late"),
            ("gateway", "deaf"): _("Gateway cannot store: no signal is acknowledged"),
            ("gateway", "gone"): _("Gateway gives no sign of life"),
            ("gateway", "unknown"): _("No gateway has reported yet"),
            ("engine", "ok"): _("Alarm engine in order"),
            ("engine", "gone"): _("Alarm engine stands still: new alarms do not appear"),
            ("engine", "unknown"): _("Alarm engine has not reported yet"),
        }
        lines = [
            {
                "tone": _TONES[link.state],
                "text": words[link.kind, link.state] + (f" ({link.name})" if link.name else ""),
            }
            for link in states
        ]
        worst = next(
            (line for tone in ("bad", "unknown", "pending") for line in lines if line["tone"] == tone), None
        )
        summary = worst or {"tone": "good", "text": _("Gateways and engine in order")}
    return {"tone": summary["tone"], "text": summary["text"], "lines": lines}


def reach_of(actor: Actor) -> Reach:
    """Return what the actor may see in the queue."""
    return queries.reach_of(actor, ACTIVATION_HANDLE)


def row_of(activation: Activation) -> QueueRow:
    """Return the row of one alarm that ``for_actor`` let through."""
    return queries.rows_of([activation.pk])[0]
