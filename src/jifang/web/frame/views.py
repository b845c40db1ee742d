"""The frame's own pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jifang.identity.models import Region
from jifang.web import navigation
from jifang.web.access import PUBLIC, SIGNED_IN, requires
from jifang.web.context import THEME_COOKIE, THEMES
from jifang.web.frame import samples
from jifang.web.frame.pages import STYLE_RIGHT
from jifang.web.middleware import PageRequest
from jifang.web.scope import choose, regions_for, scope_of

YEAR = 365 * 86400


@require_GET
@requires(SIGNED_IN)
def start(request: PageRequest) -> HttpResponse:
    """Lead to the first room of the actor; who has none is told whom to ask."""
    rooms = navigation.rooms_for(request.actor, request.path)
    if rooms:
        return redirect(rooms[0].url)
    return render(request, "web/frame/nothing.html")


@require_POST
@requires(PUBLIC)
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie and go back."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Http404
    answer = _back(request)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return answer


@require_POST
@requires(PUBLIC)
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the appearance in a cookie and go back."""
    wanted = request.POST.get("theme", "")
    if wanted not in THEMES:
        raise Http404
    answer = _back(request)
    _keep(answer, THEME_COOKIE, wanted)
    return answer


@require_http_methods(["GET", "POST"])
@requires(SIGNED_IN)
def scope(request: PageRequest) -> HttpResponse:
    """Offer the regions of the actor (GET, a fragment) or keep the chosen one (POST)."""
    offered = regions_for(request.actor)
    if request.method == "POST":
        wanted = request.POST.get("region", "")
        if wanted and not wanted.isdecimal():
            raise Http404
        # the slice of what is offered must not hide a region from the check
        chosen = (
            get_object_or_404(Region, pk__in=[region.pk for region in offered], code=wanted)
            if wanted
            else None
        )
        choose(request, chosen)
        return _back(request)
    regions = list(offered)
    depth = min((region.path.count("/") for region in regions), default=0)
    rows = [(region, min(region.path.count("/") - depth, 3)) for region in regions]
    context = {"rows": rows, "scope": scope_of(request), "next": request.GET.get("next", "/")}
    return render(request, "web/frame/scope.html", context)


@require_GET
@requires(STYLE_RIGHT)
def style(request: PageRequest) -> HttpResponse:
    """Every component in every state: the picture of docs/design/interface.md."""
    return render(request, "web/frame/style.html", samples.context())


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Return to the page the form came from, never to another host."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else reverse("frame:start"))
