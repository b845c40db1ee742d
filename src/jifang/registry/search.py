"""Search within a table and over all of them.

Words are found by pairs of characters in a generated column under a GIN index, codes by their beginning under
a B-tree. Of the matches of a table at most ``CANDIDATES`` are ranked: the whole code first, then a name that
begins with the query, then by the weight of the field that contains it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from jifang.kernel.bigrams import is_han, normalise, query_bigrams

CANDIDATES = 200
SHOWN = 6
EXACT, PREFIX = 10_000, 1_000
CODE_LENGTH = 8


class Bigrams(Func):
    """The generated column ``bigrams`` of the row whose key is given: the models do not know it, so that no
    list ever fetches it and no history keeps it."""

    output_field = ArrayField(TextField())

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **more: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Name the column beside the key, whatever the table is called in the query."""
        key, _parameters = compiler.compile(self.get_source_expressions()[0])
        return f'{key.rpartition(".")[0]}."bigrams"', ()


@dataclass(frozen=True, slots=True)
class Search:
    """How a table is searched.

    ``words`` are the columns that its bigrams are made of, each with a weight; ``codes`` are columns found by
    their beginning in upper case, ``digits`` the same for numbers; each of them has an index for it.
    ``order`` is the place of the table among the groups of hits.
    """

    words: tuple[tuple[str, int], ...]
    codes: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    order: int = 100

    def restrict(self, rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        """Return the rows that the query finds; all of them when it asks nothing.

        A query with a Chinese character is never a code, and a long run of digits and letters never a part of
        a name: each is looked for only where an index finds it.
        """
        wanted = query_bigrams(query)
        if not wanted:
            return rows
        code = query.strip()
        coded = not any(character.isspace() or is_han(character) for character in code)
        found = Q(pk__in=[])
        if self.words and not (coded and len(code) >= CODE_LENGTH and any(map(str.isdigit, code))):
            rows = rows.alias(searched_words=Bigrams(F("pk")))
            found |= Q(searched_words__contains=wanted)
        if coded:
            for name in self.codes:
                found |= Q(**{f"{name}__istartswith": code})
            if code.isdigit():
                for name in self.digits:
                    found |= Q(**{f"{name}__startswith": code})
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
                best = max(best, 2 * weight)
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
