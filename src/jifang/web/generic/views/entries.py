"""One row: its page, its history, its form, the steps of its life."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jifang.kernel.errors import BadInputError
from jifang.web.access import View, requires
from jifang.web.generic import history, panels
from jifang.web.generic.forms import EntryForm, ReasonForm
from jifang.web.generic.resource import Change, Resource


def row_or_404(resource: Resource, request: HttpRequest, pk: int, right: str = "") -> Any:
    """Return the row when ``right`` lets the reader reach it; otherwise it does not exist for him."""
    rows = resource.rows(request.actor, right or resource.view_right)  # type: ignore[attr-defined]
    row = rows.filter(pk=pk).select_related(*(resource.detail_related or resource.related)).first()
    if row is None:
        raise Http404
    return row


def _change_of(resource: Resource) -> Change:
    assert resource.change is not None
    return resource.change


def detail_view(resource: Resource) -> View:
    """The page of one row, made of panels."""

    @requires(resource.view_right)
    @require_safe
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        actor = request.actor  # type: ignore[attr-defined]
        row = row_or_404(resource, request, pk)
        drawn = panels.shown_for(resource.key, resource.panels, request, row)
        change = resource.change
        may_change = bool(
            change and actor.may(change.right) and resource.rows(actor, change.right).filter(pk=pk).exists()
        )
        tone, word = resource.badge(row) if resource.badge else ("", "")
        context = {
            "resource": resource,
            "row": row,
            "parents": resource.parents(row) if resource.parents else (),
            "main": [panel for panel in drawn if panel.place == "main"],
            "side": [panel for panel in drawn if panel.place == "side"],
            "tone": tone,
            "word": word,
            "may_change": may_change,
            "may_delete": may_change and bool(change and change.delete),
            "shown_acts": [
                {"act": act, "url": resource.url("act", pk=pk, act=act.key)}
                for act in (change.acts if change and may_change else ())
                if act.may(row)
            ],
            "may_history": bool(resource.history_right and actor.may(resource.history_right)),
            "list_url": resource.url("list"),
            "history_url": resource.url("history", pk=pk) if resource.history_right else "",
            "edit_url": resource.url("edit", pk=pk) if may_change else "",
            "delete_url": resource.url("delete", pk=pk) if may_change and change and change.delete else "",
        }
        return render(request, "web/generic/detail.html", context)

    return view


def history_view(resource: Resource) -> View:
    """Every version of one row. Who may read history but not the row learns who did what, not the values."""

    @requires(resource.history_right)
    @require_safe
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        actor = request.actor  # type: ignore[attr-defined]
        row = resource.rows(actor, resource.history_right).filter(pk=pk).first()
        if row is None:
            raise Http404
        readable = actor.may(resource.view_right)
        changes = history.of_row(resource.model, pk, values=readable)
        context = {
            "resource": resource,
            "row": row,
            "changes": changes,
            "readable": readable,
            "list_url": resource.url("list") if readable else "",
            "back": resource.url_of(row),
        }
        return render(request, "web/generic/history.html", context)

    return view


def create_view(resource: Resource) -> View:
    """An empty form; fields named in the address are filled in."""
    change = _change_of(resource)

    @requires(change.right)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            initial = {name: value for name, value in request.GET.items() if name in change.form.base_fields}
            form = change.form(actor=request.actor, initial=initial)  # type: ignore[attr-defined]
            return _form_page(request, resource, form, ReasonForm())
        form = change.form(request.POST, request.FILES, actor=request.actor)  # type: ignore[attr-defined]
        return _save(request, resource, form, None)

    return view


def update_view(resource: Resource) -> View:
    """The form of one row; it carries the version it was opened on."""
    change = _change_of(resource)

    @requires(change.right)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        row = row_or_404(resource, request, pk, change.right)
        version = getattr(row, "version", None)
        if request.method != "POST":
            form = change.form(instance=row, actor=request.actor)  # type: ignore[attr-defined]
            return _form_page(request, resource, form, ReasonForm(), row=row, version=version)
        form = change.form(request.POST, request.FILES, instance=row, actor=request.actor)  # type: ignore[attr-defined]
        return _save(request, resource, form, row)

    return view


def _save(request: HttpRequest, resource: Resource, form: Any, row: Any) -> HttpResponseBase:
    change = _change_of(resource)
    why = ReasonForm(request.POST)
    posted = request.POST.get("version", "")
    version = int(posted) if posted.isdigit() else None
    if form.is_valid() and why.is_valid():
        told = {"by": request.actor, "at": timezone.now(), "reason": why.cleaned_data["reason"]}  # type: ignore[attr-defined]
        try:
            saved = save(resource, form, row, version=version, **told)
            if change.after_save is not None:
                change.after_save(request, saved, form.cleaned_data)
        except BadInputError as error:
            (why if error.field == "reason" else form).add_error(
                error.field if error.field in (*form.fields, "reason") else None, error.text(_)
            )
        except ValidationError as error:
            _take_over(form, error)
        except IntegrityError:
            form.add_error(
                None, _("Somebody saved the same key at the same moment. Look at the list and try again.")
            )
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved})
            return HttpResponseRedirect(resource.url_of(saved))
    return _form_page(request, resource, form, why, row=row, version=version, status=422)


def save(resource: Resource, form: Any, row: Any, *, version: int | None, **told: Any) -> Any:
    """Hand the form's values to the room's action: the page and the API end here."""
    change = _change_of(resource)
    columns = {field.name for field in (*resource.model._meta.fields, *resource.model._meta.many_to_many)}
    values = {name: value for name, value in form.cleaned_data.items() if name in columns}
    if row is None:
        return change.create({name: v for name, v in values.items() if v is not None}, **told)
    fresh = resource.model._default_manager.get(pk=row.pk)
    return change.update(fresh, values, version=version, **told)


def _take_over(form: EntryForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _form_page(
    request: HttpRequest,
    resource: Resource,
    form: Any,
    why: ReasonForm,
    *,
    row: Any = None,
    version: int | None = None,
    status: int = 200,
) -> HttpResponseBase:
    change = _change_of(resource)
    context = {
        "resource": resource,
        "form": form,
        "why": why,
        "row": row,
        "version": version,
        "groups": [
            {
                "title": group.title,
                "lead": group.lead,
                "fields": [form[name] for name in group.fields if name in form.fields],
            }
            for group in change.fieldsets
        ],
        "multipart": form.is_multipart(),
        "list_url": resource.url("list"),
        "back": resource.url_of(row) if row is not None else resource.url("list"),
    }
    context["groups"] = [group for group in context["groups"] if group["fields"]]
    return render(request, "web/generic/form.html", context, status=status)


def act_view(resource: Resource) -> View:
    """One step of the entry's life, with its reason."""
    change = _change_of(resource)

    @requires(change.right)
    @require_POST
    def view(request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
        row = row_or_404(resource, request, pk, change.right)
        step = next((found for found in change.acts if found.key == act), None)
        if step is None:
            raise Http404
        reason = request.POST.get("reason", "").strip()[:300]
        try:
            step.run(row, by=request.actor, at=timezone.now(), reason=reason)  # type: ignore[attr-defined]
        except BadInputError as error:
            messages.error(request, error.text(_))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("%(act)s: “%(name)s”") % {"act": step.label, "name": row})
        return HttpResponseRedirect(resource.url_of(row))

    return view


def delete_view(resource: Resource) -> View:
    """Remove an entry that has no life of its own."""
    change = _change_of(resource)

    @requires(change.right)
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        row = row_or_404(resource, request, pk, change.right)
        if change.delete is None:
            raise PermissionDenied
        reason = request.POST.get("reason", "").strip()[:300]
        name = str(row)
        try:
            change.delete(row, by=request.actor, at=timezone.now(), reason=reason)  # type: ignore[attr-defined]
        except ProtectedError as error:
            others = ", ".join(str(other) for other in list(error.protected_objects)[:3])
            messages.error(
                request,
                _("“%(name)s” is still used (%(others)s). Take it out there first.")
                % {"name": name, "others": others},
            )
            return HttpResponseRedirect(resource.url_of(row))
        messages.success(request, _("“%(name)s” is removed; its history stays.") % {"name": name})
        return HttpResponseRedirect(resource.url("list"))

    return view
