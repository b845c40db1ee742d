"""What every write of the registry asks before and after: right, version, reason."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models

from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError, gettext_noop
from jifang.registry.law import CLASSIFYING, REASON_NEEDED
from jifang.registry.models import Site
from jifang.registry.queries import for_actor
from jifang.registry.rights import CHANGE_RIGHT, SITE_CLASSIFY


def reachable(model: type[models.Model], keys: Iterable[Any], *, by: Actor, right: str = "") -> None:
    """Refuse unless every row of ``keys`` may be changed by the actor: one query, however many rows.

    Called before a change and again after it, so that nobody moves a row out of his reach or makes one there.
    """
    wanted = set(keys)
    found = for_actor(model, by, right or CHANGE_RIGHT[model]).filter(pk__in=wanted).count()
    if found != len(wanted):
        raise PermissionDenied


def classified(model: type[models.Model], keys: Iterable[Any], changed: set[str], *, by: Actor) -> None:
    """Refuse a change of the classes of a site by somebody who does not decide them."""
    if model is Site and changed & CLASSIFYING:
        reachable(Site, keys, by=by, right=SITE_CLASSIFY)


def explained(model: type[models.Model], changed: set[str], reason: str) -> None:
    """Refuse a change of what the law asks without a reason."""
    touched = sorted(changed & REASON_NEEDED.get(model, frozenset()))
    if touched and not reason.strip():
        raise BadInputError(
            "reason",
            ", ".join(touched),
            gettext_noop("A change of what the law asks needs a reason (%(value)s)."),
            gettext_noop("Write why: rules may have been judged by the old value."),
        )


def unchanged_since(row: models.Model, version: int | None) -> None:
    """Refuse an edit that began on an older version of the row."""
    current = row.version  # type: ignore[attr-defined]
    if version is not None and version != current:
        raise BadInputError(
            "version",
            version,
            gettext_noop("Somebody else has changed this entry meanwhile."),
            gettext_noop("Open it again, look at the change in its history, and repeat yours."),
        )


def changed_fields(row: models.Model, values: dict[str, Any]) -> set[str]:
    """Return the names in ``values`` whose value differs from the row's."""
    changed = set()
    for name, value in values.items():
        field = row._meta.get_field(name)
        if field.many_to_many:
            if {other.pk for other in value} != {other.pk for other in getattr(row, name).all()}:
                changed.add(name)
        elif getattr(row, field.attname) != (value.pk if isinstance(value, models.Model) else value):  # type: ignore[union-attr]
            changed.add(name)
    return changed


def is_given(value: Any) -> bool:
    """Whether a value says anything: unknown stays unsaid."""
    return value not in (None, "") and value != []
