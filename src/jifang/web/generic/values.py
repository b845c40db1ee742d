"""What a value looks like: as text in a file, as words on a page."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Getter = str | Callable[[Any], Any]


def get(row: Any, getter: Getter) -> Any:
    """Follow a dotted path (``site.region.name``) or call; None as soon as something on the way is None.

    A field with choices gives its label.
    """
    if not isinstance(getter, str):
        return getter(row)
    value = row
    for name in getter.split("."):
        if value is None:
            return None
        shown = getattr(value, f"get_{name}_display", None)
        value = shown() if shown is not None else getattr(value, name)
    return value


def as_text(value: Any) -> str:
    """A value for a file or a plain cell: local time, ISO dates, words for yes and no, empty for unknown."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, models.Manager):
        return "; ".join(str(other) for other in value.all())
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(as_text(part) for part in value)
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, Promise):
        return str(value)
    return str(value)
