"""The log of signals: filters, pages, one signal with its bytes, export."""

import csv
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jifang.identity import audit, ledger
from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError
from jifang.operations.alarms import signals
from jifang.operations.alarms.priorities import PriorityClass
from jifang.operations.alarms.rights import SIGNAL_EXPORT, SIGNAL_VIEW
from jifang.operations.alarms.signals import Asked, LoggedSignal
from jifang.registry.queries import exporting, may_export
from jifang.web.access import requires
from jifang.web.duty import presenting

_SHOWN = set(string.printable.encode()) - set(b"\r\n\t\x0b\x0c")
BYTES_A_LINE = 16


@require_GET
@requires(SIGNAL_VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """One page of the log, the newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    error = ""
    rows: list[LoggedSignal] = []
    asked = _default(timezone.now())
    try:
        asked = _asked(request)
        rows = signals.page(actor, asked)
    except BadInputError as refused:
        error = refused.text(_)
    listed = rows[: signals.PAGE]
    return render(
        request,
        "web/signals/page.html",
        {
            "rows": [_shown(row) for row in listed],
            "older": listed[-1].mark if len(rows) > signals.PAGE else "",
            "asked": asked,
            "since": _field(asked.since),
            "until": _field(asked.until) if request.GET.get("until") else "",
            "classes": PriorityClass.choices,
            "error": error,
            "may_export": actor.may(SIGNAL_EXPORT) and may_export(actor),
            "most": signals.EXPORT_MOST,
        },
    )


def _default(now: datetime) -> Asked:
    return Asked(since=now - signals.DEFAULT_SPAN, until=now + timedelta(minutes=5))


def _asked(request: HttpRequest) -> Asked:
    now = timezone.now()
    given = request.GET
    return Asked(
        since=_instant("since", given.get("since", "")) or now - signals.DEFAULT_SPAN,
        until=_instant("until", given.get("until", "")) or now + timedelta(minutes=5),
        site=given.get("site", "").strip()[:40],
        account=given.get("account", "").strip().lstrip("#")[:32],
        event_class=given.get("class", ""),
        unregistered=given.get("unregistered") == "1",
        before=given.get("before", ""),
    )


def _instant(field: str, text: str) -> datetime | None:
    """Read a time as people type it, local; empty is None."""
    if not text:
        return None
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None:
        raise BadInputError(
            field, text, _("%(value)s is not a time."), _("Write it as 2026-03-01T08:00, local time.")
        )
    return (timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed).astimezone(UTC)


def _field(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def _shown(row: LoggedSignal) -> dict[str, Any]:
    return {
        "row": row,
        "what": presenting.code_text(row.scheme, row.code, row.qualifier),
        "place": ((row.site_name_en if presenting.english() else "") or row.site_name),
        "where": presenting.zone_text(row.area, row.zone, ""),
    }


@require_GET
@requires(SIGNAL_VIEW)
def detail(request: HttpRequest, signal_id: int) -> HttpResponse:
    """One signal: what we understood, and the bytes it came in."""
    found = signals.one(request.actor, signal_id)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    row, frame = found
    return render(
        request,
        "web/signals/detail.html",
        _shown(row)
        | {
            "frame": frame,
            "text": readable(frame.raw) if frame.raw else "",
            "lines": dump(frame.raw) if frame.raw else [],
        },
    )


def readable(raw: bytes) -> str:
    """Return bytes as text in which everything that cannot be read is named by its code."""
    names = {10: "␊", 13: "␍"}
    return "".join(chr(byte) if byte in _SHOWN else names.get(byte, f"\\x{byte:02x}") for byte in raw)


def dump(raw: bytes) -> list[tuple[str, str, str]]:
    """Return offset, hexadecimal bytes and characters, sixteen bytes a line."""
    lines = []
    for start in range(0, len(raw), BYTES_A_LINE):
        piece = raw[start : start + BYTES_A_LINE]
        text = "".join(chr(byte) if byte in _SHOWN else "·" for byte in piece)
        lines.append((f"{start:04x}", piece.hex(" "), text))
    return lines


@require_GET
@requires(SIGNAL_EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """The rows of the question as CSV; written to the ledger before the first of them leaves."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may_export(actor):
        raise PermissionDenied
    at = timezone.now()
    try:
        asked = _asked(request)
        rows = list(signals.export(exporting(actor), asked))
    except BadInputError as refused:
        return HttpResponse(refused.text(_), status=422, content_type="text/plain; charset=utf-8")
    with audit.acting(by=actor, at=at):
        body = {"since": asked.since, "until": asked.until, "site": asked.site, "account": asked.account}
        ledger.append(
            "alarms.signals.export", body | {"class": asked.event_class, "rows": len(rows)}, by=actor, at=at
        )
    response = HttpResponse("".join(_csv(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="signals-{at:%Y%m%d-%H%M%S}.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: list[LoggedSignal]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(
        [
            _("Received"),
            _("Account"),
            _("Site"),
            _("Class"),
            _("Code"),
            _("Meaning"),
            _("Area"),
            _("Zone"),
            _("User"),
            _("Text"),
        ]
    )
    for row in rows:
        yield writer.writerow([_cell(value) for value in _values(row)])


def _values(row: LoggedSignal) -> list[object]:
    return [
        timezone.localtime(row.received_at).strftime("%Y-%m-%d %H:%M:%S"),
        row.account,
        row.site_code,
        PriorityClass(row.event_class).label if row.event_class in PriorityClass.values else row.event_class,
        f"{row.scheme} {row.qualifier}{row.code}",
        presenting.code_text(row.scheme, row.code, row.qualifier),
        row.area,
        row.zone,
        row.user_no,
        row.text,
    ]


def _cell(value: object) -> object:
    """A panel's text that begins like a formula must not become one in a spreadsheet."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
