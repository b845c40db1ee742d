"""Forms about people."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jifang.identity import queries, rights
from jifang.identity.access import Actor
from jifang.identity.models import Account, Organisation, Region
from jifang.identity.roles import GRANTABLE, Role
from jifang.web.forms import DayInput


class OrganisationField(forms.CharField):
    """An organisation by its name or its unified social credit code: lists of 100 000 are no choice."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)
        self.offered: Any = Organisation.objects.none()

    def prepare_value(self, value: Any) -> Any:
        """Show the name of an organisation that was there before."""
        return value.name if isinstance(value, Organisation) else value

    def clean(self, value: Any) -> Any:
        """Find the one organisation meant; the error says whether none or several fit."""
        text = super().clean(value).strip()
        if not text:
            return None
        found = list(self.offered.filter(Q(name=text) | Q(name_en=text) | Q(uscc=text.upper()))[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several organisations have this name. Give the code instead."))
        raise forms.ValidationError(
            _("No organisation of yours has this name or code. Copy it from the registry.")
        )


if TYPE_CHECKING:
    RegionChoice = forms.ModelChoiceField[Region]
else:
    RegionChoice = forms.ModelChoiceField


class RegionField(RegionChoice):
    """A region of the tree, shown as deep as it lies."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent by depth, with the code behind the name."""
        return f"{'　' * (obj.path.count('/') - 2)}{obj.name} {obj.code}"


class AccountForm(forms.Form):
    """What is known of a person."""

    name = forms.CharField(label=_("Person"), max_length=60)
    organisation = OrganisationField(
        label=_("Organisation"), help_text=_("Name or unified social credit code.")
    )
    badge = forms.CharField(label=_("Badge or staff number"), max_length=40, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, OrganisationField)
        field.offered = queries.organisations(actor, rights.ACCOUNT_MANAGE).filter(closed_at__isnull=True)


class NewAccountForm(AccountForm):
    """A new person."""

    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Stays for good: it stands in the records.")
    )
    field_order = ("username", "name", "organisation", "badge", "phone", "email", "reason")


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class GrantForm(forms.Form):
    """A role within a region or an organisation, for a time."""

    role = forms.ChoiceField(label=_("Role"))
    region = RegionField(Region.objects.none(), label=_("Within the region"), required=False)
    organisation = OrganisationField(
        label=_("or within the organisation"),
        required=False,
        help_text=_("Name or unified social credit code."),
    )
    may_export = forms.BooleanField(
        label=_("May export"),
        required=False,
        help_text=_("May carry data out of the system; needs a second factor."),
    )
    starts_on = forms.DateField(label=_("Valid from"), required=False, widget=DayInput())
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DayInput(),
        help_text=_("Last day; empty: until it is ended."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, actor: Actor, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = grantable(actor)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", _("Choose a role")), *((one.value, one.label) for one in Role if one in offered)]
        region = self.fields["region"]
        assert isinstance(region, RegionField)
        region.queryset = (
            queries.regions(actor, rights.GRANT_MANAGE).filter(closed_at__isnull=True).order_by("path")
        )
        organisation = self.fields["organisation"]
        assert isinstance(organisation, OrganisationField)
        organisation.offered = queries.organisations(actor, rights.GRANT_MANAGE)

    def period(self) -> tuple[datetime | None, datetime | None]:
        """Beginning and end as instants: days of Asia/Shanghai, the last one whole."""
        first, last = self.cleaned_data["starts_on"], self.cleaned_data["ends_on"]
        starts = timezone.make_aware(datetime.combine(first, time.min)) if first else None
        ends = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)) if last else None
        return starts, ends


def grantable(actor: Actor) -> frozenset[Role]:
    """The roles the actor may grant somewhere."""
    return frozenset(
        role
        for reach in actor.reaches_with(rights.GRANT_MANAGE)
        for role in GRANTABLE.get(reach.role, frozenset())
    )
