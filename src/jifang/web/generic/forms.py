"""Forms of entries: one class for the page, for a row of an import and for a call of the API.

A column that points at another table is a text: the code or ``name #key`` of the row, with suggestions while
one types; a select of a hundred thousand sites helps nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifang.identity.access import Actor
from jifang.kernel.errors import BadInputError

Source = Callable[[Actor], "QuerySet[Any]"]


class LookupWidget(forms.TextInput):
    """A text with suggestions from the server in a ``datalist``; works by keyboard and without a script."""

    template_name = "web/generic/lookup.html"

    def __init__(self, suggest: str = "", include: str = "") -> None:
        self.suggest = suggest
        self.include = include
        super().__init__(attrs={"autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Add where suggestions come from."""
        context = super().get_context(name, value, dict(attrs or {}))
        context["suggest"] = self.suggest
        context["include"] = self.include
        return context


class LookupField(forms.Field):
    """A row of another table, by its ``code`` or by ``name #key``.

    ``source`` gives the rows that the actor may choose. ``known`` is filled by an import with the rows of a
    whole column, so that it asks the database once and not for every row. ``of_site``: names repeat between
    sites, so a bare name is resolved by the form once it knows the site.
    """

    default_error_messages = {
        "unknown": gettext_lazy(
            "“%(value)s” is not among the entries you may choose. Give its code or “name #number”."
        ),
        "many": gettext_lazy("“%(value)s” names several entries. Give the code or “name #number”."),
    }

    def __init__(
        self, *, source: Source, code: str = "", suggest: str = "", of_site: bool = False, **kwargs: Any
    ) -> None:
        self.source = source
        self.code = code
        self.of_site = of_site
        self.actor: Actor | None = None
        self.known: dict[str, Any] = {}
        kwargs.setdefault("widget", LookupWidget(suggest, "[name=site]" if of_site else ""))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a row as the text that finds it again; a key is looked up."""
        if isinstance(value, models.Model):
            return text_of(value, self.code)
        if isinstance(value, int) and self.actor is not None:
            row = self.source(self.actor).filter(pk=value).first()
            return text_of(row, self.code) if row is not None else f"#{value}"
        return value

    def to_python(self, value: Any) -> Any:
        """Find the row; a bare name of a site's part stays text until the form knows the site."""
        if value in self.empty_values:
            return None
        if isinstance(value, models.Model):
            return value
        text = str(value).strip()
        if text in self.known:
            return self.known[text]
        found = self.resolve([text])
        if text in found:
            return found[text]
        if self.of_site and "#" not in text:
            return text
        raise ValidationError(self.error_messages["unknown"], code="unknown", params={"value": text})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare rows, not texts."""
        try:
            value = self.to_python(data)
        except ValidationError:
            return True
        return bool(getattr(value, "pk", value) != getattr(initial, "pk", initial))

    def resolve(self, texts: Iterable[str]) -> dict[str, Any]:
        """Find the rows of many texts with one query for keys and one for codes and names."""
        assert self.actor is not None
        keys: dict[int, list[str]] = {}
        words: dict[str, list[str]] = {}
        for text in texts:
            tail = text.rsplit("#", 1)[-1].strip() if "#" in text else ""
            if tail.isdigit() and len(tail) < 19:
                keys.setdefault(int(tail), []).append(text)
            else:
                words.setdefault(text.split(" ")[0] if self.code else text, []).append(text)
        found: dict[str, Any] = {}
        rows = self.source(self.actor)
        for row in rows.filter(pk__in=keys) if keys else ():
            found.update(dict.fromkeys(keys[row.pk], row))
        if words and self.code:
            for row in rows.filter(**{f"{self.code}__in": list(words)}):
                found.update(dict.fromkeys(words[getattr(row, self.code)], row))
        missing = {text for listed in words.values() for text in listed} - set(found)
        if missing and not self.of_site:
            found.update(self._by_name(rows, missing))
        return found

    def _by_name(self, rows: "QuerySet[Any]", names: set[str]) -> dict[str, Any]:
        by_name: dict[str, list[Any]] = {}
        for row in rows.filter(name__in=names)[: 2 * len(names) + 2]:
            by_name.setdefault(row.name, []).append(row)
        for name, same in by_name.items():
            if len(same) > 1:
                raise ValidationError(self.error_messages["many"], code="many", params={"value": name})
        return {name: same[0] for name, same in by_name.items()}


class LookupManyField(LookupField):
    """Several rows, separated by ``;``."""

    def prepare_value(self, value: Any) -> Any:
        """Show the rows as texts separated by ``;``."""
        if isinstance(value, str) or value is None:
            return value
        return "; ".join(str(super(LookupManyField, self).prepare_value(each)) for each in value)

    def to_python(self, value: Any) -> Any:
        """Find every row."""
        if value in self.empty_values:
            return []
        if not isinstance(value, str):
            return list(value)
        texts = [text.strip() for text in value.replace("；", ";").split(";") if text.strip()]
        return [super(LookupManyField, self).to_python(text) for text in texts]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare sets of rows."""
        try:
            value = self.to_python(data)
        except ValidationError:
            return True
        return {row.pk for row in value} != {row.pk for row in initial or ()}


class KnownField(forms.TypedChoiceField):
    """Yes, no or not known: three words, never a box that turns "nobody knows" into "no"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(
            choices=[
                ("", gettext_lazy("not known")),
                ("yes", gettext_lazy("yes")),
                ("no", gettext_lazy("no")),
            ],
            coerce=lambda value: value == "yes",
            empty_value=None,
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show True and False as words of the select."""
        return {True: "yes", False: "no", None: ""}.get(value, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the words."""
        return (self.prepare_value(initial) or "") != (data or "")


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows who fills it in and explains each field by its article.

    ``lookups`` maps fields that point elsewhere to a ready-made ``LookupField``; ``only`` limits the form to
    the columns that an import or a bulk edit gave; ``importing`` leaves unique keys and constraints to the
    database, which checks all rows at once.
    """

    lookups: Mapping[str, Callable[[], LookupField]] = {}
    articles: Callable[[str], Any] = staticmethod(lambda name: "")

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        only: Iterable[str] | None = None,
        importing: bool = False,
        known: Mapping[str, dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.actor = actor
        self.importing = importing
        super().__init__(*args, **kwargs)
        if only is not None:
            for name in set(self.fields) - set(only):
                del self.fields[name]
        for name, field in self.fields.items():
            field.article = type(self).articles(name)  # type: ignore[attr-defined]
            if isinstance(field, LookupField):
                field.actor = actor
                field.known = (known or {}).get(name, {})

    def value_of(self, name: str) -> Any:
        """The value a field will have: as just entered, or as the row has it."""
        if name in self.cleaned_data:
            return self.cleaned_data[name]
        return getattr(self.instance, name, None) if name not in self.fields else None

    def bad(self, error: BadInputError, field: str = "") -> None:
        """Put a pure floor's refusal beside the field it names."""
        name = field or error.field
        self.add_error(name if name in self.fields else None, error.text(_))

    def resolve_within(self, name: str, rows: "QuerySet[Any]") -> None:
        """Turn a bare name into the row of that name among ``rows`` (those of the entry's site)."""
        value = self.cleaned_data.get(name)
        if not isinstance(value, str):
            return
        found = list(rows.filter(name=value)[:2])
        if len(found) == 1:
            self.cleaned_data[name] = found[0]
            return
        field = self.fields[name]
        code = "many" if found else "unknown"
        self.cleaned_data[name] = None
        self.add_error(name, ValidationError(field.error_messages[code], code=code, params={"value": value}))

    def validate_unique(self) -> None:
        """Ask the database about unique keys, unless it will see all rows of an import at once."""
        if not self.importing:
            super().validate_unique()

    def _get_validation_exclusions(self) -> set[str]:
        """Rows that a lookup has just found need not be looked up again for every row of an import."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        if self.importing:
            excluded |= {name for name, field in self.fields.items() if isinstance(field, LookupField)}
        return excluded

    def _post_clean(self) -> None:
        """Leave constraints to the database while importing: each of them would be a query for each row."""
        if not self.importing:
            super()._post_clean()  # type: ignore[misc]
            return
        self.instance.validate_constraints = lambda exclude=None: None
        try:
            super()._post_clean()  # type: ignore[misc]
        finally:
            del self.instance.validate_constraints


def text_of(row: Any, code: str = "") -> str:
    """The text that finds a row again: ``code name``, or ``name #key``."""
    if code and getattr(row, code):
        return f"{getattr(row, code)} {row}"
    return f"{row} #{row.pk}"


class ReasonForm(forms.Form):
    """Why something is done: goes into the history."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False, widget=forms.TextInput()
    )
