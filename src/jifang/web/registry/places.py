"""Regions and organisations as the generic pages change them: through identity's actions, all or nothing.

What a tree is built on (the code of a region, the kind and region of an organisation) is given once; another
parent is a move of the whole subtree, which rewrites paths and takes grants along.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from jifang.identity import queries as identity_queries
from jifang.identity.access import Actor
from jifang.identity.actions import places
from jifang.identity.audit import acting
from jifang.identity.models import Organisation, Region
from jifang.identity.rights import ORGANISATION_MANAGE, REGION_MANAGE
from jifang.web.generic.forms import EntryForm, LookupField
from jifang.web.generic.resource import Act, Change, Fieldset
from jifang.web.registry import lookups


class _NodeForm(EntryForm):
    """What is given once is not on the form of an existing row."""

    once: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in self.once:
                self.fields.pop(name, None)


class OrganisationForm(_NodeForm):
    """An organisation."""

    once = ("kind", "region")
    region = lookups.region()
    parent = lookups.organisation(_("Belongs to"))()

    class Meta:
        model = Organisation
        fields = ("kind", "name", "name_en", "uscc", "region", "parent", "address", "phone")


class RegionForm(_NodeForm):
    """A region; its level follows from its code."""

    once = ("code",)
    parent = LookupField(
        label=_("Lies in"),
        source=lambda actor: identity_queries.regions(actor, REGION_MANAGE),
        code="code",
        suggest="region",
    )

    class Meta:
        model = Region
        fields = ("code", "name", "name_en", "parent")


def _create_organisation(values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str) -> Organisation:
    return places.create_organisation(**values, by=by, at=at, reason=reason)


def _create_region(values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str) -> Region:
    return places.create_region(**values, by=by, at=at, reason=reason)


def _update(
    row: Any, values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str, version: int | None
) -> Any:
    name, name_en, parent = values["name"], values["name_en"], values["parent"]
    with acting(by=by, at=at, reason=reason):
        if (name, name_en) != (row.name, row.name_en):
            places.rename(row, name=name, name_en=name_en, by=by, at=at, reason=reason)
        if isinstance(row, Organisation):
            places.edit_organisation(
                row,
                uscc=values["uscc"],
                address=values["address"],
                phone=values["phone"],
                by=by,
                at=at,
                reason=reason,
            )
        if parent != row.parent:
            places.move(row, parent=parent, by=by, at=at, reason=reason)
    return row


CLOSE = Act(
    key="close",
    label=_("Close"),
    run=places.close,
    may=lambda row: row.closed_at is None,
    danger=True,
    question=_("It stays in the history; nothing new can be hung below it."),
)

ORGANISATION_CHANGE = Change(
    right=ORGANISATION_MANAGE,
    form=OrganisationForm,
    fieldsets=(
        Fieldset(_("What it is"), ("kind", "name", "name_en", "uscc")),
        Fieldset(
            _("Where it belongs"),
            ("region", "parent"),
            _("Another parent moves everything below it and the grants that reach it; give the reason."),
        ),
        Fieldset(_("How to reach it"), ("address", "phone")),
    ),
    create=_create_organisation,
    update=_update,
    acts=(CLOSE,),
)

REGION_CHANGE = Change(
    right=REGION_MANAGE,
    form=RegionForm,
    fieldsets=(
        Fieldset(_("What it is"), ("code", "name", "name_en")),
        Fieldset(
            _("Where it belongs"),
            ("parent",),
            _("Another parent moves everything below it and the grants that reach it; give the reason."),
        ),
    ),
    create=_create_region,
    update=_update,
    acts=(CLOSE,),
)
