"""Refused frames, as a support engineer with an installer on the phone needs them."""

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jifang.operations.alarms.receiving import queries
from jifang.operations.alarms.receiving.rights import REFUSAL_VIEW
from jifang.protocols.dc09 import parse_frame
from jifang.web.access import requires
from jifang.web.middleware import PageRequest
from jifang.web.receiving.presenting import REASONS, reason_name, reason_text
from jifang.web.signals.views import dump, readable

PAGE = 100
SPANS = {"1": 1, "7": 7, "30": 30, "183": 183}


@require_GET
@requires(REFUSAL_VIEW)
def page(request: PageRequest) -> HttpResponse:
    """Refusals, the newest first; by account, sender, reason and period."""
    given = request.GET
    span = given.get("days", "7") if given.get("days", "7") in SPANS else "7"
    account, peer = given.get("account", "").strip().lstrip("#")[:32], given.get("peer", "").strip()[:60]
    reason, before = given.get("reason", ""), given.get("before", "")
    rows = queries.refusals(request.actor).filter(
        received_at__gte=timezone.now() - timedelta(days=SPANS[span])
    )
    if account:
        rows = rows.filter(account__iexact=account)
    if peer:
        rows = rows.filter(peer__startswith=peer)
    if reason:
        rows = rows.filter(reason=reason)
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    found = list(rows.defer("raw", "reply").select_related("account_ref__site").order_by("-id")[: PAGE + 1])
    listed = found[:PAGE]
    context = {
        "rows": [(row, reason_name(row.reason)) for row in listed],
        "older": listed[-1].pk if len(found) > PAGE else "",
        "before": before,
        "account": account,
        "peer": peer,
        "reason": reason,
        "days": span,
        "reasons": REASONS,
    }
    return render(request, "web/receiving/refusals.html", context)


@require_GET
@requires(REFUSAL_VIEW)
def detail(request: PageRequest, refusal_id: int) -> HttpResponse:
    """One refusal: what it means, what was answered, the frame decoded and its bytes."""
    row = queries.refusals(request.actor).select_related("account_ref__site").filter(pk=refusal_id).first()
    if row is None:
        raise Http404
    raw, reply = bytes(row.raw), bytes(row.reply)
    frame = parse_frame(raw)
    context = {
        "row": row,
        "name": reason_name(row.reason),
        "explained": reason_text(row.reason),
        "frame": frame,
        "token": frame.token.decode("ascii", "backslashreplace"),
        "sequence": frame.sequence.decode("ascii", "backslashreplace"),
        "receiver": _part(frame.receiver),
        "line": _part(frame.line),
        "crc": (f"{frame.crc_sent:04X}", f"{frame.crc_computed:04X}"),
        "length": (f"{frame.length_sent:04X}", f"{frame.length_computed:04X}"),
        "text": readable(raw),
        "lines": dump(raw),
        "reply": readable(reply) if reply else "",
        "bytes": len(raw),
    }
    return render(request, "web/receiving/refusal.html", context)


def _part(value: bytes | None) -> str:
    return "" if value is None else value.decode("ascii", "backslashreplace") or "—"
