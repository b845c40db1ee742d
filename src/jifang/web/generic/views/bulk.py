"""The same change for many rows: picked ones, or all that the filter finds, up to a bound."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jifang.kernel.errors import BadInputError
from jifang.web.access import View, requires
from jifang.web.generic.counting import BOUND
from jifang.web.generic.forms import ReasonForm
from jifang.web.generic.listing import Listing
from jifang.web.generic.resource import Change, Resource
from jifang.web.scope import scope_of

SAMPLE = 12


def bulk_view(resource: Resource) -> View:
    """First the form with the fields that many may share, then the change: all rows or none."""
    change = resource.change
    assert change is not None

    @requires(change.right)
    @require_POST
    def view(request: HttpRequest) -> HttpResponseBase:
        keys = _keys(request, resource, change)
        back = f"{resource.url('list')}?{QueryDict(request.POST.get('query', '')).urlencode()}"
        if not keys:
            messages.error(request, _("Nothing is selected that you may change."))
            return HttpResponseRedirect(back)
        chosen = [name for name in change.bulk_fields if f"set_{name}" in request.POST]
        if "apply" not in request.POST or not chosen:
            if "apply" in request.POST:
                messages.error(request, _("Tick at least one field that shall change."))
            form = change.form(actor=request.actor, only=change.bulk_fields)  # type: ignore[attr-defined]
            return _page(request, resource, form, ReasonForm(), keys, chosen)
        form = change.form(request.POST, actor=request.actor, only=chosen)  # type: ignore[attr-defined]
        form.importing = True
        for field in form.fields.values():
            field.required = False
        why = ReasonForm(request.POST)
        if _valid(form, chosen) and why.is_valid() and change.update_many is not None:
            try:
                count = change.update_many(
                    keys,
                    {name: form.cleaned_data[name] for name in chosen},
                    by=request.actor,  # type: ignore[attr-defined]
                    at=timezone.now(),
                    reason=why.cleaned_data["reason"],
                )
            except BadInputError as error:
                (why if error.field == "reason" else form).add_error(
                    error.field if error.field in (*form.fields, "reason") else None, error.text(_)
                )
            except ValidationError as error:
                form.add_error(None, error)
            except IntegrityError:
                form.add_error(
                    None, _("At least one of the entries does not allow this value; none was changed.")
                )
            else:
                messages.success(
                    request,
                    _("%(changed)d of %(all)d entries changed.") % {"changed": count, "all": len(keys)},
                )
                return HttpResponseRedirect(back)
        whole = change.form(request.POST, actor=request.actor, only=change.bulk_fields)  # type: ignore[attr-defined]
        whole.importing = True
        whole._errors = form.errors  # type: ignore[attr-defined]
        return _page(request, resource, whole, why, keys, chosen, status=422)

    return view


def _valid(form: Any, chosen: list[str]) -> bool:
    # the instance behind a bulk form is nobody: only errors of the chosen fields count
    form.is_valid()
    for name in list(form.errors):
        if name not in chosen:
            del form._errors[name]
    return not form.errors


def _keys(request: HttpRequest, resource: Resource, change: Change) -> list[int]:
    actor = request.actor  # type: ignore[attr-defined]
    if request.POST.get("all"):
        listing = Listing(
            resource,
            actor,
            QueryDict(request.POST.get("query", "")),
            scope=scope_of(request),
            right=change.right,
        )
        return list(listing.rows.order_by("pk").values_list("pk", flat=True)[:BOUND])
    picked = [int(key) for key in request.POST.getlist("pick") if key.isdigit()][:BOUND]
    return list(resource.rows(actor, change.right).filter(pk__in=picked).values_list("pk", flat=True))


def _page(
    request: HttpRequest,
    resource: Resource,
    form: Any,
    why: ReasonForm,
    keys: list[int],
    chosen: list[str],
    status: int = 200,
) -> HttpResponseBase:
    sample = resource.model._default_manager.select_related(*resource.related).filter(pk__in=keys[:SAMPLE])
    context = {
        "resource": resource,
        "list_url": resource.url("list"),
        "form": form,
        "why": why,
        "keys": keys,
        "fields": [(form[name], name in chosen) for name in form.fields],
        "sample": list(sample),
        "beyond": max(0, len(keys) - SAMPLE),
        "query": request.POST.get("query", ""),
        "bounded": request.POST.get("all") and len(keys) == BOUND,
    }
    return render(request, "web/generic/bulk.html", context, status=status)
