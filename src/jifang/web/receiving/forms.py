"""Forms of receiving."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jifang.identity.access import Actor
from jifang.operations.alarms.models import AccountPath, AlarmAccount, Listener
from jifang.operations.alarms.models.receiving import KeyMode
from jifang.registry.models import Site
from jifang.registry.queries import for_actor
from jifang.registry.rights import STRUCTURE_VIEW
from jifang.web.generic.forms import LookupField

if TYPE_CHECKING:
    AccountBase = forms.ModelForm[AlarmAccount]
    PathBase = forms.ModelForm[AccountPath]
else:
    AccountBase = PathBase = forms.ModelForm


class AccountForm(AccountBase):
    """What is known of an account; the key has a form of its own."""

    class Meta:
        model = AlarmAccount
        fields = (
            "number",
            "name",
            "panel",
            "book",
            "charset",
            "time_policy",
            "time_offset_minutes",
            "is_active",
            "notes",
        )

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = LookupField(
            label=_("Site"),
            source=lambda _actor: for_actor(Site, actor, STRUCTURE_VIEW),
            code="code",
            suggest="site",
            required=False,
            help_text=_("Code of the site; suggestions appear while you type its name."),
        )
        site.actor = actor
        self.fields = {"number": self.fields.pop("number"), "site": site, **self.fields}
        if self.instance.pk and self.instance.site is not None:
            self.initial["site"] = self.instance.site.code

    def _post_clean(self) -> None:
        """The action validates and saves; the instance shown stays as it was until then."""


class KeyForm(forms.Form):
    """A key as it is typed in: hexadecimal or text, never guessed."""

    mode = forms.ChoiceField(label=_("Kind of key"), choices=KeyMode.choices, widget=forms.RadioSelect)
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As it stands in the panel. It is sealed at once and never shown again."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class ClearForm(forms.Form):
    """Until when clear frames are let through."""

    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("At most 30 days ahead. Empty: no longer allowed."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class PathForm(PathBase):
    """One path and its supervision."""

    class Meta:
        model = AccountPath
        fields = ("name", "listener", "receiver", "line", "interval_seconds", "grace_seconds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["listener"].queryset = Listener.objects.order_by("number")  # type: ignore[attr-defined]
        self.fields["interval_seconds"].help_text = _(
            "The longest time the panel lets pass between two frames. Empty: not supervised."
        )

    def _post_clean(self) -> None:
        """The action validates and saves."""
