"""When a session counts as having passed a second factor, and the step-up before sensitive acts."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from jifang.identity.models import Account
from jifang.identity.sessions import SECOND_FACTOR

View = Callable[..., HttpResponseBase]


def remember(session: SessionBase, account: Account) -> None:
    """Note that this session passed a second factor, or just enrolled one, as ``account``."""
    session[SECOND_FACTOR] = {"account": account.pk, "at": time.time()}


def step_up(view: View) -> View:
    """Let the view run only for somebody who proved himself within the last five minutes.

    With a second factor enrolled that factor is asked for, otherwise the password. A POST is kept and done
    after the proof. For sensitive acts: grants, closing accounts, tokens, envelopes, exports, decisions.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not recently_proved(request):
            asked: HttpResponseBase = suspend_request(request, reverse(_proof_of(request)))
            return asked
        return view(request, *args, **kwargs)

    guarded.step_up = True  # type: ignore[attr-defined]
    return guarded


def recently_proved(request: HttpRequest) -> bool:
    """Whether the strongest proof this account has was given within the last five minutes."""
    user = request.user
    if not isinstance(user, Account):
        return False
    kept = request.session.get(SECOND_FACTOR)
    if kept and kept.get("account") == user.pk:
        newest = kept["at"]
    elif _factors(user).exists():
        return False
    else:
        records = get_authentication_records(request, user)
        newest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - newest < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def _factors(account: Account) -> Any:
    return Authenticator.objects.filter(
        user_id=account.pk, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )


def _proof_of(request: HttpRequest) -> str:
    kinds = set(_factors(request.user).values_list("type", flat=True))  # type: ignore[arg-type]
    if not kinds:
        return "account_reauthenticate"
    return "mfa_reauthenticate" if Authenticator.Type.TOTP in kinds else "mfa_reauthenticate_webauthn"
