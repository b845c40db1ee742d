"""Pages of one's own account, the envelope, and the first run."""

from datetime import datetime, time, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jifang.identity import first_run, queries
from jifang.identity import sessions as session_store
from jifang.identity.actions import claim, envelopes
from jifang.identity.actions import tokens as token_actions
from jifang.identity.models import Account
from jifang.kernel.errors import BadInputError
from jifang.web.access import PUBLIC, SIGNED_IN, requires
from jifang.web.account.forms import EnvelopeForm, FirstRunForm, TokenForm
from jifang.web.account.passkeys import why_not
from jifang.web.account.second_factor import remember, step_up
from jifang.web.forms import show
from jifang.web.middleware import PageRequest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EVENTS_SHOWN = 20


@require_GET
@requires(SIGNED_IN)
def overview(request: PageRequest) -> HttpResponse:
    """Keys, sessions and the last events of one's own account."""
    account = _me(request)
    factors = list(Authenticator.objects.filter(user_id=account.pk).order_by("created_at"))
    context = {
        "account": account,
        "app": next((one for one in factors if one.type == Authenticator.Type.TOTP), None),
        "passkeys": [one for one in factors if one.type == Authenticator.Type.WEBAUTHN],
        "codes": next((one for one in factors if one.type == Authenticator.Type.RECOVERY_CODES), None),
        "owes": queries.owes_second_factor(account.pk, at=timezone.now()),
        "passkey_reason": why_not(request),
        "events": queries.own_security_events(request.actor)[:EVENTS_SHOWN],
    }
    return render(request, "account/overview.html", context)


@require_GET
@requires(SIGNED_IN)
def second_factor(request: PageRequest) -> HttpResponse:
    """Why a second factor is needed, and the two ways to set one up."""
    return render(
        request,
        "account/second_factor.html",
        {"passkey_reason": why_not(request), "next": request.GET.get("next", "/")},
    )


@requires(SIGNED_IN)
def add_passkey(request: HttpRequest) -> HttpResponseBase:
    """Enrol a passkey or a security key; on a bare address the page says why that cannot be."""
    if reason := why_not(request):
        return render(request, "account/no_passkey.html", {"reason": reason})
    answer: HttpResponseBase = webauthn.add_webauthn(request)
    return answer


@require_GET
@requires(SIGNED_IN)
def sessions_page(request: PageRequest) -> HttpResponse:
    """Where one is signed in."""
    account = _me(request)
    listed = sorted(UserSession.objects.purge_and_list(account), key=lambda one: one.created_at, reverse=True)
    return render(
        request, "account/sessions.html", {"sessions": listed, "current": request.session.session_key}
    )


@require_POST
@requires(SIGNED_IN)
def end_session(request: PageRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    session = get_object_or_404(UserSession, pk=pk, user_id=request.user.pk)
    session_store.end(session, account=_me(request), at=timezone.now())
    messages.success(request, _("The session was ended."))
    return redirect("account_sessions")


@require_POST
@requires(SIGNED_IN)
def end_other_sessions(request: PageRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    count = session_store.end_all(_me(request), at=timezone.now(), keep=request.session.session_key or "")
    messages.success(request, _("%(count)d other sessions were ended.") % {"count": count})
    return redirect("account_sessions")


@require_GET
@requires(SIGNED_IN)
def tokens(request: PageRequest) -> HttpResponse:
    """One's own API tokens."""
    return render(
        request, "account/tokens.html", {"tokens": queries.own_tokens(request.actor), "now": timezone.now()}
    )


@never_cache
@requires(SIGNED_IN)
@step_up
def new_token(request: PageRequest) -> HttpResponse:
    """Make a token; its secret is shown on the answer and nowhere else."""
    form = TokenForm(request.POST or None, scopes=token_actions.offered_scopes(request.actor))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            token, secret = token_actions.make(
                name=wanted["name"],
                scopes=wanted["scopes"],
                ends_at=_end_of(wanted["ends_on"]),
                by=request.actor,
                at=timezone.now(),
            )
        except BadInputError as error:
            show(form, error)
        else:
            return render(request, "account/token_made.html", {"token": token, "secret": secret})
    return render(request, "account/new_token.html", {"form": form})


@require_POST
@requires(SIGNED_IN)
def revoke_token(request: PageRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    token = get_object_or_404(queries.own_tokens(request.actor), pk=pk)
    token_actions.revoke(token, by=request.actor, at=timezone.now())
    messages.success(request, _("The token was revoked."))
    return redirect("account_tokens")


@never_cache
@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def open_envelope(request: HttpRequest) -> HttpResponse:
    """Open the sealed envelope of the break-glass account."""
    form = EnvelopeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = envelopes.open_envelope(**form.cleaned_data, at=timezone.now())
        except BadInputError as error:
            show(form, error)
        else:
            login(request, account, backend=BACKEND)
            request.session.set_expiry(envelopes.SESSION_LENGTH)
            remember(request.session, account)
            UserSession.objects.create_from_request(request)
            return redirect("/")
    return render(request, "account/envelope.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@requires(PUBLIC)
def first_run_page(request: HttpRequest) -> HttpResponse:
    """Claim a new installation: 404 as soon as somebody has."""
    if not first_run.awaited():
        raise Http404
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = dict(form.cleaned_data)
        wanted.pop("token")
        wanted.pop("password_again")
        try:
            account = claim.claim(**wanted, at=timezone.now())
        except BadInputError as error:
            show(form, error)
        else:
            settings.SETUP_TOKEN_FILE.unlink(missing_ok=True)
            login(request, account, backend=BACKEND)
            UserSession.objects.create_from_request(request)
            return redirect("account_second_factor")
    return render(request, "account/first_run.html", {"form": form})


@requires(PUBLIC)
def no_such_door(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """A door that allauth knows and this house does not have."""
    raise Http404


def _me(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


def _end_of(day: Any) -> datetime:
    """The end of a day in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
