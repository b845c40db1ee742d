"""Queue and alarm card. Every write is an action of the alarm room; a refusal comes back as the card, with
words.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError
from jifang.kernel.sealing import SealError
from jifang.operations.alarms import actions, queries, shifts
from jifang.operations.alarms.errors import AlarmError, HeldByOtherError, KeyReusedError, NotOpenError
from jifang.operations.alarms.lifecycle import State
from jifang.operations.alarms.models import Activation
from jifang.operations.alarms.outcomes import Result
from jifang.operations.alarms.priorities import PriorityClass
from jifang.operations.alarms.rights import (
    ACTIVATION_HANDLE,
    ACTIVATION_TAKE_OVER,
    ACTIVATION_VIEW,
    PASS_PHRASE_LOOK,
)
from jifang.registry import queries as registry
from jifang.registry.models import Contact
from jifang.registry.rights import CONTACT_VIEW
from jifang.web.access import requires
from jifang.web.duty import card as cards
from jifang.web.duty import presenting

LISTED = 200
PAGE = 50


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


@require_GET
@requires(ACTIVATION_HANDLE)
def page(request: HttpRequest) -> HttpResponse:
    """The duty room: queue left, card right."""
    return render(request, "web/duty/page.html", _room(request))


def _room(request: HttpRequest) -> dict[str, Any]:
    actor = _actor(request)
    now = timezone.now()
    strip = queries.strip(actor, right=ACTIVATION_HANDLE)
    language = request.LANGUAGE_CODE
    return _queue(actor) | {
        "strip": strip,
        "classes": [(value, dict(strip.classes).get(value, 0)) for value in PriorityClass.values],
        "links": presenting.links_message(presenting.links(now), language),
        "shift": shifts.current(actor),
        "now": now,
        "stream": f"/push/duty/?language={language}",
    }


def _queue(actor: Actor) -> dict[str, Any]:
    rows = queries.queue(actor, limit=LISTED, right=ACTIVATION_HANDLE)
    return {"alarms": [presenting.shown(row) for row in rows]}


@require_GET
@requires(ACTIVATION_HANDLE)
def queue(request: HttpRequest) -> HttpResponse:
    """The top of the queue alone, for a page that was told to fetch it."""
    return render(request, "web/duty/rows.html", _queue(_actor(request)))


@require_POST
@requires(ACTIVATION_HANDLE)
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the most urgent waiting alarm and show its card."""
    activation = actions.take_next(by=_actor(request), at=timezone.now())
    if activation is None:
        return render(request, "web/duty/nothing.html", {"emptied": True})
    response = _card(request, activation.pk, opened=True)
    response["HX-Push-Url"] = reverse("duty:card", args=[activation.pk])
    return response


@require_GET
@requires(ACTIVATION_VIEW)
def card(request: HttpRequest, activation_id: int) -> HttpResponse:
    """One alarm: its card alone for the page that is open already, else the whole room with it."""
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return _card(request, activation_id, opened=True)
    activation = _find(request, activation_id)
    shown = cards.context(activation, _actor(request), at=timezone.now())
    if not _actor(request).may(ACTIVATION_HANDLE):
        return render(request, "web/duty/single.html", shown)
    return render(request, "web/duty/page.html", _room(request) | shown)


@require_GET
@requires(ACTIVATION_VIEW)
def log(request: HttpRequest, activation_id: int) -> HttpResponse:
    """What happened to one alarm; the open card fetches it when something did."""
    activation = _find(request, activation_id)
    shown = cards.context(activation, _actor(request), at=timezone.now())
    return render(request, "web/duty/log.html", shown)


def _find(request: HttpRequest, activation_id: int, right: str = ACTIVATION_VIEW) -> Activation:
    rows = queries.for_actor(_actor(request), right).select_related(
        "site", "site__region", "site__organisation", "site__alarm_service", "owner", "closed_by", "previous"
    )
    return get_object_or_404(rows, pk=activation_id)


def _card(request: HttpRequest, activation_id: int, *, opened: bool = False, error: str = "") -> HttpResponse:
    activation = _find(request, activation_id)
    shown = cards.context(activation, _actor(request), at=timezone.now(), opened=opened, error=error)
    return render(request, "web/duty/card.html", shown)


def _do(
    request: HttpRequest,
    activation_id: int,
    work: Callable[[Activation], Any],
    right: str = ACTIVATION_HANDLE,
) -> HttpResponse:
    """Run one action and show the card as it is afterwards, with words when it was refused."""
    activation = _find(request, activation_id, right)
    error = ""
    try:
        work(activation)
    except HeldByOtherError as refused:
        if refused.name:
            error = _("%(name)s holds this alarm now.") % {"name": refused.name}
        else:
            error = _("Nobody holds this alarm any more: take it first.")
    except NotOpenError as refused:
        words = {
            State.CLOSED: _("This alarm was closed meanwhile."),
            State.NEW: _("This alarm is back in the queue: take it first."),
        }
        error = words.get(State(refused.activation.state), _("This is not possible now."))
    except KeyReusedError:
        error = _("This was sent before with other words. Check the log below.")
    except BadInputError as refused:
        error = refused.text(_)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("duty:card", args=[activation_id]))
    return _card(request, activation_id, error=error)


@require_POST
@requires(ACTIVATION_HANDLE)
def take(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Take this alarm."""
    by, at = _actor(request), timezone.now()
    return _do(request, activation_id, lambda activation: actions.take(activation, by=by, at=at))


@require_POST
@requires(ACTIVATION_HANDLE)
def release(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Put it back into the queue."""
    by, at = _actor(request), timezone.now()
    reason = request.POST.get("reason", "")
    return _do(request, activation_id, lambda a: actions.release(a, reason=reason, by=by, at=at))


@require_POST
@requires(ACTIVATION_TAKE_OVER)
def take_over(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Take it out of somebody's hands."""
    by, at = _actor(request), timezone.now()
    reason = request.POST.get("reason", "")
    return _do(
        request,
        activation_id,
        lambda activation: actions.take_over(activation, reason=reason, by=by, at=at),
        ACTIVATION_TAKE_OVER,
    )


@require_POST
@requires(ACTIVATION_HANDLE)
def note(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Add a note."""
    by, at = _actor(request), timezone.now()
    text, key = request.POST.get("text", ""), request.POST.get("key", "")[:80]
    return _do(request, activation_id, lambda a: actions.note(a, text=text, by=by, at=at, key=key))


@require_POST
@requires(ACTIVATION_HANDLE)
def step(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Record a step."""
    by, at = _actor(request), timezone.now()
    done = request.POST.get("step", "")
    return _do(request, activation_id, lambda a: actions.do_step(a, step=done, by=by, at=at))


@require_POST
@requires(ACTIVATION_HANDLE)
def call(request: HttpRequest, activation_id: int, contact_id: int) -> HttpResponse:
    """Record how a call ended."""
    by, at = _actor(request), timezone.now()
    contact = _contact(by, contact_id)
    outcome = request.POST.get("outcome", "")
    return _do(
        request,
        activation_id,
        lambda a: actions.record_call(a, contact=contact, outcome=outcome, by=by, at=at),
    )


@require_POST
@requires(PASS_PHRASE_LOOK)
def pass_phrase(request: HttpRequest, activation_id: int, contact_id: int) -> HttpResponse:
    """Show a contact's pass-phrase to who holds the alarm."""
    by, at = _actor(request), timezone.now()
    contact = _contact(by, contact_id)
    activation = _find(request, activation_id, PASS_PHRASE_LOOK)
    try:
        phrase = actions.look_at_pass_phrase(activation, contact=contact, by=by, at=at)
    except (AlarmError, BadInputError) as refused:
        raise PermissionDenied from refused
    except SealError:
        phrase = ""
    response = render(request, "web/duty/pass_phrase.html", {"phrase": phrase})
    response["Cache-Control"] = "no-store"
    return response


def _contact(actor: Actor, contact_id: int) -> Contact:
    return get_object_or_404(registry.for_actor(Contact, actor, CONTACT_VIEW), pk=contact_id)


@require_POST
@requires(ACTIVATION_HANDLE)
def close(request: HttpRequest, activation_id: int) -> HttpResponse:
    """Close the alarm with a result."""
    by, at = _actor(request), timezone.now()
    given = {name: request.POST.get(name, "") for name in ("result", "cause", "text")}
    key = request.POST.get("key", "")[:80]
    return _do(request, activation_id, lambda a: actions.close(a, by=by, at=at, key=key, **given))


@require_POST
@requires(ACTIVATION_HANDLE)
def start_shift(request: HttpRequest) -> HttpResponse:
    """Begin a shift at this console."""
    console = request.POST.get("console", "") or _("Console of %(name)s") % {"name": _actor(request).name}
    shifts.start(console=console, by=_actor(request), at=timezone.now())
    return HttpResponseRedirect(reverse("duty:page"))


@require_POST
@requires(ACTIVATION_HANDLE)
def end_shift(request: HttpRequest) -> HttpResponse:
    """End one's shift."""
    shifts.end(by=_actor(request), at=timezone.now())
    return HttpResponseRedirect(reverse("duty:page"))


@require_POST
@requires(ACTIVATION_HANDLE)
def console(request: HttpRequest) -> HttpResponse:
    """What a console says of itself every few seconds."""
    try:
        known = shifts.beat(
            sound=request.POST.get("sound", ""),
            link=request.POST.get("link", ""),
            by=_actor(request),
            at=timezone.now(),
        )
    except BadInputError as refused:
        return HttpResponse(refused.text(_), status=422)
    return HttpResponse(status=204 if known else 205)


@require_GET
@requires(ACTIVATION_VIEW)
def handled(request: HttpRequest) -> HttpResponse:
    """Closed alarms, the newest first, in pages that stay quick at any depth."""
    rows = (
        queries.for_actor(_actor(request))
        .filter(closed_at__isnull=False)
        .select_related("site", "closed_by")
        .order_by("-closed_at", "-id")
    )
    wanted = {
        "result": request.GET.get("result", ""),
        "class": request.GET.get("class", ""),
        "q": request.GET.get("q", "").strip()[:60],
    }
    if wanted["result"] in Result.values:
        rows = rows.filter(result=wanted["result"])
    if wanted["class"] in PriorityClass.values:
        rows = rows.filter(priority_class=wanted["class"])
    if wanted["q"]:
        rows = queries.matching(rows, wanted["q"])
    before = request.GET.get("before", "")
    if before:
        try:
            rows = queries.closed_before(rows, before)
        except ValueError as error:
            raise Http404 from error
    listed = list(rows[: PAGE + 1])
    more = listed[PAGE - 1] if len(listed) > PAGE else None
    return render(
        request,
        "web/duty/handled.html",
        {
            "alarms": [(alarm, _words(alarm)) for alarm in listed[:PAGE]],
            "older": queries.closed_mark(more) if more else "",
            "wanted": wanted,
            "results": Result.choices,
            "classes": PriorityClass.choices,
        },
    )


def _words(alarm: Activation) -> dict[str, str]:
    return {
        "place": presenting.place_of(alarm),
        "what": alarm.text if alarm.fault else presenting.code_text(alarm.scheme, alarm.code),
    }
