"""The components of the design system as template tags; docs/design/interface.md says what each one means."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifang.web import bundles

register = template.Library()

SHAPES: Mapping[str, str] = {
    "hold_up": "class-hold-up",
    "panic": "class-hold-up",
    "duress": "class-hold-up",
    "burglary": "class-burglary",
    "tamper": "class-burglary",
    "fire": "class-fire",
    "gas": "class-fire",
    "medical": "class-medical",
    "technical": "class-technical",
    "fault": "class-technical",
    "supervision": "class-technical",
    "platform": "class-technical",
    "access": "class-access",
    "open_close": "class-open-close",
    "opening": "class-open-close",
    "closing": "class-open-close",
    "test": "class-test",
    "quiet": "class-test",
}
CLASS_WORDS: Mapping[str, Any] = {
    "hold_up": gettext_lazy("Hold-up"),
    "panic": gettext_lazy("Panic"),
    "duress": gettext_lazy("Duress"),
    "burglary": gettext_lazy("Burglary"),
    "tamper": gettext_lazy("Tamper"),
    "fire": gettext_lazy("Fire"),
    "gas": gettext_lazy("Gas"),
    "medical": gettext_lazy("Medical"),
    "technical": gettext_lazy("Technical"),
    "fault": gettext_lazy("Fault"),
    "supervision": gettext_lazy("Supervision"),
    "platform": gettext_lazy("Platform"),
    "access": gettext_lazy("Access"),
    "open_close": gettext_lazy("Open/close"),
    "opening": gettext_lazy("Opening"),
    "closing": gettext_lazy("Closing"),
    "test": gettext_lazy("Test"),
    "quiet": gettext_lazy("Quiet"),
}
TONE_ICONS: Mapping[str, str] = {
    "good": "tone-good",
    "bad": "tone-bad",
    "pending": "tone-pending",
    "unknown": "tone-unknown",
    "info": "tone-info",
    "off": "tone-off",
}
VERDICTS: Mapping[str, tuple[str, Any]] = {
    "compliant": ("good", gettext_lazy("Compliant")),
    "violation": ("bad", gettext_lazy("Violation")),
    "pending": ("pending", gettext_lazy("Pending")),
    "unknown": ("unknown", gettext_lazy("Unknown")),
    "not_applicable": ("off", gettext_lazy("Not applicable")),
    "waived": ("info", gettext_lazy("Waived")),
}


@register.simple_tag
def bundle(name: str) -> SafeString:
    """Link what one area needs: ``{% bundle "duty" %}`` loads ``frontend/src/duty/index.ts``."""
    styles, scripts = bundles.files_of(name)
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((href,) for href in styles)
    ) + format_html_join("\n", '<script type="module" src="{}"></script>', ((src,) for src in scripts))


@register.simple_tag
def asset(source: str) -> str:
    """The address of one built file (``mark.svg``)."""
    return bundles.asset(source)


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """Draw one icon of ``frontend/icons.js``; without a ``title`` it is decoration for a word beside it."""
    kind = "icon solid" if name.startswith(("class-", "tone-")) else "icon"
    reference = f"{bundles.asset('icons.svg')}#{name}"
    if title:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}"><use href="{}"></use></svg>',
            kind,
            title,
            reference,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"></use></svg>', kind, reference
    )


@register.simple_tag
def badge(tone: str, text: object, icon_name: str = "", large: bool = False) -> SafeString:
    """A state as shape and word. ``tone``: good, bad, pending, unknown, info or off; never colour alone."""
    return format_html(
        '<span class="badge{}" data-tone="{}">{}<span>{}</span></span>',
        " large" if large else "",
        tone,
        icon(icon_name or TONE_ICONS.get(tone, "tone-unknown")),
        text,
    )


@register.simple_tag
def verdict(code: str, large: bool = False) -> SafeString:
    """The verdict on an article. A code nobody knows is shown as unknown, never as fine."""
    tone, word = VERDICTS.get(code, VERDICTS["unknown"])
    return badge(tone, word, large=large)


@register.simple_tag
def class_badge(code: object, text: object = "", large: bool = False) -> SafeString:
    """The class of an alarm as shape, colour and word. ``code``: an event class; unknown is hatched."""
    key = str(code)
    known = key if key in SHAPES else "unknown"
    return format_html(
        '<span class="badge{}" data-class="{}">{}<span>{}</span></span>',
        " large" if large else "",
        known,
        icon(SHAPES.get(known, "tone-unknown")),
        text or CLASS_WORDS.get(known, _("Unknown")),
    )


@register.simple_tag
def moment(value: datetime | None, mode: str = "both") -> SafeString:
    """An instant: local clock with the age beside it, absolute on hover. ``mode``: both, clock, age, full."""
    if value is None:
        return mark_safe('<span class="quiet-text">—</span>')
    local = timezone.localtime(value)
    return format_html(
        '<j-time datetime="{}" mode="{}">{}</j-time>',
        value.isoformat(),
        mode,
        local.strftime("%Y-%m-%d %H:%M:%S"),
    )


@register.simple_tag
def day(value: date | None) -> str:
    """A date of law (Asia/Shanghai), written as ISO."""
    return value.isoformat() if value else "—"


@register.simple_tag
def clock(
    since: datetime | None = None,
    until: datetime | None = None,
    state: str = "running",
    soon: int = 0,
    rule: str = "",
) -> SafeString:
    """A clock badge: time elapsed ``since`` or left ``until``; ``state`` running, paused or stopped.

    ``soon`` are the seconds (left, or elapsed) from which it warns; ``rule`` is the article that sets it.
    """
    anchor = until or since
    if anchor is None:
        return badge("unknown", _("no clock"))
    now = timezone.now()
    distance = abs(now - anchor)
    figure = format_html(
        '<j-clock class="clock" data-state="{}" {}="{}" soon="{}">{}<span>{}</span></j-clock>',
        state,
        "until" if until else "since",
        anchor.isoformat(),
        soon,
        icon("clock-paused" if state == "paused" else "clock"),
        spoken(distance),
    )
    return figure + article(rule) if rule else figure


def spoken(span: timedelta) -> str:
    """Write a length of time with its two largest units (``2 h 05 min``)."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return _("%(s)d s") % {"s": seconds}
    if seconds < 3600:
        return _("%(m)d min %(s)02d s") % {"m": seconds // 60, "s": seconds % 60}
    if seconds < 86400:
        return _("%(h)d h %(m)02d min") % {"h": seconds // 3600, "m": seconds % 3600 // 60}
    return _("%(d)d d %(h)d h") % {"d": seconds // 86400, "h": seconds % 86400 // 3600}


@register.simple_tag
def article(text: object) -> SafeString:
    """The article or explanation behind a ⓘ."""
    return format_html(
        '<details class="article"><summary aria-label="{}">{}</summary><div>{}</div></details>',
        _("Legal basis and explanation"),
        icon("info"),
        text,
    )


@register.simple_tag
def evidence(url: str, text: object, age: datetime | None = None, stale: bool = False) -> SafeString:
    """A link to what proves a statement, with the age of the proof."""
    return format_html(
        '<a class="evidence" href="{}"{}>{}<span>{}</span>{}</a>',
        url,
        mark_safe(" data-stale") if stale else "",
        icon("evidence"),
        text,
        format_html('<span class="age">{}</span>', moment(age, "age")) if age else "",
    )


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, article: str = "", css: str = "") -> dict[str, Any]:
    """One form field: label, the article behind a ⓘ, control, help, and errors that name the remedy."""
    widget = bound.field.widget
    attrs: dict[str, Any] = {}
    described = []
    if bound.errors:
        attrs["aria-invalid"] = "true"
        described.append(f"{bound.auto_id}_errors")
    if bound.help_text:
        described.append(f"{bound.auto_id}_help")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "article": article or getattr(bound.field, "article", ""),
        "css": css,
        "check": isinstance(widget, CheckboxInput),
        "grouped": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "hidden": bound.is_hidden,
    }


@register.inclusion_tag("web/components/form.html")
def form_fields(form: Any, columns: bool = False) -> dict[str, Any]:
    """Every field of a form, its hidden ones and the errors of the whole."""
    return {"form": form, "columns": columns}


@register.inclusion_tag("web/components/blank.html")
def blank(kind: str, title: object, text: object = "", url: str = "", action: object = "") -> dict[str, Any]:
    """What stands where content would: empty, loading, error, no-right or offline, and what to do next."""
    icons = {"loading": "loading", "error": "tone-bad", "no-right": "lock", "offline": "offline"}
    return {
        "kind": kind,
        "title": title,
        "text": text,
        "url": url,
        "action": action,
        "icon_name": icons.get(kind, "empty"),
    }


@register.inclusion_tag("web/components/steps.html")
def steps(entries: Any, across: bool = False) -> dict[str, Any]:
    """A step list: entries with ``title``, ``note``, ``state`` (done, current, waiting, failed, skipped)."""
    return {"entries": entries, "across": across}


@register.inclusion_tag("web/components/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """What happened: entries with ``at``, ``title``, and optionally ``who``, ``text``, ``tone``."""
    return {"entries": entries}


@register.inclusion_tag("web/components/diff.html")
def diff(rows: Any) -> dict[str, Any]:
    """Before and after: rows with ``label``, ``old``, ``new``."""
    return {"rows": rows}


@register.inclusion_tag("web/components/pages.html", takes_context=True)
def pages(context: Context, page: Any, parameter: str = "page") -> dict[str, Any]:
    """The pages of a list (a ``Page`` of Django's paginator), keeping the other parameters of the address."""
    request: HttpRequest = context["request"]

    def link(number: int) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The address of this page with some parameters changed; an empty value takes the parameter away."""
    request: HttpRequest = context["request"]
    wanted = request.GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            wanted.pop(name, None)
        else:
            wanted[name] = str(value)
    return f"?{wanted.urlencode()}" if wanted else request.path


@register.simple_tag(takes_context=True)
def help_link(context: Context, page: str, anchor: str = "") -> SafeString:
    """A link to a page of the guide (``{% help_link "duty" "close" %}``)."""
    address = f"/help/{page}/" + (f"#{anchor}" if anchor else "")
    return format_html(
        '<a class="icon-button" href="{}" title="{}">{}</a>', address, _("Help"), icon("help", _("Help"))
    )


@register.filter
def as_json(value: Any) -> str:
    """Write ``value`` as JSON for an attribute; the template escapes it."""
    return json.dumps(value, ensure_ascii=False, default=str)


@register.filter
def on(value: date | None) -> str:
    """A date in the reader's language, for running text."""
    return date_format(value, "DATE_FORMAT") if value else "—"
