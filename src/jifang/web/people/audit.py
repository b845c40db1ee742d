"""The auditor's pages: acts, sign-ins, the ledger."""

from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jifang.identity import ledger, ledger_key, queries, rights
from jifang.identity.models import LedgerCheckpoint, SecurityEvent
from jifang.ledger import bundle, canonical
from jifang.ledger.errors import ProofError
from jifang.web.access import requires
from jifang.web.account.second_factor import step_up
from jifang.web.middleware import PageRequest

PAGE = 50
BUNDLE_MOST = 10_000


class Slice:
    """One page of a list that only grows: counting all of it would cost more than it tells."""

    def __init__(self, rows: models.QuerySet[Any], before: str, field: str = "pk") -> None:
        if before.isdecimal():
            rows = rows.filter(**{f"{field}__lt": int(before)})
        found = list(rows.order_by(f"-{field}")[: PAGE + 1])
        self.rows = found[:PAGE]
        self.older = getattr(self.rows[-1], field) if len(found) > PAGE else None


@require_GET
@requires(rights.AUDIT_VIEW)
def door(request: PageRequest) -> HttpResponse:
    """Every sign-in, failed or not, and every change of keys."""
    rows = queries.security_events(request.actor)
    kind = request.GET.get("kind", "")
    if kind in SecurityEvent.Kind.values:
        rows = rows.filter(kind=kind)
    username = request.GET.get("q", "").strip()
    if username:
        rows = rows.filter(username=username)
    page = Slice(rows, request.GET.get("before", ""))
    context = {"page": page, "kind": kind, "q": username, "kinds": SecurityEvent.Kind.choices}
    return render(request, "people/door.html", context)


@require_GET
@requires(rights.AUDIT_VIEW)
def acts(request: PageRequest) -> HttpResponse:
    """What was done: who, when, why."""
    rows = queries.acts(request.actor)
    account = request.GET.get("account", "")
    if account.isdecimal():
        rows = rows.filter(actor_id=int(account))
    page = Paginator(rows.order_by("-created_at", "id"), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/acts.html", {"page": page, "account": account})


@require_GET
@requires(rights.AUDIT_VIEW)
def act(request: PageRequest, pk: Any) -> HttpResponse:
    """One act: which rows of which kind it touched, and which of their fields. The values stay in their
    rooms."""
    context = get_object_or_404(queries.acts(request.actor), pk=pk)
    touched = []
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is None or not any(field.name == "pgh_context" for field in model._meta.fields):
            continue
        events: Any = model._default_manager.filter(pgh_context_id=pk).order_by("pgh_id")[:PAGE]
        for event in events:
            touched.append(
                {
                    "kind": tracked._meta.verbose_name,
                    "key": event.pgh_obj_id,
                    "label": {"insert": _("created"), "update": _("changed"), "delete": _("removed")}.get(
                        event.pgh_label, event.pgh_label
                    ),
                }
            )
    return render(request, "people/act.html", {"act": context, "touched": touched})


@require_GET
@requires(rights.LEDGER_VIEW)
def ledger_page(request: PageRequest) -> HttpResponse:
    """The ledger: where it stands, its last entries, its key."""
    rows = queries.ledger_entries(request.actor).select_related("account", "place")
    kind = request.GET.get("kind", "").strip()
    if kind:
        rows = rows.filter(kind=kind)
    page = Slice(rows, request.GET.get("before", ""))
    context = {
        "page": page,
        "kind": kind,
        "standing": ledger.standing(),
        "key": ledger_key.verifier_key(),
        "checkpoints": LedgerCheckpoint.objects.all()[:5],
        "may_export": queries.reaches_everything(request.actor.exporting(), rights.LEDGER_VIEW),
    }
    return render(request, "people/ledger.html", context)


@require_GET
@requires(rights.LEDGER_VIEW)
def ledger_entry(request: PageRequest, pk: int) -> HttpResponse:
    """One entry as it stands in the tree, with what still lies behind its commitments."""
    entry = get_object_or_404(queries.ledger_entries(request.actor).select_related("account", "place"), pk=pk)
    context = {
        "entry": entry,
        "content": canonical.decode(bytes(entry.content)),
        "text": bytes(entry.content).decode(),
        "openings": entry.openings.order_by("pointer"),
    }
    return render(request, "people/ledger_entry.html", context)


@require_GET
@requires(rights.LEDGER_VIEW)
@step_up
def ledger_bundle(request: PageRequest) -> HttpResponse:
    """A bundle for the offline verifier: entries with their proofs; only for a grant that may export.

    The bundle of a range holds everybody's entries, so it is for an auditor whose reach is the whole
    installation; personal data are not laid open in it.
    """
    if not queries.reaches_everything(request.actor.exporting(), rights.LEDGER_VIEW):
        raise Http404
    first, end = request.GET.get("first", ""), request.GET.get("end", "")
    if not (first.isdecimal() and end.isdecimal()) or int(end) - int(first) > BUNDLE_MOST:
        text = _("Give first and end as numbers, at most %(most)d entries apart.") % {"most": BUNDLE_MOST}
        return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
    try:
        content = ledger.export(bundle.Range(int(first), int(end)))
    except ProofError as error:
        return HttpResponse(
            _("No bundle of these entries: %(why)s") % {"why": error.text(_)},
            status=422,
            content_type="text/plain; charset=utf-8",
        )
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="ledger-{first}-{end}.json"'
    return answer


@require_GET
@requires(rights.LEDGER_VIEW)
def ledger_checkpoint(request: PageRequest) -> HttpResponse:
    """The last signed checkpoint as text, to be deposited outside of this house."""
    last = LedgerCheckpoint.objects.first()
    if last is None:
        raise Http404
    return HttpResponse(last.note, content_type="text/plain; charset=utf-8")
