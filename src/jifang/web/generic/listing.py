"""A list as somebody asked for it: filter, order, columns, page. The same object serves page, export and API.

The keys of a page are found first, in the order of an index; the rows behind them, with what they point at,
are fetched afterwards. The number of queries does not depend on the number of rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from jifang.identity.access import Actor
from jifang.identity.models import Region
from jifang.registry.filtering import EntryFilter
from jifang.web.generic import counting
from jifang.web.generic.columns import Column, Shown
from jifang.web.generic.counting import BOUND, Count
from jifang.web.generic.resource import Resource
from jifang.web.scope import Scope

SIZES = (25, 50, 100)
SIZE = 50
NOT_FILTERS = frozenset({"page", "size", "sort", "columns", "count", "view", "format", "csrfmiddlewaretoken"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows. ``last_reachable``: the bound of paging is reached although rows remain."""

    rows: list[Any]
    number: int
    size: int
    has_next: bool
    last_reachable: bool
    count: Count

    @property
    def first(self) -> int:
        """Number of the first row, from 1; 0 on an empty page."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row."""
        return (self.number - 1) * self.size + len(self.rows)


class Listing:
    """The rows of ``resource`` that ``actor`` may see, as ``query`` asks."""

    def __init__(
        self,
        resource: Resource,
        actor: Actor,
        query: QueryDict,
        *,
        scope: Scope | None = None,
        right: str = "",
    ) -> None:
        self.resource = resource
        self.actor = actor
        self.query = query
        self.scope = scope
        self.right = right or resource.view_right

    @cached_property
    def filters(self) -> EntryFilter | None:
        """The filter set bound to the query; None when the resource declares none."""
        if self.resource.filters is None:
            return None
        return self.resource.filters(
            self.query, queryset=self._reach, actor=self.actor, search=self.resource.search
        )

    @property
    def valid(self) -> bool:
        """Whether every filter could be read."""
        return self.filters is None or bool(self.filters.form.is_valid())

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """Every row of the list, unordered; none when a filter could not be read."""
        if self.filters is None:
            return self._reach
        if not self.valid:
            return self._reach.none()
        found: QuerySet[Any] = self.filters.qs
        return found

    @cached_property
    def _reach(self) -> QuerySet[Any]:
        rows = self.resource.rows(self.actor, self.right)
        if self.scope is None or self.resource.region is None:
            return rows
        keys = Region.objects.filter(path__startswith=self.scope.path).values_list("pk", flat=True)
        return rows.filter(**{f"{self.resource.region}__in": list(keys)})

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The column that orders the list, and whether downwards."""
        wanted = self.query.get("sort", "")
        column = self.resource.column(wanted.lstrip("-"))
        if column is None or not column.sort:
            return None, False
        return column, wanted.startswith("-")

    @property
    def order(self) -> tuple[Any, ...]:
        """The order as expressions: the chosen column's, or the resource's own."""
        column, down = self.sort
        if column is None:
            return self.resource.order
        return tuple(F(name).desc() if down else F(name).asc() for name in column.sort)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The visible columns, in the resource's order."""
        wanted = set(self.query.getlist("columns"))
        if wanted:
            chosen = tuple(column for column in self.resource.columns if column.key in wanted or column.link)
            if chosen:
                return chosen
        return tuple(column for column in self.resource.columns if column.default)

    @property
    def heads(self) -> list[Shown]:
        """The visible columns with the link that sorts by them."""
        by, down = self.sort
        heads = []
        for column in self.columns:
            current = column is by
            asked = self.query.copy()
            asked.pop("page", None)
            asked["sort"] = f"-{column.key}" if current and not down else column.key
            direction = ("descending" if down else "ascending") if current else ""
            heads.append(Shown(column, f"?{asked.urlencode()}" if column.sort else "", direction))
        return heads

    @property
    def size(self) -> int:
        """Rows of a page."""
        asked = self.query.get("size", "")
        return int(asked) if asked.isdigit() and int(asked) in SIZES else SIZE

    def page(self) -> Page:
        """Fetch the page asked for: three queries at most, whatever its size."""
        size = self.size
        asked = self.query.get("page", "")
        last_page = BOUND // size
        number = min(max(int(asked), 1), last_page) if asked.isdigit() and len(asked) < 10 else 1
        start = (number - 1) * size
        keys = list(self.rows.order_by(*self.order).values_list("pk", flat=True)[start : start + size + 1])
        more = len(keys) > size
        keys = keys[:size]
        count = self._count(start, len(keys), more=more)
        return Page(
            self.fetch(keys), number, size, more and number < last_page, more and number == last_page, count
        )

    def _count(self, start: int, found: int, *, more: bool) -> Count:
        if self.query.get("count") == "exact":
            return counting.exact(self.rows)
        if not more and (found or not start):
            return Count(start + found, exact=True)
        return counting.bounded(self.rows)

    def fetch(self, keys: list[Any]) -> list[Any]:
        """The rows behind ``keys`` with what they point at, in the order of the keys."""
        manager = self.resource.model._default_manager
        by_key = {row.pk: row for row in manager.select_related(*self.resource.related).filter(pk__in=keys)}
        return [by_key[key] for key in keys if key in by_key]

    def kept_query(self) -> str:
        """The query without page and noise: what a saved view or an export keeps."""
        kept = QueryDict(mutable=True)
        for name, values in self.query.lists():
            if name in {"page", "count", "csrfmiddlewaretoken", "view", "format"}:
                continue
            if values := [value for value in values if value]:
                kept.setlist(name, values)
        return kept.urlencode()

    def chips(self) -> list[Mapping[str, str]]:
        """What narrows the list, each with the address without it."""
        if self.filters is None:
            return []
        found: list[Mapping[str, str]] = []
        for name, label, words in self.filters.active():
            rest = self.query.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            found.append(
                {
                    "text": _("%(name)s: %(value)s") % {"name": label, "value": words},
                    "url": f"?{rest.urlencode()}",
                }
            )
        return found

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return any(name not in NOT_FILTERS and any(values) for name, values in self.query.lists())
