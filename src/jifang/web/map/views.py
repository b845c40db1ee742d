"""The map page, its data, its base layers and the card of a site."""

import gzip
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jifang.operations.alarms import queries as alarms
from jifang.operations.alarms.rights import ACTIVATION_VIEW
from jifang.protocols.events import EventClass
from jifang.registry import queries as registry
from jifang.registry.models import Site
from jifang.registry.models.choices import Order799Class
from jifang.registry.rights import STRUCTURE_VIEW
from jifang.web.access import SIGNED_IN, requires
from jifang.web.map import base
from jifang.web.map.picture import HIDDEN, QUIET, UNKNOWN, Asked, Window, extent, heard, picture
from jifang.web.middleware import PageRequest
from jifang.web.scope import scope_of

GEOJSON = "application/geo+json"


@require_GET
@requires(STRUCTURE_VIEW)
def page(request: PageRequest) -> HttpResponse:
    """The map with its filters and the list beside it."""
    around = extent(request.actor, scope_of(request))
    context = {
        "extent": ",".join(f"{degrees:.5f}" for degrees in around) if around else "",
        "classes": Order799Class.choices,
        "sees_alarms": request.actor.may(ACTIVATION_VIEW),
        "has_base": base.present(Path(settings.BASEMAP_DIR)),
        "states": [str(event_class) for event_class in EventClass if event_class != UNKNOWN],
    }
    return render(request, "web/map/page.html", context)


@require_GET
@requires(STRUCTURE_VIEW)
def sites(request: PageRequest) -> HttpResponse:
    """Marks and list for one view: ``bbox=west,south,east,north`` in degrees, ``zoom``, and the filters."""
    window = _window(request.GET.get("bbox", ""), request.GET.get("zoom", ""))
    if isinstance(window, str):
        return JsonResponse({"error": window}, status=400)
    asked = Asked(
        words=request.GET.get("q", "").strip()[:80],
        class799=request.GET.get("class", ""),
        state=request.GET.get("state", ""),
    )
    found = picture(request.actor, scope_of(request), window, asked, english=get_language() == "en")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(mark.lon, 6), round(mark.lat, 6)]},
            "properties": {
                "id": mark.site_id,
                "count": mark.count,
                "state": mark.state,
                "rank": mark.rank,
                "name": mark.name,
                "class799": mark.class799[:1] if mark.count == 1 else "",
            },
        }
        for mark in found.marks
    ]
    answer = JsonResponse(
        {
            "marks": {"type": "FeatureCollection", "features": features},
            "listed": found.listed,
            "total": found.total,
            "in_alarm": found.in_alarm,
            "unplaced": found.unplaced,
        }
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_GET
@requires(STRUCTURE_VIEW)
def card(request: PageRequest, site_id: int) -> HttpResponse:
    """The card of one site, as a fragment for the side of the map."""
    rows = registry.for_actor(Site, request.actor, STRUCTURE_VIEW)
    site = get_object_or_404(rows.select_related("organisation", "region"), pk=site_id)
    sees_alarms = request.actor.may(ACTIVATION_VIEW)
    found = alarms.for_actor(request.actor).filter(site=site, closed_at__isnull=True)
    open_alarms = list(found.order_by("priority", "id"))
    answered = sees_alarms and Site.objects.filter(heard(), pk=site.pk).exists()
    quiet = (QUIET if answered else UNKNOWN) if sees_alarms else HIDDEN
    context = {"site": site, "alarms": open_alarms, "state": quiet, "english": get_language() == "en"}
    return render(request, "web/map/card.html", context)


@require_GET
@requires(SIGNED_IN)
def layer(request: PageRequest, name: str) -> HttpResponse:
    """One layer of the base map, as GeoJSON."""
    found = base.layer(Path(settings.BASEMAP_DIR), name)
    if found is None:
        raise Http404
    packed, tag = found
    headers = {
        "ETag": tag,
        "Cache-Control": "private, max-age=0, must-revalidate",
        "Vary": "Accept-Encoding, Cookie",
    }
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(packed), content_type="application/geo+json", headers=headers)
    return HttpResponse(
        packed, content_type="application/geo+json", headers={**headers, "Content-Encoding": "gzip"}
    )


def _window(bbox: str, zoom: str) -> Window | str:
    """Read the view; a mistake comes back as a sentence that names field, value and remedy."""
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        return _("bbox “%(value)s” is not four numbers: west,south,east,north in degrees.") % {
            "value": bbox[:60]
        }
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return _(
            "bbox “%(value)s” is not on the globe: west ≤ east within ±180, south ≤ north within ±90."
        ) % {"value": bbox[:60]}
    try:
        level = float(zoom)
    except ValueError:
        level = -1.0
    if not 0 <= level <= 24:
        return _("zoom “%(value)s” is not a number from 0 to 24.") % {"value": zoom[:20]}
    return Window(west, south, east, north, level)
