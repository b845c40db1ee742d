"""How allauth behaves in this house: no public sign-up, every attempt noted, second factors sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jifang.identity import security_log
from jifang.identity.models import Account
from jifang.identity.queries import owes_second_factor
from jifang.identity.sealing import seal, unseal
from jifang.web.account.second_factor import recently_proved

SECOND_FACTOR_CONTEXT = "mfa_authenticator"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in with a user name; accounts are made by administrators only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "User name or password is wrong. Check both; after five wrong attempts the account waits."
        ),
        "too_many_login_attempts": _(
            "Too many wrong attempts. Wait five minutes, sign in with a passkey, or ask your administrator."
        ),
        "incorrect_password": _("The password is wrong. Type the password of your own account."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "enter_current_password": _("The current password is wrong. Type the password you signed in with."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes his own account."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again only when the last proof is older than five minutes; signing in is a proof."""
        return not recently_proved(context.request)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Keep the break-glass account behind its envelope, whatever key somebody may have added to it."""
        if isinstance(user, Account) and user.is_break_glass:
            return HttpResponseRedirect(reverse("account_inactive"))
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Throttle by account and address, and note what was refused."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            username = str(credentials.get("username", ""))
            security_log.note(security_log.Kind.THROTTLED, at=timezone.now(), username=username)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password or an unknown name."""
        username = str(credentials.get("username", ""))
        security_log.note(
            security_log.Kind.FAILED,
            at=timezone.now(),
            account=Account.objects.filter(username=username).first(),
            username=username,
        )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: an installation need not have any. What happened stands on the page of one's own
        account."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery codes are sealed at rest; the last factor stays where it is mandatory."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "The code is wrong or was used already. Wait for the next one and check the device's clock."
        ),
        "cannot_delete_authenticator": _(
            "Your role needs a second factor. Add another one first, then remove this one."
        ),
    }

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return "Jifang"

    def encrypt(self, text: str) -> str:
        """Seal a seed with the key file."""
        return seal(text, context=SECOND_FACTOR_CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a seed; raises ``SealError`` when the key file is another one."""
        return unseal(encrypted_text, context=SECOND_FACTOR_CONTEXT)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to remove the last factor of somebody whose grants need one."""
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        ).exclude(pk=authenticator.pk)
        return others.exists() or not owes_second_factor(authenticator.user_id, at=timezone.now())

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail, as above."""
