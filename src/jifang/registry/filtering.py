"""Filters of lists: one declaration serves the page, the export and the API."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jifang.identity.access import Actor
from jifang.identity.models import Region

UNKNOWN_VALUE = "unknown"


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """A filter set that knows who asks and how the table is searched."""

    q = django_filters.CharFilter(
        label=_("Search"), method="search_words", widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, actor: Actor, search: Any = None, **kwargs: Any) -> None:
        self.actor = actor
        self.search = search
        super().__init__(*args, **kwargs)

    def search_words(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by words and codes."""
        return self.search.restrict(rows, value) if self.search else rows

    def active(self) -> list[tuple[str, str, str]]:
        """What is filtered now: (name, label, value in words), for the chips above the table."""
        found = []
        for name, bound in ((name, self.form[name]) for name in self.form.fields):
            raw = self.form.data.getlist(name) if hasattr(self.form.data, "getlist") else []
            values = [value for value in raw if value]
            if values:
                found.append((name, str(bound.label), ", ".join(self._word(name, v) for v in values)))
        return found

    def _word(self, name: str, value: str) -> str:
        choices = getattr(self.form.fields[name], "choices", ())
        for key, label in choices:
            if str(key) == value:
                return str(label)
        return value


class RegionFilter(django_filters.CharFilter):  # type: ignore[misc]
    """A region and everything below it, by its code: keys go into the query, so that an index serves it."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the rows in the subtree; none for a code that does not exist."""
        if not value:
            return qs
        code = value.split(" ")[0]
        path = Region.objects.filter(code=code).values_list("path", flat=True).first()
        if path is None:
            return qs.none()
        keys = Region.objects.filter(path__startswith=path).values_list("pk", flat=True)
        return qs.filter(**{f"{self.field_name}__in": list(keys)})


class KeyFilter(django_filters.CharFilter):  # type: ignore[misc]
    """A row of another table, by what a lookup field writes: its code, or its name with ``#key``."""

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        self.code = code
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the rows that point at it; an unknown key finds nothing."""
        if not value:
            return qs
        key = value.rsplit("#", 1)[-1] if "#" in value else value
        if "#" in value or (not self.code and key.isdigit()):
            return qs.filter(**{f"{self.field_name}_id": int(key)}) if key.isdigit() else qs.none()
        if self.code:
            return qs.filter(**{f"{self.field_name}__{self.code}": value.split(" ")[0]})
        return qs.none()


class KnownFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Yes, no or unknown of a column that may say nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["choices"] = [("yes", _("yes")), ("no", _("no")), (UNKNOWN_VALUE, _("unknown"))]
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the rows that say so, or that say nothing."""
        wanted = {"yes": True, "no": False, UNKNOWN_VALUE: None}
        if value not in wanted:
            return qs
        if wanted[value] is None:
            return qs.filter(**{f"{self.field_name}__isnull": True})
        return qs.filter(**{self.field_name: wanted[value]})


class ChoiceFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """One or several values of a column with choices; ``unknown`` stands for the empty value."""

    def __init__(self, *args: Any, choices: Any, unknown: bool = False, **kwargs: Any) -> None:
        offered = [*choices, (UNKNOWN_VALUE, _("unknown"))] if unknown else list(choices)
        super().__init__(*args, choices=offered, **kwargs)

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Return the rows with one of the values."""
        if not value:
            return qs
        known = [each for each in value if each != UNKNOWN_VALUE]
        if UNKNOWN_VALUE not in value:
            return qs.filter(**{f"{self.field_name}__in": known})
        field = qs.model._meta.get_field(self.field_name)
        if field.empty_strings_allowed and not field.null:
            return qs.filter(**{f"{self.field_name}__in": [*known, ""]})
        return qs.filter(Q(**{f"{self.field_name}__isnull": True}) | Q(**{f"{self.field_name}__in": known}))
