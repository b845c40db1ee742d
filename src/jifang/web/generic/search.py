"""Search within a table and over all of them.

Words are found by pairs of characters under a GIN index on an expression (no copy of the text is kept), codes
by their beginning under a B-tree. Of the matches of a table at most ``CANDIDATES`` are ranked: the whole code
first, then a name that begins with the query, then by the weight of the field that contains it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from jifang.kernel.bigrams import normalise, query_bigrams

CANDIDATES = 200
SHOWN = 6
EXACT, PREFIX = 10_000, 1_000


class Bigrams(Func):
    """The expression of the index: ``registry_bigrams(name || ' ' || address)``."""

    function = "registry_bigrams"
    arg_joiner = " || ' ' || "
    output_field = ArrayField(TextField())


@dataclass(frozen=True, slots=True)
class Search:
    """How a table is searched.

    ``words`` are the columns of its bigram index in the index's own order, each with a weight; ``codes`` are
    columns found by their beginning, upper case. ``title`` and ``note`` are shown for a hit.
    """

    words: tuple[tuple[str, int], ...]
    codes: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    title: str = "name"
    note: str = ""
    order: int = 100

    def restrict(self, rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        """Return the rows that the query finds; all of them when it asks nothing."""
        wanted = query_bigrams(query)
        if not wanted:
            return rows
        found = Q(searched_words__contains=wanted) if self.words else Q(pk__in=[])
        code = query.strip()
        if code and not any(character.isspace() for character in code):
            for name in self.codes:
                found |= Q(**{f"{name}__istartswith": code})
            if code.isdigit():
                for name in self.digits:
                    found |= Q(**{f"{name}__startswith": code})
        if self.words:
            rows = rows.alias(searched_words=Bigrams(*(F(name) for name, _ in self.words)))
        return rows.filter(found)

    def rank(self, row: Any, query: str) -> int:
        """How well a row answers: the larger the better."""
        wanted = normalise(query).strip()
        best = 0
        for name in (*self.codes, *self.digits):
            value = normalise(str(getattr(row, name) or ""))
            if value == wanted:
                best = max(best, EXACT)
            elif value.startswith(wanted):
                best = max(best, PREFIX)
        for name, weight in self.words:
            value = normalise(str(getattr(row, name) or ""))
            if value == wanted:
                best = max(best, EXACT - 1)
            elif value.startswith(wanted):
                best = max(best, PREFIX + weight)
            elif wanted in value:
                best = max(best, weight)
        return best

    def best(self, rows: QuerySet[Any], query: str, related: Iterable[str] = ()) -> list[Any]:
        """Return the best few of the rows that the query finds, best first; two queries."""
        keys = list(self.restrict(rows, query).order_by().values_list("pk", flat=True)[:CANDIDATES])
        if not keys:
            return []
        found = rows.model._default_manager.select_related(*related).filter(pk__in=keys)
        return sorted(found, key=lambda row: (-self.rank(row, query), row.pk))[:SHOWN]
