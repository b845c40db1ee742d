"""What machines ask: is it alive, is it well, what has it counted."""

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric

from jifang.operations.platform import beats, queries
from jifang.operations.platform.models import Process, Restart
from jifang.project.config import is_loopback

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def livez(request: HttpRequest) -> HttpResponse:
    """200 when this process answers at all; asks nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, every process lives and no severe fault is open; else 503.

    Names kinds only: this page is public.
    """
    try:
        view = queries.overview(at=datetime.now(UTC))
    except DatabaseError:
        return JsonResponse({"status": "failing", "database": "unreachable"}, status=503)
    body = {
        "status": "ok" if view.well else "failing",
        "database": "ok",
        "processes": {
            one.name: "ok" if one.alive else "ended" if one.ended else "down" for one in view.processes
        },
        "faults": sorted({fault.kind for fault in view.faults}),
        "readings": sorted({reading.name for reading in view.bad_readings}),
    }
    return JsonResponse(body, status=200 if view.well else 503)


class Everybody:
    """Collects this process's own metrics and what the others put into their heartbeat rows."""

    def __init__(self, own: list[dict[str, Any]], at: datetime) -> None:
        self.own = own
        self.at = at

    def collect(self) -> Iterator[Metric]:
        """Families by name; every sample says of which process and machine it is."""
        sources = [("web", "", self.own)]
        up = Metric("jifang_process_up", "1 when the process gave a sign of life lately", "gauge")
        beat = Metric("jifang_process_beat_age_seconds", "Age of the last sign of life", "gauge")
        for process in Process.objects.order_by("name", "node"):
            labels = {"process": process.name, "node": process.node}
            age = (self.at - process.beat_at).total_seconds()
            alive = process.state == Process.State.RUNNING and age <= beats.STALE.total_seconds()
            up.add_sample(up.name, labels, float(alive))
            beat.add_sample(beat.name, labels, age)
            if alive:
                sources.append((process.name, process.node, process.metrics))
        yield up
        yield beat
        restarts = Metric(
            "jifang_process_restarts", "Restarts of processes that ended by themselves", "counter"
        )
        counted: dict[tuple[str, str], int] = {}
        for name, node in Restart.objects.values_list("name", "node"):
            counted[name, node] = counted.get((name, node), 0) + 1
        for (name, node), times in sorted(counted.items()):
            restarts.add_sample("jifang_process_restarts_total", {"process": name, "node": node}, times)
        yield restarts
        families: dict[str, Metric] = {}
        for name, node, metrics in sources:
            for family in metrics:
                merged = families.setdefault(
                    family["name"], Metric(family["name"], family["documentation"], family["type"])
                )
                for sample, labels, value in family["samples"]:
                    merged.add_sample(sample, {**labels, "process": name, "node": node}, value)
        yield from families.values()
        yield from self._gateways()

    def _gateways(self) -> Iterator[Metric]:
        """What alarm gateways count; they keep it in a row of their own, beside what they are doing."""
        found: dict[str, Metric] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, figures FROM alarm_gateway_state WHERE seen_at > %s", [self.at - beats.STALE]
            )
            for gateway, figures in cursor.fetchall():
                for figure, value in json.loads(figures).items():
                    metric = found.setdefault(
                        figure, Metric(f"jifang_alarm_gateway_{figure}", f"Alarm gateway: {figure}", "gauge")
                    )
                    metric.add_sample(metric.name, {"gateway": gateway}, float(value))
        yield from found.values()


def _may_read(request: HttpRequest) -> bool:
    token = settings.CONFIG.web.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    # Behind a proxy everybody seems to come from this machine, so there the token alone counts.
    return not settings.CONFIG.web.behind_proxy and is_loopback(request.META.get("REMOTE_ADDR", ""))


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text of the whole installation; from this machine, or with the token."""
    if not _may_read(request):
        return HttpResponse(
            "metrics are readable from this machine, or with `Authorization: Bearer` and the configured"
            " metrics_token\n",
            status=403,
            content_type="text/plain",
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Everybody(beats.families(REGISTRY.collect()), datetime.now(UTC)))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE)


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/livez": livez,
    "/healthz": healthz,
    "/metrics": metrics,
}


def health_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer machines before sessions, languages and host names are looked at: they have none of these."""

    def respond(request: HttpRequest) -> HttpResponse:
        page = PAGES.get(request.path)
        return page(request) if page and request.method == "GET" else get_response(request)

    return respond
