"""The registry's actions as the generic pages call them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jifang.identity.access import Actor
from jifang.registry import actions
from jifang.registry.lifecycle import ACT_LABELS, TABLE, acts_from
from jifang.registry.lifecycle import Act as LifeAct
from jifang.registry.rights import CHANGE_RIGHT
from jifang.web.generic.forms import EntryForm
from jifang.web.generic.resource import Act, Change, Fieldset

QUESTIONS = {
    LifeAct.RETIRE: _("Everything below that is still in use is retired with it. Nothing is deleted."),
    LifeAct.SUSPEND: _("The entry stays on every list and says that it is suspended."),
}


def _create(model: type[Any]) -> Callable[..., Any]:
    def create(values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str) -> Any:
        return actions.create(model, values, by=by, at=at, reason=reason)

    return create


def _update_many(model: type[Any]) -> Callable[..., int]:
    def update_many(
        keys: Sequence[Any], values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str
    ) -> int:
        return actions.update_many(model, keys, values, by=by, at=at, reason=reason)

    return update_many


def _create_rows(rows: Sequence[Any], fields: Sequence[str], **told: Any) -> Any:
    return actions.create_many(rows, **told)


def _update_rows(rows: Sequence[Any], fields: Sequence[str], **told: Any) -> Any:
    return actions.update_rows(rows, fields, **told)


def life_acts() -> tuple[Act, ...]:
    """The steps of ``registry.lifecycle`` as buttons of a page."""
    return tuple(
        Act(
            key=act.value,
            label=ACT_LABELS[act],
            run=partial(_step, act),
            may=partial(_possible, act),
            danger=act is LifeAct.RETIRE,
            reason_needed=any(step.reason_needed for (_at, name), step in TABLE.items() if name is act),
            question=QUESTIONS.get(act, ""),
        )
        for act in LifeAct
    )


def _step(act: LifeAct, row: Any, *, by: Actor, at: datetime, reason: str) -> Any:
    return actions.move_on(row, act, by=by, at=at, reason=reason)


def _possible(act: LifeAct, row: Any) -> bool:
    return act in acts_from(row.status)


def change_of(
    model: type[Any],
    form: type[EntryForm],
    fieldsets: tuple[Fieldset, ...],
    *,
    bulk: tuple[str, ...] = (),
    lived: bool = True,
    not_imported: frozenset[str] = frozenset(),
    importable: bool = True,
    after_save: Callable[[HttpRequest, Any, Mapping[str, Any]], None] | None = None,
) -> Change:
    """The changing side of a declaration, from the actions of this room."""
    columns = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}
    imported = tuple(
        name for group in fieldsets for name in group.fields if name in columns and name not in not_imported
    )
    return Change(
        right=CHANGE_RIGHT[model],
        form=form,
        fieldsets=fieldsets,
        create=_create(model),
        update=actions.update,
        update_many=_update_many(model) if bulk else None,
        create_rows=_create_rows if importable else None,
        update_rows=_update_rows if importable else None,
        delete=None if lived else actions.delete,
        bulk_fields=bulk,
        import_fields=imported,
        acts=life_acts() if lived else (),
        after_save=after_save,
    )


def save_picture(request: HttpRequest, row: Any, values: Mapping[str, Any]) -> None:
    """Put the uploaded picture under its plan."""
    if values.get("picture"):
        actions.set_picture(row, values["picture"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]


def save_phrase(request: HttpRequest, row: Any, values: Mapping[str, Any]) -> None:
    """Seal a new pass-phrase."""
    if values.get("new_pass_phrase"):
        actions.set_pass_phrase(
            row,
            values["new_pass_phrase"],
            by=request.actor,  # type: ignore[attr-defined]
            at=timezone.now(),
        )
