"""The list page, its suggestions, and the views people keep of it."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jifang.web.access import View, requires
from jifang.web.generic.forms import text_of
from jifang.web.generic.listing import SIZES, Listing
from jifang.web.generic.resource import Resource
from jifang.web.generic.resource import resources as all_resources
from jifang.web.models import SavedView
from jifang.web.scope import scope_of

SUGGESTIONS = 12


def list_view(resource: Resource) -> View:
    """The table: filters, order, columns, saved views, pages, bulk bar."""

    @requires(resource.view_right)
    @require_safe
    def view(request: HttpRequest) -> HttpResponseBase:
        actor = request.actor  # type: ignore[attr-defined]
        listing = Listing(resource, actor, request.GET, scope=scope_of(request))
        page = listing.page()
        change = resource.change
        may_change = bool(change and actor.may(change.right))
        more = _rest(listing, resource)
        context = {
            "resource": resource,
            "listing": listing,
            "page": page,
            "filters": listing.filters.form if listing.filters else None,
            "bar": [listing.filters.form[name] for name in resource.bar] if listing.filters else [],
            "more": more,
            "more_open": any(request.GET.get(bound.name) for bound in more),
            "rows": [_drawn(resource, listing, row) for row in page.rows],
            "sizes": SIZES,
            "saved": _saved(resource, request),
            "kept": listing.kept_query(),
            "may_change": may_change,
            "may_bulk": may_change and bool(change and change.update_many and change.bulk_fields),
            "may_import": may_change and bool(change and change.create_rows),
            "may_export": resource.may_export is not None and resource.may_export(actor),
            "scope": scope_of(request),
            "previous_page": page.number - 1,
            "next_page": page.number + 1,
            "column_choice": [(column, column in listing.columns) for column in resource.columns],
            "keep_for_columns": [
                (name, values) for name, values in request.GET.lists() if name not in ("columns", "page")
            ],
            **_addresses(resource),
        }
        return render(request, "web/generic/list.html", context)

    return view


def _addresses(resource: Resource) -> dict[str, str]:
    change = resource.change
    found = {"views_url": resource.url("views")}
    if resource.may_export is not None:
        found["export_url"] = resource.url("export")
    if change is not None:
        found["add_url"] = resource.url("add")
        if change.create_rows is not None:
            found["import_url"] = resource.url("import")
        if change.update_many is not None and change.bulk_fields:
            found["bulk_url"] = resource.url("bulk")
    return found


def _rest(listing: Listing, resource: Resource) -> list[Any]:
    if listing.filters is None:
        return []
    form = listing.filters.form
    return [form[name] for name in form.fields if name not in resource.bar and name != "q"]


def _drawn(resource: Resource, listing: Listing, row: Any) -> dict[str, Any]:
    url = resource.url_of(row)
    return {
        "row": row,
        "url": url,
        "cells": [(column, column.cell(row, url)) for column in listing.columns],
    }


def _saved(resource: Resource, request: HttpRequest) -> list[dict[str, Any]]:
    owner = request.actor.account_id  # type: ignore[attr-defined]
    views = SavedView.objects.filter(Q(owner=owner) | Q(shared=True), resource=resource.key).select_related(
        "owner"
    )
    here = QueryDict(request.GET.urlencode(), mutable=True)
    for noise in ("page", "count"):
        here.pop(noise, None)
    return [
        {
            "view": view,
            "own": view.owner_id == owner,
            "url": f"?{view.query}" if view.query else request.path,
            "drop_url": resource.url("view-drop", pk=view.pk),
            "current": QueryDict(view.query) == here and bool(view.query),
        }
        for view in views[:60]
    ]


def suggest_view(resource: Resource) -> View:
    """Options for a lookup field: a dozen rows that the words find, as the text that finds them again."""

    @requires(resource.view_right)
    @require_safe
    def view(request: HttpRequest) -> HttpResponseBase:
        field = request.GET.get("field", "q")
        words = request.GET.get(field, "") or request.GET.get("q", "")
        code = resource.search.codes[0] if resource.search and resource.search.codes else ""
        rows = resource.rows(request.actor, resource.view_right)  # type: ignore[attr-defined]
        site = request.GET.get("site", "")
        if site and any(one.name == "site" for one in resource.model._meta.fields):
            rows = rows.filter(site__code=site.split(" ")[0])
        if resource.search and words.strip():
            found = resource.search.best(rows, words, resource.related)
        else:
            found = list(rows.select_related(*resource.related).order_by(*resource.order)[:SUGGESTIONS])
        options = [{"text": text_of(row, code), "note": _note(resource, row)} for row in found]
        return render(request, "web/generic/options.html", {"options": options})

    return view


def _note(resource: Resource, row: Any) -> str:
    column = next((c for c in resource.columns if c.key == "site"), None)
    return column.text(row) if column else ""


def save_view_view(resource: Resource) -> View:
    """Keep the list as it is shown now under a name, for oneself or for everybody who may open it."""

    @requires(resource.view_right)
    @require_POST
    def view(request: HttpRequest) -> HttpResponseBase:
        name = request.POST.get("name", "").strip()[:60]
        query = QueryDict(request.POST.get("query", "")).urlencode()
        target = f"{resource.url('list')}?{query}" if query else resource.url("list")
        if not name:
            messages.error(request, _("Give the view a name."))
            return HttpResponseRedirect(target)
        try:
            with transaction.atomic():
                SavedView.objects.update_or_create(
                    owner_id=request.actor.account_id,  # type: ignore[attr-defined]
                    resource=resource.key,
                    name=name,
                    defaults={"query": query, "shared": bool(request.POST.get("shared"))},
                    create_defaults={
                        "query": query,
                        "shared": bool(request.POST.get("shared")),
                        "created_at": timezone.now(),
                    },
                )
        except IntegrityError:
            messages.error(request, _("A view of that name was saved at the same moment. Try again."))
        else:
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": name})
        return HttpResponseRedirect(target)

    return view


def drop_view_view(resource: Resource) -> View:
    """Remove one of one's own saved views."""

    @requires(resource.view_right)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        SavedView.objects.filter(
            pk=pk,
            owner=request.actor.account_id,  # type: ignore[attr-defined]
            resource=resource.key,
        ).delete()
        messages.success(request, _("The view is removed."))
        return HttpResponseRedirect(resource.url("list"))

    return view


def search_view(request: HttpRequest) -> HttpResponse:
    """Search every list the reader may open; a few best hits of each, and the way to all of them."""
    from_query = request.GET.get("q", "").strip()[:100]
    groups = _groups(request, from_query) if from_query else []
    return render(
        request,
        "web/generic/search.html",
        {"query": from_query, "groups": groups, "found": any(group["hits"] for group in groups)},
    )


def _groups(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    actor = request.actor  # type: ignore[attr-defined]
    scope = scope_of(request)
    groups = []
    for resource in searchable():
        if not actor.may(resource.view_right):
            continue
        listing = Listing(resource, actor, QueryDict(), scope=scope)
        assert resource.search is not None
        hits = resource.search.best(listing.rows, query, resource.related)
        if hits:
            groups.append(
                {
                    "resource": resource,
                    "hits": [
                        {"url": resource.url_of(row), "title": str(row), "cells": _facts(resource, row)}
                        for row in hits
                    ],
                    "all": f"{resource.url('list')}?{urlencode({'q': query})}",
                }
            )
    return groups


def _facts(resource: Resource, row: Any) -> list[str]:
    facts = [column.text(row) for column in resource.columns if column.default and not column.link]
    return [fact for fact in facts if fact][:4]


def searchable() -> list[Resource]:
    """The resources that the search looks through, the most likely first."""
    found = [resource for resource in all_resources() if resource.search is not None]
    return sorted(found, key=lambda resource: resource.search.order if resource.search else 0)
