"""The few registry pages that are not made by declaration."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jifang.kernel.errors import BadInputError
from jifang.registry import actions
from jifang.registry.changelog import recent
from jifang.registry.models import CallList, Contact, FloorPlan, FloorPlanPicture
from jifang.registry.queries import for_actor
from jifang.registry.rights import CONTACT_CHANGE, HISTORY_VIEW, STRUCTURE_VIEW
from jifang.web.access import SIGNED_IN, requires
from jifang.web.generic.resource import of_model
from jifang.web.generic.views import lists
from jifang.web.registry.resources import RESOURCES


@requires(SIGNED_IN)
@require_safe
def start(request: HttpRequest) -> HttpResponseBase:
    """Lead to the first list that the reader may open."""
    for resource in RESOURCES:
        if request.actor.may(resource.view_right):  # type: ignore[attr-defined]
            return HttpResponseRedirect(resource.url("list"))
    if request.actor.may(HISTORY_VIEW):  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("registry:changes"))
    raise Http404


@requires(SIGNED_IN)
@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Search every list that the reader may open."""
    return lists.search_view(request)


@requires(HISTORY_VIEW)
@require_safe
def changes(request: HttpRequest) -> HttpResponseBase:
    """The latest changes of the whole registry: who, what, why."""
    actor = request.actor  # type: ignore[attr-defined]
    before = request.GET.get("before", "")
    entries = recent(actor, before=before)
    for entry in entries:
        resource = of_model(entry.model)
        entry.url = (
            resource.url("history", pk=entry.key)
            if resource and resource.history_right and entry.exists
            else ""
        )
    return render(
        request,
        "web/registry/changes.html",
        {"entries": entries, "next": entries[-1].at.isoformat() if entries else "", "before": before},
    )


@requires(STRUCTURE_VIEW)
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The picture of a floor plan. It never changes under its hash, and nothing in it can run."""
    plan = for_actor(FloorPlan, request.actor, STRUCTURE_VIEW).filter(pk=pk).first()  # type: ignore[attr-defined]
    found = FloorPlanPicture.objects.filter(floor_plan=plan).first() if plan else None
    if plan is None or found is None:
        raise Http404
    if request.headers.get("If-None-Match") == f'"{plan.sha256}"':
        return HttpResponse(status=304)
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'"
    answer["Cache-Control"] = "private, max-age=60"
    answer["ETag"] = f'"{plan.sha256}"'
    return answer


@requires(CONTACT_CHANGE)
@require_POST
def call_order(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Put the calls of a list in order."""
    actor = request.actor  # type: ignore[attr-defined]
    call_list = for_actor(CallList, actor, CONTACT_CHANGE).filter(pk=pk).first()
    if call_list is None:
        raise Http404
    wanted: list[tuple[int, int]] = []
    for name in request.POST:
        key, value = name.removeprefix("order-"), request.POST.get(name, "")
        if name.startswith("order-") and key.isdigit() and value.isdigit() and int(value) > 0:
            wanted.append((int(value), int(key)))
    by_key: dict[int, Any] = Contact.objects.in_bulk([key for _order, key in wanted])
    chosen = [by_key[key] for _order, key in sorted(wanted) if key in by_key]
    try:
        actions.set_call_order(call_list, chosen, by=actor, at=timezone.now())
    except BadInputError as error:
        messages.error(request, error.text(_))
    except PermissionDenied:
        raise Http404 from None
    else:
        messages.success(request, _("The order of calls is saved."))
    return HttpResponseRedirect(reverse("registry:call-list-detail", kwargs={"pk": pk}))
