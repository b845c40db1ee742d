"""Panels of a detail page, and the door through which other areas put theirs on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from jifang.web.generic.columns import UNKNOWN
from jifang.web.generic.values import Getter, as_text, get
from jifang.web.templatetags.ui import badge

Label = str | Promise
Context = Callable[[HttpRequest, Any], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a detail page.

    ``context`` gets request and row and gives what ``template`` needs, or None when the panel does not exist
    for this row or reader; it asks the database a constant number of times. ``place``: ``main`` or ``side``.
    """

    key: str
    title: Label
    template: str
    context: Context
    place: str = "main"
    order: int = 100
    right: str = ""
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line of an attribute panel; ``article`` stands behind a ⓘ, ``unknown`` is what nothing means.

    ``optional``: without a value the line is left out, because its absence says nothing.
    """

    label: Label
    value: Getter
    article: Label = ""
    unknown: Label = ""
    url: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel as the page draws it."""

    key: str
    title: Label
    body: SafeString
    place: str
    flush: bool


_registered: dict[str, dict[str, Panel]] = {}


def register(resource: str, panel: Panel) -> None:
    """Put ``panel`` on the detail page of the resource with that key (``"site"``)."""
    panels = _registered.setdefault(resource, {})
    if panels.setdefault(panel.key, panel) != panel:
        msg = f"panel {panel.key!r} is registered twice for {resource!r}"
        raise ValueError(msg)


def attributes(
    key: str,
    title: Label,
    lines: tuple[Attribute, ...],
    *,
    place: str = "main",
    order: int = 100,
    right: str = "",
) -> Panel:
    """Make a panel of names and values; a value that says nothing is shown as unknown, never left out."""

    def context(request: HttpRequest, row: Any) -> Mapping[str, Any]:
        shown = (_line(line, row) for line in lines)
        return {"lines": [line for line in shown if line is not None], "stacked": place == "side"}

    return Panel(key, title, "web/generic/panels/attributes.html", context, place, order, right)


def _line(line: Attribute, row: Any) -> Mapping[str, Any] | None:
    value = get(row, line.value)
    text = as_text(value)
    drawn: str
    if not text and line.optional:
        return None
    if not text:
        drawn = badge("unknown", line.unknown) if line.unknown else UNKNOWN
    elif line.tone is not None:
        drawn = badge(line.tone(row), text)
    else:
        drawn = text
    return {
        "label": capfirst(str(line.label)),
        "value": drawn,
        "article": line.article,
        "url": line.url(row) if line.url and text else "",
    }


def shown_for(resource: str, own: tuple[Panel, ...], request: HttpRequest, row: Any) -> list[ShownPanel]:
    """Draw the panels that exist for this reader and row, in their order."""
    drawn = []
    actor = request.actor  # type: ignore[attr-defined]
    for panel in sorted((*own, *_registered.get(resource, {}).values()), key=lambda panel: panel.order):
        if panel.right and not actor.may(panel.right):
            continue
        context = panel.context(request, row)
        if context is None:
            continue
        body = render_to_string(panel.template, {"row": row, **context}, request)
        drawn.append(ShownPanel(panel.key, panel.title, body, panel.place, panel.flush))
    return drawn
