"""What allauth reports: noted in the security log, and the second factor remembered in the session."""

from typing import Any

from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_reset,
    user_logged_in,
    user_logged_out,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.http import HttpRequest
from django.utils import timezone

from jifang.identity import security_log
from jifang.identity.models import Account
from jifang.web.account.second_factor import remember

Kind = security_log.Kind


def connect() -> None:
    """Listen; connecting twice is harmless."""
    authentication_step_completed.connect(step_completed, dispatch_uid="jifang.step_completed")
    authenticator_added.connect(factor_added, dispatch_uid="jifang.factor_added")
    authenticator_removed.connect(factor_removed, dispatch_uid="jifang.factor_removed")
    authenticator_reset.connect(codes_renewed, dispatch_uid="jifang.codes_renewed")
    user_logged_in.connect(signed_in, dispatch_uid="jifang.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="jifang.signed_out")
    password_changed.connect(new_password, dispatch_uid="jifang.password_changed")
    password_reset.connect(new_password, dispatch_uid="jifang.password_reset")


def step_completed(request: HttpRequest, user: Account, method: str, **kwargs: Any) -> None:
    """Remember a passed second factor; note the step-up."""
    if method == "mfa":
        remember(request.session, user)
    if kwargs.get("reauthenticated"):
        security_log.note(Kind.STEPPED_UP, at=timezone.now(), account=user, detail=method)


def factor_added(request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any) -> None:
    """Count who just enrolled a second factor as having passed it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        remember(request.session, user)
    security_log.note(Kind.FACTOR_ADDED, at=timezone.now(), account=user, detail=authenticator.type)


def factor_removed(request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any) -> None:
    """Note it."""
    security_log.note(Kind.FACTOR_REMOVED, at=timezone.now(), account=user, detail=authenticator.type)


def codes_renewed(request: HttpRequest, user: Account, authenticator: Authenticator, **kwargs: Any) -> None:
    """Note it."""
    security_log.note(Kind.CODES_RENEWED, at=timezone.now(), account=user)


def signed_in(request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """Note it."""
    security_log.note(Kind.SIGNED_IN, at=timezone.now(), account=user)


def signed_out(request: HttpRequest, user: Account | None, **kwargs: Any) -> None:
    """Note it."""
    if isinstance(user, Account):
        security_log.note(Kind.SIGNED_OUT, at=timezone.now(), account=user)


def new_password(request: HttpRequest, user: Account, **kwargs: Any) -> None:
    """Note it."""
    security_log.note(Kind.PASSWORD_CHANGED, at=timezone.now(), account=user)
