"""One declaration per table; the generic views, the exporter, the importer and the API read it.

A room above the tables declares a :class:`Resource` and adds ``routes.of(resource)`` to its addresses. What a
resource does not declare does not exist: without ``change`` there is no form, no import, no bulk edit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from jifang.identity.access import Actor
from jifang.registry.filtering import EntryFilter
from jifang.registry.search import Search
from jifang.web.generic.columns import Column
from jifang.web.generic.forms import EntryForm
from jifang.web.generic.panels import Panel

Label = str | Promise
Rows = Callable[[Actor, str], "QuerySet[Any]"]


class Create(Protocol):
    """Makes one row from validated values."""

    def __call__(self, values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str) -> Model: ...


class Update(Protocol):
    """Changes one row; ``version`` is the one the editor saw."""

    def __call__(
        self,
        row: Any,
        values: Mapping[str, Any],
        *,
        by: Actor,
        at: datetime,
        reason: str,
        version: int | None,
    ) -> Model: ...


class UpdateMany(Protocol):
    """Gives many rows the same values; returns how many changed."""

    def __call__(
        self, keys: Sequence[Any], values: Mapping[str, Any], *, by: Actor, at: datetime, reason: str
    ) -> int: ...


class SaveRows(Protocol):
    """Saves many rows that their forms have validated, new or changed."""

    def __call__(
        self, rows: Sequence[Any], fields: Sequence[str], *, by: Actor, at: datetime, reason: str
    ) -> Any: ...


class Delete(Protocol):
    """Removes one row."""

    def __call__(self, row: Any, *, by: Actor, at: datetime, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Fieldset:
    """A group of form fields under a heading."""

    title: Label
    fields: tuple[str, ...]
    lead: Label = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A step of the entry's life that its page offers: ``run`` does it, ``may``: does it exist now."""

    key: str
    label: Label
    run: Callable[..., Any]
    may: Callable[[Any], bool]
    danger: bool = False
    reason_needed: bool = True
    question: Label = ""


@dataclass(frozen=True, slots=True)
class Change:
    """How rows are made and changed. ``form`` is used by the page, the import and the API alike."""

    right: str
    form: type[EntryForm]
    fieldsets: tuple[Fieldset, ...]
    create: Create
    update: Update
    update_many: UpdateMany | None = None
    create_rows: SaveRows | None = None
    update_rows: SaveRows | None = None
    delete: Delete | None = None
    bulk_fields: tuple[str, ...] = ()
    import_fields: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    after_save: Callable[[HttpRequest, Any, Mapping[str, Any]], None] | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Everything the generic pages know of one table.

    ``rows`` is the room's ``for_actor``; ``related`` what the list fetches with each row; ``region`` the
    lookup of the row's region (None: the rows have none); ``order`` the order without a choice, which an
    index serves. ``title`` names one row.
    """

    key: str
    namespace: str
    model: type[Model]
    rows: Rows
    view_right: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    filters: type[EntryFilter] | None = None
    bar: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    region: str | None = None
    search: Search | None = None
    change: Change | None = None
    panels: tuple[Panel, ...] = ()
    history_right: str = ""
    may_export: Callable[[Actor], bool] | None = None
    exporting: Callable[[Actor], Actor] | None = None
    lead: Label = ""
    empty: Label = ""
    badge: Callable[[Any], tuple[str, Any]] | None = None
    detail_related: tuple[str, ...] = ()
    parents: Callable[[Any], Sequence[tuple[str, str]]] | None = None
    icon: str = "registry"
    views: tuple[tuple[Label, str], ...] = field(default=())

    @property
    def label(self) -> Label:
        """The name of one row's kind."""
        return self.model._meta.verbose_name or self.key

    @property
    def label_plural(self) -> Label:
        """The name of the list."""
        return self.model._meta.verbose_name_plural or self.key

    def url(self, page: str, **kwargs: Any) -> str:
        """The address of one of the resource's pages."""
        return reverse(f"{self.namespace}:{self.key}-{page}", kwargs=kwargs or None)

    def url_of(self, row: Any) -> str:
        """The address of a row's page."""
        return self.url("detail", pk=row.pk)

    def column(self, key: str) -> Column | None:
        """The column with that key."""
        return next((column for column in self.columns if column.key == key), None)


_resources: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Make the resource known to the search, to jobs and to the API; the key is unique in the product."""
    known = _resources.setdefault(resource.key, resource)
    if known.model is not resource.model:
        msg = f"resource {resource.key!r} is registered twice"
        raise ValueError(msg)
    return resource


def resources() -> tuple[Resource, ...]:
    """Every registered resource."""
    return tuple(_resources.values())


def resource(key: str) -> Resource:
    """The resource with that key; raises ``LookupError``."""
    return _resources[key]


def of_model(model: type[Model]) -> Resource | None:
    """The resource of a table, if one was declared."""
    return next((found for found in _resources.values() if found.model is model), None)
