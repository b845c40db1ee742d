"""The status page, and the certificate of the local CA for browsers."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jifang.operations.alarms.models import GatewayState, Listener
from jifang.operations.platform import queries
from jifang.operations.platform.faults import remedy_of, text_of
from jifang.operations.platform.rights import STATUS_VIEW
from jifang.web.access import PUBLIC, requires
from jifang.web.status import presenting


@require_GET
@requires(STATUS_VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """Everything the platform knows about itself; a fragment of it when the page asks again by itself."""
    now = timezone.now()
    view = queries.overview(at=now)
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request,
        "web/status/body.html" if fragment else "web/status/page.html",
        {
            "now": now,
            "well": view.well,
            "all_alive": view.all_alive,
            "processes": [presenting.process_line(process) for process in view.processes],
            "readings": [presenting.reading_line(reading, now) for reading in view.readings],
            "faults": [(fault, text_of(fault), remedy_of(fault)) for fault in view.faults],
            "restarts": [(one, presenting.how_ended(one.reason)) for one in view.restarts],
            "gateways": [presenting.gateway_line(one, now) for one in GatewayState.objects.order_by("name")],
            "listeners": [presenting.listener_line(one) for one in Listener.objects.order_by("number")],
            "last_backup": view.last_backup,
            "failed_backup": view.last_attempt if view.last_attempt and view.last_attempt.problem else None,
        },
    )


@require_GET
@requires(PUBLIC)
def local_ca(request: HttpRequest) -> HttpResponseBase:
    """The certificate of this installation's own CA, where it has one: a public file."""
    file = settings.LOCAL_CA_FILE
    if file is None or not file.exists():
        raise Http404
    return FileResponse(file.open("rb"), content_type="application/x-x509-ca-cert", filename="jifang-ca.crt")
