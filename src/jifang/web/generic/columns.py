"""A column of a list: how its value is found, sorted and drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jifang.web.generic.values import Getter, as_text, get
from jifang.web.templatetags.ui import badge, moment

Label = str | Promise
Tone = Callable[[Any], str]

UNKNOWN = mark_safe('<span class="quiet-text">—</span>')


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``value`` is a dotted path or a function of the row. ``sort`` names the order it gives: every column that
    offers one has an index that serves it. ``tone`` draws the value as a badge (good, bad, pending, unknown,
    info, off). ``link`` makes it the column that opens the row. ``sub`` is a second, quieter line. ``short``
    is what a narrow cell shows of a long value; the whole stands in its title and in every file.
    """

    key: str
    label: Label
    value: Getter
    sort: tuple[str, ...] = ()
    default: bool = True
    number: bool = False
    link: bool = False
    tone: Tone | None = None
    sub: Getter | None = None
    short: Getter | None = None
    unknown: Label | None = None

    def text(self, row: Any) -> str:
        """The value for a file."""
        return as_text(get(row, self.value))

    def cell(self, row: Any, url: str = "") -> SafeString:
        """The value for a page."""
        value = get(row, self.value)
        if value is None or value == "":
            drawn = badge("unknown", self.unknown) if self.unknown else UNKNOWN
        elif self.tone is not None:
            drawn = badge(self.tone(row), as_text(value))
        elif isinstance(value, datetime):
            drawn = moment(value)
        elif isinstance(value, date):
            drawn = format_html('<time class="nowrap" datetime="{0}">{0}</time>', value.isoformat())
        elif self.short is not None:
            brief = as_text(get(row, self.short))
            drawn = format_html('<span class="nowrap" title="{}">{}</span>', as_text(value), brief)
        else:
            drawn = format_html("{}", as_text(value))
        if self.link and url:
            drawn = format_html('<a href="{}">{}</a>', url, drawn if value else _("(no name)"))
        if self.sub is not None and (second := as_text(get(row, self.sub))):
            drawn = format_html('{}<span class="sub">{}</span>', drawn, second)
        return drawn


@dataclass(frozen=True, slots=True)
class Shown:
    """A column as the head of a table draws it."""

    column: Column
    sort_query: str
    direction: str
