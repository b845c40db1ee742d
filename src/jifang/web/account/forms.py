"""Forms of sign-in and second factor."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jifang.identity.first_run import token_fits
from jifang.identity.models import Account
from jifang.identity.throttle import wait_for
from jifang.web.forms import DayInput

# With a tolerance of one step either way a code is valid for 90 s; allauth remembers it for 30 s only.
REPLAY_SECONDS = 120


class LoginForm(BaseLoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def _spent_key(account: Account, code: str) -> str:
    return f"second-factor-spent:{account.pk}:{''.join(code.split())}"


def spent(account: Account, code: str) -> bool:
    """Whether a one-time code was used already."""
    return cache.get(_spent_key(account, code)) is not None


class OneUse:
    """A one-time code works once, for as long as the clock's tolerance would let it work again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("One-time code")
        field.widget.attrs.update({"autofocus": True, "inputmode": "numeric"})
        field.widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        """Check the code, then spend it; raises ``ValidationError`` for a wrong or spent one."""
        code: str = super().clean_code()  # type: ignore[misc]
        if not cache.add(_spent_key(self.user, code), 1, timeout=REPLAY_SECONDS):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("One-time code")
        self.fields["code"].widget.attrs.update({"inputmode": "numeric"})
        self.fields["code"].widget.attrs.pop("placeholder", None)


class AuthenticateForm(OneUse, BaseAuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateForm(OneUse, BaseReauthenticateForm):  # type: ignore[misc]
    """The same, before a sensitive act."""


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(
        label=_("Purpose"), max_length=100, help_text=_("Which program uses it, and for what.")
    )
    ends_on = forms.DateField(
        label=_("Until"),
        widget=DayInput(),
        help_text=_("Last day on which it works; at most a year."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scope"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The token reaches only what you may do yourself, and of that only what is ticked."),
    )

    def __init__(self, *args: Any, scopes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, scope) for scope in scopes]  # type: ignore[attr-defined]


class EnvelopeForm(forms.Form):
    """What the finder of the envelope types."""

    secret = forms.CharField(
        label=_("Secret from the envelope"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Six groups of four signs, with or without the dashes."),
    )
    who = forms.CharField(label=_("Your name"), max_length=100)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Goes on the ledger together with the time and this address."),
    )


class FirstRunForm(forms.Form):
    """The first authority and its administrator."""

    token = forms.CharField(
        label=_("Set-up token"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Printed on the terminal when jifang was started, and kept in var/keys/setup-token."),
    )
    region_code = forms.CharField(
        label=_("Region code"),
        max_length=12,
        help_text=_(
            "Six digits of GB/T 2260, for example 130100 for a city. Everything else hangs below it."
        ),
    )
    region_name = forms.CharField(label=_("Region"), max_length=100)
    authority_name = forms.CharField(
        label=_("Authority"),
        max_length=200,
        help_text=_("The public-security organ that runs this installation."),
    )
    username = forms.CharField(
        label=_("User name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is best."),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_token(self) -> str:
        """Check the set-up token, a few times a minute."""
        token = str(self.cleaned_data["token"])
        if wait_for("first-run", limit=10, seconds=60, at=timezone.now()):
            raise forms.ValidationError(_("Too many attempts. Wait a minute."))
        if not token_fits(settings.SETUP_TOKEN_FILE, token):
            raise forms.ValidationError(
                _("This is not the set-up token. Copy it from the terminal on which jifang was started.")
            )
        return token

    def clean(self) -> dict[str, Any]:
        """Check that the password is a good one and was typed twice alike."""
        found = super().clean() or {}
        password = found.get("password")
        if password:
            if password != found.get("password_again"):
                self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
            person = Account(username=found.get("username", ""), name=found.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return found
