"""Make, change and remove entries of any table of the registry, one or many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F

from jifang.identity.access import Actor
from jifang.identity.audit import acting
from jifang.registry.actions import guard
from jifang.registry.checks import check
from jifang.registry.models.bases import LivedEntry
from jifang.registry.models.fields import DerivedField
from jifang.registry.queries import for_actor
from jifang.registry.rights import CHANGE_RIGHT

M = TypeVar("M", bound=models.Model)
BATCH = 500


def create(model: type[M], values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str = "") -> M:
    """Make one entry. Raises ``ValidationError`` (field by field) or ``PermissionDenied``."""
    plain, many = _split(model, values)
    row = model(**plain)
    row.full_clean()
    check(row)
    with acting(by=by, at=at, reason=reason):
        row.save(force_insert=True)
        for name, others in many.items():
            getattr(row, name).set(others)
        guard.reachable(model, [row.pk], by=by)
        guard.classified(model, [row.pk], {n for n, v in plain.items() if guard.is_given(v)}, by=by)
    return row


def create_many(rows: Sequence[M], *, by: Actor, at: datetime, reason: str = "") -> list[M]:
    """Make many entries of one table, already validated by their forms, in one transaction.

    The right is checked over all of them after saving: one row out of reach, and none is made.
    """
    if not rows:
        return []
    model = type(rows[0])
    with acting(by=by, at=at, reason=reason):
        made = model._default_manager.bulk_create(rows, batch_size=BATCH)
        guard.reachable(model, [row.pk for row in made], by=by)
        given = {
            field.name
            for row in made
            for field in model._meta.fields
            if guard.is_given(getattr(row, field.attname))
        }
        guard.classified(model, [row.pk for row in made], given, by=by)
    return made


def update(
    row: M,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    version: int | None = None,
) -> M:
    """Change one entry; ``version`` is the one the editor saw. A change of law data needs a reason."""
    model = type(row)
    plain, many = _split(model, values)
    with acting(by=by, at=at, reason=reason):
        guard.reachable(model, [row.pk], by=by)
        fresh = model._default_manager.select_for_update().get(pk=row.pk)
        guard.unchanged_since(fresh, version)
        changed = guard.changed_fields(fresh, {**plain, **many})
        if not changed:
            return fresh
        guard.explained(model, changed, reason)
        guard.classified(model, [row.pk], changed, by=by)
        for name in changed & plain.keys():
            setattr(fresh, name, plain[name])
        fresh.version += 1  # type: ignore[attr-defined]
        fresh.full_clean()
        check(fresh)
        fresh.save()
        for name in changed & many.keys():
            getattr(fresh, name).set(many[name])
        guard.reachable(model, [row.pk], by=by)
        guard.classified(model, [row.pk], changed, by=by)
    return fresh


def update_rows(
    rows: Sequence[M], fields: Iterable[str], *, by: Actor, at: datetime, reason: str = ""
) -> int:
    """Save many changed entries of one table, already validated by their forms (an import)."""
    if not rows:
        return 0
    model = type(rows[0])
    wanted = set(fields)
    with acting(by=by, at=at, reason=reason):
        keys = [row.pk for row in rows]
        guard.reachable(model, keys, by=by)
        before = {row.pk: row for row in model._default_manager.select_for_update().filter(pk__in=keys)}
        touched: set[str] = set()
        written: list[M] = []
        for row in rows:
            old = before[row.pk]
            changed = guard.changed_fields(old, {name: _value(row, name) for name in wanted})
            if changed:
                touched |= changed
                row.version = old.version + 1  # type: ignore[attr-defined]
                written.append(row)
        guard.explained(model, touched, reason)
        guard.classified(model, keys, touched, by=by)
        derived = _derived(model, wanted)
        for row in written:
            for field in derived:
                field.pre_save(row, add=False)
        if written:
            names = [*wanted, "version", *(field.name for field in derived)]
            model._default_manager.bulk_update(written, names, batch_size=BATCH)
        guard.reachable(model, keys, by=by)
    return len(written)


def update_many(
    model: type[M], keys: Sequence[Any], values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str
) -> int:
    """Give many entries the same values (bulk edit). Returns how many changed."""
    changed = set(values)
    with acting(by=by, at=at, reason=reason):
        guard.reachable(model, keys, by=by)
        guard.explained(model, changed, reason)
        guard.classified(model, keys, changed, by=by)
        rows = model._default_manager.select_for_update().filter(pk__in=keys)
        differing = models.Q()
        for name, value in values.items():
            same = models.Q(**({f"{name}__isnull": True} if value is None else {name: value}))
            differing |= ~same
        count = rows.filter(differing).update(**values, version=F("version") + 1)
        guard.reachable(model, keys, by=by)
    return count


def delete(row: models.Model, *, by: Actor, at: datetime, reason: str) -> None:
    """Remove an entry that has no life of its own (a contact, a plan, a private place); history stays.

    What was in use is retired, never deleted: its signals and decisions point at it.
    """
    if isinstance(row, LivedEntry):
        raise PermissionDenied
    with acting(by=by, at=at, reason=reason):
        guard.reachable(type(row), [row.pk], by=by)
        row.delete()


def may_change(row: models.Model, actor: Actor) -> bool:
    """Whether the actor may change this very row: one query."""
    return for_actor(type(row), actor, CHANGE_RIGHT[type(row)]).filter(pk=row.pk).exists()


def _split(model: type[models.Model], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    plain: dict[str, Any] = {}
    many: dict[str, Any] = {}
    for name, value in values.items():
        (many if model._meta.get_field(name).many_to_many else plain)[name] = value
    return plain, many


def _value(row: models.Model, name: str) -> Any:
    return getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]


def _derived(model: type[models.Model], fields: set[str]) -> list[DerivedField]:
    return [
        field for field in model._meta.fields if isinstance(field, DerivedField) and field.source in fields
    ]
