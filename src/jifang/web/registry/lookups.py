"""Lookup fields of the registry's forms: which rows may be chosen, and how they are written."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jifang.identity.queries import regions
from jifang.registry.models import Device, FloorPlan, Product, QualityCertificate, SecuritySystem, Site
from jifang.registry.queries import for_actor, organisations_for
from jifang.registry.rights import PRODUCT_VIEW, STRUCTURE_VIEW
from jifang.web.generic.forms import LookupField, LookupManyField

Label = str | Promise
Maker = Callable[[], LookupField]


def site() -> LookupField:
    """A site, by its code."""
    return LookupField(
        label=_("Site"),
        source=lambda actor: for_actor(Site, actor, STRUCTURE_VIEW),
        code="code",
        suggest="site",
        help_text=_("Code of the site; suggestions appear while you type its name."),
    )


def part(model: type[Any], key: str, label: Label) -> Maker:
    """A system, device or plan of the same site, by its name there."""
    return lambda: LookupField(
        label=label,
        source=lambda actor: for_actor(model, actor, STRUCTURE_VIEW),
        suggest=key,
        of_site=True,
        required=False,
    )


def organisation(label: Label, *, required: bool = False, kind: str = "") -> Maker:
    """An organisation, by its name."""

    def source(actor: Any) -> Any:
        rows = organisations_for(actor)
        return rows.filter(kind=kind) if kind else rows

    return lambda: LookupField(label=label, source=source, suggest="organisation", required=required)


def region() -> LookupField:
    """A region, by its code."""
    return LookupField(label=_("Region"), source=regions, code="code", suggest="region")


def product(*, required: bool = False) -> Maker:
    """A product of the catalogue."""
    return lambda: LookupField(
        label=_("Product"),
        source=lambda actor: for_actor(Product, actor, PRODUCT_VIEW),
        suggest="product",
        required=required,
    )


def certificates() -> LookupField:
    """Certificates, by their numbers."""
    return LookupManyField(
        label=_("Quality certificates"),
        source=lambda actor: for_actor(QualityCertificate, actor, PRODUCT_VIEW),
        code="number",
        suggest="certificate",
        required=False,
        help_text=_("Numbers, separated by semicolons."),
    )


SYSTEM = part(SecuritySystem, "system", _("System"))
PARENT_SYSTEM = part(SecuritySystem, "system", _("Part of system"))
DEVICE = part(Device, "device", _("Device"))
PARENT_DEVICE = part(Device, "device", _("Hangs on"))
FLOOR_PLAN = part(FloorPlan, "plan", _("Floor plan"))
