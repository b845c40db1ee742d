"""Take a file in: every row through the same form as the page, all of them in one transaction or none.

The check and the commit are the same run; the check rolls back. So what the preview says is what will happen,
as far as the data does not change meanwhile, and the commit finds out when it did.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError
from jifang.web.generic.forms import EntryForm, LookupField, LookupManyField
from jifang.web.generic.resource import Change, Resource
from jifang.web.generic.transfer.reading import Table

ERRORS_KEPT = 200
PREVIEW_KEPT = 50
STEP = 200
YES = frozenset({"yes", "true", "1", "y", "是", "有", "√", "x"})
NO = frozenset({"no", "false", "0", "n", "否", "无"})


class CancelledError(Exception):
    """The owner asked to stop."""


@dataclass
class Outcome:
    """What an import did or would do."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    error_count: int = 0
    preview: list[dict[str, Any]] = field(default_factory=list)

    def fault(self, row: int, name: str, text: str) -> None:
        """Note an error of a row; beyond a bound only their number."""
        self.error_count += 1
        if len(self.errors) < ERRORS_KEPT:
            self.errors.append({"row": row, "field": name, "text": text})


class _RollBackError(Exception):
    """Ends a check."""


def run(
    resource: Resource,
    table: Table,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    commit: bool,
    progress: Callable[[int], None] = lambda done: None,
) -> Outcome:
    """Check a table, and take it in when ``commit`` and no row is wrong.

    ``progress`` hears how many rows were read and may raise :class:`CancelledError`: nothing was written.
    """
    outcome = Outcome()
    change = resource.change
    if change is None or change.create_rows is None or not by.may(change.right):
        raise PermissionDenied
    columns = _columns(resource, change, table.heads, outcome)
    if outcome.error_count:
        return outcome
    known = _known(change, columns, table, by)
    existing = _existing(resource, columns, table, by, change)
    created: list[tuple[int, EntryForm]] = []
    changed: list[tuple[int, EntryForm]] = []
    for done, (number, cells) in enumerate(table.rows, start=1):
        texts = dict(zip(columns, cells, strict=False))
        key = texts.pop("id", "").strip()
        form = _form(change, texts, known, existing.get(key), by)
        if key and key not in existing:
            outcome.fault(
                number, "id", _("No entry that you may change has the number %(value)s.") % {"value": key}
            )
        elif not form.is_valid():
            _note_errors(outcome, number, form)
        else:
            (changed if key else created).append((number, form))
        if done % STEP == 0:
            progress(done)
    progress(len(table.rows))
    if not outcome.error_count:
        _write(resource, change, created, changed, outcome, by=by, at=at, reason=reason, commit=commit)
    return outcome


def _columns(resource: Resource, change: Change, heads: list[str], outcome: Outcome) -> list[str]:
    """Turn heads into field names: the name itself, or its label in any language of the product."""
    names = {"id": "id"}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for name in change.import_fields:
                names.setdefault(name.casefold(), name)
                names.setdefault(str(change.form.base_fields[name].label or name).casefold(), name)
    shown = {str(column.label).casefold() for column in resource.columns}
    columns = []
    for head in heads:
        name = names.get(head.casefold().strip(" *"), "")
        if not name and head.casefold() not in shown:
            outcome.fault(
                1,
                head,
                _("This list has no column “%(value)s”. Take the heads of the template.") % {"value": head},
            )
        elif name and name in columns:
            outcome.fault(1, head, _("The column “%(value)s” appears twice.") % {"value": head})
        columns.append(name)
    required = {
        n
        for n in change.import_fields
        if change.form.base_fields[n].required and not _has_default(resource, n)
    }
    missing = sorted(required - set(columns)) if "id" not in columns else []
    for name in missing:
        label = str(change.form.base_fields[name].label)
        outcome.fault(1, label, _("The column “%(value)s” is missing.") % {"value": label})
    return columns


def _has_default(resource: Resource, name: str) -> bool:
    field: Any = resource.model._meta.get_field(name)
    return bool(field.has_default())


def _known(change: Change, columns: list[str], table: Table, by: Actor) -> dict[str, dict[str, Any]]:
    """Find what whole columns point at: a query or two for a column, none for a row."""
    known: dict[str, dict[str, Any]] = {}
    for place, name in enumerate(columns):
        field = change.form.base_fields.get(name) if name else None
        if not isinstance(field, LookupField) or isinstance(field, LookupManyField):
            continue
        texts = {cells[place].strip() for _number, cells in table.rows if place < len(cells)} - {""}
        field = change.form(actor=by).fields[name]
        try:
            known[name] = field.resolve(texts)  # type: ignore[attr-defined]
        except ValidationError:
            # one name of the column is ambiguous: let each row say for itself
            known[name] = {}
    return known


def _existing(
    resource: Resource, columns: list[str], table: Table, by: Actor, change: Change
) -> dict[str, Any]:
    if "id" not in columns:
        return {}
    place = columns.index("id")
    keys = {cells[place].strip() for _number, cells in table.rows if place < len(cells)}
    rows = resource.rows(by, change.right).filter(pk__in=[key for key in keys if key.isdigit()])
    return {str(row.pk): row for row in rows}


def _form(
    change: Change, texts: dict[str, str], known: dict[str, dict[str, Any]], row: Any, by: Actor
) -> EntryForm:
    given = {name: text for name, text in texts.items() if name}
    only = [
        name for name in given if row is not None or given[name] or change.form.base_fields[name].required
    ]
    data = {name: _entered(change.form.base_fields[name], given[name]) for name in only}
    return change.form(data, instance=row, actor=by, only=only, importing=True, known=known)


def _entered(field: forms.Field, text: str) -> Any:
    """A cell as the form's control would have sent it: labels become values, words become yes and no."""
    text = text.strip()
    if isinstance(field, forms.BooleanField):
        return "on" if text.casefold() in YES else ""
    if isinstance(field, forms.ChoiceField):
        return _choice(field, text)
    if isinstance(field, forms.DateField):
        return text.replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").rstrip("日")
    return text


def _choice(field: forms.ChoiceField, text: str) -> str:
    choices: Any = field.choices
    values = {str(value) for value, _label in choices}
    if text in values:
        return text
    if {"yes", "no"} <= values:
        folded = text.casefold()
        return "yes" if folded in YES else "no" if folded in NO else text
    for language in (None, "en", "zh-hans"):
        with translation.override(language or translation.get_language() or "en"):
            for value, label in choices:
                if str(label).casefold() == text.casefold():
                    return str(value)
    return text


def _note_errors(outcome: Outcome, number: int, form: EntryForm) -> None:
    for name, errors in form.errors.items():
        label = str(form.fields[name].label) if name in form.fields else ""
        for error in errors:
            outcome.fault(number, label, str(error))


def _write(
    resource: Resource,
    change: Change,
    created: list[tuple[int, EntryForm]],
    changed: list[tuple[int, EntryForm]],
    outcome: Outcome,
    *,
    by: Actor,
    at: datetime,
    reason: str,
    commit: bool,
) -> None:
    told: dict[str, Any] = {"by": by, "at": at, "reason": reason}
    fields = sorted(
        {name for _number, form in changed for name in form.cleaned_data} & _own_columns(resource)
    )
    _preview(resource, created, changed, outcome)
    try:
        with transaction.atomic():
            if created and change.create_rows is not None:
                change.create_rows([form.instance for _n, form in created], (), **told)
            for _number, form in created:
                form._save_m2m()  # type: ignore[attr-defined]
            if changed and change.update_rows is not None:
                change.update_rows([form.instance for _n, form in changed], fields, **told)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            if not commit:
                raise _RollBackError
    except _RollBackError:
        pass
    except BadInputError as error:
        outcome.fault(0, error.field, error.text(_))
    except PermissionDenied:
        outcome.fault(0, "", _("At least one row lies outside of what you may change; none was taken in."))
    except IntegrityError:
        _find_offenders(created, changed, outcome)


def _own_columns(resource: Resource) -> set[str]:
    return {field.name for field in resource.model._meta.fields}


def _preview(
    resource: Resource,
    created: list[tuple[int, EntryForm]],
    changed: list[tuple[int, EntryForm]],
    outcome: Outcome,
) -> None:
    outcome.created = len(created)
    for number, form in created[:PREVIEW_KEPT]:
        outcome.preview.append({"row": number, "act": "insert", "name": str(form.instance), "changes": []})
    for number, form in changed:
        differences = [str(form.fields[name].label) for name in form.changed_data if name in form.fields]
        if not differences:
            outcome.unchanged += 1
            continue
        outcome.changed += 1
        if len(outcome.preview) < 2 * PREVIEW_KEPT:
            outcome.preview.append(
                {"row": number, "act": "update", "name": str(form.instance), "changes": differences}
            )


def _find_offenders(
    created: Iterable[tuple[int, EntryForm]], changed: Iterable[tuple[int, EntryForm]], outcome: Outcome
) -> None:
    """The database refused the whole: go row by row, in a transaction that is thrown away, to say which."""
    fresh = {number for number, _form in created}
    try:
        with transaction.atomic():
            for number, form in _both(created, changed):
                try:
                    with transaction.atomic():
                        if number in fresh:
                            # a refused bulk insert may have left keys on the rows
                            form.instance.pk = None
                            form.instance._state.adding = True
                        form.instance.validate_unique()
                        form.instance.validate_constraints()
                        form.instance.save()
                except ValidationError as error:
                    for name, texts in error.message_dict.items():
                        label = str(form.fields[name].label) if name in form.fields else ""
                        for text in texts:
                            outcome.fault(number, label, text)
                except IntegrityError:
                    outcome.fault(
                        number, "", _("The database refuses this row: it contradicts another entry.")
                    )
            raise _RollBackError
    except _RollBackError:
        pass
    if not outcome.error_count:
        outcome.fault(0, "", _("The data changed while the file was read. Check it once more."))


def _both(
    created: Iterable[tuple[int, EntryForm]], changed: Iterable[tuple[int, EntryForm]]
) -> Iterator[tuple[int, EntryForm]]:
    yield from sorted([*created, *changed], key=lambda pair: pair[0])
