"""What one entry must hold beyond its own columns, with the field and the remedy named.

The database refuses the same things (composite keys, constraints); this says it in words first.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from jifang.kernel import gb28181_id
from jifang.kernel.errors import BadInputError
from jifang.kernel.gb28181_codes import Edition
from jifang.registry.models import Device

OF_THE_SAME_SITE = ("system", "parent", "device", "floor_plan")


def check(row: Model) -> None:
    """Raise ``ValidationError`` by field when the entry contradicts what it points at."""
    errors: dict[str, str] = {}
    site = getattr(row, "site_id", None)
    for name in OF_THE_SAME_SITE if site is not None else ():
        other: Any = getattr(row, name, None)
        if other is not None and other.site_id != site:
            errors[name] = other_site(other)
    if isinstance(row, Device):
        errors |= _device(row)
    if errors:
        raise ValidationError(errors)


def other_site(value: Any) -> str:
    """The sentence for something that stands at another site."""
    return _("“%(value)s” stands at another site. Choose one of this entry's site.") % {"value": value}


def _device(row: Device) -> dict[str, str]:
    errors: dict[str, str] = {}
    if row.parent_id is not None and row.parent_id == row.pk:
        errors["parent"] = _("A device does not hang on itself.")
    if row.gb28181_id and not row.gb28181_edition:
        errors["gb28181_edition"] = _("Say by which edition the ID is read.")
    elif row.gb28181_id:
        try:
            number = gb28181_id.parse(row.gb28181_id, Edition(row.gb28181_edition), "gb28181_id")
        except BadInputError as error:
            errors["gb28181_id"] = error.text(_)
        else:
            if number.is_region:
                errors["gb28181_id"] = _("A device has all twenty digits; a region node has fewer.")
    return errors
