"""Listeners and the gateway processes behind them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jifang.kernel.errors import BadInputError
from jifang.operations.alarms.models import Listener
from jifang.operations.alarms.receiving import actions, queries
from jifang.operations.alarms.receiving.rights import LISTENER_EDIT, LISTENER_VIEW
from jifang.web.access import requires
from jifang.web.account.second_factor import step_up
from jifang.web.forms import show
from jifang.web.middleware import PageRequest
from jifang.web.receiving.forms import KeyForm
from jifang.web.receiving.presenting import health_badge

_TONES = {"listening": "good", "failed": "bad", "closed": "off"}


@require_GET
@requires(LISTENER_VIEW)
def page(request: PageRequest) -> HttpResponse:
    """Doors, processes, and outages that go on now."""
    processes = queries.gateways(request.actor)
    served = {number for gateway in processes if gateway.alive for number in gateway.row.listeners}
    doors = []
    for listener in queries.listeners(request.actor):
        state = str(listener.state)
        if state == "listening" and listener.number not in served:
            badge = ("bad", _("No gateway serves it"))
        else:
            badge = (_TONES.get(state, "unknown"), str(Listener.State(state).label))
        doors.append((listener, badge))
    context = {
        "doors": doors,
        "processes": [
            (one.row, health_badge(one.row.state, alive=one.alive), sorted(one.row.figures.items()))
            for one in processes
        ],
        "outages": queries.outages(request.actor),
        "may_edit": request.actor.may(LISTENER_EDIT),
    }
    return render(request, "web/receiving/listeners.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@requires(LISTENER_EDIT)
@step_up
def key(request: PageRequest, number: int) -> HttpResponse:
    """The key that panels without one of their own share on this listener."""
    listener = get_object_or_404(queries.listeners(request.actor), pk=number)
    form = KeyForm(request.POST or None, initial={"mode": listener.key_mode})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.set_listener_key(
                listener, mode=values["mode"], text=values["key"], by=request.actor, at=timezone.now()
            )
        except BadInputError as error:
            show(form, error)
        else:
            messages.success(request, _("The key is set; the gateway uses it from now on."))
            return redirect("receiving:listeners")
    context = {
        "form": form,
        "title": _("Key of listener %s") % listener,
        "submit": _("Set the key"),
        "back": "../../",
        "lead": _("For encrypted frames of accounts that have no key of their own."),
    }
    return render(request, "web/receiving/form.html", context, status=422 if form.errors else 200)
