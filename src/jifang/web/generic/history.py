"""The history of a row, read from the event tables that the triggers write: who, when, why, what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifang.web.generic.values import as_text

LIMIT = 200
HIDDEN_VALUES = frozenset({"pass_phrase"})
QUIET = frozenset({"version"})
ACTS: Mapping[str, tuple[str, Any]] = {
    "insert": ("good", gettext_lazy("Created")),
    "update": ("info", gettext_lazy("Changed")),
    "delete": ("bad", gettext_lazy("Removed")),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field before and after, as words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a row: what made it, and how it differs from the one before."""

    at: datetime
    act: str
    word: str
    tone: str
    who: str
    reason: str
    differences: tuple[Difference, ...]


def event_model(model: type[models.Model]) -> type[models.Model]:
    """The event table of ``model``; raises ``LookupError`` when it has no history."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}Event")


def has_history(model: type[models.Model]) -> bool:
    """Whether triggers keep the history of this table."""
    try:
        event_model(model)
    except LookupError:
        return False
    return True


def of_row(model: type[models.Model], key: Any, *, values: bool = True) -> list[Change]:
    """Return the versions of one row, newest first, at most ``LIMIT``.

    ``values=False`` tells which fields changed but not what they hold: for readers who may know who did what,
    and nothing else. One query, and one for each table that changed fields point at.
    """
    events = list(
        event_model(model)
        ._default_manager.filter(pgh_obj_id=key)
        .select_related("pgh_context")
        .order_by("-pgh_id")[: LIMIT + 1]
    )
    if not events:
        return []
    fields = tracked(model)
    pairs = list(zip(events, [*events[1:], None], strict=True))[:LIMIT]
    names = _names(fields, events) if values else {}
    return [_change(event, before, fields, names, values=values) for event, before in pairs]


def tracked(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The fields whose history is kept and worth showing."""
    kept = {field.name for field in event_model(model)._meta.fields}
    return [
        field
        for field in model._meta.fields
        if field.name in kept and not field.primary_key and field.name not in QUIET
    ]


def told(event: Any) -> tuple[str, str]:
    """Who and why, as the action that wrote the event told; a write from outside says so."""
    context = event.pgh_context.metadata if event.pgh_context else {}
    return context.get("name") or _("outside of the product"), context.get("reason") or ""


def _change(
    event: Any,
    before: Any,
    fields: "Iterable[models.Field[Any, Any]]",
    names: Mapping[type[models.Model], Mapping[Any, str]],
    *,
    values: bool,
) -> Change:
    tone, word = ACTS.get(event.pgh_label, ("unknown", event.pgh_label))
    who, reason = told(event)
    differences = []
    for field in fields:
        new = getattr(event, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        if event.pgh_label == "delete":
            continue
        if before is None and event.pgh_label != "insert":
            continue
        if new == old or (before is None and new in (None, "", False, [])):
            continue
        hide = not values or field.name in HIDDEN_VALUES
        differences.append(
            Difference(
                str(field.verbose_name),
                "" if before is None else (_hidden(old) if hide else _word(field, old, names)),
                _hidden(new) if hide else _word(field, new, names),
            )
        )
    return Change(event.pgh_created_at, event.pgh_label, str(word), tone, who, reason, tuple(differences))


def _hidden(value: Any) -> str:
    return "••••" if value not in (None, "") else ""


def _word(
    field: "models.Field[Any, Any]", value: Any, names: Mapping[type[models.Model], Mapping[Any, str]]
) -> str:
    if value is None:
        return ""
    if isinstance(field, models.ForeignKey):
        return names.get(field.related_model, {}).get(value) or f"#{value}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return as_text(value)


def _names(
    fields: "Iterable[models.Field[Any, Any]]", events: Iterable[Any]
) -> dict[type[models.Model], dict[Any, str]]:
    wanted: dict[type[models.Model], set[Any]] = {}
    for field in fields:
        if isinstance(field, models.ForeignKey):
            keys = {getattr(event, field.attname) for event in events} - {None}
            wanted.setdefault(field.related_model, set()).update(keys)
    return {
        model: {row.pk: str(row) for row in model._default_manager.filter(pk__in=keys)}
        for model, keys in wanted.items()
        if keys
    }
