"""The supervisor's page: which console can be seen and heard, who holds what, since when."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jifang.operations.alarms import queries, shifts
from jifang.operations.alarms.rights import ACTIVATION_HANDLE, CONSOLE_SUPERVISE
from jifang.web.access import requires
from jifang.web.duty import presenting

ENDED_SHOWN = 10
HELD_SHOWN = 100


@require_GET
@requires(CONSOLE_SUPERVISE)
def page(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    return render(request, "web/duty/supervisor.html", _board(request))


@require_GET
@requires(CONSOLE_SUPERVISE)
def board(request: HttpRequest) -> HttpResponse:
    """What changes; the page fetches it every few seconds."""
    return render(request, "web/duty/board.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    standing = list(queries.shifts_for(actor).filter(ended_at__isnull=True).order_by("console", "pk"))
    ended = list(queries.shifts_for(actor).filter(ended_at__isnull=False)[:ENDED_SHOWN])
    held = queries.held(actor, limit=HELD_SHOWN)
    by_owner: dict[int, int] = {}
    for row in held:
        if row.owner_id is not None:
            by_owner[row.owner_id] = by_owner.get(row.owner_id, 0) + 1
    trouble = {shift.pk: shifts.trouble(shift, now=now) for shift in standing}
    consoles = [
        {"shift": shift, "trouble": trouble[shift.pk], "held": by_owner.get(shift.account_id, 0)}
        for shift in standing
    ]
    reachable = {shift.account_id for shift in standing if trouble[shift.pk] != "gone"}
    return {
        "consoles": sorted(consoles, key=lambda entry: not entry["trouble"]),
        "troubled": sum(1 for entry in consoles if entry["trouble"]),
        "held": [
            {
                "alarm": presenting.shown(row),
                "orphan": row.owner_id not in reachable,
            }
            for row in held
        ],
        "ended": ended,
        "strip": queries.strip(actor, right=ACTIVATION_HANDLE),
        "links": presenting.links_message(presenting.links(now), request.LANGUAGE_CODE),
    }
