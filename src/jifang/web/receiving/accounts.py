"""Accounts of panels: list, one account with its paths, and the forms that change them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jifang.kernel.errors import BadInputError
from jifang.operations.alarms.models import AccountPath, AlarmAccount, PathState
from jifang.operations.alarms.receiving import actions, queries
from jifang.operations.alarms.receiving.rights import ACCOUNT_EDIT, ACCOUNT_VIEW, REFUSAL_VIEW
from jifang.web.access import requires
from jifang.web.account.second_factor import step_up
from jifang.web.forms import show
from jifang.web.generic import history
from jifang.web.middleware import PageRequest
from jifang.web.receiving.forms import AccountForm, ClearForm, KeyForm, PathForm
from jifang.web.receiving.presenting import state_badge

PAGE = 50
STATES = ("failed", "late", "waiting", "ok")
RANK = {"failed": 4, "late": 3, "waiting": 2, "ok": 1}


@require_GET
@requires(ACCOUNT_VIEW)
def page(request: PageRequest) -> HttpResponse:
    """Every account within reach, with the worst state of its paths."""
    words = request.GET.get("q", "").strip().lstrip("#")
    state = request.GET.get("state", "")
    rows = queries.accounts(request.actor).select_related("site")
    if words:
        rows = rows.filter(
            Q(number__istartswith=words) | Q(name__icontains=words) | Q(site__name__icontains=words)
            | Q(site__code__iexact=words)
        )  # fmt: skip
    listed = queries.with_state(rows).order_by("book", "number")
    if state in STATES:
        listed = listed.filter(worst=RANK[state])
    shown = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    ranks = {rank: name for name, rank in RANK.items()}
    for account in shown:
        account.badge = state_badge(ranks.get(account.worst))
    context = {
        "page": shown,
        "q": words,
        "state": state,
        "states": PathState.State.choices,
        "may_edit": request.actor.may(ACCOUNT_EDIT),
        "strangers": len(queries.strangers(request.actor)),
    }
    return render(request, "web/receiving/accounts.html", context)


@require_GET
@requires(ACCOUNT_VIEW)
def detail(request: PageRequest, pk: int) -> HttpResponse:
    """One account: settings, paths and their supervision, refusals, history."""
    account = get_object_or_404(queries.accounts(request.actor).select_related("site"), pk=pk)
    now = timezone.now()
    paths = []
    for path in queries.paths_of(account):
        supervision = getattr(path, "supervision", None)
        supervised = path.interval_seconds is not None
        paths.append(
            (
                path,
                supervision,
                state_badge(supervision.state if supervision else None, supervised=supervised),
            )
        )
    refused = []
    if request.actor.may(REFUSAL_VIEW):
        refused = list(
            queries.refusals(request.actor).filter(account_ref=account).order_by("-received_at")[:5]
        )
    context = {
        "account": account,
        "paths": paths,
        "refused": refused,
        "clear_allowed": account.clear_allowed_until is not None and account.clear_allowed_until > now,
        "may_edit": queries.accounts(request.actor, ACCOUNT_EDIT).filter(pk=pk).exists(),
        "history": history.of_row(AlarmAccount, pk),
    }
    return render(request, "web/receiving/account.html", context)


def _form_page(
    request: HttpRequest, form: forms.BaseForm, title: str, submit: str, back: str, *, lead: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "back": back, "lead": lead}
    return render(request, "web/receiving/form.html", context, status=422 if form.errors else 200)


def _done(form: forms.BaseForm, act: Callable[[], Any]) -> Any:
    """Run the action with the form's values; a refusal goes to its field."""
    try:
        return act()
    except BadInputError as error:
        show(form, error)
        return None


@require_http_methods(["GET", "POST"])
@requires(ACCOUNT_EDIT)
def new(request: PageRequest) -> HttpResponse:
    """Register an account; a sender nobody knows yet brings its number along."""
    initial = {"number": request.GET.get("number", "")[:32].rpartition("/")[2]}
    form = AccountForm(request.POST or None, initial=initial, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        values, at = form.cleaned_data, timezone.now()
        account = _done(
            form, lambda: actions.create_account(values, by=request.actor, at=at, reason=values["reason"])
        )
        if account is not None:
            messages.success(request, _("Account registered. Now give it a path, and its key if it has one."))
            return redirect("receiving:account", pk=account.pk)
    return _form_page(request, form, _("New alarm account"), _("Register"), "../")


@require_http_methods(["GET", "POST"])
@requires(ACCOUNT_EDIT)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change an account."""
    account = get_object_or_404(queries.accounts(request.actor, ACCOUNT_EDIT).select_related("site"), pk=pk)
    form = AccountForm(request.POST or None, instance=account, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        values, at = form.cleaned_data, timezone.now()
        if _done(
            form,
            lambda: actions.edit_account(account, values, by=request.actor, at=at, reason=values["reason"]),
        ):
            messages.success(request, _("Saved."))
            return redirect("receiving:account", pk=pk)
    return _form_page(request, form, _("Change account #%s") % account.number, _("Save"), "../")


@require_http_methods(["GET", "POST"])
@never_cache
@requires(ACCOUNT_EDIT)
@step_up
def key(request: PageRequest, pk: int) -> HttpResponse:
    """Give an account its key, or take it away."""
    account = get_object_or_404(queries.accounts(request.actor, ACCOUNT_EDIT), pk=pk)
    form = KeyForm(request.POST or None, initial={"mode": account.key_mode})
    if request.method == "POST" and form.is_valid():
        values, at = form.cleaned_data, timezone.now()

        def act() -> bool:
            actions.set_key(
                account,
                mode=values["mode"],
                text=values["key"],
                by=request.actor,
                at=at,
                reason=values["reason"],
            )
            return True

        if _done(form, act):
            messages.success(request, _("The key is set; the gateway uses it from now on."))
            return redirect("receiving:account", pk=pk)
    lead = _("With a key, frames that come unencrypted are refused.")
    return _form_page(
        request, form, _("Key of account #%s") % account.number, _("Set the key"), "../", lead=lead
    )


@require_http_methods(["GET", "POST"])
@requires(ACCOUNT_EDIT)
@step_up
def clear(request: PageRequest, pk: int) -> HttpResponse:
    """Let clear frames through for a period."""
    account = get_object_or_404(queries.accounts(request.actor, ACCOUNT_EDIT), pk=pk)
    form = ClearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values, at = form.cleaned_data, timezone.now()

        def act() -> bool:
            actions.allow_clear(
                account, until=values["until"], by=request.actor, at=at, reason=values["reason"]
            )
            return True

        if _done(form, act):
            messages.success(request, _("Saved."))
            return redirect("receiving:account", pk=pk)
    title = _("Clear frames of account #%s") % account.number
    lead = _("For the time a panel cannot encrypt. Every such frame can be read and forged on the way.")
    return _form_page(request, form, title, _("Save"), "../", lead=lead)


def _path_form(request: PageRequest, account: AlarmAccount, path: AccountPath, title: str) -> HttpResponse:
    form = PathForm(request.POST or None, instance=path)
    if request.method == "POST" and form.is_valid():
        values, at = form.cleaned_data, timezone.now()
        if _done(form, lambda: actions.save_path(account, path, values, by=request.actor, at=at)):
            messages.success(request, _("Saved."))
            return redirect("receiving:account", pk=account.pk)
    return _form_page(request, form, title, _("Save"), "../../")


@require_http_methods(["GET", "POST"])
@requires(ACCOUNT_EDIT)
def path_new(request: PageRequest, pk: int) -> HttpResponse:
    """Add a path."""
    account = get_object_or_404(queries.accounts(request.actor, ACCOUNT_EDIT), pk=pk)
    return _path_form(request, account, AccountPath(), _("New path of account #%s") % account.number)


@require_http_methods(["GET", "POST"])
@requires(ACCOUNT_EDIT)
def path_edit(request: PageRequest, pk: int, path_id: int) -> HttpResponse:
    """Change a path."""
    account = get_object_or_404(queries.accounts(request.actor, ACCOUNT_EDIT), pk=pk)
    path = get_object_or_404(queries.paths_of(account), pk=path_id)
    return _path_form(request, account, path, _("Path of account #%s") % account.number)


@require_POST
@requires(ACCOUNT_EDIT)
def path_delete(request: PageRequest, pk: int, path_id: int) -> HttpResponse:
    """Remove a path."""
    account = get_object_or_404(queries.accounts(request.actor, ACCOUNT_EDIT), pk=pk)
    path = get_object_or_404(queries.paths_of(account), pk=path_id)
    actions.delete_path(account, path, by=request.actor, at=timezone.now())
    messages.success(request, _("The path is removed; it is supervised no longer."))
    return redirect("receiving:account", pk=pk)


@require_GET
@requires(ACCOUNT_VIEW)
def unregistered(request: PageRequest) -> HttpResponse:
    """Who reports without being registered."""
    context = {"rows": queries.strangers(request.actor), "may_edit": request.actor.may(ACCOUNT_EDIT)}
    return render(request, "web/receiving/unregistered.html", context)
