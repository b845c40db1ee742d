"""People: who they are, what they may do, and the end of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jifang.identity import queries, rights
from jifang.identity.actions import accounts as account_actions
from jifang.identity.actions import envelopes
from jifang.identity.actions import grants as grant_actions
from jifang.identity.actions import tokens as token_actions
from jifang.identity.models import Account, ApiToken, Grant, Seal
from jifang.identity.roles import EXCLUSIVE, GRANTABLE, SECOND_FACTOR_ROLES, Role, all_rights
from jifang.kernel.errors import BadInputError
from jifang.web.access import requires
from jifang.web.account.second_factor import step_up
from jifang.web.forms import show
from jifang.web.generic import history
from jifang.web.middleware import PageRequest
from jifang.web.people.forms import AccountForm, GrantForm, NewAccountForm, ReasonForm, grantable

PAGE = 50
STATES = ("open", "closed", "all")
PERIODS = ("now", "ending", "ended", "all")
ENDING_DAYS = 30


@require_GET
@requires(rights.ACCOUNT_VIEW)
def accounts(request: PageRequest) -> HttpResponse:
    """Everybody one may see, with what each holds now."""
    text = request.GET.get("q", "").strip()
    role = request.GET.get("role", "")
    state = request.GET.get("state", "open")
    now = timezone.now()
    rows = queries.accounts(request.actor).select_related("organisation")
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(username__icontains=text)
            | Q(badge=text)
            | Q(organisation__name__icontains=text)
        )
    if state in ("open", "closed"):
        rows = rows.filter(is_active=state == "open")
    if role in Role.values:
        rows = rows.filter(pk__in=Grant.objects.filter(queries.in_force(now), role=role).values("account_id"))
    held = Grant.objects.filter(queries.in_force(now)).select_related("region", "organisation")
    page = Paginator(rows.prefetch_related(Prefetch("grants", held, to_attr="held")), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "q": text,
        "role": role,
        "state": state if state in STATES else "open",
        "roles": Role.choices,
        "may_manage": request.actor.may(rights.ACCOUNT_MANAGE),
    }
    return render(request, "people/accounts.html", context)


@require_GET
@requires(rights.ACCOUNT_VIEW)
def account(request: PageRequest, pk: int) -> HttpResponse:
    """One person: data, grants, effective rights, keys, history."""
    person = get_object_or_404(queries.accounts(request.actor).select_related("organisation__region"), pk=pk)
    now = timezone.now()
    given = list(
        person.grants.select_related("region", "organisation", "granted_by", "ended_by").order_by(
            "-starts_at"
        )
    )
    in_force = [one for one in given if one.starts_at <= now and (one.ends_at is None or one.ends_at > now)]
    manage = queries.accounts(request.actor, rights.ACCOUNT_MANAGE).filter(pk=pk).exists()
    context = {
        "person": person,
        "given": given,
        "in_force": {one.pk for one in in_force},
        "effective": _effective(in_force if person.is_active else []),
        "owes": queries.owes_second_factor(person.pk, at=now),
        "factors": list(
            Authenticator.objects.filter(user_id=person.pk)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .values_list("type", flat=True)
        ),
        "sessions": UserSession.objects.filter(user_id=person.pk).count(),
        "tokens": ApiToken.objects.filter(account=person, revoked_at__isnull=True, ends_at__gt=now),
        "manage": manage and person.pk != request.actor.account_id and person.is_active,
        "may_grant": bool(grantable(request.actor)) and person.pk != request.actor.account_id,
        # Who reads only who did what learns which fields changed, not what they hold.
        "changes": history.of_row(Account, person.pk, values=manage),
        "may_audit": request.actor.may(rights.AUDIT_VIEW),
    }
    return render(request, "people/account.html", context)


def _effective(in_force: list[Grant]) -> list[dict[str, Any]]:
    """Which right comes from which grant: the explanation of what a person may do."""
    rows = []
    for right, roles in sorted(all_rights().items()):
        sources = [grant for grant in in_force if grant.role in roles]
        if sources:
            rows.append(
                {"right": right, "sources": sources, "export": any(one.may_export for one in sources)}
            )
    return rows


@require_http_methods(["GET", "POST"])
@requires(rights.ACCOUNT_MANAGE)
@step_up
def new_account(request: PageRequest) -> HttpResponse:
    """Open an account; the person chooses the password through a one-time link."""
    form = NewAccountForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            person = account_actions.create(**form.cleaned_data, by=request.actor, at=timezone.now())
            link = account_actions.issue_link(
                person,
                reason=form.cleaned_data["reason"] or _("new account"),
                by=request.actor,
                at=timezone.now(),
            )
        except BadInputError as error:
            show(form, error)
        else:
            return _link_page(request, person, link)
    return render(
        request, "people/form.html", {"form": form, "title": _("New person"), "submit": _("Open account")}
    )


@require_http_methods(["GET", "POST"])
@requires(rights.ACCOUNT_MANAGE)
def edit_account(request: PageRequest, pk: int) -> HttpResponse:
    """Change what is known of a person."""
    person = _managed(request, pk)
    form = AccountForm(
        request.POST or None,
        actor=request.actor,
        initial={
            "name": person.name,
            "organisation": person.organisation,
            "badge": person.badge,
            "phone": person.phone,
            "email": person.email,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            account_actions.edit(person, **form.cleaned_data, by=request.actor, at=timezone.now())
        except BadInputError as error:
            show(form, error)
        else:
            return redirect("people:account", pk=pk)
    return render(
        request,
        "people/form.html",
        {"form": form, "person": person, "title": person.name, "submit": _("Save")},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@requires(rights.ACCOUNT_MANAGE)
@step_up
def issue_link(request: PageRequest, pk: int) -> HttpResponse:
    """Hand out a one-time link to choose a password."""

    def act(person: Account, reason: str) -> HttpResponse:
        link = account_actions.issue_link(person, reason=reason, by=request.actor, at=timezone.now())
        return _link_page(request, person, link)

    return _with_reason(
        request,
        pk,
        act,
        title=_("One-time link"),
        text=_(
            "The person opens it and chooses a password. "
            "It works once, for one day; the old password stays until then."
        ),
        submit=_("Make link"),
    )


@require_http_methods(["GET", "POST"])
@requires(rights.ACCOUNT_MANAGE)
@step_up
def reset_second_factor(request: PageRequest, pk: int) -> HttpResponse:
    """Take away lost second factors."""

    def act(person: Account, reason: str) -> HttpResponse:
        account_actions.reset_second_factor(person, reason=reason, by=request.actor, at=timezone.now())
        messages.success(request, _("The second factors were removed and the sessions ended."))
        return redirect("people:account", pk=pk)

    return _with_reason(
        request,
        pk,
        act,
        title=_("Remove second factors"),
        text=_(
            "For a lost telephone or key. Make sure whom you speak to: every session ends, "
            "and the next sign-in asks to set up a new factor where the role needs one."
        ),
        submit=_("Remove second factors"),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@requires(rights.ACCOUNT_MANAGE)
@step_up
def close_account(request: PageRequest, pk: int) -> HttpResponse:
    """Close an account everywhere at once."""

    def act(person: Account, reason: str) -> HttpResponse:
        account_actions.close(person, reason=reason, by=request.actor, at=timezone.now())
        messages.success(request, _("The account is closed everywhere."))
        return redirect("people:account", pk=pk)

    return _with_reason(
        request,
        pk,
        act,
        title=_("Close account"),
        text=_(
            "Password, second factors, sessions, tokens and grants end together, now. "
            "What the person did stays on record."
        ),
        submit=_("Close account"),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@requires(rights.GRANT_MANAGE)
@step_up
def new_grant(request: PageRequest, pk: int) -> HttpResponse:
    """Grant a role to a person."""
    person = get_object_or_404(queries.accounts(request.actor, rights.GRANT_MANAGE), pk=pk)
    form = GrantForm(
        request.POST or None,
        actor=request.actor,
        account=person,
        initial={"starts_on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        starts_at, ends_at = form.period()
        now = timezone.now()
        try:
            grant_actions.give(
                person,
                role=wanted["role"],
                region=wanted["region"],
                organisation=wanted["organisation"],
                may_export=wanted["may_export"],
                starts_at=max(starts_at, now) if starts_at else None,
                ends_at=ends_at,
                reason=wanted["reason"],
                by=request.actor,
                at=now,
            )
        except BadInputError as error:
            show(form, error)
        except PermissionDenied:
            form.add_error(
                None,
                _("This reaches beyond your own grants. Choose a narrower role, region or organisation."),
            )
        else:
            return redirect("people:account", pk=pk)
    return render(
        request,
        "people/form.html",
        {
            "form": form,
            "person": person,
            "title": _("New grant for %(name)s") % {"name": person.name},
            "submit": _("Grant"),
        },
    )


@require_GET
@requires(rights.ACCOUNT_VIEW)
def grants(request: PageRequest) -> HttpResponse:
    """Every grant one may see: in force, ending soon, ended."""
    now = timezone.now()
    period = request.GET.get("period", "now")
    rows: QuerySet[Grant] = queries.grants(request.actor).select_related(
        "account__organisation", "region", "organisation", "granted_by"
    )
    if period == "now":
        rows = rows.filter(queries.in_force(now))
    elif period == "ending":
        rows = rows.filter(queries.in_force(now), ends_at__lt=now + timedelta(days=ENDING_DAYS))
    elif period == "ended":
        rows = rows.filter(ends_at__lte=now)
    role = request.GET.get("role", "")
    if role in Role.values:
        rows = rows.filter(role=role)
    page = Paginator(rows.order_by("-starts_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "now": now,
        "period": period if period in PERIODS else "all",
        "role": role,
        "roles": Role.choices,
        "may_end": request.actor.may(rights.GRANT_MANAGE),
    }
    return render(request, "people/grants.html", context)


@require_http_methods(["GET", "POST"])
@requires(rights.GRANT_MANAGE)
@step_up
def end_grant(request: PageRequest, pk: int) -> HttpResponse:
    """End a grant now."""
    grant = get_object_or_404(
        queries.grants(request.actor, rights.GRANT_MANAGE).select_related(
            "account", "region", "organisation"
        ),
        pk=pk,
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grant_actions.end(grant, reason=form.cleaned_data["reason"], by=request.actor, at=timezone.now())
        except BadInputError as error:
            show(form, error)
        else:
            messages.success(request, _("The grant has ended."))
            return redirect("people:account", pk=grant.account_id)
    return render(
        request,
        "people/form.html",
        {
            "form": form,
            "person": grant.account,
            "title": _("End grant"),
            "text": f"{grant.account.name}: {grant}",
            "submit": _("End grant"),
            "danger": True,
        },
    )


@require_POST
@requires(rights.ACCOUNT_MANAGE)
def revoke_token(request: PageRequest, pk: int) -> HttpResponse:
    """Revoke a token of somebody whose account one manages."""
    token = get_object_or_404(
        ApiToken, pk=pk, account__in=queries.accounts(request.actor, rights.ACCOUNT_MANAGE)
    )
    token_actions.revoke(token, by=request.actor, at=timezone.now())
    messages.success(request, _("The token was revoked."))
    return redirect("people:account", pk=token.account_id)


@require_GET
@requires(rights.ACCOUNT_VIEW)
def roles(request: PageRequest) -> HttpResponse:
    """The table of roles and rights, as the code has it."""
    table = [
        {"right": right, "cells": [role in holders for role in Role]}
        for right, holders in sorted(all_rights().items())
    ]
    context = {
        "roles": [
            {
                "label": role.label,
                "second_factor": role in SECOND_FACTOR_ROLES,
                "exclusive": role in EXCLUSIVE,
                "grants": [one.label for one in Role if one in GRANTABLE.get(role, frozenset())],
            }
            for role in Role
        ],
        "table": table,
    }
    return render(request, "people/roles.html", context)


@require_GET
@requires(rights.SEAL_MANAGE)
def envelope(request: PageRequest) -> HttpResponse:
    """The break-glass envelopes: the one in force, and what happened to the others."""
    seals = list(Seal.objects.select_related("sealed_by")[:PAGE])
    current = next((one for one in seals if one.replaced_at is None), None)
    return render(request, "people/envelope.html", {"seals": seals, "current": current})


@never_cache
@require_POST
@requires(rights.SEAL_MANAGE)
@step_up
def seal_envelope(request: PageRequest) -> HttpResponse:
    """Seal a new envelope; the answer is the paper to print."""
    sealed, secret = envelopes.seal(by=request.actor, at=timezone.now())
    context = {
        "seal": sealed,
        "secret": secret,
        "address": request.build_absolute_uri(reverse("account_open_envelope")),
    }
    return render(request, "people/envelope_paper.html", context)


def _managed(request: PageRequest, pk: int) -> Account:
    person: Account = get_object_or_404(queries.accounts(request.actor, rights.ACCOUNT_MANAGE), pk=pk)
    return person


def _with_reason(
    request: PageRequest,
    pk: int,
    act: Callable[[Account, str], HttpResponse],
    *,
    title: str,
    text: str,
    submit: str,
    danger: bool = False,
) -> HttpResponse:
    """Ask why, then act; refusals stand above the form."""
    person = _managed(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return act(person, form.cleaned_data["reason"])
        except BadInputError as error:
            show(form, error)
        except PermissionDenied:
            form.add_error(
                None, _("This person holds more than you could grant. Ask a higher administrator.")
            )
    context = {
        "form": form,
        "person": person,
        "title": title,
        "text": text,
        "submit": submit,
        "danger": danger,
    }
    return render(request, "people/form.html", context)


def _link_page(request: HttpRequest, person: Account, link: account_actions.Link) -> HttpResponse:
    address = request.build_absolute_uri(
        reverse("account_reset_password_from_key", kwargs={"uidb36": link.uid, "key": link.key})
    )
    return render(request, "people/link.html", {"person": person, "address": address})
